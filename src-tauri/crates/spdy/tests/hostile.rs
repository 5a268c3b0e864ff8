//! A peer that breaks the rules gets a typed error, whole or byte by byte, and the session never panics.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::iter;

use bytes::{Buf, Bytes};
use flate2::{Compress, Compression, FlushCompress};
use proptest::collection::vec;
use proptest::prelude::*;
use spdy::frame::{ControlKind, FrameKind};
use spdy::header_block::DICTIONARY;
use spdy::{Error, Event, GoAwayStatus, HeaderFault, Headers, Initiator, Limits, Scope, Session, StreamId};

const SYN_STREAM: u8 = 1;
const SYN_REPLY: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const HEADERS: u8 = 8;
const WINDOW_UPDATE: u8 = 9;

fn id(number: u32) -> StreamId {
    StreamId::new(number).unwrap()
}

fn control(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = (payload.len() as u32).to_be_bytes();
    [&[0x80, 3, 0, kind, flags], &length[..], payload].concat()
}

fn data(stream: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = (payload.len() as u32).to_be_bytes();
    [&stream.to_be_bytes()[..], &[flags], &length, payload].concat()
}

/// A header block that is only stored; `first` for the first of a connection.
fn pack(first: bool, inflated: &[u8]) -> Vec<u8> {
    let head: &[u8] = if first { &[0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2] } else { &[] };
    let length = inflated.len() as u16;
    let lengths = [length.to_le_bytes(), (!length).to_le_bytes()].concat();
    [head, &[0], &lengths, inflated, &[0, 0, 0, 0xff, 0xff]].concat()
}

fn block(headers: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut block = (headers.len() as u32).to_be_bytes().to_vec();
    for field in headers.iter().flat_map(|(name, value)| [name, value]) {
        block.extend_from_slice(&(field.len() as u32).to_be_bytes());
        block.extend_from_slice(field);
    }
    block
}

fn syn_stream(stream: u32, packed: &[u8]) -> Vec<u8> {
    control(SYN_STREAM, 0, &[&stream.to_be_bytes()[..], &[0; 6], packed].concat())
}

/// A SYN_STREAM as first frame of a connection, with this inflated block.
fn opening(inflated: &[u8]) -> Vec<u8> {
    syn_stream(1, &pack(true, inflated))
}

/// The same with a block packed by zlib at its best, and ended as `flush` says.
fn deflated(inflated: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut zlib = Compress::new(Compression::best(), true);
    zlib.set_dictionary(DICTIONARY).unwrap();
    let mut packed = Vec::with_capacity(inflated.len() + 1024);
    zlib.compress_vec(inflated, &mut packed, flush).unwrap();
    syn_stream(1, &packed)
}

fn events(session: &mut Session) -> Vec<Event> {
    iter::from_fn(|| session.poll_event()).collect()
}

fn written(session: &mut Session) -> Vec<u8> {
    iter::from_fn(|| session.poll_output()).flatten().collect()
}

