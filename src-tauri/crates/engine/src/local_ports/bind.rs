//! Binding is the check: a port is never probed, closed and bound again.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
};

use socket2::{Domain, Protocol, Socket, Type};

use super::addresses::BindAddresses;
use crate::view::Shadow;

/// Connections that the system holds before they are accepted. Who finds it full tries again after 1, 3, 7 and 15 seconds, and
/// so is served seconds after there is a pod again: enough for 20 callers a second in 50 seconds without one, on top of those
/// that are held. Systems that allow fewer take what they allow.
const BACKLOG: i32 = 1024;

/// How many free ports are tried when the one that is free on the first address is taken on another. Each try fails only
/// where something else happens to listen on that very number, so a few are plenty.
const FREE_PORT_TRIES: usize = 16;

/// The local port that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// This one and no other.
    Exactly(u16),
    /// A free one; the one it was last time, if that is free.
    Free {
        /// The one it was last time.
        last: Option<u16>,
    },
}

/// A port that is bound: one socket for each address.
#[derive(Debug)]
pub(crate) struct Bound<S = TcpListener> {
    pub(crate) port: u16,
    pub(crate) sockets: Vec<(IpAddr, S)>,
    /// Who may be reached instead, once somebody has looked.
    pub(crate) shadow: Option<Shadow>,
}

/// A port could not be bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BindError {
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    pub(crate) obstacle: Obstacle,
}

/// What is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    Taken,
    Denied,
    /// The address is not one of this computer's.
    NoSuchAddress,
    /// All free ports that were tried were taken on another of the addresses.
    NoneFree,
    Other(String),
}

/// Binds the same port on all addresses.
pub(crate) fn bind(addresses: &BindAddresses, wanted: Wanted) -> Result<Bound, BindError> {
    bind_with(addresses, wanted, listen)
}

fn bind_with<S>(
    addresses: &BindAddresses,
    wanted: Wanted,
    mut listen: impl FnMut(SocketAddr) -> io::Result<(u16, S)>,
) -> Result<Bound<S>, BindError> {
    let last = match wanted {
        Wanted::Exactly(port) => return bind_all(addresses, port, &mut listen),
        Wanted::Free { last } => last,
    };
    if let Some(last) = last
        && let Ok(bound) = bind_all(addresses, last, &mut listen)
    {
        return Ok(bound);
    }
    for _ in 0..FREE_PORT_TRIES {
        match bind_all(addresses, 0, &mut listen) {
            // The system chose a port that is free on the first address; another address has it taken.
            Err(BindError { obstacle: Obstacle::Taken, .. }) => {}
            result => return result,
        }
    }
    let address = addresses.candidates().first().map_or(IpAddr::from([127, 0, 0, 1]), |first| first.ip);
    Err(BindError { address, port: 0, obstacle: Obstacle::NoneFree })
}

/// `port` 0 is whatever the first address gets.
fn bind_all<S>(
    addresses: &BindAddresses,
    mut port: u16,
    listen: &mut impl FnMut(SocketAddr) -> io::Result<(u16, S)>,
) -> Result<Bound<S>, BindError> {
    let mut sockets = Vec::new();
    let mut missing = None;
    for candidate in addresses.candidates() {
        match listen(SocketAddr::new(candidate.ip, port)) {
            Ok((number, socket)) => {
                port = number;
                sockets.push((candidate.ip, socket));
            }
            Err(error) => {
                let obstacle = obstacle(&error);
                let error = BindError { address: candidate.ip, port, obstacle };
                // Taken on one of two is taken: whoever connects by the other address would reach another program.
                if !candidate.optional || matches!(error.obstacle, Obstacle::Taken | Obstacle::Denied) {
                    return Err(error);
                }
                missing = Some(error);
            }
        }
    }
    match missing {
        Some(error) if sockets.is_empty() => Err(error),
        _ => Ok(Bound { port, sockets, shadow: None }),
    }
}

fn obstacle(error: &io::Error) -> Obstacle {
    match error.kind() {
        io::ErrorKind::AddrInUse => Obstacle::Taken,
        io::ErrorKind::PermissionDenied => Obstacle::Denied,
        io::ErrorKind::AddrNotAvailable => Obstacle::NoSuchAddress,
        _ => Obstacle::Other(error.to_string()),
    }
}

fn listen(address: SocketAddr) -> io::Result<(u16, TcpListener)> {
    let socket = bound(address)?;
    socket.listen(BACKLOG)?;
    let listener = TcpListener::from(socket);
    Ok((listener.local_addr()?.port(), listener))
}

/// Whether this could be bound now.
#[cfg(not(target_os = "linux"))]
pub(super) fn try_out(address: SocketAddr) -> io::Result<()> {
    bound(address).map(drop)
}

