//! Another program that is reached instead of a forward under the name `localhost`.
//!
//! That name is 127.0.0.1 and ::1, and programs try one after the other, mostly ::1 first. Who listens on one of them only
//! leaves the other to whoever wants it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::owner::Owner;

/// A program that listens where a forward does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shadowing {
    /// Where it listens: one of the addresses of `localhost`, or every address.
    pub(crate) address: IpAddr,
    pub(crate) owner: Option<Owner>,
    /// The address of `localhost` that is surely ours.
    pub(crate) ours: IpAddr,
}

/// Whether somebody may be in the way of a port that is bound on these addresses: [`shadow_of`] then says who. False for
/// a forward on both addresses of `localhost`, which costs nothing.
pub(crate) fn may_be_shadowed(bound: &[IpAddr]) -> bool {
    open_side(bound).is_some()
}

/// Who is in the way of a port that is bound on these addresses. Reads files: not for the async threads.
pub(crate) fn shadow_of(bound: &[IpAddr], port: u16) -> Option<Shadowing> {
    shadow_with(bound, |address| listener_at(address, port))
}

fn shadow_with(
    bound: &[IpAddr],
    listener_at: impl FnOnce(IpAddr) -> Option<(IpAddr, Option<Owner>)>,
) -> Option<Shadowing> {
    let (ours, open) = open_side(bound)?;
    let (address, owner) = listener_at(open)?;
    Some(Shadowing { address, owner, ours })
}

/// The address of `localhost` that the forward has, and the one that it has not.
fn open_side(bound: &[IpAddr]) -> Option<(IpAddr, IpAddr)> {
    let (v4, v6) = (IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST));
    let has = |address: IpAddr, all: IpAddr| bound.contains(&address) || bound.contains(&all);
    match (has(v4, Ipv4Addr::UNSPECIFIED.into()), has(v6, Ipv6Addr::UNSPECIFIED.into())) {
        (true, false) => Some((v4, v6)),
        (false, true) => Some((v6, v4)),
        // Nobody calls one `localhost` that has neither.
        (true, true) | (false, false) => None,
    }
}

#[cfg(target_os = "linux")]
use super::owner::listener_at;

/// Where the system does not tell, the address itself does: it cannot be bound. Nobody can connect in between, since it
/// is not listened on.
#[cfg(not(target_os = "linux"))]
fn listener_at(address: IpAddr, port: u16) -> Option<(IpAddr, Option<Owner>)> {
    let error = super::bind::try_out((address, port).into()).err()?;
    (error.kind() == std::io::ErrorKind::AddrInUse).then_some((address, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<IpAddr> {
        text.split_whitespace().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn one_address_of_localhost_leaves_the_other_open() {
        for (bound, open) in [
            ("127.0.0.1 ::1", None),
            ("127.0.0.1", Some("127.0.0.1 ::1")),
            ("::1", Some("::1 127.0.0.1")),
            ("0.0.0.0", Some("127.0.0.1 ::1")),
            ("::", Some("::1 127.0.0.1")),
            ("0.0.0.0 ::", None),
            ("0.0.0.0 ::1", None),
            ("10.0.0.7", None),
            ("10.0.0.7 ::1", Some("::1 127.0.0.1")),
        ] {
            let open = open.map(|open| (addresses(open)[0], addresses(open)[1]));
            assert_eq!(open_side(&addresses(bound)), open, "{bound}");
            assert_eq!(may_be_shadowed(&addresses(bound)), open.is_some());
        }
    }

    #[test]
    fn whoever_listens_there_is_named() {
        let owner = Owner { name: "nginx".into(), pid: 123, ours: false };
        let all = addresses("::")[0];
        let shadow = shadow_with(&addresses("127.0.0.1"), |address| {
            assert_eq!(address, addresses("::1")[0]);
            Some((all, Some(owner.clone())))
        });
        let ours = addresses("127.0.0.1")[0];
        assert_eq!(shadow, Some(Shadowing { address: all, owner: Some(owner), ours }));
        assert_eq!(shadow_with(&addresses("127.0.0.1"), |_| None), None);
        assert_eq!(shadow_with(&addresses("127.0.0.1 ::1"), |_| panic!("nobody can be in the way")), None);
    }
}
