//! From a kubeconfig to a client.

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::executor::block_on;
use http::{HeaderValue, Uri};
use kube::{
    Client, Config,
    client::ConfigExt,
    config::{AuthInfo, Cluster as ClusterEntry, ExecInteractiveMode, KubeConfigOptions, Kubeconfig},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{runtime::Handle, sync::oneshot, time::timeout};
use tower::buffer::BufferLayer;

use crate::{
    Cluster, Credentials, Error, ProxyEnvironment, Server, ServerTrust,
    classify::Classifier,
    http_client::{self, Connections},
    kubeconfig::Merged,
    proxy::Proxy,
    tls::{self, Trust},
    token_file::TokenFile,
};

/// Time for a TCP connection and its TLS handshake. A person waits for it; a server farther away than this is no use.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Time for reading files and for the login helper, which may have a person sign in with a browser.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(300);

/// Requests that may wait for the login layer at once; more wait for their turn before being queued.
const LOGIN_QUEUE: usize = 64;

/// Stands where kube would otherwise look for a proxy by itself. Never connected to.
const UNUSED_PROXY: &str = "http://unused.invalid";

/// What counts instead of what a kubeconfig says.
#[derive(Default)]
pub(crate) struct Own<'a> {
    /// In place of the context's user.
    pub(crate) credentials: Option<&'a Credentials>,
    /// In place of the cluster's authorities.
    pub(crate) trust: Option<Trust>,
}

/// Connects to the cluster of a context. See [`KubeconfigSources::connect`](crate::KubeconfigSources::connect).
pub(crate) async fn connect(
    mut merged: Merged,
    context: Option<&str>,
    environment: &ProxyEnvironment,
    own: Own<'_>,
) -> Result<Cluster, Error> {
    let context = merged.choose(context)?;
    let file = merged.file_of(&context);
    let definition = merged.definition(&context);
    if let Some(credentials) = own.credentials {
        merged.sign_in(&context, credentials);
    }
    let trust = own.trust;
    let (cluster, user) = entries(&merged.config, &context, &file)?;
    let proxy = choose_proxy(&cluster, environment, &file)?;
    let classifier = Classifier::new(file, &cluster, &user, proxy.as_ref());

    // A thread of its own and not one of the runtime's: a helper that hangs must neither hold up other work nor the
    // end of the program.
    let (send, receive) = oneshot::channel();
    let handle = Handle::current();
    let of_thread = classifier.clone();
    let login = move || {
        let _runtime = handle.enter();
        // Nobody listens any more when the time was over.
        let _ =
            send.send(prepare(merged.config, context, &cluster, proxy.as_ref(), trust.as_ref(), &of_thread));
    };
    std::thread::Builder::new()
        .name("cluster-login".to_owned())
        .spawn(login)
        .map_err(|error| Error::Other { message: format!("no thread could be started: {error}") })?;
    match timeout(LOGIN_TIMEOUT, receive).await {
        Ok(Ok(prepared)) => {
            let (client, connections, default_namespace) = prepared?;
            Ok(Cluster::new(client, connections, default_namespace, classifier, definition))
        }
        // The thread panicked. tower-http does so for a token that is no header value; ours are checked, a helper's not.
        Ok(Err(_)) => Err(classifier.helper("gave a token that cannot be sent", None)),
        Err(_) => {
            let seconds = LOGIN_TIMEOUT.as_secs();
            Err(classifier.helper(&format!("did not finish within {seconds} s"), None))
        }
    }
}

/// The server of a context.
pub(crate) fn server(merged: Merged, context: &str) -> Result<Server, Error> {
    let context = merged.choose(Some(context))?;
    let file = merged.file_of(&context);
    let (cluster, _) = entries(&merged.config, &context, &file)?;
    let broken =
        |reason: &str| Error::Kubeconfig { file: file.clone(), line: None, reason: reason.to_owned() };
    let url = cluster.server.ok_or_else(|| broken("the cluster has no server"))?;
    let trust = match (cluster.certificate_authority_data, cluster.certificate_authority) {
        (Some(data), _) => {
            let pem = STANDARD.decode(data).ok().and_then(|pem| String::from_utf8(pem).ok());
            ServerTrust::Pem(
                pem.ok_or_else(|| broken("certificate-authority-data is not a certificate in PEM"))?,
            )
        }
        (None, Some(path)) => ServerTrust::File(path.into()),
        (None, None) => ServerTrust::System,
    };
    Ok(Server { url, trust })
}

/// The cluster and user of a context. A user that is missing counts as one without credentials, as in kubectl.
fn entries(config: &Kubeconfig, name: &str, file: &str) -> Result<(ClusterEntry, AuthInfo), Error> {
    let named = config.contexts.iter().find(|named| named.name == name);
    let context = named.and_then(|named| named.context.clone()).unwrap_or_default();
    let cluster = config
        .clusters
        .iter()
        .find(|named| named.name == context.cluster)
        .and_then(|named| named.cluster.clone())
        .ok_or_else(|| Error::Kubeconfig {
            file: file.to_owned(),
            line: None,
            reason: format!(
                "context {name:?} names the cluster {:?}, which no file describes",
                context.cluster
            ),
        })?;
    let user = config
        .auth_infos
        .iter()
        .find(|named| Some(&named.name) == context.user.as_ref())
        .and_then(|named| named.auth_info.clone());
    Ok((cluster, user.unwrap_or_default()))
}

