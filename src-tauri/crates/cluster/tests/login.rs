//! Signing in: tokens, token files, login helpers, certificates; and that no failure tells a secret.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::{os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use cluster::{Cluster, Error, KubeconfigSources};
use serde_json::json;
use support::{Server, kubeconfig};
use tokio::net::TcpListener;

const NAMESPACES: &str = r#"{"kind":"NamespaceList","apiVersion":"v1","metadata":{},"items":[
    {"metadata":{"name":"b"}},{"metadata":{"name":"a"}}]}"#;

async fn connect(yaml: String) -> Result<Cluster, Error> {
    KubeconfigSources::inline("test", yaml).connect(None).await
}

fn script(directory: &Path, body: &str) -> String {
    let path = directory.join("login-helper");
    std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

fn exec(command: &str) -> serde_json::Value {
    json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": command, "interactiveMode": "Never"}})
}

#[tokio::test]
async fn a_token_is_sent() {
    let server = Server::start().await;
    server.answer("/api/v1/namespaces", 200, NAMESPACES);
    let cluster = connect(kubeconfig(&server.url(), &json!({"token": "abc"}))).await.unwrap();
    assert_eq!(cluster.namespaces().await.unwrap(), ["a", "b"]);
    assert_eq!(cluster.default_namespace(), "demo");
    assert_eq!(server.seen()[0].1, "Bearer abc");
}

#[tokio::test]
async fn a_password_is_sent() {
    let server = Server::start().await;
    server.answer("/api/v1/namespaces", 200, NAMESPACES);
    let cluster =
        connect(kubeconfig(&server.url(), &json!({"username": "me", "password": "pw"}))).await.unwrap();
    cluster.namespaces().await.unwrap();
    assert_eq!(server.seen()[0].1, "Basic bWU6cHc=");
}

#[tokio::test]
async fn a_token_file_may_end_in_a_newline() {
    let server = Server::start().await;
    server.answer("/api/v1/namespaces", 200, NAMESPACES);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "from-file\n").unwrap();
    let cluster = connect(kubeconfig(&server.url(), &json!({"tokenFile": file}))).await.unwrap();
    cluster.namespaces().await.unwrap();
    assert_eq!(server.seen()[0].1, "Bearer from-file");
}

#[tokio::test]
async fn a_token_file_wins_over_a_token_unless_it_is_useless() {
    let server = Server::start().await;
    server.answer("/api/v1/namespaces", 200, NAMESPACES);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    for expected in ["Bearer from-token", "Bearer from-file"] {
        let user = json!({"token": "from-token", "tokenFile": file});
        connect(kubeconfig(&server.url(), &user)).await.unwrap().namespaces().await.unwrap();
        assert_eq!(server.seen().last().unwrap().1, expected);
        std::fs::write(&file, "from-file\n").unwrap();
    }
}

