//! In the browser, whose part the test plays.

use cluster::{BrowserSignIn, Credentials, Error, begin_browser_sign_in, check};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use std::sync::Arc;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinHandle,
};
use tokio_rustls::TlsConnector;

use crate::{no_proxies, openshift};

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A server may close without a word of TLS.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// Asks the sign-in server, trusting its authority.
async fn ask(authority: &str, method: &str, url: &str, body: &str) -> String {
    ask_as(authority, method, url, body, "").await
}

/// The same with more headers.
async fn ask_as(authority: &str, method: &str, url: &str, body: &str, headers: &str) -> String {
    let rest = url.strip_prefix("https://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(host).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}",
        body.len()
    );
    exchange(stream, &request).await
}

fn location(answer: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix("location: "));
    line.unwrap_or_else(|| panic!("no redirect: {answer}")).to_owned()
}

/// Comes back to this computer.
async fn come_back(url: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let stream = TcpStream::connect(host).await.unwrap();
    exchange(stream, &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await
}

fn finish(sign_in: BrowserSignIn) -> JoinHandle<Result<Credentials, Error>> {
    tokio::spawn(sign_in.finish())
}

#[tokio::test]
async fn the_browser_signs_in_and_comes_back() {
    let (demo, server) = openshift().await;
    let sign_in = begin_browser_sign_in(&server, &no_proxies()).await.unwrap();
    let address = sign_in.address().to_owned();
    let waiting = finish(sign_in);
    let form = ask(demo.authority(), "GET", &address, "").await;
    assert!(form.contains("<form method=\"post\">"), "{form}");
    let wrong = ask(demo.authority(), "POST", &address, "username=developer&password=x").await;
    assert!(wrong.contains("Invalid login"), "{wrong}");
    let right = ask(demo.authority(), "POST", &address, "username=developer&password=developer").await;
    let back = location(&right);

    // Whoever does not know the state, or asks for something else, changes nothing.
    let (base, _) = back.split_once('?').unwrap();
    for forged in [
        format!("{base}?code=x&state=forged"),
        format!("{base}?code=x"),
        format!("{base}?error=access_denied&state=x"),
        base.to_owned(),
        base.replace("/callback", "/favicon.ico"),
    ] {
        let page = come_back(&forged).await;
        assert!(page.starts_with("HTTP/1.1 40"), "{page}");
    }
    assert!(!waiting.is_finished());

    let page = come_back(&back).await;
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("You are signed in."), "{page}");
    assert!(page.contains("no-referrer") && page.contains("no-store"), "{page}");
    let credentials = waiting.await.unwrap().unwrap();
    assert!(credentials.expires_at().is_some());
    assert_eq!(check(&server, &credentials, &no_proxies()).await.unwrap().user.as_deref(), Some("developer"));

    // The port is closed.
    let host = base.strip_prefix("http://").unwrap().split_once('/').unwrap().0;
    assert!(TcpStream::connect(host).await.is_err());
}

#[tokio::test]
async fn a_person_who_cancels_is_told_so() {
    let (demo, server) = openshift().await;
    let sign_in = begin_browser_sign_in(&server, &no_proxies()).await.unwrap();
    let address = sign_in.address().to_owned();
    let waiting = finish(sign_in);
    let back = location(&ask(demo.authority(), "POST", &address, "cancel=1").await);
    let page = come_back(&back).await;
    assert!(page.contains("Signing in did not work."), "{page}");
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(&error, Error::SignIn { reason, .. } if reason.contains("cancelled")), "{error:?}");
}

/// A code is good once, and only for who asked for it: the code of one sign-in brought to another (with the other's state)
/// has another challenge.
#[tokio::test]
async fn a_code_of_another_sign_in_is_worth_nothing() {
    let (demo, server) = openshift().await;
    let one = begin_browser_sign_in(&server, &no_proxies()).await.unwrap();
    let other = begin_browser_sign_in(&server, &no_proxies()).await.unwrap();
    let form = "username=developer&password=developer";
    let back_one = location(&ask(demo.authority(), "POST", one.address(), form).await);
    let back_other = location(&ask(demo.authority(), "POST", other.address(), form).await);
    let waiting = finish(other);
    let code_of_one = back_one.split_once("code=").unwrap().1.split('&').next().unwrap();
    let code_of_other = back_other.split_once("code=").unwrap().1.split('&').next().unwrap();
    let page = come_back(&back_other.replace(code_of_other, code_of_one)).await;
    assert!(page.contains("Signing in did not work."), "{page}");
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(&error, Error::SignIn { reason, .. } if reason.contains("start again")), "{error:?}");
    // It was used up by that.
    let waiting = finish(one);
    come_back(&back_one).await;
    assert!(matches!(waiting.await.unwrap(), Err(Error::SignIn { .. })));
}

/// Who sees the browser's way back sees the code, which is worth nothing without what only the asker knows.
#[tokio::test]
async fn a_stolen_code_is_worth_nothing() {
    let (demo, server) = openshift().await;
    let sign_in = begin_browser_sign_in(&server, &no_proxies()).await.unwrap();
    let form = "username=developer&password=developer";
    let back = location(&ask(demo.authority(), "POST", sign_in.address(), form).await);
    let (redirect, query) = back.split_once('?').unwrap();
    let code = query.split('&').find(|pair| pair.starts_with("code=")).unwrap();
    let body = format!("grant_type=authorization_code&{code}&redirect_uri={redirect}&code_verifier=guessed");
    // `openshift-cli-client:` in base64.
    let client = "Authorization: Basic b3BlbnNoaWZ0LWNsaS1jbGllbnQ6\r\n";
    let url = format!("{}/oauth/token", demo.server_url());
    let answer = ask_as(demo.authority(), "POST", &url, &body, client).await;
    assert!(answer.contains("invalid_grant"), "{answer}");
}

#[tokio::test]
async fn dropped_it_closes_its_port() {
    let (_demo, server) = openshift().await;
    let sign_in = begin_browser_sign_in(&server, &no_proxies()).await.unwrap();
    let port: u16 = {
        let address = sign_in.address();
        let rest = address.split_once("127.0.0.1%3A").unwrap().1;
        rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
    };
    drop(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    drop(sign_in);
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}
