//! A cluster is added by its address, with OpenShift's own ways of signing in, at a server that has a certificate of its own.

use democluster::{DemoCluster, DemoOptions};
use support::{browser, requirement::require};

use crate::{
    application::Application,
    desktop::Desktop,
    page::{Page, Role},
    secrets::files_with,
    signing_in::start_keyring,
    steps::{assert_echoes, forward_echo},
    waiting::until,
};

const PASSWORD: &str = "Planted-MustNotShow";

#[tokio::test]
async fn a_name_and_a_password_sign_in() {
    let Some(desktop) = Desktop::start().await else { return };
    if !["gnome-keyring-daemon", "secret-tool"].into_iter().all(require) {
        return;
    }
    let _keyring = start_keyring(&desktop).await;
    let cluster = openshift().await;
    let application = Application::start(&desktop).await;
    let page = application.page();
    name_the_server(page, &cluster).await;
    page.choose("Name and password").await;
    page.fill("User name", "developer").await;
    page.fill("Password", PASSWORD).await;
    page.click(Role::Button, "Add cluster").await;
    trust(page, "trust-sign-in-server-light").await;
    assert_forwards(page, "signed in with a password").await;
    application.quit().await;
    assert_eq!(files_with(desktop.home(), &[PASSWORD.to_owned()]), Vec::<std::path::PathBuf>::new());
    cluster.shutdown().await;
}

#[tokio::test]
async fn the_browser_signs_in() {
    let Some(desktop) = Desktop::start().await else { return };
    if !["gnome-keyring-daemon", "secret-tool", browser::PROGRAM].into_iter().all(require) {
        return;
    }
    let _keyring = start_keyring(&desktop).await;
    let cluster = openshift().await;
    desktop.sign_in_at_pages("developer", PASSWORD);
    let application = Application::start(&desktop).await;
    let page = application.page();
    name_the_server(page, &cluster).await;
    page.choose("Browser").await;
    page.click(Role::Button, "Add cluster").await;
    trust(page, "trust-sign-in-server-browser-light").await;
    until("the browser shows the end", async || {
        desktop.opened_in_browser().is_some_and(|shown| shown.contains("You are signed in."))
    })
    .await;
    assert_forwards(page, "signed in by the browser").await;
    application.quit().await;
    cluster.shutdown().await;
}

/// An OpenShift cluster whose sign-in server has a certificate of its own, as OpenShift Local.
async fn openshift() -> DemoCluster {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let options = DemoOptions { openshift: true, own_oauth_server: true, ..DemoOptions::default() };
    let cluster = DemoCluster::start(options).await.expect("the demo cluster starts");
    cluster.set_password("developer", PASSWORD);
    cluster
}

/// On a first start: its address, and that its certificate is the right one.
async fn name_the_server(page: &Page, cluster: &DemoCluster) {
    page.click(Role::Button, "Add cluster").await;
    page.choose("Server address").await;
    // The next field is gone to.
    page.fill("Server URL", &format!("{}\t", cluster.server_url())).await;
    trust(page, "trust-cluster-light").await;
}

async fn trust(page: &Page, picture: &str) {
    page.name_of(Role::Button, "Trust this certificate").await;
    page.picture(picture).await;
    page.click(Role::Button, "Trust this certificate").await;
}

/// In the New forward that opens for the cluster.
async fn assert_forwards(page: &Page, words: &str) {
    page.unfold("Namespace").await;
    page.click(Role::Option, "demo").await;
    let port = forward_echo(page).await;
    assert_echoes(port, words).await;
}
