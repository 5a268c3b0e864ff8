//! What the application and the processes of its web view take from the machine.

use std::{
    fs,
    time::{Duration, Instant},
};

use rustix::process::Pid;

/// What Linux counts in for programs, on every machine that we know of (`sysconf(_SC_CLK_TCK)`).
const TICKS_PER_SECOND: f64 = 100.0;

/// A process and all that it has started.
pub(super) struct Processes(Vec<i32>);

impl Processes {
    /// Those that there are now.
    pub(super) fn of(first: Pid) -> Self {
        let mut found = vec![first.as_raw_nonzero().get()];
        let mut next = 0;
        while let Some(parent) = found.get(next).copied() {
            next += 1;
            found.extend(children(parent));
        }
        Self(found)
    }

    /// Memory, shared pages counted in proportion (PSS), in MB of 1,000,000 bytes.
    pub(super) fn memory(&self) -> f64 {
        self.0.iter().filter_map(|process| proportional(*process)).sum::<f64>() / 1e6
    }

    /// The same of each, with its name.
    pub(super) fn memory_of_each(&self) -> Vec<(String, f64)> {
        let each = self.0.iter().filter_map(|process| {
            let name = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
            Some((name.trim().to_owned(), proportional(*process)? / 1e6))
        });
        each.collect()
    }

    /// Time on a processor while this passes, in percent of one.
    pub(super) async fn work(&self, during: Duration) -> f64 {
        let (start, before) = (Instant::now(), self.time());
        tokio::time::sleep(during).await;
        (self.time() - before) / start.elapsed().as_secs_f64() * 100.0
    }

    /// In seconds.
    fn time(&self) -> f64 {
        self.0.iter().filter_map(|process| on_processor(*process)).sum()
    }
}

fn children(parent: i32) -> Vec<i32> {
    let threads = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    threads
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok())
        .flat_map(|line| line.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// In bytes.
fn proportional(process: i32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok().map(|kib| kib * 1024.0)
}

/// In seconds, of all its threads, those that have ended too.
fn on_processor(process: i32) -> Option<f64> {
    let line = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Behind the name, which may hold anything: the state is the first field, times in user and kernel mode the 12th and 13th.
    let fields: Vec<&str> = line.rsplit_once(") ")?.1.split(' ').collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / TICKS_PER_SECOND)
}
