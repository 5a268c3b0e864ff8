//! `culvert port-forward` as a script sees it, against the demo cluster.
#![cfg(unix)]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test"
)]

mod support;

use std::{path::Path, time::Duration};

use democluster::DemoOptions;
use support::{Demo, PATIENCE, Running, command, echoes, signal};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, unix::pipe},
    process::Command,
    time::{sleep, timeout},
};

#[tokio::test]
async fn bytes_come_back_through_a_service_and_lines_are_kubectl_s() {
    let demo = Demo::start().await;
    let mut culvert = demo.forward("svc/echo :5000");
    let port = culvert.local_port("5000").await;
    assert!(echoes(port).await);
    assert_eq!(culvert.line().await, format!("Handling connection for {port}"));

    culvert.signal("TERM").await;
    let ended = culvert.ended().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{ended:?}");
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn ctrl_c_ends_it_in_order() {
    let demo = Demo::start().await;
    let mut culvert = demo.forward("deploy/echo :5000");
    culvert.local_port("5000").await;
    culvert.signal("INT").await;
    let ended = culvert.ended().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
}

#[tokio::test]
async fn it_can_be_ended_though_nobody_reads_its_lines() {
    let demo = Demo::start().await;
    let (full, unread) = pipe::pipe().unwrap();
    full.writable().await.unwrap();
    while full.try_write(b"\n").is_ok() {}
    let full = full.into_blocking_fd().unwrap();
    // Its lines cannot say which port a free one is, so it gets one that was free just now.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let arguments = format!("port-forward svc/echo {port}:5000 --address 127.0.0.1");
    let mut culvert = command(&arguments, &demo.kubeconfig).stdout(full).spawn().unwrap();
    let open = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, open).await.expect("an open port");
    assert!(echoes(port).await, "the forward serves");
    signal(&culvert, "TERM").await;
    let status = timeout(PATIENCE, culvert.wait()).await.expect("an end in time").unwrap();
    assert_eq!(status.code(), Some(0));
    drop(unread);
}

#[tokio::test]
async fn it_can_be_ended_while_it_reads_the_kubeconfig() {
    let directory = tempfile::tempdir().unwrap();
    let fifo = directory.path().join("config");
    assert!(Command::new("mkfifo").arg(&fifo).status().await.unwrap().success());
    let culvert = Running::start("port-forward svc/echo :5000", &fifo);
    // Opens when culvert has opened it for reading.
    let writing =
        timeout(PATIENCE, File::options().write(true).open(&fifo)).await.expect("a reader").unwrap();
    culvert.signal("INT").await;
    let ended = culvert.ended().await;
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (Some(0), "", ""));
    drop(writing);
}

#[tokio::test]
async fn a_current_context_that_does_not_exist_is_named() {
    let demo = Demo::start().await;
    let yaml = demo.cluster.kubeconfig();
    let line = yaml.lines().find(|line| line.starts_with("current-context:")).unwrap();
    std::fs::write(&demo.kubeconfig, yaml.replace(line, "current-context: gone")).unwrap();
    let ended = demo.forward("svc/echo :5000").ended().await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.stderr, "error: context \"gone\" does not exist; there are: culvert-demo\n");
}

#[tokio::test]
async fn a_program_that_may_be_reached_instead_is_named() {
    let demo = Demo::start().await;
    let other = TcpListener::bind("[::1]:0").await.unwrap();
    let port = other.local_addr().unwrap().port();
    let mut culvert = demo.forward(&format!("svc/echo {port}:5000 --address 127.0.0.1"));
    assert_eq!(culvert.line().await, format!("Forwarding from 127.0.0.1:{port} -> 5000"));
    let remark = culvert.remark().await;
    assert!(remark.starts_with(&format!("localhost:{port} may lead to ")), "{remark}");
    assert!(remark.ends_with(&format!("which listens on ::1. Use 127.0.0.1:{port}.")), "{remark}");
    if cfg!(target_os = "linux") {
        assert!(remark.contains(&format!("(process {})", std::process::id())), "{remark}");
    }
}

