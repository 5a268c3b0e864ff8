//! Runs the controller: brings it updates, requests and time, and does what it asks for.

use std::{
    future::pending,
    time::{Duration, Instant},
};

use engine::{Command, Engine, Problem};
use tokio::{sync::mpsc, task::JoinSet, time::timeout};

use super::{Controller, Effect, Request};
use crate::{
    settings::{Settings, SettingsFile},
    shell::Shell,
};

/// Requests come from a person's hand; this many waiting means that nobody takes them any more.
const REQUEST_LIMIT: usize = 64;

/// How long closing tunnels may take before the program ends all the same.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);

/// Where requests are handed in, from any thread.
#[derive(Clone)]
pub(crate) struct Requests(mpsc::Sender<Request>);

impl Requests {
    /// Hands in a request. After the application has begun to end, it is dropped.
    pub(crate) fn send(&self, request: Request) {
        if let Err(error) = self.0.try_send(request) {
            tracing::debug!("a request came too late: {error}");
        }
    }
}

/// The way of requests to [`run`].
pub(crate) fn requests() -> (Requests, mpsc::Receiver<Request>) {
    let (sender, receiver) = mpsc::channel(REQUEST_LIMIT);
    (Requests(sender), receiver)
}

/// Runs the application until it is asked to quit, then shuts the engine down, runs `last`, and ends the program.
pub(crate) async fn run<S: Shell>(
    mut controller: Controller<S>,
    engine: Engine,
    mut inbox: mpsc::Receiver<Request>,
    settings: SettingsFile,
    last: impl Future<Output = ()>,
) {
    let mut updates = engine.listen_without_traffic();
    let mut commands: JoinSet<Result<(), Problem>> = JoinSet::new();
    let to_keep = loop {
        let effect = tokio::select! {
            Some(update) = updates.next() => {
                controller.update(update, Instant::now());
                None
            }
            Some(request) = inbox.recv() => controller.request(request),
            Some(outcome) = commands.join_next() => {
                if let Ok(Err(problem)) = outcome {
                    controller.failed(problem);
                }
                None
            }
            () = sleep_until(controller.next_tick()) => {
                controller.tick(Instant::now());
                None
            }
        };
        match effect {
            Some(Effect::Execute(asked)) => execute(&engine, &mut commands, asked),
            Some(Effect::Save(changed, asked)) => {
                save(&settings, changed).await;
                execute(&engine, &mut commands, asked);
            }
            Some(Effect::Quit(changed)) => break changed,
            None => {}
        }
    };
    let end = async {
        engine.shutdown().await;
        last.await;
    };
    if timeout(SHUTDOWN_LIMIT, end).await.is_err() {
        tracing::warn!("closing tunnels took longer than {SHUTDOWN_LIMIT:?}; ending all the same");
    }
    save(&settings, to_keep).await;
    controller.finish();
}

fn execute(engine: &Engine, running: &mut JoinSet<Result<(), Problem>>, asked: Vec<Command>) {
    for command in asked {
        let engine = engine.clone();
        running.spawn(async move { engine.execute(command).await.map(|_| ()) });
    }
}

async fn sleep_until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time.into()).await,
        None => pending().await,
    }
}

async fn save(file: &SettingsFile, settings: Settings) {
    let file = file.clone();
    let saved = tokio::task::spawn_blocking(move || file.save(&settings)).await;
    if let Ok(Err(error)) = saved {
        tracing::warn!("the window's size and place cannot be kept: {error}");
    }
}
