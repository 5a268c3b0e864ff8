//! What a person does in several tests.

use std::{io, net::Ipv4Addr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    page::{Page, Role},
    waiting::{DEADLINE, until},
};

/// On a first start: the demo cluster, its deployment `echo`, port 5000 on a free local port. Gives that port.
pub(crate) async fn forward_echo_of_the_demo(page: &Page) -> u16 {
    page.click(Role::Button, "Try the demo cluster").await;
    forward_echo(page).await
}

/// In the open New forward: the demo cluster.
pub(crate) async fn choose_the_demo(page: &Page) {
    page.unfold("Cluster").await;
    page.click_first(Role::Option, "Demo cluster").await;
}

/// In the open New forward: the deployment `echo`, port 5000 on a free local port. Gives that port.
pub(crate) async fn forward_echo(page: &Page) -> u16 {
    page.click_first(Role::Option, "deployment echo").await;
    // It is ticked, with an empty local port: `:5000`.
    page.name_of(Role::TextField, "Local port for 5000").await;
    page.click(Role::Button, "Connect").await;
    let port = local_port(page).await;
    page.wait_for_state("ready").await;
    port
}

/// The local port on the first chip of a port that is open.
pub(crate) async fn local_port(page: &Page) -> u16 {
    const BEGINNING: &str = "Copy localhost:";
    let name = page.name_of(Role::Button, BEGINNING).await;
    name[BEGINNING.len()..].parse().unwrap_or_else(|_| panic!("{name:?} has no port"))
}

/// Sends a line to the echo server behind a local port and gets it back.
pub(crate) async fn assert_echoes(port: u16, line: &str) {
    let talk = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.write_all(line.as_bytes()).await?;
        let mut back = vec![0; line.len()];
        stream.read_exact(&mut back).await?;
        Ok::<_, io::Error>(back)
    };
    let back = timeout(DEADLINE, talk).await.expect("the echo comes in time").expect("the connection works");
    assert_eq!(String::from_utf8_lossy(&back), line);
}

/// Waits until something listens on a local port.
pub(crate) async fn wait_until_open(port: u16) {
    until("the local port is open", async || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok())
        .await;
}

/// Waits until nothing listens on a local port.
pub(crate) async fn wait_until_refused(port: u16) {
    until("the local port is closed", async || {
        let refused = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
        refused.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    })
    .await;
}
