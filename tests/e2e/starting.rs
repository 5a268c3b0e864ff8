//! Starting without a display, and ending when asked to.

use rustix::process::Signal;

use crate::{
    desktop::Desktop,
    program::Program,
    screen::{Place, Screen},
    waiting::until,
};

#[tokio::test]
async fn without_a_display_it_says_so_and_how_to_go_on() {
    let Some(desktop) = Desktop::start().await else { return };
    for display in [None, Some(":65000")] {
        let mut command = desktop.application_command();
        command.env_remove("DISPLAY").envs(display.map(|display| ("DISPLAY", display)));
        let output = command.output().await.expect("it can be started");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_eq!(said.lines().count(), 1, "one line: {said}");
        assert!(said.contains("display") && said.contains("xvfb-run"), "{said}");
    }
}

#[tokio::test]
async fn a_signal_ends_it_in_order() {
    let Some(desktop) = Desktop::start().await else { return };
    let screen = Screen::of(&desktop);
    for signal in [Signal::TERM, Signal::INT] {
        let mut application = Program::start(&mut desktop.application_command());
        until("the window is on the screen", async || screen.shows_window()).await;
        application.signal(signal);
        let status = application.end().await;
        assert!(status.success(), "after {signal:?}: {status}");
    }
}

#[tokio::test]
async fn the_window_is_where_it_was() {
    let Some(desktop) = Desktop::start().await else { return };
    let screen = Screen::of(&desktop);
    let first = Place { x: 0, y: 0, width: 1100, height: 720 };
    let moved = Place { x: 70, y: 50, width: 1000, height: 650 };
    for (found, left) in [(first, moved), (moved, moved)] {
        let mut application = Program::start(&mut desktop.application_command());
        until("the window is on the screen", async || screen.shows_window()).await;
        until(&format!("it is at {found:?}"), async || screen.place() == Some(found)).await;
        screen.move_window(left);
        screen.close_window().await;
        application.signal(Signal::TERM);
        assert!(application.end().await.success());
    }
}