/// All that makes a connection unusable from its first frame on.
fn fatal() -> Vec<(&'static str, Vec<u8>, Error)> {
    let length = |kind, length| Error::FrameLength { kind, length };
    let flags = |kind, flags| Error::FrameFlags { kind: FrameKind::Control(kind), flags };
    let zero = |kind| Error::ZeroStreamId { kind: FrameKind::Control(kind) };
    let inflate = |reason| Error::Inflate { reason };
    let malformed = |reason| Error::HeaderBlockMalformed { reason };
    let invalid = inflate("it is not valid zlib data");
    use ControlKind as Kind;
    vec![
        ("version 2", vec![0x80, 2, 0, 1, 0, 0, 0, 0], Error::Version { version: 2 }),
        ("version 0", vec![0x80, 0, 0, 1, 0, 0, 0, 0], Error::Version { version: 0 }),
        ("TLS alert?", vec![0xff; 8], Error::Version { version: 0x7fff }),
        ("SYN_STREAM without payload", control(SYN_STREAM, 0, &[]), length(Kind::SynStream, 0)),
        ("SYN_STREAM cut short", control(SYN_STREAM, 0, &[0; 9]), length(Kind::SynStream, 9)),
        ("SYN_STREAM with flag 4", control(SYN_STREAM, 4, &[0; 10]), flags(Kind::SynStream, 4)),
        ("SYN_STREAM of stream 0", syn_stream(0, &[]), zero(Kind::SynStream)),
        ("SYN_STREAM of reserved 0", syn_stream(0x8000_0000, &[]), zero(Kind::SynStream)),
        ("SYN_REPLY cut short", control(SYN_REPLY, 0, &[0; 3]), length(Kind::SynReply, 3)),
        ("SYN_REPLY with flag 2", control(SYN_REPLY, 2, &[0, 0, 0, 1]), flags(Kind::SynReply, 2)),
        ("SYN_REPLY for stream 0", control(SYN_REPLY, 0, &[0; 4]), zero(Kind::SynReply)),
        ("RST_STREAM cut short", control(RST_STREAM, 0, &[0; 4]), length(Kind::RstStream, 4)),
        ("RST_STREAM too long", control(RST_STREAM, 0, &[1; 12]), length(Kind::RstStream, 12)),
        ("RST_STREAM with a flag", control(RST_STREAM, 1, &[1; 8]), flags(Kind::RstStream, 1)),
        ("RST_STREAM of stream 0", control(RST_STREAM, 0, &[0, 0, 0, 0, 0, 0, 0, 5]), zero(Kind::RstStream)),
        (
            "RST_STREAM with status 0",
            control(RST_STREAM, 0, &[0, 0, 0, 1, 0, 0, 0, 0]),
            Error::ZeroResetStatus { stream: id(1) },
        ),
        ("SETTINGS without count", control(SETTINGS, 0, &[]), length(Kind::Settings, 0)),
        ("SETTINGS without entries", control(SETTINGS, 0, &[0, 0, 0, 2]), length(Kind::Settings, 4)),
        ("SETTINGS of gigabytes", control(SETTINGS, 0, &[0xff; 4]), length(Kind::Settings, 4)),
        ("SETTINGS with flag 2", control(SETTINGS, 2, &[0; 4]), flags(Kind::Settings, 2)),
        ("PING cut short", control(PING, 0, &[0; 2]), length(Kind::Ping, 2)),
        ("PING too long", control(PING, 0, &[1; 8]), length(Kind::Ping, 8)),
        ("PING with a flag", control(PING, 1, &[1; 4]), flags(Kind::Ping, 1)),
        ("PING 0", control(PING, 0, &[0; 4]), Error::ZeroPingId),
        ("GOAWAY of SPDY/2", control(GOAWAY, 0, &[0; 4]), length(Kind::GoAway, 4)),
        ("GOAWAY with a flag", control(GOAWAY, 0x80, &[0; 8]), flags(Kind::GoAway, 0x80)),
        ("HEADERS cut short", control(HEADERS, 0, &[0; 3]), length(Kind::Headers, 3)),
        ("HEADERS with flag 2", control(HEADERS, 2, &[1; 4]), flags(Kind::Headers, 2)),
        ("HEADERS for stream 0", control(HEADERS, 0, &[0; 4]), zero(Kind::Headers)),
        ("WINDOW_UPDATE cut short", control(WINDOW_UPDATE, 0, &[1; 4]), length(Kind::WindowUpdate, 4)),
        ("WINDOW_UPDATE with a flag", control(WINDOW_UPDATE, 1, &[1; 8]), flags(Kind::WindowUpdate, 1)),
        ("DATA for stream 0", data(0, 0, b""), Error::ZeroStreamId { kind: FrameKind::Data }),
        ("compressed DATA", data(1, 2, b"x"), Error::FrameFlags { kind: FrameKind::Data, flags: 2 }),
        (
            "a control frame of 16 MiB",
            vec![0x80, 3, 0, SYN_STREAM, 0, 0xff, 0xff, 0xff],
            Error::FrameTooLarge { kind: Kind::SynStream, length: 0x00ff_ffff, limit: 32 * 1024 },
        ),
        ("no block", syn_stream(1, &[]), malformed("it ends within a length")),
        ("a block that is not zlib", syn_stream(1, b"host: example"), invalid.clone()),
        ("a block of gzip", syn_stream(1, &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), invalid.clone()),
        (
            "a block with another dictionary",
            syn_stream(1, &[0x78, 0xbb, 1, 2, 3, 4, 0, 0, 0, 0xff, 0xff]),
            inflate("it wants another dictionary"),
        ),
        (
            "a block of a reserved deflate type",
            syn_stream(1, &[0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2, 7, 7, 7, 7]),
            invalid.clone(),
        ),
        (
            "a stored block whose lengths disagree",
            syn_stream(1, &[0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2, 0, 4, 0, 4, 0, 0, 0, 0, 0]),
            invalid.clone(),
        ),
        (
            "the end of the zlib stream",
            deflated(&block(&[]), FlushCompress::Finish),
            inflate("its zlib stream ends, but has to last"),
        ),
        (
            "a second start of the zlib stream",
            [opening(&block(&[])), syn_stream(3, &pack(true, &block(&[])))].concat(),
            invalid.clone(),
        ),
        (
            "a zlib bomb",
            deflated(&vec![0; 8 << 20], FlushCompress::Sync),
            Error::HeaderBlockTooLarge { limit: 16 * 1024 },
        ),
        ("a count and nothing more", opening(&[0, 0, 0, 1]), malformed("it ends within a length")),
        ("half a count", opening(&[0, 0]), malformed("it ends within a length")),
        ("four billion headers", opening(&[0xff; 4]), malformed("it has too many headers")),
        ("65 headers", opening(&block(&[(&b"a"[..], &b"b"[..]); 65])), malformed("it has too many headers")),
        (
            "a name beyond the end",
            opening(&[0, 0, 0, 1, 0, 0, 0, 5, b'a']),
            malformed("it ends within a name or value"),
        ),
        (
            "a name of four billion bytes",
            opening(&[0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, b'a']),
            malformed("a name or value is too long"),
        ),
        (
            "a value above the limit",
            opening(&block(&[(b"a", &[b'x'; 8193])])),
            malformed("a name or value is too long"),
        ),
        (
            "bytes after the last header",
            opening(&[block(&[(b"a", b"b")]), vec![0]].concat()),
            malformed("there are bytes after the last header"),
        ),
        ("a bad block for a stream nobody knows", control(SYN_REPLY, 0, &[0, 0, 0, 9, 1, 2, 3]), invalid),
        (
            "pings without end",
            control(PING, 0, &[0, 0, 0, 1]).repeat(4097),
            Error::TooManyQueuedAnswers { limit: 4096 },
        ),
        (
            "refused streams without end",
            iter::once(opening(&block(&[])))
                .chain((0..4097).map(|_| syn_stream(1, &pack(false, &block(&[])))))
                .flatten()
                .collect(),
            Error::TooManyQueuedAnswers { limit: 4096 },
        ),
        (
            "headers without end",
            iter::once(opening(&block(&[])))
                .chain((0..140).map(|_| {
                    let inflated = block(&[(b"a", &[b'x'; 8000])]);
                    control(HEADERS, 0, &[&[0, 0, 0, 1], &pack(false, &inflated)[..]].concat())
                }))
                .flatten()
                .collect(),
            Error::TooManyQueuedHeaders { limit: 1 << 20 },
        ),
    ]
}

