//! What is in the way of a local port.

use std::net::IpAddr;

use crate::{
    local_ports::{BindError, Obstacle, Owner, Shadowing, System},
    problem::{Problem, ProblemCode, RemedyAction},
    view::Shadow,
};

/// Where low ports begin to be for everybody on most systems.
const USUAL_LIMIT: u16 = 1024;

/// Why the local port of the mapping at `index` could not be bound. `owner` is who has it, where that is known.
pub(crate) fn local_port_problem(
    error: &BindError,
    owner: Option<&Owner>,
    system: System,
    index: usize,
) -> Problem {
    let BindError { address, port, obstacle } = error;
    let use_free_port = RemedyAction::UseFreePort { port: u32::try_from(index).unwrap_or(u32::MAX) };
    match obstacle {
        Obstacle::Taken => Problem::new(
            ProblemCode::LocalPortTaken,
            format!("Port {port} on this computer is already in use."),
            match owner {
                Some(Owner { ours: true, .. }) => "Another forward of Culvert has it.".to_owned(),
                Some(Owner { name, pid, .. }) => format!("The program {name} (process {pid}) has it."),
                None => "Another program has it; which one is unknown.".to_owned(),
            },
            "Use a free port, or end the other program and try again.",
        )
        .with_action(use_free_port),
        Obstacle::Denied => {
            let (why, remedy) = denied(*port, system);
            let what = format!("The system does not let Culvert use port {port} on this computer.");
            Problem::new(ProblemCode::LocalPortDenied, what, why, remedy).with_action(use_free_port)
        }
        Obstacle::NoSuchAddress => Problem::new(
            ProblemCode::LocalPortDenied,
            format!("This computer does not have the address {address}."),
            "A port can only be opened on an address of this computer.",
            "Use localhost, or another address of this computer.",
        )
        .with_action(RemedyAction::Edit),
        Obstacle::NoneFree => Problem::new(
            ProblemCode::LocalPortTaken,
            "No free port was found on this computer.",
            "Every port that the system offered was taken on one of the addresses.",
            "Try again, or choose a port yourself.",
        )
        .with_action(RemedyAction::Retry),
        Obstacle::Other(text) => Problem::new(
            ProblemCode::LocalPortDenied,
            format!("Port {port} on this computer cannot be opened."),
            super::sentence(text),
            "Try again, or use a free port.",
        )
        .with_action(use_free_port),
    }
    .with_port(index)
}

/// Why a system keeps a port from us, and what can be done.
fn denied(port: u16, system: System) -> (String, String) {
    let above = |limit: u16| format!("Use a free port, or choose one from {limit} upwards.");
    match system {
        System::Linux { everybody_from: Some(limit) } if port < limit => (
            format!(
                "Ports below {limit} are for the administrator on this computer (net.ipv4.ip_unprivileged_port_start)."
            ),
            format!(
                "{} Or let every program use it, as administrator: sysctl net.ipv4.ip_unprivileged_port_start={port}",
                above(limit)
            ),
        ),
        System::MacOs if port < USUAL_LIMIT => (
            "macOS keeps ports below 1024 on a single address for the administrator.".to_owned(),
            above(USUAL_LIMIT),
        ),
        System::Windows => (
            "Windows or another program, such as Hyper-V, has reserved it.".to_owned(),
            "Use a free port. This shows what is reserved: netsh interface ipv4 show excludedportrange tcp"
                .to_owned(),
        ),
        System::Linux { everybody_from: None } | System::Other if port < USUAL_LIMIT => {
            ("Ports below 1024 are for the administrator.".to_owned(), above(USUAL_LIMIT))
        }
        System::Linux { .. } | System::MacOs | System::Other => (
            "Permission was denied, as a security policy of this computer may do.".to_owned(),
            "Use a free port, or choose another one.".to_owned(),
        ),
    }
}

