//! An engine in a process of its own, to be measured and to be killed: `many-forwards PROFILES KUBECONFIG [STEADY]`.
//!
//! It turns on what is on in the profile file, says `ID PORT` of each of these when all listen, and then `all`. With
//! `STEADY` it then turns all profiles but the first so many off and on again without end, and says `changed` each time.
//! Otherwise it rests. It ends in order when its input does.

#![expect(clippy::print_stdout, reason = "whoever started it reads it")]

use std::{collections::BTreeMap, error::Error, io};

use cluster::KubeconfigSources;
use engine::{Command, Engine, EngineOptions, Event, ForwardView, ProfileId, ProfileStore, Update};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [profiles, kubeconfig, rest @ ..] = arguments.as_slice() else {
        return Err("which profiles, and which kubeconfig?".into());
    };
    let steady = rest.first().map(|steady| steady.parse()).transpose()?;
    engine::allow_many_open_files();
    let kubeconfigs = KubeconfigSources::inline(kubeconfig.as_str(), std::fs::read_to_string(kubeconfig)?);
    let store = ProfileStore::file(profiles);
    let engine = Engine::start(EngineOptions { store, ..EngineOptions::in_memory(kubeconfigs) }).await?;
    let ids = say_when_all_listen(&engine).await?;
    // A thread that waits for the end of the input costs as much with one forward as with many.
    let ended = tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink()));
    tokio::select! {
        ended = ended => ended?.map(drop)?,
        changed = change(&engine, &ids, steady) => changed?,
    }
    engine.shutdown().await;
    Ok(())
}

/// Answers the profiles in their order.
async fn say_when_all_listen(engine: &Engine) -> io::Result<Vec<ProfileId>> {
    let mut listener = engine.listen();
    let mut ids = Vec::new();
    let mut waited_for = BTreeMap::new();
    while let Some(update) = listener.next().await {
        match update {
            Update::Snapshot { snapshot } => {
                ids = snapshot.forwards.iter().map(|view| view.profile.id.clone()).collect();
                let on = snapshot.forwards.into_iter().filter(|view| view.profile.on);
                waited_for = on.map(|view| (view.profile.id.clone(), view)).collect();
            }
            Update::Event { event } => {
                if let Event::ForwardChanged { forward } = event.event {
                    waited_for.insert(forward.profile.id.clone(), forward);
                }
            }
        }
        if waited_for.values().all(|view| local(view).is_some()) {
            break;
        }
    }
    for (id, view) in &waited_for {
        println!(
            "{} {}",
            serde_json::to_value(id)?.as_str().unwrap_or_default(),
            local(view).unwrap_or_default()
        );
    }
    println!("all");
    Ok(ids)
}

fn local(view: &ForwardView) -> Option<u16> {
    view.ports.first()?.local
}

/// Turns forwards off and on for ever; nothing if all are to rest.
async fn change(engine: &Engine, ids: &[ProfileId], steady: Option<usize>) -> io::Result<()> {
    let Some(steady) = steady else { return std::future::pending().await };
    loop {
        for id in ids.iter().skip(steady) {
            for command in [
                Command::Disconnect { id: id.clone() },
                Command::Connect { id: id.clone(), confirmed: false },
            ] {
                engine
                    .execute(command)
                    .await
                    .map_err(|problem| io::Error::other(problem.what.to_string()))?;
                println!("changed");
            }
        }
    }
}
