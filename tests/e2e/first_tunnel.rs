//! From the first start to a working tunnel, and what is left of it after a restart.

use std::net::Ipv4Addr;

use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::{
    application::Application,
    desktop::Desktop,
    page::Role,
    screen::{Place, Screen},
    steps::{
        assert_echoes, choose_the_demo, forward_echo, forward_echo_of_the_demo, local_port,
        wait_until_refused,
    },
    waiting::until,
};

/// Sizes of the window, as in `tauri.conf.json`.
const USUAL: Place = Place { x: 0, y: 0, width: 1100, height: 720 };
const SMALLEST: Place = Place { x: 0, y: 0, width: 720, height: 480 };

#[tokio::test]
async fn a_tunnel_from_the_first_start_to_the_next() {
    let Some(desktop) = Desktop::start().await else { return };

    let application = Application::start(&desktop).await;
    let page = application.page();
    page.name_of(Role::Button, "Try the demo cluster").await;
    page.picture("first-start-light").await;
    let port = forward_echo_of_the_demo(page).await;
    assert_echoes(port, "from a socket to a pod and back").await;
    page.click(Role::Button, &format!("Open localhost:{port} in the browser")).await;
    until("the browser opens the forward", async || {
        desktop.opened_in_browser() == Some(format!("http://localhost:{port}/"))
    })
    .await;

    page.click(Role::Switch, "Forward echo").await;
    page.wait_for_switch("Forward echo", false).await;
    page.wait_for_state("off").await;
    wait_until_refused(port).await;
    application.quit().await;

    let application = Application::start(&desktop).await;
    let page = application.page();
    page.wait_for_switch("Forward echo", false).await;
    assert!(!page.has(Role::Button, "Try the demo cluster").await, "this is not the first start");
    page.click(Role::Switch, "Forward echo").await;
    page.wait_for_switch("Forward echo", true).await;
    page.wait_for_state("ready").await;
    assert_eq!(local_port(page).await, port, "the port that was chosen is asked for again");
    assert_echoes(port, "the same port after a restart").await;
    application.quit().await;
    wait_until_refused(port).await;
}

#[tokio::test]
async fn several_forwards_side_by_side() {
    let Some(desktop) = Desktop::start().await else { return };
    let application = Application::start(&desktop).await;
    let page = application.page();
    page.click(Role::Button, "Try the demo cluster").await;

    page.click_first(Role::Option, "stateful set cache").await;
    page.picture("new-forward-light").await;
    let screen = Screen::of(&desktop);
    page.resize(&screen, SMALLEST).await;
    page.picture("new-forward-small").await;
    page.resize(&screen, USUAL).await;
    page.click(Role::Button, "Save without connecting").await;
    page.wait_for_switch("Forward cache", false).await;

    page.click(Role::Button, "New forward").await;
    choose_the_demo(page).await;
    let echo = forward_echo(page).await;
    page.click(Role::Button, "New forward").await;
    choose_the_demo(page).await;
    page.click_first(Role::Option, "service web").await;
    page.click(Role::Button, "Connect").await;
    page.wait_for_switch("Forward web", true).await;

    let mut caller = TcpStream::connect((Ipv4Addr::LOCALHOST, echo)).await.expect("the port is open");
    caller.write_all(b"held open").await.expect("the tunnel takes it");
    page.wait_for_state("live").await;
    page.picture("window-light").await;
    page.resize(&screen, SMALLEST).await;
    page.picture("window-small").await;
    drop(caller);
    application.quit().await;
}

#[tokio::test]
async fn a_dark_desktop_gets_a_dark_window() {
    let Some(desktop) = Desktop::start_with_theme("Adwaita:dark").await else { return };
    let application = Application::start(&desktop).await;
    let page = application.page();
    forward_echo_of_the_demo(page).await;
    page.click(Role::Button, "New forward").await;
    choose_the_demo(page).await;
    page.click_first(Role::Option, "service web").await;
    page.click(Role::Button, "Connect").await;
    page.wait_for_switch("Forward web", true).await;
    page.picture("window-dark").await;
    assert!(page.brightness().await < 0.4, "the page is bright on a dark desktop");
    application.quit().await;
}
