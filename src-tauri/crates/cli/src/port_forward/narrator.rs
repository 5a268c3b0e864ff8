//! What is said about a forward: kubectl's lines on standard output, the rest on standard error.

use std::{mem, net::Ipv6Addr};

use engine::{Event, ForwardState, ForwardView, PortView, Problem, ProblemCode, ProfileId, Update};

use wording::{Text, text};

use crate::{
    error::{Error, in_lines},
    language::said,
};

/// Something to say.
#[derive(Debug)]
pub(super) enum Said {
    /// A line of kubectl's, for scripts.
    Line(String),
    /// A line for people.
    Remark(String),
    /// It is over.
    End(Error),
}

/// Follows one forward. Until it is open for the first time any failure is final, as with kubectl, except that no pod
/// runs yet. Afterwards it lives through everything that passes by itself.
pub(super) struct Narrator {
    id: ProfileId,
    phase: Phase,
    /// For `-> 5000` in remarks about single connections.
    ports: Vec<PortView>,
}

enum Phase {
    Opening,
    /// Not open yet, because of this.
    WaitingForPod(Problem),
    Open {
        pod: Option<String>,
    },
    /// Was open; lost because of this.
    Lost(Problem),
}

impl Narrator {
    pub(super) fn new(id: ProfileId) -> Self {
        Self { id, phase: Phase::Opening, ports: Vec::new() }
    }

    /// Whether it is not open for want of a running pod.
    pub(super) fn waits_for_pod(&self) -> bool {
        matches!(self.phase, Phase::WaitingForPod(_))
    }

    /// The error when it has waited long enough for a pod.
    pub(super) fn out_of_time(self) -> Error {
        match self.phase {
            Phase::WaitingForPod(problem) => Error::NoPodInTime(Box::new(problem)),
            Phase::Opening | Phase::Open { .. } | Phase::Lost(_) => Error::Ended,
        }
    }

    /// What to say about an update.
    pub(super) fn hear(&mut self, update: &Update) -> Vec<Said> {
        match update {
            Update::Snapshot { snapshot } => {
                let forward = snapshot.forwards.iter().find(|forward| forward.profile.id == self.id);
                forward.map_or_else(Vec::new, |forward| self.hear_state(forward))
            }
            Update::Event { event } => match &event.event {
                Event::ForwardChanged { forward } if forward.profile.id == self.id => {
                    self.hear_state(forward)
                }
                Event::ForwardRemoved { id } if *id == self.id => vec![Said::End(Error::Ended)],
                Event::ConnectionAccepted { id, local } if *id == self.id => {
                    vec![Said::Line(format!("Handling connection for {local}"))]
                }
                Event::ConnectionFailed { id, local, remote, problem } if *id == self.id => {
                    let remote = self.pod_port(*local).unwrap_or_else(|| remote.clone());
                    vec![Said::Remark(format!(
                        "an error occurred forwarding {local} -> {remote}: {}",
                        in_lines(problem)
                    ))]
                }
                _ => Vec::new(),
            },
        }
    }

    fn hear_state(&mut self, forward: &ForwardView) -> Vec<Said> {
        self.ports.clone_from(&forward.ports);
        match &forward.state {
            ForwardState::Ready | ForwardState::Live { .. } => self.opened(forward),
            ForwardState::Reconnecting { reason, .. } => self.interrupted(reason),
            // As long as it was open once, what others may mend is waited for.
            ForwardState::NeedsAttention { problem }
                if problem.code.is_asked_again()
                    && matches!(self.phase, Phase::Open { .. } | Phase::Lost(_)) =>
            {
                self.interrupted(problem)
            }
            ForwardState::NeedsAttention { problem } => vec![Said::End(problem.clone().into())],
            ForwardState::Off | ForwardState::Connecting { .. } => Vec::new(),
        }
    }

    fn opened(&mut self, forward: &ForwardView) -> Vec<Said> {
        let now = Phase::Open { pod: forward.pod.clone() };
        match mem::replace(&mut self.phase, now) {
            Phase::Opening | Phase::WaitingForPod(_) => {
                let lines = forward.ports.iter().flat_map(lines_of);
                let shadows = forward.ports.iter().filter_map(|port| port.shadow.as_ref());
                lines.chain(shadows.map(|shadow| Said::Remark(said(&shadow.sentence).to_owned()))).collect()
            }
            Phase::Lost(_) => vec![match &forward.pod {
                Some(pod) => remark(text!("connected again, to {pod}", "wieder verbunden, mit {pod}")),
                None => remark(text!(
                    "not connected; the next connection opens the tunnel",
                    "nicht verbunden; die nächste Verbindung öffnet den Tunnel"
                )),
            }],
            // Without a tunnel it rests, and whoever serves next is news only if it is another one.
            Phase::Open { pod } if forward.pod.is_none() => {
                self.phase = Phase::Open { pod };
                Vec::new()
            }
            Phase::Open { pod: Some(old) } if forward.pod.as_deref() != Some(&*old) => {
                let pod = forward.pod.as_deref().unwrap_or_default();
                vec![remark(text!("now served by {pod}", "jetzt bedient {pod}"))]
            }
            Phase::Open { .. } => Vec::new(),
        }
    }

    fn interrupted(&mut self, reason: &Problem) -> Vec<Said> {
        match &mut self.phase {
            Phase::Opening if reason.code == ProblemCode::NoPod => {
                self.phase = Phase::WaitingForPod(reason.clone());
                vec![remark(text!(
                    "waiting for a running pod: {why}",
                    "wartet auf einen laufenden Pod: {why}"; why = in_words(reason)
                ))]
            }
            Phase::WaitingForPod(problem) if reason.code == ProblemCode::NoPod => {
                *problem = reason.clone();
                Vec::new()
            }
            Phase::Opening | Phase::WaitingForPod(_) => vec![Said::End(reason.clone().into())],
            Phase::Open { .. } => {
                self.phase = Phase::Lost(reason.clone());
                vec![remark(text!(
                    "lost connection to pod: {why}\nreconnecting; the local port stays open",
                    "Verbindung zum Pod verloren: {why}\nverbindet neu; der lokale Port bleibt offen"; why = in_words(reason)
                ))]
            }
            Phase::Lost(known) if known.what != reason.what => {
                *known = reason.clone();
                vec![remark(text!(
                    "still reconnecting: {why}",
                    "verbindet immer noch neu: {why}"; why = in_words(reason)
                ))]
            }
            Phase::Lost(_) => Vec::new(),
        }
    }

    fn pod_port(&self, local: u16) -> Option<String> {
        let port = self.ports.iter().find(|port| port.local == Some(local))?;
        port.pod_port.map(|number| number.to_string())
    }
}

fn remark(text: Text) -> Said {
    Said::Remark(said(&text).to_owned())
}

fn in_words(Problem { what, why, .. }: &Problem) -> Text {
    Text::join([what, why], " ")
}

/// `Forwarding from 127.0.0.1:41234 -> 5000`, one for each address.
fn lines_of(port: &PortView) -> Vec<Said> {
    let Some(local) = port.local else { return Vec::new() };
    let remote = port.pod_port.map_or_else(|| port.remote.clone(), |number| number.to_string());
    port.addresses
        .iter()
        .map(|address| match address.parse::<Ipv6Addr>() {
            Ok(address) => Said::Line(format!("Forwarding from [{address}]:{local} -> {remote}")),
            Err(_) => Said::Line(format!("Forwarding from {address}:{local} -> {remote}")),
        })
        .collect()
}

#[cfg(test)]
#[path = "narrator_tests.rs"]
mod tests;
