//! A sign-in by OpenID Connect that has expired is renewed at the issuer, over TLS.
#![cfg(unix)]
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test"
)]

mod support;

use std::{
    collections::HashSet,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{ServerConfig, pki_types::PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use support::{Demo, Ended, Running, echoes};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

const REFRESH_TOKEN: &str = "refresh-MustNotShow";

/// What an issuer answers where a token is asked for: HTTP status and body.
type Answer = (u16, Value);

/// What an issuer refuses with; a secret stands in it.
fn refusal() -> Answer {
    (400, json!({"error": "invalid_grant", "error_description": REFRESH_TOKEN}))
}

/// An issuer of OpenID Connect.
struct Issuer {
    address: SocketAddr,
    /// The bodies of the requests for a token.
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Issuer {
    /// Gives the same answer to all, and the file of the authority that its certificate is from.
    async fn start(demo: &Demo, answer: Answer) -> (Self, PathBuf) {
        Self::start_with(demo, move |_| answer.clone()).await
    }

    /// Takes each refresh token once and replaces it, as RFC 9700 (4.14.2) has it for public clients. Each id-token is this.
    async fn start_rotating(demo: &Demo, id_token: String) -> (Self, PathBuf) {
        let mut used = 0;
        Self::start_with(demo, move |asked| {
            let current = if used == 0 { REFRESH_TOKEN.to_owned() } else { format!("{used}-MustNotShow") };
            if !asked.ends_with(&format!("refresh_token={current}")) {
                return refusal();
            }
            used += 1;
            (200, json!({"id_token": id_token, "refresh_token": format!("{used}-MustNotShow")}))
        })
        .await
    }

    async fn start_with(
        demo: &Demo,
        mut answer: impl FnMut(&str) -> Answer + Send + 'static,
    ) -> (Self, PathBuf) {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "issuers");
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = demo.kubeconfig.with_file_name("issuers.pem");
        std::fs::write(&file, authority.pem()).unwrap();
        let key = KeyPair::generate().unwrap();
        let shown = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        let shown = shown.signed_by(&key, &authority).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![shown.der().clone()], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that does not trust it ends the handshake.
                let Ok(stream) = acceptor.accept(stream).await else { continue };
                let mut stream = BufReader::new(stream);
                let (path, body) = request(&mut stream).await;
                let (status, answer) = match path.as_str() {
                    "/.well-known/openid-configuration" => {
                        (200, json!({"token_endpoint": format!("https://{address}/token")}))
                    }
                    "/token" => {
                        let answer = answer(&body);
                        log.lock().unwrap().push(body);
                        answer
                    }
                    _ => (404, Value::Null),
                };
                let answer = answer.to_string();
                let length = answer.len();
                let head =
                    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                stream.write_all((head + &answer).as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        (Self { address, asked, task }, file)
    }

    fn url(&self) -> String {
        format!("https://{}", self.address)
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Path and body.
async fn request<R: AsyncBufReadExt + Unpin>(stream: &mut R) -> (String, String) {
    let (mut path, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if path.is_empty() {
            path = line.split(' ').nth(1).unwrap().to_owned();
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    (path, String::from_utf8(body).unwrap())
}

/// A token with this end, in seconds since 1970.
fn jwt(exp: i64) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmVk", part(&json!({"alg": "none"})), part(&json!({"exp": exp})))
}

const EXPIRED: i64 = 1_577_836_800;
const GOOD: i64 = 4_102_444_800;

/// The kubeconfig with a user whose sign-in has expired.
fn sign_in_with(demo: &Demo, config: &Value) {
    let kubeconfig = demo.cluster.kubeconfig();
    let token = format!("    token: \"{}\"\n", demo.cluster.token());
    assert!(kubeconfig.contains(&token));
    let user = json!({"auth-provider": {"name": "oidc", "config": config}});
    let yaml = kubeconfig.replace("  user:\n", &format!("  user: {user}\n")).replace(&token, "");
    std::fs::write(&demo.kubeconfig, yaml).unwrap();
}

fn with_issuer(url: &str) -> Value {
    json!({"id-token": jwt(EXPIRED), "refresh-token": REFRESH_TOKEN, "client-id": "me", "idp-issuer-url": url})
}

/// Where the system's authorities are those of this file alone.
fn forward(demo: &Demo, authorities: &PathBuf) -> Running {
    let mut command = support::command("port-forward svc/echo :5000", &demo.kubeconfig);
    command.env("SSL_CERT_FILE", authorities);
    Running::spawn(command)
}

#[tokio::test]
async fn an_expired_id_token_is_renewed_and_the_new_one_sent() {
    let demo = Demo::start().await;
    let fresh = jwt(GOOD);
    demo.cluster.take_token(&fresh);
    let (issuer, authorities) = Issuer::start(&demo, (200, json!({"id_token": fresh}))).await;
    // A client without a secret, and one with.
    for secret in [None, Some("client-MustNotShow")] {
        let mut config = with_issuer(&issuer.url());
        if let Some(secret) = secret {
            config["client-secret"] = secret.into();
        }
        sign_in_with(&demo, &config);
        let mut culvert = forward(&demo, &authorities);
        let port = culvert.local_port("5000").await;
        assert!(echoes(port).await);
        let asked = std::mem::take(&mut *issuer.asked.lock().unwrap());
        // Once for all requests.
        assert_eq!(asked, [format!("grant_type=refresh_token&refresh_token={REFRESH_TOKEN}")]);
    }
}

#[tokio::test]
async fn what_keeps_it_from_being_renewed_is_told_without_a_secret() {
    let demo = Demo::start().await;
    let (issuer, authorities) = Issuer::start(&demo, refusal()).await;
    let away = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nobody = demo.kubeconfig.with_file_name("nobody.pem");
    std::fs::write(&nobody, demo.cluster.authority()).unwrap();
    let mut without_refresh = with_issuer(&issuer.url());
    without_refresh.as_object_mut().unwrap().remove("refresh-token");
    let url = issuer.url();
    for (config, trusted, expected) in [
        (with_issuer(&url), &authorities, format!("the identity provider {url} refuses to renew it")),
        (with_issuer(&url), &authorities, "another program may have used yours".to_owned()),
        (with_issuer(&format!("https://{away}")), &authorities, format!("https://{away}: nothing answers")),
        (with_issuer(&url), &nobody, "only the authorities of this computer count".to_owned()),
        (with_issuer("no url"), &authorities, "idp-issuer-url of the user's auth-provider".to_owned()),
        (without_refresh, &authorities, "has no refresh-token to renew it with".to_owned()),
        (json!({"id-token": "opaque-MustNotShow"}), &authorities, "is not a JWT".to_owned()),
        (json!({"refresh-token": REFRESH_TOKEN}), &authorities, "has no id-token".to_owned()),
    ] {
        sign_in_with(&demo, &config);
        let Ended { code, stdout, stderr } = forward(&demo, trusted).ended().await;
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{config}: {stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains(&expected), "{config}: {stderr}");
        assert!(!stderr.contains("MustNotShow") && !stderr.contains(&jwt(EXPIRED)), "{config}: {stderr}");
    }
}

#[tokio::test]
async fn an_issuer_that_says_nothing_is_not_taken_for_the_cluster() {
    let demo = Demo::start().await;
    // It is connected to, and nobody takes the connection.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    sign_in_with(&demo, &with_issuer(&url));
    let authorities = demo.kubeconfig.with_file_name("issuers.pem");
    std::fs::write(&authorities, demo.cluster.authority()).unwrap();
    let Ended { code, stderr, .. } = forward(&demo, &authorities).ended().await;
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains(&format!("{url}: no answer within")), "{stderr}");
    assert!(!stderr.contains("MustNotShow"), "{stderr}");
}

#[tokio::test]
async fn a_refresh_token_that_is_good_for_once_is_used_once() {
    let demo = Demo::start().await;
    // An id-token that lasts, and one that is renewed for each request.
    for id_token in [jwt(GOOD), jwt(EXPIRED)] {
        demo.cluster.take_token(&id_token);
        let (issuer, authorities) = Issuer::start_rotating(&demo, id_token).await;
        sign_in_with(&demo, &with_issuer(&issuer.url()));
        // Asks for the ports that it has, and then connects anew for looking into it.
        let mut command = support::command("doctor svc/web", &demo.kubeconfig);
        command.env("SSL_CERT_FILE", &authorities);
        let Ended { code, stdout, stderr } = Running::spawn(command).ended().await;
        assert_eq!(code, Some(0), "{stdout}{stderr}");
        let asked = issuer.asked.lock().unwrap();
        let spent: HashSet<&String> = asked.iter().collect();
        assert!(!asked.is_empty() && spent.len() == asked.len(), "{asked:?}");
    }
}
