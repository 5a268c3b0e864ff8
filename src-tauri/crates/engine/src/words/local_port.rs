//! What is in the way of a local port.

use std::net::IpAddr;

use wording::{Text, text};

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
            text!(
                "Port {port} on this computer is already in use.",
                "Port {port} auf diesem Computer ist schon belegt."
            ),
            match owner {
                Some(Owner { ours: true, .. }) => text!(
                    "Another forward of Culvert has it.",
                    "Eine andere Weiterleitung von Culvert hat ihn."
                ),
                Some(Owner { name, pid, .. }) => text!(
                    "The program {name} (process {pid}) has it.",
                    "Das Programm {name} (Prozess {pid}) hat ihn."
                ),
                None => text!(
                    "Another program has it; which one is unknown.",
                    "Ein anderes Programm hat ihn; welches, ist nicht bekannt."
                ),
            },
            text!(
                "Use a free port, or end the other program and try again.",
                "Nehmen Sie einen freien Port, oder beenden Sie das andere Programm und versuchen es erneut."
            ),
        )
        .with_action(use_free_port),
        Obstacle::Denied => {
            let (why, remedy) = denied(*port, system);
            let what = text!(
                "The system does not let Culvert use port {port} on this computer.",
                "Das System lässt Culvert den Port {port} auf diesem Computer nicht benutzen."
            );
            Problem::new(ProblemCode::LocalPortDenied, what, why, remedy).with_action(use_free_port)
        }
        Obstacle::NoSuchAddress => Problem::new(
            ProblemCode::LocalPortDenied,
            text!(
                "This computer does not have the address {address}.",
                "Dieser Computer hat die Adresse {address} nicht."
            ),
            text!(
                "A port can only be opened on an address of this computer.",
                "Ein Port lässt sich nur auf einer Adresse dieses Computers öffnen."
            ),
            text!(
                "Use localhost, or another address of this computer.",
                "Nehmen Sie localhost oder eine andere Adresse dieses Computers."
            ),
        )
        .with_action(RemedyAction::Edit),
        Obstacle::NoneFree => Problem::new(
            ProblemCode::LocalPortTaken,
            text!(
                "No free port was found on this computer.",
                "Auf diesem Computer wurde kein freier Port gefunden."
            ),
            text!(
                "Every port that the system offered was taken on one of the addresses.",
                "Jeder Port, den das System anbot, war auf einer der Adressen belegt."
            ),
            text!(
                "Try again, or choose a port yourself.",
                "Versuchen Sie es erneut, oder wählen Sie selbst einen Port."
            ),
        )
        .with_action(RemedyAction::Retry),
        Obstacle::Other(reason) => Problem::new(
            ProblemCode::LocalPortDenied,
            not_opened(*port),
            super::sentence(reason),
            text!(
                "Try again, or use a free port.",
                "Versuchen Sie es erneut, oder nehmen Sie einen freien Port."
            ),
        )
        .with_action(use_free_port),
    }
    .with_port(index)
}

