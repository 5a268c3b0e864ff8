//! Targets as they are typed: `NAME`, `TYPE/NAME` with kubectl's resource names and short names.

use std::str::FromStr;

use wording::{Text, text};

use crate::{Error, Target, TargetKind, selector};

/// The longest name of a Kubernetes object (RFC 1123 subdomain, in bytes).
const MAX_NAME: usize = 253;

/// `NAME` (a pod) or `TYPE/NAME`. The type is a resource name, singular, plural or short, in any case, optionally with
/// its group (`deployments.apps`) or version and group (`deployments.v1.apps`). Besides, `selector/app=web` stands for the
/// pods with these labels.
impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = |reason: Text| Error::BadTarget { text: text.to_owned(), reason };
        let (kind, name) = match text.split_once('/') {
            None => (TargetKind::Pod, text),
            Some((kind, name)) => (
                parse_kind(kind).ok_or_else(|| {
                    bad(text!(
                        "only pods and what leads to pods (services, deployments, stateful sets, daemon sets, replica sets, jobs, a selector) can be forwarded to",
                        "weitergeleitet werden kann nur zu Pods und zu dem, was zu Pods führt (Services, Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, ein Selektor)"
                    ))
                })?,
                name,
            ),
        };
        if name.is_empty() {
            return Err(bad(text!("the name is missing", "der Name fehlt")));
        }
        let target = Self::new(kind, name);
        target.check().map_err(bad)?;
        Ok(target)
    }
}

impl Target {
    /// Whether its name can be one of its kind.
    pub(crate) fn check(&self) -> Result<(), Text> {
        match self.kind {
            TargetKind::Selector => selector::parse(&self.name).map(drop),
            _ => check_name(&self.name),
        }
    }
}

/// Whether `name` may stand in the URL of an object.
///
/// # Errors
/// What is wrong with it. Such a name cannot exist, and a `/` or `..` in it would address something else.
pub(crate) fn check_name(name: &str) -> Result<(), Text> {
    if name.is_empty() {
        return Err(text!("the name is empty", "der Name ist leer"));
    }
    if name.len() > MAX_NAME {
        return Err(text!(
            "a name has at most {MAX_NAME} characters",
            "ein Name hat höchstens {MAX_NAME} Zeichen"
        ));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    if let Some(wrong) = name.chars().find(|c| !allowed(*c)) {
        return Err(text!(
            "a name has only small letters, digits, '-' and '.', but {name:?} has {wrong:?} in it",
            "ein Name enthält nur Kleinbuchstaben, Ziffern, „-“ und „.“, aber {name:?} enthält {wrong:?}"
        ));
    }
    if name.starts_with('.') || name.ends_with('.') {
        return Err(text!("{name:?} starts or ends with '.'", "{name:?} beginnt oder endet mit „.“"));
    }
    Ok(())
}

fn parse_kind(text: &str) -> Option<TargetKind> {
    let text = text.to_ascii_lowercase();
    let (resource, group) = match text.split_once('.') {
        Some((resource, group)) => (resource, Some(group)),
        None => (text.as_str(), None),
    };
    let kind = match resource {
        "po" | "pod" | "pods" => TargetKind::Pod,
        "svc" | "service" | "services" => TargetKind::Service,
        "deploy" | "deployment" | "deployments" => TargetKind::Deployment,
        "sts" | "statefulset" | "statefulsets" => TargetKind::StatefulSet,
        "ds" | "daemonset" | "daemonsets" => TargetKind::DaemonSet,
        "rs" | "replicaset" | "replicasets" => TargetKind::ReplicaSet,
        "job" | "jobs" => TargetKind::Job,
        "selector" => TargetKind::Selector,
        _ => return None,
    };
    let group_fits = match (kind, group) {
        (_, None) => true,
        (TargetKind::Pod | TargetKind::Service, Some(group)) => group == "v1" || group == "v1.",
        (TargetKind::Job, Some(group)) => group == "batch" || group == "v1.batch",
        (TargetKind::Selector, Some(_)) => false,
        (
            TargetKind::Deployment | TargetKind::StatefulSet | TargetKind::DaemonSet | TargetKind::ReplicaSet,
            Some(group),
        ) => group == "apps" || group == "v1.apps",
    };
    group_fits.then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_kubectl_takes() {
        use TargetKind::{DaemonSet, Deployment, Job, Pod, ReplicaSet, Selector, Service, StatefulSet};
        for (text, kind, name) in [
            ("echo", Pod, "echo"),
            ("pod/echo-1", Pod, "echo-1"),
            ("po/echo", Pod, "echo"),
            ("pods/echo", Pod, "echo"),
            ("svc/echo", Service, "echo"),
            ("service/echo", Service, "echo"),
            ("Services/echo.v2", Service, "echo.v2"),
            ("deploy/echo", Deployment, "echo"),
            ("deployment/echo", Deployment, "echo"),
            ("deployments.apps/echo", Deployment, "echo"),
            ("deployments.v1.apps/echo", Deployment, "echo"),
            ("sts/cache", StatefulSet, "cache"),
            ("statefulset/cache", StatefulSet, "cache"),
            ("statefulsets.apps/cache", StatefulSet, "cache"),
            ("ds/agent", DaemonSet, "agent"),
            ("daemonsets.apps/agent", DaemonSet, "agent"),
            ("rs/web-1", ReplicaSet, "web-1"),
            ("replicasets.v1.apps/web-1", ReplicaSet, "web-1"),
            ("job/report", Job, "report"),
            ("jobs.batch/report", Job, "report"),
            ("selector/app.kubernetes.io/name=web,tier!=db", Selector, "app.kubernetes.io/name=web,tier!=db"),
        ] {
            assert_eq!(text.parse::<Target>().unwrap(), Target::new(kind, name), "{text}");
        }
    }

    #[test]
    fn what_is_no_target_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "the name is missing"),
            ("svc/", "the name is missing"),
            ("/echo", "only pods"),
            ("cronjob/echo", "only pods"),
            ("jobs.apps/echo", "only pods"),
            ("selector/", "the name is missing"),
            ("selector/app=web&limit=1", "'&'"),
            ("selector/=web", "a label"),
            ("deployments.extensions.example.com/echo", "only pods"),
            ("pod/a/b", "'/'"),
            ("pod/../secrets", "'/'"),
            ("pod/..", "starts or ends with '.'"),
            ("pod/Echo", "'E'"),
            ("pod/a%2fb", "'%'"),
            ("pod/a?b", "'?'"),
        ] {
            let message = text.parse::<Target>().unwrap_err().to_string();
            assert!(message.contains(reason), "{text:?}: {message}");
        }
        assert!("a".repeat(254).parse::<Target>().is_err());
    }

    #[test]
    fn display_is_understood_again() {
        use TargetKind::{DaemonSet, Deployment, Job, Pod, ReplicaSet, Selector, Service, StatefulSet};
        for kind in [Pod, Service, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, Selector] {
            let target = Target::new(kind, "a-1.b");
            assert_eq!(target.to_string().parse::<Target>().unwrap(), target);
        }
    }
}
