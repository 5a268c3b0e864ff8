//! What pasted texts and servers say, told without secrets.

use std::time::SystemTime;

use cluster::{
    ContextChoice, PastedLogin, PastedServer, PastedSignIn, SecretText, Server, ServerCertificate,
    ServerTrust, SignInWay, probe, read_pasted,
};

use super::Inner;
use crate::{
    book::Trust,
    command::Reply,
    problem::Problem,
    profile::ContextRef,
    sign_in::{CertificateView, Pasted, PastedContext, ServerReport, SignInMethod, SignInServerView},
    words,
};

impl Inner {
    pub(super) fn read_pasted(&self, text: &SecretText) -> Result<Reply, Problem> {
        let pasted = match read_pasted(text).map_err(|error| words::cluster_problem(&error))? {
            PastedLogin::Login(server) => login(server),
            PastedLogin::Kubeconfig(servers) => {
                Pasted::Kubeconfig { contexts: servers.into_iter().map(context).collect() }
            }
        };
        Ok(Reply::Pasted { pasted })
    }

    pub(super) async fn probe_server(
        &self,
        server: &str,
        trust: &Trust,
        context: Option<&ContextRef>,
    ) -> Result<Reply, Problem> {
        let sources = self.shared.clusters.sources();
        let server = match context {
            Some(ContextRef::Kubeconfig { name, file }) => sources
                .server(ContextChoice { name: Some(name), file: file.as_deref() })
                .await
                .map_err(|error| words::cluster_problem(&error))?,
            Some(ContextRef::Own { .. } | ContextRef::Demo) | None => {
                Server { url: server.to_owned(), trust: trust.clone().into(), ..Server::default() }
            }
        };
        let found =
            probe(&server, sources.proxies()).await.map_err(|error| words::cluster_problem(&error))?;
        let report = ServerReport {
            certificate: found.certificate.map(certificate),
            openshift: found.openshift,
            sign_in_server: found.sign_in_server.map(|server| SignInServerView {
                url: server.url,
                certificate: certificate(server.certificate),
            }),
            methods: found.ways.into_iter().map(method).collect(),
        };
        Ok(Reply::Server { report })
    }
}

fn login(server: PastedServer) -> Pasted {
    let (method, has_secret) = told(&server.sign_in).unwrap_or((SignInMethod::Browser, false));
    let authority = match server.trust {
        Some(ServerTrust::File(path)) => Some(path.display().to_string()),
        _ => None,
    };
    Pasted::Login {
        server: server.url,
        name: server.name,
        user: server.user,
        method,
        has_secret,
        authority,
        unchecked: server.unchecked,
    }
}

fn context(server: PastedServer) -> PastedContext {
    let (method, has_secret) = told(&server.sign_in).unzip();
    PastedContext {
        name: server.name,
        server: server.url,
        trust: server.trust.unwrap_or_default().into(),
        namespace: server.namespace,
        method,
        has_secret: has_secret.unwrap_or_default(),
        unusable: match server.sign_in {
            PastedSignIn::Unusable(reason) => Some(reason),
            _ => None,
        },
    }
}

/// The way of signing in, and whether its secret is in the text; `None` where it cannot be used.
fn told(sign_in: &PastedSignIn) -> Option<(SignInMethod, bool)> {
    match sign_in {
        PastedSignIn::Token(_) => Some((SignInMethod::Token, true)),
        PastedSignIn::Password(password) => Some((SignInMethod::Password, password.is_some())),
        PastedSignIn::Certificate { .. } => Some((SignInMethod::Certificate, true)),
        PastedSignIn::Browser => Some((SignInMethod::Browser, false)),
        PastedSignIn::Unusable(_) => None,
    }
}

fn certificate(found: ServerCertificate) -> CertificateView {
    CertificateView {
        subject: found.subject,
        issuer: found.issuer,
        names: found.names,
        not_before_ms: ms(found.not_before),
        not_after_ms: ms(found.not_after),
        sha256: found.sha256,
        distrust: found.distrust.as_deref().map(words::sentence),
    }
}

fn method(way: SignInWay) -> SignInMethod {
    match way {
        SignInWay::Token => SignInMethod::Token,
        SignInWay::Password => SignInMethod::Password,
        SignInWay::Browser => SignInMethod::Browser,
        SignInWay::Certificate => SignInMethod::Certificate,
    }
}

fn ms(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_kubeconfig_says_whether_the_password_is_in_it() {
        let read = |user: &str| {
            let text = format!(
                "clusters: [{{name: c, cluster: {{server: 'https://api.example.com:6443'}}}}]\n\
                 contexts: [{{name: dev, context: {{cluster: c, user: me}}}}]\nusers: [{{name: me, user: {{{user}}}}}]"
            );
            let Ok(PastedLogin::Kubeconfig(mut servers)) = read_pasted(&SecretText::new(text)) else {
                panic!("not a kubeconfig")
            };
            let told = context(servers.remove(0));
            (told.method, told.has_secret, told.unusable.is_some())
        };
        assert_eq!(read("username: alice"), (Some(SignInMethod::Password), false, false));
        assert_eq!(read("username: alice, password: ''"), (Some(SignInMethod::Password), false, false));
        assert_eq!(read("username: alice, password: pw"), (Some(SignInMethod::Password), true, false));
        assert_eq!(read("token: sha256~abc"), (Some(SignInMethod::Token), true, false));
        assert_eq!(read("token: REDACTED"), (None, false, true));
    }
}
