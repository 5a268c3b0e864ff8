//! Forwards for tests.

use engine::{ForwardState, ForwardView, Problem, ProblemCode};
use serde_json::json;
use wording::Text;

/// A forward that is off.
pub(crate) fn forward(id: &str, name: &str, mapping: &str) -> ForwardView {
    serde_json::from_value(json!({
        "profile": {
            "id": id, "name": name, "context": { "kind": "demo" }, "namespace": "demo",
            "target": { "kind": "deployment", "name": name },
            "ports": [{ "mapping": mapping, "lastLocal": null }],
            "bindAddress": "localhost", "on": false,
        },
        "state": { "type": "off" },
        "ports": [{ "remote": "5000", "local": null, "addresses": [] }],
        "pod": null, "transport": null, "bytesIn": 0, "bytesOut": 0, "lastFailure": null,
    }))
    .unwrap()
}

/// The forward when it is off.
pub(crate) fn off(forward: ForwardView) -> ForwardView {
    in_state(forward, false, ForwardState::Off)
}

/// The forward with one connection, on this local port.
pub(crate) fn live(mut forward: ForwardView, local: u16) -> ForwardView {
    forward.ports[0].local = Some(local);
    in_state(forward, true, ForwardState::Live { connections: 1 })
}

/// The forward when it has lost its tunnel.
pub(crate) fn reconnecting(forward: ForwardView) -> ForwardView {
    in_state(forward, true, ForwardState::Reconnecting { reason: problem(), retry_at_ms: Some(1) })
}

/// The forward when it has given up.
pub(crate) fn needs_attention(forward: ForwardView) -> ForwardView {
    in_state(forward, true, ForwardState::NeedsAttention { problem: problem() })
}

/// Something that went wrong.
pub(crate) fn problem() -> Problem {
    Problem {
        code: ProblemCode::PodGone,
        what: Text::verbatim("The pod went away."),
        why: Text::default(),
        remedy: Text::verbatim("Wait."),
        action: None,
        port: None,
        retry_after: None,
    }
}

fn in_state(mut forward: ForwardView, on: bool, state: ForwardState) -> ForwardView {
    forward.profile.on = on;
    forward.state = state;
    forward
}
