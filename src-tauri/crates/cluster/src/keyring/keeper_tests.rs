use std::{pin::pin, sync::mpsc};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;

/// A keyring that does what it is told.
#[derive(Default)]
struct Moody {
    inner: MemoryVault,
    mood: Mutex<Option<KeyringFailure>>,
}

impl Moody {
    fn is(&self, mood: Option<KeyringFailure>) {
        *self.mood.lock().unwrap() = mood;
    }

    fn ask(&self) -> Result<(), Error> {
        match *self.mood.lock().unwrap() {
            Some(failure) => Err(Error::Keyring { failure, message: Text::default() }),
            None => Ok(()),
        }
    }
}

impl Vault for Moody {
    fn put(&self, key: &str, secret: &SecretText) -> Result<(), Error> {
        self.ask()?;
        self.inner.put(key, secret)
    }

    fn get(&self, key: &str) -> Result<Option<SecretText>, Error> {
        self.ask()?;
        self.inner.get(key)
    }

    fn delete(&self, key: &str) -> Result<(), Error> {
        self.ask()?;
        self.inner.delete(key)
    }
}

fn keeper() -> (Arc<Moody>, SecretKeeper) {
    let vault = Arc::new(Moody::default());
    (Arc::clone(&vault), SecretKeeper::new(vault, Index::default(), LIMIT))
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text)
}

#[tokio::test]
async fn a_keyring_that_is_not_needed_is_not_asked() {
    let (vault, keeper) = keeper();
    vault.is(Some(KeyringFailure::Missing));
    assert_eq!(keeper.load("a").await, Ok(None));
    keeper.forget("a").await.unwrap();
    keeper.store("a", secret("1"), Keep::Session).await.unwrap();
    assert_eq!(keeper.load("a").await, Ok(Some(secret("1"))));
    assert_eq!(keeper.standing(), KeyringStanding::Unknown);
}

#[tokio::test]
async fn what_the_keyring_does_not_take_is_not_listed() {
    let (vault, keeper) = keeper();
    vault.is(Some(KeyringFailure::Locked));
    assert!(keeper.store("a", secret("1"), Keep::Keyring).await.is_err());
    assert_eq!((keeper.count(), keeper.kept("a")), (0, None));
    assert!(matches!(keeper.standing(), KeyringStanding::Unavailable(_)));
    vault.is(None);
    keeper.store("a", secret("1"), Keep::Keyring).await.unwrap();
    assert_eq!((keeper.count(), keeper.kept("a")), (1, Some(Keep::Keyring)));
    assert_eq!(keeper.standing(), KeyringStanding::Working);
    // A new one that is not taken leaves the old one, listed.
    vault.is(Some(KeyringFailure::TooLong));
    assert!(keeper.store("a", secret("22"), Keep::Keyring).await.is_err());
    assert_eq!(keeper.kept("a"), Some(Keep::Keyring));
    assert_eq!(keeper.standing(), KeyringStanding::Working, "shorter ones fit");
}

#[tokio::test]
async fn one_deleted_by_others_is_none_and_is_not_counted_any_more() {
    let (vault, keeper) = keeper();
    keeper.store("a", secret("1"), Keep::Keyring).await.unwrap();
    vault.inner.delete("a").unwrap();
    assert_eq!(keeper.count(), 1);
    assert_eq!(keeper.load("a").await, Ok(None));
    assert_eq!(keeper.count(), 0);
}

#[tokio::test]
async fn a_retry_moves_what_the_session_has() {
    let (vault, keeper) = keeper();
    keeper.store("a", secret("1"), Keep::Session).await.unwrap();
    keeper.store("b", secret("2"), Keep::Session).await.unwrap();
    vault.is(Some(KeyringFailure::Denied));
    assert!(keeper.retry().await.is_err());
    assert_eq!(keeper.kept("a"), Some(Keep::Session));
    vault.is(None);
    keeper.retry().await.unwrap();
    assert_eq!((keeper.kept("a"), keeper.kept("b")), (Some(Keep::Keyring), Some(Keep::Keyring)));
    assert_eq!(keeper.load("b").await, Ok(Some(secret("2"))));
    assert_eq!(keeper.count(), 2);
}

#[tokio::test]
async fn everything_is_forgotten_and_what_cannot_be_stays_listed() {
    let (vault, keeper) = keeper();
    keeper.store("a", secret("1"), Keep::Keyring).await.unwrap();
    keeper.store("b", secret("2"), Keep::Session).await.unwrap();
    vault.is(Some(KeyringFailure::Locked));
    assert!(keeper.forget_all().await.is_err());
    assert_eq!((keeper.count(), keeper.kept("b")), (1, None), "memory is ours");
    vault.is(None);
    keeper.forget_all().await.unwrap();
    assert_eq!(keeper.count(), 0);
    assert_eq!(vault.inner.get("a"), Ok(None));
}

#[tokio::test]
async fn one_for_the_session_hides_the_one_before() {
    let (_, keeper) = keeper();
    keeper.store("a", secret("old"), Keep::Keyring).await.unwrap();
    keeper.store("a", secret("new"), Keep::Session).await.unwrap();
    assert_eq!(keeper.load("a").await, Ok(Some(secret("new"))));
    assert_eq!((keeper.count(), keeper.kept("a")), (1, Some(Keep::Session)));
    keeper.forget("a").await.unwrap();
    assert_eq!(keeper.load("a").await, Ok(None));
    assert!(!format!("{keeper:?}").contains("new"));
}

