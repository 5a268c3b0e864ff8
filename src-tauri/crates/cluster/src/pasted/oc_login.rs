//! `oc login` (openshift/oc `pkg/cli/login/login.go`).

use std::path::{Path, PathBuf};

use url::Url;
use wording::{Text, text};

use super::{
    PastedServer, PastedSignIn, bad,
    lines::{Options, Word, after, placeholder},
};
use crate::{Error, SecretText, ServerTrust, own::normalize};

/// Options without a value, unless it comes after `=`.
const FLAGS: &[&str] =
    &["insecure-skip-tls-verify", "web", "w", "help", "h", "match-server-version", "warnings-as-errors"];

/// What one command says.
#[derive(Default)]
struct Said<'a> {
    servers: Vec<&'a str>,
    token: Option<&'a str>,
    user: Option<&'a str>,
    password: Option<&'a str>,
    authority: Option<&'a str>,
    namespace: Option<&'a str>,
    certificate: bool,
    unchecked: bool,
    web: bool,
    helper: bool,
}

/// The login among commands, if there is one.
///
/// # Errors
/// [`Error::BadPaste`] where it cannot be used, or there are several that do not go together.
pub(super) fn read(lines: &[Vec<String>]) -> Result<Option<PastedServer>, Error> {
    let mut found: Option<PastedServer> = None;
    let mut failed = None;
    for words in lines.iter().filter_map(|line| after(line, &["oc"], "login")) {
        match one(words) {
            Ok(login) => match &found {
                Some(first) if first.url != login.url => {
                    return Err(bad(text!(
                        "there are logins to several servers in it; paste one of them",
                        "darin stehen Anmeldungen bei mehreren Servern; fügen Sie eine davon ein"
                    )));
                }
                Some(_) => {}
                None => found = Some(login),
            },
            // Prose may speak of `oc login` beside the real one.
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match (found, failed) {
        (None, Some(error)) => Err(error),
        (found, _) => Ok(found),
    }
}

fn one(words: &[String]) -> Result<PastedServer, Error> {
    let said = collect(words)?;
    // First of all: what stands for something in a shell may come apart into several words.
    if let Some(why) = said.token.and_then(placeholder) {
        return Err(bad(text!("the token in it {why}", "das Token darin {why}"; why)));
    }
    let url = server(&said.servers)?;
    if said.helper {
        return Err(bad(text!(
            "it signs in with a program (--exec-plugin); run it in a terminal, and choose the cluster among those of your kubeconfig then",
            "er meldet mit einem Programm an (--exec-plugin); führen Sie ihn in einem Terminal aus, und wählen Sie den Cluster dann unter denen Ihrer kubeconfig"
        )));
    }
    if said.certificate {
        return Err(bad(text!(
            "it signs in with a client certificate; choose \"Client certificate\" and give the server, the certificate and the key",
            "er meldet mit einem Client-Zertifikat an; wählen Sie „Client-Zertifikat“, und geben Sie Server, Zertifikat und Schlüssel an"
        )));
    }
    let sign_in = match (said.token, said.user, said.password) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            return Err(bad(text!(
                "it has both a token and a user name; only one of them can count",
                "er enthält ein Token und einen Benutzernamen; nur eines davon kann gelten"
            )));
        }
        (Some(token), None, None) => PastedSignIn::Token(SecretText::new(token)),
        (None, None, Some(_)) => {
            return Err(bad(text!(
                "it has a password but no user name",
                "er enthält ein Passwort, aber keinen Benutzernamen"
            )));
        }
        (None, Some(user), password) => {
            if let Some(why) = placeholder(user) {
                return Err(bad(text!("the user name in it {why}", "der Benutzername darin {why}"; why)));
            }
            // One that stands for another is asked for.
            let password = password.filter(|password| placeholder(password).is_none());
            PastedSignIn::Password(password.map(SecretText::new))
        }
        (None, None, None) => PastedSignIn::Browser,
    };
    Ok(PastedServer {
        name: name_of(&url),
        url,
        trust: said.authority.map(authority).transpose()?,
        unchecked: said.unchecked,
        namespace: said.namespace.filter(|name| !name.is_empty()).map(str::to_owned),
        user: said.user.map(str::to_owned),
        sign_in,
    })
}

