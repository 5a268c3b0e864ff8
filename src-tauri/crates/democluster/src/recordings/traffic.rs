//! SPDY traffic in a form that can be compared: who replied, how many bytes, how it ended.

use std::collections::BTreeMap;

use bytes::Bytes;
use spdy::frame::{Frame, FrameDecoder};

/// Everything that happened in one direction, per stream and in order; neighbouring data is one piece.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    decoder: Option<FrameDecoder>,
    pub(super) events: Vec<(u32, Happening)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Happening {
    Replied,
    Data(Vec<u8>),
    Fin,
    Reset(spdy::ResetStatus),
}

impl Traffic {
    /// Adds bytes in any split.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let mut input = Bytes::copy_from_slice(bytes);
        let decoder = self.decoder.get_or_insert_with(|| FrameDecoder::new(64 * 1024));
        while let Some(frame) = decoder.decode(&mut input).expect("valid frames") {
            match frame {
                Frame::SynReply(reply) => self.events.push((reply.stream.get(), Happening::Replied)),
                Frame::Data(data) => {
                    let stream = data.stream.get();
                    if !data.data.is_empty() {
                        match self.events.iter_mut().rev().find(|(other, _)| *other == stream) {
                            Some((_, Happening::Data(before))) => {
                                before.extend_from_slice(&data.data);
                            }
                            _ => self.events.push((stream, Happening::Data(data.data.to_vec()))),
                        }
                    }
                    if data.end {
                        self.events.push((stream, Happening::Fin));
                    }
                }
                Frame::RstStream(reset) => {
                    self.events.push((reset.stream.get(), Happening::Reset(reset.status)));
                }
                // Nothing else is of interest: SYN_STREAM, PING and GOAWAY of the client.
                _ => {}
            }
        }
    }

    /// How far each stream has come: events, and bytes unless they are an error text, whose length varies.
    pub(super) fn progress(&self) -> BTreeMap<u32, (usize, usize)> {
        let mut progress = BTreeMap::<u32, (usize, usize)>::new();
        for (stream, happening) in &self.events {
            let entry = progress.entry(*stream).or_default();
            entry.0 += 1;
            if let Happening::Data(bytes) = happening
                && !bytes.starts_with(b"error ")
            {
                entry.1 += bytes.len();
            }
        }
        progress
    }

    /// What happened on these streams, in order, with what differs between clusters replaced in texts.
    pub(super) fn of(&self, streams: [u32; 2]) -> Vec<(u32, Happening)> {
        let mut events: Vec<_> =
            self.events.iter().filter(|(stream, _)| streams.contains(stream)).cloned().collect();
        // Two replies of a pair have no order: a real server sends them from two workers.
        events.sort_by_key(|(stream, happening)| match happening {
            Happening::Replied => *stream,
            _ => u32::MAX,
        });
        for (_, happening) in &mut events {
            if let Happening::Data(bytes) = happening
                && bytes.starts_with(b"error ")
            {
                *bytes = without_ids(&String::from_utf8_lossy(bytes)).into_bytes();
            }
        }
        events
    }
}

/// Replaces sandbox ids, paths of network namespaces and the local port of the runtime's connection.
pub(super) fn without_ids(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let inner = word.trim_matches(['"', ',', ':']);
        if inner.len() == 64 && inner.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            word.replace(inner, "ID")
        } else if inner.contains("/cni-") {
            word.replace(inner, "NAMESPACE")
        } else if let Some((from, to)) = word.split_once("->") {
            let host = from.rsplit_once(':').map_or(from, |(host, _)| host);
            format!("{host}:LOCAL->{to}")
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Takes the WebSocket frames away; neither fragmentation nor the size of messages matters. Incomplete frames are
/// left for the next time.
pub(super) fn unwrap_websocket(raw: &mut Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some((opcode, payload, size)) = frame(&raw[at..]) {
        // Control frames are not part of the stream.
        if opcode <= 2 {
            out.extend_from_slice(&payload);
        }
        at += size;
    }
    raw.drain(..at);
    out
}

/// The opcode and the payload of the first frame, and the size of the frame.
pub(super) fn frame(raw: &[u8]) -> Option<(u8, Vec<u8>, usize)> {
    let (&first, &second) = (raw.first()?, raw.get(1)?);
    let (length, mut head) = match second & 0x7f {
        126 => (usize::from(u16::from_be_bytes(raw.get(2..4)?.try_into().ok()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(raw.get(2..10)?.try_into().ok()?)).ok()?, 10),
        short => (usize::from(short), 2),
    };
    let mask: [u8; 4] = if second & 0x80 == 0 {
        [0; 4]
    } else {
        head += 4;
        raw.get(head - 4..head)?.try_into().ok()?
    };
    let payload = raw.get(head..head + length)?;
    let payload = payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    Some((first & 0x0f, payload, head + length))
}
