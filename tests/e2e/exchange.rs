//! Forwards go from the window to a file, and come back from one into it.

use std::fs;

use crate::{
    application::Application,
    desktop::Desktop,
    page::{Page, Role},
    screen::{Place, Screen},
    steps::{assert_echoes, forward_echo_of_the_demo, local_port},
    waiting::until,
};

const SMALLEST: Place = Place { x: 0, y: 0, width: 720, height: 480 };

#[tokio::test]
async fn a_file_goes_out_and_comes_back() {
    let Some(desktop) = Desktop::start().await else { return };
    let application = Application::start(&desktop).await;
    let page = application.page();
    let port = forward_echo_of_the_demo(page).await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("forwards.json");

    page.click(Role::Button, "Import and export").await;
    page.click(Role::Button, "Export forwards…").await;
    page.fill("File", &file.display().to_string()).await;
    page.click(Role::Button, "Export").await;
    until("the file is written", async || file.exists()).await;

    // A colleague calls it otherwise, and somebody else wrote what cannot be forwarded.
    let text = fs::read_to_string(&file).expect("it can be read");
    assert!(text.contains("\"culvert\": \"forwards\"") && !text.contains(&port.to_string()), "{text}");
    fs::write(
        &file,
        text.replace("\"name\": \"echo\",\n      \"cluster\"", "\"name\": \"a copy\",\n      \"cluster\""),
    )
    .expect("it can be written");
    look_into(page, &file.display().to_string()).await;
    page.name_of(Role::Checkbox, "Import a copy").await;
    page.picture("import-light").await;
    page.click(Role::Button, "Import 1 forward").await;
    page.wait_for_switch("Forward a copy", false).await;
    page.click(Role::Button, "Undo").await;
    until("the import is taken back", async || !page.has(Role::Switch, "Forward a copy").await).await;

    look_into(page, &file.display().to_string()).await;
    page.click(Role::Button, "Import 1 forward").await;
    page.click(Role::Switch, "Forward echo").await;
    page.wait_for_state("off").await;
    page.click(Role::Switch, "Forward a copy").await;
    page.wait_for_state("ready").await;
    assert_echoes(local_port(page).await, "through a forward of a file").await;

    let kftray = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/imports/kftray.json");
    look_into(page, kftray).await;
    page.name_of(Role::Combobox, "Cluster for test-cluster").await;
    page.resize(&Screen::of(&desktop), SMALLEST).await;
    page.picture("import-small").await;
    application.quit().await;
}

async fn look_into(page: &Page, path: &str) {
    page.click(Role::Button, "Import and export").await;
    page.click(Role::Button, "Import forwards…").await;
    page.fill("Path of the file", path).await;
    page.click(Role::Button, "Look inside").await;
}
