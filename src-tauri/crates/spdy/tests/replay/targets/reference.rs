//! Frames read in the plainest way, from the text of the specification: all bytes are kept, nothing is clever.

use bytes::Bytes;
use spdy::frame::{
    ControlKind, Data, Frame, FrameKind, GoAway, HeadersFrame, Ping, Priority, RstStream, Setting, Settings,
    SynReply, SynStream, WindowUpdate,
};
use spdy::{Error, GoAwayStatus, PingId, ResetStatus, StreamId};

pub(crate) struct Reader {
    control_limit: usize,
    bytes: Vec<u8>,
    at: usize,
    /// The DATA frame whose payload is being read: stream, whether it ends it, bytes to come, whether some have come.
    data: Option<(StreamId, bool, usize, bool)>,
    /// Bytes to come of a frame that is ignored.
    to_skip: usize,
    pub(crate) skipped: u64,
}

impl Reader {
    pub(crate) fn new(control_limit: usize) -> Self {
        Self { control_limit, bytes: Vec::new(), at: 0, data: None, to_skip: 0, skipped: 0 }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame, or what has come of a DATA frame; and whether it continues the frame before it.
    pub(crate) fn next(&mut self) -> Option<Result<(Frame, bool), Error>> {
        loop {
            let count = self.to_skip.min(self.bytes.len() - self.at);
            self.at += count;
            self.to_skip -= count;
            if self.to_skip > 0 {
                return None;
            }
            if let Some((stream, end, left, begun)) = self.data {
                let count = left.min(self.bytes.len() - self.at);
                if count == 0 {
                    return None;
                }
                let data = Bytes::copy_from_slice(&self.bytes[self.at..self.at + count]);
                self.at += count;
                self.data = (count < left).then_some((stream, end, left - count, true));
                return Some(Ok((Frame::Data(Data { stream, data, end: end && count == left }), begun)));
            }
            let head = self.bytes.get(self.at..self.at + 8)?;
            let length = number(&[0, head[5], head[6], head[7]]) as usize;
            if head[0] < 0x80 {
                let (stream, flags) = (number(head), head[4]);
                self.at += 8;
                let kind = FrameKind::Data;
                let Some(stream) = StreamId::new(stream) else {
                    return Some(Err(Error::ZeroStreamId { kind }));
                };
                if flags > 1 {
                    return Some(Err(Error::FrameFlags { kind, flags }));
                }
                if length == 0 {
                    let frame = Frame::Data(Data { stream, data: Bytes::new(), end: flags == 1 });
                    return Some(Ok((frame, false)));
                }
                self.data = Some((stream, flags == 1, length, false));
                continue;
            }
            let version = (number(head) >> 16) as u16 & 0x7fff;
            if version != 3 {
                return Some(Err(Error::Version { version }));
            }
            let Some(kind) = kind(number(head) as u16) else {
                // Counted at its head, even if the rest never comes.
                self.skipped += 1;
                self.at += 8;
                self.to_skip = length;
                continue;
            };
            let limit = self.control_limit;
            if length > limit {
                return Some(Err(Error::FrameTooLarge { kind, length, limit }));
            }
            let flags = head[4];
            let payload = self.bytes.get(self.at + 8..self.at + 8 + length)?;
            self.at += 8 + length;
            return Some(control(kind, flags, payload).map(|frame| (frame, false)));
        }
    }

    /// Whether all that has come are whole frames.
    pub(crate) fn is_between_frames(&self) -> bool {
        self.data.is_none() && self.to_skip == 0 && self.at == self.bytes.len()
    }
}

/// Four bytes, big-endian.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn kind(number: u16) -> Option<ControlKind> {
    let kinds = [
        None,
        Some(ControlKind::SynStream),
        Some(ControlKind::SynReply),
        Some(ControlKind::RstStream),
        Some(ControlKind::Settings),
        None,
        Some(ControlKind::Ping),
        Some(ControlKind::GoAway),
        Some(ControlKind::Headers),
        Some(ControlKind::WindowUpdate),
    ];
    kinds.get(usize::from(number)).copied().flatten()
}

/// Flags a control frame may have, length of its fixed part, and whether there may be more.
fn shape(kind: ControlKind) -> (u8, usize, bool) {
    match kind {
        ControlKind::SynStream => (3, 10, true),
        ControlKind::SynReply | ControlKind::Headers => (1, 4, true),
        ControlKind::Settings => (1, 4, true),
        ControlKind::Ping => (0, 4, false),
        ControlKind::RstStream | ControlKind::GoAway | ControlKind::WindowUpdate => (0, 8, false),
    }
}

fn control(kind: ControlKind, flags: u8, payload: &[u8]) -> Result<Frame, Error> {
    let length = payload.len();
    let (allowed, fixed, more) = shape(kind);
    if flags & !allowed != 0 {
        return Err(Error::FrameFlags { kind: kind.into(), flags });
    }
    if length < fixed || length > fixed && !more {
        return Err(Error::FrameLength { kind, length });
    }
    let first = number(payload);
    let second = payload.get(4..8).map_or(0, number);
    let id = StreamId::new(first & 0x7fff_ffff);
    let stream = || id.ok_or(Error::ZeroStreamId { kind: kind.into() });
    let end = flags & 1 != 0;
    let block = |from: usize| Bytes::copy_from_slice(&payload[from..]);
    Ok(match kind {
        ControlKind::SynStream => Frame::SynStream(SynStream {
            stream: stream()?,
            associated: StreamId::new(second & 0x7fff_ffff),
            priority: Priority::new(payload[8] >> 5).unwrap(),
            end,
            unidirectional: flags & 2 != 0,
            block: block(10),
        }),
        ControlKind::SynReply => Frame::SynReply(SynReply { stream: stream()?, end, block: block(4) }),
        ControlKind::Headers => Frame::Headers(HeadersFrame { stream: stream()?, end, block: block(4) }),
        ControlKind::RstStream => {
            let stream = stream()?;
            if second == 0 {
                return Err(Error::ZeroResetStatus { stream });
            }
            Frame::RstStream(RstStream { stream, status: ResetStatus::from_code(second) })
        }
        ControlKind::Settings => {
            if length as u64 != 4 + 8 * u64::from(first) {
                return Err(Error::FrameLength { kind, length });
            }
            let entries = payload[4..].chunks(8).map(|entry| Setting {
                flags: entry[0],
                id: number(&[0, entry[1], entry[2], entry[3]]),
                value: number(&entry[4..]),
            });
            Frame::Settings(Settings { clear: end, entries: entries.collect() })
        }
        ControlKind::Ping => Frame::Ping(Ping { id: PingId::new(first).ok_or(Error::ZeroPingId)? }),
        ControlKind::GoAway => Frame::GoAway(GoAway { last: id, status: GoAwayStatus::from_code(second) }),
        ControlKind::WindowUpdate => {
            Frame::WindowUpdate(WindowUpdate { stream: id, delta: second & 0x7fff_ffff })
        }
    })
}
