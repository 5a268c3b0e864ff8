//! Servers that answer what no sign-in server does. Each plays API server and sign-in server.

use std::sync::{Arc, LazyLock, Mutex};

use cluster::{Error, SecretText, Server, ServerTrust, sign_in_with_password};
use rcgen::{Certificate, CertificateParams, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use crate::no_proxies;

/// What a request is answered: the whole of it. `SELF` in it is the server's own URL, `STATE` the state that was sent.
type Script = fn(&str) -> String;

struct Hostile {
    server: Server,
    /// Heads of all requests.
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The same for all, so that who trusts one trusts the others.
static IDENTITY: LazyLock<(KeyPair, Certificate)> = LazyLock::new(|| {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (key, certificate)
});

async fn start(script: Script) -> Hostile {
    start_beside(script, "").await
}

/// `OTHER` in answers is another server's URL.
async fn start_beside(script: Script, other: &str) -> Hostile {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (key, certificate) = &*IDENTITY;
    let other = other.to_owned();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    let tls = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let (log, own) = (Arc::clone(&seen), url.clone());
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = tls.accept(stream).await else { continue };
            let mut head = vec![0; 16 * 1024];
            let Ok(length) = stream.read(&mut head).await else { continue };
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            let state =
                head.split_once("state=").map_or("", |(_, rest)| rest.split(['&', ' ']).next().unwrap());
            let answer = script(&head).replace("SELF", &own).replace("STATE", state).replace("OTHER", &other);
            log.lock().unwrap().push(head.clone());
            if stream.write_all(answer.as_bytes()).await.is_ok() && answer.contains("ENDLESS") {
                while stream.write_all(&[b'x'; 16 * 1024]).await.is_ok() {}
            }
            let _ = stream.shutdown().await;
        }
    });
    let server = Server { url, trust: ServerTrust::Pem(certificate.pem()), ..Server::default() };
    Hostile { server, seen, task }
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.replace("SELF", &"x".repeat(23)).len()
    )
}

fn status(line: &str, headers: &str) -> String {
    format!("HTTP/1.1 {line}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")
}

/// A true description; chunked, since nobody knows how long it is.
fn description() -> String {
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"issuer\":\"SELF\",\"authorization_endpoint\":\"SELF/oauth/authorize\",\
     \"token_endpoint\":\"SELF/oauth/token\",\"code_challenge_methods_supported\":[\"S256\"]}"
        .to_owned()
}

fn is_description(head: &str) -> bool {
    head.contains("/.well-known/")
}

const CHALLENGE: &str = "WWW-Authenticate: Basic realm=\"openshift\"\r\n";

#[tokio::test]
async fn answers_that_no_sign_in_server_gives() {
    let cases: Vec<(&str, Script, &str)> = vec![
        ("a page", |_| ok("<!doctype html><p>Welcome to our WLAN</p>"), "not a description"),
        ("half a description", |_| ok("{\"issuer\": \"https://x\"}"), "not a description"),
        ("nothing there", |_| status("404 Not Found", ""), "does not describe any"),
        ("in trouble", |_| status("503 Service Unavailable", ""), "try again later"),
        ("no end", |_| "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nENDLESS".to_owned(), "has no end"),
        ("no HTTP", |_| "SSH-2.0-OpenSSH_9\r\n".to_owned(), ""),
        (
            "without TLS",
            |_| {
                ok(
                    "{\"issuer\":\"https://a\",\"authorization_endpoint\":\"http://a/\",\"token_endpoint\":\"https://a/\",\"code_challenge_methods_supported\":[\"S256\"]}",
                )
            },
            "not an https:// URL",
        ),
        (
            "without PKCE",
            |_| {
                ok(
                    "{\"issuer\":\"https://a\",\"authorization_endpoint\":\"https://a/\",\"token_endpoint\":\"https://a/\"}",
                )
            },
            "knows no PKCE",
        ),
        (
            "no challenge",
            |head| if is_description(head) { description() } else { status("401 Unauthorized", "") },
            "its own page only",
        ),
        (
            "kerberos",
            |head| {
                if is_description(head) {
                    description()
                } else {
                    status("401 Unauthorized", "WWW-Authenticate: Negotiate\r\n")
                }
            },
            "wants Negotiate only",
        ),
        (
            "a page for a code",
            |head| if is_description(head) { description() } else { ok("<p>hello</p>") },
            "shows a page",
        ),
        (
            "round and round",
            |head| {
                if is_description(head) { description() } else { status("302 Found", "Location: /again\r\n") }
            },
            "in a circle",
        ),
        (
            "on and on",
            |head| {
                if is_description(head) {
                    return description();
                }
                let at = head
                    .split_once("GET /n")
                    .map_or(0, |(_, rest)| rest.split(' ').next().unwrap().parse().unwrap_or(0));
                status("302 Found", &format!("Location: /n{}\r\n", at + 1))
            },
            "more than 10 times",
        ),
        (
            "a stranger's code",
            |head| {
                if is_description(head) {
                    description()
                } else {
                    status("302 Found", "Location: SELF/oauth/token/implicit?code=x&state=forged\r\n")
                }
            },
            "another sign-in",
        ),
        (
            "a refusal",
            |head| {
                if is_description(head) {
                    description()
                } else {
                    status(
                        "302 Found",
                        "Location: SELF/oauth/token/implicit?error=access_denied&state=STATE\r\n",
                    )
                }
            },
            "refused or cancelled",
        ),
        (
            "no token",
            |head| match head {
                head if is_description(head) => description(),
                head if head.starts_with("POST") => ok("<p>hello</p>"),
                _ => status("302 Found", "Location: SELF/oauth/token/implicit?code=x&state=STATE\r\n"),
            },
            "is not a token",
        ),
        (
            "a token that cannot be sent",
            |head| match head {
                head if is_description(head) => description(),
                head if head.starts_with("POST") => ok("{\"access_token\": \"a\\nb\"}"),
                _ => status("302 Found", "Location: SELF/oauth/token/implicit?code=x&state=STATE\r\n"),
            },
            "is not a token",
        ),
    ];
    for (name, script, said) in cases {
        let hostile = start(script).await;
        let password = SecretText::new("MustNotShow");
        let error = sign_in_with_password(&hostile.server, "me", password, &no_proxies()).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains(said), "{name}: {text}");
        assert!(!text.contains("MustNotShow"), "{name}: {text}");
        // Nobody asked for the password.
        let sent = hostile.seen.lock().unwrap().iter().any(|head| {
            let head = head.to_ascii_lowercase();
            head.starts_with("get") && head.contains("authorization:")
        });
        assert!(!sent, "{name}: the password was sent unasked");
    }
}

/// A sign-in server that was given the password and sends elsewhere: it is not carried there.
#[tokio::test]
async fn the_password_goes_nowhere_else() {
    let other = start(|_| status("401 Unauthorized", CHALLENGE)).await;
    let script: Script = |head| match head {
        head if is_description(head) => description(),
        head if head.to_ascii_lowercase().contains("authorization:") => {
            status("302 Found", "Location: OTHER/take\r\n")
        }
        _ => status("401 Unauthorized", CHALLENGE),
    };
    let hostile = start_beside(script, &other.server.url).await;
    let password = SecretText::new("MustNotShow");
    let error = sign_in_with_password(&hostile.server, "me", password, &no_proxies()).await.unwrap_err();
    assert!(
        matches!(&error, Error::NoPasswordSignIn { reason, .. } if reason.contains("it sends to 127.0.0.1")),
        "{error:?}"
    );
    assert!(other.seen.lock().unwrap().is_empty());
}
