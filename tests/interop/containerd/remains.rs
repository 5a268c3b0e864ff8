//! What a container runtime leaves on the machine beside its own process: shims, containers, mounts.

use std::fs;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::mount::{UnmountFlags, unmount};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// Sends `signal` to a process and waits until it has ended, `limit` at most. Whether it has ended.
pub(super) fn end_process(process: Pid, signal: Signal, limit: Duration) -> bool {
    // A handle instead of the number: it never means another process that got the same number later.
    let Ok(handle) = pidfd_open(process, PidfdFlags::empty()) else { return true };
    if pidfd_send_signal(&handle, signal).is_err() {
        return true;
    }
    let limit = Timespec { tv_sec: limit.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: 0 };
    poll(&mut [PollFd::from_borrowed_fd(handle.as_fd(), PollFlags::IN)], Some(&limit))
        .is_ok_and(|ended| ended > 0)
}

/// The processes whose command line names `directory`, and their children.
pub(super) fn processes_of(directory: &Path) -> Vec<Pid> {
    let all: Vec<Process> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| Process::read(&entry.ok()?.path()))
        .collect();
    let directory = directory.to_string_lossy();
    let named: Vec<i32> = all
        .iter()
        .filter(|process| process.command_line.contains(&*directory))
        .map(|process| process.id)
        .collect();
    all.iter()
        .filter(|process| named.contains(&process.id) || named.contains(&process.parent))
        .filter_map(|process| Pid::from_raw(process.id))
        .collect()
}

/// The mount points below `directory`, the last one mounted first.
pub(super) fn mounts_below(directory: &Path) -> Vec<PathBuf> {
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mut mounts: Vec<PathBuf> = table
        .lines()
        .filter_map(|line| line.split(' ').nth(4))
        .map(PathBuf::from)
        .filter(|mount| mount.starts_with(directory))
        .collect();
    mounts.reverse();
    mounts
}

/// Takes a mount away, at once for whoever looks, in the end for whoever still uses it.
pub(super) fn unmount_lazily(mount: &Path) -> Result<(), String> {
    unmount(mount, UnmountFlags::DETACH)
        .map_err(|error| format!("cannot unmount {}: {error}", mount.display()))
}

struct Process {
    id: i32,
    parent: i32,
    command_line: String,
}

impl Process {
    /// Reads a directory of `/proc`; `None` if it is not that of a process.
    fn read(directory: &Path) -> Option<Self> {
        let id = directory.file_name()?.to_str()?.parse().ok()?;
        let command_line = String::from_utf8_lossy(&fs::read(directory.join("cmdline")).ok()?).into_owned();
        // After the name, which is in brackets and may hold anything: the state, then the parent.
        let status = fs::read_to_string(directory.join("stat")).ok()?;
        let parent = status.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()?;
        Some(Self { id, parent, command_line })
    }
}
