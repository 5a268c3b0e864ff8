use super::*;

const PODS: Asked = Asked { version: ServerVersion::V1_34, kubelet: false };

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a valid value"))
        })
        .collect()
}

/// A WebSocket handshake that offers this; its key was recorded.
fn websocket(offer: &str) -> HeaderMap {
    headers(&[
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-key", "EgHKHtf0CqpY6/PIc5YCEQ=="),
        ("sec-websocket-protocol", offer),
        ("sec-websocket-version", "13"),
    ])
}

#[test]
fn the_key_of_a_recorded_handshake_gets_the_recorded_answer() {
    let wish = wish(&websocket("SPDY/3.1+portforward.k8s.io"), "", PODS).expect("a tunnel");
    let response = wish.accept(negotiate(&wish.stream_protocols(), PODS).expect("a known protocol"));
    assert_eq!(response.headers()["sec-websocket-accept"], "F1VEnz3Z9FmrQ2arSNiUpQ7bcL8=");
    assert_eq!(response.headers()["sec-websocket-protocol"], "SPDY/3.1+portforward.k8s.io");
}

#[test]
fn what_is_not_an_upgrade_is_refused_with_its_own_status() {
    let upgrade = ("connection", "Upgrade");
    let spdy = ("upgrade", "SPDY/3.1");
    let websocket = ("upgrade", "websocket");
    let nonsense = ("sec-websocket-protocol", "nonsense");
    let tunnel = ("sec-websocket-protocol", "SPDY/3.1+portforward.k8s.io");
    for (pairs, query, status) in [
        (vec![], "", 400),
        (vec![spdy], "", 400),
        (vec![upgrade], "", 400),
        (vec![upgrade, spdy], "", 400),
        (vec![upgrade, websocket], "", 400),
        (vec![upgrade, websocket, nonsense], "", 400),
        (vec![upgrade, websocket, nonsense], "ports=80", 403),
        (vec![upgrade, websocket, tunnel], "", 400),
    ] {
        let refusal = wish(&headers(&pairs), query, PODS).expect_err("no upgrade");
        assert_eq!(refusal.status().as_u16(), status, "{pairs:?}");
    }
    let several = headers(&[upgrade, spdy, ("x-stream-protocol-version", "x, portforward.k8s.io")]);
    let wish = wish(&several, "", PODS).expect("an upgrade");
    assert_eq!(wish.stream_protocols(), ["x", "portforward.k8s.io"]);
    assert_eq!(negotiate(&["x".to_owned()], PODS).expect_err("unknown").status(), StatusCode::FORBIDDEN);
}

#[test]
fn one_offer_gets_what_each_server_knows_best() {
    use ServerVersion::{V1_0, V1_9, V1_29, V1_34, V1_36};
    const BOTH: &str = "SPDY/3.1+portforward.k8s.io, v4.channel.k8s.io";
    let (raw, tunnel) = (Ok("channels"), Ok("tunnel"));
    for (version, kubelet, offer, query, expected) in [
        (V1_0, true, BOTH, "port=80", Err(400)),
        (V1_9, false, BOTH, "ports=80", raw),
        (V1_9, false, "SPDY/3.1+portforward.k8s.io", "", Err(400)),
        (V1_9, false, "SPDY/3.1+portforward.k8s.io", "ports=80", Err(403)),
        (V1_29, false, BOTH, "ports=80", raw),
        (V1_29, false, BOTH, "port=80", Err(400)),
        (V1_34, false, BOTH, "ports=80", tunnel),
        (V1_34, false, "v4.base64.channel.k8s.io", "ports=80,81", raw),
        (V1_34, true, BOTH, "port=80", raw),
        (V1_34, true, BOTH, "ports=80", Err(400)),
        (V1_36, true, BOTH, "port=80", tunnel),
    ] {
        let got = wish(&websocket(offer), query, Asked { version, kubelet });
        let got = match &got {
            Ok(Wish::Tunnel { .. }) => Ok("tunnel"),
            Ok(Wish::Channels { .. }) => Ok("channels"),
            Ok(Wish::Spdy { .. }) => Ok("spdy"),
            Err(refusal) => Err(refusal.status().as_u16()),
        };
        assert_eq!(got, expected, "{version:?} {kubelet} {offer} {query}");
    }
}

#[test]
fn old_servers_do_without_the_name_of_the_stream_protocol() {
    let plain = headers(&[("connection", "Upgrade"), ("upgrade", "SPDY/3.1")]);
    let named = ["portforward.k8s.io".to_owned()];
    for (version, without, with) in [
        (ServerVersion::V1_0, true, None),
        (ServerVersion::V1_9, true, Some("portforward.k8s.io")),
        (ServerVersion::V1_22, false, Some("portforward.k8s.io")),
    ] {
        let asked = Asked { version, kubelet: version == ServerVersion::V1_0 };
        assert_eq!(wish(&plain, "", asked).is_ok(), without, "{version:?}");
        assert_eq!(negotiate(&named, asked).expect("a known protocol"), with, "{version:?}");
        assert_eq!(negotiate(&[], asked).expect("nothing to choose"), None, "{version:?}");
    }
}
