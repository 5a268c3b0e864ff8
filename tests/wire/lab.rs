//! A demo cluster, a tunnel to its pod with all plain programs, and local connections.

use std::time::Duration;

use cluster::KubeconfigSources;
pub(crate) use democluster::ports::{ECHO, RESET, SOURCE, STALL};
use democluster::{DemoCluster, DemoOptions};
use futures::future::join_all;
use portforward::{Error, Meter, PodAddress, Tunnel, TunnelOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    task::JoinHandle,
    time::timeout,
};

/// Nothing listens there.
pub(crate) const CLOSED: u16 = 4999;

/// A wait that is longer than this has failed.
pub(crate) const TOO_LONG: Duration = Duration::from_secs(120);

/// As much as a small socket buffer.
const LOCAL_BUFFER: usize = 16 * 1024;

pub(crate) struct Lab {
    pub(crate) demo: DemoCluster,
    pub(crate) client: kube::Client,
    pub(crate) pod: PodAddress,
}

impl Lab {
    pub(crate) async fn start(options: DemoOptions) -> Self {
        let demo = DemoCluster::start(options).await.unwrap();
        let sources = KubeconfigSources::inline("the demo cluster", demo.kubeconfig());
        let client = sources.connect(None).await.unwrap().client();
        let is_bench = |name: &&String| name.starts_with("bench");
        let pod = demo.pods("lab").iter().find(is_bench).unwrap().clone();
        let pod = PodAddress { namespace: "lab".into(), pod, node: Some(NODE.into()) };
        Self { demo, client, pod }
    }

    /// Half-closes are held back less long than by default: most tests here end thousands of connections.
    pub(crate) async fn tunnel(&self, options: TunnelOptions) -> Tunnel {
        let options = TunnelOptions { half_close_quiet: Duration::from_millis(100), ..options };
        Tunnel::open(self.client.clone(), self.pod.clone(), options).await.unwrap()
    }
}

/// The only node of the demo cluster.
const NODE: &str = "demo-node-1";

/// A local connection that is being carried.
pub(crate) struct Local {
    pub(crate) stream: DuplexStream,
    pub(crate) carried: JoinHandle<Result<(), Error>>,
}

impl Local {
    pub(crate) fn connect(tunnel: &Tunnel, port: u16) -> Self {
        let (stream, mut far) = duplex(LOCAL_BUFFER);
        let tunnel = tunnel.clone();
        let carried = tokio::spawn(async move {
            let meter = Meter::default();
            Box::pin(tunnel.carry(&mut far, port, &meter)).await
        });
        Self { stream, carried }
    }

    /// Sends a message to the echo and waits until it has come back.
    pub(crate) async fn says_the_same(&mut self, message: &[u8]) {
        let (mut read, mut write) = tokio::io::split(&mut self.stream);
        let mut answer = vec![0; message.len()];
        let talk = async { tokio::join!(write.write_all(message), read.read_exact(&mut answer)) };
        let (wrote, got) = timeout(TOO_LONG, talk).await.expect("no answer");
        wrote.unwrap();
        got.unwrap();
        assert!(answer == message, "other bytes came back");
    }

    /// Ends the local side, and waits for the end of the other, which runtimes hold back for a second.
    pub(crate) async fn end(self) -> Result<(), Error> {
        drop(self.stream);
        timeout(TOO_LONG, self.carried).await.expect("no end").unwrap()
    }

    /// Ends all in order.
    pub(crate) async fn end_all(locals: impl IntoIterator<Item = Self>) {
        for end in join_all(locals.into_iter().map(Self::end)).await {
            end.unwrap();
        }
    }

    /// What became of it, the local side still being there.
    pub(crate) async fn outcome(&mut self) -> Result<(), Error> {
        timeout(TOO_LONG, &mut self.carried).await.expect("no end").unwrap()
    }
}