#[tokio::test]
async fn a_helper_is_asked_once_and_its_token_sent() {
    let server = Server::start().await;
    server.answer("/api/v1/namespaces", 200, NAMESPACES);
    for expiry in ["", r#","expirationTimestamp":"2099-01-01T00:00:00Z""#] {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("log");
        let helper = script(
            directory.path(),
            &format!(
                "echo \"$KUBERNETES_EXEC_INFO\" >> {}\necho '{{\"kind\":\"ExecCredential\",\"status\":{{\"token\":\"helped\"{expiry}}}}}'",
                log.display()
            ),
        );
        let cluster = connect(kubeconfig(&server.url(), &exec(&helper))).await.unwrap();
        cluster.namespaces().await.unwrap();
        cluster.namespaces().await.unwrap();
        assert_eq!(server.seen().last().unwrap().1, "Bearer helped");
        let runs = std::fs::read_to_string(&log).unwrap();
        assert_eq!(runs.lines().count(), 1, "{runs}");
        assert!(runs.contains(r#""interactive":false"#), "{runs}");
    }
}

#[tokio::test]
async fn a_helper_whose_token_expires_is_asked_again() {
    let server = Server::start().await;
    server.answer("/api/v1/namespaces", 200, NAMESPACES);
    let directory = tempfile::tempdir().unwrap();
    let count = directory.path().join("count");
    let helper = script(
        directory.path(),
        &format!(
            "echo x >> {0}\nn=$(wc -l < {0})\necho \"{{\\\"status\\\":{{\\\"token\\\":\\\"t$n\\\",\\\"expirationTimestamp\\\":\\\"2020-01-01T00:00:00Z\\\"}}}}\"",
            count.display()
        ),
    );
    let cluster = connect(kubeconfig(&server.url(), &exec(&helper))).await.unwrap();
    cluster.namespaces().await.unwrap();
    cluster.namespaces().await.unwrap();
    let tokens: Vec<String> = server.seen().into_iter().map(|(_, authorization)| authorization).collect();
    assert_eq!(tokens, ["Bearer t2", "Bearer t3"]);
}

#[tokio::test]
async fn a_helper_that_fails_is_quoted() {
    let directory = tempfile::tempdir().unwrap();
    let helper = script(directory.path(), "echo 'session expired, run: login' >&2; exit 3");
    let error = connect(kubeconfig("http://127.0.0.1:1", &exec(&helper))).await.unwrap_err();
    let Error::LoginHelper { command, reason, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*command, helper);
    assert_eq!(reason, "failed (exit status: 3): session expired, run: login");
}

#[tokio::test]
async fn a_helper_that_is_missing_tells_where_it_was_looked_for() {
    let mut user = exec("no-such-login-helper");
    user["exec"]["installHint"] = json!("brew install it");
    let error = connect(kubeconfig("http://127.0.0.1:1", &user)).await.unwrap_err();
    let Error::LoginHelper { command, reason, searched, hint } = &error else { panic!("{error:?}") };
    assert_eq!((command.as_str(), reason.to_string().as_str()), ("no-such-login-helper", "was not found"));
    let searched: Vec<_> = std::env::split_paths(searched.as_deref().unwrap()).collect();
    for directory in std::env::split_paths(&std::env::var_os("PATH").unwrap()) {
        assert!(searched.contains(&directory), "{directory:?} {searched:?}");
    }
    assert_eq!(hint.as_deref(), Some("brew install it"));
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { acceptor.accept(stream).await });
        }
    });
    let url = format!("https://localhost:{port}");
    let cluster = connect(kubeconfig(&url, &json!({}))).await.unwrap();
    let error = cluster.namespaces().await.unwrap_err();
    assert!(
        matches!(&error, Error::Untrusted { server, reason } if *server == url && reason.contains("authority")),
        "{error:?}"
    );

    // Trusted, but for another name.
    let mut yaml: serde_json::Value = serde_json::from_str(&kubeconfig(&url, &json!({}))).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let authority = directory.path().join("ca.crt");
    std::fs::write(&authority, certified.cert.pem()).unwrap();
    yaml["clusters"][0]["cluster"]["certificate-authority"] = json!(authority);
    yaml["clusters"][0]["cluster"]["tls-server-name"] = json!("other.example");
    let cluster = connect(yaml.to_string()).await.unwrap();
    let error = cluster.namespaces().await.unwrap_err();
    assert!(
        matches!(&error, Error::Untrusted { reason, .. } if reason.contains("other.example")),
        "{error:?}"
    );

    // Not checked at all: the next step, HTTP, fails instead, since this server closes.
    yaml["clusters"][0]["cluster"]["certificate-authority"] = json!("");
    yaml["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = json!(true);
    let cluster = connect(yaml.to_string()).await.unwrap();
    let error = cluster.namespaces().await.unwrap_err();
    assert!(matches!(&error, Error::Unreachable { .. }), "{error:?}");
    server.abort();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let cluster = connect(kubeconfig(&url, &json!({}))).await.unwrap();
    let error = cluster.namespaces().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{url} cannot be reached: nothing answers at that address (connection refused)")
    );

    let cluster = connect(kubeconfig("https://no-such-host.invalid:6443", &json!({}))).await.unwrap();
    let error = cluster.namespaces().await.unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { reason, .. } if reason.contains("cannot be resolved")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_unreachable() {
    let server = Server::start().await;
    let url = server.url().replace("http:", "https:");
    let cluster = connect(kubeconfig(&url, &json!({}))).await.unwrap();
    let error = cluster.namespaces().await.unwrap_err();
    assert!(matches!(&error, Error::Unreachable { reason, .. } if reason.contains("TLS")), "{error:?}");
}

