//! How the tunnel of a profile may be made: what a person has settled, and what the cluster has shown to work.

use portforward::{Route, Transport, Tunnel, TunnelOptions};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which transport a profile is bound to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TransportPin {
    /// The best that works.
    #[default]
    Automatic,
    /// SPDY tunnelled in a WebSocket, and nothing else.
    WebSocketTunnel,
    /// SPDY by HTTP upgrade, and nothing else.
    Spdy,
    /// v4 WebSocket channels, and nothing else.
    Channel,
}

/// Which path of the API server a profile is bound to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RoutePin {
    /// The first that the server knows.
    #[default]
    Automatic,
    /// The pod's own, and no other.
    Pod,
    /// By the proxy of the pod's node, and no other; needs rights on `nodes/proxy`.
    Node,
    /// The forms that servers before Kubernetes 1.10 had, and no others.
    Historic,
}

/// The way that worked last to the pods of a cluster, as far as it was not settled by a pin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Learned {
    transport: Option<Transport>,
    route: Option<Route>,
}

impl TransportPin {
    fn transport(self) -> Option<Transport> {
        match self {
            Self::Automatic => None,
            Self::WebSocketTunnel => Some(Transport::WebSocketTunnel),
            Self::Spdy => Some(Transport::Spdy),
            Self::Channel => Some(Transport::Channel),
        }
    }
}

impl RoutePin {
    fn route(self) -> Option<Route> {
        match self {
            Self::Automatic => None,
            Self::Pod => Some(Route::Pod),
            Self::Node => Some(Route::Node),
            Self::Historic => Some(Route::Historic),
        }
    }
}

impl Learned {
    /// What is pinned and nothing else; where nothing is, all there is, what worked last first.
    pub(crate) fn options(self, transport: TransportPin, route: RoutePin) -> TunnelOptions {
        let mut options = TunnelOptions::default();
        options.transports = choice(options.transports, transport.transport(), self.transport);
        options.routes = choice(options.routes, route.route(), self.route);
        options
    }

    /// Takes in what worked under these pins. What was pinned may be a person's whim and not the best there is.
    pub(crate) fn learn(&mut self, transport: TransportPin, route: RoutePin, tunnel: &Tunnel) {
        // Channels are what is left when the others fail, and may have failed for a moment only.
        if transport == TransportPin::Automatic && tunnel.transport() != Transport::Channel {
            self.transport = Some(tunnel.transport());
        }
        if route == RoutePin::Automatic {
            self.route = Some(tunnel.route());
        }
    }
}

fn choice<T: PartialEq>(mut all: Vec<T>, pinned: Option<T>, worked: Option<T>) -> Vec<T> {
    match (pinned, worked) {
        (Some(pinned), _) => vec![pinned],
        (None, Some(worked)) => {
            all.sort_by_key(|each| *each != worked);
            all
        }
        (None, None) => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_leaves_no_choice_and_what_worked_goes_first() {
        let new = Learned::default();
        let options = new.options(TransportPin::Automatic, RoutePin::Automatic);
        let default = TunnelOptions::default();
        assert_eq!((&options.transports, &options.routes), (&default.transports, &default.routes));

        let learned = Learned { transport: Some(Transport::Spdy), route: Some(Route::Historic) };
        let options = learned.options(TransportPin::Automatic, RoutePin::Automatic);
        assert_eq!(options.transports, [Transport::Spdy, Transport::WebSocketTunnel, Transport::Channel]);
        assert_eq!(options.routes, [Route::Historic, Route::Pod, Route::Node]);

        let options = learned.options(TransportPin::Channel, RoutePin::Node);
        assert_eq!((options.transports, options.routes), (vec![Transport::Channel], vec![Route::Node]));
    }
}