#[test]
fn broken_connections() {
    let cases = fatal();
    assert!(cases.len() > 50);
    for (name, bytes, expected) in cases {
        assert_eq!((expected.scope(), expected.initiator()), (Scope::Connection, Initiator::Remote));
        for part in [usize::MAX, 1, 7] {
            let mut server = Session::server(Limits::default());
            let result = bytes.chunks(part).try_for_each(|part| server.receive(Bytes::copy_from_slice(part)));
            assert_eq!(result, Err(expected.clone()), "{name}");
            // What came before the error is still told, and the peer learns that it is over.
            events(&mut server);
            let end = GoAwayStatus::ProtocolError.code() as u8;
            assert!(written(&mut server).ends_with(&[0, 0, 0, end]), "{name}");

            // Nothing works any more, and everything says why.
            assert_eq!(server.receive(Bytes::from_static(b"x")), Err(expected.clone()));
            assert_eq!(server.open(&Headers::new(), false), Err(expected.clone()));
            assert_eq!(server.reply(id(1), &Headers::new(), false), Err(expected.clone()));
            assert_eq!(server.send(id(1), Bytes::new(), true), Err(expected.clone()));
            server.ping();
            server.reset(id(1), spdy::ResetStatus::Cancel);
            server.go_away(GoAwayStatus::Ok);
            assert_eq!((server.poll_event(), server.poll_output()), (None, None), "{name}");
        }
    }
}

