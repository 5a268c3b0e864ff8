//! What a client sent as whole frames, undecoded: a real server reads whole frames, and hands them to its workers.

use bytes::{Bytes, BytesMut};

/// The length of a frame's head.
const HEAD: usize = 8;

/// One frame, head and all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: Kind,
    pub(super) bytes: Bytes,
}

/// What has to be known of a frame before it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Carries a header block, which can only be unpacked in the order of arrival: SYN_STREAM, SYN_REPLY, HEADERS.
    Headers,
    /// DATA or RST_STREAM of this stream.
    OfStream(u32),
    GoAway,
    /// Any other: PING, SETTINGS, WINDOW_UPDATE.
    OfConnection,
}

/// Takes the next frame, once all of it is there. Its length field bounds it to 16 MiB, as on a real server.
pub(super) fn take(input: &mut BytesMut) -> Option<Frame> {
    let &[a, b, c, d, _, e, f, g, ..] = &input[..] else { return None };
    let size = HEAD + u32::from_be_bytes([0, e, f, g]) as usize;
    if input.len() < size {
        return None;
    }
    let kind = match u16::from_be_bytes([c, d]) {
        _ if a & 0x80 == 0 => Kind::OfStream(u32::from_be_bytes([a, b, c, d])),
        1 | 2 | 8 => Kind::Headers,
        3 => match input[HEAD..size] {
            [a, b, c, d, ..] => Kind::OfStream(u32::from_be_bytes([a & 0x7f, b, c, d])),
            _ => Kind::OfConnection,
        },
        7 => Kind::GoAway,
        _ => Kind::OfConnection,
    };
    Some(Frame { kind, bytes: input.split_to(size).freeze() })
}

#[cfg(test)]
mod tests {
    use spdy::{GoAwayStatus, Headers, Limits, ResetStatus, Session};

    use super::*;

    #[test]
    fn frames_come_whole_whatever_the_pieces() {
        let mut client = Session::client(Limits::default());
        let stream = client.open(&Headers::new().with("port", "80"), false).expect("a free stream");
        client.send(stream, Bytes::from_static(b"hello"), false).expect("an open stream");
        client.ping();
        client.reset(stream, ResetStatus::Cancel);
        client.go_away(GoAwayStatus::Ok);
        let mut all = Vec::new();
        while let Some(bytes) = client.poll_output() {
            all.extend_from_slice(&bytes);
        }
        let expected =
            [Kind::Headers, Kind::OfStream(1), Kind::OfConnection, Kind::OfStream(1), Kind::GoAway];
        for piece in [1, 5, all.len()] {
            let (mut input, mut kinds, mut bytes) = (BytesMut::new(), Vec::new(), Vec::new());
            for part in all.chunks(piece) {
                input.extend_from_slice(part);
                while let Some(frame) = take(&mut input) {
                    kinds.push(frame.kind);
                    bytes.extend_from_slice(&frame.bytes);
                }
            }
            assert_eq!(kinds, expected);
            assert_eq!(bytes, all);
        }
    }
}
