//! A whole kubeconfig.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kube::config::{AuthInfo, Cluster, Context, Kubeconfig, NamedContext};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use wording::{Text, text};

use super::{PastedServer, PastedSignIn, bad};
use crate::{Error, SecretText, ServerTrust, kubeconfig, own::normalize, redaction::plain_url};

/// What `kubectl config view` writes where a secret is, and where a certificate is.
const LEFT_OUT: [&str; 2] = ["REDACTED", "DATA+OMITTED"];

/// Contexts that are told of; the largest companies have some hundred.
const MOST_CONTEXTS: usize = 1_000;

/// Instead of pasting.
fn add_the_file() -> Text {
    text!(
        "add the kubeconfig file itself instead of pasting it",
        "fügen Sie die kubeconfig-Datei selbst hinzu, statt den Text einzufügen"
    )
}

/// Whether a text may be meant as one.
pub(super) fn looks_like_one(text: &str) -> bool {
    ["clusters", "contexts", "users", "current-context", "apiVersion"].iter().any(|key| {
        text.lines().any(|line| {
            let line =
                line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '{' | '"' | '\'' | ','));
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        })
    })
}

/// # Errors
/// [`Error::BadPaste`].
pub(super) fn parse(text: &str) -> Result<Kubeconfig, Error> {
    // What stands around it in a terminal or a chat leaves empty lines, so that lines keep their numbers.
    let is_frame = |line: &str| {
        let line = line.trim_start();
        line.starts_with("```") || line.starts_with("$ ") || line.starts_with('\u{feff}')
    };
    let text: Vec<&str> = text.lines().map(|line| if is_frame(line) { "" } else { line }).collect();
    let text = Zeroizing::new(text.join("\n"));
    let text = Zeroizing::new(text.replace('\u{a0}', " "));
    kubeconfig::parse(&text, None).map_err(|trouble| {
        let reason = &trouble.reason;
        bad(match trouble.line {
            Some(line) => text!(
                "this is not a kubeconfig that can be read, line {line}: {reason}",
                "das ist keine lesbare kubeconfig, Zeile {line}: {reason}"; reason
            ),
            None => text!(
                "this is not a kubeconfig that can be read: {reason}",
                "das ist keine lesbare kubeconfig: {reason}"; reason
            ),
        })
    })
}

/// Its contexts, the current one first.
///
/// # Errors
/// [`Error::BadPaste`] where there are none.
pub(super) fn contexts(config: &Kubeconfig) -> Result<Vec<PastedServer>, Error> {
    let mut contexts: Vec<(&NamedContext, &Context)> =
        config.contexts.iter().filter_map(|named| Some((named, named.context.as_ref()?))).collect();
    // Stable: the others keep their order.
    contexts.sort_by_key(|(named, _)| config.current_context.as_ref() != Some(&named.name));
    if contexts.is_empty() {
        return Err(bad(if config.clusters.is_empty() {
            text!(
                "this kubeconfig is empty: it has neither clusters nor contexts",
                "diese kubeconfig ist leer: sie enthält weder Cluster noch Kontexte"
            )
        } else {
            text!(
                "this kubeconfig has no contexts, so it does not say who signs in to which cluster",
                "diese kubeconfig enthält keine Kontexte und sagt darum nicht, wer sich bei welchem Cluster anmeldet"
            )
        }));
    }
    Ok(contexts
        .iter()
        .take(MOST_CONTEXTS)
        .map(|(named, context)| one(config, &named.name, context))
        .collect())
}

