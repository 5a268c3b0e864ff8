//! The application, started and used through a WebDriver.

use std::{net::TcpListener, path::Path, process::Stdio};

use fantoccini::{Client, ClientBuilder};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::json;

use crate::{
    desktop::Desktop,
    page::Page,
    program::Program,
    screen::Screen,
    waiting::{answer, until},
};

/// A running application.
pub(crate) struct Application {
    page: Page,
    process: Pid,
    _driver: Program,
}

impl Application {
    /// Starts it and waits until its window is on the screen.
    pub(crate) async fn start(desktop: &Desktop) -> Self {
        let [port, native_port] = free_ports();
        let mut command = desktop.driver_command();
        command.args(["--port", &port.to_string(), "--native-port", &native_port.to_string()]);
        // It prints that the part behind it is not up yet, which is what we wait for.
        let driver = Program::start(command.stdout(Stdio::null()));
        let client = answer(async || connect(port, desktop.application()).await.ok()).await;
        let client = client.expect("the application starts under the WebDriver");
        let screen = Screen::of(desktop);
        until("the window is on the screen", async || screen.shows_window()).await;
        let process = screen.process().expect("it is on the screen");
        Self { page: Page::new(client), process, _driver: driver }
    }

    /// What is in its window.
    pub(crate) fn page(&self) -> &Page {
        &self.page
    }

    /// Ends it as the system does when the person signs out, and waits for its end.
    pub(crate) async fn quit(self) {
        kill_process(self.process, Signal::TERM).expect("it runs");
        self.wait_for_end().await;
    }

    /// Waits for its end.
    pub(crate) async fn wait_for_end(self) {
        until("the application has ended", async || has_ended(self.process)).await;
    }
}

async fn connect(port: u16, application: &Path) -> Result<Client, fantoccini::error::NewSessionError> {
    let capabilities = json!({ "browserName": "wry", "tauri:options": { "application": application } });
    let capabilities = capabilities.as_object().cloned().unwrap_or_default();
    ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
}

fn has_ended(process: Pid) -> bool {
    // One that has ended stays in the list until its parent has looked.
    let status = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
    test_kill_process(process).is_err() || status.is_ok_and(|line| line.contains(") Z "))
}

/// Two ports for programs that cannot choose one themselves. Nothing keeps others from taking them in between; ports
/// that the system has just given out are not given out again for long.
fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind(("127.0.0.1", 0)).expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("it is bound").port())
}
