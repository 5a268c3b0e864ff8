//! In the browser, with a redirect to this computer.

use crate::{Credentials, Error, ProxyEnvironment, Server};

/// A sign-in that waits for the browser. Dropped, it waits no more and its port is closed.
pub struct BrowserSignIn {
    address: String,
}

/// Prepares a sign-in at the server's own page: listens on a loopback port for the browser to come back. The browser is
/// not opened; [`BrowserSignIn::address`] says what with.
///
/// # Errors
/// [`Error::NotOpenShift`], [`Error::SignIn`], and of any connection as in
/// [`sign_in_with_password`](super::sign_in_with_password).
pub async fn begin_browser_sign_in(
    server: &Server,
    proxies: &ProxyEnvironment,
) -> Result<BrowserSignIn, Error> {
    let _ = proxies;
    Err(Error::BadServer { server: server.normalized_url()?, reason: "not yet".to_owned() })
}

impl BrowserSignIn {
    /// What to open in the browser. Holds no secret: without this program's share nobody gets a token by it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the browser to come back, at most ten minutes, and gets the token.
    ///
    /// # Errors
    /// [`Error::SignInTimeout`], [`Error::SignIn`], and of any connection as in
    /// [`sign_in_with_password`](super::sign_in_with_password).
    pub async fn finish(self) -> Result<Credentials, Error> {
        Err(Error::SignIn { server: self.address, reason: "not yet".to_owned() })
    }
}

impl std::fmt::Debug for BrowserSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BrowserSignIn").finish_non_exhaustive()
    }
}
