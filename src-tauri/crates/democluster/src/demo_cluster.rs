//! The cluster as a whole: started, asked, disturbed, shut down.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::Context;
use crate::certificates::Certificates;
use crate::control::controllers::Controllers;
use crate::control::node::{Node, Pace};
use crate::faults::{Faults, Links, Presence};
use crate::kubeconfig::{self, Credential};
use crate::objects::kind::Kind;
use crate::objects::store::Store;
use crate::objects::{is_terminating, text};
use crate::openshift::OpenShift;
use crate::permissions::Permissions;
use crate::pods::sandbox::{Sandboxes, StreamingServer};
use crate::tokens::Tokens;
use crate::{DemoOptions, Error, ServerCertificate, content};

/// A running demo cluster. When it is dropped, everything it started ends soon; [`shutdown`](Self::shutdown) also waits for it.
pub struct DemoCluster {
    pub(crate) context: Arc<Context>,
    pub(crate) certificates: Certificates,
    pub(crate) presence: Presence,
    server_url: String,
}

impl DemoCluster {
    /// Starts a cluster. When this returns, its pods are ready.
    ///
    /// # Errors
    /// [`Error::Listen`] when the address is taken; the others are not to be expected.
    pub async fn start(options: DemoOptions) -> Result<Self, Error> {
        let certificates = Certificates::generate(options.certificate)?;
        let asked = SocketAddr::new(options.address, options.port);
        let listen = |source| Error::Listen { address: asked, source };
        let listener = TcpListener::bind(asked).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let oauth = if options.own_oauth_server {
            let anywhere = SocketAddr::new(options.address, 0);
            let listen = |source| Error::Listen { address: anywhere, source };
            let listener = TcpListener::bind(anywhere).await.map_err(listen)?;
            let address = listener.local_addr().map_err(listen)?;
            Some((listener, address, Certificates::generate(ServerCertificate::SelfSigned)?))
        } else {
            None
        };
        let oauth_address = oauth.as_ref().map_or(address, |(_, address, _)| *address);

        let (tasks, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let store = Arc::new(Store::new());
        let sandboxes = Arc::new(Sandboxes::default());
        let base_path = match options.base_path.trim_matches('/') {
            "" => String::new(),
            path => format!("/{path}"),
        };
        let pace = Pace { startup: options.startup, termination: options.termination };
        let node =
            Node::new(Arc::clone(&store), Arc::clone(&sandboxes), pace, tasks.clone(), shutdown.clone());
        let node = Arc::new(node);
        let cluster = Self {
            context: Arc::new(Context {
                links: Arc::new(Links::new(&shutdown)),
                faults: Faults::default(),
                permissions: Permissions::default(),
                server: options.server,
                runtime: options.runtime,
                base_path: base_path.clone(),
                oauth_url: format!("https://{oauth_address}{base_path}"),
                is_openshift: options.openshift,
                openshift: OpenShift::new(),
                tokens: Tokens::new(),
                store: Arc::clone(&store),
                node: Arc::clone(&node),
                sandboxes,
                tasks,
                shutdown,
            }),
            presence: Presence::new(address),
            server_url: format!("https://{address}{base_path}"),
            certificates,
        };

        content::apply(&store, options.server, None);
        let controllers = Controllers::new(store, Arc::clone(&node));
        controllers.settle().await?;
        node.settle();
        cluster.spawn(controllers.run());
        cluster.go_up(listener);
        if let Some((listener, _, certificates)) = oauth {
            cluster.serve_oauth(listener, &certificates);
        }
        Ok(cluster)
    }

    /// A kubeconfig (YAML) with one context, `culvert-demo`, in the namespace `demo`, and the newest token.
    #[must_use]
    pub fn kubeconfig(&self) -> String {
        self.render_kubeconfig(&Credential::Token(&self.token()))
    }

    /// The same with a client certificate instead of the token.
    #[must_use]
    pub fn kubeconfig_with_client_certificate(&self) -> String {
        self.render_kubeconfig(&Credential::Certificate(&self.certificates.client))
    }

    /// The URL of the API server, `https://127.0.0.1:PORT`, with the base path if there is one.
    #[must_use]
    pub fn server_url(&self) -> &str {
        &self.server_url
    }

    /// The certificate of the authority that signed the server's, in PEM; of a self-signed one it knows nothing.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.certificates.authority
    }

    /// The client certificate that is known to the server, and its key, both in PEM.
    #[must_use]
    pub fn client_certificate(&self) -> (&str, &str) {
        let (certificate, key) = &self.certificates.client;
        (certificate, key)
    }

    /// The names of the pods in a namespace that are not on their way out.
    #[must_use]
    pub fn pods(&self, namespace: &str) -> Vec<String> {
        let (_, pods) = self.context.store.list(Kind::Pod, Some(namespace));
        let live = pods.iter().filter(|pod| !is_terminating(pod));
        live.map(|pod| text(pod, "/metadata/name").to_owned()).collect()
    }

    /// The name of a pod of a workload that is not on its way out.
    #[must_use]
    pub fn pod_of(&self, namespace: &str, workload: &str) -> Option<String> {
        let (_, pods) = self.context.store.list(Kind::Pod, Some(namespace));
        let of_workload = |pod: &&Arc<Value>| text(pod, "/metadata/labels/app") == workload;
        let pod = pods.iter().filter(of_workload).find(|pod| !is_terminating(pod))?;
        Some(text(pod, "/metadata/name").to_owned())
    }

    /// Deletes a pod; what owns it makes a new one. Open links to it stay, and their streams fail as on a real node.
    /// Answers whether there was such a pod.
    pub fn delete_pod(&self, namespace: &str, name: &str) -> bool {
        self.context.node.delete(namespace, name, false).is_some()
    }

    /// Adds a pod whose port-forward is relayed, byte for byte, to a CRI streaming server elsewhere. `ports` are those
    /// that it declares; any can be asked for. Nothing happens if there is a pod of that name.
    pub fn add_relay_pod(
        &self,
        namespace: &str,
        name: &str,
        ports: &[u16],
        far_end: Arc<dyn StreamingServer>,
    ) {
        self.context.node.run_relay(namespace, name, ports, far_end);
    }

    /// Ends everything: the API server, the links, the pods. All ports are closed when it returns.
    pub async fn shutdown(self) {
        self.context.shutdown.cancel();
        self.context.tasks.close();
        self.context.tasks.wait().await;
    }

    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.context.tasks.spawn(self.context.shutdown.clone().run_until_cancelled_owned(work));
    }

    fn render_kubeconfig(&self, credential: &Credential<'_>) -> String {
        kubeconfig::render(&self.server_url, &self.certificates.authority, credential)
    }
}

impl Drop for DemoCluster {
    fn drop(&mut self) {
        self.context.shutdown.cancel();
    }
}
