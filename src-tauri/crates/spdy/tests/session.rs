//! What a session promises to its owner.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::IoSlice;

use bytes::{Buf, Bytes};
use spdy::{
    Error, Event, GoAwayStatus, HeaderFault, Headers, Initiator, Limits, ResetStatus, Scope, Session,
    StreamId,
};

fn id(number: u32) -> StreamId {
    StreamId::new(number).unwrap()
}

fn pair() -> (Session, Session) {
    (Session::client(Limits::default()), Session::server(Limits::default()))
}

/// Carries all that one side has written to the other.
fn carry(from: &mut Session, to: &mut Session) {
    while let Some(bytes) = from.poll_output() {
        to.receive(bytes).unwrap();
    }
}

fn events(session: &mut Session) -> Vec<Event> {
    std::iter::from_fn(|| session.poll_event()).collect()
}

fn written(session: &mut Session) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(bytes) = session.poll_output() {
        all.extend_from_slice(&bytes);
    }
    all
}

/// A stream that the client has opened and the server has accepted.
fn accepted() -> (Session, Session, StreamId) {
    let (mut client, mut server) = pair();
    let stream = client.open(&Headers::new(), false).unwrap();
    carry(&mut client, &mut server);
    server.reply(stream, &Headers::new(), false).unwrap();
    carry(&mut server, &mut client);
    events(&mut client);
    events(&mut server);
    (client, server, stream)
}

