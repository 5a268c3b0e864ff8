//! Certificates of servers: which are taken, and why others are not.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cluster::Error;
use rcgen::{BasicConstraints, IsCa, KeyPair};
use rustls::ServerConfig;
use serde_json::{Value, json};

use crate::{
    certificates::{Authority, params},
    tls_server::TlsServer,
};

/// A certificate that signs itself, as servers make them (an authority's) or not; and its PEM.
fn self_signed(names: &[&str], is_authority: bool, expired: bool) -> (Arc<ServerConfig>, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = params(names, expired);
    if is_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let certificate = params.self_signed(&key).unwrap();
    (Authority::new("nobody").shows(&certificate, &key), certificate.pem())
}

fn trusting(pem: &str) -> Value {
    json!({"certificate-authority-data": STANDARD.encode(pem)})
}

fn named(mut cluster: Value, name: &str) -> Value {
    cluster["tls-server-name"] = json!(name);
    cluster
}

#[tokio::test]
async fn certificates_are_judged_as_kubectl_judges_them() {
    let authority = Authority::new("the cluster's authority");
    let known = trusting(&authority.pem());
    let here = ["127.0.0.1"];
    let elsewhere = ["a.test", "b.test"];
    let (plain, plain_pem) = self_signed(&here, false, false);
    let (own, own_pem) = self_signed(&here, true, false);
    let (old, old_pem) = self_signed(&here, true, true);
    // Another certificate beside it must not matter.
    let both = trusting(&format!("{}{own_pem}", authority.pem()));
    for (what, tls, cluster, refused) in [
        ("known authority", authority.server(&here, false), known.clone(), ""),
        (
            "unknown authority",
            authority.server(&here, false),
            json!({}),
            "an authority that is not known here",
        ),
        (
            "other authority",
            authority.server(&here, false),
            trusting(&own_pem),
            "an authority that is not known here",
        ),
        ("expired", authority.server(&here, true), known.clone(), "it has expired"),
        ("other name", authority.server(&elsewhere, false), known.clone(), "it is not for 127.0.0.1 but for"),
        ("other name, asked for", authority.server(&elsewhere, false), named(known.clone(), "b.test"), ""),
        ("no name", authority.server(&[], false), known.clone(), "names no server at all"),
        (
            "right name, other asked for",
            authority.server(&here, false),
            named(known.clone(), "c.test"),
            "not for c.test",
        ),
        ("unchecked", authority.server(&elsewhere, true), json!({"insecure-skip-tls-verify": true}), ""),
        ("self-signed", Arc::clone(&plain), json!({}), "it is self-signed"),
        ("self-signed beside another", Arc::clone(&plain), known.clone(), "it is self-signed"),
        ("self-signed, trusted", plain, trusting(&plain_pem), ""),
        ("own authority", Arc::clone(&own), known.clone(), "it is self-signed"),
        ("own authority, trusted", Arc::clone(&own), both.clone(), ""),
        ("own authority, trusted, other name", own, named(both, "c.test"), "not for c.test"),
        ("own authority, trusted, expired", old, trusting(&old_pem), "it has expired"),
    ] {
        let server = TlsServer::start(tls).await;
        let outcome = server.ask(cluster, json!({})).await;
        match &outcome {
            Ok(()) => assert_eq!(refused, "", "{what}"),
            Err(Error::Untrusted { reason, .. }) => {
                assert!(!refused.is_empty() && reason.contains(refused), "{what}: {reason}");
            }
            Err(other) => panic!("{what}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn an_authority_may_be_in_a_file_and_what_is_none_is_explained() {
    let authority = Authority::new("the cluster's authority");
    let server = TlsServer::start(authority.server(&["127.0.0.1"], false)).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ca.crt");
    let key = include_str!("keys/ec.pkcs8.pem");
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (content, text) in [
        (authority.pem().as_str(), ""),
        (&format!("# comment\n{key}{}", authority.pem()), ""),
        ("", "holds no certificate in PEM"),
        ("hello", "holds no certificate in PEM"),
        (key, "holds no certificate in PEM"),
        (nonsense, "holds something that is not a certificate"),
    ] {
        std::fs::write(&file, content).unwrap();
        let outcome = server.ask(json!({"certificate-authority": file}), json!({})).await;
        match &outcome {
            Ok(()) => assert_eq!(text, "", "{content}"),
            Err(Error::Kubeconfig { reason, .. }) => {
                assert!(!text.is_empty() && reason.contains(text), "{reason}");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    let error = server.ask(named(json!({}), "a b"), json!({})).await.unwrap_err();
    assert!(
        matches!(&error, Error::Kubeconfig { reason, .. } if reason.contains("tls-server-name")),
        "{error:?}"
    );
}
