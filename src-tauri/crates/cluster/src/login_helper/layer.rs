//! Signs requests with what a helper gives.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use futures::future::BoxFuture;
use http::{Request, Response, StatusCode, header::AUTHORIZATION};
use kube::client::Body;
use tower::{BoxError, Layer, Service, ServiceExt as _};

use super::{Credentials, HelperLogin};
use crate::http_client::Connections;

/// Adds the header `Authorization` to each request. A 401 has the helper asked again, once, and the request repeated with
/// what it gives then.
#[derive(Clone)]
pub(crate) struct HelperLayer {
    login: HelperLogin,
    connections: Connections,
    /// The number of the credentials whose certificate connections are made with.
    shown: Arc<AtomicU64>,
}

/// See [`HelperLayer`].
#[derive(Clone)]
pub(crate) struct HelperService<S> {
    inner: S,
    layer: HelperLayer,
}

impl HelperLayer {
    pub(crate) fn new(login: HelperLogin, connections: Connections) -> Self {
        Self { login, connections, shown: Arc::default() }
    }

    fn sign(&self, request: &mut Request<Body>, credentials: &Credentials) {
        // Connections show the certificate that there was when they were made.
        let before = self.shown.swap(credentials.number, Ordering::Relaxed);
        if credentials.certificate.is_some() && before != 0 && before != credentials.number {
            self.connections.renew();
        }
        if let Some(token) = &credentials.token {
            request.headers_mut().insert(AUTHORIZATION, token.clone());
        }
    }
}

impl<S> Layer<S> for HelperLayer {
    type Service = HelperService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        HelperService { inner, layer: self.clone() }
    }
}

impl<S, B> Service<Request<Body>> for HelperService<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
    B: Send,
{
    type Response = Response<B>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<B>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // Each request waits for its own turn.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let Self { inner, layer } = self.clone();
        Box::pin(async move {
            let credentials = layer.login.credentials(None).await?;
            let again = copy(&request);
            layer.sign(&mut request, &credentials);
            let response = inner.clone().oneshot(request).await?;
            if response.status() != StatusCode::UNAUTHORIZED {
                return Ok(response);
            }
            layer.login.refused(credentials.number);
            let Some(mut again) = again else { return Ok(response) };
            let renewed = layer.login.credentials(Some(credentials.number)).await?;
            layer.sign(&mut again, &renewed);
            let response = inner.oneshot(again).await?;
            if response.status() == StatusCode::UNAUTHORIZED {
                layer.login.refused(renewed.number);
            }
            Ok(response)
        })
    }
}

/// The same request once more, unless its body can be sent only once.
fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    Some(copy)
}
