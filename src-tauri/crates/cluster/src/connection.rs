//! One cluster, signed in to.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, SystemTime},
};

use k8s_openapi::api::{
    apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet},
    batch::v1::Job,
    core::v1::{Pod, Service},
};
use kube::{Api, Client, api::ListParams, core::Selector};
use tokio::sync::watch;
use wording::{Text, text};

use crate::{
    Definition, Error, Target, TargetKind, TargetPods, browse::Looks, classify::Classifier,
    diagnosis::Approach, http_client::Connections, login_helper::HelperLogin,
    namespace_watch::NamespaceWatch, selector, target_name::check_name, target_pods::PodScope,
};

/// How long one answer of the API server may take. Longer than its own usual limit for a list under load; a person has
/// given up by then, and a connection that died in its sleep is found out.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// One cluster, signed in to as one user. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Cluster {
    inner: Arc<Inner>,
    /// Not in `inner`, which the tasks of looks hold: they end with the last handle that anybody else has.
    looks: Arc<Looks>,
}

struct Inner {
    client: Client,
    default_namespace: String,
    classifier: Classifier,
    definition: Definition,
    connections: Connections,
    helper: Option<HelperLogin>,
    /// When the credentials end, where it is known otherwise than from themselves.
    expires_at: Option<SystemTime>,
    /// Counts how often all watches were started anew.
    renewed: watch::Sender<u64>,
    /// By namespace, as long as somebody follows pods there.
    watches: Mutex<BTreeMap<String, Weak<NamespaceWatch>>>,
}

