use super::*;
use crate::profile::tests::profile;

const NOW: u64 = 1_700_000_000_000;
const HOUR: u64 = 3_600_000;

/// On for eight hours, as far as `off_at_ms` says.
fn for_eight_hours(off_at_ms: u64) -> Profile {
    Profile { turn_off_after_minutes: 480, off_at_ms: Some(off_at_ms), ..profile("a") }
}

fn words(verdict: Verdict) -> String {
    match verdict {
        Verdict::On { off_at_ms: Some(at) } => format!("on for {} h", (at - NOW) / HOUR),
        Verdict::On { off_at_ms: None } => "on".to_owned(),
        Verdict::Off(because) => format!("off: {because:?}"),
    }
}

#[test]
fn turning_on_starts_its_time() {
    let off = Profile { on: false, off_because: Some(OffReason::AsksFirst), ..for_eight_hours(5) };
    let on = off.clone().turned_on(NOW);
    assert_eq!((on.on, on.off_at_ms, on.off_because), (true, Some(NOW + 8 * HOUR), None));
    let for_ever = Profile { turn_off_after_minutes: 0, ..off }.turned_on(NOW);
    assert_eq!((for_ever.on, for_ever.off_at_ms), (true, None));
}

#[test]
fn the_time_of_a_forward_is_up_when_the_clock_says_so() {
    let up = "off: Some(TimeIsUp { minutes: 480 })";
    for (off_at_ms, expected) in [
        (NOW - 100 * HOUR, up),
        (NOW, up),
        (NOW + HOUR, "on for 1 h"),
        (NOW + 8 * HOUR, "on for 8 h"),
        // The clock was set back by a year.
        (NOW + 365 * 24 * HOUR, "on for 8 h"),
    ] {
        assert_eq!(words(when_over(&for_eight_hours(off_at_ms), NOW)), expected, "{off_at_ms}");
    }
    // Written by hand: half of what is needed.
    let without_end = Profile { off_at_ms: None, ..for_eight_hours(0) };
    assert_eq!(words(when_over(&without_end, NOW)), "on for 8 h");
    let without_time = Profile { turn_off_after_minutes: 0, ..for_eight_hours(NOW - 1) };
    assert_eq!(words(when_over(&without_time, NOW)), "on");
}

#[test]
fn a_start_does_what_the_profile_says() {
    use AtStart::{AsItWas, Off, On};
    for (at_start_says, was_on, ask_first, off_at_ms, expected) in [
        (AsItWas, true, false, None, "on"),
        (AsItWas, true, false, Some(NOW + 2 * HOUR), "on for 2 h"),
        (AsItWas, true, false, Some(NOW - 1), "off: Some(TimeIsUp { minutes: 480 })"),
        (AsItWas, true, true, None, "off: Some(AsksFirst)"),
        (AsItWas, false, false, None, "off: None"),
        (On, false, false, None, "on"),
        (On, true, true, None, "on"),
        (On, false, true, None, "on"),
        (On, true, false, Some(NOW + 2 * HOUR), "on for 2 h"),
        // A start begins its time again.
        (On, true, false, Some(NOW - 1), "on for 8 h"),
        (Off, true, false, None, "off: Some(OffAtStart)"),
        (Off, true, true, Some(NOW - 1), "off: Some(OffAtStart)"),
        (Off, false, false, None, "off: None"),
    ] {
        let turn_off_after_minutes = if off_at_ms.is_some() { 480 } else { 0 };
        let before = Profile {
            at_start: at_start_says,
            on: was_on,
            ask_first,
            turn_off_after_minutes,
            off_at_ms,
            ..profile("a")
        };
        let verdict = words(at_start(&before, false, NOW));
        assert_eq!(verdict, expected, "{at_start_says:?} {was_on} {ask_first} {off_at_ms:?}");
    }
}

#[test]
fn nothing_in_production_is_turned_on_by_a_start() {
    use AtStart::{AsItWas, Off, On};
    for (at_start_says, was_on, expected) in [
        (AsItWas, true, "off: Some(AsksFirst)"),
        (AsItWas, false, "off: None"),
        (On, true, "off: Some(AsksFirst)"),
        (On, false, "off: Some(AsksFirst)"),
        (Off, true, "off: Some(OffAtStart)"),
    ] {
        let before = Profile { at_start: at_start_says, on: was_on, ..profile("a") };
        assert_eq!(words(at_start(&before, true, NOW)), expected, "{at_start_says:?} {was_on}");
    }
}

#[test]
fn the_clock_is_looked_at_in_time_and_at_least_each_minute() {
    assert_eq!(nap(NOW + 300, NOW), Duration::from_millis(300));
    assert_eq!(nap(NOW + HOUR, NOW), LOOK_AGAIN);
    assert_eq!(nap(NOW, NOW + HOUR), Duration::ZERO);
}
