//! Client certificates with keys as OpenSSL writes them, and with what is no key.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cluster::Error;
use rcgen::KeyPair;
use serde_json::json;

use crate::{
    certificates::{Authority, params},
    tls_server::TlsServer,
};

const RSA_PKCS1: &str = include_str!("keys/rsa.pkcs1.pem");
const RSA_PKCS8: &str = include_str!("keys/rsa.pkcs8.pem");
const EC_SEC1: &str = include_str!("keys/ec.sec1.pem");
const EC_PKCS8: &str = include_str!("keys/ec.pkcs8.pem");

#[tokio::test]
async fn keys_in_every_encoding_are_used() {
    let authority = Authority::new("clients and server");
    let server = TlsServer::start(authority.server(&["127.0.0.1"], false)).await;
    let cluster = json!({"certificate-authority-data": STANDARD.encode(authority.pem())});
    let directory = tempfile::tempdir().unwrap();
    let (key_file, certificate_file) = (directory.path().join("key"), directory.path().join("certificate"));
    for (same_key, key) in
        [(RSA_PKCS8, RSA_PKCS1), (RSA_PKCS8, RSA_PKCS8), (EC_PKCS8, EC_SEC1), (EC_PKCS8, EC_PKCS8)]
    {
        let certificate = authority.sign(params(&[], false), &KeyPair::from_pem(same_key).unwrap()).pem();
        let data = |pem: &str| STANDARD.encode(pem);
        let inline = json!({"client-certificate-data": data(&certificate), "client-key-data": data(key)});
        server.ask(cluster.clone(), inline).await.unwrap();
        std::fs::write(&key_file, key.replace('\n', "\r\n")).unwrap();
        std::fs::write(&certificate_file, &certificate).unwrap();
        let files = json!({"client-certificate": certificate_file, "client-key": key_file});
        server.ask(cluster.clone(), files).await.unwrap();
    }
    assert_eq!(server.shown(), [true; 8]);
}

#[tokio::test]
async fn what_cannot_be_used_as_a_key_is_explained() {
    let authority = Authority::new("clients and server");
    let server = TlsServer::start(authority.server(&["127.0.0.1"], false)).await;
    let certificate = authority.sign(params(&[], false), &KeyPair::from_pem(EC_PKCS8).unwrap()).pem();
    let broken = EC_PKCS8.replace("\nMI", "\n!!");
    let cut = EC_PKCS8.replace("\nMI", "\nMA");
    let openssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n";
    for (certificate, key, text) in [
        (certificate.as_str(), include_str!("keys/ec.password.pkcs8.pem"), "protected by a password"),
        (&certificate, include_str!("keys/ec.password.sec1.pem"), "openssl pkey -in client.key"),
        (&certificate, openssh, "one of OpenSSH"),
        (&certificate, include_str!("keys/ec.public.pem"), "a public key"),
        (&certificate, &certificate, "the client key is a certificate"),
        (&certificate, "S3cr3tThatMustNotShow", "not in PEM"),
        (&certificate, &broken, "not base64"),
        (&certificate, &cut, "damaged or of an unusual kind"),
        (&certificate, include_str!("keys/rsa.short.pkcs1.pem"), "RSA of 2048 bits and more"),
        (&certificate, RSA_PKCS1, "does not belong to the client certificate"),
        (EC_PKCS8, EC_PKCS8, "the client certificate is not a certificate in PEM"),
        (&certificate, "", "a client certificate but no client key"),
        ("", EC_PKCS8, "a client key but no client certificate"),
    ] {
        let user = json!({"client-certificate-data": STANDARD.encode(certificate), "client-key-data": STANDARD.encode(key)});
        let error = server.ask(json!({}), user).await.unwrap_err();
        assert!(
            matches!(&error, Error::Kubeconfig { file, reason, .. } if file == "test" && reason.contains(text)),
            "{text}: {error:?}"
        );
        assert!(!format!("{error:?}").contains("MustNotShow"), "{error:?}");
    }
    assert!(server.shown().is_empty());
}
