//! `culvert doctor`: why a cluster or a target does not work, rung by rung.

mod lines;

use cluster::{KubeconfigSources, Target, TargetKind};
use engine::{
    AtStart, Command, ContextRef, Engine, EngineOptions, Event, Ladder, LadderStep, Listener, Outcome,
    PodChoice, ProfileDraft, Reply, RoutePin, Rung, Subject, TransportPin, Update,
};
use wording::{Text, text};

use crate::{
    arguments::{DoctorRequest, OutputFormat},
    error::Error,
    language::{said, spoken},
    stop::Stop,
    terminal,
};

/// The namespace where neither the command line nor the context names one, as for kubectl.
const DEFAULT_NAMESPACE: &str = "default";

/// Stands for the ports of a target that is not there, or in a cluster that cannot be asked: a rung below fails.
const NEVER_REACHED: &str = ":1";

/// The number of the one diagnosis there is.
const ONLY_RUN: u32 = 1;

/// Looks into it, and tells each rung as it is done.
///
/// # Errors
/// [`Error::Unwell`] where a rung has failed; or whatever keeps it from looking.
pub(crate) async fn run(request: DoctorRequest) -> Result<(), Error> {
    let mut stop = Stop::listen()?;
    let examine = async {
        let format = request.output;
        let (engine, subject) = prepare(request).await?;
        let ladder = match format {
            OutputFormat::Text => told(&engine, subject).await,
            OutputFormat::Json => ladder(&engine, subject).await,
        };
        engine.shutdown().await;
        let ladder = ladder?;
        if format == OutputFormat::Json {
            let json = spoken().speaking(|| serde_json::to_string_pretty(&ladder)).unwrap_or_default();
            aside(move || terminal::print(&json)).await;
        }
        let Some(failed) = ladder.steps.iter().find(|step| matches!(step.outcome, Outcome::Failed { .. }))
        else {
            return Ok(());
        };
        // Where the window may know more.
        if matches!(failed.rung, Rung::Configuration | Rung::SignIn) {
            aside(|| terminal::complain(said(&kubeconfigs_only()))).await;
        }
        Err(Error::Unwell)
    };
    tokio::select! {
        result = examine => result,
        () = stop.wished() => Err(Error::Unwell),
    }
}

fn kubeconfigs_only() -> Text {
    text!(
        "Only kubeconfigs are looked at here, not clusters that you added in Culvert's window, nor the sign-ins that it keeps: choose \"Why?\" there for those.",
        "Hier zählen nur kubeconfigs, nicht die Cluster, die Sie im Fenster von Culvert hinzugefügt haben, und nicht die Anmeldungen, die es aufbewahrt. Wählen Sie dafür dort „Warum?“."
    )
}

/// An engine that keeps everything in memory, and what it is to look into.
async fn prepare(request: DoctorRequest) -> Result<(Engine, Subject), Error> {
    let kubeconfigs = match request.kubeconfig {
        Some(path) => KubeconfigSources::from_files(vec![path]),
        None => KubeconfigSources::from_environment(),
    }
    .at_terminal();
    // What is wrong with the configuration is for the first rung to tell; only which context is meant has to be known.
    let found = kubeconfigs.context(request.context.as_deref()).await;
    let (name, preferred) = match (found, request.context) {
        (Ok(context), _) => (context.name, context.namespace),
        (Err(_), Some(wanted)) => (wanted, None),
        (Err(error), None) => return Err(error.into()),
    };
    let context = ContextRef::kubeconfig(name);
    let engine = Engine::start(EngineOptions::in_memory(kubeconfigs)).await?;
    let Some(target) = request.target else { return Ok((engine, Subject::Cluster { context })) };
    let namespace = request.namespace.or(preferred).unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
    let ports = match request.ports.is_empty() {
        false => request.ports,
        true => declared(&engine, &context, &namespace, &target).await?,
    };
    let draft = ProfileDraft {
        name: target.to_string(),
        context,
        namespace,
        target,
        ports,
        bind_address: String::new(),
        transport: TransportPin::Automatic,
        route: RoutePin::Automatic,
        keep_unused_minutes: Some(0),
        pods: PodChoice::Best,
        hold_seconds: Some(0),
        turn_off_after_minutes: 0,
        at_start: AtStart::AsItWas,
        ask_first: false,
        colour: None,
        group: String::new(),
        tags: Vec::new(),
    };
    // It is never turned on: nothing listens on this computer.
    match engine.execute(Command::Create { draft, connect: false }).await? {
        Reply::Created { id } => Ok((engine, Subject::Forward { id })),
        _ => Err(Error::Ended),
    }
}

/// The ports that the target declares.
///
/// # Errors
/// [`Error::Usage`] where it is there, or may be there, and does not tell of any.
async fn declared(
    engine: &Engine,
    context: &ContextRef,
    namespace: &str,
    target: &Target,
) -> Result<Vec<String>, Error> {
    let list = Command::ListTargets { context: context.clone(), namespace: namespace.to_owned() };
    let may_be_there = match engine.execute(list).await {
        Ok(Reply::Targets { targets, notices }) => match targets.iter().find(|one| one.target == *target) {
            Some(found) if !found.ports.is_empty() => {
                return Ok(found.ports.iter().map(|port| format!(":{}", port.number)).collect());
            }
            Some(_) => true,
            None => !notices.is_empty() || target.kind == TargetKind::Selector,
        },
        // What is in the way is found below, before any port matters.
        _ => false,
    };
    match may_be_there {
        true => {
            let reason = format!("{target} does not tell which ports it has: name the one to look at");
            Err(Error::Usage { command: "culvert doctor", reason })
        }
        false => Ok(vec![NEVER_REACHED.to_owned()]),
    }
}

/// Prints each rung as soon as it is done.
async fn told(engine: &Engine, subject: Subject) -> Result<Ladder, Error> {
    let mut listener = engine.listen();
    let mut told = 0;
    let ladder = {
        let ladder = ladder(engine, subject);
        tokio::pin!(ladder);
        loop {
            tokio::select! {
                biased;
                step = next_step(&mut listener) => {
                    told += 1;
                    say(&step).await;
                }
                ladder = &mut ladder => break ladder?,
            }
        }
    };
    for step in ladder.steps.iter().skip(told) {
        say(step).await;
    }
    Ok(ladder)
}

async fn ladder(engine: &Engine, subject: Subject) -> Result<Ladder, Error> {
    match engine.execute(Command::Diagnose { subject, run: ONLY_RUN }).await? {
        Reply::Ladder { ladder } => Ok(ladder),
        _ => Err(Error::Ended),
    }
}

/// The next rung that is done; pending where the engine says no more.
async fn next_step(listener: &mut Listener) -> LadderStep {
    loop {
        match listener.next().await {
            Some(Update::Event { event }) => {
                if let Event::LadderStep { run: ONLY_RUN, step, .. } = event.event
                    && !matches!(step.outcome, Outcome::Waiting | Outcome::Running)
                {
                    return step;
                }
            }
            Some(_) => {}
            None => std::future::pending().await,
        }
    }
}

async fn say(step: &LadderStep) {
    let text = lines::of(step);
    aside(move || terminal::print(&text)).await;
}

/// On a thread of its own: whoever started us may never read what we write.
async fn aside(write: impl FnOnce() + Send + 'static) {
    // An error only when the runtime is being shut down: nobody waits for the text any more.
    let _ = tokio::task::spawn_blocking(write).await;
}
