//! Word of changes of this computer's network.

use std::{net::IpAddr, time::Duration};

use netwatcher::{Update, async_adapter::Tokio};

/// Changes come in bursts: an address, a route, the next address. They are acted on together, after this time.
const BURST: Duration = Duration::from_millis(500);

/// What a change of the network means for connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NetworkChange {
    /// What could not be reached may be reached now.
    Other,
    /// An address is gone, and with it whatever was connected from it.
    AddressGone,
}

/// Tells each change, of several at once the gravest. Returns at once where the system does not tell.
pub(crate) async fn report(tell: impl Fn(NetworkChange)) {
    let mut watch = match netwatcher::watch_interfaces_async::<Tokio>() {
        Ok(watch) => watch,
        Err(error) => return tracing::warn!(%error, "changes of the network are not noticed"),
    };
    loop {
        let Some(mut change) = judge(&watch.changed().await) else { continue };
        while let Ok(update) = tokio::time::timeout(BURST, watch.changed()).await {
            if judge(&update) == Some(NetworkChange::AddressGone) {
                change = NetworkChange::AddressGone;
            }
        }
        tracing::debug!(?change, "the network has changed");
        tell(change);
    }
}

fn judge(update: &Update) -> Option<NetworkChange> {
    if update.is_initial {
        None
    } else if update.addrs_removed().any(|(_, address)| leads_somewhere(address.ip)) {
        Some(NetworkChange::AddressGone)
    } else if update.addrs_added().any(|(_, address)| leads_somewhere(address.ip)) {
        Some(NetworkChange::Other)
    } else {
        None
    }
}

/// Whether a cluster may be reached from this address. Those of the link alone come and go with every container.
fn leads_somewhere(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_link_local(),
        IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use netwatcher::{Interface, InterfaceDiff, IpRecord, UpdateDiff};

    use super::*;

    fn update(added: bool, removed: bool) -> Update {
        let address = || vec![IpRecord { ip: [192, 0, 2, 7].into(), prefix_len: 24 }];
        let list = |there: bool| if there { address() } else { Vec::new() };
        let diff = InterfaceDiff {
            name_changed: false,
            hw_addr_changed: true,
            addrs_added: list(added),
            addrs_removed: list(removed),
        };
        let interface =
            Interface { index: 1, name: "vpn".to_owned(), hw_addr: String::new(), ips: list(!removed) };
        Update {
            is_initial: false,
            interfaces: HashMap::from([(1, interface)]),
            diff: UpdateDiff { modified: HashMap::from([(1, diff)]), ..UpdateDiff::default() },
        }
    }

    #[test]
    fn an_address_that_is_gone_is_what_matters_most() {
        for (added, removed, expected) in [
            (true, false, Some(NetworkChange::Other)),
            (true, true, Some(NetworkChange::AddressGone)),
            (false, true, Some(NetworkChange::AddressGone)),
            (false, false, None),
        ] {
            assert_eq!(judge(&update(added, removed)), expected);
        }
        assert_eq!(judge(&Update { is_initial: true, ..update(true, false) }), None);
    }

    #[test]
    fn addresses_that_lead_nowhere_do_not_matter() {
        for (ip, leads) in [
            ("127.0.0.2", false),
            ("::1", false),
            ("fe80::1", false),
            ("169.254.1.1", false),
            ("10.0.0.7", true),
            ("2001:db8::7", true),
        ] {
            assert_eq!(leads_somewhere(ip.parse().unwrap()), leads, "{ip}");
        }
    }
}
