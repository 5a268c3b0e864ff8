//! Which link a new flow gets.

use std::{cmp::Reverse, time::Duration};

/// What the choice looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct View {
    pub(super) standing: Standing,
    /// Flows that move bytes, or have just begun.
    pub(super) busy: usize,
    /// All flows but those that are about to end.
    pub(super) flows: usize,
    /// A flow on it moves so much that others had better keep away, or holds up the link.
    pub(super) bulk: bool,
    /// How long it has had no flow.
    pub(super) idle: Duration,
}

impl View {
    /// Nothing on it needs it, nor holds it up: flows that are about to end may still be read slowly.
    pub(super) fn is_free(&self) -> bool {
        self.flows == 0 && !self.bulk
    }

    /// What is taken last: whoever does not read may never go on, whereas bulk that moves only takes its share.
    fn crowd(&self) -> (bool, bool, usize, usize, Reverse<Duration>) {
        let stands_still = self.bulk && self.busy == 0;
        (stands_still, self.bulk, self.busy, self.flows, Reverse(self.idle))
    }
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
/// round trip and a new link several; else a new one, as long as few are moving bytes; at the limit the least loaded
/// without bulk, and rather beside bulk than behind a flow that stands still. Nothing, if there is no link and none may
/// be dialled.
pub(super) fn choose(links: &[View], max: usize, may_dial: bool) -> Option<Choice> {
    let free = |standing| {
        let is_free = move |link: &View| link.standing == standing && link.is_free();
        best(links, is_free, |link| link.idle)
    };
    free(Standing::Trusted)
        .or_else(|| free(Standing::Checking))
        .or_else(|| (may_dial && has_room(links, max)).then_some(Choice::Dial))
        .or_else(|| best(links, |link| link.standing != Standing::Doubtful, View::crowd))
        .or_else(|| best(links, |_| true, View::crowd))
}

/// Whether another link should be dialled ahead, so that the next flow finds one: none is free or will soon be.
pub(super) fn wants_spare(links: &[View], max: usize) -> bool {
    let is_spare = |link: &View| link.is_free() && link.standing != Standing::Doubtful;
    has_room(links, max) && !links.iter().any(is_spare)
}

/// At most `max` links on which something moves, and at most twice as many in all: links whose flows have all settled
/// or stand still, or that are doubtful and live on for the flows they have, do not keep a new flow from having one to
/// itself.
fn has_room(links: &[View], max: usize) -> bool {
    let is_taken = |link: &&View| link.standing != Standing::Doubtful && (link.busy > 0 || link.is_free());
    links.iter().filter(is_taken).count() < max && links.len() < 2 * max
}

/// The position of the link with the smallest key among those that pass.
fn best<K: Ord>(links: &[View], passes: impl Fn(&View) -> bool, key: impl Fn(&View) -> K) -> Option<Choice> {
    let candidates = links.iter().enumerate().filter(|(_, link)| passes(link));
    candidates.min_by_key(|(_, link)| key(link)).map(|(index, _)| Choice::Use(index))
}

#[cfg(test)]
mod tests {
    use super::Standing::{Checking, Dialing, Doubtful, Trusted};
    use super::*;

    fn view(standing: Standing, busy: usize, flows: usize, idle: u64) -> View {
        View { standing, busy, flows, bulk: false, idle: Duration::from_secs(idle) }
    }

    fn bulk(standing: Standing) -> View {
        View { bulk: true, ..view(standing, 1, 1, 0) }
    }

    /// A download that nobody reads, and how many flows there are that do not end just now.
    fn still(flows: usize) -> View {
        View { bulk: true, ..view(Trusted, 0, flows, 60) }
    }

    #[test]
    fn choices() {
        for (links, may_dial, expected) in [
            (vec![], true, Some(Choice::Dial)),
            (vec![], false, None),
            // The one used last among the free.
            (vec![view(Trusted, 0, 0, 9), view(Trusted, 0, 0, 1)], true, Some(Choice::Use(1))),
            (vec![view(Trusted, 1, 1, 0), view(Checking, 0, 0, 0)], true, Some(Choice::Use(1))),
            // A flow that is about to end holds it up.
            (vec![View { bulk: true, ..view(Trusted, 0, 0, 1) }], true, Some(Choice::Dial)),
            // Rather a new one than beside a flow that has settled: the new one may become anything.
            (vec![view(Trusted, 1, 1, 0), view(Trusted, 0, 1, 0)], true, Some(Choice::Dial)),
            (vec![view(Trusted, 1, 1, 0), view(Trusted, 0, 1, 0)], false, Some(Choice::Use(1))),
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
            (vec![bulk(Trusted), view(Trusted, 2, 9, 0), bulk(Trusted)], true, Some(Choice::Use(1))),
            (vec![bulk(Trusted), bulk(Dialing), bulk(Trusted)], true, Some(Choice::Use(0))),
            // Rather beside bulk that moves than behind a flow that stands still, with or without others to end.
            (vec![still(1), bulk(Trusted), bulk(Trusted), bulk(Trusted)], true, Some(Choice::Use(1))),
            (vec![still(0), bulk(Trusted), bulk(Trusted), bulk(Trusted)], true, Some(Choice::Use(1))),
            (vec![still(0), still(0), still(0)], true, Some(Choice::Dial)),
            // Settled and doubtful ones do not count to it, up to twice the limit.
            (vec![view(Trusted, 0, 7, 0); 3], true, Some(Choice::Dial)),
            (vec![view(Trusted, 0, 7, 0); 6], true, Some(Choice::Use(0))),
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

    #[test]
    fn a_spare_is_wanted_when_the_last_free_one_was_taken() {
        for (links, wanted) in [
            (vec![view(Trusted, 1, 1, 0)], true),
            (vec![view(Trusted, 1, 1, 0), view(Trusted, 0, 0, 0)], false),
            (vec![view(Trusted, 1, 1, 0), view(Dialing, 0, 0, 0)], false),
            (vec![view(Trusted, 1, 1, 0), view(Checking, 0, 0, 0)], false),
            (vec![view(Trusted, 1, 1, 0), view(Doubtful, 0, 0, 0)], true),
            (vec![view(Trusted, 1, 1, 0), View { bulk: true, ..view(Trusted, 0, 0, 0) }], true),
            (vec![view(Trusted, 1, 1, 0); 3], false),
        ] {
            assert_eq!(wants_spare(&links, 3), wanted, "{links:?}");
        }
    }
}
