//! From the port a person asks for to the port in the pod, as kubectl translates it (kubectl `cmd/portforward`,
//! `pkg/util`: service port → `targetPort`, names through the containers).

use k8s_openapi::{
    api::core::v1::{Container, ContainerPort, Pod, Service, ServicePort},
    apimachinery::pkg::util::intstr::IntOrString,
};
use wording::{Text, text};

use crate::{DeclaredPort, Error, Target};

/// The remote side of a port mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortRequest<'a> {
    /// By number: of the service for a service, of the pod otherwise.
    Number(u16),
    /// By name.
    Name(&'a str),
}

/// What a [`PortRequest`] means for one pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TranslatedPort {
    /// The local port when only the remote one was given: the service's own port for a service.
    pub same_as_remote: u16,
    /// The port to dial in the pod.
    pub pod_port: u16,
}

/// Translates a port of a service.
///
/// # Errors
/// [`Error::PortNotDeclared`] where the service or the pod has no such port, [`Error::TargetUnsuitable`] where it is
/// not a TCP port.
pub(crate) fn through_service(
    target: &Target,
    service: &Service,
    pod: &Pod,
    request: PortRequest<'_>,
) -> Result<TranslatedPort, Error> {
    let name = &target.name;
    let missing = |text: Text| Error::PortNotDeclared { text, declared: of_service(service) };
    let ports = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten());
    let wanted = match request {
        PortRequest::Number(number) => number,
        PortRequest::Name(wanted) => ports
            .clone()
            .find(|port| port.name.as_deref() == Some(wanted))
            .and_then(|port| number(port.port))
            .ok_or_else(|| {
                missing(text!(
                    "Service '{name}' does not have a named port '{wanted}'",
                    "Service „{name}“ hat keinen Port namens „{wanted}“"
                ))
            })?,
    };
    let same_number: Vec<&ServicePort> = ports.filter(|port| number(port.port) == Some(wanted)).collect();
    let Some(first) = same_number.first() else {
        return Err(missing(text!(
            "Service {name} does not have a service port {wanted}",
            "Service {name} hat keinen Port {wanted}"
        )));
    };
    let Some(port) = same_number.iter().find(|port| is_tcp(port.protocol.as_deref())) else {
        return Err(not_tcp(target, first.protocol.as_deref(), request));
    };
    let headless = is_headless(service);
    let pod_port = match &port.target_port {
        _ if headless => wanted,
        None | Some(IntOrString::Int(0)) => wanted,
        Some(IntOrString::Int(target_port)) => number(*target_port).ok_or_else(|| {
            missing(text!("Service {name} sends port {wanted} to {target_port}, which is no port", "Service {name} leitet Port {wanted} an {target_port}, was kein Port ist"))
        })?,
        Some(IntOrString::String(port_name)) => {
            by_name(pod, port_name).and_then(|port| number(port.container_port)).ok_or_else(|| {
                missing(text!("{missing} for port {wanted} of Service {name}", "{missing} für Port {wanted} von Service {name}"; missing = no_name(pod, port_name)))
            })?
        }
    };
    Ok(TranslatedPort { same_as_remote: wanted, pod_port })
}

/// Whether one of the TCP ports of a service would be another one in the pod if it were not headless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Renumbering {
    /// None would, or it is not headless.
    Never,
    /// One would, whatever the pod.
    Always,
    /// One would where a pod has a port of such a name and another number.
    Where(Vec<NamedPort>),
}

/// A port of a pod that has a name, of whatever protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedPort {
    pub(crate) name: String,
    pub(crate) number: i32,
}

impl Renumbering {
    pub(crate) fn of(service: &Service) -> Self {
        let mut named = Vec::new();
        if !is_headless(service) {
            return Self::Never;
        }
        let declared = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten());
        for port in declared.filter(|port| is_tcp(port.protocol.as_deref())) {
            match &port.target_port {
                None | Some(IntOrString::Int(0)) => {}
                Some(IntOrString::Int(target)) if *target == port.port => {}
                Some(IntOrString::Int(_)) => return Self::Always,
                Some(IntOrString::String(name)) => {
                    named.push(NamedPort { name: name.clone(), number: port.port });
                }
            }
        }
        if named.is_empty() { Self::Never } else { Self::Where(named) }
    }

    /// Whether it is so for a pod with these ports.
    pub(crate) fn is_so_for(&self, pod: &[NamedPort]) -> bool {
        let differs = |wanted: &NamedPort| {
            pod.iter().find(|port| port.name == wanted.name).is_some_and(|port| port.number != wanted.number)
        };
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Where(named) => named.iter().any(differs),
        }
    }
}

/// The ports of a pod that have names, in their order.
pub(crate) fn named_ports(pod: &Pod) -> Vec<NamedPort> {
    let named =
        |port: &ContainerPort| Some(NamedPort { name: port.name.clone()?, number: port.container_port });
    container_ports(pod).filter_map(named).collect()
}

