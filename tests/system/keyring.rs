//! A real keyring: GNOME's, on a session bus and in a home directory of its own.
#![cfg(target_os = "linux")]

use std::{
    env,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use support::requirement::require;

/// Runs one test of this file, in a process that has a session bus.
const PART: &str = "CULVERT_KEYRING_PART";

/// The part whose bus lets nobody talk to the keyring.
const DENIED: &str = "denied";

/// A home for a person's keyring.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    std::fs::create_dir(&run).unwrap();
    std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o700)).unwrap();
    home
}

/// Runs a part of a test in a process of its own, whose session bus has nobody on it yet but whom the part starts.
fn run(part: &str, home: &Path, with_bus: bool) {
    let this = env::current_exe().unwrap();
    let mut command = if with_bus {
        let mut command = Command::new("dbus-run-session");
        command.arg("--config-file").arg(bus_configuration(home, part == DENIED)).arg("--").arg(this);
        command
    } else {
        Command::new(this)
    };
    let output = command
        .args(["keyring::parts", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("RUST_BACKTRACE", "0")
        .env(PART, part)
        .output()
        .unwrap();
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{part}: {text}");
    assert!(!text.contains("MustNotShow"), "{part}: {text}");
}

/// A bus that starts nobody by itself.
fn bus_configuration(home: &Path, denied: bool) -> std::path::PathBuf {
    let file = home.join("bus.conf");
    let denial = if denied { "<deny send_destination=\"org.freedesktop.secrets\"/>" } else { "" };
    let text = format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n<busconfig><type>session</type>\
         <listen>unix:dir={}</listen><policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
         <allow eavesdrop=\"true\"/><allow own=\"*\"/>{denial}</policy></busconfig>\n",
        home.join("run").display()
    );
    std::fs::write(&file, text).unwrap();
    file
}

/// A keyring daemon; ends with this.
struct Daemon(Child);

impl Daemon {
    /// With a keyring that opens without a password.
    fn unlocked() -> Self {
        Self::start(true)
    }

    /// Which nobody has unlocked.
    fn locked() -> Self {
        Self::start(false)
    }

    fn start(unlock: bool) -> Self {
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if unlock {
            command.arg("--unlock");
        }
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"a password\n").unwrap();
        let daemon = Self(child);
        wait_for_service();
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Until somebody is the Secret Service.
fn wait_for_service() {
    let begun = Instant::now();
    let bus = zbus::blocking::Connection::session().unwrap();
    let names = zbus::blocking::fdo::DBusProxy::new(&bus).unwrap();
    while !names.name_has_owner("org.freedesktop.secrets".try_into().unwrap()).unwrap() {
        assert!(begun.elapsed() < Duration::from_secs(30), "no Secret Service");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_ready() -> bool {
    ["gnome-keyring-daemon", "dbus-run-session", "secret-tool"].into_iter().all(require)
}

#[test]
fn a_secret_is_there_after_a_restart_of_everything() {
    if !is_ready() {
        return;
    }
    let home = home();
    run("store", home.path(), true);
    run("read", home.path(), true);
    run("locked", home.path(), true);
    run("deleted by others", home.path(), true);
}

#[test]
fn all_secrets_are_forgotten() {
    if !is_ready() {
        return;
    }
    let home = home();
    run("store", home.path(), true);
    run("forget", home.path(), true);
}

#[test]
fn a_missing_keyring_is_told_as_such() {
    if !is_ready() {
        return;
    }
    let home = home();
    run("no bus", home.path(), false);
    run("nobody on the bus", home.path(), true);
}

#[test]
fn a_keyring_that_does_not_answer_is_slow() {
    if !is_ready() {
        return;
    }
    run("silent", home().path(), true);
}

#[test]
fn a_sign_in_is_stopped_while_the_keyring_asks() {
    if !is_ready() {
        return;
    }
    run("stopped", home().path(), true);
}

#[test]
fn a_keyring_that_is_not_set_up_and_one_that_is_refused_are_told_apart() {
    if !is_ready() {
        return;
    }
    run("not set up", home().path(), true);
    run(DENIED, home().path(), true);
}

#[test]
fn a_forward_that_waits_for_the_keyring_goes_on_when_it_is_tried_again() {
    if !is_ready() {
        return;
    }
    run("waiting forward", home().path(), true);
}

#[test]
fn of_two_secrets_of_one_name_none_is_left() {
    if !is_ready() {
        return;
    }
    run("two of one name", home().path(), true);
}

#[test]
fn a_removed_cluster_whose_sign_in_stays_in_the_keyring_is_told_as_such() {
    if !is_ready() {
        return;
    }
    run("removed cluster", home().path(), true);
}

/// Started by the tests above, each time with the name of one part.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "part of the other tests"]
async fn parts() {
    let Ok(part) = env::var(PART) else { return };
    parts::run(&part).await;
}

mod parts {
    use cluster::{Error, Keep, KeyringFailure, KeyringStanding, SecretKeeper, SecretText};

    use futures::StreamExt as _;

    use engine::{Command as Deed, Engine, EngineOptions, KeepSecret, ProblemCode, SignIn};

    use super::*;
    use crate::{
        lab::{Lab, Watcher, demo_context, echo, echoes_at},
        own_clusters::{add, by_token, draft_of, id_of, lab_with, snapshot},
    };

    /// A call never takes that long when all is well.
    const LIMIT: Duration = Duration::from_secs(30);
    const KEY: &str = "cluster/0123";

    fn secret() -> SecretText {
        SecretText::new("{\"token\": \"MustNotShow\"}")
    }

    pub(super) async fn run(part: &str) {
        let index = Path::new(&env::var_os("HOME").unwrap()).join("config/secrets.json");
        let limit = if part == "silent" { Duration::from_millis(200) } else { LIMIT };
        let keeper = SecretKeeper::system_within(&index, limit);
        match part {
            "store" => {
                let _daemon = Daemon::unlocked();
                keeper.store(KEY, SecretText::new("before"), Keep::Keyring).await.unwrap();
                keeper.store(KEY, secret(), Keep::Keyring).await.unwrap();
                keeper.store("context/other", secret(), Keep::Keyring).await.unwrap();
                assert_eq!((keeper.count(), keeper.standing()), (2, KeyringStanding::Working));
                let listed = std::fs::read_to_string(&index).unwrap();
                assert!(listed.contains(KEY) && !listed.contains("MustNotShow"), "{listed}");
            }
            "read" => {
                let _daemon = Daemon::unlocked();
                assert_eq!(keeper.kept(KEY), Some(Keep::Keyring));
                assert_eq!(keeper.load(KEY).await, Ok(Some(secret())));
                let found = secret_tool(&["lookup", "service", "culvert", "username", KEY]);
                assert!(found.contains("MustNotShow"), "others who may find it too");
            }
            "locked" => {
                let _daemon = Daemon::locked();
                assert_eq!(failure(keeper.load(KEY).await), KeyringFailure::Locked);
                assert!(matches!(keeper.standing(), KeyringStanding::Unavailable(_)));
                assert_eq!(keeper.kept(KEY), Some(Keep::Keyring), "it is there still");
                let stored = keeper.store("cluster/new", secret(), Keep::Keyring).await;
                assert_eq!(failure(stored), KeyringFailure::Locked);
                assert_eq!(keeper.kept("cluster/new"), None);
                keeper.store("cluster/new", secret(), Keep::Session).await.unwrap();
                assert_eq!(keeper.load("cluster/new").await, Ok(Some(secret())));
                assert!(keeper.retry().await.is_err());
            }
            "deleted by others" => {
                let _daemon = Daemon::unlocked();
                secret_tool(&["clear", "service", "culvert", "username", KEY]);
                assert_eq!(keeper.load(KEY).await, Ok(None));
                assert_eq!(keeper.kept(KEY), None);
                assert_eq!(keeper.load("context/other").await, Ok(Some(secret())));
            }
            "forget" => {
                let _daemon = Daemon::unlocked();
                keeper.forget_all().await.unwrap();
                assert_eq!(keeper.count(), 0);
                assert_eq!(secret_tool(&["search", "--all", "service", "culvert"]), "");
            }
            "no bus" | "nobody on the bus" => {
                assert_eq!(failure(keeper.retry().await), KeyringFailure::Missing);
                assert_eq!(
                    failure(keeper.store(KEY, secret(), Keep::Keyring).await),
                    KeyringFailure::Missing
                );
                assert_eq!(keeper.count(), 0);
                if part == "nobody on the bus" {
                    // One that is started later is found: no failure is kept.
                    let _daemon = Daemon::unlocked();
                    keeper.retry().await.unwrap();
                    assert_eq!(keeper.standing(), KeyringStanding::Working);
                }
            }
            "not set up" => {
                let _daemon = Daemon::locked();
                let stored = keeper.store(KEY, secret(), Keep::Keyring).await;
                assert_eq!(failure(stored), KeyringFailure::Empty);
                assert_eq!(keeper.count(), 0);
            }
            DENIED => {
                let _daemon = Daemon::unlocked();
                let stored = keeper.store(KEY, secret(), Keep::Keyring).await;
                assert_eq!(failure(stored), KeyringFailure::Denied);
                assert_eq!(keeper.count(), 0);
            }
            "two of one name" => {
                let _daemon = Daemon::unlocked();
                keeper.store(KEY, secret(), Keep::Keyring).await.unwrap();
                store_by_others();
                // Which of them counts nobody can say.
                assert_eq!(keeper.load(KEY).await, Ok(None));
                assert_eq!(keeper.count(), 0);
                assert_eq!(
                    secret_tool(&["search", "--all", "service", "culvert"]),
                    "",
                    "none is out of sight"
                );
            }
            "waiting forward" => waiting_forward(&index).await,
            "removed cluster" => removed_cluster(&index).await,
            "stopped" => stopped_sign_in(&index).await,
            "silent" => {
                let bus = zbus::connection::Builder::session().unwrap();
                let bus = bus.name("org.freedesktop.secrets").unwrap().build().await.unwrap();
                // Takes every message and answers none: nothing is served at any path.
                let _messages = zbus::MessageStream::from(&bus);
                let outcome = keeper.retry().await;
                assert_eq!(failure(outcome), KeyringFailure::Slow);
            }
            other => panic!("no part is called {other}"),
        }
    }

    /// The keyring's window is open, so to speak, and nobody answers.
    async fn stopped_sign_in(index: &Path) {
        let bus = zbus::connection::Builder::session().unwrap();
        let bus = bus.name("org.freedesktop.secrets").unwrap().build().await.unwrap();
        let mut messages = zbus::MessageStream::from(&bus);
        let lab = lab_with(SecretKeeper::system_within(index, LIMIT)).await;
        let (draft, sign_in) = (draft_of(&lab.engine, &lab.demo).await, by_token(lab.demo.token()));
        let add = Deed::AddCluster { draft, sign_in, keep: KeepSecret::Keyring };
        let asked = async {
            let is_asked = |message: &zbus::Message| {
                message.header().interface().is_some_and(|name| name.starts_with("org.freedesktop.Secret"))
            };
            while !is_asked(&messages.next().await.unwrap().unwrap()) {}
            lab.do_it(Deed::CancelSignIn { context: None }).await;
        };
        let (outcome, ()) = tokio::join!(lab.engine.execute(add), asked);
        assert_eq!(outcome.unwrap_err().what, "Signing in was stopped.");
        let after = snapshot(&lab.engine).await;
        assert!(after.clusters.iter().all(|view| view.own.is_none()), "nothing was added");
        lab.shutdown().await;
    }

    /// The keyring is away when Culvert starts again, and comes back.
    async fn waiting_forward(index: &Path) {
        let daemon = Daemon::unlocked();
        let Lab { demo, engine, .. } = Lab::start().await;
        engine.shutdown().await;
        let kubeconfig = demo.kubeconfig();
        let start = async || {
            let sources = cluster::KubeconfigSources::inline("the demo cluster", kubeconfig.clone());
            let secrets = SecretKeeper::system_within(index, LIMIT);
            let options = EngineOptions { secrets, ..EngineOptions::in_memory(sources) };
            let engine = Engine::start(options).await.unwrap();
            let watcher = Watcher::new(engine.listen()).await;
            (engine, watcher)
        };
        let (engine, _) = start().await;
        let sign_in = SignIn::Token { token: SecretText::new(demo.issue_token()) };
        let deed = Deed::SignIn { context: demo_context(), sign_in, keep: KeepSecret::Keyring };
        engine.execute(deed).await.unwrap();
        engine.shutdown().await;
        drop(daemon);

        let (engine, watcher) = start().await;
        let mut lab = Lab { demo, engine, watcher };
        let id = lab.create(echo()).await;
        let problem = lab.problem_of(&id).await;
        assert_eq!(problem.code, ProblemCode::Keyring);
        assert_eq!(lab.refuse(Deed::RetryKeyring).await.code, ProblemCode::Keyring);
        let _daemon = Daemon::unlocked();
        lab.do_it(Deed::RetryKeyring).await;
        echoes_at(&lab.ready(&id).await, 0).await;
        lab.shutdown().await;
    }

    /// The keyring is away when a cluster is removed.
    async fn removed_cluster(index: &Path) {
        let daemon = Daemon::unlocked();
        let lab = lab_with(SecretKeeper::system_within(index, LIMIT)).await;
        let id = id_of(&add(&lab, KeepSecret::Keyring).await);
        drop(daemon);
        let problem = lab.refuse(Deed::RemoveCluster { id }).await;
        assert_eq!(problem.code, ProblemCode::Keyring);
        assert_eq!(problem.what, "Mine was removed, but its sign-in is still in your keyring.");
        assert!(problem.remedy.contains("Forget all"), "{problem:?}");
        let after = snapshot(&lab.engine).await;
        assert_eq!((after.clusters.len(), after.secrets), (0, 1));
        let _daemon = Daemon::unlocked();
        lab.do_it(Deed::ForgetSecrets).await;
        assert_eq!(snapshot(&lab.engine).await.secrets, 0);
        assert_eq!(secret_tool(&["search", "--all", "service", "culvert"]), "");
        lab.shutdown().await;
    }

    fn failure<T: std::fmt::Debug>(outcome: Result<T, Error>) -> KeyringFailure {
        match outcome {
            Err(Error::Keyring { failure, message }) => {
                assert!(!message.contains("MustNotShow"), "{message}");
                failure
            }
            other => panic!("{other:?}"),
        }
    }

    /// One of the same name as ours.
    fn store_by_others() {
        let mut tool = Command::new("secret-tool")
            .args(["store", "--label=other", "service", "culvert", "username", KEY, "by", "others"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        tool.stdin.take().unwrap().write_all(b"another").unwrap();
        assert!(tool.wait().unwrap().success());
    }

    fn secret_tool(arguments: &[&str]) -> String {
        let output = Command::new("secret-tool").args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
