//! Ways to sign in, and what a person gives for them.

use cluster::{Keep, SecretText};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wording::Text;

use crate::book::Trust;

/// What a person signs in with. Secrets go into the engine by it and never come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "method", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SignIn {
    /// A bearer token.
    Token {
        /// It.
        token: SecretText,
    },
    /// A name and a password, for which an OpenShift server gives a token. The password is not kept.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: SecretText,
    },
    /// The browser, at an OpenShift server's sign-in page.
    Browser,
    /// A client certificate.
    Certificate {
        /// In PEM, with those between it and its authority.
        certificate: String,
        /// Its key in PEM.
        key: SecretText,
    },
    /// What is in a pasted text, as [`Pasted`] tells of it.
    Pasted {
        /// The whole text, again.
        text: SecretText,
        /// Which of the contexts in it, where it is a kubeconfig.
        #[serde(default)]
        #[ts(as = "Option<String>", optional)]
        context: Option<String>,
        /// What is still missing: the password that belongs to the user name in the text.
        #[serde(default)]
        #[ts(as = "Option<SecretText>", optional)]
        password: Option<SecretText>,
    },
}

/// A way of signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "as in SignIn")]
pub enum SignInMethod {
    Token,
    Password,
    Browser,
    Certificate,
}

/// Where a secret is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeepSecret {
    /// In the system's keyring.
    #[default]
    Keyring,
    /// In memory, until Culvert ends.
    Session,
}

impl From<Keep> for KeepSecret {
    fn from(keep: Keep) -> Self {
        match keep {
            Keep::Keyring => Self::Keyring,
            Keep::Session => Self::Session,
        }
    }
}

impl From<KeepSecret> for Keep {
    fn from(keep: KeepSecret) -> Self {
        match keep {
            KeepSecret::Keyring => Self::Keyring,
            KeepSecret::Session => Self::Session,
        }
    }
}

/// What a pasted text says, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Pasted {
    /// An `oc login` line.
    Login {
        /// The API server's URL.
        server: String,
        /// What to call the cluster.
        name: String,
        /// The user name in it.
        user: Option<String>,
        /// How it signs in. [`SignInMethod::Password`] needs the password where `has_secret` is false.
        method: SignInMethod,
        /// Whether the token or the password is in it.
        has_secret: bool,
        /// The authority it names, a file.
        authority: Option<String>,
        /// It wants the server's certificate unchecked; Culvert shows the certificate instead.
        unchecked: bool,
    },
    /// The output of `kubectl config view --raw`, or a whole kubeconfig.
    Kubeconfig {
        /// Those in it, the current one first.
        contexts: Vec<PastedContext>,
    },
}

/// One context of a pasted kubeconfig.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PastedContext {
    /// Its name.
    pub name: String,
    /// The API server's URL.
    pub server: String,
    /// Whose word counts for its certificate.
    pub trust: Trust,
    /// The namespace it prefers.
    pub namespace: Option<String>,
    /// How it signs in; absent where Culvert cannot keep it (a login helper: add the file instead).
    pub method: Option<SignInMethod>,
    /// Whether the secret it signs in with is in the text; a user may have a name and no password.
    pub has_secret: bool,
    /// Why it cannot be used, as a sentence; `kubectl config view` without `--raw` leaves out what is secret.
    pub unusable: Option<Text>,
}

/// What was found where a server is said to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServerReport {
    /// The certificate it shows; absent without TLS.
    pub certificate: Option<CertificateView>,
    /// Whether it offers OpenShift's sign-in, so that name and password or the browser can be used.
    pub openshift: bool,
    /// The server that name and password or the browser sign in at, where that is another one.
    pub sign_in_server: Option<SignInServerView>,
    /// The ways of signing in that it can be expected to take, the likeliest first.
    pub methods: Vec<SignInMethod>,
}

/// The server that is signed in at, where it is another one than the cluster's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignInServerView {
    /// Its URL, without a path.
    pub url: String,
    /// The certificate it shows.
    pub certificate: CertificateView,
}

/// A server's certificate, for a person to judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CertificateView {
    /// Whom it names.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The host names and addresses it is for.
    pub names: Vec<String>,
    /// From when it is valid, in milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub not_before_ms: u64,
    /// Until when.
    #[ts(type = "number")]
    pub not_after_ms: u64,
    /// As in [`Trust::Pinned`](crate::Trust::Pinned).
    pub sha256: String,
    /// Why it is not trusted, as a sentence; absent where it is.
    pub distrust: Option<Text>,
}
