//! The HTTP client under a `kube::Client`.

use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper_timeout::TimeoutConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use kube::{
    Config,
    client::{Body, ClientBuilder, ConfigExt, DynBody},
};
use tower::{BoxError, ServiceBuilder, ServiceExt as _, util::BoxService};

/// The service of a client, as kube's own builder has it.
type HttpService = BoxService<Request<Body>, Response<Box<DynBody>>, BoxError>;

/// As kube's own `ClientBuilder::try_from`, with `TCP_NODELAY`: kube leaves it off, and the bytes of port-forward links
/// travel on these connections, where a small write must not wait for the acknowledgement of the one before
/// (kube-client, client/builder.rs). Behind a proxy kube's own connectors are used.
pub(crate) fn builder(config: Config) -> kube::Result<ClientBuilder<HttpService>> {
    if config.proxy_url.is_some() {
        return ClientBuilder::try_from(config);
    }
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let mut connector = TimeoutConnector::new(config.rustls_https_connector_with_connector(tcp)?);
    connector.set_connect_timeout(config.connect_timeout);
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
