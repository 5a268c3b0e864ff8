//! The way through a SOCKS5 proxy (RFC 1928, with the passwords of RFC 1929).

use hyper_util::rt::TokioIo;
use secrecy::ExposeSecret;
use tokio_socks::{Error as SocksError, tcp::Socks5Stream};
use wording::{Text, text};

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
    let cannot = |why: Text| {
        let reason = text!("cannot connect to {destination}: {why}", "kann nicht mit {destination} verbinden: {why}"; why);
        (ProxyFailure::Destination, reason)
    };
    let (failure, reason) = match error {
        E::NoAcceptableAuthMethods | E::AuthorizationRequired if proxy.sign_in.is_none() => (
            ProxyFailure::SignIn,
            text!("wants a user name and password", "verlangt Benutzername und Passwort"),
        ),
        E::NoAcceptableAuthMethods | E::AuthorizationRequired => (
            ProxyFailure::SignIn,
            text!(
                "wants a kind of sign-in that is not supported, only user name and password are",
                "verlangt eine Anmeldung, die nicht unterstützt wird, nur Benutzername und Passwort"
            ),
        ),
        E::PasswordAuthFailure(_) => (
            ProxyFailure::SignIn,
            text!(
                "does not accept the user name and password in its URL",
                "akzeptiert Benutzername und Passwort in seiner URL nicht"
            ),
        ),
        E::InvalidAuthValues(_) => (
            ProxyFailure::SignIn,
            text!(
                "cannot be given the user name and password in its URL: each must have 1 to 255 bytes",
                "kann Benutzername und Passwort in seiner URL nicht bekommen: beide müssen 1 bis 255 Bytes lang sein"
            ),
        ),
        E::ConnectionNotAllowedByRuleset => (
            ProxyFailure::Refused,
            text!(
                "refuses to connect to {destination}: its rules do not allow it",
                "lehnt es ab, mit {destination} zu verbinden: seine Regeln erlauben es nicht"
            ),
        ),
        E::NetworkUnreachable => cannot(text!("the network is unreachable", "das Netz ist nicht erreichbar")),
        E::HostUnreachable => cannot(text!(
            "the host is unreachable, or its name is not known there",
            "der Host ist nicht erreichbar, oder sein Name ist dort nicht bekannt"
        )),
        E::ConnectionRefused => cannot(text!(
            "nothing answers at that address (connection refused)",
            "unter dieser Adresse antwortet nichts (Verbindung abgelehnt)"
        )),
        E::TtlExpired => cannot(text!("it is too far away", "das Ziel ist zu weit entfernt")),
        E::GeneralSocksServerFailure => cannot(text!("it does not say why", "er sagt nicht, warum")),
        E::AddressTypeNotSupported => cannot(text!(
            "it does not support this kind of address",
            "er unterstützt diese Art von Adresse nicht"
        )),
        E::InvalidTargetAddress(_) => cannot(text!("the name is too long", "der Name ist zu lang")),
        E::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => (
            ProxyFailure::NotAProxy,
            text!(
                "closes the connection instead of answering",
                "schließt die Verbindung, statt zu antworten"
            ),
        ),
        E::Io(error) => (
            ProxyFailure::NotAProxy,
            text!("does not answer: {why}", "antwortet nicht: {why}"; why = io_words(&causes(error))),
        ),
        _ => (
            ProxyFailure::NotAProxy,
            text!("answers, but not as a SOCKS5 proxy does", "antwortet, aber nicht wie ein SOCKS5-Proxy"),
        ),
    };
    proxy.failed(failure, reason)
}
