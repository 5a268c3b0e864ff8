use futures::FutureExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{
    input::Input,
    scripted::Scripted,
    server_frames::{End, Item, is_end, read, written},
};
use crate::websocket::WebSocketTunnel;

/// Sizes of the buffers that are read into.
const BUFFERS: [usize; 4] = [4096, 1, 7, 200];

/// Most bytes that wait to be written, answers alone: 64 KiB, then one more pong and a close frame.
const ANSWERS: usize = 64 * 1024 + 256;

/// The tunnel that carries SPDY: the payload that a plain reading of the frames gives, however they are split, and the
/// same end; the last ping answered, and a close frame.
pub fn check(input: &[u8]) {
    let mut input = Input::new(input);
    let choices = input.byte();
    let buffer = BUFFERS[usize::from(choices & 3)];
    let takes = choices & 4 == 0;
    let sizes = input.sizes();
    let wire = input.rest();

    let (items, end) = read(wire);
    let payload: Vec<u8> = items
        .iter()
        .flat_map(|item| match item {
            Item::Payload(bytes, _) => *bytes,
            Item::Ping(_) => &[],
        })
        .copied()
        .collect();
    let pings: Vec<&[u8]> = items
        .iter()
        .filter_map(|item| match item {
            Item::Ping(bytes) => Some(*bytes),
            Item::Payload(..) => None,
        })
        .collect();
    for (sizes, buffer) in [(sizes, buffer), (&[], usize::from(u16::MAX)), (&[1], buffer)] {
        run(wire, sizes, buffer, takes, &payload, &pings, &end);
    }
}

fn run(wire: &[u8], sizes: &[u8], buffer: usize, takes: bool, payload: &[u8], pings: &[&[u8]], end: &End) {
    let (io, output) = Scripted::new(wire, sizes, takes);
    let mut tunnel = WebSocketTunnel::new(io);
    let mut buffer = vec![0; buffer];
    let mut got = Vec::new();
    let ended = loop {
        match tunnel.read(&mut buffer).now_or_never() {
            Some(Ok(0)) => break Ok(()),
            Some(Ok(count)) => got.extend_from_slice(&buffer[..count]),
            Some(Err(error)) => break Err(error),
            None => unreachable!("what is read is always there"),
        }
    };
    assert_eq!(got, payload);
    assert!(is_end(end, ended.as_ref().map(|_| ())), "{ended:?} instead of {end:?}");

    output.take_all_from_now_on();
    assert!(matches!(tunnel.flush().now_or_never(), Some(Ok(()))));
    let bytes = output.bytes();
    assert!(takes || bytes.len() <= ANSWERS);
    let mut frames = written(&bytes);
    let closed = matches!(end, None | Some((std::io::ErrorKind::ConnectionAborted, _)));
    if closed {
        assert_eq!(frames.pop(), Some((8, vec![0x03, 0xe8])));
    }
    assert_eq!(frames.last().map(|(_, payload)| &payload[..]), pings.last().copied());
    let mut asked = pings.iter();
    for (opcode, payload) in &frames {
        assert_eq!(*opcode, 10);
        assert!(asked.any(|ping| ping == payload), "an answer to no ping");
    }
}
