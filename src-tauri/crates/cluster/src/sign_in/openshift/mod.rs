//! OpenShift's sign-in (OAuth 2, RFC 6749 and RFC 7636) as `oc login` does it.

mod browser;
mod password;

pub use browser::{BrowserSignIn, begin_browser_sign_in};
pub use password::sign_in_with_password;
