//! What a person said about clusters while the engine runs, and its way to the store.

use std::sync::{Mutex, MutexGuard, PoisonError};
use wording::Text;

use crate::{
    Error,
    book::{Book, ContextMark, OwnCluster},
    profile::ContextRef,
    store::ClusterStore,
    words,
};

/// The [`Book`] that counts. What cannot be saved is not changed.
#[derive(Debug)]
pub(crate) struct ClusterBook {
    book: Mutex<Book>,
    store: ClusterStore,
    /// Held while a change is made and saved: one at a time.
    changing: tokio::sync::Mutex<()>,
}

impl ClusterBook {
    pub(crate) fn new(store: ClusterStore, book: Book) -> Self {
        Self { book: Mutex::new(book), store, changing: tokio::sync::Mutex::default() }
    }

    /// All of it as it is now.
    pub(crate) fn read(&self) -> Book {
        self.lock().clone()
    }

    /// How this context is marked; the default where it is not.
    pub(crate) fn mark_of(&self, context: &ContextRef) -> ContextMark {
        self.lock().mark_of(context)
    }

    /// What a cluster is called in a sentence.
    pub(crate) fn name_of(&self, context: &ContextRef) -> Text {
        match context {
            ContextRef::Own { id } => self.own(id).map(|own| Text::verbatim(own.draft.name)),
            ContextRef::Kubeconfig { .. } | ContextRef::Demo => None,
        }
        .unwrap_or_else(|| words::cluster_name(context))
    }

    /// A cluster that the person added.
    pub(crate) fn own(&self, id: &str) -> Option<OwnCluster> {
        self.lock().own.iter().find(|own| own.id == id).cloned()
    }

    /// Changes and saves it; what the closure answers is passed on.
    ///
    /// # Errors
    /// The store's; nothing has changed then.
    pub(crate) async fn change<T>(&self, change: impl FnOnce(&mut Book) -> T) -> Result<T, Error> {
        let _alone = self.changing.lock().await;
        let mut book = self.read();
        let answer = change(&mut book);
        if book != *self.lock() {
            self.store.save(book.clone()).await?;
            *self.lock() = book;
        }
        Ok(answer)
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        // Nothing under the lock can leave it half done.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{ClusterDraft, Trust};

    #[tokio::test]
    async fn clusters_are_called_as_the_person_calls_them() {
        let book = ClusterBook::new(ClusterStore::memory(), Book::default());
        let draft = ClusterDraft {
            name: "the lab".into(),
            server: "https://lab.example:6443".into(),
            trust: Trust::System,
            namespace: None,
        };
        let context = ContextRef::Own { id: "a".into() };
        assert_eq!(book.name_of(&context), "a cluster that you added");
        book.change(|book| book.own.push(OwnCluster { id: "a".into(), draft })).await.unwrap();
        assert_eq!(book.name_of(&context), "the lab");
        assert_eq!(book.name_of(&ContextRef::kubeconfig("shop")), "shop");
        assert_eq!(book.name_of(&ContextRef::Demo), "the demo cluster");
    }

    #[tokio::test]
    async fn what_cannot_be_saved_is_not_changed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("clusters.json");
        let store = ClusterStore::file(&path);
        let book = ClusterBook::new(store.clone(), store.load().await.content);
        book.change(|book| book.kubeconfig_files.push("/a".into())).await.unwrap();
        assert_eq!(store.load().await.content, book.read());
        assert_eq!(book.read().kubeconfig_files.len(), 1);
        // A directory in its place cannot be replaced by a file.
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(book.change(|book| book.kubeconfig_files.clear()).await.is_err());
        assert_eq!(book.read().kubeconfig_files.len(), 1);
    }
}
