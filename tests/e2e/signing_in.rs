//! A cluster is added by what its console says to paste, and signed in to again without its local port being closed.

use std::{fs, net::Ipv4Addr, process::Stdio};

use democluster::{DemoCluster, DemoOptions};
use support::requirement::require;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::Command,
    time::timeout,
};

use crate::{
    application::Application,
    desktop::Desktop,
    page::Role,
    program::Program,
    secrets::files_with,
    steps::{assert_echoes, forward_echo, wait_until_open},
    waiting::{DEADLINE, answer, until},
};

#[tokio::test]
async fn a_pasted_login_works_and_is_renewed_while_the_port_stays() {
    let Some(desktop) = Desktop::start().await else { return };
    if !["gnome-keyring-daemon", "secret-tool"].into_iter().all(require) {
        return;
    }
    let _keyring = start_keyring(&desktop).await;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let options = DemoOptions { openshift: true, ..DemoOptions::default() };
    let cluster = DemoCluster::start(options).await.expect("the demo cluster starts");
    let first = cluster.issue_token_to("developer", None);

    let application = Application::start(&desktop).await;
    let page = application.page();
    page.click(Role::Button, "Add cluster").await;
    let line = format!("oc login --token={first} --server={}", cluster.server_url());
    page.fill("An oc login line or a kubeconfig", &line).await;
    page.wait_for_fact("Server", cluster.server_url()).await;
    page.picture("add-cluster-pasted-light").await;
    page.click(Role::Button, "Add cluster").await;
    page.name_of(Role::Button, "Trust this certificate").await;
    page.picture("trust-certificate-light").await;
    page.click(Role::Button, "Trust this certificate").await;
    page.unfold("Namespace").await;
    page.click(Role::Option, "demo").await;
    let port = forward_echo(page).await;
    assert_echoes(port, "signed in with what was pasted").await;
    assert_eq!(kept_secrets(&desktop).await, 1, "the token is in the keyring");
    assert_eq!(
        files_with(&desktop.home().join(".config"), std::slice::from_ref(&first)),
        Vec::<std::path::PathBuf>::new()
    );

    // A connection that waits at the port, and the socket that listens there, live through all of what follows.
    let socket = listening_socket(port);
    cluster.revoke_token(&first);
    until("the sign-in is asked for", async || {
        // Again and again, for a spare that is just being dialled would carry on.
        cluster.drop_links();
        page.shows_state("needsAttention").await
    })
    .await;
    page.picture("sign-in-expired-light").await;
    let mut caller = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("the port is open");
    caller.write_all(b"held until somebody signs in").await.expect("the port takes it");
    page.click(Role::Button, "Sign in").await;
    let second = cluster.issue_token_to("developer", None);
    page.fill("Token", &second).await;
    page.picture("sign-in-again-light").await;
    page.click_last(Role::Button, "Sign in").await;
    let mut back = [0; 28];
    let came = timeout(DEADLINE, caller.read_exact(&mut back)).await;
    came.expect("the caller is served in time").expect("the caller was held");
    assert_eq!(&back, b"held until somebody signs in");
    assert_echoes(port, "the same port after signing in again").await;
    assert_eq!(listening_socket(port), socket, "the port was never bound again");
    application.quit().await;

    let application = Application::start(&desktop).await;
    wait_until_open(port).await;
    assert_echoes(port, "signed in from the keyring after a restart").await;
    application.quit().await;
    for secret in [first, second] {
        let log = desktop.home().join(".local/state/culvert");
        assert_eq!(files_with(&log, &[secret]), Vec::<std::path::PathBuf>::new());
    }
    cluster.shutdown().await;
}

/// The person's keyring, unlocked; ends with what is given back.
pub(crate) async fn start_keyring(desktop: &Desktop) -> Program {
    let mut command = desktop.command("gnome-keyring-daemon");
    command.args(["--foreground", "--unlock", "--components=secrets"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let daemon = Program::start_and_say(&mut command, b"a password\n").await;
    // Whoever asks before it has its name on the bus makes the bus start another one, which is locked and stays so.
    let bus = zbus::connection::Builder::address(desktop.bus()).expect("the bus has an address");
    let bus = bus.build().await.expect("the bus runs");
    let names = zbus::fdo::DBusProxy::new(&bus).await.expect("each bus answers");
    until("the keyring is on the bus", async || {
        let name = zbus::names::BusName::from_static_str("org.freedesktop.secrets").expect("it is a name");
        names.name_has_owner(name).await == Ok(true)
    })
    .await;
    // It answers before its collection is there to store into.
    until("the keyring takes a secret", async || {
        let mut store = desktop.command("secret-tool");
        store.args(["store", "--label=probe", "service", "probe"]).stdin(Stdio::null());
        let output = store.output().await.expect("it can be started");
        output.status.success()
    })
    .await;
    daemon
}

/// How many secrets the keyring has of Culvert.
async fn kept_secrets(desktop: &Desktop) -> usize {
    let mut ask: Command = desktop.command("secret-tool");
    ask.args(["search", "--all", "--unlock", "service", "culvert"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let found = answer(async || {
        let output = ask.output().await.ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Some(text.matches("secret = ").count())
    });
    found.await.expect("the keyring answers")
}

/// The number that the system gives the socket which listens at this port of 127.0.0.1.
fn listening_socket(port: u16) -> String {
    const LISTENS: &str = "0A";
    let table = fs::read_to_string("/proc/net/tcp").expect("Linux has it");
    let local = format!("0100007F:{port:04X}");
    let row = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let row = row.into_iter().find(|row| row.get(1) == Some(&local.as_str()) && row.get(3) == Some(&LISTENS));
    row.expect("somebody listens there")[9].to_owned()
}