fn bound(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // Connections of the last run that are still dying must not keep the port. On Windows the option would let two
    // programs have one port, and is not needed.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    const V4: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const V6: IpAddr = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);

    fn localhost() -> BindAddresses {
        "localhost".parse().unwrap()
    }

    /// A computer where these are taken, and where free ports are handed out from 40001 upwards.
    struct Computer {
        taken: Vec<(IpAddr, u16)>,
        without_v6: bool,
        next_free: u16,
    }

    impl Computer {
        fn new(taken: &[(IpAddr, u16)]) -> Self {
            Self { taken: taken.to_vec(), without_v6: false, next_free: 40_001 }
        }

        fn bind(&mut self, wanted: Wanted) -> Result<(u16, Vec<IpAddr>), BindError> {
            let bound = bind_with(&localhost(), wanted, |address| self.listen(address))?;
            Ok((bound.port, bound.sockets.into_iter().map(|(ip, ())| ip).collect()))
        }

        fn listen(&mut self, address: SocketAddr) -> io::Result<(u16, ())> {
            if address.is_ipv6() && self.without_v6 {
                return Err(io::Error::from_raw_os_error(97));
            }
            let port = match address.port() {
                0 => {
                    self.next_free += 1;
                    self.next_free - 1
                }
                port if port < 1024 => return Err(io::ErrorKind::PermissionDenied.into()),
                port => port,
            };
            if self.taken.contains(&(address.ip(), port)) {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            Ok((port, ()))
        }
    }

    #[test]
    fn both_families_get_the_same_number() {
        let mut computer = Computer::new(&[]);
        assert_eq!(computer.bind(Wanted::Exactly(6000)), Ok((6000, vec![V4, V6])));
        assert_eq!(computer.bind(Wanted::Free { last: None }), Ok((40_001, vec![V4, V6])));
    }

    #[test]
    fn a_free_port_that_is_taken_on_the_other_family_is_passed_over() {
        let mut computer = Computer::new(&[(V6, 40_001), (V6, 40_002)]);
        assert_eq!(computer.bind(Wanted::Free { last: None }), Ok((40_003, vec![V4, V6])));
    }

    #[test]
    fn the_search_for_a_free_port_ends() {
        let taken: Vec<_> = (40_001..41_000).map(|port| (V6, port)).collect();
        let mut computer = Computer::new(&taken);
        assert_eq!(computer.bind(Wanted::Free { last: None }).unwrap_err().obstacle, Obstacle::NoneFree);
        assert_eq!(usize::from(computer.next_free - 40_001), FREE_PORT_TRIES);
    }

    #[test]
    fn the_last_port_is_asked_for_first() {
        let mut computer = Computer::new(&[(V4, 50_000), (V6, 50_001)]);
        assert_eq!(computer.bind(Wanted::Free { last: Some(50_002) }).unwrap().0, 50_002);
        assert_eq!(computer.bind(Wanted::Free { last: Some(50_001) }).unwrap().0, 40_001);
        assert_eq!(computer.bind(Wanted::Free { last: Some(50_000) }).unwrap().0, 40_002);
        assert_eq!(computer.bind(Wanted::Free { last: Some(80) }).unwrap().0, 40_003);
    }

    #[test]
    fn one_family_is_enough_where_there_is_only_one() {
        let mut computer = Computer::new(&[]);
        computer.without_v6 = true;
        assert_eq!(computer.bind(Wanted::Free { last: None }), Ok((40_001, vec![V4])));
    }

    #[test]
    fn what_is_in_the_way_is_told() {
        let mut computer = Computer::new(&[(V6, 6000)]);
        let error = |address, port, obstacle| Err(BindError { address, port, obstacle });
        assert_eq!(computer.bind(Wanted::Exactly(6000)), error(V6, 6000, Obstacle::Taken));
        assert_eq!(computer.bind(Wanted::Exactly(80)), error(V4, 80, Obstacle::Denied));
    }

    #[test]
    fn a_real_port_can_be_bound_once() {
        let first = bind(&localhost(), Wanted::Free { last: None }).unwrap();
        let port = first.port;
        let again = bind(&localhost(), Wanted::Exactly(port)).unwrap_err();
        assert_eq!((again.port, again.obstacle), (port, Obstacle::Taken));
        let other = bind(&localhost(), Wanted::Free { last: Some(port) }).unwrap();
        assert_ne!(other.port, port);
        drop(first);
        assert_eq!(bind(&localhost(), Wanted::Exactly(port)).unwrap().port, port);
    }

    /// Other systems allow fewer.
    #[cfg(target_os = "linux")]
    #[test]
    fn many_callers_can_wait_to_be_accepted() {
        let bound = bind(&"127.0.0.1".parse().unwrap(), Wanted::Free { last: None }).unwrap();
        let address = SocketAddr::new(bound.sockets[0].0, bound.port);
        let too_long = std::time::Duration::from_secs(10);
        let connect = |_| std::net::TcpStream::connect_timeout(&address, too_long).unwrap();
        let waiting: Vec<_> = (0..600).map(connect).collect();
        drop(waiting);
    }

    #[test]
    fn an_address_of_another_computer_is_refused() {
        // 192.0.2.0/24 is for documentation (RFC 5737): no computer has it.
        let error = bind(&"192.0.2.1".parse().unwrap(), Wanted::Exactly(6000)).unwrap_err();
        assert_eq!(error.obstacle, Obstacle::NoSuchAddress);
    }
}
