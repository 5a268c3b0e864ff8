//! What lies behind an error of a library.

use std::{error::Error as StdError, io};

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
pub(crate) fn io_words(chain: &[&(dyn StdError + 'static)]) -> String {
    let text = chain.last().map(ToString::to_string).unwrap_or_default();
    let kind = chain.iter().rev().find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    let is_lookup = chain.iter().any(|cause| cause.to_string().starts_with("dns error"));
    match kind {
        _ if is_lookup => format!("its name cannot be resolved: {text}"),
        Some(io::ErrorKind::ConnectionRefused) => {
            "nothing answers at that address (connection refused)".to_owned()
        }
        Some(io::ErrorKind::TimedOut) => "no answer in time".to_owned(),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe) => {
            "the connection was cut".to_owned()
        }
        _ => text,
    }
}
