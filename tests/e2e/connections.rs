//! The open connections of a forward in its details, and the button that closes one.

use std::net::Ipv4Addr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    application::Application,
    desktop::Desktop,
    page::Role,
    screen::{Place, Screen},
    steps::forward_echo_of_the_demo,
    waiting::until,
};

/// As in `tauri.conf.json`.
const SMALLEST: Place = Place { x: 0, y: 0, width: 720, height: 480 };

#[tokio::test]
async fn a_stuck_connection_is_closed_by_its_button_and_no_other() {
    let Some(desktop) = Desktop::start().await else { return };
    let application = Application::start(&desktop).await;
    let page = application.page();
    let port = forward_echo_of_the_demo(page).await;

    let mut well = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("the port is open");
    echo(&mut well, b"before").await;
    let mut stuck = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("the port is open");
    let close = close_button(&stuck);
    // It reads nothing of what comes back, so at some point nothing goes any more.
    let writing = tokio::spawn(async move { stuck.write_all(&vec![7; 1 << 30]).await });

    page.name_of(Role::Button, &close_button(&well)).await;
    page.name_of(Role::Button, &close).await;
    page.picture("connections-light").await;
    page.click(Role::Button, &close).await;
    writing.await.expect("it does not panic").expect_err("the caller sees the end");
    until("the closed connection is not listed", async || !page.has(Role::Button, &close).await).await;
    echo(&mut well, b"after").await;
    assert!(page.has(Role::Button, &close_button(&well)).await, "the other one is still listed");
    page.resize(&Screen::of(&desktop), SMALLEST).await;
    page.picture("connections-small").await;
    drop(well);
    page.wait_for_state("ready").await;
    application.quit().await;
}

/// What the button is called that closes this program's connection.
fn close_button(stream: &TcpStream) -> String {
    format!("Close the connection from {}", stream.local_addr().expect("it is connected"))
}

async fn echo(stream: &mut TcpStream, words: &[u8]) {
    stream.write_all(words).await.expect("the tunnel takes it");
    let mut back = vec![0; words.len()];
    stream.read_exact(&mut back).await.expect("it comes back");
    assert_eq!(back, words);
}
