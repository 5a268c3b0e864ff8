//! Who may use low ports.

/// What a system says about ports for the administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    /// The first port that everybody may use (`net.ipv4.ip_unprivileged_port_start`, ip_sysctl), where it is known.
    Linux { everybody_from: Option<u16> },
    /// Ports below 1024 are for the administrator on a single address, though not on all addresses (since 10.14).
    MacOs,
    /// Ports are for everybody, but for ranges that something has reserved.
    Windows,
    /// Ports below 1024 are for the administrator.
    Other,
}

/// This computer's. Reads a file: not for the async threads.
pub(crate) fn system() -> System {
    if cfg!(target_os = "linux") {
        let setting = std::fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        System::Linux { everybody_from: setting.ok().and_then(|number| number.trim().parse().ok()) }
    } else if cfg!(target_os = "macos") {
        System::MacOs
    } else if cfg!(windows) {
        System::Windows
    } else {
        System::Other
    }
}
