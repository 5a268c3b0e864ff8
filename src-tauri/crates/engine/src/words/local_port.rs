//! What is in the way of a local port.

use crate::{
    local_ports::{BindError, Obstacle, Owner},
    problem::{Problem, ProblemCode, RemedyAction},
};

/// Why the local port of the mapping at `index` could not be bound. `owner` is who has it, where that is known.
pub(crate) fn local_port_problem(error: &BindError, owner: Option<&Owner>, index: usize) -> Problem {
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
        Obstacle::Denied => Problem::new(
            ProblemCode::LocalPortDenied,
            format!("The system does not let Culvert use port {port} on this computer."),
            if *port < 1024 {
                "Ports below 1024 are for the administrator.".to_owned()
            } else {
                "Permission was denied.".to_owned()
            },
            "Use a free port, or choose one above 1023.",
        )
        .with_action(use_free_port),
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
