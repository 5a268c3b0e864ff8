//! Identifiers and times as Kubernetes writes them.

use std::time::SystemTime;

use k8s_openapi::jiff::Timestamp;

/// The letters of generated names: no vowels and no look-alikes, as in apimachinery's `util/rand`.
const NAME_LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// A random version 4 UUID, as in `metadata.uid`.
pub(crate) fn uid() -> String {
    let bits = (rand::random::<u128>() & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// 64 hexadecimal digits, as a runtime names containers and sandboxes.
pub(crate) fn container_id() -> String {
    format!("{:032x}{:032x}", rand::random::<u128>(), rand::random::<u128>())
}

/// The random end of a generated name.
pub(crate) fn name_suffix(length: usize) -> String {
    letters(rand::random(), length)
}

/// The hash of a pod template: always the same for the same text.
pub(crate) fn template_hash(text: &str) -> String {
    // FNV-1a, 64 bits.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    letters(u128::from(hash), 10)
}

fn letters(mut bits: u128, length: usize) -> String {
    let base = NAME_LETTERS.len() as u128;
    (0..length)
        .map(|_| {
            let letter = NAME_LETTERS[usize::try_from(bits % base).unwrap_or_default()];
            bits /= base;
            char::from(letter)
        })
        .collect()
}

/// The current time to the second, RFC 3339 in UTC.
pub(crate) fn now() -> String {
    Timestamp::from_second(unix_seconds()).unwrap_or_default().to_string()
}

/// The current time in seconds since 1970.
pub(crate) fn unix_seconds() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_the_form_that_kubernetes_gives_them() {
        let uid = uid();
        assert_eq!(uid.len(), 36);
        assert_eq!(&uid[14..15], "4", "{uid}");
        assert!("89ab".contains(&uid[19..20]), "{uid}");
        assert_eq!(container_id().len(), 64);
        assert_eq!(name_suffix(5).len(), 5);
        assert_eq!(template_hash("echo"), template_hash("echo"));
        assert_ne!(template_hash("echo"), template_hash("web"));
        let now = now();
        assert!(now.ends_with('Z') && now.len() == 20, "{now}");
    }
}
