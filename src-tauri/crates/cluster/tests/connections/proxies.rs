//! Through a double of a proxy to the demo cluster, port-forwards included.

use cluster::{
    Cluster, Error, KubeconfigSources, ProxyEnvironment, ProxyFailure, SecretText, Server, ServerTrust,
    begin_browser_sign_in, check, probe, sign_in_with_password,
};
use democluster::{DemoCluster, DemoOptions};
use futures::future::join_all;
use portforward::{Meter, PodAddress, Transport, Tunnel, TunnelOptions};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    behind_proxy::{DESTINATION, IN_URL, SERVER, USER, address, connect, kubeconfig, manners},
    certificates::Authority,
    proxy_double::{Manners, Proxy},
};

/// Bytes that go through a port-forward: more than a buffer of any party.
const LOAD: usize = 300_000;

/// Sends bytes to the pod `echo` and has them back.
async fn forward(demo: &DemoCluster, cluster: &Cluster, transport: Transport) {
    let pods = demo.pods("demo");
    let pod = pods.iter().find(|pod| pod.starts_with("echo")).unwrap().clone();
    let pod = PodAddress { namespace: "demo".to_owned(), pod, node: None };
    let options = TunnelOptions { transports: vec![transport], ..TunnelOptions::default() };
    let tunnel = Tunnel::open(cluster.client(), pod, options).await.unwrap();
    let (mut local, mut far) = tokio::io::duplex(16 * 1024);
    let carrying = async {
        let meter = Meter::default();
        tunnel.carry(&mut far, 5000, &meter).await.unwrap();
        drop(far);
    };
    let load: Vec<u8> = (0..LOAD).map(|index| u8::try_from(index % 251).unwrap()).collect();
    let asking = async {
        let (mut reader, mut writer) = tokio::io::split(&mut local);
        let mut back = vec![0; LOAD];
        let sending = async {
            writer.write_all(&load).await.unwrap();
            writer.flush().await.unwrap();
        };
        let (_, received) = tokio::join!(sending, reader.read_exact(&mut back));
        received.unwrap();
        assert!(back == load, "other bytes came back through {transport}");
        writer.shutdown().await.unwrap();
    };
    tokio::join!(carrying, asking);
}

#[tokio::test]
async fn every_kind_of_proxy_carries_requests_and_port_forwards() {
    let demo = DemoCluster::start(DemoOptions::default()).await.unwrap();
    let authority = Authority::new("the proxy's authority");
    let kinds = [
        ("http", None),
        ("http", Some(USER)),
        ("https", None),
        ("https", Some(USER)),
        ("socks5", None),
        ("socks5", Some(USER)),
        ("socks5h", Some(USER)),
    ];
    join_all(kinds.map(|(scheme, wants)| carries(&demo, &authority, scheme, wants))).await;
}

async fn carries(
    demo: &DemoCluster,
    authority: &Authority,
    scheme: &str,
    wants: Option<(&'static str, &'static str)>,
) {
    let is_https = scheme == "https";
    // It does not know the cluster's authority: it would end the handshake if it were shown a client certificate.
    let tls = is_https.then(|| authority.server(&["localhost"], false));
    let is_socks = scheme.starts_with("socks");
    let proxy = Proxy::start(Manners { tls, is_socks, wants, ..manners(demo) }).await;
    let url = format!("{scheme}://{}localhost:{}", wants.map_or("", |_| IN_URL), proxy.address.port());
    let yaml = kubeconfig(demo, &json!({"proxy-url": url}), is_https.then_some(authority));
    let cluster = connect(yaml, &[("NO_PROXY", "*")]).await.unwrap();
    assert!(!format!("{cluster:?}").contains("MustNotShow"));
    assert!(cluster.namespaces().await.unwrap().contains(&"demo".to_owned()), "{scheme}");
    for transport in [Transport::WebSocketTunnel, Transport::Spdy] {
        forward(demo, &cluster, transport).await;
    }
    let seen = proxy.seen();
    // The first link may travel on the connection of the request before.
    assert!(seen.len() >= 2 && seen.iter().all(|asked| asked == DESTINATION), "{scheme}: {seen:?}");
}

