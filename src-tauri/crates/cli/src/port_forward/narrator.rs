//! What is said about a forward: kubectl's lines on standard output, the rest on standard error.

use std::{mem, net::Ipv6Addr};

use engine::{Event, ForwardState, ForwardView, PortView, Problem, ProblemCode, ProfileId, Update};

use crate::error::{Error, in_lines};

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
            ForwardState::NeedsAttention { problem } => vec![Said::End(problem.clone().into())],
            ForwardState::Off | ForwardState::Connecting { .. } => Vec::new(),
        }
    }

    fn opened(&mut self, forward: &ForwardView) -> Vec<Said> {
        let now = Phase::Open { pod: forward.pod.clone() };
        match mem::replace(&mut self.phase, now) {
            Phase::Opening | Phase::WaitingForPod(_) => forward.ports.iter().flat_map(lines_of).collect(),
            Phase::Lost(_) => {
                let pod = forward.pod.as_deref().unwrap_or("the pod");
                vec![Said::Remark(format!("connected again, to {pod}"))]
            }
            Phase::Open { pod } if pod != forward.pod && forward.pod.is_some() => {
                let pod = forward.pod.as_deref().unwrap_or_default();
                vec![Said::Remark(format!("now served by {pod}"))]
            }
            Phase::Open { .. } => Vec::new(),
        }
    }

    fn interrupted(&mut self, reason: &Problem) -> Vec<Said> {
        match &mut self.phase {
            Phase::Opening if reason.code == ProblemCode::NoPod => {
                self.phase = Phase::WaitingForPod(reason.clone());
                vec![Said::Remark(format!("waiting for a running pod: {} {}", reason.what, reason.why))]
            }
            Phase::WaitingForPod(problem) if reason.code == ProblemCode::NoPod => {
                *problem = reason.clone();
                Vec::new()
            }
            Phase::Opening | Phase::WaitingForPod(_) => vec![Said::End(reason.clone().into())],
            Phase::Open { .. } => {
                self.phase = Phase::Lost(reason.clone());
                vec![Said::Remark(format!(
                    "lost connection to pod: {} {}\nreconnecting; the local port stays open",
                    reason.what, reason.why
                ))]
            }
            Phase::Lost(known) if known.what != reason.what => {
                *known = reason.clone();
                vec![Said::Remark(format!("still reconnecting: {} {}", reason.what, reason.why))]
            }
            Phase::Lost(_) => Vec::new(),
        }
    }

    fn pod_port(&self, local: u16) -> Option<String> {
        let port = self.ports.iter().find(|port| port.local == Some(local))?;
        port.pod_port.map(|number| number.to_string())
    }
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
mod tests {
    use engine::{NumberedEvent, Snapshot};
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "00112233445566778899aabbccddeeff";

    fn event(event: Value) -> Update {
        let event = json!({"number": 1, "atMs": 1, "event": event});
        Update::Event { event: serde_json::from_value::<NumberedEvent>(event).unwrap() }
    }

    fn problem(code: &str, what: &str) -> Value {
        json!({"code": code, "what": what, "why": "Because.", "remedy": "Do.", "action": null, "port": null})
    }

    fn forward(id: &str, pod: &str, state: Value) -> Value {
        json!({
            "profile": {"id": id, "name": "web", "context": {"kind": "demo"}, "namespace": "demo",
                "target": {"kind": "service", "name": "web"}, "bindAddress": "localhost", "on": true,
                "ports": [{"mapping": ":80", "lastLocal": null}]},
            "state": state,
            "ports": [{"remote": "80", "local": 41234, "addresses": ["127.0.0.1", "::1"], "podPort": 8080}],
            "pod": pod, "transport": null, "bytesIn": 0, "bytesOut": 0, "lastFailure": null,
        })
    }

    fn changed(pod: &str, state: Value) -> Update {
        event(json!({"type": "forwardChanged", "forward": forward(ID, pod, state)}))
    }

    fn ready() -> Value {
        json!({"type": "ready"})
    }

    fn reconnecting(code: &str, what: &str) -> Value {
        json!({"type": "reconnecting", "reason": problem(code, what), "retryAtMs": null})
    }

