//! Which link a new flow gets.

use std::{cmp::Reverse, time::Duration};

/// What the choice looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct View {
    pub(super) standing: Standing,
    /// Flows that may move much data.
    pub(super) busy: usize,
    /// All flows, also those about to end.
    pub(super) flows: usize,
    /// How long it has had no flow.
    pub(super) idle: Duration,
}

/// What may be expected of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Dialing,
    Trusted,
    Checking,
    Doubtful,
}

/// Where the flow goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// To the link at this position.
    Use(usize),
    /// To a new link.
    Dial,
}

/// Chooses for a new flow. A link to itself, if one is free; else one whose check is about to end, for that takes one
/// round trip and a new link several; else a new one; at the limit the least loaded. Nothing, if there is no link and
/// none may be dialled.
pub(super) fn choose(links: &[View], max: usize, may_dial: bool) -> Option<Choice> {
    let free = |standing| {
        let candidates = links.iter().enumerate().filter(move |(_, link)| {
            link.standing == standing && link.busy == 0 && (standing == Standing::Trusted || link.flows == 0)
        });
        candidates.min_by_key(|(_, link)| (link.flows, link.idle)).map(|(index, _)| Choice::Use(index))
    };
    let usable = links.iter().filter(|link| link.standing != Standing::Doubtful).count();
    // Doubtful links live on while they have flows; they may be replaced once over.
    let room = usable < max && links.len() < 2 * max;
    let least = |doubtful: bool| {
        let candidates = links
            .iter()
            .enumerate()
            .filter(move |(_, link)| (link.standing == Standing::Doubtful) == doubtful);
        candidates
            .min_by_key(|(_, link)| (link.busy, link.flows, Reverse(link.idle)))
            .map(|(index, _)| Choice::Use(index))
    };
    free(Standing::Trusted)
        .or_else(|| free(Standing::Checking))
        .or_else(|| (may_dial && room).then_some(Choice::Dial))
        .or_else(|| least(false))
        .or_else(|| least(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(standing: Standing, busy: usize, flows: usize, idle: u64) -> View {
        View { standing, busy, flows, idle: Duration::from_secs(idle) }
    }

    #[test]
    fn choices() {
        use Standing::{Checking, Dialing, Doubtful, Trusted};
        for (links, may_dial, expected) in [
            (vec![], true, Some(Choice::Dial)),
            (vec![], false, None),
            // The one used last among the free, and rather one without flows that are about to end.
            (
                vec![view(Trusted, 0, 0, 9), view(Trusted, 0, 0, 1), view(Trusted, 0, 2, 0)],
                true,
                Some(Choice::Use(1)),
            ),
            (vec![view(Trusted, 1, 1, 0), view(Trusted, 0, 1, 0)], true, Some(Choice::Use(1))),
            (vec![view(Trusted, 1, 1, 0), view(Checking, 0, 0, 0)], true, Some(Choice::Use(1))),
            (vec![view(Trusted, 1, 1, 0), view(Checking, 0, 1, 0)], true, Some(Choice::Dial)),
            (vec![view(Doubtful, 0, 0, 0)], true, Some(Choice::Dial)),
            (vec![view(Doubtful, 0, 0, 0)], false, Some(Choice::Use(0))),
            // At the limit of three.
            (
                vec![view(Trusted, 2, 2, 0), view(Dialing, 1, 1, 0), view(Trusted, 1, 3, 0)],
                true,
                Some(Choice::Use(1)),
            ),
            (vec![view(Trusted, 2, 2, 0); 3], true, Some(Choice::Use(0))),
            // Doubtful ones do not count to it, up to twice the limit.
            (
                vec![view(Trusted, 1, 1, 0), view(Doubtful, 0, 1, 0), view(Trusted, 1, 1, 0)],
                true,
                Some(Choice::Dial),
            ),
            (vec![view(Doubtful, 2, 2, 0); 6], true, Some(Choice::Use(0))),
        ] {
            assert_eq!(choose(&links, 3, may_dial), expected, "{links:?}");
        }
    }
}
