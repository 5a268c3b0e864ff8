//! From a kubeconfig to a client.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::executor::block_on;
use http::{HeaderValue, Uri};
use kube::{
    Client, Config,
    config::{
        AuthInfo, Cluster as ClusterEntry, Context, KubeConfigOptions, Kubeconfig, NamedAuthInfo,
        NamedCluster, NamedContext,
    },
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{runtime::Handle, sync::oneshot, time::timeout};
use tower::buffer::BufferLayer;
use wording::{Text, text};

use crate::{
    Cluster, Error, ProxyEnvironment, SecretText, Server, ServerTrust, ServerWay,
    classify::Classifier,
    http_client::{self, Connections},
    kubeconfig::Chosen,
    login_helper::{HelperLayer, HelperLogin, Helpers},
    oidc::{self, Renewals},
    proxy::Proxy,
    tls::{self, Trust},
    token_file::TokenFile,
};

/// Time for a TCP connection and its TLS handshake. A person waits for it; a server farther away than this is no use.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Time for reading files, and for the command of an `auth-provider`, which kube runs.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(300);

/// Requests that may wait for the login layer at once; more wait for their turn before being queued.
const LOGIN_QUEUE: usize = 64;

/// Stands where kube would otherwise look for a proxy by itself. Never connected to.
const UNUSED_PROXY: &str = "http://unused.invalid";

/// What signing in has given, for who signs in in the same way later. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logins {
    pub(crate) helpers: Helpers,
    pub(crate) renewals: Renewals,
}

/// Connects to the cluster of a context; `trust` counts in place of its authorities. See
/// [`KubeconfigSources::connect`](crate::KubeconfigSources::connect).
pub(crate) async fn connect(
    chosen: Chosen,
    environment: &ProxyEnvironment,
    logins: &Logins,
    trust: Option<Trust>,
) -> Result<Cluster, Error> {
    let Chosen { name, file, definition, context, cluster, user, expires_at } = chosen;
    let Some(cluster) = cluster else {
        let named = context.cluster;
        let reason = text!(
            "context {name:?} names the cluster {named:?}, which no file describes",
            "der Kontext {name:?} nennt den Cluster {named:?}, den keine Datei beschreibt"
        );
        return Err(Error::Kubeconfig { file, line: None, reason });
    };
    let proxy = choose_proxy(&cluster, environment, &file)?;
    let classifier = Classifier::new(file, &cluster, &user, proxy.as_ref());
    let config = {
        let (proxied, classifier) = (cluster.proxy_url.clone(), classifier.clone());
        let read = move || read(only(name, context, cluster, user), proxied, &classifier);
        tokio::task::spawn_blocking(read).await.map_err(|_| broken_off())??
    };
    let login = helper_of(&config, &logins.helpers, &classifier);
    if let Some(login) = &login {
        login.sign_in().await?;
    }
    let namespace = config.default_namespace.clone();
    let (client, connections) = {
        let (login, renewals, classifier) = (login.clone(), logins.renewals.clone(), classifier.clone());
        let make = move || with_login(config, proxy.as_ref(), login, trust.as_ref(), &renewals, &classifier);
        on_thread(make).await??
    };
    Ok(Cluster::new(client, connections, namespace, classifier, definition, login, expires_at))
}

/// Does what blocks on a thread of its own and not on one of the runtime's: a command of an `auth-provider` that hangs must
/// neither hold up other work nor the end of the program.
async fn on_thread<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let (send, receive) = oneshot::channel();
    let handle = Handle::current();
    let act = move || {
        let _runtime = handle.enter();
        // Nobody listens any more when the time was over.
        let _ = send.send(act());
    };
    std::thread::Builder::new().name("cluster-login".to_owned()).spawn(act).map_err(|error| {
        Error::Other {
            message: text!(
                "no thread could be started: {error}",
                "es ließ sich kein Thread starten: {error}"
            ),
        }
    })?;
    match timeout(LOGIN_TIMEOUT, receive).await {
        Ok(Ok(outcome)) => Ok(outcome),
        // The thread panicked. tower-http does so for a token that is no header value; ours are checked, an
        // auth-provider's not.
        Ok(Err(_)) => Err(broken_off()),
        Err(_) => {
            let seconds = LOGIN_TIMEOUT.as_secs();
            Err(Error::Other {
                message: text!(
                    "reading what the kubeconfig names took more than {seconds} s",
                    "das Lesen dessen, was die kubeconfig nennt, dauerte mehr als {seconds} s"
                ),
            })
        }
    }
}

