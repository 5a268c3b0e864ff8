//! Moments and times to come, as a diagnosis tells them.

use std::time::SystemTime;

use wording::{Text, text};

const DAY: u64 = 24 * 3600;

/// A time of the ladder, by the clock of Greenwich: whoever reads a copied report may live elsewhere.
pub(crate) fn moment(at_ms: u64) -> String {
    let seconds = at_ms / 1000;
    let (hours, minutes, rest) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{} {hours:02}:{minutes:02}:{rest:02} UTC", date(seconds / DAY))
}

/// The day, as ISO 8601 writes it in every language.
pub(super) fn day(at: SystemTime) -> String {
    date(at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / DAY)
}

/// How long it is until then, in the unit that matters.
pub(super) fn left(at: SystemTime, now: SystemTime) -> Text {
    let Ok(left) = at.duration_since(now) else { return text!("now", "jetzt") };
    let seconds = left.as_secs();
    let count = match seconds {
        0..60 => return text!("in less than a minute", "in weniger als einer Minute"),
        60..7200 => seconds / 60,
        7200..172_800 => seconds / 3600,
        _ => seconds / DAY,
    };
    match seconds {
        60..120 => text!("in {count} minute", "in {count} Minute"),
        120..7200 => text!("in {count} minutes", "in {count} Minuten"),
        7200..172_800 => text!("in {count} hours", "in {count} Stunden"),
        _ => text!("in {count} days", "in {count} Tagen"),
    }
}

/// The date so many days after 1970-01-01, by Howard Hinnant's `civil_from_days`.
fn date(days: u64) -> String {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_709_164_800, "2024-02-29"),
            (4_102_444_799, "2099-12-31"),
        ] {
            assert_eq!(date(seconds / DAY), expected, "{seconds}");
        }
        assert_eq!(moment(1_700_000_000_123), "2023-11-14 22:13:20 UTC");
    }

    #[test]
    fn what_is_left_is_told_in_the_unit_that_matters() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let text = |seconds: u64| left(now + Duration::from_secs(seconds), now);
        assert_eq!(text(30), "in less than a minute");
        assert_eq!(text(60), "in 1 minute");
        assert_eq!(text(3 * 3600), "in 3 hours");
        assert_eq!(text(13 * DAY), "in 13 days");
        assert_eq!(left(now - Duration::from_secs(1), now), "now");
    }
}
