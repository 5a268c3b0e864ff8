//! In the browser, with a redirect to this computer (RFC 8252, section 7.3), as `oc login --web`.

use std::{fmt, net::Ipv4Addr, time::Duration};

use tokio::{net::TcpListener, time::timeout};
use wording::text;

use super::{
    callback::{Callbacks, Page},
    endpoints::Place,
    grant::{Grant, Outcome},
};
use crate::{Credentials, Error, ProxyEnvironment, Server};

/// The OAuth client that OpenShift has for redirects to the own computer.
const CLIENT: &str = "openshift-cli-client";

/// How long the browser is waited for: a person may have to look for a password and a second factor.
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// A sign-in that waits for the browser. Dropped, it waits no more and its port is closed.
pub struct BrowserSignIn {
    address: String,
    grant: Grant,
    place: Place,
    listener: TcpListener,
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
    let place = Place::find(server, proxies).await?;
    let no_port = |error: std::io::Error| Error::Other {
        message: text!(
            "no port for the browser to come back to could be opened: {error}",
            "es ließ sich kein Port öffnen, zu dem der Browser zurückkehren kann: {error}"
        ),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(no_port)?;
    let port = listener.local_addr().map_err(no_port)?.port();
    let grant = Grant::new(CLIENT, format!("http://127.0.0.1:{port}/callback"));
    let address = grant.authorize_url(&place.endpoints.authorize).into();
    Ok(BrowserSignIn { address, grant, place, listener })
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
        let Self { grant, place, listener, .. } = self;
        let mut callbacks = Callbacks::listen(listener);
        let coming_back = async {
            loop {
                let callback = callbacks.next().await;
                match grant.outcome(&callback.query) {
                    // Anybody on this computer can say anything here: only who knows the state ends the waiting.
                    Outcome::Stranger => callback.show(Page::Stranger),
                    Outcome::Refused(words) => {
                        callback.show(Page::Failed);
                        let server = place.endpoints.authorize.origin().ascii_serialization();
                        return Err(Error::SignIn { server, reason: words });
                    }
                    Outcome::Code(code) => {
                        let signed_in = grant.exchange(&place, &code).await;
                        callback.show(if signed_in.is_ok() { Page::Done } else { Page::Failed });
                        return signed_in;
                    }
                }
            }
        };
        let signed_in = timeout(LIMIT, coming_back).await;
        callbacks.end().await;
        signed_in.unwrap_or(Err(Error::SignInTimeout { limit: LIMIT }))
    }
}

impl fmt::Debug for BrowserSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserSignIn").finish_non_exhaustive()
    }
}
