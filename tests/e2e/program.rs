//! A program that runs beside the test and ends with it.

use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::waiting::DEADLINE;

/// A running program with all that it has started.
pub(crate) struct Program {
    name: String,
    child: Child,
    group: Pid,
}

impl Program {
    /// Starts it in a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::spawn(command.stdin(Stdio::null()))
    }

    /// Starts it, and gives it this to read.
    pub(crate) async fn start_and_say(command: &mut Command, words: &[u8]) -> Self {
        let mut program = Self::spawn(command.stdin(Stdio::piped()));
        let mut input = program.child.stdin.take().expect("its input is a pipe");
        input.write_all(words).await.expect("it reads");
        program
    }

    fn spawn(command: &mut Command) -> Self {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        let child =
            command.process_group(0).spawn().unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Self { group: id.expect("a program that was just started has an id"), name, child }
    }

    /// Starts it, and gives the first line that it prints.
    pub(crate) async fn start_and_read_line(command: &mut Command) -> (Self, String) {
        let mut program = Self::start(command.stdout(Stdio::piped()));
        let output = program.child.stdout.take().expect("its output is a pipe");
        let mut line = String::new();
        let mut reader = BufReader::new(output);
        let read = timeout(DEADLINE, reader.read_line(&mut line)).await;
        assert!(matches!(read, Ok(Ok(1..))), "{} did not say what it was asked for", program.name);
        (program, line.trim().to_owned())
    }

    /// Sends a signal to it and to what it has started.
    pub(crate) fn signal(&self, signal: Signal) {
        // Fails only when all of them have ended.
        let _ = kill_process_group(self.group, signal);
    }

    /// Waits for its end.
    pub(crate) async fn end(&mut self) -> ExitStatus {
        timeout(DEADLINE, self.child.wait())
            .await
            .unwrap_or_else(|_| panic!("{} does not end", self.name))
            .expect("it was started here")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
