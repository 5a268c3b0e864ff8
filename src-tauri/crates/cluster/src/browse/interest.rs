//! Whether somebody looks.

use std::time::Duration;

use tokio::{sync::watch, time::sleep};

/// How long what was learned is kept up to date after the last look: a picker that is opened again within it shows at once
/// what there is, and what nobody comes back to costs the API server no more than a minute of watching.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// Counts who looks.
#[derive(Default)]
pub(crate) struct Interest(watch::Sender<Looking>);

#[derive(Clone, Copy, Default)]
struct Looking {
    now: usize,
    /// How many ever came.
    came: u64,
}

impl Interest {
    pub(crate) fn enter(&self) {
        self.0.send_modify(|looking| {
            looking.now += 1;
            looking.came += 1;
        });
    }

    pub(crate) fn leave(&self) {
        self.0.send_modify(|looking| looking.now -= 1);
    }

    /// Resolves once nobody has looked for a minute.
    pub(crate) async fn lost(&self) {
        let mut looking = self.0.subscribe();
        // The sender lives as long as this is borrowed, so waiting does not fail.
        while looking.wait_for(|looking| looking.now == 0).await.is_ok() {
            tokio::select! {
                Ok(_) = looking.wait_for(|looking| looking.now > 0) => {}
                () = sleep(KEPT_FOR) => return,
            }
        }
    }

    /// Waits for so long, or until somebody new comes; and, however long it takes, until somebody looks.
    pub(crate) async fn again_after(&self, wait: Duration) {
        let mut looking = self.0.subscribe();
        let came = looking.borrow().came;
        tokio::select! {
            () = sleep(wait) => {}
            _ = looking.wait_for(|looking| looking.came != came) => {}
        }
        // As above.
        let _ = looking.wait_for(|looking| looking.now > 0).await;
    }
}
