//! What a person prefers while the engine runs, and its way to the store.

use tokio::sync::watch;

use crate::{Error, preferences::Preferences, store::PreferenceStore};

/// The [`Preferences`] that count. What cannot be saved is not changed.
#[derive(Debug)]
pub(crate) struct PreferenceBook {
    current: watch::Sender<Preferences>,
    store: PreferenceStore,
    /// Held while a change is made and saved: one at a time.
    changing: tokio::sync::Mutex<()>,
}

impl PreferenceBook {
    pub(crate) fn new(store: PreferenceStore, preferences: Preferences) -> Self {
        Self { current: watch::Sender::new(preferences), store, changing: tokio::sync::Mutex::default() }
    }

    /// All of them as they are now.
    pub(crate) fn read(&self) -> Preferences {
        self.current.borrow().clone()
    }

    /// Tells of each change from now on.
    pub(crate) fn follow(&self) -> watch::Receiver<Preferences> {
        self.current.subscribe()
    }

    /// Saves these, and answers what counts from now on: what was said once stays said.
    ///
    /// # Errors
    /// The store's; nothing has changed then.
    pub(crate) async fn replace(&self, preferences: Preferences) -> Result<Preferences, Error> {
        let _alone = self.changing.lock().await;
        let before = self.read();
        let told_of_tray = preferences.told_of_tray || before.told_of_tray;
        let preferences = Preferences { told_of_tray, ..preferences };
        if preferences != before {
            self.store.save(preferences.clone()).await?;
            self.current.send_replace(preferences.clone());
        }
        Ok(preferences)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preferences::Theme;

    #[tokio::test]
    async fn what_cannot_be_saved_is_not_changed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("preferences.json");
        let store = PreferenceStore::file(&path);
        let book = PreferenceBook::new(store.clone(), store.load().await.content);
        let dark = Preferences { theme: Theme::Dark, ..Preferences::default() };
        book.replace(dark.clone()).await.unwrap();
        assert_eq!((store.load().await.content, book.read()), (dark.clone(), dark.clone()));
        // A directory in its place cannot be replaced by a file.
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(book.replace(Preferences::default()).await.is_err());
        assert_eq!(book.read(), dark);
    }

    #[tokio::test]
    async fn what_was_said_once_stays_said_whatever_a_window_that_does_not_know_it_sends() {
        let book = PreferenceBook::new(PreferenceStore::memory(), Preferences::default());
        book.replace(Preferences { told_of_tray: true, ..Preferences::default() }).await.unwrap();
        let dark = Preferences { theme: Theme::Dark, ..Preferences::default() };
        assert!(book.replace(dark).await.unwrap().told_of_tray);
        assert!(book.read().told_of_tray);
    }
}
