//! Watches: a stream of changes, one JSON object to a line.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::Response;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::query::Query;
use super::{Body, Context, CutOff, Status, answer};
use crate::objects::kind::Kind;
use crate::objects::store::{Change, Store};
use crate::objects::table;

/// How often a quiet watch says which version it has reached, as a real server does about once a minute.
const BOOKMARK_INTERVAL: Duration = Duration::from_secs(60);

/// Marks the bookmark that ends the state of the beginning (KEP-3157, watch-list).
const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

pub(crate) fn answer(context: &Context, kind: Kind, namespace: Option<&str>, query: Query) -> Response<Body> {
    let watch = Watch::new(&context.store, kind, namespace.map(str::to_owned), query);
    let cut = context.faults.watches.cut_off();
    let counted = context.faults.watches.open.enter();
    let events = stream::unfold((watch, cut, counted), |(mut watch, cut, counted)| async move {
        let line = match cut.run_until_cancelled(watch.next()).await {
            Some(line) => Ok(Frame::data(line?)),
            None => Err(CutOff),
        };
        Some((line, (watch, cut, counted)))
    });
    answer::streamed(StreamBody::new(events).boxed_unsync())
}

/// One watch: where it is in the history, and what is to be told next.
struct Watch {
    store: Arc<Store>,
    changes: watch::Receiver<u64>,
    kind: Kind,
    namespace: Option<String>,
    query: Query,
    position: u64,
    lines: VecDeque<Bytes>,
    /// A table's columns come with its first event only.
    columns_sent: bool,
    end: Instant,
    next_bookmark: Instant,
    finished: bool,
}

impl Watch {
    fn new(store: &Arc<Store>, kind: Kind, namespace: Option<String>, query: Query) -> Self {
        let now = Instant::now();
        let mut watch = Self {
            store: Arc::clone(store),
            changes: store.subscribe(),
            kind,
            namespace,
            position: 0,
            lines: VecDeque::new(),
            columns_sent: false,
            end: now + query.timeout,
            next_bookmark: now + BOOKMARK_INTERVAL,
            finished: false,
            query,
        };
        watch.begin();
        watch
    }

    /// Where it starts: at the version that was asked for, or with the present state.
    fn begin(&mut self) {
        let initial = self.query.initial_events.unwrap_or(self.query.version.is_none());
        match self.query.version {
            Some(version) if !initial => self.position = version,
            _ => {
                let (version, objects) = self.store.list(self.kind, self.namespace.as_deref());
                self.position = version;
                if initial {
                    for object in objects {
                        if self.query.selector.matches(&object) {
                            self.tell("ADDED", &object);
                        }
                    }
                }
            }
        }
        if self.query.initial_events == Some(true) {
            self.tell_bookmark(&json!({INITIAL_EVENTS_END: "true"}));
        }
    }

    /// The next line, as soon as there is one; `None` when the watch is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Some(line);
            }
            if self.finished {
                return None;
            }
            self.changes.mark_unchanged();
            self.read_changes();
            if !self.lines.is_empty() {
                continue;
            }
            tokio::select! {
                changed = self.changes.changed() => changed.ok()?,
                () = tokio::time::sleep_until(self.end) => self.finished = true,
                () = tokio::time::sleep_until(self.next_bookmark), if self.query.bookmarks => {
                    self.next_bookmark = Instant::now() + BOOKMARK_INTERVAL;
                    self.tell_bookmark(&Value::Null);
                }
            }
        }
    }

    fn read_changes(&mut self) {
        match self.store.changes_since(self.position, self.kind, self.namespace.as_deref()) {
            Ok((version, changes)) => {
                self.position = version;
                for change in &changes {
                    self.tell_change(change);
                }
            }
            Err(too_old) => {
                let status = Status::expired(self.position, too_old.oldest);
                self.line("ERROR", &status.to_value());
                self.finished = true;
            }
        }
    }

    /// A change as it looks through the selector: what comes into sight is added, what leaves it is deleted.
    fn tell_change(&mut self, change: &Change) {
        let seen = |object: &Option<Arc<Value>>| {
            object.as_ref().filter(|object| self.query.selector.matches(object)).map(Arc::clone)
        };
        match (seen(&change.before), seen(&change.after)) {
            (None, Some(after)) => self.tell("ADDED", &after),
            (Some(_), Some(after)) => self.tell("MODIFIED", &after),
            (Some(before), None) => {
                let mut last = Value::clone(change.after.as_ref().unwrap_or(&before));
                last["metadata"]["resourceVersion"] = json!(change.version.to_string());
                self.tell("DELETED", &Arc::new(last));
            }
            (None, None) => {}
        }
    }

    fn tell(&mut self, event: &str, object: &Arc<Value>) {
        let Some(include) = self.query.table else { return self.line(event, object) };
        let metadata = json!({"resourceVersion": object["metadata"]["resourceVersion"]});
        let mut table = table::table(self.kind, std::slice::from_ref(object), include, &metadata);
        if std::mem::replace(&mut self.columns_sent, true) {
            table["columnDefinitions"] = json!([]);
        }
        self.line(event, &table);
    }

    fn tell_bookmark(&mut self, annotations: &Value) {
        let mut metadata = json!({"resourceVersion": self.position.to_string(), "creationTimestamp": null});
        if !annotations.is_null() {
            metadata["annotations"] = annotations.clone();
        }
        let object = match self.query.table {
            None => json!({
                "kind": self.kind.facts().kind, "apiVersion": self.kind.api_version(), "metadata": metadata,
            }),
            Some(_) => json!({
                "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": [],
                "rows": [],
            }),
        };
        self.line("BOOKMARK", &object);
    }

    fn line(&mut self, event: &str, object: &Value) {
        let mut line = json!({"type": event, "object": object}).to_string();
        line.push('\n');
        self.lines.push_back(Bytes::from(line));
    }
}
