//! Refusals, word for word.

use crate::pods::programs::Program;
use crate::testing::{Answer, ask, ask_as_it_is, cluster_with, connect};

const POD: &str = "/api/v1/namespaces/default/pods/echo/portforward";
const SPDY: &str = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n";

macro_rules! recorded {
    ($name:literal) => {
        Answer::parse(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../tests/fixtures/recordings/http-errors/",
            $name,
            ".http"
        )))
    };
}

#[tokio::test]
async fn refusals_are_those_of_a_real_cluster() {
    let cluster = cluster_with(Program::Echo, 5000).await;
    let websocket = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                     Sec-WebSocket-Key: EgHKHtf0CqpY6/PIc5YCEQ==\r\nSec-WebSocket-Protocol: nonsense\r\n";
    let missing = "/api/v1/namespaces/default/pods/nope/portforward";
    let minions = "/api/v1/proxy/minions/node/portForward/default/echo";
    let node = "/api/v1/nodes/demo-node-1/proxy/portForward/default/echo";
    let offer = |protocol: &str| format!("{SPDY}X-Stream-Protocol-Version: {protocol}\r\n");
    for (method, path, headers, expected) in [
        ("POST", POD, String::new(), recorded!("no-upgrade-400")),
        ("POST", POD, offer("nonsense"), recorded!("bad-stream-protocol")),
        ("POST", missing, offer("portforward.k8s.io"), recorded!("pod-not-found-404")),
        ("GET", POD, websocket.to_owned(), recorded!("websocket-unknown-subprotocol")),
        ("POST", node, String::new(), recorded!("node-proxy-no-upgrade")),
        ("POST", minions, offer("portforward.k8s.io"), recorded!("legacy-minions-path")),
    ] {
        let mut connection = connect(&cluster).await;
        let head = format!("{method} {path} HTTP/1.1\r\nHost: demo\r\nContent-Length: 0\r\n{headers}\r\n");
        let answer = ask(&cluster, &mut connection, &head).await;
        compare(&answer, &expected);
    }
    let mut connection = connect(&cluster).await;
    let head = format!("POST {POD} HTTP/1.1\r\nHost: demo\r\nContent-Length: 0\r\n{SPDY}\r\n");
    compare(&ask_as_it_is(&mut connection, &head).await, &recorded!("unauthorized-401"));
    cluster.shutdown().await;
}

fn compare(answer: &Answer, expected: &Answer) {
    assert_eq!(answer.status, expected.status, "{answer:?}");
    assert_eq!(answer.body, expected.body);
    for header in ["content-type", "x-accepted-stream-protocol-versions", "content-length"] {
        assert_eq!(answer.header(header), expected.header(header), "{header} of {answer:?}");
    }
}
