//! The times that certificates hold.

use std::time::{Duration, SystemTime};

use x509_parser::time::ASN1Time;

/// A time of a certificate.
pub(crate) fn moment(time: ASN1Time) -> Option<SystemTime> {
    let seconds = time.timestamp();
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_are_times_too() {
        let day = Duration::from_secs(86_400);
        for (seconds, expected) in [
            (0, SystemTime::UNIX_EPOCH),
            (86_400, SystemTime::UNIX_EPOCH + day),
            (-86_400, SystemTime::UNIX_EPOCH - day),
        ] {
            assert_eq!(moment(ASN1Time::from_timestamp(seconds).unwrap()), Some(expected));
        }
    }
}
