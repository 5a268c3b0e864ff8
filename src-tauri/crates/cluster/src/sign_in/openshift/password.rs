//! With a name and a password.

use crate::{Credentials, Error, ProxyEnvironment, SecretText, Server};

/// Signs in with a name and a password, as `oc login -u` does. The password is not kept.
///
/// # Errors
/// [`Error::WrongPassword`], [`Error::NoPasswordSignIn`], [`Error::NotOpenShift`], [`Error::SignIn`]; and of any
/// connection [`Error::BadServer`], [`Error::BadAuthority`], [`Error::Unreachable`], [`Error::Proxy`],
/// [`Error::Untrusted`], [`Error::CertificateChanged`].
pub async fn sign_in_with_password(
    server: &Server,
    user: &str,
    password: SecretText,
    proxies: &ProxyEnvironment,
) -> Result<Credentials, Error> {
    let _ = (user, password, proxies);
    Err(Error::BadServer { server: server.normalized_url()?, reason: "not yet".to_owned() })
}
