//! Which problems pass by themselves, and how soon it is worth another try.

use std::time::Duration;

use super::backoff::{Backoff, LONGEST};
use crate::problem::ProblemCode;

/// The longest wait while pods are starting: asking again costs the cluster one small answer, and somebody may be waiting.
pub(super) const LONGEST_FOR_POD: Duration = Duration::from_secs(3);

/// The wait before the next try.
pub(super) fn wait(code: ProblemCode, backoff: &mut Backoff) -> Duration {
    match code {
        ProblemCode::NoPod => backoff.next(LONGEST_FOR_POD),
        // Each try starts a program, or knocks where something else answers.
        ProblemCode::LoginHelper | ProblemCode::Proxy | ProblemCode::Untrusted => backoff.longest(),
        _ => backoff.next(LONGEST),
    }
}

/// Whether nothing will change until a person acts. What once worked may come back, and is waited for then: a target (a
/// roll-out, a restore), a login helper, a proxy or the server's certificate (all fail while the network is somebody else's).
pub(super) fn needs_person(code: ProblemCode, proven: bool) -> bool {
    match code {
        ProblemCode::BadInput
        | ProblemCode::UnknownProfile
        | ProblemCode::ConfirmFirst
        | ProblemCode::ProfileStore
        | ProblemCode::Kubeconfig
        | ProblemCode::Unauthorized
        | ProblemCode::Forbidden
        | ProblemCode::TargetUnsuitable
        | ProblemCode::PortNotDeclared
        | ProblemCode::LocalPortTaken
        | ProblemCode::LocalPortDenied
        | ProblemCode::Demo => true,
        ProblemCode::LoginHelper
        | ProblemCode::Proxy
        | ProblemCode::Untrusted
        | ProblemCode::TargetNotFound
        | ProblemCode::NoTransport => !proven,
        ProblemCode::Unreachable
        | ProblemCode::TooBusy
        | ProblemCode::NoPod
        | ProblemCode::PortNotListening
        | ProblemCode::PodGone
        | ProblemCode::TunnelLost
        | ProblemCode::Internal => false,
    }
}
