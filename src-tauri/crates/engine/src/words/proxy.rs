//! What the proxy on the way to a cluster had to say.

use cluster::ProxyFailure;
use wording::{Text, text};

use super::{quote, sentence};
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// The proxy did not lead to the cluster; `reason` continues "the proxy X …".
pub(super) fn proxy_problem(proxy: &str, named_by: &Text, failure: ProxyFailure, reason: &Text) -> Problem {
    // An outage on the way passes; anything else is a matter of settings.
    let code = match failure {
        ProxyFailure::Unreachable | ProxyFailure::Destination => ProblemCode::Unreachable,
        _ => ProblemCode::Proxy,
    };
    let which = if proxy.is_empty() {
        text!("from {named_by}", "aus {named_by}"; named_by)
    } else {
        text!("{proxy} (from {named_by})", "{proxy} (aus {named_by})"; named_by)
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
            "{remedy} Versuchen Sie es dann erneut."; remedy = sentence(&failure.remedy())
        ),
    )
    .with_action(RemedyAction::Retry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_from_a_wrong_setting() {
        let (named_by, reason) = (Text::verbatim("HTTPS_PROXY"), Text::verbatim("did not let us through"));
        let of = |failure| proxy_problem("http://proxy:3128", &named_by, failure, &reason);
        assert_eq!(of(ProxyFailure::Unreachable).code, ProblemCode::Unreachable);
        let problem = of(ProxyFailure::SignIn);
        assert_eq!(problem.code, ProblemCode::Proxy);
        assert_eq!(problem.why, "The proxy http://proxy:3128 (from HTTPS_PROXY) did not let us through.");
        assert!(problem.remedy.starts_with("Put the right user name"), "{}", problem.remedy);
    }
}