#[tokio::test]
async fn a_named_port_of_a_service_leads_to_the_container_s() {
    let demo = Demo::start().await;
    let mut culvert = demo.forward("-n demo service/web 0:80 --address 127.0.0.1");
    let line = culvert.line().await;
    let port = line.strip_prefix("Forwarding from 127.0.0.1:").unwrap().strip_suffix(" -> 8080").unwrap();
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn several_ports_and_addresses() {
    let demo = Demo::start().await;
    let pod = demo.echo_pod();
    let mut culvert = demo.forward(&format!("-p {pod} :5000 :echo --address 127.0.0.1,127.0.0.2"));
    let mut ports = Vec::new();
    for address in ["127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2"] {
        let line = culvert.line().await;
        let rest =
            line.strip_prefix(&format!("Forwarding from {address}:")).unwrap_or_else(|| panic!("{line}"));
        ports.push(rest.strip_suffix(" -> 5000").unwrap_or_else(|| panic!("{line}")).parse::<u16>().unwrap());
    }
    assert_eq!((ports[0], ports[2]), (ports[1], ports[3]), "one number on all addresses");
    assert_ne!(ports[0], ports[2]);
    assert!(echoes(ports[0]).await && echoes(ports[2]).await);
}

#[tokio::test]
async fn a_lost_pod_does_not_end_it() {
    let demo = Demo::start().await;
    let mut culvert = demo.forward("deploy/echo :5000");
    let port = culvert.local_port("5000").await;
    assert!(echoes(port).await);
    let pod = demo.echo_pod();
    assert!(demo.cluster.delete_pod("demo", &pod));
    culvert.remark_with("lost connection to pod").await;
    assert!(culvert.remark_with("connected again").await.contains("echo"));
    assert!(echoes(port).await, "the local port is the same");
}

#[tokio::test]
async fn mistakes_end_it_at_once() {
    let demo = Demo::start().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = taken.local_addr().unwrap().port().to_string();
    let taken_line = format!("svc/echo {taken}:5000");
    let rows: &[(&str, &[&str])] = &[
        ("pod/no-such-pod :5000", &["no-such-pod", "demo"]),
        ("svc/no-such-service :5000", &["no-such-service"]),
        ("deploy/no-such-deployment :5000", &["no-such-deployment"]),
        ("svc/echo :5001", &["Service echo does not have a service port 5001", "5000"]),
        ("svc/echo :nope", &["Service 'echo' does not have a named port 'nope'"]),
        ("deploy/echo :nope", &["does not have a named port 'nope'"]),
        ("-n lab svc/external :80", &["external", "without a selector"]),
        ("svc/echo 70000", &["70000"]),
        ("svc/echo abc:5000", &["abc"]),
        ("svc/echo 1:2:3", &["1:2:3"]),
        ("svc/echo 5000:0", &["0"]),
        ("svc/echo :", &[":"]),
        ("svc/echo :5000 --address 1.2.3", &["1.2.3"]),
        (
            "svc/echo :5000 --context nowhere",
            &["context \"nowhere\" does not exist; there are: culvert-demo"],
        ),
        ("svc/echo :5000 --kubeconfig /no/such/file", &["/no/such/file"]),
        ("svc/echo", &["TYPE/NAME and list of ports are required"]),
        ("cronjob/echo :5000", &["only pods and what leads to pods"]),
        (&taken_line, &[&taken]),
    ];
    for (arguments, expected) in rows {
        let ended = demo.forward(arguments).ended().await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{arguments}: {ended:?}");
        assert!(ended.stderr.starts_with("error: "), "{arguments}: {}", ended.stderr);
        for text in *expected {
            assert!(ended.stderr.contains(text), "{arguments}: {}", ended.stderr);
        }
    }
}

#[tokio::test]
async fn without_a_kubeconfig_it_says_so() {
    let ended = Running::start("port-forward svc/echo :5000", Path::new("/no/such/file")).ended().await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.stderr, "error: no current context is set; no kubeconfig file has a context\n");
}

#[tokio::test]
async fn a_cluster_that_is_not_there_ends_it_at_once() {
    let demo = Demo::start().await;
    let server = demo.cluster.server_url().to_owned();
    let Demo { cluster, kubeconfig, .. } = &demo;
    let yaml = cluster.kubeconfig();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("https://{}", listener.local_addr().unwrap());
    drop(listener);
    std::fs::write(kubeconfig, yaml.replace(&server, &nobody)).unwrap();
    let ended = demo.forward("svc/echo :5000").ended().await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains(&nobody) && ended.stderr.contains("connection refused"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn nothing_that_listens_in_the_pod_is_one_connection_s_trouble() {
    let demo = Demo::start().await;
    let mut culvert = demo.forward("deploy/echo :5000 :5999");
    let port = culvert.local_port("5000").await;
    let dead = culvert.local_port("5999").await;
    assert!(!echoes(dead).await);
    let remark = culvert.remark_with("an error occurred forwarding").await;
    assert!(remark.contains(&format!("{dead} -> 5999")), "{remark}");
    assert!(echoes(port).await);
}

#[tokio::test]
async fn it_waits_for_the_first_pod_no_longer_than_it_is_told() {
    // Longer than the test could ever take: there is no pod whenever culvert looks.
    let demo = without_echo_pod(Duration::from_secs(60 * 60)).await;
    let hasty = demo.forward("deploy/echo :5000 --pod-running-timeout 300ms").ended().await;
    assert_eq!((hasty.code, hasty.stdout.as_str()), (Some(1), ""), "{hasty:?}");
    assert!(hasty.stderr.contains("error: timed out waiting for a running pod"), "{}", hasty.stderr);
}

#[tokio::test]
async fn it_waits_for_the_first_pod_and_says_so() {
    // Much longer than culvert takes to start and look.
    let demo = without_echo_pod(Duration::from_secs(20)).await;
    let mut patient = demo.forward("deploy/echo :5000");
    patient.remark_with("waiting for a running pod").await;
    let port = patient.local_port("5000").await;
    assert!(echoes(port).await);
}

/// A demo cluster whose pod of deployment `echo` was just deleted; the next one takes this long to run, and again to be
/// ready.
async fn without_echo_pod(startup: Duration) -> Demo {
    let options = DemoOptions { startup, termination: Duration::ZERO, ..DemoOptions::default() };
    let demo = Demo::start_with(options).await;
    assert!(demo.cluster.delete_pod("demo", &demo.echo_pod()));
    demo
}