#[test]
fn answers_that_are_written_do_not_count() {
    let mut server = Session::server(Limits { queued_answers: 8, ..Limits::default() });
    for _ in 0..100 {
        server.receive(control(PING, 0, &[0, 0, 0, 1]).repeat(8).into()).unwrap();
        assert_eq!(written(&mut server).len(), 8 * 12);
    }
}

#[test]
fn answers_that_are_written_do_not_count_though_more_always_waits() {
    // A long upload: whenever the pings of the peer come, there is something left to write.
    let mut client = Session::client(Limits { queued_answers: 8, ..Limits::default() });
    let stream = client.open(&Headers::new(), false).unwrap();
    for round in 0..100 {
        client.receive(control(PING, 0, &[0, 0, 0, 2]).repeat(4).into()).unwrap();
        client.send(stream, Bytes::from(vec![0; 2000]), false).unwrap();
        let taken = client.queued() - 1;
        client.output().advance(taken);
        assert!(client.queued() > 0, "round {round}");
    }
    // Those that do wait count, and one that is written in part waits.
    client.receive(control(PING, 0, &[0, 0, 0, 2]).repeat(8).into()).unwrap();
    let head = client.queued() - 8 * 12;
    client.output().advance(head + 11);
    let more = Bytes::from(control(PING, 0, &[0, 0, 0, 2]));
    assert_eq!(client.receive(more), Err(Error::TooManyQueuedAnswers { limit: 8 }));
}

#[test]
fn headers_that_were_polled_do_not_count() {
    let mut server = Session::server(Limits { queued_headers: 16, ..Limits::default() });
    server.receive(opening(&block(&[(b"a", b"b")])).into()).unwrap();
    for _ in 0..100 {
        assert_eq!(events(&mut server).len(), 1);
        let frame = [&[0, 0, 0, 1], &pack(false, &block(&[(b"a", b"b")]))[..]].concat();
        server.receive(control(HEADERS, 0, &frame).into()).unwrap();
    }
}

/// What a server does when stream 1 was opened and then `bytes` come: the error it reports for stream 1, and
/// the stream and status of the reset it sends.
fn after_opening(flags: u8, bytes: &[u8]) -> (Vec<Event>, Vec<u8>) {
    let mut server = Session::server(Limits { remote_streams: 2, ..Limits::default() });
    let mut open = opening(&block(&[]));
    open[4] = flags;
    server.receive(open.into()).unwrap();
    server.reply(id(1), &Headers::new(), false).unwrap();
    assert_eq!(events(&mut server).len(), 1);
    written(&mut server);
    server.receive(Bytes::copy_from_slice(bytes)).unwrap();
    // The connection is as good as before.
    assert_eq!(server.receive(control(PING, 0, &[0, 0, 0, 1]).into()), Ok(()));
    let written = written(&mut server);
    let resets = written.strip_suffix(&control(PING, 0, &[0, 0, 0, 1])[..]).unwrap().to_vec();
    (events(&mut server), resets)
}

