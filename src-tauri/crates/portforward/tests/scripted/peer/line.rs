//! A network between two ends of a connection: it takes time, and may be away.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, ReadHalf, WriteHalf},
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

pub(crate) struct Line {
    delay: Duration,
    away: watch::Sender<bool>,
}

impl Line {
    pub(super) fn new(delay: Duration) -> Arc<Self> {
        Arc::new(Self { delay, away: watch::Sender::new(false) })
    }

    /// While it is away nothing arrives at either end; what was sent does once it is back.
    pub(crate) fn set_away(&self, away: bool) {
        self.away.send_replace(away);
    }

    /// Lies between two pipes until both directions have ended.
    pub(super) fn connect(self: &Arc<Self>, one: DuplexStream, other: DuplexStream) {
        let (from_one, to_one) = tokio::io::split(one);
        let (from_other, to_other) = tokio::io::split(other);
        tokio::spawn(Arc::clone(self).carry(from_one, to_other));
        tokio::spawn(Arc::clone(self).carry(from_other, to_one));
    }

    async fn carry(self: Arc<Self>, mut from: ReadHalf<DuplexStream>, mut to: WriteHalf<DuplexStream>) {
        let (sender, mut under_way) = mpsc::unbounded_channel();
        let delay = self.delay;
        let reader = tokio::spawn(async move {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(read @ 1..) = from.read(&mut buffer).await {
                if sender.send((Instant::now() + delay, buffer[..read].to_vec())).is_err() {
                    return;
                }
            }
        });
        let mut away = self.away.subscribe();
        while let Some((at, bytes)) = under_way.recv().await {
            sleep_until(at).await;
            let _ = away.wait_for(|away| !away).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
        reader.abort();
    }
}
