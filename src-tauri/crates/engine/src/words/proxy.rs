//! What the proxy on the way to a cluster had to say.

use cluster::ProxyFailure;

use super::{quote, sentence};
use crate::problem::{Problem, ProblemCode, RemedyAction};

/// The proxy did not lead to the cluster; `reason` continues "the proxy X …".
pub(super) fn proxy_problem(proxy: &str, named_by: &str, failure: ProxyFailure, reason: &str) -> Problem {
    // An outage on the way passes; anything else is a matter of settings.
    let code = match failure {
        ProxyFailure::Unreachable | ProxyFailure::Destination => ProblemCode::Unreachable,
        _ => ProblemCode::Proxy,
    };
    let which =
        if proxy.is_empty() { format!("from {named_by}") } else { format!("{proxy} (from {named_by})") };
    Problem::new(
        code,
        "The proxy on the way to the cluster does not lead there.",
        format!("The proxy {which} {}", quote(reason)),
        format!("{} Then try again.", sentence(failure.remedy())),
    )
    .with_action(RemedyAction::Retry)
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
