//! Errors in the words of a person who never read a Kubernetes manual: what happened, why, and what to do.

mod cluster;
mod demo;
pub(crate) mod import;
mod keyring;
mod kubeconfig;
pub(crate) mod ladder;
mod lists;
mod local_port;
mod pods;
mod preferences;
mod profile;
mod proxy;
mod sign_in;
pub(crate) mod time;
mod timeline;
mod tunnel;

pub(crate) use self::{
    cluster::{cluster_problem, connecting_stopped, no_answer},
    demo::{demo_problem, no_demo},
    kubeconfig::{kubeconfig_path, too_many_kubeconfigs},
    lists::{list_notices, too_many_looks},
    local_port::{bad_address, cannot_listen, local_port_problem, shadow},
    pods::{Leaving, pod_leaving, pod_not_ready},
    preferences::{
        login_item_unchanged, login_item_unread, no_login_item, preferences_finding_problem,
        preferences_store_problem,
    },
    profile::{
        cluster_changed, cluster_name, clusters_finding_problem, clusters_store_problem, confirm_first,
        ending, finding_problem, store_problem, too_many_profiles, unknown_port, unknown_profile,
    },
    sign_in::{
        nameless_cluster, no_sign_in_to_demo, not_in_paste, not_signed_in, password_missing,
        pasted_for_another_server, server_changed_meanwhile, sign_in_cancelled, sign_in_here, sign_in_left,
        too_many_clusters, unknown_cluster,
    },
    timeline::{Told, timeline},
    tunnel::{connections_in_doubt, tunnel_problem, waited_too_long},
};

use ::cluster::TargetKind;
use wording::{Text, text};

/// The longest text of a far end that is passed on; a person reads no more, and a window shows no more.
const LONGEST_QUOTE: usize = 400;

/// What can be said: a text, or words that are the same in every language, such as those of the far end.
pub(crate) trait Said {
    /// As a text.
    fn said(&self) -> Text;
}

impl Said for Text {
    fn said(&self) -> Text {
        self.clone()
    }
}

impl Said for str {
    fn said(&self) -> Text {
        Text::verbatim(self)
    }
}

impl Said for String {
    fn said(&self) -> Text {
        Text::verbatim(self.as_str())
    }
}

/// The far end's own words, cut to a readable length, ending like a sentence.
fn quote(said: &(impl Said + ?Sized)) -> Text {
    said.said().map(quoted)
}

/// A sentence begins with a capital letter.
pub(crate) fn sentence(said: &(impl Said + ?Sized)) -> Text {
    said.said().map(|words| {
        let quote = quoted(words);
        let mut letters = quote.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    })
}

/// What a kind is called in a sentence. The German ones stand without an article, which differs between them.
fn kind(kind: TargetKind) -> Text {
    match kind {
        TargetKind::Pod => text!("pod", "Pod"),
        TargetKind::Service => text!("service", "Service"),
        TargetKind::Deployment => text!("deployment", "Deployment"),
        TargetKind::StatefulSet => text!("stateful set", "StatefulSet"),
        TargetKind::DaemonSet => text!("daemon set", "DaemonSet"),
        TargetKind::ReplicaSet => text!("replica set", "ReplicaSet"),
        TargetKind::Job => text!("job", "Job"),
        TargetKind::Selector => text!("label selector", "Label-Selektor"),
    }
}

/// What a person does about what may pass.
fn check_network() -> Text {
    text!(
        "Check the network or the VPN. Culvert keeps trying.",
        "Prüfen Sie das Netz oder das VPN. Culvert versucht es weiter."
    )
}

/// A tunnel is opened again by itself.
fn connects_again() -> Text {
    text!(
        "Nothing to do: Culvert connects again by itself.",
        "Nichts zu tun: Culvert verbindet von selbst neu."
    )
}

/// The next pod is found by itself.
fn connects_to_next() -> Text {
    text!(
        "Nothing to do: Culvert connects to the next pod by itself.",
        "Nichts zu tun: Culvert verbindet von selbst mit dem nächsten Pod."
    )
}

/// What the cluster said.
fn cluster_says(said: &(impl Said + ?Sized)) -> Text {
    text!("The cluster says: {says}", "Der Cluster sagt: {says}"; says = quote(said))
}

fn quoted(words: &str) -> String {
    let words = words.trim();
    let mut quote: String = words.chars().take(LONGEST_QUOTE).collect();
    if quote.len() < words.len() {
        quote.push('…');
    } else if !quote.is_empty() && !quote.ends_with(['.', '!', '?', '…']) {
        quote.push('.');
    }
    quote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_of_others_are_cut_between_letters() {
        let quoted = quote(&"ü".repeat(LONGEST_QUOTE + 1));
        assert_eq!(quoted.chars().count(), LONGEST_QUOTE + 1);
        assert!(quoted.ends_with('…'));
        assert_eq!(quote(" fine \n"), "fine.");
        assert_eq!(sentence("no route to host"), "No route to host.");
        assert_eq!(sentence(""), "");
    }
}
