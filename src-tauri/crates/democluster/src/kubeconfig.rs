//! The kubeconfig that leads to a demo cluster.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The name of cluster, user and context in the kubeconfig.
const CONTEXT: &str = "culvert-demo";
/// The namespace of the context.
const NAMESPACE: &str = "demo";

/// How the user of a kubeconfig shows who it is.
pub(crate) enum Credential<'a> {
    /// A bearer token.
    Token(&'a str),
    /// A client certificate and its key, PEM.
    Certificate(&'a (String, String)),
}

/// The YAML text of a kubeconfig with one context. All values are quoted or plain words, so no escaping is needed.
pub(crate) fn render(server: &str, authority_pem: &str, credential: &Credential<'_>) -> String {
    let authority = STANDARD.encode(authority_pem);
    let user = match credential {
        Credential::Token(token) => format!("    token: \"{token}\"\n"),
        Credential::Certificate((certificate, key)) => format!(
            "    client-certificate-data: {}\n    client-key-data: {}\n",
            STANDARD.encode(certificate),
            STANDARD.encode(key)
        ),
    };
    format!(
        "apiVersion: v1\n\
         kind: Config\n\
         clusters:\n\
         - name: {CONTEXT}\n  cluster:\n    server: \"{server}\"\n    certificate-authority-data: {authority}\n\
         users:\n\
         - name: {CONTEXT}\n  user:\n{user}\
         contexts:\n\
         - name: {CONTEXT}\n  context:\n    cluster: {CONTEXT}\n    user: {CONTEXT}\n    namespace: {NAMESPACE}\n\
         current-context: {CONTEXT}\n"
    )
}
