//! A session that gets any bytes in any pieces while its owner does things in between, against a model: the same
//! results, events and frames whatever the pieces, and all limits kept.

use bytes::Bytes;
use spdy::frame::Frame;
use spdy::header_block::Decompressor;
use spdy::{Error, Event, GoAwayStatus, Headers, Limits, ResetStatus, Session, StreamId};

use super::SMALL;
use super::input::{Input, pieces};
use super::model::{Model, Sent};
use super::reference::Reader;
use super::stored::Wrapper;

/// What the owner does when so many bytes have come.
struct Act {
    after: usize,
    what: u8,
    stream: u8,
}

/// Choices of one run.
struct Run {
    client: bool,
    limits: Limits,
    /// Whether events and output are taken after each act, or only at the end.
    takes: bool,
    wire: Vec<u8>,
    acts: Vec<Act>,
}

/// What a session, or the model, does between two acts.
#[derive(Debug, PartialEq)]
struct Step {
    act: Option<Result<u32, Error>>,
    received: Result<(), Error>,
    events: Vec<Event>,
    sent: Vec<Sent>,
    streams: usize,
    ignored: u64,
}

pub(crate) fn check(input: &[u8]) {
    let mut input = Input::new(input);
    let choices = input.byte();
    let sizes = input.sizes();
    let count = input.byte() & 15;
    let mut acts = Vec::new();
    for _ in 0..count {
        acts.push(Act { after: input.word().into(), what: input.byte(), stream: input.byte() });
    }
    acts.sort_by_key(|act| act.after);
    let wire = input.rest();
    let run = Run {
        client: choices & 1 == 0,
        limits: if choices & 2 == 0 { Limits { data_frame: 7, ..Limits::default() } } else { SMALL },
        takes: choices & 4 == 0,
        wire: if choices & 8 == 0 { wire.to_vec() } else { wrap(wire) },
        acts,
    };

    let expected = run.model();
    assert_eq!(run.session(&[]), expected);
    assert_eq!(run.session(sizes), expected);
    assert_eq!(run.session(&[1]), expected);
}

/// Does the same to a session or to the model, whose methods have the same names.
macro_rules! apply {
    ($act:expr, $to:expr) => {{
        let (act, to) = ($act, $to);
        let stream = act.stream(to.next_id());
        let end = act.what & 8 != 0;
        match act.what & 7 {
            0 => to.open_with_id(stream, &headers(stream), end).map(|()| stream.get()),
            1 => to.reply(stream, &headers(stream), end).map(|()| 0),
            2 | 3 => to.send(stream, act.data(), end).map(|()| 0),
            4 => {
                to.reset(stream, ResetStatus::Cancel);
                Ok(0)
            }
            5 | 6 => Ok(to.ping().get()),
            _ => {
                to.go_away(GoAwayStatus::Ok);
                Ok(0)
            }
        }
    }};
}
impl Run {
    /// The bytes between two acts, and the act before them.
    fn steps(&self) -> impl Iterator<Item = (Option<&Act>, &[u8])> {
        let ends = self.acts.iter().map(|act| act.after.min(self.wire.len())).chain([self.wire.len()]);
        let acts = std::iter::once(None).chain(self.acts.iter().map(Some));
        let mut start = 0;
        acts.zip(ends).map(move |(act, end)| {
            let bytes = &self.wire[start..end];
            start = end;
            (act, bytes)
        })
    }

    fn model(&self) -> Vec<Step> {
        let mut model = Model::new(self.client, self.limits);
        let mut steps = Vec::new();
        for (index, (act, bytes)) in self.steps().enumerate() {
            let act = act.map(|act| apply!(act, &mut model));
            let received = if bytes.is_empty() { Ok(()) } else { model.receive(bytes) };
            let takes = self.takes || index == self.acts.len();
            steps.push(Step {
                act,
                received,
                events: joined(if takes { model.take_events() } else { Vec::new() }),
                sent: if takes { model.take_sent() } else { Vec::new() },
                streams: model.stream_count(),
                ignored: model.ignored_frames(),
            });
        }
        steps
    }