/// Why a system keeps a port from us, and what can be done.
fn denied(port: u16, system: System) -> (Text, Text) {
    let above = |limit: u16| {
        text!(
            "Use a free port, or choose one from {limit} upwards.",
            "Nehmen Sie einen freien Port, oder wählen Sie einen ab {limit}."
        )
    };
    match system {
        System::Linux { everybody_from: Some(limit) } if port < limit => (
            text!(
                "Ports below {limit} are for the administrator on this computer (net.ipv4.ip_unprivileged_port_start).",
                "Ports unter {limit} sind auf diesem Computer der Administration vorbehalten (net.ipv4.ip_unprivileged_port_start)."
            ),
            text!(
                "{above} Or let every program use it, as administrator: sysctl net.ipv4.ip_unprivileged_port_start={port}",
                "{above} Oder geben Sie ihn als Administrator für alle Programme frei: sysctl net.ipv4.ip_unprivileged_port_start={port}";
                above = above(limit)
            ),
        ),
        System::MacOs if port < USUAL_LIMIT => (
            text!(
                "macOS keeps ports below 1024 on a single address for the administrator.",
                "macOS behält Ports unter 1024 auf einer einzelnen Adresse der Administration vor."
            ),
            above(USUAL_LIMIT),
        ),
        System::Windows => (
            text!(
                "Windows or another program, such as Hyper-V, has reserved it.",
                "Windows oder ein anderes Programm, etwa Hyper-V, hat ihn reserviert."
            ),
            text!(
                "Use a free port. This shows what is reserved: netsh interface ipv4 show excludedportrange tcp",
                "Nehmen Sie einen freien Port. Was reserviert ist, zeigt: netsh interface ipv4 show excludedportrange tcp"
            ),
        ),
        System::Linux { everybody_from: None } | System::Other if port < USUAL_LIMIT => (
            text!(
                "Ports below 1024 are for the administrator.",
                "Ports unter 1024 sind der Administration vorbehalten."
            ),
            above(USUAL_LIMIT),
        ),
        System::Linux { .. } | System::MacOs | System::Other => (
            text!(
                "Permission was denied, as a security policy of this computer may do.",
                "Die Erlaubnis wurde verweigert, etwa durch eine Sicherheitsrichtlinie dieses Computers."
            ),
            text!(
                "Use a free port, or choose another one.",
                "Nehmen Sie einen freien Port, oder wählen Sie einen anderen."
            ),
        ),
    }
}

/// That another program may be reached instead of a forward on this local port.
pub(crate) fn shadow(shadowing: &Shadowing, port: u16) -> Shadow {
    let another = || text!("another forward of Culvert", "eine andere Weiterleitung von Culvert");
    let (program, who) = match &shadowing.owner {
        Some(Owner { ours: true, .. }) => {
            (Some(another()), text!("another forward of Culvert", "einer anderen Weiterleitung von Culvert"))
        }
        Some(Owner { name, pid, .. }) => {
            let program = text!("{name} (process {pid})", "{name} (Prozess {pid})");
            let who = text!("the program {program}", "dem Programm {program}"; program);
            (Some(program), who)
        }
        None => (None, text!("another program", "einem anderen Programm")),
    };
    let ours = match shadowing.ours {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    };
    let address = shadowing.address;
    let sentence = text!(
        "localhost:{port} may lead to {who}, which listens on {address}. Use {ours}:{port}.",
        "localhost:{port} führt vielleicht zu {who} auf {address}. Nehmen Sie {ours}:{port}."; who
    );
    Shadow { address: address.to_string(), program, sentence }
}

/// The system took back a port that was bound already.
pub(crate) fn cannot_listen(error: &std::io::Error, port: u16) -> Problem {
    Problem::new(
        ProblemCode::LocalPortDenied,
        not_opened(port),
        super::sentence(&error.to_string()),
        text!(
            "Close some programs or forwards, then try again.",
            "Schließen Sie einige Programme oder Weiterleitungen, und versuchen Sie es dann erneut."
        ),
    )
    .with_action(RemedyAction::Retry)
}

/// The address to listen on is no address.
pub(crate) fn bad_address(reason: Text) -> Problem {
    Problem::new(
        ProblemCode::BadInput,
        text!("The local address is not understood.", "Die lokale Adresse ist unverständlich."),
        reason,
        text!("Change it, then try again.", "Ändern Sie sie, und versuchen Sie es dann erneut."),
    )
    .with_action(RemedyAction::Edit)
}

fn not_opened(port: u16) -> Text {
    text!(
        "Port {port} on this computer cannot be opened.",
        "Port {port} auf diesem Computer lässt sich nicht öffnen."
    )
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
            assert_eq!((shadow.program.as_deref(), &*shadow.sentence), (program, sentence));
            assert_eq!(shadow.address, address.to_string());
        }
    }
}
