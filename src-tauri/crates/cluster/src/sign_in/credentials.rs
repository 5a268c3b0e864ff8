//! What a server knows a person by.

use std::{fmt, time::SystemTime};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::HeaderValue;
use kube::config::AuthInfo;
use wording::{Text, text};

use super::{Account, kept};
use crate::{
    Definition, Error, SecretText,
    expiry::{self, OwnWords},
    tls,
};

/// A bearer token, or a client certificate with its key. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub(super) kind: Kind,
    pub(super) user: Option<String>,
    pub(super) expires_at: Option<SystemTime>,
    pub(super) beside: Option<Definition>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Token(SecretText),
    Certificate { certificate: String, key: SecretText },
}

impl Credentials {
    /// A bearer token.
    ///
    /// # Errors
    /// [`Error::BadCredentials`] where it cannot be sent.
    pub fn token(token: SecretText) -> Result<Self, Error> {
        let text = token.expose().trim();
        if text.is_empty() {
            return Err(bad(text!("the token is empty", "das Token ist leer")));
        }
        if text.contains(char::is_whitespace) || HeaderValue::try_from(text).is_err() {
            return Err(bad(text!(
                "the token has blanks or other characters in it that no token has; copy it again",
                "das Token enthält Leerzeichen oder andere Zeichen, die kein Token hat; kopieren Sie es neu"
            )));
        }
        let OwnWords { user, expires_at } = expiry::of_token(text);
        Ok(Self { kind: Kind::Token(SecretText::new(text)), user, expires_at, beside: None })
    }

    /// A client certificate in PEM, with those between it and its authority, and its key in PEM.
    ///
    /// # Errors
    /// [`Error::BadCredentials`] says what is wrong with either, without quoting it.
    pub fn certificate(certificate: &str, key: SecretText) -> Result<Self, Error> {
        tls::check_key_pair(certificate.as_bytes(), key.expose().as_bytes()).map_err(bad)?;
        let kind = Kind::Certificate { certificate: certificate.trim().to_owned(), key };
        let OwnWords { user, expires_at } = expiry::of_certificate(certificate.as_bytes());
        Ok(Self { kind, user, expires_at, beside: None })
    }

    /// Written down for the keyring.
    #[must_use]
    pub fn to_kept(&self) -> SecretText {
        kept::write(self)
    }

    /// What [`to_kept`](Self::to_kept) wrote.
    ///
    /// # Errors
    /// [`Error::BadCredentials`].
    pub fn from_kept(kept: &SecretText) -> Result<Self, Error> {
        kept::read(kept)
    }

    /// When they expire, where it is known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// As whom they are known, where it is known.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// What a kubeconfig said when they were to be kept beside it.
    pub fn beside(&self) -> Option<Definition> {
        self.beside
    }

    /// The same, kept beside what a kubeconfig says now: when it says something else its own way of signing in counts again.
    #[must_use]
    pub fn kept_beside(mut self, definition: Option<Definition>) -> Self {
        self.beside = definition;
        self
    }

    /// The same, with what [`check`](super::check) found out about them.
    #[must_use]
    pub fn known_as(mut self, identity: &Account) -> Self {
        self.user = identity.user.clone().or(self.user);
        self.expires_at = identity.expires_at.or(self.expires_at);
        self
    }
}

impl Credentials {
    /// As a kubeconfig has them.
    pub(crate) fn as_user(&self) -> AuthInfo {
        let mut user = AuthInfo::default();
        match &self.kind {
            Kind::Token(token) => user.token = Some(token.expose().to_owned().into()),
            Kind::Certificate { certificate, key } => {
                user.client_certificate_data = Some(STANDARD.encode(certificate));
                user.client_key_data = Some(STANDARD.encode(key.expose()).into());
            }
        }
        user
    }

    /// The token, where that is what they are.
    pub(crate) fn bearer(&self) -> Option<&SecretText> {
        match &self.kind {
            Kind::Token(token) => Some(token),
            Kind::Certificate { .. } => None,
        }
    }
}

pub(super) fn bad(reason: Text) -> Error {
    Error::BadCredentials { reason }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Token(_) => "token",
            Kind::Certificate { .. } => "certificate",
        };
        f.debug_struct("Credentials")
            .field("kind", &kind)
            .field("user", &self.user)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