fn one(config: &Kubeconfig, name: &str, context: &Context) -> PastedServer {
    let cluster = config.clusters.iter().find(|named| named.name == context.cluster);
    let cluster = cluster.and_then(|named| named.cluster.as_ref());
    let user = config.auth_infos.iter().find(|named| Some(&named.name) == context.user.as_ref());
    let user = user.and_then(|named| named.auth_info.as_ref());
    let url = cluster.and_then(|cluster| cluster.server.as_deref());
    let mut pasted = PastedServer {
        name: name.to_owned(),
        url: url.map(|url| normalize(url).unwrap_or_else(|_| plain_url(url))).unwrap_or_default(),
        trust: None,
        unchecked: cluster.and_then(|cluster| cluster.insecure_skip_tls_verify).unwrap_or_default(),
        namespace: context.namespace.clone().filter(|name| !name.is_empty()),
        user: user.and_then(|user| user.username.clone()),
        sign_in: PastedSignIn::Browser,
    };
    let read = || -> Result<(Option<ServerTrust>, PastedSignIn), Text> {
        let cluster = cluster.ok_or_else(|| {
            let named = &context.cluster;
            text!(
                "The context names the cluster {named:?}, which is not in the text.",
                "Der Kontext nennt den Cluster {named:?}, der nicht im Text steht."
            )
        })?;
        Ok((trust(cluster)?, sign_in(user)?))
    };
    match read() {
        Ok((trust, sign_in)) => (pasted.trust, pasted.sign_in) = (trust, sign_in),
        Err(reason) => pasted.sign_in = PastedSignIn::Unusable(reason),
    }
    pasted
}

fn trust(cluster: &Cluster) -> Result<Option<ServerTrust>, Text> {
    let url = cluster
        .server
        .as_deref()
        .ok_or_else(|| text!("The cluster in it has no server.", "Der Cluster darin hat keinen Server."))?;
    if let Err(Error::BadServer { reason, .. }) = normalize(url) {
        return Err(text!(
            "The server's address in it cannot be used: {reason}.",
            "Die Adresse des Servers darin ist nicht verwendbar: {reason}."; reason = reason
        ));
    }
    if cluster.proxy_url.as_ref().is_some_and(|proxy| !proxy.is_empty()) {
        return Err(
            text!("It goes through a proxy of its own; {add}.", "Er geht durch einen eigenen Proxy; {add}."; add = add_the_file()),
        );
    }
    if cluster.tls_server_name.as_ref().is_some_and(|name| !name.is_empty()) {
        return Err(
            text!("Its server is known by another name (tls-server-name); {add}.", "Sein Server hat einen anderen Namen (tls-server-name); {add}."; add = add_the_file()),
        );
    }
    if let Some(data) = cluster.certificate_authority_data.as_deref().filter(|data| !data.is_empty()) {
        return pem(data, &Pasted::Authority).map(|pem| Some(ServerTrust::Pem(pem)));
    }
    match cluster.certificate_authority.as_deref().filter(|path| !path.is_empty()) {
        None => Ok(None),
        Some(path) if Path::new(path).is_absolute() => Ok(Some(ServerTrust::File(path.into()))),
        Some(_) => Err(text!(
            "Its certificate authority is a file in a folder that the text does not tell; {add}.",
            "Seine Zertifizierungsstelle ist eine Datei in einem Ordner, den der Text nicht nennt; {add}."; add = add_the_file()
        )),
    }
}

