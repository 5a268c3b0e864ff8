//! How many files, and so connections, this process may have open.

/// Open files that are asked for: each local connection is one, and so is each link. Not the most there could be, for
/// programs that inherit the limit may walk through all of it.
#[cfg(unix)]
const WANTED: u64 = 65_536;

/// Raises the soft limit of open files, as far as the system allows. Desktops start programs with 1,024, which is a
/// thousand connections. A limit that cannot be raised is left as it is; callers then wait in the backlog.
#[cfg(unix)]
pub fn allow_many_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    if current.is_some_and(|current| current < wanted)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })
    {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

/// There is no such limit here.
#[cfg(not(unix))]
pub fn allow_many_open_files() {}
