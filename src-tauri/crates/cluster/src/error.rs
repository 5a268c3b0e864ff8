//! What can go wrong between a kubeconfig and a serving pod.

use std::time::Duration;

use wording::Text;

use crate::{DeclaredPort, KeyringFailure, ProxyFailure, Target, TargetKind};

/// What can go wrong between a kubeconfig and a serving pod.
///
/// Holds plain text only, in every language ([`Text`]; `Display` is the English version), cleaned of the kubeconfig's secrets: both `Display` and `Debug` may be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A kubeconfig file (or something it names, such as a certificate file) cannot be used.
    #[error("{file}{}: {reason}", Line(*line))]
    Kubeconfig {
        /// The file, or the label of an inline kubeconfig.
        file: String,
        /// The line, counted from 1, where it is known.
        line: Option<u32>,
        /// What is wrong, in one sentence.
        reason: Text,
    },

    /// The context is not in any kubeconfig file, or there is no current one.
    #[error("{}", no_context(wanted.as_deref(), known))]
    NoContext {
        /// The context that was asked for; absent when the current one was.
        wanted: Option<String>,
        /// The names of the contexts that there are.
        known: Vec<String>,
    },

    /// A login helper (`exec` in the kubeconfig) is missing or failed.
    #[error("the login helper {command} {reason}")]
    LoginHelper {
        /// The helper's command, without its arguments.
        command: String,
        /// What happened, continuing "the login helper X …", with the helper's own words where it said any.
        reason: Text,
        /// The `PATH` that was searched, when the helper was not found.
        searched: Option<String>,
        /// The kubeconfig's hint on how to install it.
        hint: Option<String>,
    },

    /// No connection to the API server, or no answer in time.
    #[error("{server} cannot be reached: {reason}")]
    Unreachable {
        /// The API server's URL.
        server: String,
        /// Why, as far as it is known.
        reason: Text,
    },

    /// The proxy on the way to the API server is in the way.
    #[error("{}", proxy_words(proxy, named_by, *failure, reason))]
    Proxy {
        /// The proxy's URL, without credentials; empty where it could not be read.
        proxy: String,
        /// Where it is named: `proxy-url in the kubeconfig`, or an environment variable.
        named_by: Text,
        /// What kind of failure it is. Has the remedy.
        failure: ProxyFailure,
        /// What happened and why, continuing "the proxy X …".
        reason: Text,
    },

    /// The API server's certificate is not trusted.
    #[error("the certificate of {server} is not trusted: {reason}")]
    Untrusted {
        /// The API server's URL.
        server: String,
        /// Why.
        reason: Text,
    },

    /// Not signed in, or the sign-in has expired (HTTP 401, or a refused client certificate).
    #[error("not signed in: {message}")]
    Unauthorized {
        /// The server's own words, or how it showed otherwise.
        message: Text,
    },

    /// The system's keyring does not serve.
    #[error("{failure}: {message}")]
    Keyring {
        /// What kind of failure it is.
        failure: KeyringFailure,
        /// The system's own words, or ours where it has none. Never what is in the keyring.
        message: Text,
    },

    /// Signed in, but not allowed (HTTP 403).
    #[error("not allowed to {action}: {message}")]
    Forbidden {
        /// Verb, resource and namespace, for example `list pods in namespace demo`.
        action: Text,
        /// The server's own words.
        message: String,
    },

    /// The text does not name a target, or a name holds characters that Kubernetes does not allow.
    #[error("{text:?} is not a target: {reason}")]
    BadTarget {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: Text,
    },

    /// The target does not exist.
    #[error("there is no {target} in namespace {namespace}")]
    TargetNotFound {
        /// What was looked for.
        target: Target,
        /// Where.
        namespace: String,
    },

    /// The target exists but cannot be forwarded to: a service without a selector, a port that is not TCP.
    #[error("{reason}")]
    TargetUnsuitable {
        /// The target.
        target: Target,
        /// Why, worded as kubectl words it where kubectl has the case.
        reason: Text,
    },

    /// No pod of the target is running.
    #[error("{}", no_pod(target, pod.as_deref(), status))]
    NoPod {
        /// The target.
        target: Target,
        /// The pod that would serve; absent when the target has no pod at all.
        pod: Option<String>,
        /// Its state: the phase, and the reason if one is known, for example `Pending (ImagePullBackOff)`;
        /// `no pods` when there is none.
        status: Text,
    },

    /// The target has no port of that name or number.
    #[error("{text}")]
    PortNotDeclared {
        /// What is missing, in kubectl's words where they are English.
        text: Text,
        /// The TCP ports that the target does declare.
        declared: Vec<DeclaredPort>,
    },

    /// A list was cut: there are more objects than are ever read.
    #[error("only the first {shown} of kind {} are listed", kind.as_str())]
    ListCut {
        /// What was listed.
        kind: TargetKind,
        /// How many there are in the list.
        shown: usize,
    },

    /// What was given as a server's address is none.
    #[error("{server:?} is not the address of a server: {reason}")]
    BadServer {
        /// What was given, without credentials.
        server: String,
        /// What is wrong with it.
        reason: Text,
    },

    /// The certificate authority that was given cannot be used.
    #[error("the certificate authority cannot be used: {reason}")]
    BadAuthority {
        /// What is wrong with it.
        reason: Text,
    },

    /// A token, certificate or key cannot be used.
    #[error("{reason}")]
    BadCredentials {
        /// What is wrong with it, without quoting it.
        reason: Text,
    },

    /// A pasted text cannot be used.
    #[error("{reason}")]
    BadPaste {
        /// What is wrong with it and what to do, without quoting what may be secret.
        reason: Text,
    },

    /// The server shows another certificate than the one that the person trusted.
    #[error(
        "{server} shows another certificate than the one that was trusted: SHA-256 {shown} instead of {pinned}"
    )]
    CertificateChanged {
        /// The server's URL.
        server: String,
        /// SHA-256 of the trusted one, hexadecimal in lower case.
        pinned: String,
        /// SHA-256 of the one that it shows now.
        shown: String,
    },

    /// The server does not offer OpenShift's sign-in.
    #[error("{server} offers no OpenShift sign-in: {reason}")]
    NotOpenShift {
        /// The API server's URL.
        server: String,
        /// How that showed.
        reason: Text,
    },

    /// The server offers OpenShift's sign-in, but none with a name and a password.
    #[error("{server} takes no user name and password: {reason}")]
    NoPasswordSignIn {
        /// The sign-in server's URL.
        server: String,
        /// How that showed, and what it offers instead.
        reason: Text,
    },

    /// Wrong name or password.
    #[error("{server} does not accept this user name and password")]
    WrongPassword {
        /// The sign-in server's URL.
        server: String,
    },

    /// Signing in went wrong otherwise: the server refused, or answered what no sign-in server answers.
    #[error("signing in at {server} failed: {reason}")]
    SignIn {
        /// The sign-in server's URL.
        server: String,
        /// What happened.
        reason: Text,
    },

    /// Nobody came back from the browser in time.
    #[error("nobody signed in within {} minutes", limit.as_secs() / 60)]
    SignInTimeout {
        /// How long it was waited for.
        limit: Duration,
    },

    /// Any other answer of the API server.
    #[error("the API server answered {status}: {message}")]
    Api {
        /// The HTTP status.
        status: u16,
        /// The machine-readable reason, if there is one, for example `TooManyRequests`.
        reason: String,
        /// The server's own words.
        message: String,
        /// How long it wants to be left alone, where it says so.
        retry_after: Option<Duration>,
    },

    /// Something between this program and the server that fits nowhere else (an answer that is not JSON, for example).
    #[error("{message}")]
    Other {
        /// What is known.
        message: Text,
    },
}

struct Line(Option<u32>);

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, ", line {line}"))
    }
}

fn no_context(wanted: Option<&str>, known: &[String]) -> String {
    let missing = match wanted {
        Some(name) => format!("context {name:?} does not exist"),
        None => "no current context is set".to_owned(),
    };
    if known.is_empty() {
        format!("{missing}; no kubeconfig file has a context")
    } else {
        format!("{missing}; there are: {}", known.join(", "))
    }
}

fn proxy_words(proxy: &str, named_by: &str, failure: ProxyFailure, reason: &str) -> String {
    let remedy = failure.remedy();
    if proxy.is_empty() {
        format!("the proxy from {named_by} {reason}; {remedy}")
    } else {
        format!("the proxy {proxy} (from {named_by}) {reason}; {remedy}")
    }
}

fn no_pod(target: &Target, pod: Option<&str>, status: &str) -> String {
    match pod {
        // kubectl's words (kubectl cmd/portforward), so that scripts that look for them find them.
        Some(pod) => {
            format!("unable to forward port because pod is not running. Current status={status} (pod {pod})")
        }
        None => format!("{target} has no pods"),
    }
}
