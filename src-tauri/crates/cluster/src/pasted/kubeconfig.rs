//! A whole kubeconfig.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kube::config::{AuthInfo, Cluster, Context, Kubeconfig, NamedContext};
use secrecy::{ExposeSecret, SecretString};

use super::{PastedServer, PastedSignIn, bad};
use crate::{Error, SecretText, ServerTrust, kubeconfig, own::normalize, redaction::plain_url};

/// What `kubectl config view` writes where a secret is, and where a certificate is.
const LEFT_OUT: [&str; 2] = ["REDACTED", "DATA+OMITTED"];

/// Contexts that are told of; the largest companies have some hundred.
const MOST_CONTEXTS: usize = 1_000;

const ADD_THE_FILE: &str = "add the kubeconfig file itself instead of pasting it";

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
    let text = text.join("\n").replace('\u{a0}', " ");
    kubeconfig::parse(&text, None).map_err(|trouble| {
        let place = trouble.line.map(|line| format!(", line {line}")).unwrap_or_default();
        bad(format!("this is not a kubeconfig that can be read{place}: {}", trouble.reason))
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
            "this kubeconfig is empty: it has neither clusters nor contexts"
        } else {
            "this kubeconfig has no contexts, so it does not say who signs in to which cluster"
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
    let read = || -> Result<(Option<ServerTrust>, PastedSignIn), String> {
        let cluster = cluster.ok_or_else(|| {
            format!("The context names the cluster {:?}, which is not in the text.", context.cluster)
        })?;
        Ok((trust(cluster)?, sign_in(user)?))
    };
    match read() {
        Ok((trust, sign_in)) => (pasted.trust, pasted.sign_in) = (trust, sign_in),
        Err(reason) => pasted.sign_in = PastedSignIn::Unusable(reason),
    }
    pasted
}

fn trust(cluster: &Cluster) -> Result<Option<ServerTrust>, String> {
    let url = cluster.server.as_deref().ok_or("The cluster in it has no server.")?;
    if let Err(Error::BadServer { reason, .. }) = normalize(url) {
        return Err(format!("The server's address in it cannot be used: {reason}."));
    }
    if cluster.proxy_url.as_ref().is_some_and(|proxy| !proxy.is_empty()) {
        return Err(format!("It goes through a proxy of its own; {ADD_THE_FILE}."));
    }
    if cluster.tls_server_name.as_ref().is_some_and(|name| !name.is_empty()) {
        return Err(format!("Its server is known by another name (tls-server-name); {ADD_THE_FILE}."));
    }
    if let Some(data) = cluster.certificate_authority_data.as_deref().filter(|data| !data.is_empty()) {
        return pem(data, "certificate authority").map(|pem| Some(ServerTrust::Pem(pem)));
    }
    match cluster.certificate_authority.as_deref().filter(|path| !path.is_empty()) {
        None => Ok(None),
        Some(path) if Path::new(path).is_absolute() => Ok(Some(ServerTrust::File(path.into()))),
        Some(_) => Err(format!(
            "Its certificate authority is a file in a folder that the text does not tell; {ADD_THE_FILE}."
        )),
    }
}

fn sign_in(user: Option<&AuthInfo>) -> Result<PastedSignIn, String> {
    let user = user.ok_or("It does not say who signs in: the user of the context is not in the text.")?;
    let some = |secret: &Option<SecretString>| -> Result<Option<SecretText>, String> {
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
        let certificate = pem(certificate, "client certificate")?;
        let key = key.ok_or("It has a client certificate but no client key.")?;
        let key = SecretText::new(pem(key.expose(), "client key")?);
        return Ok(PastedSignIn::Certificate { certificate, key });
    }
    if let Some(exec) = &user.exec {
        let program = exec.command.as_deref().filter(|command| is_program(command)).unwrap_or("a program");
        return Err(format!(
            "It signs in with {program}, which Culvert can run only from a file; {ADD_THE_FILE}."
        ));
    }
    if user.auth_provider.is_some() {
        return Err(format!("It signs in with an identity provider; {ADD_THE_FILE}."));
    }
    if files.iter().any(|file| file.is_some()) {
        return Err(format!(
            "What it signs in with is in other files; {ADD_THE_FILE}, or paste what \"kubectl config view --raw --flatten\" \
             prints."
        ));
    }
    if user.username.is_some() {
        return Ok(PastedSignIn::Password(some(&user.password)?));
    }
    Err("It does not say how to sign in: its user has neither a token nor a certificate.".to_owned())
}

fn pem(data: &str, what: &str) -> Result<String, String> {
    if LEFT_OUT.contains(&data) {
        return Err(left_out());
    }
    if data.is_empty() {
        return Err(format!("It has no {what}."));
    }
    let compact: String = data.chars().filter(|c| !c.is_whitespace()).collect();
    let pem = STANDARD.decode(compact).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pem = pem.ok_or_else(|| format!("The {what} in it is damaged (not base64); copy the text whole."))?;
    if !pem.contains("-----BEGIN ") {
        return Err(format!("The {what} in it is not in PEM."));
    }
    Ok(pem)
}

fn left_out() -> String {
    "What is secret was left out of the text; paste what \"kubectl config view --raw\" prints.".to_owned()
}

/// Whether a text can be the name of a program, which is told.
fn is_program(command: &str) -> bool {
    command.len() <= 80 && command.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}
