//! Recordings, without what carries the SPDY in them.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use serde_json::Value;

use crate::websocket::Unwrapper;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// One recorded connection.
pub(crate) struct Recording {
    websocket: bool,
    /// Who sent what, in order.
    parts: Vec<(Side, Bytes)>,
}

/// Where the recordings lie.
pub(crate) fn directory() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/recordings"))
}

impl Recording {
    pub(crate) fn load(name: &str) -> Self {
        let directory = directory().join(name);
        let client = Bytes::from(fs::read(directory.join("client.bin")).unwrap());
        let server = Bytes::from(fs::read(directory.join("server.bin")).unwrap());
        let timeline: Value =
            serde_json::from_slice(&fs::read(directory.join("timeline.json")).unwrap()).unwrap();
        let mut seen = [0, 0];
        let parts = timeline.as_array().unwrap().iter().map(|entry| {
            let number = |field: &str| entry[field].as_u64().unwrap() as usize;
            let (offset, length) = (number("offset"), number("length"));
            let (side, bytes) = match entry["from"].as_str().unwrap() {
                "client" => (Side::Client, &client),
                "server" => (Side::Server, &server),
                other => panic!("{other}"),
            };
            // The timeline leaves nothing out.
            assert_eq!(offset, seen[side as usize]);
            seen[side as usize] += length;
            (side, bytes.slice(offset..offset + length))
        });
        let parts = parts.collect();
        assert_eq!(seen, [client.len(), server.len()]);
        Self { websocket: name.contains("wstunnel"), parts }
    }

    /// The SPDY of both sides, in the order and the parts in which it was sent.
    pub(crate) fn spdy_parts(&self) -> Vec<(Side, Bytes)> {
        let mut heads = [Some(BytesMut::new()), Some(BytesMut::new())];
        let mut unwrappers = [Unwrapper::new(true), Unwrapper::new(false)];
        let mut spdy = Vec::new();
        for (side, bytes) in &self.parts {
            let body = match cut_head(&mut heads[*side as usize], bytes) {
                Some(body) if self.websocket => unwrappers[*side as usize].unwrap(&body),
                Some(body) => body,
                None => continue,
            };
            if !body.is_empty() {
                spdy.push((*side, body));
            }
        }
        assert!(heads.iter().all(Option::is_none), "no end of the HTTP head");
        assert!(unwrappers.iter().all(Unwrapper::is_between_frames));
        spdy
    }

    /// All the SPDY of one side.
    pub(crate) fn spdy(&self, side: Side) -> Bytes {
        let parts = self.spdy_parts();
        parts.iter().filter(|(from, _)| *from == side).flat_map(|(_, bytes)| bytes.clone()).collect()
    }
}

/// Collects an HTTP head and cuts it off. `None` while it is not complete.
fn cut_head(head: &mut Option<BytesMut>, bytes: &Bytes) -> Option<Bytes> {
    let Some(collected) = head else { return Some(bytes.clone()) };
    collected.extend_from_slice(bytes);
    let end = collected.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let body = collected.split_off(end).freeze();
    *head = None;
    Some(body)
}
