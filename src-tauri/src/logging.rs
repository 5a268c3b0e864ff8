//! What is logged, and where: to stderr and to a file of bounded size.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, IsTerminal as _, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::filter_fn, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::Error;

/// The log file grows to this many bytes, then it becomes the previous one; so both together hold at most twice that.
const FILE_LIMIT: u64 = 1 << 20;

/// What is logged unless `CULVERT_LOG` says otherwise.
const DEFAULT_FILTER: &str = "info";

/// The crates whose messages are written by us, so that we know no secret is in them. Of all others only warnings and
/// errors are logged, whatever `CULVERT_LOG` says: at finer levels some of them print request headers.
const OWN_TARGETS: [&str; 6] = ["desktop", "engine", "cluster", "portforward", "spdy", "democluster"];

/// Starts logging to stderr and to `culvert.log` in `directory`.
///
/// # Errors
/// When the directory or the file cannot be made.
pub(crate) fn start(directory: &Path) -> Result<(), Error> {
    let path = directory.join("culvert.log");
    fs::create_dir_all(directory).map_err(|source| Error::File { path: directory.to_path_buf(), source })?;
    let file = BoundedFile::open(path.clone(), FILE_LIMIT).map_err(|source| Error::File { path, source })?;
    let filter = EnvFilter::try_from_env("CULVERT_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let to_stderr =
        tracing_subscriber::fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    // Writing a line takes microseconds (the system's cache takes it), and nothing is lost when the process ends.
    let to_file = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file));
    let subscriber = tracing_subscriber::registry()
        .with(filter)
        .with(to_stderr.with_filter(filter_fn(harmless)))
        .with(to_file.with_filter(filter_fn(harmless)));
    // Fails only if logging was started before, which then goes on.
    let _ = subscriber.try_init();
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tracing::error!("{panic}");
        print(panic);
    }));
    Ok(())
}

fn harmless(metadata: &Metadata<'_>) -> bool {
    may_be_logged(metadata.target(), *metadata.level())
}

fn may_be_logged(target: &str, level: Level) -> bool {
    let crate_name = target.split("::").next().unwrap_or(target);
    level <= Level::WARN || OWN_TARGETS.contains(&crate_name)
}

/// A file that starts anew when it is full; the full one is kept beside it with `.1` at the end of its name.
struct BoundedFile {
    path: PathBuf,
    file: File,
    written: u64,
    limit: u64,
}

impl BoundedFile {
    fn open(path: PathBuf, limit: u64) -> io::Result<Self> {
        let file = open_for_appending(&path)?;
        let written = file.metadata()?.len();
        Ok(Self { path, file, written, limit })
    }

    fn start_anew(&mut self) -> io::Result<()> {
        let mut previous = self.path.clone().into_os_string();
        previous.push(".1");
        fs::rename(&self.path, previous)?;
        self.file = open_for_appending(&self.path)?;
        self.written = 0;
        Ok(())
    }
}

impl Write for BoundedFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.written > 0 && self.written.saturating_add(line.len() as u64) > self.limit {
            self.start_anew()?;
        }
        let count = self.file.write(line)?;
        self.written = self.written.saturating_add(count as u64);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn open_for_appending(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_never_outgrows_its_limit() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("culvert.log");
        let mut file = BoundedFile::open(path.clone(), 100).unwrap();
        for number in 0..40 {
            writeln!(file, "line {number:03}").unwrap();
            assert!(fs::metadata(&path).unwrap().len() <= 100);
        }
        let previous = fs::read_to_string(directory.path().join("culvert.log.1")).unwrap();
        let current = fs::read_to_string(&path).unwrap();
        assert!(previous.len() <= 100);
        assert!(current.ends_with("line 039\n"));
        let first_here = &current[..8];
        assert!(!previous.contains(first_here), "lines moved with the file are not written twice");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_file_from_an_earlier_start_counts() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("culvert.log");
        fs::write(&path, [b'x'; 95]).unwrap();
        let mut file = BoundedFile::open(path.clone(), 100).unwrap();
        file.write_all(b"0123456789").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"0123456789");
    }

    #[test]
    fn other_crates_are_logged_only_when_something_is_wrong() {
        assert!(may_be_logged("engine::forward", Level::DEBUG));
        assert!(may_be_logged("desktop", Level::TRACE));
        assert!(may_be_logged("kube_client::client", Level::WARN));
        assert!(!may_be_logged("kube_client::client", Level::DEBUG));
        assert!(!may_be_logged("hyper::proto::h1", Level::TRACE));
        assert!(!may_be_logged("engine_of_someone_else", Level::INFO));
    }
}