fn collect(words: &[String]) -> Result<Said<'_>, Error> {
    let mut said = Said::default();
    let mut plain = Vec::new();
    for word in Options::of(words, FLAGS) {
        match word {
            Word::Option("username" | "u" | "password" | "p", Some("")) => {}
            Word::Option(name, value) => match (name, value) {
                ("insecure-skip-tls-verify", value) => said.unchecked = value.is_none_or(is_true),
                ("web" | "w", value) => said.web = value.is_none_or(is_true),
                ("help" | "h" | "match-server-version" | "warnings-as-errors", _) => {}
                ("token", Some(value)) => said.token = Some(value),
                ("server" | "s", Some(value)) => said.servers.push(value),
                ("username" | "u", Some(value)) => said.user = Some(value),
                ("password" | "p", Some(value)) => said.password = Some(value),
                ("certificate-authority", Some(value)) => said.authority = Some(value),
                ("namespace" | "n", Some(value)) => said.namespace = Some(value),
                ("client-certificate" | "client-key", Some(_)) => said.certificate = true,
                ("exec-plugin" | "issuer-url", Some(_)) => said.helper = true,
                (name, None) => {
                    return Err(bad(
                        text!("{option} has no value in it", "{option} hat darin keinen Wert"; option = option(name)),
                    ));
                }
                // Nothing that matters for signing in.
                (_, Some(_)) => {}
            },
            Word::Plain(word) => {
                let is_token = word.starts_with("sha256~") || word.starts_with("eyJ");
                if is_token {
                    return Err(bad(text!(
                        "the token in it must come after --token=",
                        "das Token darin muss hinter --token= stehen"
                    )));
                }
                plain.push(word);
            }
        }
    }
    // In prose other words come after the command: a server is what looks like one, or stands alone.
    let mut servers: Vec<&str> = plain.iter().copied().filter(|word| looks_like_server(word)).collect();
    if said.servers.is_empty() && servers.is_empty() && plain.len() == 1 {
        servers = plain;
    }
    said.servers.extend(servers);
    if said.web && said.token.is_some() {
        return Err(bad(text!(
            "it has a token and wants the browser too; only one of them can count",
            "er enthält ein Token und will auch den Browser; nur eines davon kann gelten"
        )));
    }
    Ok(said)
}

fn looks_like_server(word: &str) -> bool {
    word.trim_end_matches(['.', ':', ',', ';', '!', '?', ')']).contains(['.', ':'])
}

fn server(servers: &[&str]) -> Result<String, Error> {
    let Some(first) = servers.first() else {
        return Err(bad(text!(
            "it does not say which server; add --server=https://…, as the web console's \"Copy login command\" has it",
            "es fehlt, welcher Server; ergänzen Sie --server=https://…, wie es bei „Copy login command“ in der Webkonsole steht"
        )));
    };
    if let Some(why) = placeholder(first) {
        return Err(bad(
            text!("the server's address in it {why}", "die Adresse des Servers darin {why}"; why),
        ));
    }
    // Without the text itself: it may be something else, in the wrong place.
    let url = |text: &str| {
        normalize(text).map_err(|error| match error {
            Error::BadServer { reason, .. } => {
                bad(text!("the server's address in it cannot be used: {reason}", "die Adresse des Servers darin ist nicht verwendbar: {reason}"; reason))
            }
            other => other,
        })
    };
    let chosen = url(first)?;
    for other in &servers[1..] {
        if url(other)? != chosen {
            return Err(bad(text!(
                "it names several servers; only one can count",
                "er nennt mehrere Server; nur einer kann gelten"
            )));
        }
    }
    Ok(chosen)
}

/// A file of authorities that a text names.
pub(super) fn authority(path: &str) -> Result<ServerTrust, Error> {
    let is_windows = path.as_bytes().get(1) == Some(&b':');
    if let (Some(rest), Some(home)) = (path.strip_prefix("~/"), std::env::home_dir()) {
        return Ok(ServerTrust::File(home.join(rest)));
    }
    if Path::new(path).is_absolute() || is_windows {
        return Ok(ServerTrust::File(PathBuf::from(path)));
    }
    Err(bad(text!(
        "it names a certificate authority file without saying in which folder; write its whole path",
        "er nennt eine Datei der Zertifizierungsstelle ohne ihren Ordner; schreiben Sie den ganzen Pfad"
    )))
}

/// What to call a cluster: its host, without the `api.` that all of OpenShift's have.
pub(super) fn name_of(url: &str) -> String {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let host = host.trim_matches(['[', ']']);
    host.strip_prefix("api.").filter(|rest| !rest.is_empty()).unwrap_or(host).to_owned()
}

/// As Go reads a flag.
fn is_true(value: &str) -> bool {
    matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True")
}

/// An option's name where it is one.
fn option(name: &str) -> Text {
    let is_name = name.len() <= 40 && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    match name.len() {
        _ if !is_name => text!("an option", "eine Option"),
        1 => text!("the option -{name}", "die Option -{name}"),
        _ => text!("the option --{name}", "die Option --{name}"),
    }
}