fn reset(stream: u8, status: u8) -> Vec<u8> {
    control(RST_STREAM, 0, &[0, 0, 0, stream, 0, 0, 0, status])
}

#[test]
fn broken_streams() {
    let stream = id(1);
    let failed = |error: Error| {
        assert_eq!((error.scope(), error.initiator()), (Scope::Stream(stream), Initiator::Remote));
        vec![Event::Failed { stream, error }]
    };
    let after_end = |kind| failed(Error::FrameAfterEnd { stream, kind });
    let empty = pack(false, &block(&[]));
    let on_stream_1 = |kind| control(kind, 0, &[&[0, 0, 0, 1], &empty[..]].concat());

    // Stream 1 opened again, live.
    let again = syn_stream(1, &empty);
    assert_eq!(after_opening(0, &again), (failed(Error::DuplicateStream { stream }), reset(1, 1)));
    // A reply to a stream of the peer's own.
    let reply = on_stream_1(SYN_REPLY);
    assert_eq!(after_opening(0, &reply), (failed(Error::UnexpectedReply { stream }), reset(1, 8)));
    // More after the end.
    assert_eq!(after_opening(1, &data(1, 0, b"late")), (after_end(FrameKind::Data), reset(1, 9)));
    assert_eq!(after_opening(1, &data(1, 1, b"")), (after_end(FrameKind::Data), reset(1, 9)));
    let headers = FrameKind::Control(ControlKind::Headers);
    assert_eq!(after_opening(1, &on_stream_1(HEADERS)), (after_end(headers), reset(1, 9)));
    // Going back: only that stream is refused, and nobody hears of it.
    let back = [syn_stream(5, &empty), syn_stream(3, &empty)].concat();
    let (events, written) = after_opening(0, &back);
    assert_eq!((events.len(), written), (1, reset(3, 1)));
    // One too many.
    let more = [syn_stream(3, &empty), syn_stream(5, &empty), data(5, 1, b"unheard")].concat();
    let (events, written) = after_opening(0, &more);
    assert_eq!((events.len(), written), (1, reset(5, 3)));
}

#[test]
fn broken_replies() {
    let fresh = || {
        let mut client = Session::client(Limits::default());
        let stream = client.open(&Headers::new(), false).unwrap();
        written(&mut client);
        (client, stream)
    };
    let reply = |first, flags, inflated: &[u8]| {
        control(SYN_REPLY, flags, &[&[0, 0, 0, 1], &pack(first, inflated)[..]].concat())
    };

    let (mut client, stream) = fresh();
    client.receive([reply(true, 0, &block(&[])), reply(false, 0, &block(&[]))].concat().into()).unwrap();
    let told = events(&mut client);
    assert!(matches!(told[0], Event::Replied { .. }));
    assert_eq!(told[1], Event::Failed { stream, error: Error::UnexpectedReply { stream } });
    assert_eq!(written(&mut client), reset(1, 8));

    let (mut client, stream) = fresh();
    client.receive(reply(true, 0, &block(&[(b"Port", b"80")])).into()).unwrap();
    let error =
        Error::InvalidHeader { stream, fault: HeaderFault::NameCharacter, initiator: Initiator::Remote };
    assert_eq!(events(&mut client), [Event::Failed { stream, error }]);
    assert_eq!(written(&mut client), reset(1, 1));

    // The end of the stream came first. The reply is late, but bytes from before it are not lost.
    let (mut client, stream) = fresh();
    client.receive([data(1, 1, b"x"), reply(true, 0, &block(&[]))].concat().into()).unwrap();
    let kind = FrameKind::Control(ControlKind::SynReply);
    assert_eq!(
        events(&mut client),
        [
            Event::Data { stream, data: Bytes::from_static(b"x"), end: true },
            Event::Failed { stream, error: Error::FrameAfterEnd { stream, kind } },
        ]
    );

    // A server that opens the number of a stream of ours.
    let (mut client, stream) = fresh();
    client.receive(opening(&block(&[])).into()).unwrap();
    let error = Error::DuplicateStream { stream };
    assert_eq!(events(&mut client), [Event::Failed { stream, error }]);
}

