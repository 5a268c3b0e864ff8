//! One connection into a pod, as containerd makes it (`sandbox_portforward_linux.go`).

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::mpsc;

use super::handoff::Taker;
use super::pairs::Pair;
use crate::options::Runtime;
use crate::pods::sandbox::{FarEnd, Sandbox};

/// How long the other direction may go on once one has ended. Then everything is closed, even in mid-answer.
const LINGER: Duration = Duration::from_secs(1);

/// How much is read from a pod at a time: two DATA frames.
const READ: usize = 64 * 1024;

/// What a connection tells its link to send; `I` names the streams of the link.
#[derive(Debug)]
pub(super) enum Order<I> {
    /// Bytes from the pod.
    Data { stream: I, bytes: Bytes },
    /// The connection is over. `reading` says whether it was waiting for more of the client's bytes just then: on a real
    /// server that read goes on, and takes one more frame.
    End { pair: Pair<I>, end: End, reading: bool },
}

/// How both streams of a pair end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// FIN on both.
    Done,
    /// FIN on the data stream, the text on the error stream, and FIN or reset there.
    Failed { text: String, reset: bool },
    /// As `Failed`, but without FIN on the data stream before: it ends after the error stream.
    NotStarted { text: String, reset: bool },
    /// Both are reset, without a text.
    Reset,
}

/// The client's side of a pair: its bytes come in here, and the pod's go out.
pub(super) struct ClientSide<I> {
    /// Ends when the client ends or resets its data stream.
    pub(super) incoming: Taker,
    pub(super) orders: mpsc::Sender<Order<I>>,
    /// Whether the client reset the data stream, so that nobody wants the pod's bytes any more.
    pub(super) reset: Arc<AtomicBool>,
}

/// Why a connection into a pod failed.
#[derive(Debug)]
enum Failure {
    NoSandbox,
    Dial,
    Copy { error: io::Error, text: String },
}

/// Makes the connection of a pair, carries its bytes, and orders its end.
pub(super) async fn forward<I: Copy>(
    sandbox: Arc<Sandbox>,
    runtime: Runtime,
    pair: Pair<I>,
    client: ClientSide<I>,
) {
    let orders = client.orders.clone();
    let reading = AtomicBool::new(false);
    let result = connect_and_copy(&sandbox, pair, client, &reading).await;
    let end = match result {
        Ok(()) => End::Done,
        Err(failure) => failure.into_end(&sandbox, runtime, pair.port),
    };
    // Without a receiver the link is gone, and with it both streams.
    let _ = orders.send(Order::End { pair, end, reading: reading.into_inner() }).await;
}

async fn connect_and_copy<I: Copy>(
    sandbox: &Sandbox,
    pair: Pair<I>,
    client: ClientSide<I>,
    reading: &AtomicBool,
) -> Result<(), Failure> {
    if sandbox.is_gone() {
        return Err(Failure::NoSandbox);
    }
    let FarEnd::Programs(addresses) = &sandbox.far_end else { return Err(Failure::NoSandbox) };
    let address = addresses.get().and_then(|addresses| addresses.get(&pair.port)).ok_or(Failure::Dial)?;
    let mut connection = TcpStream::connect(address).await.map_err(|_| Failure::Dial)?;
    let _counted = sandbox.connections.enter();
    let local = connection.local_addr().map_or(0, |address| address.port());
    let failed = |verb: &str, arrow: (u16, u16), error: io::Error| {
        let text =
            format!("{verb} tcp4 127.0.0.1:{}->127.0.0.1:{}: {verb}: {}", arrow.0, arrow.1, reason(&error));
        Failure::Copy { error, text }
    };
    // The socket's own options do not matter to correctness.
    let _ = connection.set_nodelay(true);
    let (from_pod, to_pod) = connection.split();
    let mut down = std::pin::pin!(copy_from_pod(from_pod, pair.data, client.orders, client.reset));
    let mut up = std::pin::pin!(copy_to_pod(client.incoming, to_pod, reading));
    let read = |error| failed("read", (local, pair.port), error);
    let write = |error| failed("write", (local, pair.port), error);
    // The first error counts, whichever direction it comes from; a second direction that takes too long has none.
    tokio::select! {
        // Looked at first: what the pod's program still gets out is lost.
        biased;
        () = sandbox.killed() => Err(read(io::ErrorKind::ConnectionReset.into())),
        first = &mut down => {
            let second = tokio::time::timeout(LINGER, up).await.unwrap_or(Ok(()));
            first.map_err(read).and(second.map_err(write))
        }
        first = &mut up => {
            let second = tokio::time::timeout(LINGER, down).await.unwrap_or(Ok(()));
            first.map_err(write).and(second.map_err(read))
        }
    }
}

async fn copy_from_pod<I: Copy>(
    mut pod: ReadHalf<'_>,
    stream: I,
    orders: mpsc::Sender<Order<I>>,
    reset: Arc<AtomicBool>,
) -> io::Result<()> {
    let mut buffer = BytesMut::new();
    loop {
        buffer.reserve(READ);
        if pod.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
        if reset.load(Ordering::Relaxed) {
            return Ok(());
        }
        if orders.send(Order::Data { stream, bytes: buffer.split().freeze() }).await.is_err() {
            return Ok(());
        }
    }
}

/// `reading` tells whether it waits for the client.
async fn copy_to_pod(mut incoming: Taker, mut pod: WriteHalf<'_>, reading: &AtomicBool) -> io::Result<()> {
    loop {
        reading.store(true, Ordering::Relaxed);
        let piece = incoming.take().await;
        reading.store(false, Ordering::Relaxed);
        let Some(mut bytes) = piece else { break };
        pod.write_all_buf(&mut bytes).await?;
    }
    // No FIN to the pod: containerd closes nothing before the end of both directions.
    Ok(())
}

impl Failure {
    fn into_end(self, sandbox: &Sandbox, runtime: Runtime, port: u16) -> End {
        let reset = runtime == Runtime::Containerd21;
        let (id, network) = (&sandbox.id, &sandbox.network_namespace);
        let text = |cause: String| format!("error forwarding port {port} to pod {id}, uid : {cause}");
        let in_network = |cause: String| {
            text(format!("failed to execute portforward in network namespace \"{network}\": {cause}"))
        };
        match self {
            Self::NoSandbox => End::NotStarted {
                text: text(format!("failed to find sandbox \"{id}\" in store: not found")),
                reset,
            },
            Self::Dial => End::Failed {
                text: in_network(format!(
                    "failed to connect to localhost:{port} inside namespace \"{id}\", IPv4: dial tcp4 127.0.0.1:{port}: \
                     connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found "
                )),
                reset,
            },
            Self::Copy { error, .. } if reset && is_broken(&error) => End::Reset,
            Self::Copy { text, .. } => End::Failed { text: in_network(text), reset },
        }
    }
}

fn is_broken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset)
}

/// An error as Go words it.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionReset => "connection reset by peer".to_owned(),
        io::ErrorKind::BrokenPipe => "broken pipe".to_owned(),
        _ => error.to_string(),
    }
}