/// The proxy on the way to the cluster. Its own `proxy-url` counts whatever the environment says, `NO_PROXY` included.
fn choose_proxy(
    cluster: &ClusterEntry,
    environment: &ProxyEnvironment,
    file: &str,
) -> Result<Option<Proxy>, Error> {
    if let Some(url) = &cluster.proxy_url {
        let broken = |reason| Error::Kubeconfig {
            file: file.to_owned(),
            line: None,
            reason: format!("the cluster's proxy-url cannot be used: {reason}"),
        };
        return Proxy::parse(url, "proxy-url in the kubeconfig").map(Some).map_err(broken);
    }
    // A server that is no URL is reported when the configuration is read.
    match cluster.server.as_deref().unwrap_or_default().parse::<Uri>() {
        Ok(server) => environment.proxy_for(&server),
        Err(_) => Ok(None),
    }
}

/// Blocks: reads certificates, runs the login helper.
fn prepare(
    mut kubeconfig: Kubeconfig,
    context: String,
    cluster: &ClusterEntry,
    proxy: Option<&Proxy>,
    trust: Option<&Trust>,
    classifier: &Classifier,
) -> Result<(Client, Connections, String), Error> {
    // Left as it is where the program has installed one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();

    for user in kubeconfig.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        settle_interaction(user);
    }
    // kube would look for a proxy in the environment; which one there is, is settled already.
    for cluster in kubeconfig.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        cluster.proxy_url = Some(UNUSED_PROXY.to_owned());
    }
    let options = KubeConfigOptions { context: Some(context), ..KubeConfigOptions::default() };
    let mut config = block_on(Config::from_custom_kubeconfig(kubeconfig, &options))
        .map_err(|error| classifier.kubeconfig(&error))?;
    config.proxy_url = None;
    if let Some(told) = config.auth_info.exec.as_mut().and_then(|exec| exec.cluster.as_mut()) {
        told.proxy_url = cluster.proxy_url.clone();
    }
    if config.root_cert.as_ref().is_some_and(Vec::is_empty) {
        return Err(classifier.broken("the certificate authority holds no certificate in PEM".to_owned()));
    }
    tls::check_client_key(&config.auth_info).map_err(|reason| classifier.broken(reason))?;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    // Upgraded connections and watches are idle for hours; requests have a time limit of their own.
    config.read_timeout = None;
    config.write_timeout = None;
    // kube would repeat a request up to 15 times on 429, 503 and 504, waiting as long as the server says. Who asks
    // decides instead: a person sees the answer, a forward backs off.
    config.default_retry = false;

    let namespace = config.default_namespace.clone();
    let (client, connections) = with_login(config, proxy, trust, classifier)?;
    Ok((client, connections, namespace))
}

/// The client, with the login as its outermost layer where it is one that has to be renewed.
fn with_login(
    mut config: Config,
    proxy: Option<&Proxy>,
    trust: Option<&Trust>,
    classifier: &Classifier,
) -> Result<(Client, Connections), Error> {
    let setup = |error: kube::Error| classifier.setup(&error);
    let user = &mut config.auth_info;
    let is_static = user.token.is_some()
        || user.auth_provider.is_some()
        || (user.username.is_some() && user.password.is_some());
    let sendable = |token: &SecretString| HeaderValue::try_from(token.expose_secret()).is_ok();
    if !user.token.as_ref().is_none_or(sendable) {
        return Err(classifier.broken("the user's token holds characters that cannot be sent".to_owned()));
    }
    // A token file wins over a token, which counts only when the file is useless (client-go `rest.Config`).
    if (user.token.is_some() || !is_static)
        && let Some(path) = user.token_file.take()
    {
        match TokenFile::open(path.into()) {
            Ok(file) => {
                user.token = None;
                let (builder, connections) = http_client::builder(config, proxy, trust).map_err(setup)?;
                let builder = builder.with_layer(&BufferLayer::new(LOGIN_QUEUE));
                return Ok((builder.with_layer(&file.layer()).build(), connections));
            }
            Err(reason) if user.token.is_none() => return Err(classifier.broken(reason)),
            Err(reason) => tracing::warn!(reason, "the token beside it is used"),
        }
    }
    // kube's builder asks the helper three times over. Asked here once, it need not be asked again, unless it gave a
    // certificate: kube takes one from nowhere else.
    if !is_static
        && user.exec.is_some()
        && let Some(layer) = config.auth_layer().map_err(setup)?
    {
        config.auth_info.exec = None;
        let (builder, connections) = http_client::builder(config, proxy, trust).map_err(setup)?;
        let builder = builder.with_layer(&BufferLayer::new(LOGIN_QUEUE)).with_layer(&layer);
        return Ok((builder.build(), connections));
    }
    let (builder, connections) = http_client::builder(config, proxy, trust).map_err(setup)?;
    Ok((builder.build(), connections))
}

/// As kubectl: a helper may ask questions only at a terminal. Otherwise it is told not to, and what it says on standard
/// error is kept for the error message.
fn settle_interaction(user: &mut AuthInfo) {
    if let Some(exec) = &mut user.exec
        && !io::stdin().is_terminal()
    {
        exec.interactive_mode = Some(ExecInteractiveMode::Never);
    }
}