fn is_headless(service: &Service) -> bool {
    service.spec.as_ref().and_then(|spec| spec.cluster_ip.as_deref()) == Some("None")
}

/// Translates a port of a pod, directly or through a workload.
///
/// # Errors
/// As [`through_service`]. A number that no container declares is fine: declarations are informational.
pub(crate) fn in_pod(target: &Target, pod: &Pod, request: PortRequest<'_>) -> Result<TranslatedPort, Error> {
    let wanted = match request {
        PortRequest::Number(number) => number,
        PortRequest::Name(name) => by_name(pod, name)
            .and_then(|port| number(port.container_port))
            .ok_or_else(|| Error::PortNotDeclared { text: no_name(pod, name), declared: of_pod(pod) })?,
    };
    let same_number = || container_ports(pod).filter(|port| number(port.container_port) == Some(wanted));
    if let Some(first) = same_number().next()
        && !same_number().any(|port| is_tcp(port.protocol.as_deref()))
    {
        return Err(not_tcp(target, first.protocol.as_deref(), request));
    }
    Ok(TranslatedPort { same_as_remote: wanted, pod_port: wanted })
}

/// The TCP ports that a service declares, in its order.
pub(crate) fn of_service(service: &Service) -> Vec<DeclaredPort> {
    let ports = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten());
    ports
        .filter(|port| is_tcp(port.protocol.as_deref()))
        .filter_map(|port| Some(DeclaredPort { name: port.name.clone(), number: number(port.port)? }))
        .collect()
}

/// The TCP ports that a pod's containers declare, in their order.
pub(crate) fn of_pod(pod: &Pod) -> Vec<DeclaredPort> {
    pod.spec.as_ref().map_or_else(Vec::new, |spec| {
        of_containers(&spec.containers, spec.init_containers.as_deref().unwrap_or_default())
    })
}

/// The TCP ports that containers and native sidecars declare, each number once.
pub(crate) fn of_containers(containers: &[Container], init: &[Container]) -> Vec<DeclaredPort> {
    let mut declared: Vec<DeclaredPort> = Vec::new();
    for port in containers.iter().chain(sidecars(init)).flat_map(|container| container.ports.iter().flatten())
    {
        let Some(number) = number(port.container_port) else { continue };
        if is_tcp(port.protocol.as_deref()) && declared.iter().all(|known| known.number != number) {
            declared.push(DeclaredPort { name: port.name.clone(), number });
        }
    }
    declared
}

/// Init containers that keep running beside the others (`restartPolicy: Always`).
fn sidecars(init: &[Container]) -> impl Iterator<Item = &Container> {
    init.iter().filter(|container| container.restart_policy.as_deref() == Some("Always"))
}

fn container_ports(pod: &Pod) -> impl Iterator<Item = &ContainerPort> {
    let spec = pod.spec.as_ref();
    let containers = spec.map_or(&[][..], |spec| &spec.containers);
    let init = spec.and_then(|spec| spec.init_containers.as_deref()).unwrap_or_default();
    containers.iter().chain(sidecars(init)).flat_map(|container| container.ports.iter().flatten())
}

fn by_name<'a>(pod: &'a Pod, name: &str) -> Option<&'a ContainerPort> {
    container_ports(pod).find(|port| port.name.as_deref() == Some(name))
}

fn no_name(pod: &Pod, port: &str) -> Text {
    let pod = pod.metadata.name.as_deref().unwrap_or_default();
    text!("Pod '{pod}' does not have a named port '{port}'", "Pod „{pod}“ hat keinen Port namens „{port}“")
}

fn not_tcp(target: &Target, protocol: Option<&str>, request: PortRequest<'_>) -> Error {
    let protocol = protocol.unwrap_or("UDP");
    let port = match request {
        PortRequest::Number(number) => number.to_string(),
        PortRequest::Name(name) => name.to_owned(),
    };
    Error::TargetUnsuitable {
        target: target.clone(),
        reason: text!(
            "{protocol} protocol is not supported for {port}",
            "das Protokoll {protocol} von {port} wird nicht unterstützt"
        ),
    }
}

/// The API's default is TCP.
fn is_tcp(protocol: Option<&str>) -> bool {
    protocol.is_none_or(|protocol| protocol == "TCP")
}

