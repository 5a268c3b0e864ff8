//! Looking at servers, and whose word counts for their certificates.

use cluster::{
    Credentials, Error, SecretText, Server, ServerTrust, SignInWay, check, connect_own, probe,
    sign_in_with_password,
};
use democluster::{DemoCluster, DemoOptions, ServerCertificate};

use crate::{known, no_proxies, openshift};

async fn with(certificate: ServerCertificate) -> (DemoCluster, Server) {
    let demo = DemoCluster::start(DemoOptions { certificate, ..DemoOptions::default() }).await.unwrap();
    let server = known(&demo);
    (demo, server)
}

#[tokio::test]
async fn a_look_tells_all_about_a_certificate() {
    for (kind, said) in [
        (ServerCertificate::Good, None),
        (ServerCertificate::SelfSigned, Some("self-signed")),
        (ServerCertificate::WrongName, Some("other.culvert.test")),
        (ServerCertificate::Expired, Some("expired")),
    ] {
        let (_demo, server) = with(kind).await;
        let found = probe(&server, &no_proxies()).await.unwrap();
        let certificate = found.certificate.unwrap();
        assert!(certificate.subject.contains("culvert demo api server"), "{certificate:?}");
        assert_eq!(certificate.sha256.len(), 64);
        assert!(certificate.not_before < certificate.not_after || kind == ServerCertificate::Expired);
        if kind == ServerCertificate::Good {
            assert_eq!(certificate.names, ["localhost", "127.0.0.1", "::1"]);
            assert!(certificate.issuer.contains("culvert demo authority"), "{certificate:?}");
        }
        match said {
            None => assert_eq!(certificate.distrust, None),
            Some(said) => assert!(
                certificate.distrust.as_ref().is_some_and(|why| why.contains(said)),
                "{certificate:?}"
            ),
        }
        assert!(!found.openshift);
        assert_eq!(found.ways, [SignInWay::Token, SignInWay::Certificate]);

        // The system knows none of them, and says so where it counts.
        let server = Server { trust: ServerTrust::System, ..server };
        let found = probe(&server, &no_proxies()).await.unwrap();
        assert!(found.certificate.unwrap().distrust.is_some());
    }
    let (_demo, server) = openshift().await;
    let found = probe(&server, &no_proxies()).await.unwrap();
    assert!(found.openshift && found.ways.contains(&SignInWay::Password), "{found:?}");
}

#[tokio::test]
async fn a_pinned_certificate_is_enough_and_another_one_is_not() {
    for kind in [ServerCertificate::SelfSigned, ServerCertificate::WrongName, ServerCertificate::Expired] {
        let (demo, server) = with(kind).await;
        let credentials = Credentials::token(SecretText::new(demo.token())).unwrap();
        let error = check(&server, &credentials, &no_proxies()).await.unwrap_err();
        assert!(matches!(error, Error::Untrusted { .. }), "{error:?}");

        let sha256 = probe(&server, &no_proxies()).await.unwrap().certificate.unwrap().sha256;
        let pinned = Server { trust: ServerTrust::Pinned(sha256.clone()), ..server.clone() };
        assert_eq!(probe(&pinned, &no_proxies()).await.unwrap().certificate.unwrap().distrust, None);
        check(&pinned, &credentials, &no_proxies()).await.unwrap();

        let (another, _) = with(kind).await;
        let moved = Server {
            url: another.server_url().to_owned(),
            trust: ServerTrust::Pinned(sha256.clone()),
            ..Server::default()
        };
        let cluster = connect_own(&moved, Some(&credentials), None, &no_proxies()).await.unwrap();
        let error = cluster.namespaces().await.unwrap_err();
        let shown = probe(&moved, &no_proxies()).await.unwrap().certificate.unwrap().sha256;
        assert_eq!(error, Error::CertificateChanged { server: moved.url, pinned: sha256, shown });
    }
}

#[tokio::test]
async fn a_sign_in_server_with_a_certificate_of_its_own_is_shown_once_the_cluster_is_trusted() {
    let options = DemoOptions { openshift: true, own_oauth_server: true, ..DemoOptions::default() };
    let demo = DemoCluster::start(options).await.unwrap();
    let untrusted =
        Server { url: demo.server_url().to_owned(), trust: ServerTrust::System, ..Server::default() };
    let found = probe(&untrusted, &no_proxies()).await.unwrap();
    assert_eq!(found.sign_in_server, None, "nobody is sent anywhere by a server that is not trusted");

    let own = found.certificate.unwrap().sha256;
    let pinned = Server { trust: ServerTrust::Pinned(own.clone()), ..untrusted };
    let other = probe(&pinned, &no_proxies()).await.unwrap().sign_in_server.unwrap();
    assert!(other.url.starts_with("https://127.0.0.1:") && other.url != demo.server_url(), "{other:?}");
    assert!(other.certificate.distrust.is_some());
    let password = || SecretText::new("developer");
    let error = sign_in_with_password(&pinned, "developer", password(), &no_proxies()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Untrusted { server, .. } if server.trim_end_matches('/') == other.url),
        "{error:?}"
    );

    let both = ServerTrust::Pinned(format!("{own},{}", other.certificate.sha256));
    let both = Server { trust: both, ..pinned };
    let found = probe(&both, &no_proxies()).await.unwrap();
    assert_eq!(found.sign_in_server.unwrap().certificate.distrust, None);
    let credentials = sign_in_with_password(&both, "developer", password(), &no_proxies()).await.unwrap();
    check(&both, &credentials, &no_proxies()).await.unwrap();

    // Where both are one there is nothing more to look at.
    let (_demo, server) = openshift().await;
    assert_eq!(probe(&server, &no_proxies()).await.unwrap().sign_in_server, None);
}

#[tokio::test]
async fn authorities_from_a_file_are_read_each_time() {
    let (demo, server) = with(ServerCertificate::Good).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ca.crt");
    let credentials = Credentials::token(SecretText::new(demo.token())).unwrap();
    let server = Server { trust: ServerTrust::File(file.clone()), ..server };
    let error = check(&server, &credentials, &no_proxies()).await.unwrap_err();
    assert!(
        matches!(&error, Error::BadAuthority { reason } if reason.contains("does not exist")),
        "{error:?}"
    );
    std::fs::write(&file, demo.authority()).unwrap();
    check(&server, &credentials, &no_proxies()).await.unwrap();
}

#[tokio::test]
async fn what_is_not_there_cannot_be_looked_at() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    drop(listener);
    for (url, unreachable) in
        [(url.as_str(), true), ("https://no-such-host.invalid:6443", true), ("ftp://x", false)]
    {
        let server = Server { url: url.to_owned(), trust: ServerTrust::System, ..Server::default() };
        let error = probe(&server, &no_proxies()).await.unwrap_err();
        assert_eq!(matches!(error, Error::Unreachable { .. }), unreachable, "{error:?}");
        assert_eq!(matches!(error, Error::BadServer { .. }), !unreachable, "{error:?}");
    }
}
