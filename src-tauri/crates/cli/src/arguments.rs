//! What can be typed: `culvert port-forward` in the grammar of `oc port-forward`, `culvert doctor` in the same, and
//! `culvert demo`.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand};
use cluster::{Target, TargetKind};

use crate::{duration, error::Error};

/// What came of reading the command line.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// Something to do.
    Request(Request),
    /// Help or version, to be printed.
    Text(String),
    /// The command line is wrong; says how.
    Mistake(String),
}

/// Something to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// `culvert port-forward`
    PortForward(ForwardRequest),
    /// `culvert doctor`
    Doctor(DoctorRequest),
    /// `culvert demo`
    Demo(DemoRequest),
}

/// What to forward.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ForwardRequest {
    /// Absent: the one that the context prefers.
    pub(crate) namespace: Option<String>,
    /// Absent: the current one.
    pub(crate) context: Option<String>,
    /// Absent: what kubectl reads.
    pub(crate) kubeconfig: Option<PathBuf>,
    /// `localhost` and IP addresses, with commas between.
    pub(crate) address: String,
    /// How long to wait for a running pod at the beginning.
    pub(crate) pod_running_timeout: Duration,
    /// How long callers are held while there is no tunnel for them, in seconds.
    pub(crate) hold: u32,
    /// Whether all ready pods serve in turns.
    pub(crate) spread: bool,
    /// What serves.
    pub(crate) target: Target,
    /// At least one, not checked yet.
    pub(crate) ports: Vec<String>,
}

/// What to look into.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DoctorRequest {
    /// As in [`ForwardRequest`].
    pub(crate) namespace: Option<String>,
    /// As in [`ForwardRequest`].
    pub(crate) context: Option<String>,
    /// As in [`ForwardRequest`].
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Absent: the cluster alone is looked at.
    pub(crate) target: Option<Target>,
    /// At least one where there is a target, not checked yet.
    pub(crate) ports: Vec<String>,
    /// How it is told.
    pub(crate) output: OutputFormat,
}

/// How something is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum OutputFormat {
    /// In lines, as it comes.
    #[default]
    Text,
    /// As one JSON object at the end.
    Json,
}

/// Which demo cluster.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DemoRequest {
    /// Absent: a file in the runtime directory of the user.
    pub(crate) kubeconfig_out: Option<PathBuf>,
    /// Whether it plays OpenShift.
    pub(crate) openshift: bool,
}

/// Reads the command line; the first argument is the program's own name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Parsed {
    let parsed = match CommandLine::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) if error.use_stderr() => return Parsed::Mistake(error.to_string()),
        Err(error) => return Parsed::Text(error.to_string()),
    };
    let request = match parsed.command {
        Command::PortForward(command) => command.read(parsed.early).map(Request::PortForward),
        Command::Doctor(command) => command.read(parsed.early).map(Request::Doctor),
        Command::Demo(command) => parsed.early.must_be_unused().map(|()| {
            Request::Demo(DemoRequest {
                kubeconfig_out: command.kubeconfig_out,
                openshift: command.openshift,
            })
        }),
    };
    match request {
        Ok(request) => Parsed::Request(request),
        Err(error) => Parsed::Mistake(format!("error: {error}")),
    }
}

/// Brings ports of Kubernetes and OpenShift pods to this computer.
#[derive(Debug, Parser)]
#[command(name = "culvert", version, propagate_version = true, args_override_self = true)]
struct CommandLine {
    #[command(flatten)]
    early: EarlyOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    PortForward(PortForward),
    Doctor(Doctor),
    Demo(Demo),
}

/// Forward local ports to a pod, and keep them: when the pod goes away, the next one takes over.
///
/// The target is a pod (NAME or pod/NAME), a service (svc/NAME), a deployment (deploy/NAME), a stateful set (sts/NAME), a
/// daemon set (ds/NAME), a replica set (rs/NAME), a job (job/NAME), or the pods with some labels (selector/LABEL=VALUE).
/// Ports are [LOCAL:]REMOTE, where REMOTE is a number or the name of a port; an empty LOCAL, or 0, takes a free one.
/// Lines on standard output are those of "oc port-forward" and "kubectl port-forward".
#[derive(Debug, Args)]
#[command(
    override_usage = "culvert port-forward [OPTIONS] TYPE/NAME [LOCAL:]REMOTE [[LOCAL:]REMOTE ...]",
    after_help = "Examples:
  # The same port here as in the pod
  culvert port-forward deploy/echo 5000

  # A free port here, for a port of a service; the line on standard output says which
  culvert port-forward svc/echo :5000

  # All pods of a deployment in turns; while none is ready, connections wait for up to two minutes
  culvert port-forward --spread --hold 120 deploy/echo 5000

  # Several ports, one by name, in another namespace
  culvert port-forward -n shop svc/web 8080:http 9090"
)]
struct PortForward {
    /// TYPE/NAME and ports.
    #[arg(value_name = "TYPE/NAME [LOCAL:]REMOTE", hide = true)]
    words: Vec<String>,

