//! What the desktop does for sign-ins: opens the page of one in the person's browser, and says when one ends soon.

use std::collections::BTreeSet;

use engine::{ClusterView, ContextRef, Standing};
use wording::text;

use crate::notices::Notification;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// This address is to be opened in the browser.
    Open(String),
    /// This is to be told.
    Tell(Notification),
}

/// What was done before.
#[derive(Debug, Default)]
pub(crate) struct SignIns {
    opened: BTreeSet<String>,
    told: BTreeSet<ContextRef>,
}

impl SignIns {
    /// Takes in how it stands with all clusters; each address is opened once, and each end told once.
    pub(crate) fn observe(&mut self, clusters: &[ClusterView]) -> Vec<Deed> {
        let mut deeds = Vec::new();
        let mut waiting = BTreeSet::new();
        let mut ending = BTreeSet::new();
        for cluster in clusters {
            if let Standing::SigningIn { address } = &cluster.standing {
                if !self.opened.contains(address) && is_web(address) {
                    deeds.push(Deed::Open(address.clone()));
                }
                waiting.insert(address.clone());
            }
            if cluster.expires_soon {
                if !self.told.contains(&cluster.context) {
                    deeds.push(Deed::Tell(ends_soon(&cluster.name)));
                }
                ending.insert(cluster.context.clone());
            }
        }
        (self.opened, self.told) = (waiting, ending);
        deeds
    }
}

/// Nothing but a page: the address is made of what a server says of itself.
fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

fn ends_soon(name: &str) -> Notification {
    Notification {
        title: text!("Your sign-in to {name} ends soon", "Ihre Anmeldung bei {name} endet bald"),
        body: text!(
            "Sign in again in Culvert within ten minutes, and nothing is interrupted.",
            "Melden Sie sich innerhalb von zehn Minuten in Culvert neu an, dann wird nichts unterbrochen."
        ),
    }
}

#[cfg(test)]
mod tests {
    use engine::ContextMark;

    use super::*;

    fn cluster(standing: Standing, expires_soon: bool) -> ClusterView {
        ClusterView {
            context: ContextRef::kubeconfig("work"),
            name: "work".to_owned(),
            hint: None,
            server: String::new(),
            standing,
            user: None,
            expires_at_ms: None,
            expires_soon,
            mark: ContextMark::default(),
            sign_in_methods: Vec::new(),
            kept: None,
            own: None,
        }
    }

    fn at(address: &str) -> ClusterView {
        cluster(Standing::SigningIn { address: address.to_owned() }, false)
    }

    #[test]
    fn each_sign_in_opens_the_browser_once() {
        let mut sign_ins = SignIns::default();
        let open = |address: &str| vec![Deed::Open(address.to_owned())];
        assert_eq!(sign_ins.observe(&[at("https://a/1")]), open("https://a/1"));
        assert_eq!(sign_ins.observe(&[at("https://a/1")]), []);
        assert_eq!(sign_ins.observe(&[cluster(Standing::Reachable, false)]), []);
        assert_eq!(sign_ins.observe(&[at("https://a/2")]), open("https://a/2"));
    }

    #[test]
    fn nothing_but_pages_is_opened() {
        for address in ["file:///etc/passwd", "javascript:alert(1)", "culvert", ""] {
            assert_eq!(SignIns::default().observe(&[at(address)]), [], "{address}");
        }
    }

    #[test]
    fn an_end_is_told_once_until_the_person_has_signed_in_again() {
        let mut sign_ins = SignIns::default();
        let (soon, later) = (cluster(Standing::Reachable, true), cluster(Standing::Reachable, false));
        let told = vec![Deed::Tell(ends_soon("work"))];
        assert_eq!(sign_ins.observe(std::slice::from_ref(&soon)), told);
        assert_eq!(sign_ins.observe(std::slice::from_ref(&soon)), []);
        assert_eq!(sign_ins.observe(&[later]), []);
        assert_eq!(sign_ins.observe(&[soon]), told);
    }
}
