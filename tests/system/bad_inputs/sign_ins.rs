//! What cannot be signed in with, and servers that do not let one.

use cluster::{
    Credentials, Error, ProxyEnvironment, SecretText, Server, ServerTrust, check, probe,
    sign_in_with_password,
};
use democluster::{DemoCluster, DemoOptions, ServerCertificate};
use engine::Problem;

use super::{BadInput, in_words};

pub(crate) async fn table() -> Vec<BadInput> {
    let mut table = Vec::new();
    let mut add = |name, expected, error: Error| {
        table.push(BadInput { name, expected, said: in_words(&Problem::from(&error)) });
    };
    let proxies = ProxyEnvironment::default();
    let secret = |text: &str| SecretText::new(text);
    let demo = DemoCluster::start(DemoOptions { openshift: true, ..DemoOptions::default() }).await.unwrap();
    let server = Server {
        url: demo.server_url().to_owned(),
        trust: ServerTrust::Pem(demo.authority().to_owned()),
        ..Server::default()
    };

    add("an empty token", "the token is empty", Credentials::token(secret(" ")).unwrap_err());
    add("two words as a token", "has blanks", Credentials::token(secret("Must NotMustNotShow")).unwrap_err());
    let (certificate, key) = demo.client_certificate();
    let of = |certificate: &str, key: &str| Credentials::certificate(certificate, secret(key)).unwrap_err();
    add("no certificate", "is not a certificate in PEM", of("MustNotShow", key));
    add("a certificate as a key", "is a certificate; the private key", of(certificate, certificate));
    add("no key", "must have a line -----BEGIN PRIVATE KEY-----", of(certificate, "MustNotShow"));
    let other = DemoCluster::start(DemoOptions::default()).await.unwrap();
    add(
        "another key",
        "does not belong to the client certificate",
        of(certificate, other.client_certificate().1),
    );

    let kept = |text: &str| Credentials::from_kept(&secret(text)).unwrap_err();
    add("damaged in the keyring", "is damaged", kept("MustNotShow"));
    add("from the future", "newer Culvert", kept("{\"version\": 2, \"token\": \"MustNotShow\"}"));
    add("half in the keyring", "not complete", kept("{\"version\": 1}"));

    for (name, url, expected) in [
        ("no address", "", "it is empty"),
        ("blanks in an address", "https://a b", "blanks"),
        ("another scheme", "ftp://a.b", "must start with https://"),
        ("a password in an address", "https://me:MustNotShow@a.b", "give them apart"),
    ] {
        let server = Server { url: url.to_owned(), trust: ServerTrust::System, ..Server::default() };
        add(name, expected, probe(&server, &proxies).await.unwrap_err());
    }
    for (name, trust, expected) in [
        ("no authority", ServerTrust::Pem("MustNotShow".into()), "holds no certificate in PEM"),
        ("a key as authority", ServerTrust::Pem(key.to_owned()), "holds a private key"),
        ("no file", ServerTrust::File("/no/such/ca.crt".into()), "does not exist"),
        ("no fingerprint", ServerTrust::Pinned("abc".into()), "64 hexadecimal digits"),
    ] {
        let server = Server { trust, ..server.clone() };
        add(name, expected, probe(&server, &proxies).await.unwrap_err());
    }

    let sign_in = async |server: &Server, user: &str, password: &str| {
        sign_in_with_password(server, user, secret(password), &proxies).await.unwrap_err()
    };
    add("no user", "the user name is empty", sign_in(&server, "", "MustNotShow").await);
    add("no password", "the password is empty", sign_in(&server, "developer", "").await);
    add("a colon in the name", "a colon", sign_in(&server, "a:b", "MustNotShow").await);
    add(
        "a wrong password",
        "User name or password is wrong",
        sign_in(&server, "developer", "MustNotShow").await,
    );
    demo.forbid_password_challenges();
    add("pages only", "takes no user name and password", sign_in(&server, "developer", "MustNotShow").await);
    let plain = Server {
        url: other.server_url().to_owned(),
        trust: ServerTrust::Pem(other.authority().to_owned()),
        ..Server::default()
    };
    add("no OpenShift", "offers no OpenShift sign-in", sign_in(&plain, "developer", "MustNotShow").await);

    let token = Credentials::token(secret("sha256~MustNotShow")).unwrap();
    add("a token of nobody", "not signed in", check(&server, &token, &proxies).await.unwrap_err());
    for (name, certificate, expected) in [
        ("a self-signed server", ServerCertificate::SelfSigned, "self-signed"),
        ("a server of another name", ServerCertificate::WrongName, "it is not for"),
        ("a server that expired", ServerCertificate::Expired, "has expired"),
    ] {
        let demo = DemoCluster::start(DemoOptions { certificate, ..DemoOptions::default() }).await.unwrap();
        let trust = ServerTrust::Pem(demo.authority().to_owned());
        let server = Server { url: demo.server_url().to_owned(), trust, ..Server::default() };
        add(name, expected, check(&server, &token, &proxies).await.unwrap_err());
    }
    let pinned = Server { trust: ServerTrust::Pinned("ab".repeat(32)), ..server.clone() };
    add(
        "another certificate",
        "another certificate than the one",
        check(&pinned, &token, &proxies).await.unwrap_err(),
    );
    table
}
