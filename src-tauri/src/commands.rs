//! What the window can ask of the program. `build.rs` and `capabilities/` name the same commands.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use engine::{Command, Engine, Problem, ProblemCode, ProfileId, Reply};
use serde_json::Value;
use tauri::{AppHandle, State, ipc::Channel};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_dialog::{DialogExt as _, FilePath};
use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;
use wording::{Text, text};

use crate::{
    about::About,
    address::local_address,
    controller::{Request, Requests},
    errands::{Errand, Errands},
    feed::{self, Sight},
    language::Speech,
};

/// Longer texts are not copied: everything the window offers to copy is an address or a command line.
const COPY_LIMIT: usize = 64 * 1024;

/// What the commands work with.
pub(crate) struct Backend {
    engine: Engine,
    requests: Requests,
    sight: Sight,
    errands: Errands,
    speech: Speech,
    /// The directory of the log files.
    logs: PathBuf,
    /// Bring updates and errands to the page; a page that is loaded again ends those of the page before it.
    feeds: Mutex<Vec<AbortOnDropHandle<()>>>,
}

impl Backend {
    pub(crate) fn new(
        engine: Engine,
        requests: Requests,
        sight: Sight,
        errands: Errands,
        speech: Speech,
        logs: PathBuf,
    ) -> Self {
        Self { engine, requests, sight, errands, speech, logs, feeds: Mutex::default() }
    }
}

/// Sends the state of everything and then each change of it, as long as the window is not hidden. The page calls this when
/// it is complete, so the window is shown now. On the other channel comes what else it is to do.
#[tauri::command]
pub(crate) async fn listen(
    channel: Channel<Value>,
    errands: Channel<Errand>,
    backend: State<'_, Backend>,
) -> Result<(), Value> {
    let requests = backend.requests.clone();
    let mut is_first = true;
    let speech = backend.speech.clone();
    let spoken = speech.follow();
    let feed =
        tokio::spawn(feed::run(backend.engine.clone(), backend.sight.clone(), spoken, move |update| {
            let is_taken = channel.send(speech.told(&update)).is_ok();
            if is_taken && std::mem::take(&mut is_first) {
                requests.send(Request::PageReady);
            }
            is_taken
        }));
    let sending = tokio::spawn(backend.errands.clone().run(move |errand| errands.send(errand).is_ok()));
    *backend.feeds.lock().unwrap_or_else(PoisonError::into_inner) =
        vec![AbortOnDropHandle::new(feed), AbortOnDropHandle::new(sending)];
    Ok(())
}

/// Asks the engine.
#[tauri::command]
pub(crate) async fn execute(command: Command, backend: State<'_, Backend>) -> Result<Value, Value> {
    match backend.engine.execute(command).await {
        Ok(reply) => Ok(backend.speech.told(&reply)),
        Err(problem) => Err(backend.speech.told(&problem)),
    }
}

/// Puts a text into the clipboard.
#[tauri::command]
pub(crate) async fn copy_text(
    text: String,
    app: AppHandle,
    backend: State<'_, Backend>,
) -> Result<(), Value> {
    copy(text, app).await.map_err(|problem| backend.speech.told(&problem))
}

async fn copy(text: String, app: AppHandle) -> Result<(), Problem> {
    if text.len() > COPY_LIMIT {
        return Err(failure(not_copied(), text!("It is longer than 64 KiB.", "Er ist länger als 64 KiB.")));
    }
    on_blocking_thread(move || app.clipboard().write_text(text).map_err(|error| error.to_string()))
        .await
        .map_err(|why| failure(not_copied(), Text::verbatim(why)))
}

/// Opens the local address of a forward's port, an index in the profile's ports, in the person's browser. The address
/// comes from the engine, never from the page.
#[tauri::command]
pub(crate) async fn open_in_browser(
    id: ProfileId,
    port_index: u32,
    backend: State<'_, Backend>,
) -> Result<(), Value> {
    let opened = open_port(&backend.engine, id, port_index).await;
    opened.map_err(|problem| backend.speech.told(&problem))
}

async fn open_port(engine: &Engine, id: ProfileId, port_index: u32) -> Result<(), Problem> {
    let Reply::Snapshot { snapshot } = engine.execute(Command::Snapshot).await? else {
        return Err(failure(not_opened(), text!("The engine gave no answer.", "Culvert gab keine Antwort.")));
    };
    let url = url_of(&snapshot, &id, port_index).ok_or_else(|| Problem {
        remedy: text!(
            "Turn the forward on, then open it again.",
            "Schalten Sie die Weiterleitung ein, und öffnen Sie sie dann erneut."
        ),
        ..failure(
            not_opened(),
            text!("This local port is not open now.", "Dieser lokale Port ist zurzeit nicht offen."),
        )
    })?;
    on_blocking_thread(move || {
        tauri_plugin_opener::open_url(url, None::<&str>).map_err(|error| error.to_string())
    })
    .await
    .map_err(|why| failure(not_opened(), Text::verbatim(why)))
}

/// Has the person choose a file, and answers its path; nothing where they choose none. The file is not read.
#[tauri::command]
pub(crate) async fn choose_file(
    app: AppHandle,
    backend: State<'_, Backend>,
) -> Result<Option<String>, Value> {
    choose(app).await.map_err(|problem| backend.speech.told(&problem))
}

async fn choose(app: AppHandle) -> Result<Option<String>, Problem> {
    let (send, chosen) = oneshot::channel();
    app.dialog().file().pick_file(move |file| {
        // Nobody listens any more when the page is gone.
        let _ = send.send(file);
    });
    path_of(chosen).await
}

