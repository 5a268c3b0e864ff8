//! The Culvert desktop application: window, tray and notifications around the engine.
//!
//! This file puts the parts together; `controller` decides what happens.

mod about;
mod address;
mod commands;
mod controller;
mod demo;
mod display;
#[cfg(target_os = "linux")]
mod drawing;
mod errands;
mod error;
mod feed;
mod language;
mod logging;
mod login_item;
mod notices;
mod places;
#[cfg(test)]
mod samples;
mod settings;
mod shell;
mod sign_ins;
mod signals;
mod tray;

pub use error::Error;

use std::{
    io::{self, Write as _},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use cluster::{KubeconfigSources, SecretKeeper};
use engine::{
    ClusterStore, Command, Engine, EngineOptions, PreferenceStore, Preferences, ProfileStore, Reply, Theme,
};
use tauri::{App, AppHandle, Manager as _, RunEvent, async_runtime};
use tokio::sync::mpsc;

use crate::{
    commands::Backend,
    controller::{Controller, Request, Requests},
    demo::Demo,
    errands::Errands,
    feed::Sight,
    language::Speech,
    login_item::SystemLogin,
    places::Places,
    settings::SettingsFile,
    shell::{DesktopShell, Manner, WindowPlaces},
};

/// Runs the application until the person quits it. A second start shows the window of the first and ends at once.
pub fn run() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// Parts that are made before the window library runs and wait for it.
struct Parts {
    places: Places,
    settings: SettingsFile,
    engine: Engine,
    demo: Arc<Demo>,
    inbox: mpsc::Receiver<Request>,
    requests: Requests,
    sight: Sight,
    errands: Errands,
    theme: Theme,
    speech: Speech,
    hidden: bool,
}

fn start() -> Result<(), Error> {
    #[cfg(target_os = "linux")]
    drawing::choose();
    engine::forbid_core_dumps();
    install_tls_provider();
    display::require()?;
    let places = Places::of_this_person()?;
    logging::start(&places.logs)?;
    engine::allow_many_open_files();
    let (requests, inbox) = controller::requests();
    let app = build(requests.clone())?;
    // Only now: a second start has ended by itself while the application was built.
    let demo = Arc::new(Demo::default());
    let options = EngineOptions {
        kubeconfigs: KubeconfigSources::from_environment(),
        store: ProfileStore::file(places.profiles.clone()),
        clusters: ClusterStore::file(places.clusters.clone()),
        preferences: PreferenceStore::file(places.preferences.clone()),
        login_item: Some(Arc::new(SystemLogin)),
        demo: Some(demo.clone()),
        secrets: SecretKeeper::system(places.secrets.clone()),
    };
    let engine = async_runtime::block_on(Engine::start(options))?;
    tracing::info!("Culvert {} has started", app.package_info().version);
    let sight = Sight::new();
    let errands = Errands::new();
    let Preferences { theme, language, .. } = async_runtime::block_on(preferences(&engine));
    let speech = Speech::new(language);
    let hidden = login_item::starts_hidden(std::env::args());
    app.manage(Backend::new(
        engine.clone(),
        requests.clone(),
        sight.clone(),
        errands.clone(),
        speech.clone(),
        places.logs.clone(),
    ));
    let settings = SettingsFile::new(places.settings.clone());
    let mut waiting = Some(Parts {
        places,
        settings,
        engine,
        demo,
        inbox,
        requests,
        sight,
        errands,
        theme,
        speech,
        hidden,
    });
    app.run(move |app, event| match event {
        RunEvent::Ready => {
            if let Some(parts) = waiting.take()
                && let Err(error) = show(app, parts)
            {
                tracing::error!("{}", Error::from(error));
                app.exit(1);
            }
        }
        // The last window is gone, but tunnels live without one. Quit goes by the controller and has a code.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        _ => {}
    });
    Ok(())
}

/// How the window is from its first moment.
async fn preferences(engine: &Engine) -> Preferences {
    match engine.execute(Command::Snapshot).await {
        Ok(Reply::Snapshot { snapshot }) => snapshot.preferences,
        _ => Preferences::default(),
    }
}

/// One provider for all TLS in the program; whoever comes second finds the same one.
fn install_tls_provider() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

fn build(requests: Requests) -> tauri::Result<App> {
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(move |_, arguments, _| {
            // At a login it may run already, where the desktop starts again what was open.
            if !login_item::starts_hidden(arguments.into_iter()) {
                requests.send(Request::SecondStart);
            }
        }))
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![
            commands::listen,
            commands::execute,
            commands::copy_text,
            commands::open_in_browser,
            commands::choose_file,
            commands::choose_new_file,
            commands::about,
            commands::show_logs,
        ])
        .build(tauri::generate_context!())
}

/// Puts up tray and window and gives them to the controller.
fn show(app: &AppHandle, parts: Parts) -> tauri::Result<()> {
    let Parts { places, settings, engine, demo, inbox, requests, sight, errands, theme, speech, hidden } =
        parts;
    let window = WindowPlaces::starting_from(settings.load().window);
    let shell = DesktopShell::new(
        app,
        window,
        requests.clone(),
        sight,
        errands,
        Manner { theme, speech },
        &places.tray,
    )?;
    let controller = Controller::new(shell, hidden, Instant::now());
    async_runtime::spawn(signals::watch(requests));
    async_runtime::spawn(controller::run(
        controller,
        engine,
        inbox,
        settings,
        async move { demo.stop().await },
    ));
    Ok(())
}