fn broken_off() -> Error {
    Error::Other {
        message: text!(
            "the sign-in gave something that cannot be sent",
            "die Anmeldung ergab etwas, das sich nicht senden lässt"
        ),
    }
}

/// The server of a context, with the way to it.
pub(crate) fn server(chosen: Chosen) -> Result<Server, Error> {
    let Chosen { file, cluster, user, .. } = chosen;
    let broken = |reason: Text| Error::Kubeconfig { file: file.clone(), line: None, reason };
    let cluster = cluster.ok_or_else(|| {
        broken(text!(
            "no file describes the cluster of this context",
            "keine Datei beschreibt den Cluster dieses Kontexts"
        ))
    })?;
    // Found out here, where the file is known.
    let proxy = choose_proxy(&cluster, &ProxyEnvironment::default(), &file)?;
    let classifier = Classifier::new(file.clone(), &cluster, &user, proxy.as_ref());
    tls::names(cluster.tls_server_name.as_deref()).map_err(|error| classifier.setup(&error))?;
    let way = ServerWay { proxy: cluster.proxy_url.map(SecretText::new), name: cluster.tls_server_name };
    let url = cluster
        .server
        .ok_or_else(|| broken(text!("the cluster has no server", "der Cluster hat keinen Server")))?;
    let trust = match (cluster.certificate_authority_data, cluster.certificate_authority) {
        (Some(data), _) => {
            let pem = STANDARD.decode(data).ok().and_then(|pem| String::from_utf8(pem).ok());
            ServerTrust::Pem(pem.ok_or_else(|| {
                broken(text!(
                    "certificate-authority-data is not a certificate in PEM",
                    "certificate-authority-data ist kein Zertifikat im Format PEM"
                ))
            })?)
        }
        (None, Some(path)) => ServerTrust::File(path.into()),
        (None, None) => ServerTrust::System,
    };
    Ok(Server { url, trust, way })
}

