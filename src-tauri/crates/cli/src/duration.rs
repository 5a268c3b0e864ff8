//! Durations as kubectl takes them (Go `time.ParseDuration`): `5s`, `1m30s`, `1.5h`, `300ms`.

use std::time::Duration;

/// Longer waits make no sense and would overflow: a hundred years.
const LONGEST_SECONDS: f64 = 100.0 * 365.0 * 86_400.0;

/// A duration greater than zero.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let malformed = || format!("{text:?} is not a duration like 5s, 2m or 3h");
    if text == "0" || text.starts_with('-') {
        return Err("it must be higher than zero".to_owned());
    }
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest.is_empty() {
        return Err(malformed());
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(malformed)?;
        let number: f64 = rest[..digits].parse().map_err(|_| malformed())?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(malformed()),
        };
        seconds += number * unit;
        rest = &rest[letters..];
    }
    if seconds <= 0.0 {
        return Err("it must be higher than zero".to_owned());
    }
    Ok(Duration::from_secs_f64(seconds.min(LONGEST_SECONDS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_go_reads_them() {
        for (text, milliseconds) in [
            ("5s", 5_000),
            ("1m0s", 60_000),
            ("2m", 120_000),
            ("1h2m3.5s", 3_723_500),
            ("300ms", 300),
            (".5s", 500),
            ("+1s", 1_000),
        ] {
            assert_eq!(parse(text).unwrap().as_millis(), milliseconds, "{text}");
        }
        assert_eq!(parse("5us").unwrap(), Duration::from_micros(5));
        assert!(parse("99999999999999h").is_ok(), "very long is not an error");
        for text in ["", "5", "s", "5 s", "5x", "1..2s", "0", "0s", "-1s", "+", "1s2", "ümlaut"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