    /// The pod to forward to, in the manner of old versions of oc: then all other words are ports.
    #[arg(short, long, value_name = "NAME")]
    pod: Option<String>,

    #[command(flatten)]
    cluster: ClusterOptions,

    /// Addresses to listen on: localhost, or IP addresses, with commas between.
    #[arg(long, value_name = "ADDRESS[,ADDRESS]", default_value = "localhost")]
    address: Vec<String>,

    /// How long to wait at the beginning until a pod is running, like 5s, 2m or 3h.
    #[arg(long, value_name = "DURATION", default_value = "1m0s", value_parser = duration::parse)]
    pod_running_timeout: Duration,

    /// How long connections are held while no pod can take them, in seconds, before they are reset; 0: no longer than
    /// opening a tunnel takes.
    #[arg(long, value_name = "SECONDS", default_value_t = engine::HOLD_SECONDS, value_parser = clap::value_parser!(u32).range(..=i64::from(engine::LONGEST_HOLD_SECONDS)))]
    hold: u32,

    /// Let all ready pods of the target take turns, instead of using one until it goes away.
    #[arg(long)]
    spread: bool,
}

/// Find out why a cluster or a target does not work: from the kubeconfig to the port in the pod, step by step.
///
/// Each step is told with the time it took, what was found, and what to do. Without TYPE/NAME the cluster alone is looked
/// at; without ports, all that the target declares. Nothing is changed, and no local port is opened. Only kubeconfigs are
/// looked at: for clusters that were added in the window, and sign-ins that it keeps, choose "Why?" there. The exit code is
/// 0 when all is well, else 1.
#[derive(Debug, Args)]
#[command(
    override_usage = "culvert doctor [OPTIONS] [TYPE/NAME [[LOCAL:]REMOTE ...]]",
    after_help = "Examples:
  # The cluster of the current context
  culvert doctor

  # All the way to a port of a service
  culvert doctor -n shop svc/web 80

  # For a script
  culvert doctor deploy/echo 5000 -o json"
)]
struct Doctor {
    /// TYPE/NAME and ports.
    #[arg(value_name = "TYPE/NAME [LOCAL:]REMOTE", hide = true)]
    words: Vec<String>,

    #[command(flatten)]
    cluster: ClusterOptions,

    /// How it is told.
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t)]
    output: OutputFormat,
}

/// Run a demo cluster on this computer until Ctrl-C, for trying out and for scripts.
///
/// Writes a kubeconfig that culvert and kubectl can use, and removes it at the end.
#[derive(Debug, Args)]
struct Demo {
    /// Where to write the kubeconfig [default: a file in your runtime directory]. A file that is there already is replaced
    /// only if it is the kubeconfig of a demo cluster.
    #[arg(long, value_name = "FILE")]
    kubeconfig_out: Option<PathBuf>,

    /// Let it play OpenShift: sign in as developer with the password developer.
    #[arg(long)]
    openshift: bool,
}

#[derive(Debug, Default, Args)]
struct ClusterOptions {
    /// The namespace of the target [default: the one the context prefers].
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,

    /// The context of the kubeconfig [default: the current one].
    #[arg(long, value_name = "NAME")]
    context: Option<String>,

    /// The kubeconfig file [default: those of $KUBECONFIG, else ~/.kube/config].
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
}

/// The same options before the command, as kubectl and oc take them there too.
#[derive(Debug, Default, Args)]
struct EarlyOptions {
    #[arg(id = "early-namespace", short = 'n', long = "namespace", hide = true)]
    namespace: Option<String>,
    #[arg(id = "early-context", long = "context", hide = true)]
    context: Option<String>,
    #[arg(id = "early-kubeconfig", long = "kubeconfig", hide = true)]
    kubeconfig: Option<PathBuf>,
}

