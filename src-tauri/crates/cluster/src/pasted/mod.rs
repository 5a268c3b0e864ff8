//! What people paste to sign in: `oc login` lines, `kubectl config` lines, kubeconfigs.

use crate::{Credentials, Error, SecretText, ServerTrust};

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
    Unusable(String),
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

/// Reads a pasted text.
///
/// # Errors
/// [`Error::BadPaste`], without quoting anything that may be secret; [`Error::BadServer`].
pub fn read_pasted(text: &SecretText) -> Result<PastedLogin, Error> {
    let _ = text;
    Err(Error::BadPaste { reason: "not yet".to_owned() })
}
