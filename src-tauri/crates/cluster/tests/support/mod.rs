//! A hand-made API server: answers by path, over plain HTTP or TLS.

#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod objects;

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures::{
    StreamExt as _,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    Request, Response,
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
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
    /// By path: what a watch is told.
    feeds: Arc<Mutex<HashMap<String, UnboundedReceiver<String>>>>,
    /// Paths that may not be watched.
    unwatchable: Arc<Mutex<HashSet<String>>>,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

/// Tells one watch what happens.
pub(crate) struct Feed(UnboundedSender<String>);

impl Feed {
    pub(crate) fn tell(&self, event: &str, mut object: serde_json::Value) {
        object["metadata"]["resourceVersion"] = "11".into();
        object["kind"] = "Pod".into();
        object["apiVersion"] = "v1".into();
        let event = serde_json::json!({"type": event, "object": object});
        self.0.unbounded_send(format!("{event}\n")).unwrap();
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers: Arc<Mutex<HashMap<String, Answer>>> = Arc::default();
        let seen: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let feeds: Arc<Mutex<HashMap<String, UnboundedReceiver<String>>>> = Arc::default();
        let unwatchable: Arc<Mutex<HashSet<String>>> = Arc::default();
        let of_paths = Arc::clone(&unwatchable);
        let connections: Arc<AtomicUsize> = Arc::default();
        let (of_task, log) = (Arc::clone(&answers), Arc::clone(&seen));
        let (of_watches, count) = (Arc::clone(&feeds), Arc::clone(&connections));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let (answers, log, feeds) = (Arc::clone(&of_task), Arc::clone(&log), Arc::clone(&of_watches));
                let unwatchable = Arc::clone(&of_paths);
                tokio::spawn(async move {
                    let service =
                        service_fn(|request| respond(request, &answers, &log, &feeds, &unwatchable));
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, answers, seen, feeds, unwatchable, connections, task }
    }

    /// The next watch over this path stays open and is told what the feed is.
    pub(crate) fn feed(&self, path: &str) -> Feed {
        let (send, receive) = unbounded();
        self.feeds.lock().unwrap().insert(path.to_owned(), receive);
        Feed(send)
    }

    /// Watches over this path are forbidden.
    pub(crate) fn refuse_watches(&self, path: &str) {
        self.unwatchable.lock().unwrap().insert(path.to_owned());
    }

    /// How many watches were asked for.
    pub(crate) fn watches(&self) -> usize {
        self.seen().iter().filter(|(path, _)| is_watch(path)).count()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
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
    feeds: &Mutex<HashMap<String, UnboundedReceiver<String>>>,
    unwatchable: &Mutex<HashSet<String>>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, Infallible> {
    let whole = request.uri().to_string();
    let authorization = request.headers().get("authorization");
    let authorization = authorization.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    log.lock().unwrap().push((whole.clone(), authorization));
    if is_watch(&whole)
        && let Some(feed) = feeds.lock().unwrap().remove(request.uri().path())
    {
        let events = feed.map(|event| Ok(Frame::data(Bytes::from(event))));
        return Ok(Response::new(BodyExt::boxed(StreamBody::new(events))));
    }
    if is_watch(&whole) && unwatchable.lock().unwrap().contains(request.uri().path()) {
        let body = objects::forbidden().to_string();
        return Ok(Response::builder().status(403).body(Full::new(Bytes::from(body)).boxed()).unwrap());
    }
    let answers = answers.lock().unwrap();
    let found = answers.get(&whole).or_else(|| answers.get(request.uri().path()));
    let (status, body) = found.cloned().unwrap_or_else(|| {
        (
            404,
            r#"{"kind":"Status","status":"Failure","reason":"NotFound","message":"not found","code":404}"#
                .into(),
        )
    });
    Ok(Response::builder().status(status).body(Full::new(Bytes::from(body)).boxed()).unwrap())
}

fn is_watch(path: &str) -> bool {
    path.contains("watch=true")
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
