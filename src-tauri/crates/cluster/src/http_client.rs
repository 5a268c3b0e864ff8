//! The HTTP client under a `kube::Client`.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper_rustls::HttpsConnector;
use hyper_timeout::TimeoutConnector;
use hyper_util::{
    client::legacy::{Client, ResponseFuture},
    rt::TokioExecutor,
};
use kube::{
    Config,
    client::{Body, ClientBuilder, ConfigExt, DynBody},
};
use tower::{BoxError, Service, ServiceBuilder, ServiceExt as _, util::BoxService};

use crate::{
    diagnosis::Approach,
    login_helper::HelperLogin,
    oidc::{self, Renewals},
    proxy::{self, Dial, Proxy},
    tls::{self, Trust},
};

/// The service of a client, as kube's own builder has it.
type HttpService = BoxService<Request<Body>, Response<Box<DynBody>>, BoxError>;

/// Connecting as a whole takes as many steps of at most [`proxy::STEP_TIMEOUT`]: reaching a proxy, having it connect,
/// and TLS with the server.
const STEPS_THROUGH_PROXY: u32 = 3;

type Connector = TimeoutConnector<HttpsConnector<Dial>>;

/// The connections of a client, which can be given up and made anew. Clones share them.
#[derive(Clone)]
pub(crate) struct Connections {
    connector: Connector,
    approach: Arc<Approach>,
    client: Arc<Mutex<Client<Connector, Body>>>,
}

impl Connections {
    fn new(connector: Connector, approach: Approach) -> Self {
        let client = Arc::new(Mutex::new(client(&connector)));
        Self { connector, approach: Arc::new(approach), client }
    }

    /// The way to the server, to be gone step by step.
    pub(crate) fn approach(&self) -> &Approach {
        &self.approach
    }

    /// Later requests go over new connections. Those that were upgraded or have a request under way stay until they end.
    pub(crate) fn renew(&self) {
        *self.lock() = client(&self.connector);
    }

    fn lock(&self) -> MutexGuard<'_, Client<Connector, Body>> {
        // Nothing under the lock can leave it half done.
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service<Request<Body>> for Connections {
    type Response = Response<hyper::body::Incoming>;
    type Error = hyper_util::client::legacy::Error;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.lock().request(request)
    }
}

/// As kube's own `ClientBuilder::try_from`, over connections of our own ([`Dial`]) and with our own checks of
/// certificates ([`tls`]).
pub(crate) fn builder(
    config: Config,
    proxy: Option<&Proxy>,
    helper: Option<&HelperLogin>,
    trust: Option<&Trust>,
    renewals: &Renewals,
) -> kube::Result<(ClientBuilder<HttpService>, Connections)> {
    let dial = match proxy {
        None => Dial::direct(),
        Some(proxy) => Dial::through(proxy.clone(), tls::to_proxy(&config, trust)?),
    };
    let connect_timeout = match proxy {
        None => config.connect_timeout,
        Some(_) => Some(proxy::STEP_TIMEOUT * STEPS_THROUGH_PROXY),
    };
    let https = tls::connector(&config, helper, trust, dial.clone())?;
    let approach = Approach::new(&config, proxy, trust, dial, https.clone());
    let mut connector = TimeoutConnector::new(https);
    connector.set_connect_timeout(connect_timeout);
    connector.set_read_timeout(config.read_timeout);
    connector.set_write_timeout(config.write_timeout);
    let connections = Connections::new(connector, approach);

    let oidc = oidc::layer(&config, renewals)?;
    let auth = if oidc.is_some() { None } else { config.auth_layer()? };
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(oidc)
        .option_layer(auth)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(connections.clone())
        .map_response(|response| response.map(|body| Box::new(body.map_err(BoxError::from)) as Box<DynBody>));
    Ok((ClientBuilder::new(service.boxed(), config.default_namespace), connections))
}

fn client(connector: &Connector) -> Client<Connector, Body> {
    Client::builder(TokioExecutor::new()).build(connector.clone())
}
