//! `culvert port-forward`: the engine with one profile that is kept in memory.

mod narrator;

use cluster::KubeconfigSources;
use engine::{
    AtStart, Command, ContextRef, Engine, EngineOptions, Listener, PodChoice, ProfileDraft, ProfileId, Reply,
    RoutePin, TransportPin,
};
use tokio::time::{Instant, sleep_until};

use self::narrator::{Narrator, Said};
use crate::{arguments::ForwardRequest, error::Error, stop::Stop, terminal};

/// The namespace where neither the command line nor the context names one, as for kubectl.
const DEFAULT_NAMESPACE: &str = "default";

/// Forwards until the wish to end, or until it fails at the beginning.
///
/// # Errors
/// Whatever stands in the way before the first tunnel is open; later only what a person has to mend.
pub(crate) async fn run(request: ForwardRequest) -> Result<(), Error> {
    let mut stop = Stop::listen()?;
    let deadline = Instant::now() + request.pod_running_timeout;
    let (engine, draft) = tokio::select! {
        // Reads files, which may take its time where they lie on another machine.
        prepared = prepare(request) => prepared?,
        () = stop.wished() => return Ok(()),
    };
    // Before the forward is made, so that nothing of it is missed.
    let listener = engine.listen();
    let forward = async {
        match engine.execute(Command::Create { draft, connect: true }).await? {
            Reply::Created { id } => narrate(listener, id, deadline).await,
            _ => Err(Error::Ended),
        }
    };
    let result = tokio::select! {
        result = forward => result,
        () = stop.wished() => Ok(()),
    };
    stop.or_at_once(engine.shutdown()).await;
    result
}

/// An engine without forwards, and the one it is to have.
async fn prepare(request: ForwardRequest) -> Result<(Engine, ProfileDraft), Error> {
    let kubeconfigs = match request.kubeconfig {
        Some(path) => KubeconfigSources::from_files(vec![path]),
        None => KubeconfigSources::from_environment(),
    }
    .at_terminal();
    let context = kubeconfigs.context(request.context.as_deref()).await?;
    let draft = ProfileDraft {
        name: String::new(),
        context: ContextRef::kubeconfig(context.name),
        namespace: request.namespace.or(context.namespace).unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned()),
        target: request.target,
        ports: request.ports,
        bind_address: request.address,
        transport: TransportPin::Automatic,
        route: RoutePin::Automatic,
        // It says at once whether it works, and goes on as kubectl does.
        keep_unused_minutes: Some(0),
        pods: if request.spread { PodChoice::Spread } else { PodChoice::Best },
        hold_seconds: Some(request.hold),
        turn_off_after_minutes: 0,
        at_start: AtStart::AsItWas,
        ask_first: false,
        colour: None,
        group: String::new(),
        tags: Vec::new(),
    };
    let options = EngineOptions::in_memory(kubeconfigs);
    Ok((Engine::start(options).await?, draft))
}

/// Tells what happens to the forward, until it fails for good.
async fn narrate(mut listener: Listener, id: ProfileId, deadline: Instant) -> Result<(), Error> {
    let mut narrator = Narrator::new(id);
    loop {
        let update = tokio::select! {
            update = listener.next() => update.ok_or(Error::Ended)?,
            () = sleep_until(deadline), if narrator.waits_for_pod() => {
                return Err(narrator.out_of_time());
            }
        };
        for said in narrator.hear(&update) {
            match said {
                Said::Line(text) => aside(move || terminal::print(&text)).await,
                Said::Remark(text) => aside(move || terminal::complain(&text)).await,
                Said::End(error) => return Err(error),
            }
        }
    }
}

/// Waits for writing on a thread of its own: a script that started us may never read what we write, and must be able to
/// end us all the same. A thread that still waits then ends with the program.
async fn aside(write: impl FnOnce() + Send + 'static) {
    // An error only when the runtime is being shut down: nobody waits for the text any more.
    let _ = tokio::task::spawn_blocking(write).await;
}
