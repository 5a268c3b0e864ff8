//! With a name and a password, and what becomes of the token.

use std::time::{Duration, SystemTime};

use cluster::{
    Credentials, Error, SecretText, Server, ServerTrust, check, connect_own, sign_in_with_password,
};
use democluster::{DemoCluster, DemoOptions};

use crate::{known, no_proxies, openshift};

fn secret(text: &str) -> SecretText {
    SecretText::new(text)
}

#[tokio::test]
async fn a_password_becomes_a_token_that_works_until_it_expires() {
    let (demo, server) = openshift().await;
    demo.set_password("ada", "p@ss: wörd");
    demo.set_token_lifetime(Duration::from_secs(3600));
    let before = SystemTime::now();
    let credentials =
        sign_in_with_password(&server, "ada", secret("p@ss: wörd"), &no_proxies()).await.unwrap();
    assert_eq!(credentials.user(), Some("ada"));
    let left = credentials.expires_at().unwrap().duration_since(before).unwrap();
    assert!((3600..3700).contains(&left.as_secs()), "{left:?}");
    let identity = check(&server, &credentials, &no_proxies()).await.unwrap();
    assert_eq!(identity.user.as_deref(), Some("ada"));

    let kept = Credentials::from_kept(&credentials.to_kept()).unwrap();
    assert_eq!(kept.user(), Some("ada"));
    let cluster = connect_own(&server, Some(&kept), Some("demo"), &no_proxies()).await.unwrap();
    assert_eq!(cluster.default_namespace(), "demo");
    cluster.namespaces().await.unwrap();

    assert_eq!(demo.expire_tokens(), 1);
    assert!(matches!(cluster.namespaces().await.unwrap_err(), Error::Unauthorized { .. }));
    let error = check(&server, &credentials, &no_proxies()).await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    assert!(!format!("{credentials:?} {kept:?} {cluster:?} {error:?}").contains("sha256~"));
}

#[tokio::test]
async fn the_expiry_of_a_pasted_token_is_asked_for() {
    let (demo, server) = openshift().await;
    let token = demo.issue_token_to("ada", Some(Duration::from_secs(600)));
    let credentials = Credentials::token(secret(&token)).unwrap();
    assert_eq!(credentials.expires_at(), None);
    let identity = check(&server, &credentials, &no_proxies()).await.unwrap();
    let known_as = credentials.known_as(&identity);
    assert_eq!(known_as.user(), Some("ada"));
    let left = known_as.expires_at().unwrap().duration_since(SystemTime::now()).unwrap();
    assert!(left <= Duration::from_secs(600), "{left:?}");
}

#[tokio::test]
async fn what_goes_wrong_has_its_own_name() {
    let (demo, server) = openshift().await;
    for (user, password) in [("developer", "MustNotShow"), ("nobody", "MustNotShow")] {
        let error = sign_in_with_password(&server, user, secret(password), &no_proxies()).await.unwrap_err();
        assert!(matches!(error, Error::WrongPassword { .. }), "{error:?}");
        assert!(!format!("{error:?}").contains("MustNotShow"));
    }
    for (user, password) in [("", "x"), ("a:b", "x"), ("developer", "")] {
        let error = sign_in_with_password(&server, user, secret(password), &no_proxies()).await.unwrap_err();
        assert!(matches!(error, Error::BadCredentials { .. }), "{error:?}");
    }
    demo.forbid_password_challenges();
    let error =
        sign_in_with_password(&server, "developer", secret("developer"), &no_proxies()).await.unwrap_err();
    assert!(
        matches!(&error, Error::NoPasswordSignIn { reason, .. } if reason.contains("oauth/token/request")),
        "{error:?}"
    );

    let plain = DemoCluster::start(DemoOptions::default()).await.unwrap();
    let error = sign_in_with_password(&known(&plain), "developer", secret("developer"), &no_proxies()).await;
    assert!(matches!(error, Err(Error::NotOpenShift { .. })), "{error:?}");

    // Nothing is said to a server that is not trusted.
    let stranger = Server { trust: ServerTrust::System, ..server };
    let error = sign_in_with_password(&stranger, "developer", secret("developer"), &no_proxies()).await;
    assert!(matches!(error, Err(Error::Untrusted { .. })), "{error:?}");
}

#[tokio::test]
async fn a_client_certificate_and_a_token_that_is_none() {
    let (demo, server) = openshift().await;
    let (certificate, key) = demo.client_certificate();
    let credentials = Credentials::certificate(certificate, secret(key)).unwrap();
    let kept = Credentials::from_kept(&credentials.to_kept()).unwrap();
    assert_eq!(check(&server, &kept, &no_proxies()).await.unwrap().user.as_deref(), Some("demo-user"));
    let wrong = Credentials::token(secret("sha256~MustNotShow")).unwrap();
    let error = check(&server, &wrong, &no_proxies()).await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    for text in ["", " \n", "two words", "a\u{7}b"] {
        assert!(matches!(Credentials::token(secret(text)), Err(Error::BadCredentials { .. })), "{text:?}");
    }
    for kept in ["", "MustNotShow", "{\"version\":9,\"token\":\"x\"}", "{\"version\":1}"] {
        let error = Credentials::from_kept(&secret(kept)).unwrap_err();
        assert!(!format!("{error:?}").contains("MustNotShow"), "{error:?}");
    }
}
