//! A window that is closed leaves its tunnels alone.

use crate::{
    application::Application,
    desktop::Desktop,
    program::Program,
    screen::Screen,
    steps::{assert_echoes, forward_echo_of_the_demo},
    waiting::until,
};

#[tokio::test]
async fn closing_the_window_keeps_tunnels_and_a_second_start_brings_it_back() {
    let Some(desktop) = Desktop::start().await else { return };
    let application = Application::start(&desktop).await;
    let port = forward_echo_of_the_demo(application.page()).await;
    let screen = Screen::of(&desktop);
    let process = screen.process();

    screen.close_window().await;
    assert_echoes(port, "nobody looks").await;

    let mut second = Program::start(&mut desktop.application_command());
    let status = second.end().await;
    assert!(status.success(), "a second start ends at once, and well: {status}");
    until("the window is on the screen again", async || screen.shows_window()).await;
    assert_eq!(screen.process(), process, "it is the window of the first start");
    application.page().wait_for_switch("Forward echo", true).await;
    assert_echoes(port, "the same tunnel").await;
    application.quit().await;
}
