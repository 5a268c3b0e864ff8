//! What people paste to sign in: `oc login` lines, `kubectl config` lines, kubeconfigs.

mod guess;
mod kubeconfig;
mod kubectl_config;
mod lines;
mod oc_login;
#[cfg(test)]
mod tests;

use wording::{Text, text};

use crate::{Credentials, Error, SecretText, ServerTrust};

/// The longest text that is read, in bytes: as of a kubeconfig file of a person with hundreds of clusters.
const LARGEST: usize = 4 * 1024 * 1024;

/// What a pasted text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PastedLogin {
    /// An `oc login` line.
    Login(PastedServer),
    /// A kubeconfig, or `kubectl config` lines: its contexts, the current one first. At least one.
    Kubeconfig(Vec<PastedServer>),
}

/// A server and how to sign in to it, from a pasted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedServer {
    /// What to call it: the context's name, or made from the host.
    pub name: String,
    /// The API server's URL.
    pub url: String,
    /// Whose word counts for the certificate, where the text says so.
    pub trust: Option<ServerTrust>,
    /// The text wants the server's certificate unchecked.
    pub unchecked: bool,
    /// The namespace that the text prefers.
    pub namespace: Option<String>,
    /// The user name in it.
    pub user: Option<String>,
    /// How it signs in.
    pub sign_in: PastedSignIn,
}

/// How a pasted text signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PastedSignIn {
    /// A bearer token is in it.
    Token(SecretText),
    /// A user name ([`PastedServer::user`]), and perhaps the password.
    Password(Option<SecretText>),
    /// `oc login --web`, or `oc login` without saying how.
    Browser,
    /// A client certificate and its key, in PEM.
    Certificate {
        /// The certificate.
        certificate: String,
        /// The key.
        key: SecretText,
    },
    /// It cannot be used; says why and what to do instead, as a sentence.
    Unusable(Text),
}

impl PastedServer {
    /// The credentials in it; `None` where they have to be asked for first (password, browser).
    ///
    /// # Errors
    /// [`Error::BadCredentials`]; [`Error::BadPaste`] where it is unusable.
    pub fn credentials(&self) -> Result<Option<Credentials>, Error> {
        match &self.sign_in {
            PastedSignIn::Token(token) => Credentials::token(token.clone()).map(Some),
            PastedSignIn::Certificate { certificate, key } => {
                Credentials::certificate(certificate, key.clone()).map(Some)
            }
            PastedSignIn::Password(_) | PastedSignIn::Browser => Ok(None),
            PastedSignIn::Unusable(reason) => Err(Error::BadPaste { reason: reason.clone() }),
        }
    }
}

/// Reads a pasted text: `oc login` lines in all their forms, also amid prose; `kubectl config set-cluster` and the like; a
/// kubeconfig, or what `kubectl config view --raw` prints.
///
/// # Errors
/// [`Error::BadPaste`], without quoting anything that may be secret.
pub fn read_pasted(text: &SecretText) -> Result<PastedLogin, Error> {
    let text = text.expose();
    if text.trim().is_empty() {
        return Err(bad(text!("nothing was pasted", "es wurde nichts eingefügt")));
    }
    if text.len() > LARGEST {
        return Err(bad(text!(
            "the text is too long to be a login command or a kubeconfig",
            "der Text ist zu lang für einen Anmeldebefehl oder eine kubeconfig"
        )));
    }
    let lines = lines::commands(text);
    if let Some(login) = oc_login::read(&lines)? {
        return Ok(PastedLogin::Login(login));
    }
    if let Some(config) = kubectl_config::read(&lines)? {
        return kubeconfig::contexts(&config).map(PastedLogin::Kubeconfig);
    }
    if kubeconfig::looks_like_one(text) {
        let config = kubeconfig::parse(text)?;
        return kubeconfig::contexts(&config).map(PastedLogin::Kubeconfig);
    }
    Err(bad(guess::what_else(text)))
}

fn bad(reason: Text) -> Error {
    Error::BadPaste { reason }
}
