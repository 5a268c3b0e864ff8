//! Frames and events as lines of text.

use std::fmt::Write as _;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use spdy::frame::Frame;
use spdy::{Event, Headers};

/// A frame, its headers unpacked.
pub(crate) fn frame(frame: &Frame, unpack: &mut dyn FnMut(&Bytes) -> Headers) -> String {
    let kind = frame.kind();
    match frame {
        Frame::SynStream(frame) => {
            assert_eq!((frame.associated, frame.unidirectional), (None, false));
            let (stream, priority) = (frame.stream, frame.priority.get());
            format!("{kind} {stream} priority={priority} [{}]{}", unpack(&frame.block), end(frame.end))
        }
        Frame::SynReply(frame) => {
            format!("{kind} {} [{}]{}", frame.stream, unpack(&frame.block), end(frame.end))
        }
        Frame::Headers(frame) => {
            format!("{kind} {} [{}]{}", frame.stream, unpack(&frame.block), end(frame.end))
        }
        Frame::RstStream(frame) => format!("{kind} {} {}", frame.stream, frame.status),
        Frame::Settings(frame) => format!("{kind} {:?}", frame.entries),
        Frame::Ping(frame) => format!("{kind} {}", frame.id),
        Frame::GoAway(frame) => {
            format!("{kind} last={} {}", frame.last.map_or(0, spdy::StreamId::get), frame.status)
        }
        Frame::WindowUpdate(frame) => format!("{kind} {:?} {}", frame.stream, frame.delta),
        Frame::Data(frame) => format!("{kind} {} {}{}", frame.stream, payload(&frame.data), end(frame.end)),
    }
}

pub(crate) fn event(event: &Event) -> String {
    match event {
        Event::Opened { stream, headers, end: last } => format!("opened {stream} [{headers}]{}", end(*last)),
        Event::Replied { stream, headers, end: last } => {
            format!("replied {stream} [{headers}]{}", end(*last))
        }
        Event::Headers { stream, headers, end: last } => {
            format!("headers {stream} [{headers}]{}", end(*last))
        }
        Event::Data { stream, data, end: last } => format!("data {stream} {}{}", payload(data), end(*last)),
        Event::Reset { stream, status } => format!("reset {stream} {status}"),
        Event::GoAway { last, status } => {
            format!("go away last={} {status}", last.map_or(0, spdy::StreamId::get))
        }
        other => format!("{other:?}"),
    }
}

fn end(end: bool) -> &'static str {
    if end { " end" } else { "" }
}

/// Text as it is, anything else by its digest.
fn payload(data: &Bytes) -> String {
    match std::str::from_utf8(data) {
        _ if data.is_empty() => "empty".to_owned(),
        Ok(text) => format!("{} bytes \"{}\"", data.len(), text.escape_debug()),
        Err(_) => {
            let mut text = format!("{} bytes sha256 ", data.len());
            for byte in &Sha256::digest(data)[..8] {
                write!(text, "{byte:02x}").unwrap();
            }
            text
        }
    }
}
