//! A hand-made API server: answers by path, over plain HTTP or TLS.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

/// Status and body.
pub(crate) type Answer = (u16, String);

/// Stops with the test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    /// Each request: path with query, and the header `Authorization`.
    seen: Arc<Mutex<Vec<(String, String)>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers: Arc<Mutex<HashMap<String, Answer>>> = Arc::default();
        let seen: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let (of_task, log) = (Arc::clone(&answers), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answers, log) = (Arc::clone(&of_task), Arc::clone(&log));
                tokio::spawn(async move {
                    let service = service_fn(|request| respond(request, &answers, &log));
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, answers, seen, task }
    }

    /// What to answer to a path (or a path with its query, which goes first).
    pub(crate) fn answer(&self, path: &str, status: u16, body: impl ToString) {
        self.answers.lock().unwrap().insert(path.to_owned(), (status, body.to_string()));
    }

    pub(crate) fn seen(&self) -> Vec<(String, String)> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn respond(
    request: Request<Incoming>,
    answers: &Mutex<HashMap<String, Answer>>,
    log: &Mutex<Vec<(String, String)>>,
) -> Result<Response<Full<Bytes>>, std::convert::Infallible> {
    let whole = request.uri().to_string();
    let authorization = request.headers().get("authorization");
    let authorization = authorization.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    log.lock().unwrap().push((whole.clone(), authorization));
    let answers = answers.lock().unwrap();
    let found = answers.get(&whole).or_else(|| answers.get(request.uri().path()));
    let (status, body) = found.cloned().unwrap_or_else(|| {
        (
            404,
            r#"{"kind":"Status","status":"Failure","reason":"NotFound","message":"not found","code":404}"#
                .into(),
        )
    });
    Ok(Response::builder().status(status).body(Full::new(Bytes::from(body))).unwrap())
}

/// A kubeconfig for one server and user.
pub(crate) fn kubeconfig(server: &str, user: &serde_json::Value) -> String {
    serde_json::json!({
        "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "c", "user": "u", "namespace": "demo"}}],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": user}],
    })
    .to_string()
}
