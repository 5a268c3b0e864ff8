//! What a person sets stays set, and the system starts the application without a window.

use std::fs;

use crate::{
    application::Application, desktop::Desktop, page::Role, panel::Panel, program::Program, screen::Screen,
    waiting::until,
};

#[tokio::test]
async fn what_is_set_is_there_after_a_restart_from_the_first_moment() {
    let Some(desktop) = Desktop::start().await else { return };
    let application = Application::start(&desktop).await;
    let page = application.page();
    assert!(page.brightness().await > 0.5, "it follows the system at first");
    page.click(Role::Button, "Settings").await;
    page.choose("Dark").await;
    until("the window is dark", async || page.brightness().await < 0.5).await;
    page.picture("settings-dark").await;
    page.click(Role::Switch, "Notifications").await;
    page.wait_for_switch("Notifications", false).await;
    application.quit().await;

    let application = Application::start(&desktop).await;
    let page = application.page();
    assert!(page.brightness().await < 0.5, "it was shown in another colour first");
    page.click(Role::Button, "Settings").await;
    page.wait_for_switch("Notifications", false).await;
    application.quit().await;
}

/// A kubeconfig whose clusters are no list.
const BROKEN: &str = "apiVersion: v1\nclusters: yes\n";

#[tokio::test]
async fn the_language_that_is_chosen_is_spoken_by_all_of_it_after_a_restart() {
    let Some(desktop) = Desktop::start().await else { return };
    let folder = desktop.home().join(".kube");
    fs::create_dir_all(&folder).expect("the home directory is ours");
    fs::write(folder.join("config"), BROKEN).expect("so is what is in it");
    let panel = Panel::start(&desktop).await;
    let application = Application::start(&desktop).await;
    let page = application.page();
    page.wait_for_text("there is something else where").await;
    panel.wait_for_line("No forwards yet", None).await;
    page.click(Role::Button, "Settings").await;
    page.choose("Deutsch").await;
    page.name_of(Role::Button, "Diagnose kopieren").await;
    panel.wait_for_line("Noch keine Weiterleitungen", None).await;
    application.quit().await;

    let application = Application::start(&desktop).await;
    let page = application.page();
    // The window's own words, the engine's, and the tray's.
    page.name_of(Role::Button, "Demo-Cluster ausprobieren").await;
    page.wait_for_text("dort steht etwas anderes, wo").await;
    assert!(!page.has(Role::Button, "Try the demo cluster").await);
    panel.wait_for_line("Noch keine Weiterleitungen", None).await;
    page.picture("first-start-german").await;
    application.quit().await;
}

#[tokio::test]
async fn started_at_login_it_shows_no_window_until_the_person_wants_one() {
    let Some(desktop) = Desktop::start().await else { return };
    let application = Application::start(&desktop).await;
    let page = application.page();
    page.click(Role::Button, "Settings").await;
    page.click(Role::Switch, "Start at login").await;
    page.wait_for_switch("Start at login", true).await;
    application.quit().await;

    let entry = fs::read_to_string(desktop.home().join(".config/autostart/culvert.desktop"));
    let entry = entry.expect("the desktop finds it");
    let exec = entry.lines().find_map(|line| line.strip_prefix("Exec=")).expect("it says what to start");
    let program = desktop.application().canonicalize().expect("it is there");
    assert_eq!(exec, format!("\"{}\" --hidden", program.display()));

    // A shell reads the line just as a desktop does.
    let panel = Panel::start(&desktop).await;
    let screen = Screen::of(&desktop);
    let mut hidden = Program::start(desktop.command("sh").args(["-c", exec]));
    panel.wait_for_line("Start at login", Some(true)).await;
    assert!(!screen.shows_window());
    panel.click("Start at login").await;
    panel.wait_for_line("Start at login", Some(false)).await;
    panel.click("Settings…").await;
    until("the window is on the screen", async || screen.shows_window()).await;
    panel.click("Quit").await;
    assert!(hidden.end().await.success());
}