impl EarlyOptions {
    fn must_be_unused(&self) -> Result<(), Error> {
        let used = [
            (self.namespace.is_some(), "--namespace"),
            (self.context.is_some(), "--context"),
            (self.kubeconfig.is_some(), "--kubeconfig"),
        ];
        match used.iter().find(|(used, _)| *used) {
            Some((_, option)) => {
                let reason = format!("{option} is for port-forward and doctor only");
                Err(Error::Usage { command: "culvert", reason })
            }
            None => Ok(()),
        }
    }
}

impl PortForward {
    fn read(self, early: EarlyOptions) -> Result<ForwardRequest, Error> {
        let (target, ports) = target_and_ports(self.pod, self.words)?;
        Ok(ForwardRequest {
            namespace: self.cluster.namespace.or(early.namespace).filter(|name| !name.is_empty()),
            context: self.cluster.context.or(early.context).filter(|name| !name.is_empty()),
            kubeconfig: self
                .cluster
                .kubeconfig
                .or(early.kubeconfig)
                .filter(|path| !path.as_os_str().is_empty()),
            address: self.address.join(","),
            pod_running_timeout: self.pod_running_timeout,
            hold: self.hold,
            spread: self.spread,
            target,
            ports,
        })
    }
}

impl Doctor {
    fn read(self, early: EarlyOptions) -> Result<DoctorRequest, Error> {
        let mut words = self.words.into_iter();
        let target = words.next().map(|word| word.parse()).transpose()?;
        Ok(DoctorRequest {
            namespace: self.cluster.namespace.or(early.namespace).filter(|name| !name.is_empty()),
            context: self.cluster.context.or(early.context).filter(|name| !name.is_empty()),
            kubeconfig: self
                .cluster
                .kubeconfig
                .or(early.kubeconfig)
                .filter(|path| !path.as_os_str().is_empty()),
            target,
            ports: words.collect(),
            output: self.output,
        })
    }
}

fn forward_usage(reason: &str) -> Error {
    Error::Usage { command: "culvert port-forward", reason: reason.to_owned() }
}

