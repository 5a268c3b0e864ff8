//! What a person settles about the way of a tunnel is what the tunnel does.

use crate::{
    application::Application,
    desktop::Desktop,
    page::{Page, Role},
    screen::{Place, Screen},
    steps::{assert_echoes, local_port},
};

/// As in `tauri.conf.json`.
const SMALLEST: Place = Place { x: 0, y: 0, width: 720, height: 480 };

#[tokio::test]
async fn a_transport_that_is_settled_is_used_and_shown() {
    let Some(desktop) = Desktop::start().await else { return };
    let application = Application::start(&desktop).await;
    let page = application.page();
    page.click(Role::Button, "Try the demo cluster").await;
    page.click_first(Role::Option, "deployment echo").await;
    page.click(Role::Button, "Save without connecting").await;
    page.wait_for_switch("Forward echo", false).await;

    page.click(Role::Button, "Edit").await;
    page.click(Role::Button, "Connection").await;
    choose(page, "Transport", "SPDY").await;
    page.picture("edit-connection-light").await;
    page.click(Role::Button, "Save").await;
    page.wait_for_fact("Transport", "SPDY pinned").await;

    page.click(Role::Switch, "Forward echo").await;
    page.wait_for_state("ready").await;
    page.wait_for_fact("Transport", "SPDY pinned").await;
    page.wait_for_fact("Route", "Pod").await;
    page.picture("details-pinned-light").await;
    assert_echoes(local_port(page).await, "by SPDY and nothing else").await;

    // Back to the best that the demo cluster knows: what was seen before was the pin's doing.
    page.click(Role::Button, "Edit").await;
    page.resize(&Screen::of(&desktop), SMALLEST).await;
    choose(page, "Transport", "Automatic").await;
    page.picture("edit-connection-small").await;
    page.click(Role::Button, "Save").await;
    page.wait_for_fact("Transport", "WebSocket tunnel").await;
    application.quit().await;
}

/// In a field with a list: the choice whose name begins so.
async fn choose(page: &Page, field: &str, choice: &str) {
    page.unfold(field).await;
    page.click_first(Role::Option, choice).await;
}
