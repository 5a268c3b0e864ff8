//! Every transition, and what is told of it.

use super::*;
use crate::{profile::tests::profile, words};

fn off() -> ForwardView {
    ForwardView::off(profile("a"))
}

fn in_state(state: ForwardState) -> ForwardView {
    let mut view = ForwardView { state, ..off() };
    view.ports[0].local = Some(5000);
    view.ports[0].addresses = vec!["127.0.0.1".into(), "::1".into()];
    view
}

fn connecting(step: ConnectStep) -> ForwardView {
    in_state(ForwardState::Connecting { step })
}

fn up(pod: &str, connections: u32) -> ForwardView {
    let state = match connections {
        0 => ForwardState::Ready,
        connections => ForwardState::Live { connections },
    };
    let (pod, transport) = (Some(pod.to_owned()), Some(TransportName::Spdy));
    ForwardView { pod, transport, ..in_state(state) }
}

fn resting() -> ForwardView {
    in_state(ForwardState::Ready)
}

fn problem(reason: &str) -> Problem {
    words::demo_problem(reason)
}

fn reconnecting(reason: &str, retry_at_ms: Option<u64>) -> ForwardView {
    in_state(ForwardState::Reconnecting { reason: problem(reason), retry_at_ms })
}

fn attention(reason: &str) -> ForwardView {
    in_state(ForwardState::NeedsAttention { problem: problem(reason) })
}

fn opened(pod: &str) -> Happened {
    Happened::TunnelOpened { pod: pod.into(), transport: Some(TransportName::Spdy) }
}

fn lost(pod: &str, reason: &str) -> Happened {
    Happened::TunnelLost { pod: pod.into(), reason: problem(reason) }
}

fn waiting(reason: &str, until_ms: u64) -> Happened {
    Happened::Waiting { reason: problem(reason), until_ms }
}

fn unwanted() -> ForwardView {
    let mut view = off();
    view.profile.on = false;
    view
}

#[test]
fn every_change_of_state() {
    use ConnectStep::{BindingPorts, FindingPod, OpeningTunnel};
    let listening = || Happened::Listening(resting().ports);
    let finding = || Happened::FindingPod;
    let binding = || ForwardView { state: ForwardState::Connecting { step: BindingPorts }, ..off() };
    for (before, after, expected) in [
        (off(), off(), vec![]),
        (off(), binding(), vec![Happened::TurnedOn]),
        // The steps of one start, some of which are done before anybody looks.
        (binding(), resting(), vec![listening()]),
        (binding(), connecting(FindingPod), vec![listening(), finding()]),
        (off(), connecting(FindingPod), vec![Happened::TurnedOn, listening(), finding()]),
        (connecting(FindingPod), connecting(OpeningTunnel), vec![]),
        (connecting(FindingPod), connecting(FindingPod), vec![]),
        (connecting(OpeningTunnel), up("web-1", 0), vec![opened("web-1")]),
        (connecting(OpeningTunnel), up("web-1", 3), vec![opened("web-1")]),
        // Connections come and go.
        (up("web-1", 0), up("web-1", 1), vec![]),
        (up("web-1", 2), up("web-1", 0), vec![]),
        (
            up("web-1", 0),
            up("web-2", 0),
            vec![Happened::PodChanged { pod: "web-2".into(), transport: Some(TransportName::Spdy) }],
        ),
        // Nobody uses it, and then somebody does.
        (up("web-1", 0), resting(), vec![Happened::Released]),
        (resting(), resting(), vec![]),
        (resting(), connecting(FindingPod), vec![finding()]),
        // A tunnel that is lost, tries that fail, and one that does not.
        (up("web-1", 1), reconnecting("gone", Some(7)), vec![lost("web-1", "gone")]),
        (up("web-1", 0), reconnecting("gone", None), vec![lost("web-1", "gone")]),
        (reconnecting("gone", Some(7)), reconnecting("gone", None), vec![]),
        (reconnecting("gone", None), reconnecting("gone", Some(9)), vec![waiting("gone", 9)]),
        (reconnecting("gone", None), reconnecting("none", Some(9)), vec![waiting("none", 9)]),
        (reconnecting("gone", Some(7)), reconnecting("gone", Some(9)), vec![waiting("gone", 9)]),
        (reconnecting("gone", Some(7)), reconnecting("gone", Some(7)), vec![]),
        (reconnecting("gone", None), up("web-2", 0), vec![opened("web-2")]),
        (reconnecting("gone", None), resting(), vec![Happened::Released]),
        // The first try fails, for a while or until the person acts.
        (connecting(FindingPod), reconnecting("none", Some(9)), vec![waiting("none", 9)]),
        (connecting(FindingPod), attention("no"), vec![Happened::NeedsAttention(problem("no"))]),
        (attention("no"), attention("no"), vec![]),
        (attention("no"), attention("never"), vec![Happened::NeedsAttention(problem("never"))]),
        (attention("no"), connecting(FindingPod), vec![finding()]),
        (up("web-1", 1), attention("no"), vec![Happened::NeedsAttention(problem("no"))]),
        // Off because the person wants it so, or for a moment.
        (up("web-1", 1), unwanted(), vec![Happened::TurnedOff(None)]),
        (attention("no"), unwanted(), vec![Happened::TurnedOff(None)]),
        (up("web-1", 1), off(), vec![]),
    ] {
        assert_eq!(happened(&before, &after), expected, "{:?} -> {:?}", before.state, after.state);
    }
}

#[test]
fn a_changed_profile_is_told_and_what_culvert_notes_in_it_is_not() {
    let mut noted = off();
    noted.profile.on = false;
    noted.profile.ports[0].last_local = Some(1);
    assert_eq!(happened(&off(), &noted), []);
    let mut changed = off();
    changed.profile.name = "b".into();
    assert_eq!(happened(&off(), &changed), [Happened::ProfileChanged]);
}

#[test]
fn a_port_that_is_shadowed_is_told_with_it() {
    let shadow =
        Shadow { address: "::1".into(), program: None, sentence: wording::Text::verbatim("Beware.") };
    let mut after = resting();
    after.ports[0].shadow = Some(shadow.clone());
    assert_eq!(
        happened(&ForwardView { state: ForwardState::Ready, ..off() }, &after),
        [Happened::Listening(after.ports.clone()), Happened::Shadowed(shadow)]
    );
    assert_eq!(happened(&after, &after), [], "once");
}
