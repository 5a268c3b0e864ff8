//! Which program has a port.

/// A program that listens on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) name: String,
    pub(crate) pid: u32,
    /// It is this program.
    pub(crate) ours: bool,
}

/// Who listens on this port of this computer. `None` when that is not easily found: another user's program, or a system
/// without `/proc`. Reads files: not for the async threads.
pub(crate) fn owner_of(port: u16) -> Option<Owner> {
    #[cfg(target_os = "linux")]
    return linux::owner_of(port);
    #[cfg(not(target_os = "linux"))]
    {
        let _ = port;
        None
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{fs, path::Path};

    use super::Owner;

    /// `TCP_LISTEN` of the kernel's `tcp_states.h`, as `/proc/net/tcp` writes it.
    const LISTEN: &str = "0A";

    pub(super) fn owner_of(port: u16) -> Option<Owner> {
        let sockets: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
            .into_iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .flat_map(|table| listening_inodes(&table, port))
            .map(|inode| format!("socket:[{inode}]"))
            .collect();
        if sockets.is_empty() {
            return None;
        }
        fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
            let pid: u32 = process.file_name().to_str()?.parse().ok()?;
            has_one_of(&process.path(), &sockets).then(|| Owner {
                name: fs::read_to_string(process.path().join("comm"))
                    .map_or_else(|_| "unknown".to_owned(), |name| name.trim_end().to_owned()),
                pid,
                ours: pid == std::process::id(),
            })
        })
    }

    fn has_one_of(process: &Path, sockets: &[String]) -> bool {
        let Ok(files) = fs::read_dir(process.join("fd")) else { return false };
        files.flatten().any(|file| {
            fs::read_link(file.path()).is_ok_and(|target| {
                target.to_str().is_some_and(|target| sockets.iter().any(|socket| socket == target))
            })
        })
    }

    /// The sockets that listen on the port, from the text of `/proc/net/tcp` or `tcp6` (proc_net_tcp(5)).
    fn listening_inodes(table: &str, port: u16) -> Vec<String> {
        let suffix = format!(":{port:04X}");
        table
            .lines()
            .skip(1)
            .filter_map(|line| {
                let columns: Vec<&str> = line.split_whitespace().collect();
                let (local, state, inode) = (columns.get(1)?, columns.get(3)?, columns.get(9)?);
                (local.ends_with(&suffix) && *state == LISTEN).then(|| (*inode).to_owned())
            })
            .collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_listeners_on_the_port_are_found() {
            let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
                \x20  0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0\n\
                \x20  1: 0100007F:1388 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0\n\
                \x20  2: 0100007F:1389 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0\n";
            assert_eq!(listening_inodes(table, 5000), ["4711"]);
            assert!(listening_inodes(table, 50000).is_empty());
        }

        #[test]
        fn this_program_is_found() {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let owner = owner_of(listener.local_addr().unwrap().port()).unwrap();
            assert!(owner.ours && owner.pid == std::process::id() && !owner.name.is_empty());
        }
    }
}
