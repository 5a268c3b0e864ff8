//! The programs of a few lines: echo, ticks, discard, source, reset.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::MissedTickBehavior;

/// How much is read or written at a time: large enough that the system calls do not count.
const CHUNK: usize = 128 * 1024;

/// The length after which the pattern of `source` repeats: a prime, so that no power of two hides a lost block.
const PATTERN: u64 = 251;

/// The longest request line of `source`: two decimal u64, a space and the line end.
const REQUEST: u64 = 48;

/// Fills `into` with what the `source` pod sends from byte `offset` on: byte number `n` is `n mod 251`.
pub fn source_bytes(offset: u64, into: &mut [u8]) {
    for (index, byte) in into.iter_mut().enumerate() {
        // Less than 251, so it fits.
        *byte = ((offset + index as u64) % PATTERN) as u8;
    }
}

pub(super) async fn echo(connection: &mut TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = connection.read(&mut buffer).await?;
        if count == 0 {
            return connection.shutdown().await;
        }
        connection.write_all(&buffer[..count]).await?;
    }
}

pub(super) async fn ticks(connection: &mut TcpStream, pod: &str) -> io::Result<()> {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ignored = [0; 1024];
    let mut number = 0_u64;
    loop {
        tokio::select! {
            _ = second.tick() => {
                number += 1;
                connection.write_all(format!("tick {number} from {pod}\n").as_bytes()).await?;
            }
            read = connection.read(&mut ignored) => if read? == 0 { return Ok(()) },
        }
    }
}

pub(super) async fn discard(connection: &mut TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    while connection.read(&mut buffer).await? > 0 {}
    Ok(())
}

pub(super) async fn source(connection: TcpStream) -> io::Result<()> {
    let mut connection = BufReader::new(connection);
    let mut line = String::new();
    (&mut connection).take(REQUEST).read_line(&mut line).await?;
    let Some((mut left, pause)) = request(line.trim()) else {
        connection.write_all(b"send a number of bytes, like 1000, 200K or 64M, and a newline\n").await?;
        return connection.shutdown().await;
    };
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
    // A whole number of patterns, so that the block can be sent again and again.
    let mut block = vec![0; CHUNK / PATTERN as usize * PATTERN as usize];
    source_bytes(0, &mut block);
    while left > 0 {
        let count = block.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        connection.write_all(&block[..count]).await?;
        left -= count as u64;
    }
    connection.shutdown().await
}

/// An amount, and perhaps a pause before it in milliseconds.
fn request(text: &str) -> Option<(u64, Duration)> {
    match text.split_once(' ') {
        Some((bytes, pause)) => Some((amount(bytes)?, Duration::from_millis(pause.parse().ok()?))),
        None => Some((amount(text)?, Duration::ZERO)),
    }
}

/// A decimal number of bytes, in units of 1024 with `K` and of 1024 * 1024 with `M`.
fn amount(text: &str) -> Option<u64> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'K' => (&text[..text.len() - 1], 1024),
        b'M' => (&text[..text.len() - 1], 1024 * 1024),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

pub(super) async fn reset(mut connection: TcpStream) -> io::Result<()> {
    connection.read_u8().await?;
    connection.set_zero_linger()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_in_bytes_or_larger_units() {
        assert_eq!(amount("12"), Some(12));
        assert_eq!(amount("200K"), Some(204_800));
        assert_eq!(amount("64M"), Some(67_108_864));
        assert_eq!(amount(""), None);
        assert_eq!(amount("K"), None);
        assert_eq!(amount("much"), None);
        assert_eq!(amount("99999999999999999M"), None);
    }

    #[test]
    fn a_request_may_ask_for_a_pause() {
        assert_eq!(request("12"), Some((12, Duration::ZERO)));
        assert_eq!(request("2K 1500"), Some((2048, Duration::from_millis(1500))));
        assert_eq!(request("12 soon"), None);
    }

    #[test]
    fn the_pattern_continues_at_any_offset() {
        let mut whole = vec![0; 1000];
        source_bytes(0, &mut whole);
        let mut part = vec![0; 100];
        source_bytes(333, &mut part);
        assert_eq!(part, whole[333..433]);
        assert_eq!(whole[250..253], [250, 0, 1]);
    }
}
