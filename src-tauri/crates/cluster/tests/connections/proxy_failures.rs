//! What an unwilling or unfit proxy says, and what a person is told.

use cluster::{Error, ProxyFailure};
use democluster::{DemoCluster, DemoOptions};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    behind_proxy::{IN_URL, connect, kubeconfig, manners},
    certificates::Authority,
    proxy_double::{Manners, Proxy},
};

#[tokio::test]
async fn each_failure_of_a_proxy_is_told_apart() {
    use ProxyFailure as F;
    let cases: Vec<(&str, &str, Vec<u8>, ProxyFailure, &str)> = [
        ("http", "", "HTTP/1.1 407 Sorry\r\n\r\n", F::SignIn, "wants a user name and password (407)"),
        (
            "http",
            IN_URL,
            "HTTP/1.0 407 MustNotShow\r\nProxy-Authenticate: Basic\r\n\r\n",
            F::SignIn,
            "does not accept",
        ),
        (
            "http",
            IN_URL,
            "HTTP/1.1 407 Sorry\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM abc=\r\n\r\n",
            F::SignIn,
            "Negotiate or NTLM, which is not supported",
        ),
        (
            "http",
            IN_URL,
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 15\r\n\r\n<p>MustNotShow\n",
            F::Refused,
            "refuses to connect to api.culvert.test:6443 (403 Forbidden); ask whoever runs the proxy",
        ),
        (
            "http",
            IN_URL,
            "HTTP/1.1 502 Bad Gateway\r\n\r\n",
            F::Destination,
            "cannot connect to api.culvert.test:6443 (502 Bad Gateway)",
        ),
        (
            "http",
            IN_URL,
            "HTTP/1.1 302 Found\r\nLocation: http://portal/?MustNotShow\r\n\r\n",
            F::NotAProxy,
            "sign-in page",
        ),
        ("http", IN_URL, "HTTP/1.1 405 Method Not Allowed\r\n\r\n", F::NotAProxy, "it may be a web server"),
        (
            "http",
            IN_URL,
            "SSH-2.0-OpenSSH_9.2p1 MustNotShow\r\n\r\n",
            F::NotAProxy,
            "answers, but not as an HTTP proxy",
        ),
        ("http", IN_URL, "", F::NotAProxy, "closes the connection instead of answering"),
        ("http", IN_URL, "HTTP/1.1 200 OK\r\n\r\nMustNotShow", F::NotAProxy, "nobody asked for"),
        ("https", IN_URL, "HTTP/1.1 400 Bad Request\r\n\r\n", F::NotAProxy, "does not answer in TLS"),
        ("socks5", "", "\x05\u{7f}", F::NotAProxy, "not as a SOCKS5 proxy"),
        ("socks5", IN_URL, "HTTP/1.1 400 Bad Request\r\n\r\n", F::NotAProxy, "not as a SOCKS5 proxy"),
        ("socks5", IN_URL, "", F::NotAProxy, "closes the connection instead of answering"),
    ]
    .map(|(scheme, user, answer, failure, text)| (scheme, user, answer.as_bytes().to_vec(), failure, text))
    .into();
    let socks = [
        ("", vec![5, 0xff], F::SignIn, "wants a user name and password"),
        (IN_URL, vec![5, 0xff], F::SignIn, "only user name and password are"),
        (IN_URL, vec![5, 2, 1, 1], F::SignIn, "does not accept the user name and password"),
        ("", vec![5, 0, 5, 2, 0, 1], F::Refused, "its rules do not allow it"),
        (IN_URL, vec![5, 2, 1, 0, 5, 4, 0, 1], F::Destination, "the host is unreachable"),
        (
            "",
            vec![5, 0, 5, 5, 0, 1],
            F::Destination,
            "cannot connect to api.culvert.test:6443: nothing answers",
        ),
        ("", vec![5, 0, 5, 1, 0, 1], F::Destination, "it does not say why"),
    ]
    .map(|(user, answer, failure, text)| ("socks5", user, answer, failure, text));

    let demo = DemoCluster::start(DemoOptions::default()).await.unwrap();
    for (scheme, user, answer, failure, text) in cases.into_iter().chain(socks) {
        let proxy = Proxy::start(Manners { answer: Some(answer), ..Manners::default() }).await;
        expect(&demo, &format!("{scheme}://{user}{}", proxy.address), failure, text).await;
    }

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = listener.local_addr().unwrap();
    drop(listener);
    for scheme in ["http", "https", "socks5"] {
        let refused =
            "cannot be reached: nothing answers at that address (connection refused); check the address";
        expect(&demo, &format!("{scheme}://{IN_URL}{gone}"), F::Unreachable, refused).await;
    }
    expect(&demo, &format!("http://{IN_URL}no-such-proxy.invalid:1"), F::Unreachable, "cannot be resolved")
        .await;

    let authority = Authority::new("the proxy's authority");
    for (names, expired, text) in [
        (["127.0.0.1"], false, "signed by an authority that is not known here"),
        (["127.0.0.1"], true, "it has expired"),
    ] {
        let tls = Some(authority.server(&names, expired));
        let proxy = Proxy::start(Manners { tls, ..manners(&demo) }).await;
        expect(&demo, &format!("https://{IN_URL}{}", proxy.address), F::Untrusted, text).await;
    }
}

async fn expect(demo: &DemoCluster, url: &str, failure: ProxyFailure, text: &str) {
    let cluster = connect(kubeconfig(demo, &json!({"proxy-url": url}), None), &[]).await.unwrap();
    let error = cluster.namespaces().await.unwrap_err();
    let shown = error.to_string();
    assert!(matches!(&error, Error::Proxy { failure: found, .. } if *found == failure), "{url}: {error:?}");
    assert!(shown.contains(text) && shown.contains(&*failure.remedy()), "{url}: {shown}");
    let plain = url.replace(IN_URL, "");
    assert!(shown.starts_with(&format!("the proxy {plain} (from proxy-url in the kubeconfig) ")), "{shown}");
    assert!(!format!("{error} {error:?} {cluster:?}").contains("MustNotShow"), "{error:?}");

    // The same where a port-forward fails, which sees the client's own error.
    let request = http::Request::get("/api").body(kube::client::Body::empty()).unwrap();
    let raw = cluster.client().send(request).await.unwrap_err();
    assert!(!format!("{raw} {raw:?}").contains("MustNotShow"), "{raw:?}");
    assert_eq!(cluster.explain(&wording::Text::verbatim("open a port-forward"), &raw), error);
}
