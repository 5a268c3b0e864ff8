//! What each command does.

use std::sync::Arc;

use super::{DELETED_KEPT, Inner, Running, tell_saved};
use crate::{
    Error, PortMapping,
    command::{Command, Reply},
    drafts,
    forward::Forward,
    journal::now_ms,
    options::OffReason,
    port_mapping::LocalPort,
    problem::Problem,
    profile::{ContextRef, Profile, ProfileDraft, ProfileId},
    words,
};

/// Saved profiles. More than a person can look through; bounds the file and the list.
pub(super) const MOST_PROFILES: usize = 5000;

impl Inner {
    pub(super) async fn execute(&self, command: Command) -> Result<Reply, Problem> {
        match command {
            Command::Snapshot => Ok(Reply::Snapshot { snapshot: self.shared.journal.snapshot() }),
            Command::ReloadContexts => Ok(Reply::Contexts { catalog: self.reload_contexts().await.catalog }),
            Command::AddKubeconfigFile { path } => self.add_kubeconfig_file(path).await,
            Command::RemoveKubeconfigFile { path } => self.remove_kubeconfig_file(&path).await,
            Command::ReadPasted { text } => self.read_pasted(&text),
            Command::ProbeServer { server, trust, context } => {
                self.probe_server(&server, &trust, context.as_ref()).await
            }
            Command::AddCluster { draft, sign_in, keep } => self.add_cluster(draft, sign_in, keep).await,
            Command::UpdateCluster { id, draft } => self.update_cluster(&id, draft).await,
            Command::RemoveCluster { id } => self.remove_cluster(&id).await,
            Command::RestoreCluster { id } => self.restore_cluster(&id).await,
            Command::SignIn { context, sign_in, keep } => self.sign_in(context, sign_in, keep).await,
            Command::CancelSignIn { context } => self.cancel_sign_in(context.as_ref()).await,
            Command::SignOut { context } => self.sign_out(&context).await,
            Command::ForgetSecrets => self.forget_secrets().await,
            Command::RetryKeyring => self.retry_keyring().await,
            Command::MarkContext { context, mark } => self.mark_context(context, mark).await,
            Command::AcceptCluster { id } => self.accept_cluster(&id).await,
            Command::Diagnose { subject, run } => self.diagnose(subject, run).await,
            Command::Look { look, context, namespace } => self.look(look, context, namespace),
            Command::StopLooking { look } => self.stop_looking(look),
            Command::SetPreferences { preferences } => self.set_preferences(preferences).await,
            Command::ReadStartAtLogin => {
                self.read_start_at_login().await;
                Ok(Reply::Done)
            }
            Command::SetStartAtLogin { on } => self.set_start_at_login(on).await,
            Command::StartDemo => self.shared.clusters.start_demo().await.map(|()| Reply::Done),
            Command::ListNamespaces { context } => self.list_namespaces(&context).await,
            Command::ListTargets { context, namespace } => self.list_targets(&context, &namespace).await,
            Command::CheckPorts { ports } => Ok(check_ports(&ports)),
            Command::Timeline { id } => self.timeline(&id),
            Command::Create { draft, connect } => self.create(draft, connect).await,
            Command::Update { id, draft } => self.update(id, draft).await,
            Command::WatchConnections { id } => self.watch_connections(&id),
            Command::StopWatchingConnections { id } => self.stop_watching_connections(&id),
            Command::CloseConnection { id, connection } => self.close_connection(&id, connection).await,
            Command::Connect { id, confirmed } => self.connect(&id, confirmed).await,
            Command::KeepOn { id } => self.keep_on(&id).await,
            Command::Reorder { ids } => self.reorder(&ids).await,
            Command::SetFavourite { id, favourite } => self.set_favourite(&id, favourite).await,
            Command::Disconnect { id } => self.disconnect(&id).await,
            Command::UseFreePort { id, port } => self.use_free_port(&id, port).await,
            Command::Delete { id } => self.delete(&id).await,
            Command::Restore { id } => self.restore(&id).await,
            Command::ExportProfiles { ids, path, replace } => self.export_profiles(ids, path, replace).await,
            Command::ReadImport { path, clusters } => self.read_import(path, &clusters).await,
            Command::Import { import, choices } => self.import(import, &choices).await,
            Command::UndoImport { import } => self.undo_import(import).await,
        }
    }

