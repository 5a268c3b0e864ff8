//! What the page is to ask the person: whether to turn on a guarded forward that was chosen in the tray.

use engine::ProfileId;
use tokio::sync::watch;

/// The question that waits for a page to ask it; a later one takes its place, since nobody chooses two at once.
#[derive(Clone, Debug)]
pub(crate) struct Questions(watch::Sender<Option<ProfileId>>);

impl Questions {
    /// Nothing to ask.
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Has the page ask about this forward; one that is not there yet does when it is.
    pub(crate) fn ask(&self, id: ProfileId) {
        self.0.send_replace(Some(id));
    }

    /// Gives each question to `send`, once, until that refuses one.
    pub(crate) async fn run(self, mut send: impl FnMut(ProfileId) -> bool) {
        let mut waiting = self.0.subscribe();
        // Never an error: the sender is here.
        while waiting.wait_for(Option::is_some).await.is_ok() {
            let Some(id) = self.0.send_replace(None) else { continue };
            if !send(id.clone()) {
                // The page is gone; the next one asks.
                self.0.send_replace(Some(id));
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

    fn id(name: &str) -> ProfileId {
        forward(name, name, "80").profile.id
    }

    #[tokio::test]
    async fn a_question_waits_for_a_page_and_is_asked_once() {
        let questions = Questions::new();
        questions.ask(id("a"));
        // A page that is gone by now.
        questions.clone().run(|_| false).await;
        let (asked, mut heard) = mpsc::unbounded_channel();
        let page = tokio::spawn(questions.clone().run(move |id| asked.send(id).is_ok()));
        assert_eq!(heard.recv().await, Some(id("a")));
        questions.ask(id("b"));
        assert_eq!(heard.recv().await, Some(id("b")));
        page.abort();
        assert!(page.await.unwrap_err().is_cancelled());
        assert_eq!(heard.recv().await, None, "nothing is asked twice");
    }
}
