//! What happened between two views of a forward, as a pure function of them.

use crate::{
    options::OffReason,
    problem::Problem,
    profile::Profile,
    view::{ConnectStep, ForwardState, ForwardView, PortView, Shadow, TransportName},
};

/// Something that happened to a forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    TurnedOn,
    /// The reason where it was not a person.
    TurnedOff(Option<OffReason>),
    ProfileChanged,
    /// These ports were opened.
    Listening(Vec<PortView>),
    Shadowed(Shadow),
    FindingPod,
    /// There is a tunnel to this pod.
    TunnelOpened {
        pod: String,
        transport: Option<TransportName>,
    },
    /// The tunnel leads to this pod now.
    PodChanged {
        pod: String,
        transport: Option<TransportName>,
    },
    TunnelLost {
        pod: String,
        reason: Problem,
    },
    /// The next try starts at this time, in milliseconds since 1970.
    Waiting {
        reason: Problem,
        until_ms: u64,
    },
    Released,
    NeedsAttention(Problem),
    /// A connection to this local port failed.
    ConnectionFailed {
        local: u16,
        problem: Problem,
    },
}

/// What happened between two views of one forward, in order. That connections come and go is not told: there may be
/// hundreds a minute.
pub(super) fn happened(before: &ForwardView, after: &ForwardView) -> Vec<Happened> {
    let mut happened = Vec::new();
    if is_changed(&before.profile, &after.profile) {
        happened.push(Happened::ProfileChanged);
    }
    if before.state == ForwardState::Off && after.state != ForwardState::Off {
        happened.push(Happened::TurnedOn);
    }
    happened.extend(of_ports(&before.ports, &after.ports));
    happened.extend(of_states(before, after));
    happened
}

/// Whether the person changed it. That it was turned on or off, or when it will be, is told by its state, and its last port by its ports.
fn is_changed(before: &Profile, after: &Profile) -> bool {
    let content = |profile: &Profile| {
        let mut profile = profile.clone();
        profile.on = true;
        profile.off_at_ms = None;
        profile.off_because = None;
        // Noted when it first gets through, and agreed to later; what changes it is told by the context.
        profile.cluster = None;
        profile.ports.iter_mut().for_each(|port| port.last_local = None);
        profile
    };
    before != after && content(before) != content(after)
}

fn of_ports(before: &[PortView], after: &[PortView]) -> Vec<Happened> {
    let opened: Vec<PortView> = after
        .iter()
        .enumerate()
        .filter(|(index, port)| {
            let before = before.get(*index).and_then(|port| port.local);
            port.local.is_some() && port.local != before
        })
        .map(|(_, port)| port.clone())
        .collect();
    let shadows: Vec<Happened> =
        opened.iter().filter_map(|port| port.shadow.clone()).map(Happened::Shadowed).collect();
    let listening = (!opened.is_empty()).then_some(Happened::Listening(opened));
    listening.into_iter().chain(shadows).collect()
}

fn of_states(before: &ForwardView, after: &ForwardView) -> Option<Happened> {
    match (&before.state, &after.state) {
        (ForwardState::Off, ForwardState::Off) => None,
        // One that stays wanted is about to start anew, or Culvert ends.
        (_, ForwardState::Off) => {
            (!after.profile.on).then_some(Happened::TurnedOff(after.profile.off_because))
        }

        (ForwardState::Connecting { step: ConnectStep::FindingPod }, ForwardState::Connecting { .. }) => None,
        (_, ForwardState::Connecting { step: ConnectStep::FindingPod }) => Some(Happened::FindingPod),
        (_, ForwardState::Connecting { .. }) => None,

        (ForwardState::NeedsAttention { problem: before }, ForwardState::NeedsAttention { problem })
            if before == problem =>
        {
            None
        }
        (_, ForwardState::NeedsAttention { problem }) => Some(Happened::NeedsAttention(problem.clone())),

        (_, ForwardState::Reconnecting { reason, retry_at_ms }) => interrupted(before, reason, *retry_at_ms),
        (_, ForwardState::Ready | ForwardState::Live { .. }) => served(before, after),
    }
}

fn interrupted(before: &ForwardView, reason: &Problem, retry_at_ms: Option<u64>) -> Option<Happened> {
    let reason = reason.clone();
    if let Some(pod) = serving(before) {
        return Some(Happened::TunnelLost { pod: pod.to_owned(), reason });
    }
    let known = match before.state {
        ForwardState::Reconnecting { retry_at_ms, .. } => retry_at_ms,
        _ => None,
    };
    let until_ms = retry_at_ms.filter(|until| known != Some(*until))?;
    Some(Happened::Waiting { reason, until_ms })
}

fn served(before: &ForwardView, after: &ForwardView) -> Option<Happened> {
    let transport = after.transport;
    match (serving(before), serving(after)) {
        (None, Some(pod)) => Some(Happened::TunnelOpened { pod: pod.to_owned(), transport }),
        (Some(old), Some(pod)) if old != pod => Some(Happened::PodChanged { pod: pod.to_owned(), transport }),
        (Some(_), Some(_)) => None,
        // It was the last try that was given up, and not a tunnel that nobody used, if there was none.
        (before_pod, None) => {
            let was_lost = matches!(before.state, ForwardState::Reconnecting { .. });
            (before_pod.is_some() || was_lost).then_some(Happened::Released)
        }
    }
}

/// The pod behind the tunnel, where there is one.
fn serving(view: &ForwardView) -> Option<&str> {
    let is_up = matches!(view.state, ForwardState::Ready | ForwardState::Live { .. });
    view.pod.as_deref().filter(|_| is_up)
}

#[cfg(test)]
#[path = "happened_tests.rs"]
mod tests;
