use super::*;

#[test]
fn a_diagnosis_does_not_promise_to_go_on() {
    let error = cluster::Error::Unreachable { server: "https://x".into(), reason: Text::verbatim("no") };
    let problem = now(crate::words::cluster_problem(&error));
    assert_eq!(problem.remedy, "Check the network or the VPN.");
}
