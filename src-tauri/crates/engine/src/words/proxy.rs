//! What the proxy on the way to a cluster had to say.

use cluster::ProxyFailure;
use wording::{Text, text};

use super::{Said, quote};
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// The proxy did not lead to the cluster; `reason` continues "the proxy X …".
pub(super) fn proxy_problem(
    proxy: &str,
    named_by: &str,
    failure: ProxyFailure,
    reason: &(impl Said + ?Sized),
) -> Problem {
    // An outage on the way passes; anything else is a matter of settings.
    let code = match failure {
        ProxyFailure::Unreachable | ProxyFailure::Destination => ProblemCode::Unreachable,
        _ => ProblemCode::Proxy,
    };
    let which = if proxy.is_empty() {
        text!("from {named_by}", "aus {named_by}")
    } else {
        text!("{proxy} (from {named_by})", "{proxy} (aus {named_by})")
    };
    Problem::new(
        code,
        text!(
            "The proxy on the way to the cluster does not lead there.",
            "Der Proxy auf dem Weg zum Cluster führt nicht dorthin."
        ),
        text!(
            "The proxy {which} {reason}",
            "Der Proxy {which} {reason}"; which = which, reason = quote(reason)
        ),
        text!(
            "{remedy} Then try again.",
            "{remedy} Versuchen Sie es dann erneut."; remedy = remedy(failure)
        ),
    )
    .with_action(RemedyAction::Retry)
}

fn remedy(failure: ProxyFailure) -> Text {
    let german = match failure {
        ProxyFailure::Setting => {
            "Berichtigen Sie ihn, zum Beispiel zu http://proxy.example:3128 oder socks5://user:password@proxy.example:1080."
        }
        ProxyFailure::Unreachable => "Prüfen Sie die Adresse des Proxys, das Netz und das VPN.",
        ProxyFailure::Untrusted => {
            "Erfragen Sie beim Betreiber des Proxys dessen Zertifizierungsstelle, und lassen Sie diesen Computer ihr vertrauen."
        }
        ProxyFailure::SignIn => {
            "Tragen Sie den richtigen Benutzernamen und das Passwort in die URL des Proxys ein, wie in http://user:password@proxy.example:3128."
        }
        ProxyFailure::Refused => {
            "Bitten Sie den Betreiber des Proxys, es zu erlauben, oder verbinden Sie ohne den Proxy, wo das geht (NO_PROXY, oder kein proxy-url)."
        }
        ProxyFailure::Destination => {
            "Prüfen Sie die Adresse des Clusters, und ob der Proxy ihn erreichen darf."
        }
        _ => "Prüfen Sie die URL des Proxys: Art (http, https oder socks5), Adresse und Port.",
    };
    Text::new(super::sentence(failure.remedy()).of(wording::Spoken::English), german)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_from_a_wrong_setting() {
        let of =
            |failure| proxy_problem("http://proxy:3128", "HTTPS_PROXY", failure, "did not let us through");
        assert_eq!(of(ProxyFailure::Unreachable).code, ProblemCode::Unreachable);
        let problem = of(ProxyFailure::SignIn);
        assert_eq!(problem.code, ProblemCode::Proxy);
        assert_eq!(problem.why, "The proxy http://proxy:3128 (from HTTPS_PROXY) did not let us through.");
        assert!(problem.remedy.starts_with("Put the right user name"), "{}", problem.remedy);
    }
}
