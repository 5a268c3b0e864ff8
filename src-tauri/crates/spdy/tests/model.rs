//! Two sessions joined by two pipes, against a model so small that it is plainly right. Whatever is done to
//! them, in whatever order bytes arrive, sessions and model agree on every result and every event.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use spdy::{Error, Event, Headers, Limits, PingId, ResetStatus, Session, StreamId};

/// 0 is the client, 1 the server.
type Side = usize;

#[derive(Clone, Debug)]
enum Op {
    Open {
        side: Side,
        gap: u32,
        end: bool,
    },
    Reply {
        side: Side,
        stream: Index,
        end: bool,
    },
    Send {
        side: Side,
        stream: Index,
        size: usize,
        end: bool,
    },
    Reset {
        side: Side,
        stream: Index,
    },
    Ping {
        side: Side,
    },
    /// Lets the oldest messages to `side` arrive, in parts of `part` bytes.
    Deliver {
        side: Side,
        messages: usize,
        part: usize,
    },
}

fn op() -> impl Strategy<Value = Op> {
    let side = || 0..2usize;
    let stream = any::<Index>;
    prop_oneof![
        2 => (side(), 0..3u32, any::<bool>()).prop_map(|(side, gap, end)| Op::Open { side, gap, end }),
        3 => (side(), stream(), any::<bool>()).prop_map(|(side, stream, end)| Op::Reply { side, stream, end }),
        6 => (side(), stream(), 0..40usize, any::<bool>())
            .prop_map(|(side, stream, size, end)| Op::Send { side, stream, size, end }),
        1 => (side(), stream()).prop_map(|(side, stream)| Op::Reset { side, stream }),
        1 => side().prop_map(|side| Op::Ping { side }),
        8 => (side(), 1..5usize, 1..60usize)
            .prop_map(|(side, messages, part)| Op::Deliver { side, messages, part }),
    ]
}

/// What one side believes of a stream.
#[derive(Clone, Debug)]
struct Belief {
    mine: bool,
    replied: bool,
    sending: bool,
    receiving: bool,
}

/// What is on its way to a side: what it means, and its bytes.
#[derive(Clone, Debug)]
struct Message {
    meaning: Meaning,
    bytes: Bytes,
}

#[derive(Clone, Debug)]
enum Meaning {
    Opens { stream: StreamId, end: bool },
    Replies { stream: StreamId, end: bool },
    Carries { stream: StreamId, data: Bytes, end: bool },
    Resets { stream: StreamId },
    Pings { id: PingId },
    Echoes { id: PingId },
}

struct World {
    sessions: [Session; 2],
    beliefs: [BTreeMap<StreamId, Belief>; 2],
    /// Messages on their way to each side.
    pipes: [VecDeque<Message>; 2],
    streams: Vec<StreamId>,
    /// So that each byte sent differs from its neighbours.
    counter: u8,
}

