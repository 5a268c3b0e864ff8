//! Kubeconfig files that are broken, and entries of them that make no sense.

use std::{fs, path::Path};

use cluster::KubeconfigSources;
use serde_json::{Value, json};
use wording::{Text, text};

use super::{BadInput, kubeconfig, said_of};

pub(crate) async fn table() -> Vec<BadInput> {
    let mut table = files().await;
    table.extend(entries().await);
    table
}

/// What the catalog says of files that cannot be read.
async fn files() -> Vec<BadInput> {
    let cases: [(&str, &str, &[u8]); 9] = [
        ("a list that is not closed", "line 1", b"contexts: [\nusers: Secret-MustNotShow\n"),
        ("a tab for indentation", "found a tab", b"contexts:\n- name: it\n\tcontext: {cluster: c}\n"),
        ("a text where a list belongs", "line 2", b"current-context: it\nclusters: Secret-MustNotShow\n"),
        ("a list where a text belongs", "line 2", b"users:\n- name: [Secret-MustNotShow]\n"),
        (
            "a token that is a map",
            "line 4",
            b"users:\n- name: u\n  user:\n    token: {Secret: MustNotShow}\n",
        ),
        ("a quote that is not closed", "line", b"current-context: \"it\nusers: []\n"),
        ("a key that is there twice", "line", b"current-context: a\ncurrent-context: b\n"),
        ("bytes that are no text", "it is not a text file", &[0xc3, 0x28, 0x00, 0xff]),
        ("a list as the whole file", "line 1", b"- a\n- b\n"),
    ];
    let directory = tempfile::tempdir().unwrap();
    let mut table = Vec::new();
    for (index, (name, expected, content)) in cases.into_iter().enumerate() {
        let path = directory.path().join(format!("config-{index}"));
        fs::write(&path, content).unwrap();
        table.push(BadInput { name, expected, said: said_of_file(&path).await });
    }
    let absent = directory.path().join("absent");
    let name = "a file that is missing";
    table.push(BadInput { name, expected: "No such file", said: said_of_file(&absent).await });
    let name = "a directory in place of a file";
    table.push(BadInput { name, expected: "directory", said: said_of_file(directory.path()).await });
    table
}

/// The place and the reason. The name of the file is left out: it would make every message a different one.
async fn said_of_file(path: &Path) -> Text {
    let catalog = KubeconfigSources::from_files(vec![path.to_owned()]).catalog().await;
    let [problem] = catalog.problems.as_slice() else { panic!("{}: {catalog:?}", path.display()) };
    assert_eq!(problem.file, path.display().to_string());
    let reason = &problem.reason;
    match problem.line {
        Some(line) => text!("line {line}: {reason}", "Zeile {line}: {reason}"; reason),
        None => reason.clone(),
    }
}

async fn entries() -> Vec<BadInput> {
    let server = json!({"server": "https://127.0.0.1:1"});
    let with = |name: &str, value: &str| {
        let mut cluster = server.clone();
        cluster[name] = json!(value);
        cluster
    };
    let nobody = json!({});
    let cases: [(&'static str, &'static str, Value, Value); 15] = [
        ("a cluster without a server", "has no server", json!({}), nobody.clone()),
        ("a server that is no URL", "is not a URL", json!({"server": "https://a b"}), nobody.clone()),
        (
            "an authority that is not base64",
            "certificate authority",
            with("certificate-authority-data", "Secret-MustNotShow!"),
            nobody.clone(),
        ),
        (
            "an authority that is not PEM",
            "no certificate in PEM",
            with("certificate-authority-data", "TXVzdE5vdFNob3c="),
            nobody.clone(),
        ),
        (
            "an authority's file that is missing",
            "/no/such/ca.crt",
            with("certificate-authority", "/no/such/ca.crt"),
            nobody.clone(),
        ),
        ("a server name that is none", "tls-server-name", with("tls-server-name", "a b"), nobody.clone()),
        (
            "a proxy of an unknown kind",
            "proxy-url",
            with("proxy-url", "gopher://me:MustNotShow@proxy"),
            nobody.clone(),
        ),
        (
            "a token that spans lines",
            "token holds characters",
            server.clone(),
            json!({"token": "Secret\nMustNotShow"}),
        ),
        (
            "a token file that is missing",
            "/no/such/token cannot be read",
            server.clone(),
            json!({"tokenFile": "/no/such/token"}),
        ),
        (
            "a certificate's file that is missing",
            "/no/such/me.crt",
            server.clone(),
            json!({"client-certificate": "/no/such/me.crt", "client-key": "/no/such/me.key"}),
        ),
        (
            "a certificate without its key",
            "no client key",
            server.clone(),
            json!({"client-certificate-data": "TXVzdE5vdFNob3c="}),
        ),
        (
            "a key without its certificate",
            "no client certificate",
            server.clone(),
            json!({"client-key-data": "TXVzdE5vdFNob3c="}),
        ),
        (
            "a certificate that is not PEM",
            "not a certificate in PEM",
            server.clone(),
            json!({"client-certificate-data": "TXVzdE5vdFNob3c=", "client-key-data": "TXVzdE5vdFNob3c="}),
        ),
        (
            "a way to sign in that is gone",
            "azure auth plugin",
            server.clone(),
            json!({"auth-provider": {"name": "azure", "config": {"access-token": "MustNotShow"}}}),
        ),
        (
            "a way to sign in that nobody knows",
            "provider other",
            server.clone(),
            json!({"auth-provider": {"name": "other", "config": {"access-token": "MustNotShow"}}}),
        ),
    ];
    let mut table = Vec::new();
    for (name, expected, cluster, user) in cases {
        table.push(BadInput { name, expected, said: said_of("test", kubeconfig(&cluster, &user)).await });
    }
    for (name, expected, text) in [
        ("a context that is not there", "it is not in your kubeconfig files", "contexts: []".to_owned()),
        (
            "a cluster that is not there",
            "which no file describes",
            "contexts: [{name: it, context: {cluster: nowhere}}]".to_owned(),
        ),
        ("a context that may be in a broken file", "line 1", "contexts: [MustNotShow".to_owned()),
    ] {
        table.push(BadInput { name, expected, said: said_of("test", text).await });
    }
    table
}
