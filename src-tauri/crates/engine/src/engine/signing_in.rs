//! Signing in and out, and the secrets that are kept for it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use cluster::{
    ContextChoice, Credentials, PastedLogin, PastedServer, PastedSignIn, SecretText, Server,
    begin_browser_sign_in, check, read_pasted, sign_in_with_password,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Inner;
use crate::{
    cluster_list::secret_key,
    command::Reply,
    problem::{Problem, ProblemCode, RemedyAction},
    profile::ContextRef,
    sign_in::{KeepSecret, SignIn},
    words,
};

/// Sign-ins that are under way, by context; `None` is the cluster that is being added.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<BTreeMap<Option<ContextRef>, CancellationToken>>);

impl Waiting {
    /// Takes the place of one that waits already.
    fn begin(&self, context: Option<ContextRef>) -> (CancellationToken, DropGuard) {
        let token = CancellationToken::new();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, token| !token.is_cancelled());
        if let Some(before) = waiting.insert(context, token.clone()) {
            before.cancel();
        }
        (token.clone(), token.drop_guard())
    }

    pub(super) fn cancel_all(&self) {
        // Those that begin now are others.
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.into_values().for_each(|token| token.cancel());
    }

    pub(super) fn cancel(&self, context: Option<&ContextRef>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = waiting.remove(&context.cloned()) {
            token.cancel();
        }
    }
}

impl Inner {
    pub(super) async fn sign_in(
        &self,
        context: ContextRef,
        sign_in: SignIn,
        keep: KeepSecret,
    ) -> Result<Reply, Problem> {
        let signed_in = Box::pin(self.sign_in_and_keep(&context, sign_in, keep));
        self.stoppable(Some(context.clone()), signed_in).await?;
        self.look_again(|of| *of == context);
        self.retry_signed_in(|of| *of == context).await;
        Ok(Reply::Done)
    }

    /// Does what the person may stop; `wait_as` names it for whoever does.
    pub(super) async fn stoppable<T>(
        &self,
        wait_as: Option<ContextRef>,
        sign_in: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let (stopped, _end) = self.waiting.begin(wait_as);
        stopped.run_until_cancelled(sign_in).await.ok_or_else(words::sign_in_cancelled)?
    }

    async fn sign_in_and_keep(
        &self,
        context: &ContextRef,
        sign_in: SignIn,
        keep: KeepSecret,
    ) -> Result<(), Problem> {
        // Of when it began: what changes while the person is in the browser is another one.
        let (server, access) = match context {
            ContextRef::Own { id } => {
                (self.shared.book.own(id).ok_or_else(words::unknown_cluster)?.draft.server(), None)
            }
            ContextRef::Kubeconfig { name, file } => {
                let choice = ContextChoice { name: Some(name), file: file.as_deref() };
                let place = self.shared.clusters.sources().sign_in_place(choice).await;
                let (server, access) = place.map_err(|error| words::cluster_problem(&error))?;
                (server, Some(access))
            }
            ContextRef::Demo => return Err(words::no_sign_in_to_demo()),
        };
        let credentials = self.credentials(&server, sign_in, context).await;
        let credentials = credentials.map_err(|problem| match (context, problem.code) {
            // Perhaps of another server, which it signs people in at.
            (ContextRef::Own { .. }, ProblemCode::Untrusted) => {
                problem.with_action(RemedyAction::TrustServer { context: context.clone().into() })
            }
            _ => problem,
        })?;
        let credentials = credentials.kept_beside(access);
        let _alone = self.changing_own.lock().await;
        if let ContextRef::Own { id } = context {
            let now = self.shared.book.own(id).ok_or_else(words::unknown_cluster)?.draft;
            if now.server() != server {
                return Err(words::server_changed_meanwhile(&now.name));
            }
        }
        self.keep(context, &credentials, keep).await?;
        self.shared.clusters.disconnect(context);
        self.shared.list.signed_in(context, &credentials);
        Ok(())
    }

    pub(super) async fn cancel_sign_in(&self, context: Option<&ContextRef>) -> Result<Reply, Problem> {
        self.waiting.cancel(context);
        Ok(Reply::Done)
    }

    pub(super) async fn sign_out(&self, context: &ContextRef) -> Result<Reply, Problem> {
        let key = secret_key(context);
        if self.shared.list.secrets.kept(&key).is_none() {
            return Ok(Reply::Done);
        }
        // Nothing that is under way keeps it again.
        self.waiting.cancel(Some(context));
        let alone = self.changing_own.lock().await;
        let forgotten = self.shared.list.secrets.forget(&key).await;
        drop(alone);
        self.shared.list.tell();
        forgotten.map_err(|error| words::cluster_problem(&error))?;
        self.cut_off(|of| of == context).await;
        Ok(Reply::Done)
    }

    pub(super) async fn forget_secrets(&self) -> Result<Reply, Problem> {
        let secrets = &self.shared.list.secrets;
        let with_secret: Vec<ContextRef> = self
            .shared
            .journal
            .snapshot()
            .clusters
            .into_iter()
            .filter(|view| view.kept.is_some())
            .map(|view| view.context)
            .collect();
        self.waiting.cancel_all();
        let alone = self.changing_own.lock().await;
        let forgotten = secrets.forget_all().await;
        self.removed.lock().unwrap_or_else(PoisonError::into_inner).forget_secrets();
        drop(alone);
        self.shared.list.tell();
        self.cut_off(|of| with_secret.contains(of) && secrets.kept(&secret_key(of)).is_none()).await;
        forgotten.map_err(|error| words::cluster_problem(&error))?;
        Ok(Reply::Done)
    }

