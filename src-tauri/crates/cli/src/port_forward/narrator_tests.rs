//! What is said about each turn of a forward.

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

fn connecting(step: &str) -> Value {
    json!({"type": "connecting", "step": step})
}

fn live(connections: u32) -> Value {
    json!({"type": "live", "connections": connections})
}

fn attention(code: &str, what: &str) -> Value {
    json!({"type": "needsAttention", "problem": problem(code, what)})
}

/// Open, with a tunnel that a caller has still to ask for.
fn resting() -> Update {
    let mut forward = forward(ID, "", ready());
    forward["pod"] = Value::Null;
    event(json!({"type": "forwardChanged", "forward": forward}))
}

/// Each state after each that matters, and what is said about it once the ports are known.
#[test]
fn every_state_has_its_line() {
    const LOST: &str = "! lost connection to pod: Gone. Because.\nreconnecting; the local port stays open";
    let lost = || changed("", reconnecting("podGone", "Gone."));
    for (name, story, expected) in [
        ("the pod goes", vec![lost()], vec![LOST]),
        ("a try is under way", vec![lost(), lost()], vec![LOST]),
        (
            "another reason keeps it away",
            vec![lost(), changed("", reconnecting("noPod", "None."))],
            vec![LOST, "! still reconnecting: None. Because."],
        ),
        ("back", vec![lost(), changed("web-2", ready())], vec![LOST, "! connected again, to web-2"]),
        (
            "back and in use",
            vec![lost(), changed("web-2", live(1))],
            vec![LOST, "! connected again, to web-2"],
        ),
        (
            "nobody waits for it to be back",
            vec![lost(), resting()],
            vec![LOST, "! not connected; the next connection opens the tunnel"],
        ),
        (
            "a person has to mend it",
            vec![lost(), changed("", attention("unauthorized", "Not signed in."))],
            vec![LOST, "x Not signed in. Because.\nDo."],
        ),
        (
            "others may mend it",
            vec![lost(), changed("", attention("forbidden", "Not allowed.")), changed("web-2", live(1))],
            vec![LOST, "! still reconnecting: Not allowed. Because.", "! connected again, to web-2"],
        ),
        ("another pod", vec![changed("web-2", ready())], vec!["! now served by web-2"]),
        ("connections come and go", vec![changed("web-1", live(2)), changed("web-1", ready())], vec![]),
        ("it rests", vec![resting(), resting()], vec![]),
        (
            "it is used again",
            vec![resting(), changed("web-1", connecting("openingTunnel")), changed("web-1", ready())],
            vec![],
        ),
        (
            "it is used again, by another pod",
            vec![resting(), changed("web-2", connecting("findingPod")), changed("web-2", ready())],
            vec!["! now served by web-2"],
        ),
        (
            "it is deleted",
            vec![event(json!({"type": "forwardRemoved", "id": ID}))],
            vec!["x the forward ended unexpectedly"],
        ),
    ] {
        let story: Vec<Update> = [changed("web-1", ready())].into_iter().chain(story).collect();
        assert_eq!(told(&story)[2..], expected, "{name}");
    }
    // Before it is open for the first time.
    for step in ["bindingPorts", "findingPod", "openingTunnel"] {
        assert!(told(&[changed("", connecting(step))]).is_empty(), "{step}");
    }
    assert!(told(&[changed("", json!({"type": "off"}))]).is_empty());
}

/// Whatever code a problem has: its words are what is said.
#[test]
fn every_problem_has_its_line() {
    for code in [
        "badInput",
        "unknownProfile",
        "profileStore",
        "kubeconfig",
        "loginHelper",
        "unreachable",
        "proxy",
        "tooBusy",
        "untrusted",
        "unauthorized",
        "forbidden",
        "targetNotFound",
        "targetUnsuitable",
        "noPod",
        "portNotDeclared",
        "portNotListening",
        "podGone",
        "tunnelLost",
        "noTransport",
        "localPortTaken",
        "localPortDenied",
        "demo",
        "internal",
    ] {
        let open = || changed("web-1", ready());
        assert_eq!(
            told(&[open(), changed("", reconnecting(code, "So."))])[2..],
            ["! lost connection to pod: So. Because.\nreconnecting; the local port stays open"],
            "{code}"
        );
        let attention = match code {
            "forbidden" | "targetNotFound" | "targetUnsuitable" | "portNotDeclared" => {
                "! lost connection to pod: So. Because.\nreconnecting; the local port stays open"
            }
            _ => "x So. Because.\nDo.",
        };
        let told_of = told(&[open(), changed("", self::attention(code, "So."))]);
        assert_eq!(told_of[2..], [attention], "{code}");
        let first = match code {
            "noPod" => "! waiting for a running pod: So. Because.",
            _ => "x So. Because.\nDo.",
        };
        assert_eq!(told(&[changed("", reconnecting(code, "So."))]), [first], "{code}");
    }
}

#[test]
fn a_program_that_may_be_reached_instead_is_named_once() {
    let mut forward = forward(ID, "web-1", ready());
    let sentence = "localhost:41234 may lead to another program, which listens on ::1. Use 127.0.0.1:41234.";
    forward["ports"][0]["addresses"] = json!(["127.0.0.1"]);
    forward["ports"][0]["shadow"] = json!({"address": "::1", "program": null, "sentence": sentence});
    let update = event(json!({"type": "forwardChanged", "forward": forward}));
    assert_eq!(
        told(&[update.clone(), update]),
        ["> Forwarding from 127.0.0.1:41234 -> 8080".to_owned(), format!("! {sentence}")]
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
    let attention = attention("portNotDeclared", "No such port.");
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
        "catalog": {"contexts": [], "current": null, "problems": [], "files": []},
        "clusters": [], "keyring": {"type": "unknown"}, "secrets": 0,
        "preferences": {}, "startAtLogin": {"type": "unavailable"}}))
    .unwrap();
    assert_eq!(told(&[Update::Snapshot { snapshot }]).len(), 2);
}