    /// What is said in answer to each update, in one text: `>` for standard output, `!` for standard error, `x` for the end.
    fn told(updates: &[Update]) -> Vec<String> {
        let id: ProfileId = serde_json::from_value(json!(ID)).unwrap();
        let mut narrator = Narrator::new(id);
        let said = |said: Said| match said {
            Said::Line(text) => format!("> {text}"),
            Said::Remark(text) => format!("! {text}"),
            Said::End(error) => format!("x {error}"),
        };
        updates.iter().flat_map(|update| narrator.hear(update)).map(said).collect()
    }

    #[test]
    fn the_lines_of_kubectl() {
        let story = [
            changed("web-1", json!({"type": "connecting", "step": "findingPod"})),
            changed("web-1", ready()),
            event(json!({"type": "connectionAccepted", "id": ID, "local": 41234})),
            changed("web-1", json!({"type": "live", "connections": 1})),
            changed("web-1", ready()),
        ];
        assert_eq!(
            told(&story),
            [
                "> Forwarding from 127.0.0.1:41234 -> 8080",
                "> Forwarding from [::1]:41234 -> 8080",
                "> Handling connection for 41234",
            ]
        );
    }

    #[test]
    fn a_lost_pod_is_told_and_its_successor() {
        let story = [
            changed("web-1", ready()),
            changed("web-1", reconnecting("podGone", "The pod is gone.")),
            changed("web-1", reconnecting("podGone", "The pod is gone.")),
            changed("web-1", reconnecting("noPod", "No pod.")),
            changed("web-2", ready()),
            changed("web-3", ready()),
        ];
        assert_eq!(
            told(&story)[2..],
            [
                "! lost connection to pod: The pod is gone. Because.\nreconnecting; the local port stays open",
                "! still reconnecting: No pod. Because.",
                "! connected again, to web-2",
                "! now served by web-3",
            ]
        );
    }

    #[test]
    fn the_first_failure_is_the_end_unless_a_pod_is_about_to_run() {
        assert_eq!(
            told(&[changed("", reconnecting("unreachable", "No cluster."))]),
            ["x No cluster. Because.\nDo."]
        );
        let waiting = [
            changed("", reconnecting("noPod", "No pod.")),
            changed("", reconnecting("noPod", "No pod.")),
            changed("web-1", ready()),
        ];
        assert_eq!(told(&waiting)[0], "! waiting for a running pod: No pod. Because.");
        assert_eq!(told(&waiting)[1], "> Forwarding from 127.0.0.1:41234 -> 8080");
        let attention =
            json!({"type": "needsAttention", "problem": problem("portNotDeclared", "No such port.")});
        assert_eq!(told(&[changed("", attention)]), ["x No such port. Because.\nDo."]);
    }

    #[test]
    fn time_runs_out_only_while_no_pod_runs() {
        let id: ProfileId = serde_json::from_value(json!(ID)).unwrap();
        let mut narrator = Narrator::new(id);
        assert!(!narrator.waits_for_pod());
        narrator.hear(&changed("", reconnecting("noPod", "No pod.")));
        assert!(narrator.waits_for_pod());
        narrator.hear(&changed("web-1", ready()));
        assert!(!narrator.waits_for_pod());
        narrator.hear(&changed("", reconnecting("noPod", "No pod.")));
        assert!(!narrator.waits_for_pod(), "a pod that is lost later may take its time");
    }

    #[test]
    fn failures_of_single_connections_are_remarks() {
        let failed = json!({"type": "connectionFailed", "id": ID, "local": 41234, "remote": "80",
            "problem": problem("portNotListening", "Nothing listens.")});
        let story = [changed("web-1", ready()), event(failed)];
        assert_eq!(
            told(&story)[2..],
            ["! an error occurred forwarding 41234 -> 8080: Nothing listens. Because.\nDo."]
        );
    }

    #[test]
    fn other_forwards_and_what_was_missed() {
        let other = event(json!({"type": "forwardChanged", "forward": forward("ff", "x", ready())}));
        assert!(told(&[other]).is_empty());
        let snapshot: Snapshot = serde_json::from_value(json!({
            "number": 7, "forwards": [forward(ID, "web-1", ready())], "demo": "unavailable", "notice": null,
            "catalog": {"contexts": [], "current": null, "problems": []}}))
        .unwrap();
        assert_eq!(told(&[Update::Snapshot { snapshot }]).len(), 2);
    }
}
