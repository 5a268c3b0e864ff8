//! A key-value server with the inline text protocol of redis: `SET key value`, `GET key`, `DEL key`, `PING`, `QUIT`.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// The longest line: key, value and command. It keeps a client from filling the memory.
const LINE: usize = 64 * 1024;
/// How many keys are kept, for the same reason.
const KEYS: usize = 10_000;

/// The values of one pod; a new pod starts empty.
#[derive(Default)]
pub(super) struct Values {
    by_key: Mutex<BTreeMap<String, String>>,
}

pub(super) async fn serve(connection: TcpStream, values: &Values) -> io::Result<()> {
    let mut connection = BufReader::new(connection);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = (&mut connection).take(LINE as u64).read_until(b'\n', &mut line).await?;
        if count == 0 {
            return connection.shutdown().await;
        }
        if line.last() != Some(&b'\n') {
            connection.write_all(b"-ERR Protocol error: too big inline request\r\n").await?;
            return connection.shutdown().await;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        connection.write_all(values.answer(line).as_bytes()).await?;
        if line.eq_ignore_ascii_case("quit") {
            return connection.shutdown().await;
        }
    }
}

impl Values {
    fn answer(&self, line: &str) -> String {
        let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        match (command.to_ascii_lowercase().as_str(), rest.split_once(char::is_whitespace)) {
            ("ping", _) if rest.is_empty() => "+PONG\r\n".to_owned(),
            ("ping", _) => bulk(rest),
            ("quit", _) => "+OK\r\n".to_owned(),
            ("set", Some((key, value))) => {
                if by_key.len() >= KEYS && !by_key.contains_key(key) {
                    return "-OOM command not allowed: the demo keeps 10000 keys\r\n".to_owned();
                }
                by_key.insert(key.to_owned(), value.trim().to_owned());
                "+OK\r\n".to_owned()
            }
            ("get", None) if !rest.is_empty() => {
                by_key.get(rest).map_or_else(|| "$-1\r\n".to_owned(), |value| bulk(value))
            }
            ("del", None) if !rest.is_empty() => format!(":{}\r\n", u8::from(by_key.remove(rest).is_some())),
            ("dbsize", None) => format!(":{}\r\n", by_key.len()),
            ("set" | "get" | "del" | "dbsize", _) => {
                format!("-ERR wrong number of arguments for '{}' command\r\n", command.to_ascii_lowercase())
            }
            _ => format!("-ERR unknown command '{command}'\r\n"),
        }
    }
}

fn bulk(value: &str) -> String {
    format!("${}\r\n{value}\r\n", value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_redis_does() {
        let values = Values::default();
        for (line, expected) in [
            ("PING", "+PONG\r\n"),
            ("ping hello", "$5\r\nhello\r\n"),
            ("GET color", "$-1\r\n"),
            ("SET color light blue", "+OK\r\n"),
            ("get color", "$10\r\nlight blue\r\n"),
            ("DBSIZE", ":1\r\n"),
            ("DEL color", ":1\r\n"),
            ("DEL color", ":0\r\n"),
            ("SET color", "-ERR wrong number of arguments for 'set' command\r\n"),
            ("FLY", "-ERR unknown command 'FLY'\r\n"),
        ] {
            assert_eq!(values.answer(line), expected, "{line}");
        }
    }
}