fn sign_in(user: Option<&AuthInfo>) -> Result<PastedSignIn, Text> {
    let user = user.ok_or_else(|| {
        text!(
            "It does not say who signs in: the user of the context is not in the text.",
            "Es fehlt, wer sich anmeldet: der Benutzer des Kontexts steht nicht im Text."
        )
    })?;
    let some = |secret: &Option<SecretString>| -> Result<Option<SecretText>, Text> {
        let Some(text) = secret.as_ref().map(ExposeSecret::expose_secret).filter(|text| !text.is_empty())
        else {
            return Ok(None);
        };
        if LEFT_OUT.contains(&text) { Err(left_out()) } else { Ok(Some(SecretText::new(text))) }
    };
    if let Some(token) = some(&user.token)? {
        return Ok(PastedSignIn::Token(token));
    }
    let files = [&user.token_file, &user.client_certificate, &user.client_key];
    let has_data = user.client_certificate_data.is_some() || user.client_key_data.is_some();
    if has_data {
        let certificate = user.client_certificate_data.as_deref().unwrap_or_default();
        let key = some(&user.client_key_data)?;
        let certificate = pem(certificate, &Pasted::Certificate)?;
        let key = key.ok_or_else(|| {
            text!(
                "It has a client certificate but no client key.",
                "Er enthält ein Client-Zertifikat, aber keinen Client-Schlüssel."
            )
        })?;
        let key = SecretText::new(pem(key.expose(), &Pasted::Key)?);
        return Ok(PastedSignIn::Certificate { certificate, key });
    }
    if let Some(exec) = &user.exec {
        let program = exec.command.as_deref().filter(|command| is_program(command));
        let program = program.map_or_else(|| text!("a program", "einem Programm"), Text::verbatim);
        return Err(text!(
            "It signs in with {program}, which Culvert can run only from a file; {add}.",
            "Die Anmeldung geschieht mit {program}, was Culvert nur aus einer Datei ausführen kann; {add}.";
            program = program, add = add_the_file()
        ));
    }
    if user.auth_provider.is_some() {
        return Err(
            text!("It signs in with an identity provider; {add}.", "Die Anmeldung geschieht bei einem Identity-Provider; {add}."; add = add_the_file()),
        );
    }
    if files.iter().any(|file| file.is_some()) {
        return Err(text!(
            "What it signs in with is in other files; {add}, or paste what \"kubectl config view --raw --flatten\" prints.",
            "Was zur Anmeldung dient, steht in anderen Dateien; {add}, oder fügen Sie ein, was „kubectl config view --raw --flatten“ ausgibt.";
            add = add_the_file()
        ));
    }
    if user.username.is_some() {
        return Ok(PastedSignIn::Password(some(&user.password)?));
    }
    Err(text!(
        "It does not say how to sign in: its user has neither a token nor a certificate.",
        "Es fehlt, wie die Anmeldung geschieht: sein Benutzer hat weder Token noch Zertifikat."
    ))
}

/// What is pasted as data of a kubeconfig.
enum Pasted {
    Authority,
    Certificate,
    Key,
}

impl Pasted {
    /// A sentence about it that goes on with `how`.
    fn said(&self, how: &Text) -> Text {
        match self {
            Self::Authority => {
                text!("The certificate authority {how}.", "Die Zertifizierungsstelle {how}."; how)
            }
            Self::Certificate => text!("The client certificate {how}.", "Das Client-Zertifikat {how}."; how),
            Self::Key => text!("The client key {how}.", "Der Client-Schlüssel {how}."; how),
        }
    }
}

fn pem(data: &str, what: &Pasted) -> Result<String, Text> {
    if LEFT_OUT.contains(&data) {
        return Err(left_out());
    }
    if data.is_empty() {
        return Err(match what {
            Pasted::Authority => {
                text!("It has no certificate authority.", "Die Zertifizierungsstelle fehlt.")
            }
            Pasted::Certificate => text!("It has no client certificate.", "Das Client-Zertifikat fehlt."),
            Pasted::Key => text!("It has no client key.", "Der Client-Schlüssel fehlt."),
        });
    }
    let mut compact = Zeroizing::new(String::with_capacity(data.len()));
    compact.extend(data.chars().filter(|c| !c.is_whitespace()));
    let pem = STANDARD.decode(&*compact).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pem = pem.ok_or_else(|| {
        what.said(&text!(
            "in it is damaged (not base64); copy the text whole",
            "darin ist beschädigt (kein Base64); kopieren Sie den Text ganz"
        ))
    })?;
    if !pem.contains("-----BEGIN ") {
        return Err(what.said(&text!("in it is not in PEM", "darin ist nicht im Format PEM")));
    }
    Ok(pem)
}

fn left_out() -> Text {
    text!(
        "What is secret was left out of the text; paste what \"kubectl config view --raw\" prints.",
        "Das Geheimnis (Token, Passwort oder Schlüssel) fehlt im Text; fügen Sie ein, was „kubectl config view --raw“ ausgibt."
    )
}

/// Whether a text can be the name of a program, which is told.
fn is_program(command: &str) -> bool {
    command.len() <= 80 && command.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}
