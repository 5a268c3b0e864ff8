//! What lies behind an error of a library.

use std::{error::Error as StdError, io};

use wording::{Text, text};

/// How far a chain of causes is followed; real ones have about six links.
const DEEPEST: usize = 16;

/// An error and its causes, outermost first. Looks into `io::Error`, whose `source` skips what it wraps.
pub(crate) fn causes<'a>(error: &'a (dyn StdError + 'static)) -> Vec<&'a (dyn StdError + 'static)> {
    let mut chain = Vec::new();
    let mut next: Option<&'a (dyn StdError + 'static)> = Some(error);
    while let Some(error) = next
        && chain.len() < DEEPEST
    {
        chain.push(error);
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => error.source(),
        };
    }
    chain
}

/// The first cause of type `T`.
pub(crate) fn find<'a, T: StdError + 'static>(chain: &[&'a (dyn StdError + 'static)]) -> Option<&'a T> {
    chain.iter().find_map(|cause| cause.downcast_ref::<T>())
}

/// Why there is no connection, or no longer one.
pub(crate) fn io_words(chain: &[&(dyn StdError + 'static)]) -> Text {
    let text = chain.last().map(ToString::to_string).unwrap_or_default();
    let kind = chain.iter().rev().find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    let is_lookup = chain.iter().any(|cause| cause.to_string().starts_with("dns error"));
    match kind {
        _ if is_lookup => {
            text!("its name cannot be resolved: {text}", "sein Name lässt sich nicht auflösen: {text}")
        }
        Some(io::ErrorKind::ConnectionRefused) => {
            text!(
                "nothing answers at that address (connection refused)",
                "unter dieser Adresse antwortet nichts (Verbindung abgelehnt)"
            )
        }
        Some(io::ErrorKind::TimedOut) => text!("no answer in time", "keine rechtzeitige Antwort"),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe) => {
            text!("the connection was cut", "die Verbindung wurde gekappt")
        }
        _ => find::<Text>(chain).cloned().unwrap_or_else(|| Text::verbatim(text)),
    }
}
