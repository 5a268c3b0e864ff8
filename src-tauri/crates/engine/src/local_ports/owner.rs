//! Which program has a port.

#[cfg(target_os = "linux")]
use std::net::IpAddr;

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

/// Who would be reached at this address and port: where it listens, and who it is, as far as that is known. Reads files.
#[cfg(target_os = "linux")]
pub(super) fn listener_at(address: IpAddr, port: u16) -> Option<(IpAddr, Option<Owner>)> {
    linux::listener_at(address, port)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        fs,
        net::{IpAddr, Ipv4Addr, Ipv6Addr},
        path::Path,
    };

    use super::Owner;

    /// `TCP_LISTEN` of the kernel's `tcp_states.h`, as `/proc/net/tcp` writes it.
    const LISTEN: &str = "0A";

    const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// A socket that listens.
    #[derive(Debug, PartialEq, Eq)]
    struct Listening {
        address: IpAddr,
        inode: String,
    }

    pub(super) fn owner_of(port: u16) -> Option<Owner> {
        let tables = TABLES.into_iter().filter_map(|table| fs::read_to_string(table).ok());
        owner_of_one(&tables.flat_map(|table| listening(&table, port)).collect::<Vec<_>>())
    }

    pub(super) fn listener_at(address: IpAddr, port: u16) -> Option<(IpAddr, Option<Owner>)> {
        let table = fs::read_to_string(TABLES[usize::from(address.is_ipv6())]).ok()?;
        let found = reached(listening(&table, port), address)?;
        Some((found.address, owner_of_one(&[found])))
    }

    /// Of listeners of the same family, the one that is reached at this address.
    fn reached(listening: Vec<Listening>, address: IpAddr) -> Option<Listening> {
        let mut candidates: Vec<Listening> = listening
            .into_iter()
            .filter(|one| one.address == address || one.address.is_unspecified())
            .collect();
        candidates.sort_by_key(|one| one.address.is_unspecified());
        candidates.into_iter().next()
    }

    fn owner_of_one(listening: &[Listening]) -> Option<Owner> {
        if listening.is_empty() {
            return None;
        }
        let sockets: Vec<String> = listening.iter().map(|one| format!("socket:[{}]", one.inode)).collect();
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
    fn listening(table: &str, port: u16) -> Vec<Listening> {
        let suffix = format!(":{port:04X}");
        table
            .lines()
            .skip(1)
            .filter_map(|line| {
                let columns: Vec<&str> = line.split_whitespace().collect();
                let (local, state, inode) = (columns.get(1)?, columns.get(3)?, columns.get(9)?);
                if *state != LISTEN {
                    return None;
                }
                let address = address(local.strip_suffix(&suffix)?)?;
                Some(Listening { address, inode: (*inode).to_owned() })
            })
            .collect()
    }

    /// Words of 32 bits in the order of this computer, each of which holds bytes in that of the network.
    fn address(hexadecimal: &str) -> Option<IpAddr> {
        let bytes: Vec<u8> = (0..hexadecimal.len())
            .step_by(8)
            .map(|start| u32::from_str_radix(hexadecimal.get(start..start + 8)?, 16).ok())
            .collect::<Option<Vec<u32>>>()?
            .into_iter()
            .flat_map(u32::to_ne_bytes)
            .collect();
        if let Ok(v4) = <[u8; 4]>::try_from(&*bytes) {
            return Some(Ipv4Addr::from(v4).into());
        }
        Some(Ipv6Addr::from(<[u8; 16]>::try_from(&*bytes).ok()?).into())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn table(rows: &[(&str, &str, u32)]) -> String {
            let mut text = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n".to_owned();
            for (index, (local, state, inode)) in rows.iter().enumerate() {
                text += &format!(
                    "  {index:2}: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0 100 0\n"
                );
            }
            text
        }

        fn address_of(text: &str) -> IpAddr {
            text.parse().unwrap()
        }

        #[test]
        fn only_listeners_on_the_port_are_found() {
            let table = table(&[
                ("0100007F:1388", "0A", 4711),
                ("0100007F:1388", "01", 4712),
                ("0100007F:1389", "0A", 4713),
            ]);
            assert_eq!(
                listening(&table, 5000),
                [Listening { address: address_of("127.0.0.1"), inode: "4711".into() }]
            );
            assert!(listening(&table, 50000).is_empty());
        }

        #[test]
        #[cfg(target_endian = "little")]
        fn an_address_is_reached_where_it_listens_itself_and_else_at_every_address() {
            let one = "00000000000000000000000001000000:1388";
            let all = "00000000000000000000000000000000:1388";
            let other = "000080FE000000000000000001000000:1388";
            for (rows, reached_at) in [
                (vec![(all, "0A", 1), (one, "0A", 2)], Some("::1")),
                (vec![(other, "0A", 1), (all, "0A", 2)], Some("::")),
                (vec![(other, "0A", 1), (one, "01", 2)], None),
            ] {
                let found = reached(listening(&table(&rows), 5000), address_of("::1"));
                assert_eq!(found.map(|one| one.address), reached_at.map(address_of), "{rows:?}");
            }
        }

        #[test]
        fn this_program_is_found() {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let owner = owner_of(port).unwrap();
            assert!(owner.ours && owner.pid == std::process::id() && !owner.name.is_empty());
            assert_eq!(
                listener_at(address_of("127.0.0.1"), port),
                Some((address_of("127.0.0.1"), Some(owner)))
            );
            assert_eq!(listener_at(address_of("::1"), port), None);
        }
    }
}
