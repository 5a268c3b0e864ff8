//! Errors in the words of a person who never read a Kubernetes manual: what happened, why, and what to do.

mod cluster;
pub(crate) mod ladder;
mod local_port;
mod preferences;
mod profile;
mod proxy;
mod sign_in;
mod timeline;
mod tunnel;

pub(crate) use self::{
    cluster::{
        cluster_problem, connecting_stopped, demo_problem, kubeconfig_path, list_notices, no_answer,
        pod_leaving, pod_not_ready, too_many_kubeconfigs, too_many_looks,
    },
    local_port::{bad_address, cannot_listen, local_port_problem, shadow},
    preferences::{
        login_item_unchanged, login_item_unread, no_login_item, preferences_finding_problem,
        preferences_store_problem,
    },
    profile::{
        cluster_changed, clusters_finding_problem, clusters_store_problem, confirm_first, ending,
        finding_problem, store_problem, too_many_profiles, unknown_port, unknown_profile,
    },
    sign_in::{
        nameless_cluster, no_sign_in_to_demo, not_in_paste, not_signed_in, password_missing,
        sign_in_cancelled, sign_in_here, too_many_clusters, unknown_cluster,
    },
    timeline::{Told, timeline},
    tunnel::{connections_in_doubt, tunnel_problem, waited_too_long},
};

/// The longest text of a far end that is passed on; a person reads no more, and a window shows no more.
const LONGEST_QUOTE: usize = 400;

/// The far end's own words, cut to a readable length, ending like a sentence.
fn quote(text: &str) -> String {
    let text = text.trim();
    let mut quote: String = text.chars().take(LONGEST_QUOTE).collect();
    if quote.len() < text.len() {
        quote.push('…');
    } else if !quote.is_empty() && !quote.ends_with(['.', '!', '?', '…']) {
        quote.push('.');
    }
    quote
}

/// A sentence begins with a capital letter.
pub(crate) fn sentence(text: &str) -> String {
    let quote = quote(text);
    let mut letters = quote.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
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
