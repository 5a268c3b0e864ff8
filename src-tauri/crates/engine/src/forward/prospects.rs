//! Which problems pass by themselves, and how soon it is worth another try.

use std::time::Duration;

use super::backoff::{Backoff, LONGEST};
use crate::problem::{Problem, ProblemCode};

/// The longest wait while pods are starting: asking again costs the cluster one small answer, and somebody may be waiting.
pub(super) const LONGEST_FOR_POD: Duration = Duration::from_secs(3);

/// The longest wait for a cluster that cannot be reached, or fails, while a program is held: at most as many tries as the
/// program is held for, and each costs the cluster little.
pub(super) const LONGEST_FOR_CALLER: Duration = Duration::from_secs(3);

/// The longest that a server may ask to be left alone. Beyond it the person would take Culvert for dead.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// What is to be done about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prospect {
    /// It passes by itself.
    Passes,
    /// A person has to act, though perhaps not here: the cluster is asked again from time to time.
    NeedsSomebody,
    /// Nothing will change until the person acts.
    NeedsPerson,
}

/// The wait before the next try.
pub(super) fn wait(problem: &Problem, backoff: &mut Backoff) -> Duration {
    let wait = match problem.code {
        ProblemCode::NoPod => backoff.next(LONGEST_FOR_POD),
        // Each try starts a program, or knocks where something else answers.
        ProblemCode::LoginHelper | ProblemCode::Proxy | ProblemCode::Untrusted => backoff.longest(),
        _ => backoff.next(LONGEST),
    };
    wait.max(problem.retry_after.unwrap_or_default().min(LONGEST_ASKED))
}

/// Whether the next try may come sooner, because a program waits or the network is another one.
pub(super) fn may_hurry(problem: &Problem) -> bool {
    let code = problem.code;
    let passes = matches!(
        code,
        ProblemCode::Unreachable | ProblemCode::TunnelLost | ProblemCode::NoPod | ProblemCode::Internal
    );
    passes && problem.retry_after.is_none()
}

/// Whether only somebody who is signed in gets this answer.
pub(super) fn proves_sign_in(code: ProblemCode) -> bool {
    is_for_want_of_a_pod(code) || code.is_asked_again()
}

/// Whether it may be over as soon as a pod is ready.
pub(super) fn is_for_want_of_a_pod(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::NoPod | ProblemCode::PodGone | ProblemCode::TargetNotFound)
}

/// What once worked may come back, and is waited for then: a login helper, a proxy or the server's certificate (all fail
/// while the network is somebody else's).
pub(super) fn of(code: ProblemCode, proven: bool) -> Prospect {
    match code {
        code if code.is_asked_again() => Prospect::NeedsSomebody,
        ProblemCode::BadInput
        | ProblemCode::BadFile
        | ProblemCode::FileExists
        | ProblemCode::UnknownProfile
        | ProblemCode::ConfirmFirst
        | ProblemCode::ProfileStore
        | ProblemCode::StartAtLogin
        | ProblemCode::Kubeconfig
        | ProblemCode::Unauthorized
        | ProblemCode::ClusterChanged
        | ProblemCode::BadLogin
        | ProblemCode::Keyring
        | ProblemCode::LocalPortTaken
        | ProblemCode::LocalPortDenied
        | ProblemCode::Demo => Prospect::NeedsPerson,
        ProblemCode::LoginHelper | ProblemCode::Proxy | ProblemCode::Untrusted | ProblemCode::NoTransport
            if !proven =>
        {
            Prospect::NeedsPerson
        }
        ProblemCode::Forbidden
        | ProblemCode::TargetNotFound
        | ProblemCode::TargetUnsuitable
        | ProblemCode::PortNotDeclared
        | ProblemCode::LoginHelper
        | ProblemCode::Proxy
        | ProblemCode::Untrusted
        | ProblemCode::NoTransport
        | ProblemCode::Unreachable
        | ProblemCode::TooBusy
        | ProblemCode::NoPod
        | ProblemCode::PortNotListening
        | ProblemCode::PodGone
        | ProblemCode::TunnelLost
        | ProblemCode::Internal => Prospect::Passes,
    }
}
