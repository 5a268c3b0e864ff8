//! Running a program that may hang, crash or print without end, and leaving nothing behind.

use std::{
    io,
    pin::pin,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use futures::future::try_join;
use secrecy::zeroize::Zeroizing;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Command,
    time::timeout,
};

/// How much of what a program says on standard error is kept, in bytes: more than is ever shown.
const LONGEST_TALK: usize = 16 * 1024;

/// How long is waited for the rest of the output when the program has ended: what it has started may hold the other end
/// for ever.
const REST: Duration = Duration::from_millis(500);

/// How much is read at once, in bytes.
const PIECE: usize = 8 * 1024;

/// What a program did.
pub(super) struct Output {
    pub(super) status: ExitStatus,
    /// May hold credentials.
    pub(super) answer: Zeroizing<Vec<u8>>,
    /// On standard error, where that is a pipe.
    pub(super) said: String,
}

/// Why there is no output.
pub(super) enum Failure {
    NotStarted(io::Error),
    /// It was ended.
    TooSlow,
    /// It was ended.
    TooMuch,
}

/// Gives the program a process group of its own, so that it ends with everything it has started.
pub(super) fn in_its_own_group(command: &mut Command) {
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(windows)]
    command.creation_flags(CREATE_NO_WINDOW);
    #[cfg(not(any(unix, windows)))]
    let _ = command;
}

/// No console window is opened for it.
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// Runs the program for at most this time, and takes an answer of at most this many bytes. When what this gives is dropped
/// while the program runs, the program is killed, with its process group if it has one of its own. What it leaves behind
/// when it ends by itself is left alone: it may be the person's browser.
pub(super) async fn run(mut command: Command, limit: Duration, most: usize) -> Result<Output, Failure> {
    command.stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(Failure::NotStarted)?;
    let mut group = Group(child.id());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    // Room for all that is ever read, so that it is never moved while it grows, which would leave copies.
    let mut answer = Zeroizing::new(Vec::with_capacity(most + PIECE));
    let mut said = Vec::new();
    let status = {
        let mut reading = pin!(try_join(fill(stdout, &mut answer, most), keep(stderr, &mut said)));
        let mut is_read = false;
        let ending = async {
            loop {
                tokio::select! {
                    read = &mut reading, if !is_read => {
                        read?;
                        is_read = true;
                    }
                    status = child.wait() => return status.map_err(Failure::NotStarted),
                }
            }
        };
        let status = timeout(limit, ending).await.unwrap_or(Err(Failure::TooSlow))?;
        group.0 = None;
        if !is_read && let Ok(read) = timeout(REST, reading).await {
            read?;
        }
        status
    };
    Ok(Output { status, answer, said: String::from_utf8_lossy(&said).into_owned() })
}

/// Reads to the end.
async fn fill(pipe: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>, most: usize) -> Result<(), Failure> {
    let Some(pipe) = pipe else { return Ok(()) };
    // What cannot be read any more is at its end.
    let _ = pipe.take(most as u64 + 1).read_to_end(into).await;
    if into.len() > most { Err(Failure::TooMuch) } else { Ok(()) }
}

/// Reads to the end and keeps the beginning.
async fn keep(pipe: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>) -> Result<(), Failure> {
    let Some(mut pipe) = pipe else { return Ok(()) };
    let mut piece = vec![0; PIECE];
    while let Ok(length @ 1..) = pipe.read(&mut piece).await {
        let room = LONGEST_TALK.saturating_sub(into.len());
        into.extend_from_slice(&piece[..length.min(room)]);
    }
    Ok(())
}

/// The process group of a program that has not ended. Killed when this is dropped.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.0.and_then(|id| i32::try_from(id).ok())
            && let Some(id) = rustix::process::Pid::from_raw(id)
        {
            // An error where it has no group of its own: then it is killed alone, by `kill_on_drop`.
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
    }
}
