//! The updates on their way to the page: none while nobody can see it.

use engine::{Engine, Update};
use tokio::sync::watch;
use wording::Spoken;

/// Whether the window can be seen; asked by the feed, set by the shell.
#[derive(Clone, Debug)]
pub(crate) struct Sight(watch::Sender<bool>);

impl Sight {
    /// Of a window that is about to be shown, so that its page is complete by then.
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(true))
    }

    /// Takes in that the window is shown or hidden.
    pub(crate) fn set(&self, is_visible: bool) {
        self.0.send_if_modified(|known| std::mem::replace(known, is_visible) != is_visible);
    }
}

/// Gives the state of everything and then each change of it to `send`, until that refuses one or the engine has shut down.
/// While the window is hidden it does not listen, so that the engine need not sample what nobody sees; afterwards it
/// begins with the state of everything again.
pub(crate) async fn run(
    engine: Engine,
    sight: Sight,
    mut spoken: watch::Receiver<Spoken>,
    mut send: impl FnMut(Update) -> bool,
) {
    let mut sight = sight.0.subscribe();
    loop {
        if sight.wait_for(|is_visible| *is_visible).await.is_err() {
            return;
        }
        let mut updates = engine.listen();
        loop {
            let update = tokio::select! {
                biased;
                // Also when it was hidden for so short a time that it is shown again by now.
                _ = sight.changed() => break,
                // All of it in another language.
                Ok(()) = spoken.changed() => break,
                update = updates.next() => update,
            };
            let is_taken = update.is_some_and(&mut send);
            if !is_taken {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cluster::KubeconfigSources;
    use engine::{Command, EngineOptions, Event, ProfileDraft, Reply};
    use serde_json::json;
    use tokio::sync::mpsc;

    use super::*;

    async fn start_engine() -> Engine {
        crate::install_tls_provider();
        let kubeconfigs = KubeconfigSources::inline("none", String::new());
        Engine::start(EngineOptions::in_memory(kubeconfigs)).await.unwrap()
    }

    async fn create(engine: &Engine, name: &str) {
        let draft: ProfileDraft = serde_json::from_value(json!({
            "name": name, "context": { "kind": "demo" }, "namespace": "demo",
            "target": { "kind": "deployment", "name": "echo" }, "ports": [":5000"], "bindAddress": "",
        }))
        .unwrap();
        let reply = engine.execute(Command::Create { draft, connect: false }).await;
        assert!(matches!(reply, Ok(Reply::Created { .. })), "{reply:?}");
    }

    /// What a page is told, in words: the names in a snapshot, or of a forward that changed.
    async fn next(told: &mut mpsc::UnboundedReceiver<Update>) -> String {
        match told.recv().await.unwrap() {
            Update::Snapshot { snapshot } => {
                let names: Vec<_> =
                    snapshot.forwards.iter().map(|forward| forward.profile.name.as_str()).collect();
                format!("all: {}", names.join(" "))
            }
            Update::Event { event } => match event.event {
                Event::ForwardChanged { forward } => format!("changed: {}", forward.profile.name),
                other => panic!("{other:?}"),
            },
        }
    }

    #[tokio::test]
    async fn a_hidden_window_is_told_nothing_and_everything_when_it_is_shown_again() {
        let (engine, sight) = (start_engine().await, Sight::new());
        let spoken = watch::Sender::new(Spoken::English);
        let (sender, mut told) = mpsc::unbounded_channel();
        let feed = tokio::spawn(run(engine.clone(), sight.clone(), spoken.subscribe(), move |update| {
            sender.send(update).is_ok()
        }));
        assert_eq!(next(&mut told).await, "all: ");
        create(&engine, "a").await;
        assert_eq!(next(&mut told).await, "changed: a");

        sight.set(false);
        create(&engine, "b").await;
        create(&engine, "c").await;
        sight.set(true);
        assert_eq!(next(&mut told).await, "all: a b c");
        create(&engine, "d").await;
        assert_eq!(next(&mut told).await, "changed: d");
        spoken.send_replace(Spoken::German);
        assert_eq!(next(&mut told).await, "all: a b c d", "in German");

        engine.shutdown().await;
        feed.await.unwrap();
    }

    #[tokio::test]
    async fn a_page_that_is_gone_ends_it() {
        let feed =
            run(start_engine().await, Sight::new(), watch::Sender::new(Spoken::English).subscribe(), |_| {
                false
            });
        feed.await;
    }
}
