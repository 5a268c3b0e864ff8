//! The tray: the forwards as lines to tick, and a picture that tells how they are.

use std::fs;

use crate::{
    application::Application,
    desktop::Desktop,
    page::Role,
    panel::Panel,
    screen::Screen,
    steps::{assert_echoes, forward_echo_of_the_demo, wait_until_open, wait_until_refused},
    waiting::until,
};

#[tokio::test]
async fn forwards_are_turned_on_and_off_without_the_window() {
    let Some(desktop) = Desktop::start().await else { return };
    let panel = Panel::start(&desktop).await;
    let application = Application::start(&desktop).await;
    panel.wait_for_line("No forwards yet", None).await;
    let idle = fs::read(panel.picture().await).expect("the panel can read it");

    let port = forward_echo_of_the_demo(application.page()).await;
    let line = format!("echo   localhost:{port}");
    panel.wait_for_line(&line, Some(true)).await;
    let something_is_on = async || fs::read(panel.picture().await).is_ok_and(|picture| picture != idle);
    until("the picture tells that something is on", something_is_on).await;
    let screen = Screen::of(&desktop);
    screen.close_window().await;

    panel.click("echo").await;
    panel.wait_for_line(&line, Some(false)).await;
    wait_until_refused(port).await;
    until("the picture tells that nothing is on", async || {
        fs::read(panel.picture().await).is_ok_and(|picture| picture == idle)
    })
    .await;

    panel.click("echo").await;
    // The desktop ticks the line by itself; the picture changes when the engine has done it.
    until("the picture tells that something is on again", something_is_on).await;
    panel.wait_for_line(&line, Some(true)).await;
    wait_until_open(port).await;
    assert_echoes(port, "turned on in the tray").await;

    panel.click("Open Culvert").await;
    until("the window is on the screen", async || screen.shows_window()).await;
    application.page().wait_for_switch("Forward echo", true).await;

    panel.click("Quit").await;
    wait_until_refused(port).await;
    application.wait_for_end().await;
}

#[tokio::test]
async fn a_guarded_forward_that_is_chosen_in_the_tray_is_asked_about_in_the_window() {
    let Some(desktop) = Desktop::start().await else { return };
    let panel = Panel::start(&desktop).await;
    let application = Application::start(&desktop).await;
    let page = application.page();
    let port = forward_echo_of_the_demo(page).await;
    page.click(Role::Button, "Edit").await;
    page.click(Role::Button, "Options").await;
    page.click(Role::Checkbox, "Ask before connecting").await;
    page.click(Role::Button, "Save").await;
    page.wait_for_fact("Asks first", "yes").await;
    let line = format!("echo   localhost:{port}");
    panel.wait_for_line(&line, Some(true)).await;
    let screen = Screen::of(&desktop);
    screen.close_window().await;
    // Off without a question.
    panel.click("echo").await;
    wait_until_refused(port).await;
    panel.wait_for_line(&line, Some(false)).await;

    panel.click("echo").await;
    until("the window is on the screen", async || screen.shows_window()).await;
    page.name_of(Role::Button, "Cancel").await;
    wait_until_refused(port).await;
    page.click(Role::Button, "Connect").await;
    wait_until_open(port).await;
    panel.wait_for_line(&line, Some(true)).await;
    application.quit().await;
}