    async fn list_namespaces(&self, context: &ContextRef) -> Result<Reply, Problem> {
        let connected = self.shared.clusters.get(context).await?;
        let preferred = connected.cluster.default_namespace().to_owned();
        let (names, notice) = match connected.cluster.namespaces().await {
            Ok(names) => {
                self.shared.clusters.reached(context);
                (names, None)
            }
            // A namespace can be named all the same.
            Err(error @ cluster::Error::Forbidden { .. }) => {
                (Vec::new(), Some(self.shared.clusters.told(context, &error)))
            }
            Err(error) => return Err(self.shared.clusters.explain(context, &connected, &error)),
        };
        Ok(Reply::Namespaces { names, preferred, notice })
    }

    async fn list_targets(&self, context: &ContextRef, namespace: &str) -> Result<Reply, Problem> {
        let connected = self.shared.clusters.get(context).await?;
        let listing = connected.cluster.targets(namespace).await;
        let explain = |error: &_| self.shared.clusters.explain(context, &connected, error);
        let notices = words::list_notices(namespace, &listing.failures, explain);
        if listing.failures.is_empty() || !listing.targets.is_empty() {
            self.shared.clusters.reached(context);
        }
        Ok(Reply::Targets { targets: listing.targets, notices })
    }

    fn timeline(&self, id: &ProfileId) -> Result<Reply, Problem> {
        let entries = self.shared.journal.timeline(id).ok_or_else(|| words::unknown_profile(id))?;
        Ok(Reply::Timeline { entries })
    }