/// Has the person choose where a new file is to be, under this name unless they say otherwise, and answers its path; nothing
/// where they choose none. Nothing is written; the system asks before it lets them choose a file that is there.
#[tauri::command]
pub(crate) async fn choose_new_file(
    name: String,
    app: AppHandle,
    backend: State<'_, Backend>,
) -> Result<Option<String>, Value> {
    choose_new(name, app).await.map_err(|problem| backend.speech.told(&problem))
}

async fn choose_new(name: String, app: AppHandle) -> Result<Option<String>, Problem> {
    let (send, chosen) = oneshot::channel();
    app.dialog().file().set_file_name(name).save_file(move |file| {
        // Nobody listens any more when the page is gone.
        let _ = send.send(file);
    });
    path_of(chosen).await
}

async fn path_of(chosen: oneshot::Receiver<Option<FilePath>>) -> Result<Option<String>, Problem> {
    // Without an answer the window was closed meanwhile.
    let Some(file) = chosen.await.ok().flatten() else { return Ok(None) };
    let path = file.into_path().map_err(|error| failure(not_chosen(), Text::verbatim(error.to_string())))?;
    match path.to_str() {
        Some(path) => Ok(Some(path.to_owned())),
        None => Err(failure(not_chosen(), text!("Its path is not text.", "Ihr Pfad ist kein Text."))),
    }
}

/// What the program says about itself and what it runs on.
#[tauri::command]
pub(crate) async fn about(app: AppHandle, backend: State<'_, Backend>) -> Result<About, Value> {
    let (version, logs) = (app.package_info().version.to_string(), backend.logs.clone());
    on_blocking_thread(move || Ok(About::of(version, &logs))).await.map_err(|why| {
        backend.speech.told(&failure(
            text!("What this runs on cannot be told.", "Worauf dies läuft, ist nicht bekannt."),
            Text::verbatim(why),
        ))
    })
}

/// Shows the directory of the log files in the person's file manager.
#[tauri::command]
pub(crate) async fn show_logs(backend: State<'_, Backend>) -> Result<(), Value> {
    let logs = backend.logs.clone();
    let path = logs.display().to_string();
    on_blocking_thread(move || {
        tauri_plugin_opener::open_path(logs, None::<&str>).map_err(|error| error.to_string())
    })
    .await
    .map_err(|why| {
        backend.speech.told(&Problem {
            remedy: text!(
                "Open this directory yourself: {path}.",
                "Öffnen Sie dieses Verzeichnis selbst: {path}."
            ),
            ..failure(
                text!("The log files were not shown.", "Die Protokolldateien wurden nicht gezeigt."),
                Text::verbatim(why),
            )
        })
    })
}

fn url_of(snapshot: &engine::Snapshot, id: &ProfileId, port_index: u32) -> Option<String> {
    let forward = snapshot.forwards.iter().find(|forward| forward.profile.id == *id)?;
    let local = forward.ports.get(usize::try_from(port_index).ok()?)?.local?;
    Some(format!("http://{}/", local_address(&forward.profile.bind_address, local)))
}

async fn on_blocking_thread<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    match tokio::task::spawn_blocking(act).await {
        Ok(outcome) => outcome,
        Err(error) => Err(error.to_string()),
    }
}

fn failure(what: Text, why: Text) -> Problem {
    Problem::new(ProblemCode::Internal, what, why, Text::default())
}

fn not_copied() -> Text {
    text!("The text was not copied.", "Der Text wurde nicht kopiert.")
}

fn not_opened() -> Text {
    text!("The browser was not opened.", "Der Browser wurde nicht geöffnet.")
}

fn not_chosen() -> Text {
    text!("The file was not chosen.", "Die Datei wurde nicht gewählt.")
}

#[cfg(test)]
mod tests {
    use engine::{DemoState, Snapshot};

    use super::*;
    use crate::samples::{forward, live};

    #[test]
    fn the_browser_gets_addresses_of_open_ports_only() {
        let open = live(forward("a1", "shop", ":80"), 52341);
        let closed = forward("a2", "closed", "80");
        let (open_id, closed_id) = (open.profile.id.clone(), closed.profile.id.clone());
        let unknown = forward("a3", "unknown", "80").profile.id;
        let snapshot = Snapshot {
            number: 0,
            forwards: vec![open, closed],
            catalog: cluster::ContextCatalog::default(),
            clusters: Vec::new(),
            keyring: engine::KeyringState::default(),
            secrets: 0,
            demo: DemoState::Stopped,
            preferences: engine::Preferences::default(),
            start_at_login: engine::StartAtLogin::default(),
            notice: None,
        };
        assert_eq!(url_of(&snapshot, &open_id, 0).as_deref(), Some("http://localhost:52341/"));
        assert_eq!(url_of(&snapshot, &open_id, 1), None);
        assert_eq!(url_of(&snapshot, &closed_id, 0), None);
        assert_eq!(url_of(&snapshot, &unknown, 0), None);
    }

    /// Whatever a command answers goes to the page as it is.
    #[test]
    fn every_error_is_told_in_the_language_that_is_spoken() {
        let commands = include_str!("commands.rs").split("#[tauri::command]\n").skip(1);
        let heads: Vec<&str> = commands.filter_map(|command| command.split(" {\n").next()).collect();
        assert!(heads.len() > 5, "{heads:?}");
        for head in heads {
            assert!(!head.contains("Problem>"), "{head}");
        }
    }
}
