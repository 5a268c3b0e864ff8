//! Calls to something that may block for ever.

use std::{
    sync::{Arc, PoisonError},
    thread,
    time::Duration,
};

use tokio::{
    sync::{Mutex, Semaphore, oneshot},
    time::timeout,
};
use wording::{Text, text};

use super::KeyringFailure;
use crate::Error;

/// How long a call may take. A keyring that is locked asks a person for a password, who has to find it first; after this
/// they are told what Culvert waits for.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Calls that are not waited for any more and still hang. Each has a thread; beyond these a keyring is dead.
const HANGING: usize = 4;

/// Makes calls one after the other, so that a person sees one prompt at a time. Each has a thread that is none of the
/// runtime's: one that hangs holds up neither other work nor the end of the program.
#[derive(Debug)]
pub(super) struct Calls {
    limit: Duration,
    turn: Mutex<()>,
    threads: Arc<Semaphore>,
    /// Held by what may have to be undone, until that is done: no other is undone in its place.
    undoable: Arc<std::sync::Mutex<()>>,
}

impl Calls {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            turn: Mutex::default(),
            threads: Arc::new(Semaphore::new(HANGING)),
            undoable: Arc::default(),
        }
    }

    /// What the call answers, or [`KeyringFailure::Slow`]; it goes on then, and what it answers later is lost.
    pub(super) async fn make<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.run(move |answer| {
            // Nobody listens any more when the time was over.
            let _ = answer.send(call());
        })
        .await
    }

    /// As [`Calls::make`], but what the call has done is undone where nobody waited for it to the end.
    pub(super) async fn make_or_undo<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, Error> + Send + 'static,
        undo: impl FnOnce() + Send + 'static,
    ) -> Result<T, Error> {
        let undoable = Arc::clone(&self.undoable);
        self.run(move |answer| {
            // It holds nothing that could be half done.
            let _alone = undoable.lock().unwrap_or_else(PoisonError::into_inner);
            if !answer.is_closed()
                && let Err(Ok(_)) = answer.send(call())
            {
                undo();
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(oneshot::Sender<Result<T, Error>>) + Send + 'static,
    ) -> Result<T, Error> {
        let slow = |message: Text| Error::Keyring { failure: KeyringFailure::Slow, message };
        let _turn = self.turn.lock().await;
        let Ok(thread) = Arc::clone(&self.threads).try_acquire_owned() else {
            return Err(slow(text!(
                "earlier requests have still not been answered",
                "frühere Anfragen sind noch nicht beantwortet"
            )));
        };
        let (send, mut receive) = oneshot::channel();
        let run = move || {
            call(send);
            drop(thread);
        };
        thread::Builder::new().name("keyring".to_owned()).spawn(run).map_err(|error| Error::Keyring {
            failure: KeyringFailure::Failed,
            message: text!(
                "no thread could be started: {error}",
                "es ließ sich kein Thread starten: {error}"
            ),
        })?;
        match timeout(self.limit, &mut receive).await {
            Ok(Ok(answer)) => return answer,
            Ok(Err(_)) => {
                return Err(Error::Keyring {
                    failure: KeyringFailure::Failed,
                    message: text!("the request broke off", "die Anfrage brach ab"),
                });
            }
            Err(_) => {}
        }
        // From now on it is sent to nobody; an answer that came in this very moment counts.
        receive.close();
        receive.try_recv().unwrap_or_else(|_| {
            let seconds = self.limit.as_secs();
            Err(slow(text!("no answer within {seconds} s", "keine Antwort innerhalb von {seconds} s")))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_that_hang_are_given_up_and_are_not_many() {
        let calls = Calls::new(LIMIT);
        let failure = |outcome: Result<(), Error>| match outcome {
            Err(Error::Keyring { failure, message }) => (failure, message),
            other => panic!("{other:?}"),
        };
        let mut ends = Vec::new();
        for _ in 0..HANGING {
            let (end, hang) = mpsc::channel::<()>();
            ends.push(end);
            let hanging = move || {
                let _ = hang.recv();
                Ok(())
            };
            let (failure, message) = failure(calls.make(hanging).await);
            assert_eq!((failure, &*message), (KeyringFailure::Slow, "no answer within 60 s"));
        }
        let (failure, message) = failure(calls.make(|| Ok(())).await);
        assert_eq!(failure, KeyringFailure::Slow);
        assert!(message.contains("earlier requests"), "{message}");
        // Somebody answers the prompts after all.
        ends.clear();
        while calls.threads.available_permits() < HANGING {
            thread::yield_now();
        }
        tokio::time::resume();
        assert_eq!(calls.make(|| Ok(7)).await, Ok(7));
    }

    #[tokio::test]
    async fn one_that_panics_is_told() {
        let outcome = Calls::new(LIMIT).make::<()>(|| panic!("a defect of a keyring")).await;
        assert!(
            matches!(outcome, Err(Error::Keyring { failure: KeyringFailure::Failed, .. })),
            "{outcome:?}"
        );
    }
}
