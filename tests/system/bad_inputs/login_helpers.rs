//! Login helpers that do not work.
#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::json;
use wording::Text;

use super::{BadInput, kubeconfig, said_of};

pub(crate) async fn table() -> Vec<BadInput> {
    let status = |status: &str| format!("echo '{{\"status\": {{{status}}}}}'");
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("login");
    let mut table = Vec::new();
    for (name, expected, body) in [
        ("one that fails in silence", "failed (exit status: 3)", "exit 3".to_owned()),
        (
            "one that says why it fails",
            "please sign in first",
            "echo \"please sign in first, $1 $HELPER_PASSWORD\" >&2; exit 1".to_owned(),
        ),
        ("one that crashes", "signal: 11", "kill -SEGV $$".to_owned()),
        ("one that prints nothing", "printed nothing", "exit 0".to_owned()),
        ("one that prints rubbish", "not an ExecCredential", "echo \"rubbish $HELPER_PASSWORD\"".to_owned()),
        ("one that prints without end", "wrote more than 1024 KiB", "yes MustNotShow".to_owned()),
        ("one that answers something else", "another kind", "echo '{\"kind\": \"Token\"}'".to_owned()),
        (
            "one that answers in another version",
            "another apiVersion",
            "echo '{\"apiVersion\": \"client.authentication.k8s.io/v1beta1\"}'".to_owned(),
        ),
        ("one that answers without a status", "no status", "echo '{\"token\": \"MustNotShow\"}'".to_owned()),
        ("one that gives no credentials", "neither a token nor", status("")),
        (
            "one that gives half a certificate",
            "without its key",
            status("\"clientCertificateData\": \"MustNotShow\""),
        ),
        (
            "one that gives half a key",
            "without its certificate",
            status("\"clientKeyData\": \"MustNotShow\""),
        ),
        (
            "one that gives a damaged certificate",
            "client certificate that cannot be used",
            status("\"clientCertificateData\": \"MustNotShow\", \"clientKeyData\": \"MustNotShow\""),
        ),
        (
            "one whose token is no token",
            "cannot be sent",
            status("\"token\": \"Must\\nNotShow\"").replace("echo", "printf %s"),
        ),
        (
            "one whose expiry is no time",
            "expiry time",
            status("\"token\": \"MustNotShow\", \"expirationTimestamp\": \"soon\""),
        ),
    ] {
        fs::write(&program, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        table.push(BadInput { name, expected, said: said(&json!({"command": program})).await });
    }
    fs::write(&program, "#!/no/such/shell\n").unwrap();
    let name = "one that is no program of this system";
    table.push(BadInput { name, expected: "was not found", said: said(&json!({"command": program})).await });
    fs::set_permissions(&program, fs::Permissions::from_mode(0o644)).unwrap();
    let name = "one that may not be run";
    table.push(BadInput {
        name,
        expected: "could not be started",
        said: said(&json!({"command": program})).await,
    });
    for (name, expected, exec) in [
        ("one that is not installed", "It was looked for in /", json!({"command": "no-such-helper"})),
        (
            "one that is not installed, with advice",
            "Brew install it",
            json!({"command": "no-such-helper", "installHint": "brew install it"}),
        ),
        ("one without a command", "no command", json!({})),
        (
            "one of an old version",
            "v1alpha1; Kubernetes knows",
            json!({"command": "true", "apiVersion": "client.authentication.k8s.io/v1alpha1"}),
        ),
        ("one of no version", "no apiVersion", json!({"command": "true", "apiVersion": null})),
        (
            "one that wants a terminal",
            "in a terminal",
            json!({"command": "true", "interactiveMode": "Always"}),
        ),
    ] {
        table.push(BadInput { name, expected, said: said(&exec).await });
    }
    table
}

async fn said(exec: &serde_json::Value) -> Text {
    let mut all = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never",
        "args": ["--token=Arg-MustNotShow"], "env": [{"name": "HELPER_PASSWORD", "value": "Env-MustNotShow"}],
    });
    for (name, value) in exec.as_object().unwrap() {
        all[name] = value.clone();
    }
    said_of("test", kubeconfig(&json!({"server": "http://127.0.0.1:1"}), &json!({"exec": all}))).await
}