    pub(super) async fn retry_keyring(&self) -> Result<Reply, Problem> {
        let outcome = self.shared.list.secrets.retry().await;
        self.shared.list.tell();
        outcome.map_err(|error| words::cluster_problem(&error))?;
        self.retry_keyring_problems().await;
        Ok(Reply::Done)
    }

    /// Credentials that the server takes, for what a person gave.
    pub(super) async fn credentials(
        &self,
        server: &Server,
        sign_in: SignIn,
        context: &ContextRef,
    ) -> Result<Credentials, Problem> {
        let told = |error: cluster::Error| words::cluster_problem(&error);
        let sources = self.shared.clusters.sources();
        let proxies = sources.proxies();
        let credentials = match sign_in {
            SignIn::Token { token } => Credentials::token(token).map_err(told)?,
            SignIn::Certificate { certificate, key } => {
                Credentials::certificate(&certificate, key).map_err(told)?
            }
            SignIn::Password { user, password } => {
                sign_in_with_password(server, &user, password, proxies).await.map_err(told)?
            }
            SignIn::Browser => self.by_browser(server, context).await?,
            SignIn::Pasted { text, context: chosen, password } => {
                let pasted = pasted_server(&text, chosen.as_deref())?;
                if server.normalized_url().map_err(told)? != pasted.url {
                    return Err(words::pasted_for_another_server(&pasted.url, &server.url));
                }
                match (pasted.credentials().map_err(told)?, &pasted.sign_in) {
                    (Some(credentials), _) => credentials,
                    (None, PastedSignIn::Password(given)) => {
                        let password = given.clone().or(password).ok_or_else(words::password_missing)?;
                        let user = pasted.user.as_deref().unwrap_or_default();
                        sign_in_with_password(server, user, password, proxies).await.map_err(told)?
                    }
                    (None, _) => self.by_browser(server, context).await?,
                }
            }
        };
        let identity = check(server, &credentials, proxies).await.map_err(told)?;
        Ok(credentials.known_as(&identity))
    }

    async fn by_browser(&self, server: &Server, context: &ContextRef) -> Result<Credentials, Problem> {
        let sources = self.shared.clusters.sources();
        let proxies = sources.proxies();
        let sign_in =
            begin_browser_sign_in(server, proxies).await.map_err(|error| words::cluster_problem(&error))?;
        self.shared.list.signing_in(context, sign_in.address().to_owned());
        // Also when whoever asked has gone away.
        let _shown = Shown(self, context);
        sign_in.finish().await.map_err(|error| words::cluster_problem(&error))
    }

    pub(super) async fn keep(
        &self,
        context: &ContextRef,
        credentials: &Credentials,
        keep: KeepSecret,
    ) -> Result<(), Problem> {
        let (key, secret) = (secret_key(context), credentials.to_kept());
        let kept = self.shared.list.secrets.store(&key, secret, keep.into()).await;
        self.shared.list.tell();
        kept.map_err(|error| words::cluster_problem(&error))
    }

    /// Forwards of these contexts that wait for a sign-in try at once. Their ports stay bound, and callers stay held.
    pub(super) async fn retry_signed_in(&self, is_it: impl Fn(&ContextRef) -> bool) {
        self.retry_where(is_it, |code| {
            matches!(
                code,
                ProblemCode::Unauthorized
                    | ProblemCode::Keyring
                    | ProblemCode::BadLogin
                    | ProblemCode::LoginHelper
                    | ProblemCode::Untrusted
                    | ProblemCode::Forbidden
                    | ProblemCode::Kubeconfig
            )
        })
        .await;
    }

    async fn retry_keyring_problems(&self) {
        self.retry_where(|_| true, |code| code == ProblemCode::Keyring).await;
    }

    async fn retry_where(&self, is_it: impl Fn(&ContextRef) -> bool, cures: fn(ProblemCode) -> bool) {
        let running = self.running.lock().await;
        for (id, forward) in &running.forwards {
            if self.shared.profiles.get(id).is_some_and(|profile| is_it(&profile.context)) {
                forward.retry_if(cures).await;
            }
        }
    }

    /// These contexts are signed in to no more: what is known of them is forgotten, and their looks and forwards begin
    /// anew. Their ports stay bound.
    pub(super) async fn cut_off(&self, is_it: impl Fn(&ContextRef) -> bool) {
        let mut running = self.running.lock().await;
        if running.down {
            return;
        }
        for view in self.shared.journal.snapshot().clusters {
            if is_it(&view.context) {
                self.shared.clusters.disconnect(&view.context);
                self.shared.list.forget(&view.context);
            }
        }
        self.look_again(&is_it);
        let theirs: Vec<_> = self
            .shared
            .profiles
            .all()
            .into_iter()
            .filter(|profile| profile.on && is_it(&profile.context))
            .collect();
        for profile in theirs {
            self.shared.clusters.disconnect(&profile.context);
            match running.forwards.get(&profile.id) {
                Some(forward) if !forward.has_ended() => forward.cut_off().await,
                Some(_) => self.turn_on(&mut running, profile),
                None => {}
            }
        }
    }
}

/// The browser is waited for, as long as this lives.
struct Shown<'a>(&'a Inner, &'a ContextRef);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        self.0.shared.list.signing_in_ended(self.1);
    }
}

/// The server in a pasted text; of a kubeconfig the one of this context, or the first.
pub(super) fn pasted_server(text: &SecretText, context: Option<&str>) -> Result<PastedServer, Problem> {
    match read_pasted(text).map_err(|error| words::cluster_problem(&error))? {
        PastedLogin::Login(server) => Ok(server),
        PastedLogin::Kubeconfig(servers) => {
            let wanted = |server: &PastedServer| context.is_none_or(|name| server.name == name);
            let missing = || words::not_in_paste(context);
            servers.into_iter().find(wanted).ok_or_else(missing)
        }
    }
}
