//! Why a keyring does not serve.

use std::fmt;

/// Why a keyring does not serve. `Display` is one sentence's worth without a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyringFailure {
    /// It is locked, and nobody could be asked to unlock it.
    Locked,
    /// There is none: no session bus, or no Secret Service on it.
    Missing,
    /// There is a service for keyrings, and it has none yet.
    Empty,
    /// The person, or the system, refused access.
    Denied,
    /// It has not answered in time; it may still wait for a person.
    Slow,
    /// It takes no secret of this length.
    TooLong,
    /// Anything else.
    Failed,
}

impl fmt::Display for KeyringFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Locked => "the keyring is locked",
            Self::Missing => "there is no keyring",
            Self::Empty => "no keyring has been set up yet",
            Self::Denied => "access to the keyring was refused",
            Self::Slow => "the keyring does not answer",
            Self::TooLong => "the secret is too long for the keyring",
            Self::Failed => "the keyring failed",
        })
    }
}