/// That another program may be reached instead of a forward on this local port.
pub(crate) fn shadow(shadowing: &Shadowing, port: u16) -> Shadow {
    let program = match &shadowing.owner {
        Some(Owner { ours: true, .. }) => Some("another forward of Culvert".to_owned()),
        Some(Owner { name, pid, .. }) => Some(format!("{name} (process {pid})")),
        None => None,
    };
    let who = match (&program, &shadowing.owner) {
        (Some(program), Some(Owner { ours: false, .. })) => format!("the program {program}"),
        (Some(program), _) => program.clone(),
        (None, _) => "another program".to_owned(),
    };
    let ours = match shadowing.ours {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    };
    let sentence = format!(
        "localhost:{port} may lead to {who}, which listens on {}. Use {ours}:{port}.",
        shadowing.address
    );
    Shadow { address: shadowing.address.to_string(), program, sentence }
}

/// The system took back a port that was bound already.
pub(crate) fn cannot_listen(error: &std::io::Error, port: u16) -> Problem {
    Problem::new(
        ProblemCode::LocalPortDenied,
        format!("Port {port} on this computer cannot be opened."),
        super::sentence(&error.to_string()),
        "Close some programs or forwards, then try again.",
    )
    .with_action(RemedyAction::Retry)
}

/// The address to listen on is no address.
pub(crate) fn bad_address(reason: &str) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        "The local address is not understood.",
        reason,
        "Change it, then try again.",
    )
    .with_action(RemedyAction::Edit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_port_is_explained_for_each_system() {
        for (port, system, why, remedy) in [
            (
                80,
                System::Linux { everybody_from: Some(1024) },
                "below 1024 are for the administrator on this computer (net.ipv4.ip_unprivileged_port_start)",
                "from 1024 upwards. Or let every program use it, as administrator: sysctl net.ipv4.ip_unprivileged_port_start=80",
            ),
            (80, System::Linux { everybody_from: Some(443) }, "below 443 are", "from 443 upwards"),
            (1024, System::Linux { everybody_from: Some(1024) }, "security policy", "another one"),
            (80, System::Linux { everybody_from: Some(0) }, "security policy", "another one"),
            (80, System::Linux { everybody_from: None }, "below 1024 are", "from 1024 upwards"),
            (8080, System::Linux { everybody_from: Some(1024) }, "security policy", "another one"),
            (80, System::MacOs, "macOS keeps", "from 1024 upwards"),
            (8080, System::MacOs, "security policy", "another one"),
            (80, System::Windows, "Hyper-V", "netsh"),
            (50_000, System::Windows, "Hyper-V", "netsh"),
            (80, System::Other, "below 1024 are", "from 1024 upwards"),
        ] {
            let error = BindError { address: [127, 0, 0, 1].into(), port, obstacle: Obstacle::Denied };
            let problem = local_port_problem(&error, None, system, 2);
            assert_eq!(problem.action, Some(RemedyAction::UseFreePort { port: 2 }));
            assert!(problem.what.contains(&format!("port {port} ")), "{problem:?}");
            assert!(problem.why.contains(why), "{system:?}: {problem:?}");
            assert!(problem.remedy.contains(remedy), "{system:?}: {problem:?}");
        }
    }

    #[test]
    fn a_shadow_says_who_it_is_and_what_to_use_instead() {
        let owner = |ours| Owner { name: "nginx".into(), pid: 123, ours };
        let v4 = IpAddr::from([127, 0, 0, 1]);
        let v6: IpAddr = "::1".parse().unwrap();
        for (address, owner, ours, program, sentence) in [
            (
                v6,
                Some(owner(false)),
                v4,
                Some("nginx (process 123)"),
                "localhost:5000 may lead to the program nginx (process 123), which listens on ::1. Use 127.0.0.1:5000.",
            ),
            (
                [0, 0, 0, 0].into(),
                Some(owner(true)),
                v6,
                Some("another forward of Culvert"),
                "localhost:5000 may lead to another forward of Culvert, which listens on 0.0.0.0. Use [::1]:5000.",
            ),
            (
                v6,
                None,
                v4,
                None,
                "localhost:5000 may lead to another program, which listens on ::1. Use 127.0.0.1:5000.",
            ),
        ] {
            let shadow = shadow(&Shadowing { address, owner, ours }, 5000);
            assert_eq!((shadow.program.as_deref(), shadow.sentence.as_str()), (program, sentence));
            assert_eq!(shadow.address, address.to_string());
        }
    }
}