#[tokio::test]
async fn the_environment_names_proxies_too() {
    let demo = DemoCluster::start(DemoOptions::default()).await.unwrap();
    let http = Proxy::start(Manners { wants: Some(USER), ..manners(&demo) }).await;
    let socks = Proxy::start(Manners { is_socks: true, ..manners(&demo) }).await;
    let http_url = format!("{IN_URL}{}", http.address);
    let socks_url = format!("socks5h://{}", socks.address);
    let yaml = kubeconfig(&demo, &json!({}), None);

    let all = [
        ("HTTPS_PROXY", http_url.as_str()),
        ("all_proxy", &socks_url),
        ("NO_PROXY", "other.test,, 10.0.0.0/8"),
    ];
    connect(yaml.clone(), &all).await.unwrap().namespaces().await.unwrap();
    assert_eq!((http.seen().len(), socks.seen().len()), (1, 0));
    connect(yaml.clone(), &all[1..]).await.unwrap().namespaces().await.unwrap();
    assert_eq!((http.seen().len(), socks.seen().len()), (1, 1));

    // Without a proxy nobody knows the name.
    let exempt = [("HTTPS_PROXY", http_url.as_str()), ("NO_PROXY", ".culvert.test:6443")];
    let error = connect(yaml, &exempt).await.unwrap().namespaces().await.unwrap_err();
    assert!(matches!(&error, Error::Unreachable { reason, .. } if reason.contains("resolved")), "{error:?}");

    // This computer itself is never behind a proxy of the environment, but may be behind one of the kubeconfig.
    let here = json!({"server": demo.server_url()});
    connect(kubeconfig(&demo, &here, None), &all).await.unwrap().namespaces().await.unwrap();
    assert_eq!((http.seen().len(), socks.seen().len()), (1, 1));
    let here = json!({"server": demo.server_url(), "proxy-url": socks_url});
    connect(kubeconfig(&demo, &here, None), &all).await.unwrap().namespaces().await.unwrap();
    assert_eq!(socks.seen().last().unwrap(), &address(&demo).to_string());

    let error =
        connect(kubeconfig(&demo, &json!({}), None), &[("https_proxy", "ftp://me:MustNotShow@p")]).await;
    let error = error.unwrap_err();
    assert!(matches!(&error, Error::Proxy { failure: ProxyFailure::Setting, .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("MustNotShow"), "{error:?}");
}

#[tokio::test]
async fn a_failure_behind_the_proxy_is_not_the_proxys() {
    let demo = DemoCluster::start(DemoOptions::default()).await.unwrap();
    let proxy = Proxy::start(manners(&demo)).await;
    let url = format!("http://{}", proxy.address);
    let more = json!({"proxy-url": url, "tls-server-name": "other.test"});
    let cluster = connect(kubeconfig(&demo, &more, None), &[]).await.unwrap();
    let error = cluster.namespaces().await.unwrap_err();
    assert!(
        matches!(&error, Error::Untrusted { reason, .. } if reason.contains("not for other.test")),
        "{error:?}"
    );
}

/// A look at a server goes the same way as everything else.
#[tokio::test]
async fn a_server_behind_a_proxy_can_be_looked_at() {
    let demo = DemoCluster::start(DemoOptions { openshift: true, ..DemoOptions::default() }).await.unwrap();
    let proxy = Proxy::start(Manners { wants: Some(USER), ..manners(&demo) }).await;
    let url = format!("http://{IN_URL}{}", proxy.address);
    let proxies = ProxyEnvironment::from_variables(|name| (name == "HTTPS_PROXY").then(|| url.clone()));
    let server = Server {
        url: SERVER.to_owned(),
        trust: ServerTrust::Pem(demo.authority().to_owned()),
        ..Server::default()
    };
    let found = probe(&server, &proxies).await.unwrap();
    assert!(found.openshift);
    // By that name it is not known.
    let distrust = found.certificate.unwrap().distrust.unwrap();
    assert!(distrust.contains("it is not for api.culvert.test"), "{distrust}");
    assert_eq!(proxy.seen(), [DESTINATION]);
}

/// Signing in to a context goes the way that its kubeconfig names, by the name that it expects there.
#[tokio::test]
async fn a_context_behind_a_proxy_of_its_own_is_signed_in_to() {
    let demo = DemoCluster::start(DemoOptions { openshift: true, ..DemoOptions::default() }).await.unwrap();
    demo.set_password("ada", "pw");
    let authority = Authority::new("proxies");
    for tls in [None, Some(authority.server(&["localhost"], false))] {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let proxy = Proxy::start(Manners { wants: Some(USER), tls, ..manners(&demo) }).await;
        let url = format!("{scheme}://{IN_URL}localhost:{}", proxy.address.port());
        let yaml = kubeconfig(&demo, &json!({"proxy-url": url}), Some(&authority));
        let sources = KubeconfigSources::inline("test", yaml);
        let sources = sources.with_proxies(ProxyEnvironment::default());
        let (server, proxies) = (sources.server(None).await.unwrap(), sources.proxies());
        assert!(!format!("{server:?}").contains("MustNotShow"), "{server:?}");

        let found = probe(&server, proxies).await.unwrap();
        assert!(found.openshift);
        assert_eq!(found.certificate.unwrap().distrust, None);
        begin_browser_sign_in(&server, proxies).await.unwrap();
        let password = SecretText::new("pw");
        let credentials = sign_in_with_password(&server, "ada", password, proxies).await.unwrap();
        let account = check(&server, &credentials, proxies).await.unwrap();
        assert_eq!(account.user.as_deref(), Some("ada"));
        // The page to sign in at has another name, and is reached through the proxy too.
        let seen = proxy.seen();
        assert!(
            seen.contains(&DESTINATION.to_owned()) && seen.contains(&address(&demo).to_string()),
            "{seen:?}"
        );
    }
    for (more, said) in [
        (json!({"proxy-url": "ftp://me:MustNotShow@p"}), "proxy-url cannot be used"),
        (json!({"tls-server-name": "no name"}), "tls-server-name is not the name of a server"),
    ] {
        let sources = KubeconfigSources::inline("test", kubeconfig(&demo, &more, None));
        let error = sources.server(None).await.unwrap_err();
        assert!(matches!(&error, Error::Kubeconfig { file, .. } if file == "test"), "{error:?}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(!format!("{error:?}").contains("MustNotShow"), "{error:?}");
    }
}