fn number(port: i32) -> Option<u16> {
    u16::try_from(port).ok().filter(|port| *port != 0)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::TargetKind;

    fn pod() -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": "p"},
            "spec": {
                "containers": [
                    {"name": "a", "ports": [
                        {"containerPort": 8080, "name": "http"},
                        {"containerPort": 53, "name": "dns", "protocol": "UDP"},
                        {"containerPort": 5353, "name": "both-udp", "protocol": "UDP"},
                        {"containerPort": 5353, "name": "both", "protocol": "TCP"},
                        {"containerPort": 3868, "protocol": "SCTP"}]},
                    {"name": "b", "ports": [{"containerPort": 9090, "name": "metrics"}]}],
                "initContainers": [
                    {"name": "setup", "ports": [{"containerPort": 1111, "name": "setup"}]},
                    {"name": "mesh", "restartPolicy": "Always", "ports": [{"containerPort": 15000, "name": "admin"}]}],
            },
        }))
        .unwrap()
    }

    fn service(change: impl FnOnce(&mut Value)) -> Service {
        let mut value = json!({
            "metadata": {"name": "s"},
            "spec": {"clusterIP": "10.0.0.1", "selector": {"a": "b"}, "ports": [
                {"port": 80, "name": "web", "targetPort": "http"},
                {"port": 81, "targetPort": 8081},
                {"port": 82},
                {"port": 83, "targetPort": 0},
                {"port": 84, "targetPort": "absent"},
                {"port": 53, "name": "dns", "protocol": "UDP", "targetPort": 5353},
                {"port": 54, "name": "dns-udp", "protocol": "UDP", "targetPort": 1},
                {"port": 54, "name": "dns-tcp", "protocol": "TCP", "targetPort": 5454}]},
        });
        change(&mut value);
        serde_json::from_value(value).unwrap()
    }

    fn ask(text: &str) -> PortRequest<'_> {
        text.parse().map_or(PortRequest::Name(text), PortRequest::Number)
    }

    #[test]
    fn service_ports() {
        let target = Target::new(TargetKind::Service, "s");
        type Row = (&'static str, Result<(u16, u16), &'static str>);
        let rows: &[Row] = &[
            ("80", Ok((80, 8080))),
            ("web", Ok((80, 8080))),
            ("81", Ok((81, 8081))),
            ("82", Ok((82, 82))),
            ("83", Ok((83, 83))),
            ("84", Err("Pod 'p' does not have a named port 'absent' for port 84 of Service s")),
            ("54", Ok((54, 5454))),
            ("dns-tcp", Ok((54, 5454))),
            ("53", Err("UDP protocol is not supported for 53")),
            ("dns", Err("UDP protocol is not supported for dns")),
            ("8080", Err("Service s does not have a service port 8080")),
            ("http", Err("Service 's' does not have a named port 'http'")),
        ];
        for (request, expected) in rows {
            let found = through_service(&target, &service(|_| {}), &pod(), ask(request));
            let found = found.map(|port| (port.same_as_remote, port.pod_port)).map_err(|e| e.to_string());
            assert_eq!(
                found.as_ref().map_err(String::as_str),
                expected.as_ref().map_err(|e| *e),
                "{request}"
            );
        }
    }

    #[test]
    fn a_headless_service_keeps_its_number() {
        let target = Target::new(TargetKind::Service, "s");
        let headless = service(|value| value["spec"]["clusterIP"] = json!("None"));
        for request in ["80", "web"] {
            let port = through_service(&target, &headless, &pod(), ask(request)).unwrap();
            assert_eq!(port, TranslatedPort { same_as_remote: 80, pod_port: 80 }, "{request}");
        }
    }

    #[test]
    fn pod_ports() {
        let target = Target::new(TargetKind::Deployment, "d");
        let rows: &[(&str, Result<u16, &str>)] = &[
            ("8080", Ok(8080)),
            ("http", Ok(8080)),
            ("metrics", Ok(9090)),
            ("admin", Ok(15000)),
            ("12345", Ok(12345)),
            ("5353", Ok(5353)),
            ("both", Ok(5353)),
            ("setup", Err("Pod 'p' does not have a named port 'setup'")),
            ("53", Err("UDP protocol is not supported for 53")),
            ("dns", Err("UDP protocol is not supported for dns")),
            ("3868", Err("SCTP protocol is not supported for 3868")),
            ("web", Err("Pod 'p' does not have a named port 'web'")),
        ];
        for (request, expected) in rows {
            let found = in_pod(&target, &pod(), ask(request)).map_err(|e| e.to_string());
            let expected = expected
                .map(|port| TranslatedPort { same_as_remote: port, pod_port: port })
                .map_err(str::to_owned);
            assert_eq!(found, expected, "{request}");
        }
    }

    #[test]
    fn a_missing_port_says_which_there_are() {
        let target = Target::new(TargetKind::Pod, "p");
        let Err(Error::PortNotDeclared { declared, .. }) = in_pod(&target, &pod(), PortRequest::Name("x"))
        else {
            panic!("the port exists");
        };
        let text: Vec<String> = declared
            .iter()
            .map(|port| format!("{}={}", port.name.as_deref().unwrap_or(""), port.number))
            .collect();
        assert_eq!(text, ["http=8080", "both=5353", "metrics=9090", "admin=15000"]);
        assert_eq!(of_service(&service(|_| {})).len(), 6, "UDP is left out");
    }
}
