//! The grammar of port mappings: what is accepted is what the grammar says, means the same when it is written and read
//! again, and everything else gets an answer that fits into a line or two.

use engine::{LocalPort, PortMapping, RemotePort};

/// Longest answer to a mistake, in bytes.
const ANSWER: usize = 300;

pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match (text.parse::<PortMapping>(), expect(&text)) {
        (Ok(mapping), Some(expected)) => {
            assert_eq!(mapping, expected);
            let written = mapping.to_string();
            assert_eq!(written.parse::<PortMapping>().unwrap(), mapping);
            assert!(written.len() <= text.len());
        }
        (Err(error), None) => {
            let answer = error.to_string();
            assert!(answer.ends_with('.') && answer.len() < ANSWER, "{answer}");
        }
        (got, expected) => panic!("{text:?}: {got:?} instead of {expected:?}"),
    }
}

/// `[[LOCAL]:]REMOTE`, read in the plainest way.
fn expect(text: &str) -> Option<PortMapping> {
    let parts: Vec<&str> = text.split(':').collect();
    let (local, remote) = match parts[..] {
        [remote] => (LocalPort::SameAsRemote, remote),
        ["", remote] => (LocalPort::Free, remote),
        [local, remote] => match number(local)? {
            0 => (LocalPort::Free, remote),
            local => (LocalPort::Fixed(local), remote),
        },
        _ => return None,
    };
    let is_label = (1..=63).contains(&remote.len())
        && remote.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !remote.starts_with('-')
        && !remote.ends_with('-')
        && remote.bytes().any(|byte| byte.is_ascii_lowercase());
    let remote = match number(remote) {
        Some(0) => return None,
        Some(number) => RemotePort::Number(number),
        None if is_label => RemotePort::Name(remote.to_owned()),
        None => return None,
    };
    // Longer than the longest that can be meant: leading zeros without end.
    (text.len() <= 69).then_some(PortMapping { local, remote })
}

/// Digits alone, up to 65535.
fn number(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let trimmed = text.trim_start_matches('0');
    if !digits || trimmed.len() > 5 {
        return None;
    }
    let value = trimmed.bytes().fold(0u32, |value, digit| 10 * value + u32::from(digit - b'0'));
    u16::try_from(value).ok()
}
