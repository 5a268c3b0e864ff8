//! OpenShift's sign-in (OAuth 2, RFC 6749 and RFC 7636) as `oc login` does it.
//!
//! ```text
//! endpoints   where the API server says that signing in happens (RFC 8414)
//! grant       one request for a token: PKCE, state, the exchange of the code
//! password    the challenge flow: a name and a password by Basic
//! browser     the server's own page, with a redirect to this computer
//! callback    what listens for that redirect, and the page that it shows
//! ```

mod browser;
mod callback;
mod endpoints;
mod grant;
mod password;

pub use browser::{BrowserSignIn, begin_browser_sign_in};
pub(crate) use endpoints::discover;
pub use password::sign_in_with_password;
