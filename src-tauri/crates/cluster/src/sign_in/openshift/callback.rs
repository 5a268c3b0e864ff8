//! What listens for the browser to come back.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ACCEPT_LANGUAGE, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    },
};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::timeout,
};
use wording::{Spoken, Text, text};

/// The path that browsers are sent back to.
const PATH: &str = "/callback";

/// Connections at a time: browsers open some ahead. More wait to be accepted.
const MOST_CONNECTIONS: usize = 8;

/// The largest head of a request, in bytes: a code has less than a hundred, cookies of this computer some thousand.
const LARGEST_HEAD: usize = 32 * 1024;

/// Time for a request to come; browsers that open connections ahead open new ones.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the last page may take to reach the browser.
const LAST_PAGE: Duration = Duration::from_secs(2);

/// What the browser shows at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Done,
    Failed,
    Stranger,
}

/// A browser that came back and waits for its page.
pub(super) struct Callback {
    /// The query of its address.
    pub(super) query: String,
    page: oneshot::Sender<Page>,
}

impl Callback {
    pub(super) fn show(self, page: Page) {
        // The browser may be gone.
        let _ = self.page.send(page);
    }
}

/// All that is open for the browser; closed when it is dropped.
pub(super) struct Callbacks {
    listener: TcpListener,
    connections: JoinSet<()>,
    send: mpsc::Sender<Callback>,
    receive: mpsc::Receiver<Callback>,
}

impl Callbacks {
    pub(super) fn listen(listener: TcpListener) -> Self {
        let (send, receive) = mpsc::channel(1);
        Self { listener, connections: JoinSet::new(), send, receive }
    }

    /// The next browser that comes back. May be dropped while it waits.
    pub(super) async fn next(&mut self) -> Callback {
        loop {
            let has_room = self.connections.len() < MOST_CONNECTIONS;
            tokio::select! {
                Some(callback) = self.receive.recv() => return callback,
                Some(_) = self.connections.join_next() => {}
                accepted = self.listener.accept(), if has_room => match accepted {
                    Ok((stream, _)) => {
                        self.connections.spawn(serve(stream, self.send.clone()));
                    }
                    // Of one connection, or of descriptors, which come back.
                    Err(_) => tokio::task::yield_now().await,
                },
            }
        }
    }

    /// Lets the last page reach the browser, and closes everything.
    pub(super) async fn end(mut self) {
        drop(self.listener);
        self.receive.close();
        drop(self.send);
        let pages = async { while self.connections.join_next().await.is_some() {} };
        // Connections that were opened ahead never end by themselves.
        let _ = timeout(LAST_PAGE, pages).await;
    }
}

async fn serve(stream: TcpStream, send: mpsc::Sender<Callback>) {
    let service = service_fn(|request| {
        let send = send.clone();
        async move { Ok::<_, Infallible>(answer(&request, &send).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIMEOUT)
        .max_buf_size(LARGEST_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}

async fn answer(request: &Request<Incoming>, send: &mpsc::Sender<Callback>) -> Response<Full<Bytes>> {
    let spoken = language(request);
    if request.uri().path() != PATH {
        return page(StatusCode::NOT_FOUND, spoken, &nothing_here(), &go_back());
    }
    if request.method() != Method::GET {
        return page(StatusCode::METHOD_NOT_ALLOWED, spoken, &nothing_here(), &go_back());
    }
    let (show, shown) = oneshot::channel();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let shown = match send.send(Callback { query, page: show }).await {
        Ok(()) => shown.await.ok(),
        Err(_) => None,
    };
    match shown {
        Some(Page::Done) => page(
            StatusCode::OK,
            spoken,
            &text!("You are signed in.", "Sie sind angemeldet."),
            &text!(
                "You can close this page and go back to Culvert.",
                "Sie können diese Seite schließen und zu Culvert zurückkehren."
            ),
        ),
        Some(Page::Stranger) => page(
            StatusCode::BAD_REQUEST,
            spoken,
            &text!(
                "This is not the sign-in that Culvert waits for.",
                "Das ist nicht die Anmeldung, auf die Culvert wartet."
            ),
            &text!(
                "It may be an old page. Start signing in again from Culvert.",
                "Vielleicht ist es eine alte Seite. Beginnen Sie die Anmeldung in Culvert neu."
            ),
        ),
        Some(Page::Failed) | None => page(
            StatusCode::BAD_REQUEST,
            spoken,
            &text!("Signing in did not work.", "Die Anmeldung hat nicht geklappt."),
            &text!(
                "You can close this page. Culvert says why, and lets you try again.",
                "Sie können diese Seite schließen. Culvert nennt den Grund, und Sie können es dort erneut versuchen."
            ),
        ),
    }
}

/// Fixed texts alone: nothing that came with the request is shown.
fn nothing_here() -> Text {
    text!("There is nothing here.", "Hier ist nichts.")
}

fn go_back() -> Text {
    text!("Go back to Culvert.", "Kehren Sie zu Culvert zurück.")
}

/// The language that the browser likes best: the page is read there (RFC 9110, section 12.5.4; the first is the one without
/// a weight in every browser).
fn language(request: &Request<Incoming>) -> Spoken {
    let wanted = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let first = wanted.unwrap_or_default().split([',', ';']).next().unwrap_or_default();
    Spoken::of_locale(first.trim())
}

fn page(status: StatusCode, spoken: Spoken, title: &Text, text: &Text) -> Response<Full<Bytes>> {
    let (language, title, text) = (spoken.code(), title.of(spoken), text.of(spoken));
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Culvert</title><style>:root{{color-scheme:light dark}}body{{font:1.1rem/1.5 system-ui,sans-serif;\
         max-width:32rem;margin:20vh auto;padding:0 1rem}}h1{{font-size:1.5rem}}</style><h1>{title}</h1><p>{text}</p></html>\n"
    );
    let mut response = Response::new(Full::new(Bytes::from(html)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
    );
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
