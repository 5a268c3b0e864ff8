//! Whether a server takes credentials, and as whom.

use std::time::SystemTime;

use crate::{Credentials, Error, ProxyEnvironment, Server};

/// As whom a server knows a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The name; absent where the server does not tell it.
    pub user: Option<String>,
    /// When the credentials expire, where it can be known.
    pub expires_at: Option<SystemTime>,
}

/// Asks the server whether it takes these credentials, and as whom.
///
/// # Errors
/// [`Error::Unauthorized`] where it does not; as of [`connect_own`](crate::connect_own) and of any request otherwise.
pub async fn check(
    server: &Server,
    credentials: &Credentials,
    proxies: &ProxyEnvironment,
) -> Result<Identity, Error> {
    let _ = (credentials, proxies);
    Err(Error::BadServer { server: server.normalized_url()?, reason: "not yet".to_owned() })
}
