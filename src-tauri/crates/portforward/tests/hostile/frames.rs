//! Single frames that are wrong, or right at the wrong time.

use flate2::{Compress, Compression, FlushCompress};
use spdy::header_block::DICTIONARY;

use crate::{
    victim::{BOTH, Fate, says, spdy, suffer},
    wire::*,
};
use tokio::io::AsyncWriteExt as _;

type Row = (&'static str, fn(Pair) -> Vec<u8>, Fate);

/// What no SPDY peer may send ends the link with a typed error.
const FATAL: &[Row] = &[
    ("an HTTP answer", |_| b"HTTP/1.1 500 Internal Server Error\r\n\r\n".to_vec(), Fate::Protocol),
    ("ones", |_| vec![0xff; 4096], Fate::Protocol),
    ("zeros", |_| vec![0; 4096], Fate::Protocol),
    ("SPDY/2", |_| vec![0x80, 2, 0, PING, 0, 0, 0, 4, 0, 0, 0, 1], Fate::Protocol),
    ("a control frame of 16 MiB", |_| vec![0x80, 3, 0, SYN_REPLY, 0, 0xff, 0xff, 0xff], Fate::Protocol),
    ("a header block beyond the limit", |pair| reply(pair, &huge_block()), Fate::Protocol),
    ("a zlib bomb", |pair| of_stream(SYN_REPLY, pair.data, &bomb()), Fate::Protocol),
    ("a thousand headers", |pair| reply(pair, &block(&[(&b"a"[..], &b"b"[..]); 1000])), Fate::Protocol),
    ("a block that promises gigabytes", |pair| reply(pair, &[0x7f; 12]), Fate::Protocol),
    ("a block that is not zlib", |pair| of_stream(SYN_REPLY, pair.data, b"streamtype: data"), Fate::Protocol),
    (
        "a block with another dictionary",
        |pair| of_stream(SYN_REPLY, pair.data, &[0x78, 0xbb, 1, 2, 3, 4, 0, 0, 0, 0xff, 0xff]),
        Fate::Protocol,
    ),
    ("DATA of stream 0", |_| data(0, false, b"x"), Fate::Protocol),
    ("SYN_STREAM of stream 0", |_| syn_stream(0, &first_nothing()), Fate::Protocol),
    ("SYN_REPLY of stream 0", |_| of_stream(SYN_REPLY, 0, &first_nothing()), Fate::Protocol),
    ("RST_STREAM of stream 0", |_| reset(0, 5), Fate::Protocol),
    ("RST_STREAM without a status", |pair| reset(pair.data, 0), Fate::Protocol),
    ("PING 0", |_| ping(0), Fate::Protocol),
    ("PING of two bytes", |_| control(PING, 0, &[0, 1]), Fate::Protocol),
    ("SETTINGS that promise gigabytes", |_| control(SETTINGS, 0, &[0xff; 4]), Fate::Protocol),
    ("GOAWAY of four bytes", |_| control(GOAWAY, 0, &[0; 4]), Fate::Protocol),
    ("WINDOW_UPDATE of four bytes", |_| control(WINDOW_UPDATE, 0, &[0; 4]), Fate::Protocol),
    ("a flag that nobody knows", |pair| with_flags(data(pair.data, false, b"x"), 2), Fate::Protocol),
];

/// What breaks one stream alone.
const OF_ONE_STREAM: &[Row] = &[
    ("both streams reset", |pair| [reset(pair.data, 1), reset(pair.error, 1)].concat(), Fate::Reset),
    ("the data stream reset", |pair| reset(pair.data, 3), Fate::Reset),
    (
        "the error stream reset behind the data",
        |pair| [data(pair.data, true, b"torn"), reset(pair.error, 5)].concat(),
        Fate::Reset,
    ),
    (
        "SYN_REPLY twice",
        |pair| {
            let again = of_stream(SYN_REPLY, pair.data, &nothing());
            [of_stream(SYN_REPLY, pair.data, &first_nothing()), again].concat()
        },
        Fate::Reset,
    ),
    ("SYN_REPLY with a header of HTTP", |pair| reply(pair, &block(&[(b"Host", b"pod")])), Fate::Reset),
    ("SYN_STREAM with the number of ours", |pair| syn_stream(pair.data, &first_nothing()), Fate::Reset),
];

/// What has to be borne: the flow goes on and ends in order.
const BEARABLE: &[Row] = &[
    ("no SYN_REPLY at all", ok, Fate::Whole("ok")),
    (
        "SYN_REPLY behind the data",
        |pair| {
            let late = of_stream(SYN_REPLY, pair.data, &first_nothing());
            [data(pair.data, false, b"o"), late, data(pair.data, true, b"k"), data(pair.error, true, b"")]
                .concat()
        },
        Fate::Whole("ok"),
    ),
    ("SYN_REPLY of a stream nobody opened", |pair| before_ok(pair, reply_of(4001)), Fate::Whole("ok")),
    ("DATA of an even stream", |pair| before_ok(pair, data(8, true, b"x")), Fate::Whole("ok")),
    ("DATA of a stream nobody opened", |pair| before_ok(pair, data(4001, true, b"x")), Fate::Whole("ok")),
    ("RST_STREAM of a stream nobody opened", |pair| before_ok(pair, reset(4001, 5)), Fate::Whole("ok")),
    ("HEADERS of ours", |pair| before_ok(pair, headers_of(pair.data)), Fate::Whole("ok")),
    ("HEADERS of a stream nobody opened", |pair| before_ok(pair, headers_of(4001)), Fate::Whole("ok")),
    ("the server opens a stream", |pair| before_ok(pair, syn_stream(2, &first_nothing())), Fate::Whole("ok")),
    (
        "the server opens the streams we would open next",
        |pair| {
            let (error, data) = (syn_stream(15, &first_nothing()), syn_stream(19, &nothing()));
            before_ok(pair, [error, data].concat())
        },
        Fate::Whole("ok"),
    ),
    ("a window of no bytes", |pair| before_ok(pair, control(WINDOW_UPDATE, 0, &[0; 8])), Fate::Whole("ok")),
    ("the echo of a ping nobody sent", |pair| before_ok(pair, ping(4001)), Fate::Whole("ok")),
    (
        "a frame of an unknown kind",
        |pair| before_ok(pair, control(77, 0xff, &[7; 40_000])),
        Fate::Whole("ok"),
    ),
    ("GOAWAY midway", |pair| before_ok(pair, control(GOAWAY, 0, &[0; 8])), Fate::Whole("ok")),
    (
        "DATA behind its end",
        |pair| {
            [data(pair.data, true, b"ok"), data(pair.data, false, b"more"), data(pair.error, true, b"")]
                .concat()
        },
        Fate::Whole("ok"),
    ),
    (
        "the end of the data twice",
        |pair| {
            [data(pair.data, true, b"ok"), data(pair.data, true, b""), data(pair.error, true, b"")].concat()
        },
        Fate::Whole("ok"),
    ),
    ("an error stream that never ends", |pair| data(pair.data, true, b"ok"), Fate::Whole("ok")),
    (
        "the end of the error stream before the data",
        |pair| [data(pair.error, true, b""), data(pair.data, true, b"ok")].concat(),
        Fate::Whole("ok"),
    ),
];

fn reply(pair: Pair, inflated: &[u8]) -> Vec<u8> {
    of_stream(SYN_REPLY, pair.data, &[ZLIB, &stored(inflated)].concat())
}

fn reply_of(stream: u32) -> Vec<u8> {
    of_stream(SYN_REPLY, stream, &first_nothing())
}

fn headers_of(stream: u32) -> Vec<u8> {
    of_stream(HEADERS, stream, &first_nothing())
}

fn before_ok(pair: Pair, bytes: Vec<u8>) -> Vec<u8> {
    [bytes, ok(pair)].concat()
}

fn with_flags(mut frame: Vec<u8>, flags: u8) -> Vec<u8> {
    frame[4] = flags;
    frame
}

/// Three headers of 7 KiB: each is allowed, together they are too much.
fn huge_block() -> Vec<u8> {
    let value = vec![b'x'; 7 * 1024];
    block(&[(b"a", &value), (b"b", &value), (b"c", &value)])
}

/// 16 MiB in 16 KiB.
fn bomb() -> Vec<u8> {
    let layout = [[0, 0, 0, 1], [0, 0, 0, 1]].concat();
    let plain = [&layout[..], b"a", &(16_u32 << 20).to_be_bytes(), &vec![b'x'; 16 << 20]].concat();
    let mut zlib = Compress::new(Compression::default(), true);
    zlib.set_dictionary(DICTIONARY).unwrap();
    let mut packed = Vec::with_capacity(64 << 10);
    zlib.compress_vec(&plain, &mut packed, FlushCompress::Sync).unwrap();
    packed
}

#[tokio::test(start_paused = true)]
async fn what_no_peer_may_send() {
    for (name, bytes, fate) in FATAL {
        for transport in BOTH {
            suffer(name, transport, says(bytes), fate.clone()).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_breaks_one_stream() {
    for (name, bytes, fate) in OF_ONE_STREAM {
        for transport in BOTH {
            suffer(name, transport, says(bytes), fate.clone()).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_to_be_borne() {
    for (name, bytes, fate) in BEARABLE {
        for transport in BOTH {
            suffer(name, transport, says(bytes), fate.clone()).await;
        }
    }
}

/// As above, each byte by itself: nothing may depend on where reads end.
#[tokio::test(start_paused = true)]
async fn one_byte_at_a_time() {
    for (name, bytes, fate) in FATAL.iter().chain(OF_ONE_STREAM).chain(BEARABLE) {
        let bytes = *bytes;
        let far = spdy(move |mut io, pair| async move {
            for byte in bytes(pair).chunks(1).take(8 * 1024) {
                if io.write_all(byte).await.is_err() {
                    return;
                }
                tokio::task::yield_now().await;
            }
            crate::victim::read_on(io).await;
        });
        if bytes(Pair { data: 9, error: 5 }).len() <= 8 * 1024 {
            suffer(name, BOTH[1], far, fate.clone()).await;
        }
    }
}

/// Whatever has come by then, the flow must not look whole if the link ends before its streams do.
#[tokio::test(start_paused = true)]
async fn cut_at_each_byte() {
    let whole = ok(Pair { data: 9, error: 5 });
    for length in 0..whole.len() {
        for transport in BOTH {
            let far = spdy(move |mut io, pair| async move {
                // The end is that of the connection.
                let _ = io.write_all(&ok(pair)[..length]).await;
                let _ = io.shutdown().await;
            });
            suffer(&format!("cut after {length} bytes"), transport, far, Fate::Lost("closed it")).await;
        }
    }
}
