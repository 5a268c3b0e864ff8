//! Where helpers are looked for. A program that was not started from a shell has another `PATH` than the person's shell.

use std::{
    collections::HashSet,
    env,
    ffi::{OsStr, OsString},
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{process::Command, sync::OnceCell};

use super::process;

/// How long the login shell may take to say its `PATH`: with everything that people have it do at its start, shells take up
/// to two seconds.
const SHELL_LIMIT: Duration = Duration::from_secs(5);

/// The longest environment that is read, in bytes.
const LONGEST_ENVIRONMENT: usize = 1024 * 1024;

/// Stands before and after the environment, in which shells may say anything.
const MARK: &str = "culvert-environment-8f14e45f";

/// Where package managers and installers put helpers.
const WELL_KNOWN: [&str; 4] =
    ["/opt/homebrew/bin", "/usr/local/bin", "/home/linuxbrew/.linuxbrew/bin", "/snap/bin"];

/// The same, within the home directory.
const WELL_KNOWN_AT_HOME: [&str; 5] =
    [".local/bin", "bin", ".krew/bin", "google-cloud-sdk/bin", ".asdf/shims"];

/// Does not change while the program runs.
static FOUND: OnceCell<OsString> = OnceCell::const_new();

/// The process's own `PATH`, then the login shell's where the process has no terminal, then well-known directories. The
/// shell is asked once.
pub(super) async fn get() -> OsString {
    FOUND.get_or_init(make).await.clone()
}

/// The program of this name in one of these directories. Blocks.
pub(super) fn find(name: &str, path: &OsStr) -> Option<PathBuf> {
    let mut names = vec![OsString::from(name)];
    if cfg!(windows) {
        let endings = env::var("PATHEXT").unwrap_or_else(|_| ".COM;.EXE;.BAT;.CMD".to_owned());
        names.extend(endings.split(';').map(|ending| OsString::from(format!("{name}{ending}"))));
    }
    let directories = env::split_paths(path).filter(|directory| directory.is_absolute());
    directories
        .flat_map(|directory| names.iter().map(move |name| directory.join(name)).collect::<Vec<_>>())
        .find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

async fn make() -> OsString {
    let has_terminal = io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal();
    let of_shell = match env::var_os("SHELL") {
        Some(shell) if cfg!(unix) && !has_terminal => of_login_shell(Path::new(&shell)).await,
        _ => None,
    };
    join([env::var_os("PATH"), of_shell], env::home_dir().as_deref())
}

fn join(paths: [Option<OsString>; 2], home: Option<&Path>) -> OsString {
    let said = paths.iter().flatten().flat_map(env::split_paths);
    let at_home = home.into_iter().flat_map(|home| WELL_KNOWN_AT_HOME.map(|directory| home.join(directory)));
    let well_known: Vec<PathBuf> =
        if cfg!(unix) { WELL_KNOWN.iter().map(PathBuf::from).chain(at_home).collect() } else { Vec::new() };
    let mut seen = HashSet::new();
    let all = said.chain(well_known).filter(|directory| seen.insert(directory.clone()));
    // Each was an entry of such a list, or holds no separator but for an odd home directory.
    env::join_paths(all).unwrap_or_else(|_| paths.into_iter().flatten().next().unwrap_or_default())
}

/// The `PATH` that the person has in a terminal. Nothing where the shell does not say it in time.
async fn of_login_shell(shell: &Path) -> Option<OsString> {
    let mut command = Command::new(shell);
    // Interactive too: many set their PATH in a file that only interactive shells read. `env` and not a variable: each shell
    // writes lists in its own way.
    command.args(["-l", "-i", "-c", &format!("echo {MARK}; env; echo {MARK}")]);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    process::in_its_own_group(&mut command);
    let output = process::run(command, SHELL_LIMIT, LONGEST_ENVIRONMENT).await;
    let path = output.ok().and_then(|output| path_in(&output.answer));
    if path.is_none() {
        tracing::warn!(shell = %shell.display(), "the login shell did not say its PATH");
    }
    path
}

fn path_in(output: &[u8]) -> Option<OsString> {
    let text = std::str::from_utf8(output).ok()?;
    let mut lines = text.lines().skip_while(|line| !line.ends_with(MARK)).skip(1);
    let path = lines.by_ref().take_while(|line| *line != MARK).find_map(|line| line.strip_prefix("PATH="));
    path.filter(|path| !path.is_empty()).map(OsString::from)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    fn shell(directory: &Path, body: &str) -> PathBuf {
        let path = directory.join("shell");
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[tokio::test]
    async fn a_login_shell_says_its_path_though_it_greets() {
        let directory = tempfile::tempdir().unwrap();
        let greets = shell(
            directory.path(),
            "[ \"$1$2$3\" = -l-i-c ] || exit 1\nprintf 'Welcome!\\nPATH=/greeting\\n'\nPATH=/from/shell:/bin:/usr/bin\nexport PATH\neval \"$4\"",
        );
        assert_eq!(of_login_shell(&greets).await.unwrap(), "/from/shell:/bin:/usr/bin");
    }

    #[tokio::test(start_paused = true)]
    async fn a_login_shell_that_hangs_or_fails_is_left_out() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(of_login_shell(&shell(directory.path(), "sleep 1000")).await, None);
        assert_eq!(of_login_shell(&shell(directory.path(), "exit 1")).await, None);
        assert_eq!(of_login_shell(&directory.path().join("absent")).await, None);
    }

    #[test]
    fn the_process_comes_first_and_nothing_twice() {
        let joined =
            join([Some("/a:/b".into()), Some("/b:/c:/usr/local/bin".into())], Some(Path::new("/home/me")));
        let joined: Vec<PathBuf> = env::split_paths(&joined).collect();
        assert_eq!(joined[..4], ["/a", "/b", "/c", "/usr/local/bin"].map(PathBuf::from));
        assert_eq!(joined.iter().filter(|path| **path == Path::new("/usr/local/bin")).count(), 1);
        assert!(
            joined.contains(&"/home/me/.krew/bin".into()) && joined.contains(&"/opt/homebrew/bin".into())
        );
    }

    #[test]
    fn only_programs_are_found() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("login"), "").unwrap();
        assert_eq!(find("login", directory.path().as_os_str()), None);
        let file = directory.path().join("login");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(find("login", directory.path().as_os_str()), Some(file));
    }
}
