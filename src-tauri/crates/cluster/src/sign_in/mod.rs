//! Signing in: what a person gives becomes credentials that a server takes.

mod check;
mod credentials;
mod kept;
pub(crate) mod openshift;

pub(crate) use check::who;
pub use check::{Account, check};
pub use credentials::Credentials;
pub use openshift::{BrowserSignIn, begin_browser_sign_in, sign_in_with_password};

/// A way of signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignInWay {
    /// With a bearer token.
    Token,
    /// With a name and a password, for which an OpenShift server gives a token.
    Password,
    /// At an OpenShift server's sign-in page, in the browser.
    Browser,
    /// With a client certificate.
    Certificate,
}
