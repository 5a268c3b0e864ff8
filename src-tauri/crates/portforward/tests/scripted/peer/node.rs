//! The node's end of a link.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use bytes::{Bytes, BytesMut};
use spdy::{Event, Headers, Limits, ResetStatus, Session, StreamId};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::{
    AT_THE_END, CUT, ECHO, GREETER, ONCE, PARTS, REFUSED, RELEASE, RESET, SILENT, SOURCE, SOURCE_BYTES, Seen,
};

/// A pair whose data stream is open.
struct Pair {
    port: u16,
    error: StreamId,
    /// The pod has ended its data.
    ended: bool,
    started: bool,
}

struct Node {
    session: Session,
    /// Error streams by `requestid`.
    errors: HashMap<String, StreamId>,
    pairs: HashMap<StreamId, Pair>,
    /// A source that still has bytes to send.
    sources: Vec<(StreamId, usize)>,
    cut: bool,
    last: String,
    seen: Arc<Seen>,
}

/// Serves one link to its end.
pub(crate) async fn serve(io: impl AsyncRead + AsyncWrite, seen: Arc<Seen>) {
    let (mut reader, mut writer) = tokio::io::split(io);
    let mut node = Node {
        session: Session::server(Limits::default()),
        errors: HashMap::new(),
        pairs: HashMap::new(),
        sources: Vec::new(),
        cut: false,
        last: "none".into(),
        seen: Arc::clone(&seen),
    };
    let mut buffer = BytesMut::new();
    'link: loop {
        node.feed_sources();
        while let Some(bytes) = node.session.poll_output() {
            if writer.write_all(&bytes).await.is_err() {
                break 'link;
            }
        }
        if writer.flush().await.is_err() || node.cut {
            break;
        }
        if !node.sources.is_empty() {
            // Reading must not stop sending here: the link is watched for what it takes.
            tokio::task::yield_now().await;
            continue;
        }
        buffer.reserve(64 * 1024);
        match reader.read_buf(&mut buffer).await {
            Ok(1..) => {}
            _ => break,
        }
        node.session.receive(buffer.split().freeze()).unwrap();
        while let Some(event) = node.session.poll_event() {
            node.handle(event);
        }
        seen.changed.notify_waiters();
    }
    seen.last_frames.lock().unwrap().push(node.last);
    seen.changed.notify_waiters();
}

impl Node {
    fn handle(&mut self, event: Event) {
        match event {
            Event::Opened { stream, headers, end } => {
                self.last = "open".into();
                self.seen.open_streams.fetch_add(1, Ordering::SeqCst);
                self.opened(stream, &headers, end);
            }
            Event::Data { stream, data, end } => {
                self.last = "data".into();
                self.data(stream, data, end);
            }
            Event::Reset { stream, .. } => {
                self.last = "reset".into();
                self.pairs.remove(&stream);
                self.seen.open_streams.fetch_sub(1, Ordering::SeqCst);
            }
            Event::GoAway { .. } => self.last = "goaway".into(),
            other => panic!("unexpected {other:?}"),
        }
    }

    fn opened(&mut self, stream: StreamId, headers: &Headers, end: bool) {
        let request = headers.get("requestid").unwrap().to_owned();
        let port: u16 = headers.get("port").unwrap().parse().unwrap();
        match headers.get("streamtype").unwrap() {
            "error" => {
                assert!(end, "the client has nothing to say on the error stream");
                assert_eq!(stream.get() % 5, 0);
                self.errors.insert(request, stream);
                self.session.reply(stream, &Headers::new(), false).unwrap();
            }
            "data" => {
                assert_ne!(stream.get() % 5, 0);
                let error = self.errors.remove(&request).expect("the error stream comes first");
                self.session.reply(stream, &Headers::new(), false).unwrap();
                self.pairs.insert(stream, Pair { port, error, ended: false, started: false });
                match port {
                    GREETER => self.send(stream, b"hello"),
                    SOURCE => self.sources.push((stream, SOURCE_BYTES)),
                    REFUSED => self.refuse(stream),
                    RELEASE => self.release(stream),
                    _ => {}
                }
            }
            other => panic!("{other}"),
        }
    }

    fn data(&mut self, stream: StreamId, data: Bytes, end: bool) {
        let Some(pair) = self.pairs.get_mut(&stream) else { return };
        let first = !std::mem::replace(&mut pair.started, true);
        if end && !pair.ended {
            self.seen.early_ends.fetch_add(1, Ordering::SeqCst);
        }
        if pair.ended {
            // What crossed with the end.
            return;
        }
        match pair.port {
            ECHO => {
                if !data.is_empty() {
                    self.session.send(stream, data, false).unwrap();
                }
                if end {
                    self.finish(stream);
                }
            }
            RESET if first => self.reset(stream),
            PARTS if end => self.finish(stream),
            PARTS if first => self.send(stream, b"one "),
            ONCE if first => {
                self.send(stream, b"done");
                self.finish(stream);
            }
            AT_THE_END if end => {
                self.send(stream, b"bye");
                self.finish(stream);
            }
            CUT => self.cut = true,
            GREETER | SILENT if end => self.finish(stream),
            _ => {}
        }
    }

    fn send(&mut self, stream: StreamId, data: &'static [u8]) {
        self.session.send(stream, Bytes::from_static(data), false).unwrap();
    }

    fn finish(&mut self, stream: StreamId) {
        let pair = self.pairs.get_mut(&stream).unwrap();
        pair.ended = true;
        let error = pair.error;
        self.session.send(stream, Bytes::new(), true).unwrap();
        self.session.send(error, Bytes::new(), true).unwrap();
        self.seen.open_streams.fetch_sub(2, Ordering::SeqCst);
    }

    fn release(&mut self, stream: StreamId) {
        let waiting = |pair: &Pair| pair.port == PARTS && !pair.ended;
        let parts: Vec<_> = self.pairs.iter().filter(|(_, pair)| waiting(pair)).map(|(id, _)| *id).collect();
        for part in parts {
            self.send(part, b"two ");
            self.send(part, b"six");
            self.finish(part);
        }
        self.finish(stream);
    }

    fn refuse(&mut self, stream: StreamId) {
        let pair = self.pairs.get_mut(&stream).unwrap();
        pair.ended = true;
        let error = pair.error;
        self.session.send(stream, Bytes::new(), true).unwrap();
        self.send(
            error,
            b"error forwarding port 1 to pod x, uid : dial tcp4 127.0.0.1:1: connect: connection refused",
        );
        self.session.reset(error, ResetStatus::Cancel);
        self.seen.open_streams.fetch_sub(2, Ordering::SeqCst);
    }

    fn reset(&mut self, stream: StreamId) {
        let pair = self.pairs.remove(&stream).unwrap();
        self.session.reset(stream, ResetStatus::Cancel);
        self.session.reset(pair.error, ResetStatus::Cancel);
        self.seen.open_streams.fetch_sub(2, Ordering::SeqCst);
    }

    /// Queues a little for each source.
    fn feed_sources(&mut self) {
        let mut done = Vec::new();
        for (stream, left) in &mut self.sources {
            let length = (*left).min(64 * 1024);
            let sent = self.session.send(*stream, Bytes::from(vec![0xa5; length]), false);
            *left -= length;
            self.seen.source_written.fetch_add(length, Ordering::SeqCst);
            if *left == 0 || sent.is_err() {
                done.push(*stream);
            }
        }
        self.sources.retain(|(stream, _)| !done.contains(stream));
        for stream in done {
            self.finish(stream);
        }
    }
}