/// Whatever goes wrong, neither `Display` nor `Debug` of error, cluster or sources tells a secret.
#[tokio::test]
async fn no_failure_tells_a_secret() {
    const TOKEN: &str = "sha256~T0kenThatMustNotShow";
    const PASSWORD: &str = "Passw0rdThatMustNotShow";
    let server = Server::start().await;
    // A server that repeats the credentials.
    let echo = json!({"kind": "Status", "status": "Failure", "reason": "Unauthorized", "code": 401,
        "message": format!("token {TOKEN} of {PASSWORD} is not valid")});
    server.answer("/api/v1/namespaces", 401, echo);
    server.answer("/api/v1/namespaces/demo/pods", 500, format!("<p>{TOKEN}</p> {PASSWORD}"));
    server.answer("/api/v1/namespaces/demo/services", 200, format!("{{\"items\": \"{TOKEN} {PASSWORD}\"}}"));
    let directory = tempfile::tempdir().unwrap();
    let tells =
        script(directory.path(), "echo \"$MY_PASSWORD $1 $2\"; echo \"$MY_PASSWORD $1 $2\" >&2; exit 1");
    let both = json!({"token": TOKEN, "username": "me", "password": PASSWORD});
    let with_exec = |command: &str| {
        json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": command,
        "interactiveMode": "Never", "args": [format!("--token={TOKEN}"), "x"],
        "env": [{"name": "MY_PASSWORD", "value": PASSWORD}]}})
    };
    let proxied = |proxy: &str| {
        let mut yaml: serde_json::Value =
            serde_json::from_str(&kubeconfig("https://cluster.invalid", &both)).unwrap();
        yaml["clusters"][0]["cluster"]["proxy-url"] = json!(proxy);
        yaml.to_string()
    };
    let configs = [
        kubeconfig(&server.url(), &both),
        kubeconfig(&server.url(), &json!({"token": TOKEN, "password": PASSWORD})),
        kubeconfig(&format!("http://me:{PASSWORD}@127.0.0.1:1"), &both),
        kubeconfig("not a url", &both),
        kubeconfig(&server.url(), &json!({"token": format!("{TOKEN}\n{PASSWORD}")})),
        kubeconfig(
            &server.url(),
            &json!({"token": TOKEN, "client-certificate-data": PASSWORD, "client-key-data": TOKEN}),
        ),
        kubeconfig("https://127.0.0.1:1", &json!({"token": TOKEN, "client-key-data": PASSWORD})),
        kubeconfig(&server.url(), &with_exec(&tells)),
        kubeconfig(&server.url(), &with_exec("/no/such/helper")),
        kubeconfig(
            &server.url(),
            &json!({"auth-provider": {"name": "gcp", "config": {
            "cmd-path": tells, "cmd-args": format!("config --token={TOKEN}"), "access-token": PASSWORD}}}),
        ),
        kubeconfig(
            &server.url(),
            &json!({"auth-provider": {"name": "azure", "config": {"client-secret": PASSWORD}}}),
        ),
        proxied(&format!("ftp://me:{PASSWORD}@127.0.0.1:1")),
        proxied(&format!("http://me:{PASSWORD}@127.0.0.1:1")),
        proxied(&format!("socks5://me:{PASSWORD}@127.0.0.1:1")),
        format!("users:\n- name: {TOKEN}\n  user: [{PASSWORD}]\n"),
        format!("users:\n- name: a\n  user:\n    token: {{{TOKEN}: {PASSWORD}}}\n"),
        format!("users:\n- name: a\n  user:\n   password: {PASSWORD}\n  token: {TOKEN}\n"),
    ];
    let mut failures = 0;
    for yaml in configs {
        let sources = KubeconfigSources::inline("test", yaml.clone());
        let mut texts = vec![format!("{sources:?}"), format!("{:?}", sources.catalog().await)];
        let mut note = |error: Error| {
            failures += 1;
            texts.push(format!("{error} {error:?} {error:#?}"));
        };
        match sources.connect(None).await {
            Err(error) => note(error),
            Ok(cluster) => {
                if let Err(error) = cluster.namespaces().await {
                    note(error);
                }
                for (_, error) in cluster.targets("demo").await.failures {
                    note(error);
                }
                texts.push(format!("{cluster:?}"));
            }
        }
        for text in texts {
            assert!(!text.contains("MustNotShow"), "{yaml}\n{text}");
        }
    }
    assert!(failures >= 17, "only {failures} failures");
}
