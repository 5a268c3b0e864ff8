//! The local end of a flow.

use std::time::Duration;

use portforward::{Error, Meter, Tunnel};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    task::JoinHandle,
    time::timeout,
};

/// Far longer than anything takes; only a hang meets it.
pub(crate) const HANG: Duration = Duration::from_secs(60);

pub(crate) type Carried = JoinHandle<(Result<(), Error>, Meter)>;

/// A local connection being carried: our end of it, and the result to come.
pub(crate) fn carry(tunnel: &Tunnel, port: u16, buffer: usize) -> (DuplexStream, Carried) {
    let (ours, mut theirs) = duplex(buffer);
    let tunnel = tunnel.clone();
    let task = tokio::spawn(async move {
        let meter = Meter::default();
        let result = tunnel.carry(&mut theirs, port, &meter).await;
        (result, meter)
    });
    (ours, task)
}

pub(crate) async fn result(task: Carried) -> (Result<(), Error>, Meter) {
    timeout(HANG, task).await.expect("the flow hangs").unwrap()
}

/// Sends to a pod that echoes, and awaits the echo.
pub(crate) async fn exchange(local: &mut DuplexStream, text: &[u8]) {
    local.write_all(text).await.unwrap();
    let mut got = vec![0; text.len()];
    timeout(HANG, local.read_exact(&mut got)).await.expect("no echo").unwrap();
    assert_eq!(got, text);
}