#[test]
fn streams_with_bad_headers_are_refused_and_the_next_is_not() {
    for (name, value) in [
        (&b"Port"[..], &b"80"[..]),
        (b"", b"80"),
        (b"p rt", b"80"),
        (b"p\xc3\xb6rt", b"80"),
        (b"p\xffrt", b"80"),
        (b"port", b"\xff\xfe"),
        (b"port", b"80\x00"),
        (b"connection", b"close"),
        (b"host", b"pod"),
        (b"keep-alive", b"5"),
        (b"proxy-connection", b"close"),
        (b"transfer-encoding", b"chunked"),
    ] {
        let mut server = Session::server(Limits::default());
        let bytes = [
            opening(&block(&[(b"streamtype", b"data"), (name, value)])),
            syn_stream(3, &pack(false, &block(&[(b"port", b"80")]))),
        ];
        server.receive(bytes.concat().into()).unwrap();
        let headers = Headers::new().with("port", "80");
        assert_eq!(events(&mut server), [Event::Opened { stream: id(3), headers, end: false }]);
        assert_eq!((written(&mut server), server.stream_count()), (reset(1, 1), 1), "{name:?}");
    }
    let mut server = Session::server(Limits::default());
    server.receive(opening(&block(&[(b"a", b"1"), (b"a", b"2")])).into()).unwrap();
    assert_eq!((events(&mut server), written(&mut server)), (vec![], reset(1, 1)));
}

/// Frames that are right in their outlines, so that chance gets past the first check.
fn almost_a_frame() -> impl Strategy<Value = Vec<u8>> {
    let payload = || vec(any::<u8>(), 0..40);
    prop_oneof![
        (0..12u8, 0..4u8, payload()).prop_map(|(kind, flags, payload)| control(kind, flags, &payload)),
        (0..8u32, 0..3u8, payload()).prop_map(|(stream, flags, payload)| data(stream, flags, &payload)),
        (0..8u32, payload()).prop_map(|(stream, packed)| syn_stream(stream, &packed)),
        (0..8u32, any::<bool>(), payload())
            .prop_map(|(stream, first, inflated)| syn_stream(stream, &pack(first, &inflated))),
        (0..8u32, any::<bool>()).prop_map(|(stream, first)| syn_stream(stream, &pack(first, &block(&[])))),
        (1..8u8, any::<bool>()).prop_map(|(stream, first)| {
            control(SYN_REPLY, 0, &[&[0, 0, 0, stream], &pack(first, &block(&[]))[..]].concat())
        }),
        (1..8u8, 1..12u8).prop_map(|(stream, status)| reset(stream, status)),
        payload(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_makes_a_session_panic(frames in vec(almost_a_frame(), 0..30), part in 1..100usize, client: bool) {
        let limits = Limits { remote_streams: 3, ..Limits::default() };
        let mut session = if client { Session::client(limits) } else { Session::server(limits) };
        let mut opened = vec![];
        if client {
            opened.extend((0..3).map(|_| session.open(&Headers::new(), false).unwrap()));
        }
        for part in frames.concat().chunks(part) {
            let result = session.receive(Bytes::copy_from_slice(part));
            if let Err(error) = &result {
                prop_assert_eq!((error.scope(), error.initiator()), (Scope::Connection, Initiator::Remote));
            }
            for event in events(&mut session) {
                if let Event::Opened { stream, .. } = event {
                    opened.push(stream);
                    // The peer may have reset it in the same breath.
                    let _ = session.reply(stream, &Headers::new(), false);
                }
            }
            for stream in &opened {
                let _ = session.send(*stream, Bytes::from_static(b"x"), false);
            }
            written(&mut session);
            prop_assert_eq!(session.queued(), 0);
            prop_assert!(session.stream_count() <= 6);
        }
    }
}
