//! The way through a SOCKS5 proxy (RFC 1928, with the passwords of RFC 1929).

use hyper_util::rt::TokioIo;
use secrecy::ExposeSecret;
use tokio_socks::{Error as SocksError, tcp::Socks5Stream};

use super::{Proxy, ProxyFailure, destination::Destination, dial::Connection};
use crate::{
    Error,
    causes::{causes, io_words},
};

/// Has the proxy resolve the destination's name and connect to it. What comes back leads there.
///
/// # Errors
/// [`Error::Proxy`].
pub(super) async fn open(
    connection: Connection,
    destination: &Destination,
    proxy: &Proxy,
) -> Result<Connection, Error> {
    let connection = TokioIo::new(connection);
    let target = (destination.host.as_str(), destination.port);
    let opened = match &proxy.sign_in {
        None => Socks5Stream::connect_with_socket(connection, target).await,
        Some(sign_in) => {
            let password = sign_in.password.expose_secret();
            Socks5Stream::connect_with_password_and_socket(connection, target, &sign_in.user, password).await
        }
    };
    match opened {
        Ok(stream) => Ok(stream.into_inner().into_inner()),
        Err(error) => Err(refusal(proxy, destination, &error)),
    }
}

fn refusal(proxy: &Proxy, destination: &Destination, error: &SocksError) -> Error {
    use SocksError as E;
    let cannot = |why: &str| (ProxyFailure::Destination, format!("cannot connect to {destination}: {why}"));
    let (failure, reason) = match error {
        E::NoAcceptableAuthMethods | E::AuthorizationRequired if proxy.sign_in.is_none() => {
            (ProxyFailure::SignIn, "wants a user name and password".to_owned())
        }
        E::NoAcceptableAuthMethods | E::AuthorizationRequired => (
            ProxyFailure::SignIn,
            "wants a kind of sign-in that is not supported, only user name and password are".to_owned(),
        ),
        E::PasswordAuthFailure(_) => {
            (ProxyFailure::SignIn, "does not accept the user name and password in its URL".to_owned())
        }
        E::InvalidAuthValues(_) => (
            ProxyFailure::SignIn,
            "cannot be given the user name and password in its URL: each must have 1 to 255 bytes".to_owned(),
        ),
        E::ConnectionNotAllowedByRuleset => {
            (ProxyFailure::Refused, format!("refuses to connect to {destination}: its rules do not allow it"))
        }
        E::NetworkUnreachable => cannot("the network is unreachable"),
        E::HostUnreachable => cannot("the host is unreachable, or its name is not known there"),
        E::ConnectionRefused => cannot("nothing answers at that address (connection refused)"),
        E::TtlExpired => cannot("it is too far away"),
        E::GeneralSocksServerFailure => cannot("it does not say why"),
        E::AddressTypeNotSupported => cannot("it does not support this kind of address"),
        E::InvalidTargetAddress(_) => cannot("the name is too long"),
        E::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            (ProxyFailure::NotAProxy, "closes the connection instead of answering".to_owned())
        }
        E::Io(error) => (ProxyFailure::NotAProxy, format!("does not answer: {}", io_words(&causes(error)))),
        _ => (ProxyFailure::NotAProxy, "answers, but not as a SOCKS5 proxy does".to_owned()),
    };
    proxy.failed(failure, reason)
}
