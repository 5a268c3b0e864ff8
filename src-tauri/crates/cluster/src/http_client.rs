//! The HTTP client under a `kube::Client`.

use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper_timeout::TimeoutConnector;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use kube::{
    Config,
    client::{Body, ClientBuilder, ConfigExt, DynBody},
};
use tower::{BoxError, ServiceBuilder, ServiceExt as _, util::BoxService};

use crate::{
    proxy::{self, Dial, Proxy},
    tls,
};

/// The service of a client, as kube's own builder has it.
type HttpService = BoxService<Request<Body>, Response<Box<DynBody>>, BoxError>;

/// Connecting as a whole takes as many steps of at most [`proxy::STEP_TIMEOUT`]: reaching a proxy, having it connect,
/// and TLS with the server.
const STEPS_THROUGH_PROXY: u32 = 3;

/// As kube's own `ClientBuilder::try_from`, over connections of our own ([`Dial`]) and with our own checks of
/// certificates ([`tls`]).
pub(crate) fn builder(config: Config, proxy: Option<&Proxy>) -> kube::Result<ClientBuilder<HttpService>> {
    let dial = match proxy {
        None => Dial::direct(),
        Some(proxy) => Dial::through(proxy.clone(), tls::to_proxy(&config)?),
    };
    let connect_timeout = match proxy {
        None => config.connect_timeout,
        Some(_) => Some(proxy::STEP_TIMEOUT * STEPS_THROUGH_PROXY),
    };
    let mut connector = TimeoutConnector::new(tls::connector(&config, dial)?);
    connector.set_connect_timeout(connect_timeout);
    connector.set_read_timeout(config.read_timeout);
    connector.set_write_timeout(config.write_timeout);
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build(connector);

    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(client)
        .map_response(|response| response.map(|body| Box::new(body.map_err(BoxError::from)) as Box<DynBody>));
    Ok(ClientBuilder::new(service.boxed(), config.default_namespace))
}
