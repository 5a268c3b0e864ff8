//! Secrets stay where they are: nothing the application writes holds a token or a key.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use democluster::{DemoCluster, DemoOptions};

use crate::{
    application::Application,
    desktop::Desktop,
    page::Role,
    steps::{assert_echoes, forward_echo, forward_echo_of_the_demo},
};

#[tokio::test]
async fn the_token_of_a_kubeconfig_is_written_nowhere_else() {
    let Some(desktop) = Desktop::start().await else { return };
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cluster = DemoCluster::start(DemoOptions::default()).await.expect("the demo cluster starts");
    let kubeconfig = cluster.kubeconfig();
    let file = desktop.home().join(".kube/config");
    fs::create_dir_all(desktop.home().join(".kube")).expect("the home is ours");
    fs::write(&file, &kubeconfig).expect("the home is ours");
    let secrets = secrets_of(&kubeconfig);
    assert!(!secrets.is_empty(), "the kubeconfig has no secret to look for");
    let expected = [file];
    assert_eq!(files_with(desktop.home(), &secrets), expected, "the search finds what there is");

    let application = Application::start(&desktop).await;
    application.page().click_first(Role::Button, "Browse cluster").await;
    let port = forward_echo(application.page()).await;
    assert_echoes(port, "signed in with a token").await;
    application.quit().await;

    assert_eq!(files_with(desktop.home(), &secrets), expected);
    cluster.shutdown().await;
}

#[tokio::test]
async fn the_demo_cluster_in_the_application_leaves_no_key_behind() {
    let Some(desktop) = Desktop::start().await else { return };
    let application = Application::start(&desktop).await;
    let port = forward_echo_of_the_demo(application.page()).await;
    assert_echoes(port, "signed in to the demo cluster").await;
    application.quit().await;

    let marks = ["PRIVATE KEY", "client-key-data", "certificate-authority-data", "Bearer ", "token:"];
    let marks = marks.map(str::to_owned);
    assert_eq!(files_with(desktop.home(), &marks), Vec::<PathBuf>::new());
    let log = desktop.home().join(".local/state/culvert/logs/culvert.log");
    assert!(log.exists(), "there was something to search");
}

/// The values in a kubeconfig that let their bearer in.
fn secrets_of(kubeconfig: &str) -> Vec<String> {
    let value = |line: &str| {
        let (key, value) = line.trim().trim_start_matches("- ").split_once(':')?;
        let is_secret = ["token", "client-key-data", "password"].contains(&key);
        is_secret.then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    };
    kubeconfig.lines().filter_map(value).filter(|value| !value.is_empty()).collect()
}

/// Nothing, if the file went away since its directory was read: the session bus and the web view tidy up when they like.
fn unless_gone<T>(outcome: io::Result<T>) -> Option<T> {
    match outcome {
        Ok(found) => Some(found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => panic!("the home is ours: {error}"),
    }
}

/// The files below a directory that contain one of the texts.
pub(crate) fn files_with(directory: &Path, texts: &[String]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![directory.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in unless_gone(fs::read_dir(&directory)).into_iter().flatten() {
            let entry = entry.expect("the home is ours");
            let Some(kind) = unless_gone(entry.file_type()) else { continue };
            if kind.is_dir() {
                directories.push(entry.path());
            } else if kind.is_file() {
                let Some(content) = unless_gone(fs::read(entry.path())) else { continue };
                if texts.iter().any(|text| content.windows(text.len()).any(|part| part == text.as_bytes())) {
                    found.push(entry.path());
                }
            }
        }
    }
    found
}
