//! What the page is to do for a choice in the tray or for a file that was dropped on the window.

use engine::ProfileId;
use serde::Serialize;
use tokio::sync::watch;

/// Something for the page to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum Errand {
    /// Ask whether to turn on this guarded forward.
    Ask {
        /// Which.
        id: ProfileId,
    },
    /// Show the settings.
    Settings,
    /// Show the screen that takes in this file.
    Open {
        /// Its whole path, as it can be shown.
        path: String,
        /// How many more were dropped with it: one is taken in at a time.
        others: usize,
    },
}

/// The errand that waits for a page to do it; a later one takes its place, since nobody chooses two at once.
#[derive(Clone, Debug)]
pub(crate) struct Errands(watch::Sender<Option<Errand>>);

impl Errands {
    /// Nothing to do.
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Sends the page on this errand; one that is not there yet goes when it is.
    pub(crate) fn send(&self, errand: Errand) {
        self.0.send_replace(Some(errand));
    }

    /// Gives each errand to `send`, once, until that refuses one.
    pub(crate) async fn run(self, mut send: impl FnMut(Errand) -> bool) {
        let mut waiting = self.0.subscribe();
        // Never an error: the sender is here.
        while waiting.wait_for(Option::is_some).await.is_ok() {
            let Some(errand) = self.0.send_replace(None) else { continue };
            if !send(errand.clone()) {
                // The page is gone; the next one goes.
                self.0.send_replace(Some(errand));
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;
    use crate::samples::forward;

    fn ask(name: &str) -> Errand {
        Errand::Ask { id: forward(name, name, "80").profile.id }
    }

    #[tokio::test]
    async fn an_errand_waits_for_a_page_and_is_done_once() {
        let errands = Errands::new();
        errands.send(ask("a"));
        // A page that is gone by now.
        errands.clone().run(|_| false).await;
        let (asked, mut heard) = mpsc::unbounded_channel();
        let page = tokio::spawn(errands.clone().run(move |errand| asked.send(errand).is_ok()));
        assert_eq!(heard.recv().await, Some(ask("a")));
        errands.send(Errand::Settings);
        assert_eq!(heard.recv().await, Some(Errand::Settings));
        page.abort();
        assert!(page.await.unwrap_err().is_cancelled());
        assert_eq!(heard.recv().await, None, "nothing is done twice");
    }

    #[test]
    fn the_page_understands_it() {
        assert_eq!(serde_json::to_string(&Errand::Settings).unwrap(), r#"{"type":"settings"}"#);
        assert_eq!(serde_json::to_string(&ask("a")).unwrap(), r#"{"type":"ask","id":"a"}"#);
        let open = Errand::Open { path: "/a/config".to_owned(), others: 1 };
        assert_eq!(serde_json::to_string(&open).unwrap(), r#"{"type":"open","path":"/a/config","others":1}"#);
    }
}
