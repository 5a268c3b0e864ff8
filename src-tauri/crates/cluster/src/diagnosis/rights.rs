//! Who the server takes the person for, and what they may do.

use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use kube::{Api, api::PostParams};
use wording::text;

use crate::{Cluster, Error, sign_in::who};

/// Something that is done to a resource, as RBAC has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// `get`, `list`, `watch`, `create`.
    pub verb: &'static str,
    /// The API group; empty for the core.
    pub group: &'static str,
    /// In plural: `pods`.
    pub resource: &'static str,
    /// `portforward`; empty for the resource itself.
    pub subresource: &'static str,
    /// `None`: in all namespaces, or where there are none.
    pub namespace: Option<String>,
    /// The one object, where it is about one.
    pub name: Option<String>,
}

/// Whom a server takes the person for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The user's name, where the server tells (Kubernetes from 1.28 on, OpenShift).
    pub name: Option<String>,
    /// The server's version, where it tells.
    pub version: Option<ServerVersion>,
}

/// The version of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerVersion {
    /// 1, so far.
    pub major: u32,
    /// As in 1.34.
    pub minor: u32,
}

impl Cluster {
    /// Asks the server whether it takes the credentials, and for whom. Needs no permission.
    ///
    /// # Errors
    /// [`Error::Unauthorized`], also where the server takes the person for nobody; or whatever stands in the way of a
    /// request.
    pub async fn who_am_i(&self) -> Result<Person, Error> {
        let version = match self
            .ask(&text!("get the version", "die Version abfragen"), self.client().apiserver_version())
            .await
        {
            Ok(info) => version(&info.major, &info.minor),
            // It answers, and tells its version to nobody.
            Err(Error::Forbidden { .. } | Error::Api { .. } | Error::Other { .. }) => None,
            Err(error) => return Err(error),
        };
        let name = who(self).await?;
        Ok(Person { name: name.map(|name| self.redact(&name)), version })
    }

    /// Asks the server whether the person may do this. Needs no permission.
    ///
    /// # Errors
    /// Whatever stands in the way of a request; [`Error::Api`] where the server does not know the question.
    pub async fn may(&self, permission: &Permission) -> Result<bool, Error> {
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(attributes(permission)),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let api: Api<SelfSubjectAccessReview> = Api::all(self.client());
        let answer = self
            .ask(
                &text!("ask what you may do", "fragen, was Sie dürfen"),
                api.create(&PostParams::default(), &review),
            )
            .await?;
        Ok(answer.status.is_some_and(|status| status.allowed))
    }
}

fn attributes(permission: &Permission) -> ResourceAttributes {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    ResourceAttributes {
        verb: text(permission.verb),
        group: text(permission.group),
        resource: text(permission.resource),
        subresource: text(permission.subresource),
        namespace: permission.namespace.clone(),
        name: permission.name.clone(),
        ..ResourceAttributes::default()
    }
}

/// Providers append to the minor number: `34+`.
fn version(major: &str, minor: &str) -> Option<ServerVersion> {
    let number = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..end].parse().ok()
    };
    Some(ServerVersion { major: number(major)?, minor: number(minor)? })
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn a_server_is_asked_for_just_what_is_meant() {
        let mut permission = Permission {
            verb: "create",
            group: "apps",
            resource: "deployments",
            subresource: "scale",
            namespace: Some("demo".into()),
            name: Some("web".into()),
        };
        let all = json!({
            "verb": "create", "group": "apps", "resource": "deployments", "subresource": "scale",
            "namespace": "demo", "name": "web",
        });
        assert_eq!(to_value(attributes(&permission)).unwrap(), all);
        permission = Permission { group: "", subresource: "", namespace: None, name: None, ..permission };
        let few = json!({"verb": "create", "resource": "deployments"});
        assert_eq!(to_value(attributes(&permission)).unwrap(), few);
    }

    #[test]
    fn versions_as_providers_write_them() {
        assert_eq!(version("1", "34"), Some(ServerVersion { major: 1, minor: 34 }));
        assert_eq!(version("1", "27+"), Some(ServerVersion { major: 1, minor: 27 }));
        assert_eq!(version("", ""), None);
        assert!(ServerVersion { major: 1, minor: 9 } < ServerVersion { major: 1, minor: 35 });
    }
}
