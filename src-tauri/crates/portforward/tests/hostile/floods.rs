//! More of the same than anybody needs. What we hold for the far end is bounded in each case: where it does not read our
//! answers the link ends before it has got rid of much; where it does, the flow goes on.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use portforward::Transport;
use tokio::io::AsyncWriteExt as _;

use crate::{
    peer::{ECHO, Far, HANG, Peer, Server, carry},
    victim::{BOTH, Fate, options, says, spdy, suffer},
    wire::*,
};

/// What a far end may get rid of, all buffers on the way included, before a link that cannot answer ends or stops reading.
/// The pipes hold 128 KiB, the WebSocket's end of the peer 356 KiB, the link reads up to 1 MiB before it writes.
const BOUND: usize = 4 << 20;

/// The frames of one round of a flood.
type OfRound = fn(u32) -> Vec<u8>;
/// All that is said to a flow.
type OfPair = fn(Pair) -> Vec<u8>;

/// Writes these frames over and over and reads nothing.
fn floods(frames: OfRound, taken: Arc<AtomicUsize>) -> Far {
    spdy(move |mut io, _| {
        let taken = Arc::clone(&taken);
        async move {
            for round in 0.. {
                let bytes = frames(round);
                if taken.fetch_add(bytes.len(), Ordering::SeqCst) > BOUND
                    || io.write_all(&bytes).await.is_err()
                {
                    return;
                }
            }
        }
    })
}

#[tokio::test(start_paused = true)]
async fn answers_that_nobody_reads() {
    let rows: [(_, OfRound); 3] = [
        ("pings", |round| ping(2 + 2 * round)),
        ("streams opened by the server", |round| {
            let packed = if round == 0 { first_nothing() } else { nothing() };
            syn_stream(2 + 2 * round, &packed)
        }),
        ("streams opened by the server, going back", |round| {
            let packed = if round == 0 { first_nothing() } else { nothing() };
            syn_stream(2, &packed)
        }),
    ];
    for (name, frames) in rows {
        for transport in BOTH {
            let taken = Arc::new(AtomicUsize::new(0));
            suffer(name, transport, floods(frames, Arc::clone(&taken)), Fate::Protocol).await;
            let taken = taken.load(Ordering::SeqCst);
            assert!(taken <= BOUND, "{name} ({transport}): {taken} bytes went nowhere");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn frames_that_mean_nothing() {
    const MANY: u32 = 20_000;
    fn many(pair: Pair, frame: impl Fn(u32) -> Vec<u8>) -> Vec<u8> {
        let frames: Vec<u8> = (0..MANY).flat_map(frame).collect();
        [frames, ok(pair)].concat()
    }
    fn packed(round: u32) -> Vec<u8> {
        if round == 0 { first_nothing() } else { nothing() }
    }
    let rows: [(_, OfPair); 9] = [
        ("HEADERS of ours", |pair| many(pair, |round| of_stream(HEADERS, pair.data, &packed(round)))),
        ("HEADERS of nobody's", |pair| many(pair, |round| of_stream(HEADERS, 4001, &packed(round)))),
        ("SYN_REPLY of nobody's", |pair| many(pair, |round| of_stream(SYN_REPLY, 4001, &packed(round)))),
        ("SETTINGS", |pair| many(pair, |_| control(SETTINGS, 0, &[0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1]))),
        ("WINDOW_UPDATE", |pair| many(pair, |_| control(WINDOW_UPDATE, 0, &[0, 0, 0, 1, 0, 0, 1, 0]))),
        ("RST_STREAM of nobody's", |pair| many(pair, |round| reset(4001 + 2 * round, 5))),
        ("empty DATA", |pair| many(pair, |_| data(pair.data, false, b""))),
        ("echoes of pings nobody sent", |pair| many(pair, |round| ping(4001 + 2 * round))),
        ("GOAWAY", |pair| many(pair, |_| control(GOAWAY, 0, &[0; 8]))),
    ];
    for (name, bytes) in rows {
        for transport in BOTH {
            suffer(name, transport, says(bytes), Fate::Whole("ok")).await;
        }
    }
}

/// Pings and streams that are answered, since the answers are read.
#[tokio::test(start_paused = true)]
async fn answers_that_are_read() {
    let rows: [(_, OfRound); 2] = [
        ("pings", |round| ping(2 + 2 * round)),
        ("streams opened by the server", |round| {
            syn_stream(2 + 2 * round, &if round == 0 { first_nothing() } else { nothing() })
        }),
    ];
    for (name, frame) in rows {
        let far = spdy(move |io, pair| async move {
            let (reader, mut writer) = tokio::io::split(io);
            let reading =
                tokio::spawn(crate::victim::read_on(Box::new(tokio::io::join(reader, tokio::io::sink()))));
            for round in 0..20_000 {
                writer.write_all(&frame(round)).await.unwrap();
            }
            writer.write_all(&ok(pair)).await.unwrap();
            reading.await.unwrap();
        });
        suffer(name, Transport::Spdy, far, Fate::Whole("ok")).await;
    }
}

/// A local reader that does not read bounds what the pod can get rid of, in pieces of any size.
#[tokio::test(start_paused = true)]
async fn data_that_nobody_reads() {
    for size in [1, 100, 20_000, 1 << 20] {
        for transport in BOTH {
            let taken = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&taken);
            let far = spdy(move |mut io, pair| {
                let taken = Arc::clone(&counted);
                async move {
                    let frame = data(pair.data, false, &vec![7; size]);
                    for at in (0..frame.len()).step_by(1024).cycle() {
                        let part = &frame[at..frame.len().min(at + 1024)];
                        if io.write_all(part).await.is_err() {
                            return;
                        }
                        assert!(taken.fetch_add(part.len(), Ordering::SeqCst) < BOUND, "unbounded");
                    }
                }
            });
            let peer = Peer::in_memory(Server::of(move |_| far.clone()), std::time::Duration::ZERO);
            let tunnel = peer.open(options(transport)).await.unwrap();
            let (mut local, _task) = carry(&tunnel, ECHO, 16);
            local.write_all(b"request").await.unwrap();
            // Time passes only once nothing moves any more.
            tokio::time::sleep(HANG).await;
            let held = taken.load(Ordering::SeqCst);
            assert!(held > 0 && held < BOUND, "{transport}: {held} bytes in pieces of {size}");
        }
    }
}
