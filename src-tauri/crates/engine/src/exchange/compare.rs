//! The forwards of a file beside those that there are: new, the same, changed, or of no use.

use std::collections::{BTreeMap, BTreeSet};

use super::{Paper, Resolved};
use crate::{
    book::OwnCluster,
    drafts::{self, known_local},
    import::{ImportField, ImportKind, ImportRow, ImportStanding, PortClash},
    local_ports::BindAddresses,
    port_mapping::{LocalPort, PortMapping},
    profile::{ClusterIdentity, ContextRef, Profile, ProfileDraft, ProfileId},
    words,
};

/// Names of forwards that are told for one local port. More would not be read.
const MOST_NAMES: usize = 4;

/// A file, compared.
pub(crate) struct Compared {
    /// One for each entry of the file.
    pub(crate) rows: Vec<ImportRow>,
    /// What is done with each of them if the person wants.
    pub(crate) prepared: Vec<Option<Prepared>>,
}

/// What it takes to make a forward of an entry.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub(crate) draft: ProfileDraft,
    pub(crate) identity: Option<ClusterIdentity>,
    /// The one that it can take the place of, as it was when it was compared.
    pub(crate) replaces: Option<(ProfileId, ProfileDraft)>,
    /// Local ports that others ask for too.
    pub(crate) clashing: BTreeSet<u16>,
    /// Its cluster, where that is to be added first.
    pub(crate) added: Option<OwnCluster>,
}

/// Compares a file whose clusters are `resolved`, in the file's order, with what is saved.
pub(crate) fn compare(paper: &Paper, resolved: &[Resolved], saved: &[Profile]) -> Compared {
    let mut comparison = Comparison::new(paper, resolved, saved);
    comparison.find_same();
    comparison.find_repeated();
    comparison.find_changed();
    comparison.finish()
}

struct Comparison<'a> {
    paper: &'a Paper,
    resolved: &'a [Resolved],
    saved: &'a [Profile],
    drafts: Vec<ProfileDraft>,
    candidates: Vec<Candidate>,
    /// What is saved, by name and place.
    known: BTreeMap<Key, Vec<usize>>,
    /// Each is there for one entry only.
    used: BTreeSet<usize>,
}

/// Name, cluster and namespace.
type Key = (String, ContextRef, String);

/// An entry on its way to a row.
struct Candidate {
    draft: Option<ProfileDraft>,
    standing: Option<ImportStanding>,
    /// Index of its cluster.
    cluster: Option<usize>,
    /// What is saved and stands for it.
    meets: Option<usize>,
}

impl<'a> Comparison<'a> {
    fn new(paper: &'a Paper, resolved: &'a [Resolved], saved: &'a [Profile]) -> Self {
        let drafts: Vec<_> = saved.iter().map(Profile::draft).collect();
        let mut known: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for (index, draft) in drafts.iter().enumerate() {
            known.entry(key(draft)).or_default().push(index);
        }
        let candidates = paper.entries.iter().map(|entry| {
            let cluster = paper.clusters.iter().position(|known| Some(&known.key) == entry.cluster.as_ref());
            let context = cluster.and_then(|at| resolved[at].context.clone());
            let unusable = |reason| (None, Some(ImportStanding::Unusable { reason }));
            let (draft, standing) = match &entry.draft {
                Err(reason) => unusable(reason.clone()),
                Ok(draft) => {
                    let is_known = context.is_some();
                    let context = context.unwrap_or(ContextRef::Demo);
                    // What a person could not type is not taken from a file either.
                    match drafts::read(ProfileDraft { context, ..draft.clone() }, None) {
                        Err(problem) => unusable(words::import::reason(&problem)),
                        Ok(profile) => {
                            (Some(profile.draft()), (!is_known).then_some(ImportStanding::NeedsCluster))
                        }
                    }
                }
            };
            Candidate { draft, standing, cluster, meets: None }
        });
        Self {
            paper,
            resolved,
            saved,
            drafts,
            candidates: candidates.collect(),
            known,
            used: BTreeSet::new(),
        }
    }