/// A kubeconfig with this context and nothing else.
fn only(name: String, context: Context, cluster: ClusterEntry, user: AuthInfo) -> Kubeconfig {
    let mut context = context;
    let user_name = context.user.get_or_insert_default().clone();
    Kubeconfig {
        current_context: Some(name.clone()),
        clusters: vec![NamedCluster {
            name: context.cluster.clone(),
            cluster: Some(cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            name: user_name,
            auth_info: Some(user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext { name, context: Some(context), ..NamedContext::default() }],
        ..Kubeconfig::default()
    }
}

/// The login helper of a user who has no other credentials, which come first. kube is to know nothing of it.
fn helper_of(config: &Config, helpers: &Helpers, classifier: &Classifier) -> Option<HelperLogin> {
    let user = &config.auth_info;
    if has_own(user) || user.token_file.is_some() {
        return None;
    }
    user.exec.clone().map(|exec| helpers.login(exec, classifier))
}

fn has_own(user: &AuthInfo) -> bool {
    user.token.is_some()
        || user.auth_provider.is_some()
        || (user.username.is_some() && user.password.is_some())
}

/// The proxy on the way to the cluster. Its own `proxy-url` counts whatever the environment says, `NO_PROXY` included.
fn choose_proxy(
    cluster: &ClusterEntry,
    environment: &ProxyEnvironment,
    file: &str,
) -> Result<Option<Proxy>, Error> {
    if let Some(url) = &cluster.proxy_url {
        let broken = |reason: Text| Error::Kubeconfig {
            file: file.to_owned(),
            line: None,
            reason: text!("the cluster's proxy-url cannot be used: {reason}", "proxy-url des Clusters ist nicht verwendbar: {reason}"; reason),
        };
        return Proxy::of_kubeconfig(url).map(Some).map_err(broken);
    }
    // A server that is no URL is reported when the configuration is read.
    match cluster.server.as_deref().unwrap_or_default().parse::<Uri>() {
        Ok(server) => environment.proxy_for(&server),
        Err(_) => Ok(None),
    }
}

/// Blocks: reads certificates.
fn read(
    mut kubeconfig: Kubeconfig,
    proxy_url: Option<String>,
    classifier: &Classifier,
) -> Result<Config, Error> {
    // Left as it is where the program has installed one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();

    // kube would look for a proxy in the environment; which one there is, is settled already.
    for cluster in kubeconfig.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        cluster.proxy_url = Some(UNUSED_PROXY.to_owned());
    }
    let options = KubeConfigOptions::default();
    let mut config = block_on(Config::from_custom_kubeconfig(kubeconfig, &options))
        .map_err(|error| classifier.kubeconfig(&error))?;
    config.proxy_url = None;
    if let Some(told) = config.auth_info.exec.as_mut().and_then(|exec| exec.cluster.as_mut()) {
        told.proxy_url = proxy_url;
    }
    if config.root_cert.as_ref().is_some_and(Vec::is_empty) {
        return Err(classifier.broken(text!(
            "the certificate authority holds no certificate in PEM",
            "die Zertifizierungsstelle enthält kein Zertifikat im Format PEM"
        )));
    }
    tls::check_client_key(&config.auth_info).map_err(|reason| classifier.broken(reason))?;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    // Upgraded connections and watches are idle for hours; requests have a time limit of their own.
    config.read_timeout = None;
    config.write_timeout = None;
    // kube would repeat a request up to 15 times on 429, 503 and 504, waiting as long as the server says. Who asks
    // decides instead: a person sees the answer, a forward backs off.
    config.default_retry = false;

    Ok(config)
}

/// The client, with the login as its outermost layer where it is one that has to be renewed. Blocks.
fn with_login(
    mut config: Config,
    proxy: Option<&Proxy>,
    helper: Option<HelperLogin>,
    trust: Option<&Trust>,
    renewals: &Renewals,
    classifier: &Classifier,
) -> Result<(Client, Connections), Error> {
    let setup = |error: kube::Error| classifier.setup(&error);
    let user = &mut config.auth_info;
    let is_static = has_own(user);
    // Helpers are run by ourselves.
    user.exec = None;
    oidc::allow_public_client(user);
    let sendable = |token: &SecretString| HeaderValue::try_from(token.expose_secret()).is_ok();
    if !user.token.as_ref().is_none_or(sendable) {
        return Err(classifier.broken(text!(
            "the user's token holds characters that cannot be sent",
            "das Token des Benutzers enthält Zeichen, die sich nicht senden lassen"
        )));
    }
    // A token file wins over a token, which counts only when the file is useless (client-go `rest.Config`).
    if (user.token.is_some() || !is_static)
        && let Some(path) = user.token_file.take()
    {
        match TokenFile::open(path.into()) {
            Ok(file) => {
                user.token = None;
                let (builder, connections) =
                    http_client::builder(config, proxy, None, trust, renewals).map_err(setup)?;
                let builder = builder.with_layer(&BufferLayer::new(LOGIN_QUEUE));
                return Ok((builder.with_layer(&file.layer()).build(), connections));
            }
            Err(reason) if user.token.is_none() => return Err(classifier.broken(reason)),
            Err(reason) => tracing::warn!(%reason, "the token beside it is used"),
        }
    }
    let (builder, connections) =
        http_client::builder(config, proxy, helper.as_ref(), trust, renewals).map_err(setup)?;
    let Some(login) = helper else { return Ok((builder.build(), connections)) };
    let builder = builder.with_layer(&BufferLayer::new(LOGIN_QUEUE));
    Ok((builder.with_layer(&HelperLayer::new(login, connections.clone())).build(), connections))
}