#[test]
fn a_pair_of_streams_and_the_first_bytes_leave_in_one_chunk() {
    let mut client = Session::client(Limits::default());
    let headers = |kind| Headers::new().with("streamtype", kind).with("port", "80").with("requestid", "0");
    let error = client.open(&headers("error"), true).unwrap();
    let data = client.open(&headers("data"), false).unwrap();
    assert_eq!((error, data, client.next_id()), (id(1), id(3), id(5)));
    client.send(data, Bytes::from_static(b"GET / HTTP/1.0\r\n\r\n"), false).unwrap();
    let queued = client.queued();
    let chunk = client.poll_output().unwrap();
    assert_eq!((chunk.len(), client.queued(), client.poll_output()), (queued, 0, None));
    // FIN on the error stream, priority 0 on both.
    assert_eq!(chunk[..5], [0x80, 3, 0, 1, 1]);
    assert_eq!(chunk[8..18], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn large_payloads_are_not_copied_and_are_cut_into_frames() {
    let (mut client, mut server, stream) = accepted();
    let data = Bytes::from(vec![7; 100_000]);
    client.send(stream, data.clone(), true).unwrap();
    assert_eq!(client.queued(), 100_000 + 4 * 8);
    let mut offset = 0;
    for length in [32_768, 32_768, 32_768, 1_696] {
        assert_eq!(client.poll_output().unwrap().len(), 8);
        let payload = client.poll_output().unwrap();
        assert_eq!(payload.len(), length);
        assert_eq!(payload.as_ptr(), data[offset..].as_ptr());
        offset += length;
    }
    assert_eq!(client.poll_output(), None);

    // On the other side, events are slices of what was received.
    client = accepted().0;
    client.send(stream, data.slice(..5000), true).unwrap();
    let bytes = Bytes::from(written(&mut client));
    server.receive(bytes.slice(..3000)).unwrap();
    server.receive(bytes.slice(3000..)).unwrap();
    let parts = events(&mut server);
    let [Event::Data { data: first, end: false, .. }, Event::Data { data: second, end: true, .. }] =
        &parts[..]
    else {
        panic!("{parts:?}")
    };
    assert_eq!(first.as_ptr(), bytes[8..].as_ptr());
    assert_eq!((first.len(), second.len()), (2992, 2008));
}

#[test]
fn payloads_of_every_size_arrive_as_they_were_sent() {
    // Around the size up to which payloads are copied into the chunk of their heads.
    let (mut client, mut server, stream) = accepted();
    for size in (1..20).chain(1000..1050) {
        let data = Bytes::from(vec![size as u8; size]);
        client.send(stream, data.clone(), false).unwrap();
        assert_eq!(client.queued(), 8 + size);
        server.receive(written(&mut client).into()).unwrap();
        assert_eq!(events(&mut server), [Event::Data { stream, data, end: false }]);
    }
}

#[test]
fn output_as_a_buffer_is_the_output_in_chunks() {
    let fill = || {
        let mut client = Session::client(Limits::default());
        let stream = client.open(&Headers::new().with("port", "80"), false).unwrap();
        client.ping();
        for size in [0, 1, 1024, 1025, 40_000] {
            client.send(stream, Bytes::from(vec![size as u8; size]), false).unwrap();
        }
        client.go_away(GoAwayStatus::Ok);
        client
    };
    let expected = written(&mut fill());
    for step in [1, 7, 1000, 8192, 100_000] {
        let mut client = fill();
        let output = client.output();
        assert_eq!(output.remaining(), expected.len());
        let mut all = Vec::new();
        while output.has_remaining() {
            let mut slices = [IoSlice::new(&[]); 16];
            let filled = output.chunks_vectored(&mut slices);
            let whole: Vec<u8> = slices[..filled].iter().flat_map(|slice| slice.to_vec()).collect();
            assert!(whole.starts_with(output.chunk()) && !output.chunk().is_empty());
            let taken = step.min(whole.len());
            all.extend_from_slice(&whole[..taken]);
            output.advance(taken);
        }
        assert!(all == expected, "steps of {step}");
        assert_eq!((client.queued(), client.poll_output()), (0, None));
    }
}

#[test]
fn each_side_ends_for_itself() {
    let (mut client, mut server, stream) = accepted();
    client.send(stream, Bytes::new(), true).unwrap();
    assert_eq!(client.send(stream, Bytes::new(), false), Err(Error::SendAfterEnd { stream }));
    carry(&mut client, &mut server);
    assert_eq!(events(&mut server), [Event::Data { stream, data: Bytes::new(), end: true }]);
    assert_eq!((client.stream_count(), server.stream_count()), (1, 1));

    server.send(stream, Bytes::from_static(b"late"), false).unwrap();
    server.send(stream, Bytes::new(), true).unwrap();
    assert_eq!(server.stream_count(), 0);
    assert_eq!(server.send(stream, Bytes::new(), true), Err(Error::StreamNotOpen { stream }));
    carry(&mut server, &mut client);
    assert_eq!(
        events(&mut client),
        [
            Event::Data { stream, data: Bytes::from_static(b"late"), end: false },
            Event::Data { stream, data: Bytes::new(), end: true },
        ]
    );
    assert_eq!(client.stream_count(), 0);
}

#[test]
fn nothing_is_sent_for_empty_data() {
    let (mut client, mut server, stream) = accepted();
    client.send(stream, Bytes::new(), false).unwrap();
    assert_eq!(client.poll_output(), None);
    // A peer may do so, and it means nothing.
    server.receive(Bytes::from_static(b"\0\0\0\x01\0\0\0\0")).unwrap();
    assert_eq!((server.poll_event(), server.ignored_frames()), (None, 0));
}

#[test]
fn a_reset_in_the_midst_of_a_frame_leaves_the_rest_unheard() {
    let (_, mut server, stream) = accepted();
    server.receive(Bytes::from_static(b"\0\0\0\x01\x01\0\0\x06ab")).unwrap();
    server.reset(stream, ResetStatus::Cancel);
    assert_eq!(written(&mut server), b"\x80\x03\0\x03\0\0\0\x08\0\0\0\x01\0\0\0\x05");
    server.receive(Bytes::from_static(b"cd")).unwrap();
    server.receive(Bytes::from_static(b"ef\x80\x03\0\x06\0\0\0\x04\0\0\0\x01")).unwrap();
    assert_eq!(events(&mut server), [Event::Data { stream, data: Bytes::from_static(b"ab"), end: false }]);
    assert_eq!((server.stream_count(), server.ignored_frames()), (0, 0));
    assert_eq!(written(&mut server), b"\x80\x03\0\x06\0\0\0\x04\0\0\0\x01");
    // A second reset has nothing to end.
    server.reset(stream, ResetStatus::Cancel);
    assert_eq!(server.poll_output(), None);
}

#[test]
fn frames_for_streams_that_are_not_open_count_once() {
    let mut server = Session::server(Limits::default());
    for part in [&b"\0\0\0\x05\0\0\0\x04"[..], b"a", b"b", b"cd"] {
        server.receive(Bytes::copy_from_slice(part)).unwrap();
    }
    server.receive(Bytes::from_static(b"\x80\x03\0\x03\0\0\0\x08\0\0\0\x07\0\0\0\x05")).unwrap();
    server.receive(Bytes::from_static(b"\x80\x03\x12\x34\0\0\0\x01x")).unwrap();
    assert_eq!((events(&mut server), server.ignored_frames()), (vec![], 3));
    assert_eq!(server.poll_output(), None);
}

#[test]
fn pings_are_answered_and_answers_noticed() {
    let (mut client, mut server) = pair();
    let pings: Vec<_> = (0..5).map(|_| client.ping()).collect();
    assert_eq!(pings.iter().map(|ping| ping.get()).collect::<Vec<_>>(), [1, 3, 5, 7, 9]);
    assert_eq!(server.ping().get(), 2);
    carry(&mut client, &mut server);
    carry(&mut server, &mut client);
    carry(&mut client, &mut server);
    let pongs: Vec<_> = pings.into_iter().map(|id| Event::Pong { id }).collect();
    assert_eq!(events(&mut client), pongs);
    assert!(matches!(events(&mut server)[..], [Event::Pong { .. }]));

    // An echo that nobody awaits, or awaits no more, is not passed on.
    client.receive(Bytes::from_static(b"\x80\x03\0\x06\0\0\0\x04\0\0\0\x01")).unwrap();
    assert_eq!((events(&mut client), client.ignored_frames()), (vec![], 1));
}

#[test]
fn nothing_is_opened_after_either_side_went_away() {
    let (mut client, mut server, stream) = accepted();
    server.go_away(GoAwayStatus::Ok);
    let crossing = client.open(&Headers::new(), false).unwrap();
    assert_eq!(server.open(&Headers::new(), false), Err(Error::GoingAway { initiator: Initiator::Local }));
    carry(&mut client, &mut server);
    carry(&mut server, &mut client);
    assert_eq!(events(&mut server), []);
    assert_eq!(server.ignored_frames(), 1);
    assert_eq!(events(&mut client), [Event::GoAway { last: Some(stream), status: GoAwayStatus::Ok }]);
    assert_eq!(client.open(&Headers::new(), false), Err(Error::GoingAway { initiator: Initiator::Remote }));
    // Streams from before go on.
    client.send(stream, Bytes::from_static(b"x"), false).unwrap();
    client.send(crossing, Bytes::from_static(b"x"), false).unwrap();
    carry(&mut client, &mut server);
    assert_eq!(events(&mut server).len(), 1);
}

#[test]
fn who_goes_away_may_still_open_streams_of_its_own() {
    let (mut client, mut server) = pair();
    server.receive(Bytes::from_static(b"\x80\x03\0\x07\0\0\0\x08\0\0\0\0\0\0\0\0")).unwrap();
    let stream = client.open(&Headers::new(), false).unwrap();
    carry(&mut client, &mut server);
    assert_eq!(
        events(&mut server),
        [
            Event::GoAway { last: None, status: GoAwayStatus::Ok },
            Event::Opened { stream, headers: Headers::new(), end: false },
        ]
    );
}

#[test]
fn when_both_went_away_neither_may_open_a_stream() {
    let (mut client, mut server) = pair();
    server.receive(Bytes::from_static(b"\x80\x03\0\x07\0\0\0\x08\0\0\0\0\0\0\0\0")).unwrap();
    server.go_away(GoAwayStatus::Ok);
    assert_eq!(events(&mut server), [Event::GoAway { last: None, status: GoAwayStatus::Ok }]);
    client.open(&Headers::new(), false).unwrap();
    carry(&mut client, &mut server);
    assert_eq!((events(&mut server), server.ignored_frames(), server.stream_count()), (vec![], 1, 0));
}

#[test]
fn misuse_is_reported_and_changes_nothing() {
    let (mut client, mut server, stream) = accepted();
    let limits = Limits::default();
    let cases = [
        (client.open_with_id(id(4), &Headers::new(), false), Error::StreamIdParity { stream: id(4) }),
        (server.open_with_id(id(5), &Headers::new(), false), Error::StreamIdParity { stream: id(5) }),
        (client.open_with_id(stream, &Headers::new(), false), Error::StreamIdTaken { stream, next: id(3) }),
        (client.reply(stream, &Headers::new(), false), Error::NoReplyExpected { stream }),
        (server.reply(stream, &Headers::new(), false), Error::NoReplyExpected { stream }),
        (server.reply(id(9), &Headers::new(), false), Error::StreamNotOpen { stream: id(9) }),
        (client.send(id(9), Bytes::new(), true), Error::StreamNotOpen { stream: id(9) }),
        (
            client.open(&Headers::new().with("Connection", "close"), false).map(drop),
            Error::InvalidHeader {
                stream: id(3),
                fault: HeaderFault::ConnectionName,
                initiator: Initiator::Local,
            },
        ),
        (
            client.open(&Headers::new().with("a", "x".repeat(limits.header_block)), false).map(drop),
            Error::HeadersTooLarge { stream: id(3) },
        ),
        (
            client.open(&Headers::new().with("a", "x".repeat(limits.header_field + 1)), false).map(drop),
            Error::HeadersTooLarge { stream: id(3) },
        ),
        (
            client
                .open(&Headers::from_iter((0..=limits.headers).map(|n| (n.to_string(), ""))), false)
                .map(drop),
            Error::HeadersTooLarge { stream: id(3) },
        ),
    ];
    for (result, expected) in cases {
        assert_eq!(expected.initiator(), Initiator::Local);
        assert!(matches!(expected.scope(), Scope::Stream(_)));
        assert_eq!(result, Err(expected));
    }
    assert_eq!((client.queued(), server.queued()), (0, 0));
    assert_eq!((client.next_id(), client.stream_count(), server.stream_count()), (id(3), 1, 1));

    // As many and as long headers as may be are fine, and the packing of both sides still fits.
    let fitting = Headers::from_iter((1..limits.headers).map(|n| (n.to_string(), "")));
    let fitting = fitting.with("long", "x".repeat(limits.header_field));
    assert_eq!(fitting.len(), limits.headers);
    client.open(&fitting, false).unwrap();
    carry(&mut client, &mut server);
    assert!(matches!(server.poll_event(), Some(Event::Opened { .. })));
    assert_eq!(server.send(id(3), Bytes::from_static(b"x"), false), Err(Error::NotReplied { stream: id(3) }));
}

#[test]
fn numbers_may_leave_gaps_and_run_out() {
    let (mut client, mut server) = pair();
    client.open_with_id(id(5), &Headers::new(), false).unwrap();
    assert_eq!(client.open(&Headers::new(), false), Ok(id(7)));
    client.open_with_id(StreamId::MAX, &Headers::new(), false).unwrap();
    assert_eq!(client.next_id(), StreamId::MAX);
    assert_eq!(client.open(&Headers::new(), false), Err(Error::StreamIdsExhausted));
    carry(&mut client, &mut server);
    assert_eq!(server.stream_count(), 3);
    assert_eq!(server.open(&Headers::new(), false), Ok(id(2)));
}

#[test]
fn open_streams_are_limited_on_our_side_too() {
    let mut client = Session::client(Limits { local_streams: 2, ..Limits::default() });
    let first = client.open(&Headers::new(), false).unwrap();
    client.open(&Headers::new(), false).unwrap();
    let full = Error::TooManyStreams { stream: id(5), limit: 2 };
    assert_eq!(client.open(&Headers::new(), false), Err(full));
    client.reset(first, ResetStatus::Cancel);
    assert_eq!(client.open(&Headers::new(), false), Ok(id(5)));
}

#[test]
fn a_one_way_stream_of_the_peer_is_only_heard() {
    let mut client = Session::client(Limits::default());
    // Opened with FLAG_UNIDIRECTIONAL; the block is stored, with no headers.
    let open = b"\x80\x03\0\x01\x02\0\0\x1e\0\0\0\x02\0\0\0\0\0\0\
        \x78\xbb\xe3\xc6\xa7\xc2\0\x04\0\xfb\xff\0\0\0\0\0\0\0\xff\xff";
    client.receive(Bytes::from_static(open)).unwrap();
    let stream = id(2);
    assert_eq!(events(&mut client), [Event::Opened { stream, headers: Headers::new(), end: false }]);
    assert_eq!(client.reply(stream, &Headers::new(), false), Err(Error::NoReplyExpected { stream }));
    assert_eq!(client.send(stream, Bytes::new(), true), Err(Error::SendAfterEnd { stream }));
    client.receive(Bytes::from_static(b"\0\0\0\x02\x01\0\0\x01x")).unwrap();
    assert_eq!(client.stream_count(), 0);
}

#[test]
fn settings_window_updates_and_further_headers_are_passed_on() {
    let (mut client, _, stream) = accepted();
    let bytes = [
        &b"\x80\x03\0\x04\0\0\0\x0c\0\0\0\x01\0\0\0\x04\0\0\0\x64"[..],
        b"\x80\x03\0\x09\0\0\0\x08\0\0\0\x01\0\0\0\x05",
        // HEADERS, stored, with FIN: the zlib stream was begun by the reply.
        b"\x80\x03\0\x08\x01\0\0\x1c\0\0\0\x01\0\x0e\0\xf1\xff\0\0\0\x01\0\0\0\x01a\0\0\0\x01b\0\0\0\xff\xff",
    ];
    client.receive(Bytes::from(bytes.concat())).unwrap();
    let all = events(&mut client);
    assert!(matches!(&all[0], Event::Settings { settings } if settings.entries[0].value == 100), "{all:?}");
    assert_eq!(all[1], Event::WindowUpdate { stream: Some(stream), delta: 5 });
    assert_eq!(all[2], Event::Headers { stream, headers: Headers::new().with("a", "b"), end: true });
}
