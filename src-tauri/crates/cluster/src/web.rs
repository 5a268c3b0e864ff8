//! Small requests outside of Kubernetes' API: what is there, and signing in.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::HttpsConnector;
use hyper_timeout::TimeoutConnector;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use kube::config::{AuthInfo, Cluster as ClusterEntry};
use rustls::client::danger::ServerCertVerifier;
use tokio::time::timeout;
use wording::{Text, text};

use crate::{
    Error, SecretText,
    classify::Classifier,
    own::unusable,
    proxy::{self, Dial, Proxy},
    tls::{self, Trust},
};

/// Time for one request with its answer: a person waits for it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Connecting takes as many steps of at most [`proxy::STEP_TIMEOUT`]: proxy, its consent, TLS.
const CONNECT_STEPS: u32 = 3;

/// The largest answer that is read, in bytes: descriptions and tokens have a few kilobytes, pages are not read at all.
const LARGEST_ANSWER: usize = 256 * 1024;

/// Makes requests to one server. Follows no redirects.
pub(crate) struct Web {
    client: Client<TimeoutConnector<HttpsConnector<Dial>>, Full<Bytes>>,
    classifier: Classifier,
    server: String,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Web {
    /// `check` judges the server's certificate, which must be for `name` or else the server's own, `trust` a proxy's. The
    /// secrets are kept out of errors.
    ///
    /// # Errors
    /// [`Error::BadAuthority`]; [`Error::Kubeconfig`] where the name is none.
    pub(crate) fn new(
        server: &Uri,
        check: Arc<dyn ServerCertVerifier>,
        trust: &Trust,
        proxy: Option<Proxy>,
        name: Option<&str>,
        secret: Option<&SecretText>,
    ) -> Result<Self, Error> {
        let config = tls::client_config(check).map_err(|error| unusable(&error))?;
        let dial = match &proxy {
            None => Dial::direct(),
            Some(proxy) => Dial::through(
                proxy.clone(),
                tls::to_proxy_trusting(trust.authorities()).map_err(|error| unusable(&error))?,
            ),
        };
        let entry = ClusterEntry { server: Some(server.to_string()), ..ClusterEntry::default() };
        let password = secret.map(|secret| secret.expose().to_owned().into());
        let user = AuthInfo { password, ..AuthInfo::default() };
        let classifier = Classifier::new(String::new(), &entry, &user, proxy.as_ref());
        let names = tls::names(name).map_err(|error| classifier.setup(&error))?;
        let https = HttpsConnector::new(dial, config, false, names);
        let mut connector = TimeoutConnector::new(https);
        connector.set_connect_timeout(Some(proxy::STEP_TIMEOUT * CONNECT_STEPS));
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, classifier, server: server.to_string().trim_end_matches('/').to_owned() })
    }

    /// Sends a request and reads the whole answer, at most 256 KiB within 30 s.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::Proxy`], [`Error::Untrusted`], [`Error::CertificateChanged`].
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer, Error> {
        let exchange = async {
            let answer = self
                .client
                .request(request)
                .await
                .map_err(|error| self.classifier.failure(&Text::default(), &error))?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST_ANSWER).collect().await.map_err(|error| {
                if error.is::<LengthLimitError>() {
                    self.classifier.unreachable(&text!(
                        "its answer has no end; this is not the server it should be",
                        "seine Antwort nimmt kein Ende; das ist nicht der Server, der er sein soll"
                    ))
                } else {
                    self.classifier.failure(&Text::default(), &*error)
                }
            })?;
            Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
        };
        timeout(REQUEST_TIMEOUT, exchange).await.unwrap_or_else(|_| {
            let seconds = REQUEST_TIMEOUT.as_secs();
            Err(self.classifier.unreachable(&text!(
                "no answer within {seconds} s",
                "keine Antwort innerhalb von {seconds} s"
            )))
        })
    }

    /// The server's URL.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// A text of the server in one line, without secrets.
    pub(crate) fn clean(&self, text: &str) -> String {
        self.classifier.redact(text)
    }
}

impl Answer {
    /// A header's value, where it is text.
    pub(crate) fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