    async fn create(&self, draft: ProfileDraft, connect: bool) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        if self.shared.profiles.len() >= MOST_PROFILES {
            return Err(words::too_many_profiles(MOST_PROFILES));
        }
        let preferred = self.shared.preferences.read().bind_address;
        let mut profile = drafts::read(draft.listening_on(&preferred), None)?;
        if connect {
            profile = profile.turned_on(now_ms());
        }
        self.save_or_undo(profile.clone(), None).await?;
        let id = profile.id.clone();
        self.shared.journal.forward_off(profile.clone());
        if connect {
            self.turn_on(&mut running, profile);
        }
        Ok(Reply::Created { id })
    }

    async fn update(&self, id: ProfileId, draft: ProfileDraft) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        let before = self.profile(&id)?;
        let mut profile = drafts::read(draft, Some(&before))?;
        if profile.on && profile.turn_off_after_minutes != before.turn_off_after_minutes {
            profile.off_at_ms = profile.off_at(now_ms());
        }
        if let Some(forward) = running.forwards.get(&id)
            && !forward.has_ended()
            && profile.works_like(&before)
        {
            self.save_or_undo(profile.clone(), Some(before)).await?;
            self.shared.journal.profile_changed(profile);
            self.ends_changed.notify_one();
            return Ok(Reply::Done);
        }
        self.replace(&mut running, before, profile).await
    }

    async fn connect(&self, id: &ProfileId, confirmed: bool) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        if let Some(forward) = running.forwards.get(id)
            && !forward.has_ended()
        {
            forward.retry().await;
            return Ok(Reply::Done);
        }
        let profile = self.profile(id)?;
        if !profile.on && !confirmed {
            self.refuse_if_it_asks(&profile)?;
        }
        let profile = profile.turned_on(now_ms());
        self.shared.profiles.put(profile.clone());
        self.save_or_tell().await;
        self.turn_on(&mut running, profile);
        Ok(Reply::Done)
    }

    async fn keep_on(&self, id: &ProfileId) -> Result<Reply, Problem> {
        let _running = self.lock().await?;
        let mut profile = self.profile(id)?;
        if profile.on {
            profile.off_at_ms = profile.off_at(now_ms());
            self.shared.profiles.put(profile.clone());
            self.shared.journal.profile_changed(profile);
            self.ends_changed.notify_one();
            self.save_or_tell().await;
        }
        Ok(Reply::Done)
    }

    async fn disconnect(&self, id: &ProfileId) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        self.turn_off(&mut running, id, None).await?;
        self.save_or_tell().await;
        Ok(Reply::Done)
    }

    async fn use_free_port(&self, id: &ProfileId, port: u32) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        let before = self.profile(id)?;
        if !before.on {
            self.refuse_if_it_asks(&before)?;
        }
        let mut profile = before.clone();
        let index = usize::try_from(port).unwrap_or(usize::MAX);
        let Some(chosen) = profile.ports.get_mut(index) else {
            return Err(words::unknown_port(port));
        };
        chosen.mapping.local = LocalPort::Free;
        chosen.last_local = None;
        if !profile.on {
            profile = profile.turned_on(now_ms());
        }
        self.replace(&mut running, before, profile).await
    }

    async fn delete(&self, id: &ProfileId) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        let profile = self.profile(id)?;
        let order = self.shared.profiles.order();
        self.shared.profiles.remove(id);
        if let Err(problem) = self.save().await {
            self.shared.profiles.put(profile);
            self.shared.profiles.reorder(&order);
            return Err(problem);
        }
        if let Some(forward) = running.forwards.remove(id) {
            forward.stop(profile.on).await;
        }
        self.shared.journal.forward_removed(id);
        if running.deleted.len() >= DELETED_KEPT {
            running.deleted.remove(0);
        }
        running.deleted.push(profile);
        Ok(Reply::Done)
    }

    async fn restore(&self, id: &ProfileId) -> Result<Reply, Problem> {
        let mut running = self.lock().await?;
        let Some(at) = running.deleted.iter().position(|profile| profile.id == *id) else {
            return Err(words::unknown_profile(id));
        };
        let profile = running.deleted[at].clone();
        self.save_or_undo(profile.clone(), None).await?;
        running.deleted.remove(at);
        self.shared.journal.forward_off(profile.clone());
        if profile.on {
            self.turn_on(&mut running, profile);
        }
        Ok(Reply::Done)
    }

    /// Puts a changed profile in the place of the one before; one that is wanted on starts anew.
    async fn replace(
        &self,
        running: &mut Running,
        before: Profile,
        profile: Profile,
    ) -> Result<Reply, Problem> {
        self.save_or_undo(profile.clone(), Some(before)).await?;
        self.start_anew(running, profile).await;
        Ok(Reply::Done)
    }

    /// Ends the forward of a profile that has changed, and starts it again if it is wanted on.
    pub(super) async fn start_anew(&self, running: &mut Running, profile: Profile) {
        if let Some(forward) = running.forwards.remove(&profile.id) {
            forward.stop(profile.on).await;
        }
        if profile.on {
            self.turn_on(running, profile);
        } else {
            self.shared.journal.forward_off(profile);
        }
    }

    /// Starts a profile that does not run, as a person wants it: with a tunnel, to see that it works.
    pub(super) fn turn_on(&self, running: &mut Running, profile: Profile) {
        self.start(running, profile, true);
    }

    /// Starts a profile that does not run; `eager`: with a tunnel at once.
    pub(super) fn start(&self, running: &mut Running, profile: Profile, eager: bool) {
        let id = profile.id.clone();
        if profile.off_at_ms.is_some() {
            self.ends_changed.notify_one();
        }
        let forward = Forward::start(Arc::clone(&self.shared), profile, eager, &self.tasks, self.end.clone());
        running.forwards.insert(id, forward);
    }

    /// Turns a profile off, which is not saved yet.
    pub(super) async fn turn_off(
        &self,
        running: &mut Running,
        id: &ProfileId,
        because: Option<OffReason>,
    ) -> Result<(), Problem> {
        let before = self.profile(id)?;
        let off = |profile| Profile { on: false, off_at_ms: None, off_because: because, ..profile };
        match running.forwards.remove(id) {
            Some(forward) if !forward.has_ended() => {
                self.shared.journal.turning_off(off(before));
                forward.stop(false).await;
            }
            _ => self.shared.journal.forward_off(off(before)),
        }
        // What it has noted of its ports until now stays.
        self.shared.profiles.put(off(self.profile(id)?));
        Ok(())
    }

    /// What cannot be saved is not done: nobody should find a forward gone after a restart.
    async fn save_or_undo(&self, profile: Profile, before: Option<Profile>) -> Result<(), Problem> {
        let id = profile.id.clone();
        self.shared.profiles.put(profile);
        self.save().await.inspect_err(|_| match before {
            Some(before) => self.shared.profiles.put(before),
            None => self.shared.profiles.remove(&id),
        })
    }

    /// Turning on and off works even when it cannot be saved.
    pub(super) async fn save_or_tell(&self) {
        tell_saved(&self.shared.journal, self.shared.profiles.save().await);
    }

    pub(super) async fn save(&self) -> Result<(), Problem> {
        self.shared.profiles.save().await.map_err(|error| words::store_problem(&error))?;
        self.shared.journal.saved(Ok(()));
        Ok(())
    }

    pub(super) fn profile(&self, id: &ProfileId) -> Result<Profile, Problem> {
        self.shared.profiles.get(id).ok_or_else(|| words::unknown_profile(id))
    }

    pub(super) async fn lock(&self) -> Result<tokio::sync::MutexGuard<'_, Running>, Problem> {
        let running = self.running.lock().await;
        if running.down {
            return Err(words::ending());
        }
        Ok(running)
    }
}

fn check_ports(ports: &[String]) -> Reply {
    let error = |port: &String| port.parse::<PortMapping>().err().map(Error::in_words);
    Reply::PortCheck { errors: ports.iter().map(error).collect() }
}
