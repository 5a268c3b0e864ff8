//! What happened to a forward, as far back as it is kept.

use std::collections::VecDeque;

use super::happened::Happened;
use crate::{
    timeline::{TimelineCode, TimelineEntry},
    words,
};

/// Entries of one forward; the oldest are dropped. A day on which a tunnel is lost and back every quarter of an hour, and
/// some 60 KiB; a forward that works has a handful.
const KEPT: usize = 200;

/// The entries of one forward, the latest at the end.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    entries: VecDeque<TimelineEntry>,
    /// That of the latest entry.
    number: u64,
    /// Since when there is no tunnel though there was one.
    lost_ms: Option<u64>,
}

impl Timeline {
    pub(super) fn entries(&self) -> Vec<TimelineEntry> {
        self.entries.iter().cloned().collect()
    }

    /// Takes in something that happened now. The entry is new, or the one before with a higher count.
    pub(super) fn add(&mut self, happened: &Happened, now_ms: u64) -> TimelineEntry {
        match happened {
            Happened::TunnelLost { .. } => self.lost_ms = Some(now_ms),
            Happened::TurnedOn | Happened::TurnedOff(_) | Happened::Released => self.lost_ms = None,
            _ => {}
        }
        let gap_ms = match happened {
            Happened::TunnelOpened { .. } | Happened::PodChanged { .. } => self.lost_ms.take(),
            _ => None,
        }
        .map(|lost_ms| now_ms.saturating_sub(lost_ms));
        let words::Told { code, what, detail } = words::timeline(happened, gap_ms, now_ms);
        if let Some(known) = self.repeated(code, &what, &detail) {
            known.count = known.count.saturating_add(1);
            known.at_ms = now_ms;
            known.what = what;
            return known.clone();
        }
        self.number += 1;
        let entry = TimelineEntry {
            number: self.number,
            at_ms: now_ms,
            first_ms: now_ms,
            count: 1,
            code,
            what,
            detail,
        };
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry.clone());
        entry
    }

    /// The entry that already says so. Tries and connections may fail for hours, also in turns, while nothing else happens.
    fn repeated(&mut self, code: TimelineCode, what: &str, detail: &str) -> Option<&mut TimelineEntry> {
        let repeats = |code| {
            use TimelineCode::{ConnectionFailed, NeedsAttention, Waiting};
            matches!(code, Waiting | ConnectionFailed | NeedsAttention)
        };
        self.entries
            .iter_mut()
            .rev()
            .take_while(|entry| repeats(entry.code))
            // The time until the next try is another one each time.
            .find(|entry| {
                entry.code == code
                    && entry.detail == detail
                    && (code == TimelineCode::Waiting || entry.what == what)
            })
    }
}

#[cfg(test)]
mod tests {
    use wording::Text;

    use super::*;
    use crate::problem::{Problem, ProblemCode};

    fn problem(what: &str) -> Problem {
        Problem::new(ProblemCode::NoPod, Text::verbatim(what), Text::default(), Text::default())
    }

    fn waiting(what: &str, until_ms: u64) -> Happened {
        Happened::Waiting { reason: problem(what), until_ms }
    }

    fn failed(local: u16, what: &str) -> Happened {
        Happened::ConnectionFailed { local, problem: problem(what) }
    }

    fn opened() -> Happened {
        Happened::TunnelOpened { pod: "web-1".into(), transport: None }
    }

    fn lost() -> Happened {
        Happened::TunnelLost { pod: "web-1".into(), reason: problem("Gone.") }
    }

    /// `number x count: what`, oldest first.
    fn told(timeline: &Timeline) -> Vec<String> {
        let line = |entry: TimelineEntry| format!("{}x{}: {}", entry.number, entry.count, entry.what);
        timeline.entries().into_iter().map(line).collect()
    }

    #[test]
    fn the_same_failure_is_one_entry_with_a_count() {
        let mut timeline = Timeline::default();
        timeline.add(&waiting("No pod.", 2_000), 1_000);
        timeline.add(&failed(5000, "Held."), 1_500);
        let again = timeline.add(&waiting("No pod.", 6_000), 2_000);
        assert_eq!((again.number, again.count, again.first_ms, again.at_ms), (1, 2, 1_000, 2_000));
        assert_eq!(again.detail, "No pod.");
        timeline.add(&failed(5000, "Held."), 2_500);
        timeline.add(&failed(5001, "Held."), 2_600);
        timeline.add(&waiting("No cluster.", 9_000), 3_000);
        assert_eq!(
            told(&timeline),
            [
                "1x2: No tunnel; next try in 4 s.",
                "2x2: Connection to port 5000 failed.",
                "3x1: Connection to port 5001 failed.",
                "4x1: No tunnel; next try in 6 s.",
            ]
        );
        // Something else happened: what fails now is another story.
        timeline.add(&opened(), 4_000);
        assert_eq!(timeline.add(&failed(5000, "Held."), 5_000).number, 6);
    }

    #[test]
    fn who_is_back_says_how_long_it_took() {
        let mut timeline = Timeline::default();
        timeline.add(&opened(), 1_000);
        timeline.add(&lost(), 10_000);
        timeline.add(&waiting("No pod.", 12_000), 11_000);
        let back = timeline.add(&opened(), 22_000);
        assert_eq!((back.code, &*back.what), (TimelineCode::Back, "Back after 12 s."));
        // Nothing was lost in these cases.
        for between in [Happened::TurnedOff(None), Happened::Released] {
            timeline.add(&lost(), 30_000);
            timeline.add(&between, 31_000);
            assert_eq!(timeline.add(&opened(), 40_000).code, TimelineCode::TunnelOpened);
        }
    }

    #[test]
    fn the_oldest_are_dropped() {
        let mut timeline = Timeline::default();
        for at_ms in 0..=KEPT as u64 {
            timeline.add(&Happened::TurnedOn, at_ms);
        }
        let entries = timeline.entries();
        assert_eq!((entries.len(), entries[0].number), (KEPT, 2));
        assert_eq!(entries[KEPT - 1].number, KEPT as u64 + 1);
    }
}