fn target_and_ports(pod: Option<String>, mut words: Vec<String>) -> Result<(Target, Vec<String>), Error> {
    match pod {
        Some(_) if words.is_empty() => Err(forward_usage("a list of ports is required")),
        Some(name) => {
            // Through the reader of targets, which knows what a name is.
            let target: Target = format!("{}/{name}", TargetKind::Pod.as_str()).parse()?;
            Ok((target, words))
        }
        // kubectl's words.
        None if words.len() < 2 => {
            Err(forward_usage("TYPE/NAME and list of ports are required for port-forward"))
        }
        None => {
            let target = words.remove(0).parse()?;
            Ok((target, words))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn read(line: &str) -> Parsed {
        parse(format!("culvert {line}").split_whitespace().map(OsString::from))
    }

    fn forward(line: &str) -> ForwardRequest {
        match read(line) {
            Parsed::Request(Request::PortForward(request)) => request,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn the_definition_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn everything_has_its_default() {
        let request = forward("port-forward svc/echo :5000");
        assert_eq!(
            request,
            ForwardRequest {
                namespace: None,
                context: None,
                kubeconfig: None,
                address: "localhost".into(),
                pod_running_timeout: Duration::from_secs(60),
                hold: 30,
                spread: false,
                target: Target::new(TargetKind::Service, "echo"),
                ports: vec![":5000".into()],
            }
        );
    }

    #[test]
    fn forms_of_oc_and_kubectl() {
        let pod = || Target::new(TargetKind::Pod, "echo");
        for (line, target, ports) in [
            ("port-forward echo 5000", pod(), vec!["5000"]),
            ("port-forward pod/echo 5000 6000:5001", pod(), vec!["5000", "6000:5001"]),
            ("port-forward -p echo 5000 :6000", pod(), vec!["5000", ":6000"]),
            ("port-forward --pod=echo 0:http", pod(), vec!["0:http"]),
            ("port-forward deployment/web 80", Target::new(TargetKind::Deployment, "web"), vec!["80"]),
        ] {
            let request = forward(line);
            assert_eq!(
                (request.target, request.ports),
                (target, ports.iter().map(|p| (*p).to_owned()).collect())
            );
        }
    }

    #[test]
    fn options_go_anywhere() {
        for line in [
            "port-forward -n demo --context c --kubeconfig f svc/echo 5000",
            "port-forward svc/echo --namespace=demo 5000 --context=c --kubeconfig=f",
            "-n demo --context c --kubeconfig f port-forward svc/echo 5000",
            "-n other --context c port-forward svc/echo 5000 -ndemo --kubeconfig f",
        ] {
            let request = forward(line);
            assert_eq!(request.namespace.as_deref(), Some("demo"), "{line}");
            assert_eq!(request.context.as_deref(), Some("c"), "{line}");
            assert_eq!(request.kubeconfig, Some(PathBuf::from("f")), "{line}");
            assert_eq!(request.ports, ["5000"], "{line}");
        }
    }

    #[test]
    fn of_an_option_given_twice_the_last_counts() {
        let request = forward(
            "-n a -n b port-forward x 1 --context c --context d --pod-running-timeout 1s --pod-running-timeout 2s",
        );
        assert_eq!((request.namespace.as_deref(), request.context.as_deref()), (Some("b"), Some("d")));
        assert_eq!(request.pod_running_timeout, Duration::from_secs(2));
    }

    #[test]
    fn addresses_and_times() {
        let request =
            forward("port-forward x 1 --address localhost,10.0.0.1 --address ::1 --pod-running-timeout=2m");
        assert_eq!(request.address, "localhost,10.0.0.1,::1");
        assert_eq!(request.pod_running_timeout, Duration::from_secs(120));
    }

    #[test]
    fn holding_and_spreading() {
        let request = forward("port-forward --spread deploy/x 1 --hold 0");
        assert_eq!((request.hold, request.spread), (0, true));
        assert_eq!(forward("port-forward deploy/x 1 --hold=600").hold, 600);
    }

    #[test]
    fn mistakes_are_named() {
        for (line, expected) in [
            ("port-forward", "error: TYPE/NAME and list of ports are required for port-forward"),
            ("port-forward svc/echo", "error: TYPE/NAME and list of ports are required for port-forward"),
            ("port-forward -p echo", "error: a list of ports is required"),
            ("port-forward -p svc/echo 5000", "error: \"pod/svc/echo\" is not a target"),
            ("port-forward cronjob/x 5000", "error: \"cronjob/x\" is not a target: only pods"),
            ("port-forward svc/ 5000", "error: \"svc/\" is not a target: the name is missing"),
            ("port-forward x 1 --pod-running-timeout 0", "it must be higher than zero"),
            ("port-forward x 1 --hold 601", "601 is not in 0..=600"),
            ("port-forward x 1 --hold 5s", "invalid value '5s' for '--hold <SECONDS>'"),
            ("port-forward x 1 --adress y", "error: unexpected argument '--adress'"),
            ("-n x demo", "error: --namespace is for port-forward and doctor only"),
            ("prot-forward x 1", "error: unrecognized subcommand 'prot-forward'"),
            ("", "Usage: culvert"),
        ] {
            let Parsed::Mistake(text) = read(line) else { panic!("{line} is accepted") };
            assert!(text.contains(expected), "{line}: {text}");
        }
    }

    #[test]
    fn the_doctor_takes_what_port_forward_takes_and_less() {
        let doctor = |line: &str| match read(line) {
            Parsed::Request(Request::Doctor(request)) => request,
            other => panic!("{line}: {other:?}"),
        };
        let bare = doctor("doctor");
        assert_eq!((bare.target, bare.ports.len(), bare.output), (None, 0, OutputFormat::Text));
        let full = doctor("--context c doctor -n demo svc/echo 5000 :http -o json --kubeconfig f");
        assert_eq!(full.target, Some(Target::new(TargetKind::Service, "echo")));
        assert_eq!(full.ports, ["5000", ":http"]);
        assert_eq!((full.namespace.as_deref(), full.context.as_deref()), (Some("demo"), Some("c")));
        assert_eq!((full.kubeconfig, full.output), (Some(PathBuf::from("f")), OutputFormat::Json));
        for line in ["doctor cronjob/x", "doctor -o yaml"] {
            assert!(matches!(read(line), Parsed::Mistake(_)), "{line}");
        }
    }

    #[test]
    fn help_and_version_are_no_mistakes() {
        for (line, expected) in [
            ("--version", concat!("culvert ", env!("CARGO_PKG_VERSION"))),
            ("port-forward --help", "culvert port-forward svc/echo :5000"),
            ("port-forward --help", "--hold <SECONDS>"),
            ("port-forward --help", "--spread"),
            ("doctor --help", "culvert doctor -n shop svc/web 80"),
            ("demo --help", "--kubeconfig-out <FILE>"),
            ("--help", "port-forward"),
        ] {
            let Parsed::Text(text) = read(line) else { panic!("{line} is a mistake") };
            assert!(text.contains(expected), "{line}: {text}");
        }
    }
}
