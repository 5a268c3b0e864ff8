//! From a name to a connection: what the client does in one go, in steps.

use std::{io, net::SocketAddr};

use http::Uri;
use hyper_rustls::HttpsConnector;
use kube::Config;
use tokio::net::{TcpStream, lookup_host};
use tower::ServiceExt as _;
use wording::{Text, text};

use super::{Expiry, ServerProof};
use crate::{
    Cluster, Error, Identity,
    proxy::{Destination, Dial, Proxy},
    tls::Trust,
};

/// Addresses of one name that are looked at; load balancers have a handful.
const MOST_ADDRESSES: usize = 16;

/// What the steps are made with.
pub(crate) struct Approach {
    server: Uri,
    proxy: Option<Proxy>,
    dial: Dial,
    https: HttpsConnector<Dial>,
    identity: Identity,
    expiry: Option<Expiry>,
}

/// Whom the first connection goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstHop {
    /// A name or an address, IPv6 without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The proxy's URL without credentials, where it is one.
    pub proxy: Option<String>,
}

/// Where the first connection may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesFound {
    /// At least one, 16 at most.
    pub addresses: Vec<SocketAddr>,
    /// There was nothing to look up.
    pub was_address: bool,
}

impl Approach {
    pub(crate) fn new(
        config: &Config,
        proxy: Option<&Proxy>,
        trust: Option<&Trust>,
        dial: Dial,
        https: HttpsConnector<Dial>,
    ) -> Self {
        let server = config.cluster_url.clone();
        let identity = match trust {
            None => Identity::new(&server.to_string(), config.root_cert.as_deref()),
            Some(trust) => Identity::trusting(&server.to_string(), trust),
        };
        let expiry = Expiry::of(&config.auth_info);
        Self { server, proxy: proxy.cloned(), dial, https, identity, expiry }
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(super) fn expiry(&self) -> Option<&Expiry> {
        self.expiry.as_ref()
    }
}

impl Cluster {
    /// Whom the first connection goes to: the server, or the proxy on the way to it.
    ///
    /// # Errors
    /// [`Error::Kubeconfig`] where the server's URL names no host.
    pub fn first_hop(&self) -> Result<FirstHop, Error> {
        let approach = self.approach();
        if let Some(proxy) = &approach.proxy {
            let (host, port) = proxy.place();
            return Ok(FirstHop { host: host.to_owned(), port, proxy: Some(proxy.to_string()) });
        }
        let no_host = || {
            self.classifier().broken(text!(
                "the cluster's server names no host",
                "der Server des Clusters nennt keinen Host"
            ))
        };
        let Destination { host, port } = Destination::of(&approach.server).ok_or_else(no_host)?;
        Ok(FirstHop { host, port, proxy: None })
    }

    /// Resolves the name of the first hop. Takes as long as the system's resolver does.
    ///
    /// # Errors
    /// [`Error::Unreachable`].
    pub async fn resolve(&self, hop: &FirstHop) -> Result<NamesFound, Error> {
        let was_address = hop.host.parse::<std::net::IpAddr>().is_ok();
        let found = lookup_host((hop.host.as_str(), hop.port)).await;
        let addresses: Vec<SocketAddr> = match found {
            Ok(found) => found.take(MOST_ADDRESSES).collect(),
            Err(error) => return Err(self.name_unknown(hop, &Text::verbatim(error.to_string()))),
        };
        if addresses.is_empty() {
            return Err(self.name_unknown(hop, &text!("it has no address", "er hat keine Adresse")));
        }
        Ok(NamesFound { addresses, was_address })
    }

    /// Connects to one of the addresses, and ends the connection again. Answers which one it was.
    ///
    /// # Errors
    /// [`Error::Unreachable`], with the reason of the last address.
    pub async fn reach(&self, found: &NamesFound) -> Result<SocketAddr, Error> {
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in &found.addresses {
            match TcpStream::connect(address).await {
                Ok(_) => return Ok(*address),
                Err(error) => last = error,
            }
        }
        Err(self.classifier().failure(&Text::default(), &last))
    }

    /// Has the proxy connect to the server, and ends the connection again. Without a proxy nothing is done.
    ///
    /// # Errors
    /// [`Error::Proxy`]; [`Error::Unreachable`] without a proxy.
    pub async fn pass_proxy(&self) -> Result<(), Error> {
        let approach = self.approach();
        if approach.proxy.is_none() {
            return Ok(());
        }
        let dialled = approach.dial.clone().oneshot(approach.server.clone()).await;
        dialled.map(drop).map_err(|error| self.classifier().failure(&Text::default(), &*error))
    }

    /// Shakes hands with the server by TLS, and ends the connection again. `None` where the server's URL is one without
    /// TLS. Sends the client certificate if there is one, and no other credentials.
    ///
    /// # Errors
    /// [`Error::Untrusted`], [`Error::Unreachable`], [`Error::Unauthorized`] (the client certificate was refused).
    pub async fn prove_server(&self) -> Result<Option<ServerProof>, Error> {
        let approach = self.approach();
        let connected = approach.https.clone().oneshot(approach.server.clone()).await;
        let connection = connected.map_err(|error| self.classifier().failure(&Text::default(), &*error))?;
        Ok(ServerProof::of(&connection))
    }

    fn name_unknown(&self, hop: &FirstHop, why: &Text) -> Error {
        let name = &hop.host;
        self.classifier().unreachable(&text!(
            "the name {name} cannot be resolved: {why}",
            "der Name {name} lässt sich nicht auflösen: {why}"; why
        ))
    }
}