    fn find_same(&mut self) {
        for at in 0..self.candidates.len() {
            let Some(draft) = self.open(at) else { continue };
            let same = |index: &usize| self.merged(draft, *index) == self.drafts[*index];
            let Some(index) = self.meeting(draft).find(same) else { continue };
            let id = self.saved[index].id.clone();
            self.settle(at, index, ImportStanding::Same { id });
        }
    }

    /// What the file says twice is taken once.
    fn find_repeated(&mut self) {
        let mut seen: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for at in 0..self.candidates.len() {
            let Some(draft) = &self.candidates[at].draft else { continue };
            let same = seen.entry(key(draft)).or_default();
            let is_same = |other: &&usize| {
                let other = &self.candidates[**other];
                other.draft.as_ref() == Some(draft) && other.cluster == self.candidates[at].cluster
            };
            let is_open = matches!(self.candidates[at].standing, None | Some(ImportStanding::NeedsCluster));
            if is_open && same.iter().any(|other| is_same(&other)) {
                let reason = words::import::repeated();
                self.candidates[at].standing = Some(ImportStanding::Unusable { reason });
            } else {
                same.push(at);
            }
        }
    }

    fn find_changed(&mut self) {
        for same_target in [true, false] {
            for at in 0..self.candidates.len() {
                let Some(draft) = self.open(at) else { continue };
                let fits = |index: &usize| !same_target || self.drafts[*index].target == draft.target;
                let Some(index) = self.meeting(draft).find(fits) else { continue };
                let merged = self.merged(draft, index);
                let fields = differences(&self.drafts[index], &merged);
                let id = self.saved[index].id.clone();
                self.candidates[at].draft = Some(merged);
                self.settle(at, index, ImportStanding::Changed { id, fields });
            }
        }
    }

    fn finish(self) -> Compared {
        let clashes = self.clashes();
        let (mut rows, mut prepared) = (Vec::new(), Vec::new());
        let Self { paper, resolved, saved, drafts, candidates, .. } = self;
        for ((entry, candidate), clashes) in paper.entries.iter().zip(candidates).zip(clashes) {
            let standing = candidate.standing.unwrap_or(ImportStanding::New);
            let is_usable = !matches!(standing, ImportStanding::Unusable { .. });
            let draft = candidate.draft.filter(|_| is_usable);
            let cluster = candidate.cluster.map(|at| &resolved[at]);
            let ready = cluster.filter(|cluster| cluster.context.is_some()).zip(draft.clone());
            prepared.push(ready.map(|(cluster, draft)| Prepared {
                draft,
                identity: cluster.identity.clone(),
                replaces: candidate.meets.map(|index| (saved[index].id.clone(), drafts[index].clone())),
                clashing: clashes.iter().map(|clash| clash.local).collect(),
                added: cluster.added.clone(),
            }));
            rows.push(ImportRow {
                name: draft
                    .as_ref()
                    .map_or_else(|| words::import::short(&entry.name), |draft| draft.name.clone()),
                cluster: entry.cluster.clone(),
                draft,
                standing,
                clashes,
                notes: entry.notes.clone(),
            });
        }
        Compared { rows, prepared }
    }

    /// The draft of a candidate that may still meet something that is saved.
    fn open(&self, at: usize) -> Option<&ProfileDraft> {
        let candidate = &self.candidates[at];
        candidate.draft.as_ref().filter(|_| candidate.standing.is_none())
    }

    /// What is saved of this name and place, and not used yet.
    fn meeting(&self, draft: &ProfileDraft) -> impl Iterator<Item = usize> {
        let all = self.known.get(&key(draft)).into_iter().flatten().copied();
        all.filter(|index| !self.used.contains(index))
    }

    fn settle(&mut self, at: usize, index: usize, standing: ImportStanding) {
        self.used.insert(index);
        self.candidates[at].meets = Some(index);
        self.candidates[at].standing = Some(standing);
    }

    /// The draft as it would take the place of what is saved: of what other programs do not know, that stays.
    fn merged(&self, draft: &ProfileDraft, index: usize) -> ProfileDraft {
        if self.paper.kind == ImportKind::Culvert {
            return draft.clone();
        }
        ProfileDraft {
            target: draft.target.clone(),
            ports: draft.ports.clone(),
            bind_address: draft.bind_address.clone(),
            ..self.drafts[index].clone()
        }
    }