impl Cluster {
    pub(crate) fn new(
        client: Client,
        connections: Connections,
        default_namespace: String,
        classifier: Classifier,
        definition: Definition,
        helper: Option<HelperLogin>,
        expires_at: Option<SystemTime>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                client,
                default_namespace,
                classifier,
                definition,
                connections,
                helper,
                expires_at,
                renewed: watch::Sender::new(0),
                watches: Mutex::default(),
            }),
            looks: Arc::default(),
        }
    }

    /// What is looked at.
    pub(crate) fn looks(&self) -> &Looks {
        &self.looks
    }

    /// The same cluster, for a task that looks.
    pub(crate) fn without_looks(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), looks: Arc::default() }
    }

    /// Changes when all watches are to be started anew.
    pub(crate) fn renewed(&self) -> watch::Receiver<u64> {
        self.inner.renewed.subscribe()
    }

    /// Later requests go over new connections, signed in as before: those there are may be dead without a word. Tunnels
    /// and watches are not touched.
    pub fn renew_connections(&self) {
        self.inner.connections.renew();
    }

    /// What a login helper gave is of no use any more: it is asked again when somebody next needs it.
    pub fn forget_login(&self) {
        if let Some(helper) = &self.inner.helper {
            helper.forget();
        }
    }

    /// Starts all watches anew, for when the computer slept or its network changed.
    pub fn restart_watches(&self) {
        self.inner.renewed.send_modify(|count| *count += 1);
    }

    /// The watch over the pods of a namespace, the same for all who ask while somebody holds it.
    pub(crate) fn watch_of(&self, namespace: &str) -> Arc<NamespaceWatch> {
        // Nothing under the lock can leave it half done.
        let mut watches = self.inner.watches.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watch) = watches.get(namespace).and_then(Weak::upgrade) {
            return watch;
        }
        watches.retain(|_, watch| watch.strong_count() > 0);
        let api = Api::namespaced(self.client(), namespace);
        let watch = Arc::new(NamespaceWatch::start(api, self.inner.renewed.subscribe()));
        watches.insert(namespace.to_owned(), Arc::downgrade(&watch));
        watch
    }

    /// The client, for port-forward requests. It limits the time of connecting (10 s; through a
    /// proxy 10 s for each step) but not of answers, so that
    /// upgraded connections may be idle, and it repeats nothing by itself.
    pub fn client(&self) -> Client {
        self.inner.client.clone()
    }

    /// The namespace that the context prefers; `default` where it says none.
    pub fn default_namespace(&self) -> &str {
        &self.inner.default_namespace
    }

    /// What the kubeconfigs said of the context when it was connected.
    pub fn definition(&self) -> Definition {
        self.inner.definition
    }

    /// The way to the server, to be gone step by step.
    pub(crate) fn approach(&self) -> &Approach {
        self.inner.connections.approach()
    }

    pub(crate) fn expires_at(&self) -> Option<SystemTime> {
        self.inner.expires_at
    }

    /// Puts errors in our terms.
    pub(crate) fn classifier(&self) -> &Classifier {
        &self.inner.classifier
    }

    /// Puts an error of the client (of an upgrade, for example) in our terms; `action` says what was asked for, as in
    /// `create pods/portforward in namespace demo`. What came from elsewhere counts as "no connection".
    ///
    /// Only what this returns may be shown or logged: the client's own errors may tell a login helper's arguments,
    /// environment and output.
    pub fn explain(&self, action: &Text, error: &(dyn std::error::Error + 'static)) -> Error {
        self.inner.classifier.failure(action, error)
    }

    /// A text of the far end in one line, without the user's secrets, at most 600 characters.
    pub fn redact(&self, text: &str) -> String {
        self.inner.classifier.redact(text)
    }

    /// The pods that the target leads to.
    ///
    /// # Errors
    /// [`Error::BadTarget`], [`Error::TargetNotFound`], [`Error::TargetUnsuitable`]; and of any request
    /// [`Error::Unreachable`], [`Error::Proxy`], [`Error::Untrusted`], [`Error::Unauthorized`], [`Error::Forbidden`],
    /// [`Error::LoginHelper`], [`Error::Api`].
    pub async fn pods_of(&self, namespace: &str, target: &Target) -> Result<TargetPods, Error> {
        Self::check_namespace(namespace)?;
        target.check().map_err(|reason| Error::BadTarget { text: target.to_string(), reason })?;
        let name = &target.name;
        let mut service = None;
        let selector = match target.kind {
            TargetKind::Pod => {
                let pod = self.object::<Pod>(namespace, target).await?;
                let scope = PodScope::Named(target.name.clone());
                return Ok(TargetPods::new(target, namespace, None, scope, vec![pod]));
            }
            TargetKind::Service => {
                let found: Service = self.object(namespace, target).await?;
                let labels = found.spec.as_ref().and_then(|spec| spec.selector.as_ref());
                let labels = labels.filter(|labels| !labels.is_empty()).ok_or_else(|| {
                    unsuitable(
                        target,
                        text!(
                            "invalid service '{name}': Service is defined without a selector",
                            "Service „{name}“ hat keinen Selektor"
                        ),
                    )
                })?;
                let selector = selector::of_service(labels);
                service = Some(found);
                selector
            }
            TargetKind::Selector => {
                selector::parse(&target.name).map_err(|reason| unsuitable(target, reason))?
            }
            TargetKind::Deployment
            | TargetKind::StatefulSet
            | TargetKind::DaemonSet
            | TargetKind::ReplicaSet
            | TargetKind::Job => self.pod_selector(namespace, target).await?,
        };
        let api: Api<Pod> = Api::namespaced(self.client(), namespace);
        let parameters = ListParams::default().labels_from(&selector);
        let action = text!("list pods in namespace {namespace}", "Pods im Namespace {namespace} auflisten");
        let pods = self.ask(&action, api.list(&parameters)).await?.items;
        Ok(TargetPods::new(target, namespace, service, PodScope::Labelled(selector), pods))
    }

    /// The labels of the pods that a workload keeps.
    async fn pod_selector(&self, namespace: &str, target: &Target) -> Result<Selector, Error> {
        let labels = match target.kind {
            TargetKind::Deployment => Some(self.object::<Deployment>(namespace, target).await?.spec.selector),
            TargetKind::StatefulSet => {
                Some(self.object::<StatefulSet>(namespace, target).await?.spec.selector)
            }
            TargetKind::DaemonSet => Some(self.object::<DaemonSet>(namespace, target).await?.spec.selector),
            TargetKind::ReplicaSet => Some(self.object::<ReplicaSet>(namespace, target).await?.spec.selector),
            TargetKind::Job => {
                self.object::<Job>(namespace, target).await?.spec.and_then(|spec| spec.selector)
            }
            TargetKind::Pod | TargetKind::Service | TargetKind::Selector => None,
        };
        let labels = labels
            .ok_or_else(|| unsuitable(target, text!("it selects no pods", "es wählt keine Pods aus")))?;
        selector::of_workload(&labels).map_err(|reason| unsuitable(target, reason))
    }

    /// Waits for the answer to one request, at most 30 s.
    pub(crate) async fn ask<T>(
        &self,
        action: &Text,
        request: impl Future<Output = kube::Result<T>>,
    ) -> Result<T, Error> {
        match tokio::time::timeout(ANSWER_TIMEOUT, request).await {
            Ok(answer) => answer.map_err(|error| self.inner.classifier.request(action, &error)),
            Err(_) => {
                // Whatever it waited on is of no use to the next request.
                self.inner.connections.renew();
                let seconds = ANSWER_TIMEOUT.as_secs();
                Err(self.inner.classifier.unreachable(&text!(
                    "no answer within {seconds} s",
                    "keine Antwort innerhalb von {seconds} s"
                )))
            }
        }
    }

    /// Refuses a namespace that cannot exist: its name becomes part of a URL.
    pub(crate) fn check_namespace(namespace: &str) -> Result<(), Error> {
        check_name(namespace).map_err(|reason| Error::BadTarget { text: namespace.to_owned(), reason })
    }

    async fn object<K>(&self, namespace: &str, target: &Target) -> Result<K, Error>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
            + Clone
            + serde::de::DeserializeOwned
            + fmt::Debug,
    {
        let api: Api<K> = Api::namespaced(self.client(), namespace);
        let action = text!("get {kinds} in namespace {namespace}", "{kinds} im Namespace {namespace} lesen"; kinds = target.kind.plural());
        match self.ask(&action, api.get(&target.name)).await {
            Err(Error::Api { status: 404, .. }) => {
                Err(Error::TargetNotFound { target: target.clone(), namespace: namespace.to_owned() })
            }
            answer => answer,
        }
    }
}

fn unsuitable(target: &Target, reason: Text) -> Error {
    Error::TargetUnsuitable { target: target.clone(), reason }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("server", &self.inner.classifier.server)
            .field("default_namespace", &self.inner.default_namespace)
            .finish_non_exhaustive()
    }
}
