//! The `culvert` command: forwards, their diagnosis and the demo cluster from a terminal.
//!
//! ```text
//! arguments      what can be typed
//! duration       durations as kubectl takes them
//! port_forward/  `culvert port-forward`: the engine with one profile, told in kubectl's lines
//! doctor/        `culvert doctor`: why something does not work, rung by rung
//! demo/          `culvert demo`: the demo cluster and its kubeconfig
//! terminal       lines on standard output and standard error
//! stop           Ctrl-C and the like
//! ```

mod arguments;
mod demo;
mod doctor;
mod duration;
mod error;
mod language;
mod port_forward;
mod stop;
mod terminal;

use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

use crate::{
    arguments::{Parsed, Request},
    error::Error,
};

/// The environment variable that turns on a log on standard error, in the syntax of `tracing_subscriber::EnvFilter`.
const LOG_VARIABLE: &str = "CULVERT_LOG";

/// What kubectl exits with on any error.
const FAILURE: u8 = 1;

fn main() -> ExitCode {
    engine::forbid_core_dumps();
    // Before anything else, so that whatever speaks TLS uses this one. It can fail only when there is one already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();

    let request = match arguments::parse(std::env::args_os()) {
        Parsed::Request(request) => request,
        Parsed::Text(text) => {
            terminal::print(&text);
            return ExitCode::SUCCESS;
        }
        Parsed::Mistake(text) => {
            terminal::complain(&text);
            return ExitCode::from(FAILURE);
        }
    };
    start_log();
    language::follow_environment();
    engine::allow_many_open_files();
    let result = tokio::runtime::Runtime::new().map_err(Error::Runtime).and_then(|runtime| {
        let result = runtime.block_on(async {
            match request {
                Request::PortForward(request) => Box::pin(port_forward::run(request)).await,
                Request::Doctor(request) => Box::pin(doctor::run(request)).await,
                Request::Demo(request) => Box::pin(demo::run(request)).await,
            }
        });
        // A login helper that hangs must not keep the program.
        runtime.shutdown_background();
        result
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // All has been said.
        Err(Error::Unwell) => ExitCode::from(FAILURE),
        Err(error) => {
            terminal::complain(&format!("error: {error}"));
            ExitCode::from(FAILURE)
        }
    }
}

fn start_log() {
    if let Ok(filter) = EnvFilter::try_from_env(LOG_VARIABLE) {
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    }
}