/// A keyring that asks a person each time before it takes a secret.
struct Asking {
    inner: MemoryVault,
    /// What comes is answered when it is dropped.
    prompts: UnboundedSender<mpsc::Sender<()>>,
}

impl Vault for Asking {
    fn put(&self, key: &str, secret: &SecretText) -> Result<(), Error> {
        let (prompt, answer) = mpsc::channel();
        let _ = self.prompts.send(prompt);
        let _ = answer.recv();
        self.inner.put(key, secret)
    }

    fn get(&self, key: &str) -> Result<Option<SecretText>, Error> {
        self.inner.get(key)
    }

    fn delete(&self, key: &str) -> Result<(), Error> {
        self.inner.delete(key)
    }
}

fn asking() -> (Arc<Asking>, SecretKeeper, UnboundedReceiver<mpsc::Sender<()>>) {
    let (prompts, asked) = unbounded_channel();
    let vault = Arc::new(Asking { inner: MemoryVault::default(), prompts });
    (Arc::clone(&vault), SecretKeeper::new(vault, Index::default(), LIMIT), asked)
}

/// Has a secret stored, and the prompt left alone until it is too late; gives the prompt.
async fn too_late(
    keeper: &SecretKeeper,
    asked: &mut UnboundedReceiver<mpsc::Sender<()>>,
) -> mpsc::Sender<()> {
    let mut storing = pin!(keeper.store("a", secret("1"), Keep::Keyring));
    let prompt = tokio::select! {
        outcome = &mut storing => panic!("{outcome:?}"),
        prompt = asked.recv() => prompt.unwrap(),
    };
    tokio::time::pause();
    let stored = storing.await;
    tokio::time::resume();
    assert!(matches!(stored, Err(Error::Keyring { failure: KeyringFailure::Slow, .. })), "{stored:?}");
    prompt
}

#[tokio::test]
async fn a_prompt_that_is_answered_too_late_keeps_nothing() {
    let (vault, keeper, mut asked) = asking();
    let prompt = too_late(&keeper, &mut asked).await;
    // The person takes what the window offers, and finds the prompt behind it then.
    keeper.store("a", secret("1"), Keep::Session).await.unwrap();
    drop(prompt);
    // One secret is put after the other.
    let answer = async { drop(asked.recv().await.unwrap()) };
    let (stored, ()) = tokio::join!(keeper.store("b", secret("2"), Keep::Keyring), answer);
    stored.unwrap();
    assert_eq!((keeper.kept("a"), keeper.kept("b")), (Some(Keep::Session), Some(Keep::Keyring)));
    assert_eq!(vault.inner.get("a"), Ok(None), "for this session only");
    keeper.forget("a").await.unwrap();
    assert_eq!((keeper.kept("a"), keeper.count()), (None, 1), "and it is not listed");
}

#[tokio::test]
async fn what_is_stored_again_is_kept_though_the_first_prompt_is_answered_late() {
    let (vault, keeper, mut asked) = asking();
    let first = too_late(&keeper, &mut asked).await;
    let answers = async {
        drop(first);
        drop(asked.recv().await.unwrap());
    };
    let (stored, ()) = tokio::join!(keeper.store("a", secret("2"), Keep::Keyring), answers);
    stored.unwrap();
    assert_eq!((vault.inner.get("a"), keeper.kept("a")), (Ok(Some(secret("2"))), Some(Keep::Keyring)));
}

#[tokio::test]
async fn a_retry_brings_nothing_back_that_was_forgotten_meanwhile() {
    let (vault, keeper, mut asked) = asking();
    keeper.store("a", secret("1"), Keep::Session).await.unwrap();
    keeper.store("b", secret("2"), Keep::Session).await.unwrap();
    let (outcome, ()) = tokio::join!(keeper.retry(), async {
        let prompt = asked.recv().await.unwrap();
        keeper.forget("b").await.unwrap();
        drop(prompt);
        asked.close();
    });
    outcome.unwrap();
    assert_eq!((keeper.kept("a"), keeper.kept("b")), (Some(Keep::Keyring), None));
    assert_eq!((vault.inner.get("b"), keeper.count()), (Ok(None), 1));
}

#[tokio::test]
async fn a_retry_leaves_alone_what_was_signed_in_to_meanwhile() {
    let (vault, keeper, mut asked) = asking();
    keeper.store("a", secret("old"), Keep::Session).await.unwrap();
    let (outcome, ()) = tokio::join!(keeper.retry(), async {
        let prompt = asked.recv().await.unwrap();
        keeper.store("a", secret("new"), Keep::Session).await.unwrap();
        drop(prompt);
    });
    outcome.unwrap();
    assert_eq!((keeper.load("a").await, keeper.kept("a")), (Ok(Some(secret("new"))), Some(Keep::Session)));
    assert_eq!(vault.inner.get("a"), Ok(None), "the old one is nowhere");
    keeper.forget("a").await.unwrap();
    assert_eq!(keeper.count(), 0);
}