    fn session(&self, sizes: &[u8]) -> Vec<Step> {
        let mut session =
            if self.client { Session::client(self.limits) } else { Session::server(self.limits) };
        let mut reading = (Reader::new(usize::MAX), Decompressor::new(Limits::default()));
        let mut steps = Vec::new();
        for (index, (act, bytes)) in self.steps().enumerate() {
            let act = act.map(|act| apply!(act, &mut session));
            let mut received = Ok(());
            for piece in pieces(bytes, sizes) {
                let result = session.receive(Bytes::copy_from_slice(piece));
                assert!(received.is_ok() || result == received, "a failed session stays failed");
                received = result;
            }
            let takes = self.takes || index == self.acts.len();
            let events = std::iter::from_fn(|| if takes { session.poll_event() } else { None });
            let events = joined(events.collect());
            let sent = if takes { sent(&mut session, &mut reading) } else { Vec::new() };
            let streams = session.stream_count();
            assert!(streams <= self.limits.local_streams + self.limits.remote_streams);
            steps.push(Step { act, received, events, sent, streams, ignored: session.ignored_frames() });
        }
        steps
    }
}

impl Act {
    /// Any stream with a small number, one of the last, or the next one.
    fn stream(&self, next: StreamId) -> StreamId {
        match self.stream {
            0..=0x7d => StreamId::new(u32::from(self.stream)).unwrap_or(next),
            0x7e => StreamId::new(StreamId::MAX.get() - 1).unwrap(),
            0x7f => StreamId::MAX,
            _ => next,
        }
    }

    fn data(&self) -> Bytes {
        vec![self.stream; usize::from(self.what >> 4)].into()
    }
}

fn headers(stream: StreamId) -> Headers {
    Headers::new().with("requestid", stream.to_string())
}

/// Joins the parts of data that came on one stream one after another.
fn joined(events: Vec<Event>) -> Vec<Event> {
    let mut all: Vec<Event> = Vec::new();
    for event in events {
        match (all.last_mut(), event) {
            (
                Some(Event::Data { stream, data, end }),
                Event::Data { stream: next, data: more, end: last },
            ) if *stream == next && !*end => {
                *data = [&data[..], &more].concat().into();
                *end = last;
            }
            (_, event) => all.push(event),
        }
    }
    all
}

/// Takes all output of a session and reads it.
fn sent(session: &mut Session, (reader, unpacking): &mut (Reader, Decompressor)) -> Vec<Sent> {
    let queued = session.queued();
    let mut length = 0;
    while let Some(chunk) = session.poll_output() {
        length += chunk.len();
        reader.feed(&chunk);
    }
    assert_eq!((length, session.queued()), (queued, 0));
    let mut unpack = |block: &Bytes| unpacking.decompress(block).unwrap().unwrap();
    let mut all = Vec::new();
    while let Some(next) = reader.next() {
        all.push(match next.unwrap().0 {
            Frame::SynStream(frame) => {
                Sent::Opens { stream: frame.stream, headers: unpack(&frame.block), end: frame.end }
            }
            Frame::SynReply(frame) => {
                Sent::Replies { stream: frame.stream, headers: unpack(&frame.block), end: frame.end }
            }
            frame => Sent::Other(frame),
        });
    }
    assert!(reader.is_between_frames());
    all
}

/// The bytes with each header block, which is inflated in them, wrapped up.
fn wrap(wire: &[u8]) -> Vec<u8> {
    let mut wrapper = Wrapper::default();
    let mut wrapped = Vec::new();
    let mut rest = wire;
    while let [first, _, _, kind, _, a, b, c, tail @ ..] = rest {
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        let fixed = match kind {
            1 => 10,
            2 | 8 => 4,
            _ => usize::MAX,
        };
        let Some((payload, tail)) = tail.split_at_checked(length) else { break };
        match payload.split_at_checked(fixed) {
            Some((fixed, block)) if *first == 0x80 => {
                let block = wrapper.wrap(block);
                wrapped.extend_from_slice(&rest[..5]);
                wrapped.extend_from_slice(&((fixed.len() + block.len()) as u32).to_be_bytes()[1..]);
                wrapped.extend_from_slice(fixed);
                wrapped.extend_from_slice(&block);
            }
            _ => wrapped.extend_from_slice(&rest[..8 + length]),
        }
        rest = tail;
    }
    wrapped.extend_from_slice(rest);
    wrapped
}