impl World {
    fn new() -> Self {
        // Small frames, so that most sends are split into several, the last of them short.
        let limits = Limits { data_frame: 7, ..Limits::default() };
        Self {
            sessions: [Session::client(limits), Session::server(limits)],
            beliefs: Default::default(),
            pipes: Default::default(),
            streams: Vec::new(),
            counter: 0,
        }
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Open { side, gap, end } => self.open(side, gap, end),
            Op::Reply { side, stream, end } => {
                self.with_stream(stream, |world, id| world.reply(side, id, end));
            }
            Op::Send { side, stream, size, end } => {
                self.with_stream(stream, |world, id| world.send(side, id, size, end));
            }
            Op::Reset { side, stream } => self.with_stream(stream, |world, id| world.reset(side, id)),
            Op::Ping { side } => {
                let id = self.sessions[side].ping();
                self.post(side, Meaning::Pings { id });
            }
            Op::Deliver { side, messages, part } => {
                for _ in 0..messages {
                    self.deliver(side, part);
                }
            }
        }
        for side in 0..2 {
            assert_eq!(self.sessions[side].stream_count(), self.beliefs[side].len());
            assert_eq!(self.sessions[side].queued(), 0);
        }
    }

    fn with_stream(&mut self, index: Index, act: impl FnOnce(&mut Self, StreamId)) {
        if !self.streams.is_empty() {
            act(self, *index.get(&self.streams));
        }
    }

    fn open(&mut self, side: Side, gap: u32, end: bool) {
        let next = self.sessions[side].next_id();
        let stream = StreamId::new(next.get() + 2 * gap).unwrap();
        let result = self.sessions[side].open_with_id(stream, &headers(stream), end);
        assert_eq!(result, Ok(()));
        self.streams.push(stream);
        let belief = Belief { mine: true, replied: false, sending: !end, receiving: true };
        self.beliefs[side].insert(stream, belief);
        self.post(side, Meaning::Opens { stream, end });
    }

    fn reply(&mut self, side: Side, stream: StreamId, end: bool) {
        let result = self.sessions[side].reply(stream, &headers(stream), end);
        let expected = match self.beliefs[side].get_mut(&stream) {
            None => Err(Error::StreamNotOpen { stream }),
            Some(belief) if belief.mine || belief.replied => Err(Error::NoReplyExpected { stream }),
            Some(belief) => {
                belief.replied = true;
                belief.sending &= !end;
                Ok(())
            }
        };
        assert_eq!(result, expected);
        if result.is_ok() {
            self.post(side, Meaning::Replies { stream, end });
        }
    }

    fn send(&mut self, side: Side, stream: StreamId, size: usize, end: bool) {
        let data: Bytes = std::iter::repeat_with(|| {
            self.counter = self.counter.wrapping_add(1);
            self.counter
        })
        .take(size)
        .collect();
        let result = self.sessions[side].send(stream, data.clone(), end);
        let expected = match self.beliefs[side].get_mut(&stream) {
            None => Err(Error::StreamNotOpen { stream }),
            Some(belief) if !belief.sending => Err(Error::SendAfterEnd { stream }),
            Some(belief) if !belief.mine && !belief.replied => Err(Error::NotReplied { stream }),
            Some(belief) => {
                belief.sending = !end;
                Ok(())
            }
        };
        assert_eq!(result, expected);
        if result.is_ok() && (end || size > 0) {
            self.post(side, Meaning::Carries { stream, data, end });
        }
    }

    fn reset(&mut self, side: Side, stream: StreamId) {
        self.sessions[side].reset(stream, ResetStatus::Cancel);
        if self.beliefs[side].remove(&stream).is_some() {
            self.post(side, Meaning::Resets { stream });
        }
    }

    /// Puts what a session has written into the pipe to the other side.
    fn post(&mut self, from: Side, meaning: Meaning) {
        self.forget_finished(from);
        let bytes = drain(&mut self.sessions[from]);
        assert!(!bytes.is_empty(), "{meaning:?}");
        self.pipes[1 - from].push_back(Message { meaning, bytes });
    }

    fn deliver(&mut self, side: Side, part: usize) {
        let Some(Message { meaning, bytes }) = self.pipes[side].pop_front() else { return };
        for part in bytes.chunks(part) {
            self.sessions[side].receive(Bytes::copy_from_slice(part)).unwrap();
        }
        let expected = self.expect(side, &meaning);
        assert_eq!(events(&mut self.sessions[side]), expected, "{meaning:?}");
        if let Meaning::Pings { id } = meaning {
            self.post(side, Meaning::Echoes { id });
        }
        self.forget_finished(side);
    }

    /// The event that a message should cause.
    fn expect(&mut self, side: Side, meaning: &Meaning) -> Option<Event> {
        let beliefs = &mut self.beliefs[side];
        match meaning.clone() {
            Meaning::Opens { stream, end } => {
                let belief = Belief { mine: false, replied: false, sending: true, receiving: !end };
                beliefs.insert(stream, belief);
                Some(Event::Opened { stream, headers: headers(stream), end })
            }
            Meaning::Replies { stream, end } => {
                let belief = beliefs.get_mut(&stream)?;
                belief.replied = true;
                belief.receiving &= !end;
                Some(Event::Replied { stream, headers: headers(stream), end })
            }
            Meaning::Carries { stream, data, end } => {
                let belief = beliefs.get_mut(&stream)?;
                belief.receiving &= !end;
                Some(Event::Data { stream, data, end })
            }
            Meaning::Resets { stream } => {
                beliefs.remove(&stream)?;
                Some(Event::Reset { stream, status: ResetStatus::Cancel })
            }
            Meaning::Pings { .. } => None,
            Meaning::Echoes { id } => Some(Event::Pong { id }),
        }
    }

    fn forget_finished(&mut self, side: Side) {
        self.beliefs[side].retain(|_, belief| belief.sending || belief.receiving);
    }
}

fn headers(stream: StreamId) -> Headers {
    Headers::new().with("streamtype", "data").with("requestid", stream.to_string())
}

fn drain(session: &mut Session) -> Bytes {
    let mut all = Vec::new();
    while let Some(chunk) = session.poll_output() {
        assert!(!chunk.is_empty());
        all.extend_from_slice(&chunk);
    }
    all.into()
}

/// The one event a message has caused, if any; the parts in which its data came are joined.
fn events(session: &mut Session) -> Option<Event> {
    let mut joined = session.poll_event()?;
    while let Some(event) = session.poll_event() {
        match (&mut joined, event) {
            (Event::Data { stream, data, end }, Event::Data { stream: next, data: more, end: last })
                if *stream == next && !*end =>
            {
                *data = [&data[..], &more].concat().into();
                *end = last;
            }
            (_, event) => panic!("{event:?} after {joined:?}"),
        }
    }
    Some(joined)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn sessions_and_model_agree(ops in vec(op(), 1..150)) {
        let mut world = World::new();
        for op in ops {
            world.apply(op);
        }
        while world.pipes.iter().any(|pipe| !pipe.is_empty()) {
            world.apply(Op::Deliver { side: 0, messages: 8, part: 13 });
            world.apply(Op::Deliver { side: 1, messages: 8, part: 13 });
        }
        // With nothing on its way any more, what one side may send the other awaits.
        for stream in world.beliefs[0].keys().filter(|stream| world.beliefs[1].contains_key(stream)) {
            let (client, server) = (&world.beliefs[0][stream], &world.beliefs[1][stream]);
            prop_assert_eq!(client.sending, server.receiving);
            prop_assert_eq!(client.receiving, server.sending);
        }
    }
}