    /// For each candidate: its local ports that others ask for too.
    fn clashes(&self) -> Vec<Vec<PortClash>> {
        struct Holder<'a> {
            name: &'a str,
            addresses: BindAddresses,
            /// Of the file.
            candidate: Option<usize>,
        }
        let mut holders: BTreeMap<u16, Vec<Holder<'_>>> = BTreeMap::new();
        let mut hold = |draft: &'_ ProfileDraft, name, candidate| {
            for local in locals(draft) {
                if let Ok(addresses) = draft.bind_address.parse() {
                    holders.entry(local).or_default().push(Holder { name, addresses, candidate });
                }
            }
        };
        let is_coming = |candidate: &Candidate| {
            !matches!(candidate.standing, Some(ImportStanding::Same { .. } | ImportStanding::Unusable { .. }))
        };
        let mut replaced = BTreeSet::new();
        for (at, candidate) in self.candidates.iter().enumerate() {
            if let Some(draft) = candidate.draft.as_ref().filter(|_| is_coming(candidate)) {
                hold(draft, &draft.name, Some(at));
                replaced.extend(candidate.meets);
            }
        }
        for (index, draft) in self.drafts.iter().enumerate() {
            if !replaced.contains(&index) {
                hold(draft, &draft.name, None);
            }
        }
        let of = |at: usize, candidate: &Candidate| -> Vec<PortClash> {
            let Some(draft) = candidate.draft.as_ref().filter(|_| is_coming(candidate)) else {
                return Vec::new();
            };
            let Ok(mine) = draft.bind_address.parse::<BindAddresses>() else { return Vec::new() };
            let clash = |local| {
                let others = holders.get(&local)?.iter();
                let others =
                    others.filter(|other| other.candidate != Some(at) && other.addresses.meets(&mine));
                let names: Vec<_> = others.take(MOST_NAMES).map(|other| other.name.to_owned()).collect();
                (!names.is_empty()).then_some(PortClash { local, names })
            };
            locals(draft).into_iter().filter_map(clash).collect()
        };
        self.candidates.iter().enumerate().map(|(at, candidate)| of(at, candidate)).collect()
    }
}

impl Prepared {
    /// The draft, with free ones in place of the local ports that others ask for too.
    pub(crate) fn with_free_ports(&self) -> ProfileDraft {
        let free = |text: &String| match text.parse::<PortMapping>() {
            Ok(mapping) if known_local(&mapping).is_some_and(|local| self.clashing.contains(&local)) => {
                PortMapping { local: LocalPort::Free, ..mapping }.to_string()
            }
            _ => text.clone(),
        };
        ProfileDraft { ports: self.draft.ports.iter().map(free).collect(), ..self.draft.clone() }
    }
}

fn key(draft: &ProfileDraft) -> Key {
    (draft.name.clone(), draft.context.clone(), draft.namespace.clone())
}

fn locals(draft: &ProfileDraft) -> BTreeSet<u16> {
    draft.ports.iter().filter_map(|text| known_local(&text.parse().ok()?)).collect()
}

fn differences(before: &ProfileDraft, after: &ProfileDraft) -> Vec<ImportField> {
    [
        (ImportField::Target, before.target != after.target),
        (ImportField::Ports, before.ports != after.ports),
        (ImportField::BindAddress, before.bind_address != after.bind_address),
        (ImportField::Transport, before.transport != after.transport),
        (ImportField::Route, before.route != after.route),
        (ImportField::KeepUnusedMinutes, before.keep_unused_minutes != after.keep_unused_minutes),
        (ImportField::Pods, before.pods != after.pods),
        (ImportField::HoldSeconds, before.hold_seconds != after.hold_seconds),
        (ImportField::TurnOffAfterMinutes, before.turn_off_after_minutes != after.turn_off_after_minutes),
        (ImportField::AtStart, before.at_start != after.at_start),
        (ImportField::AskFirst, before.ask_first != after.ask_first),
        (ImportField::Colour, before.colour != after.colour),
        (ImportField::Group, before.group != after.group),
        (ImportField::Tags, before.tags != after.tags),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}
