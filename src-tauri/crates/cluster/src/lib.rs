//! Kubeconfig, contexts, discovery and pod selection.
//!
//! This crate alone sees credentials. What leaves it is a [`kube::Client`], names, and texts without secrets.
//!
//! TLS is rustls. The program installs its crypto provider first thing in `main`; where none is installed when a
//! connection is first made, aws-lc-rs is, so that nothing here ever panics for want of one.

mod browse;
mod catalog;
mod causes;
mod classify;
mod client;
mod connection;
mod diagnosis;
mod discovery;
mod error;
mod expiry;
mod following;
mod http_client;
mod identity;
mod keyring;
mod kubeconfig;
mod login_helper;
mod namespace_watch;
mod oidc;
mod own;
mod pasted;
mod patience;
mod pod_choice;
mod ports;
mod proxy;
mod redaction;
mod secret_text;
mod selector;
mod serving_pod;
mod sign_in;
mod summary;
mod target;
mod target_name;
mod target_pods;
mod tls;
mod token_file;
mod web;

pub use browse::{NamespaceLook, NamespaceNews, TargetLook, TargetNews};
pub use catalog::{ContextCatalog, ContextEntry, KubeconfigFile, KubeconfigProblem};
pub use connection::Cluster;
pub use diagnosis::{Expiry, FirstHop, NamesFound, Permission, Person, ServerProof, ServerVersion};
pub use discovery::TargetListing;
pub use error::Error;
pub use following::{Following, ReadyPod};
pub use identity::Identity;
pub use keyring::{Keep, KeyringFailure, KeyringStanding, SecretKeeper};
pub use kubeconfig::{ConnectedAs, ContextChoice, Definition, Definitions, KubeconfigSources};
pub use namespace_watch::PodStanding;
pub use own::{
    Server, ServerCertificate, ServerFinding, ServerTrust, ServerWay, SignInServer, connect_own, probe,
};
pub use pasted::{PastedLogin, PastedServer, PastedSignIn, read_pasted};
pub use ports::{PortRequest, TranslatedPort};
pub use proxy::{ProxyEnvironment, ProxyFailure};
pub use secret_text::SecretText;
pub use serving_pod::ServingPod;
pub use sign_in::{
    Account, BrowserSignIn, Credentials, SignInWay, begin_browser_sign_in, check, sign_in_with_password,
};
pub use target::{DeclaredPort, Target, TargetKind, TargetSummary};
pub use target_pods::TargetPods;
