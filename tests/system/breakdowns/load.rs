//! Requests on a schedule, whatever becomes of the earlier ones.

#![expect(clippy::print_stdout, reason = "the figures are for whoever runs the tests")]

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{oneshot, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use crate::lab::TOO_LONG;

/// 20 requests a second.
const EVERY: Duration = Duration::from_millis(50);

/// What is cut is seen as cut when those who hold its two ends get a turn. Until then a request may be given to it, and is in
/// flight on it; for so long at most, on a busy machine.
const UNSEEN: Duration = Duration::from_millis(200);

/// Requests that are being sent to a program that sends back what it gets.
pub(crate) struct Load {
    stop: oneshot::Sender<()>,
    served: watch::Receiver<u64>,
    in_flight: Arc<AtomicUsize>,
    sending: JoinHandle<Outcome>,
}

/// What became of the requests of a load, in the order in which they ended.
pub(crate) struct Outcome {
    pub(crate) requests: Vec<Request>,
}

/// One request: a connection of its own, and bytes of its own that have to come back.
#[derive(Debug)]
pub(crate) struct Request {
    #[expect(dead_code, reason = "shown where a request should not have failed")]
    number: u64,
    pub(crate) sent: Instant,
    pub(crate) ended: Instant,
    /// Why it was not served.
    pub(crate) failure: Option<String>,
}

/// When a fault was done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    begin: Instant,
    pub(crate) end: Instant,
}

impl Load {
    /// Sends to this local port until it is [ended](Self::end).
    pub(crate) fn start(port: u16) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (count, served) = watch::channel(0);
        let in_flight = Arc::<AtomicUsize>::default();
        let sending = tokio::spawn(send(port, stopped, count, Arc::clone(&in_flight)));
        Self { stop, served, in_flight, sending }
    }

    /// Waits until so many more have been served.
    pub(crate) async fn serves(&mut self, more: u64) {
        let wanted = *self.served.borrow() + more;
        let waiting = self.served.wait_for(|served| *served >= wanted);
        timeout(TOO_LONG, waiting).await.expect("nobody is served").unwrap();
    }

    /// Does something, and says how many requests are in flight then.
    pub(crate) async fn fault<T>(&self, name: &str, work: impl Future<Output = T>) -> (Fault, T) {
        println!("{} in flight at: {name}", self.in_flight.load(Ordering::Relaxed));
        let begin = Instant::now();
        let done = work.await;
        (Fault { begin, end: Instant::now() }, done)
    }

    /// Sends no more, and waits for those that are in flight.
    pub(crate) async fn end(self) -> Outcome {
        self.stop.send(()).unwrap();
        let outcome = timeout(TOO_LONG, self.sending).await.expect("some do not end").unwrap();
        println!("{outcome:?}");
        outcome
    }
}

impl Outcome {
    /// All were served.
    pub(crate) fn is_flawless(&self) {
        self.only_in_flight_failed(&[]);
    }

    /// All were served, or were in flight when one of these was done.
    pub(crate) fn only_in_flight_failed(&self, faults: &[Fault]) {
        let hit = |request: &Request| faults.iter().any(|fault| request.was_in_flight(fault));
        let failed: Vec<_> = self.failed().filter(|request| !hit(request)).collect();
        assert!(failed.is_empty(), "{self:?}\n{failed:#?}");
    }

    fn failed(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|request| request.failure.is_some())
    }
}

impl Request {
    pub(crate) fn took(&self) -> Duration {
        self.ended - self.sent
    }

    pub(crate) fn was_in_flight(&self, fault: &Fault) -> bool {
        self.sent <= fault.end + UNSEEN && self.ended >= fault.begin
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times: Vec<_> = self.requests.iter().map(Request::took).collect();
        times.sort_unstable();
        let failed = self.failed().count();
        write!(
            f,
            "{} served, {failed} failed; half of them within {:?}, all within {:?}",
            self.requests.len() - failed,
            times.get(times.len() / 2).copied().unwrap_or_default(),
            times.last().copied().unwrap_or_default(),
        )
    }
}

async fn send(
    port: u16,
    mut stopped: oneshot::Receiver<()>,
    served: watch::Sender<u64>,
    in_flight: Arc<AtomicUsize>,
) -> Outcome {
    let mut schedule = interval(EVERY);
    schedule.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut running, mut requests) = (JoinSet::new(), Vec::new());
    let mut ended = |request: Request| {
        in_flight.fetch_sub(1, Ordering::Relaxed);
        if request.failure.is_none() {
            served.send_modify(|served| *served += 1);
        }
        requests.push(request);
    };
    for number in 0.. {
        loop {
            tokio::select! {
                biased;
                _ = &mut stopped => {
                    while let Some(request) = running.join_next().await {
                        ended(request.unwrap());
                    }
                    return Outcome { requests };
                }
                _ = schedule.tick() => break,
                Some(request) = running.join_next() => ended(request.unwrap()),
            }
        }
        in_flight.fetch_add(1, Ordering::Relaxed);
        running.spawn(async move {
            let sent = Instant::now();
            let failure = exchange(port, number).await.err();
            Request { number, sent, ended: Instant::now(), failure }
        });
    }
    unreachable!("numbers do not end")
}

async fn exchange(port: u16, number: u64) -> Result<(), String> {
    let message = format!("request {number} to {port}; ").repeat(8);
    let exchange = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(message.as_bytes()).await?;
        let mut answer = vec![0; message.len()];
        stream.read_exact(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    match timeout(TOO_LONG, exchange).await {
        Err(_) => Err("no answer".to_owned()),
        Ok(Err(error)) => Err(error.to_string()),
        Ok(Ok(answer)) if answer != message.as_bytes() => Err("somebody else's answer".to_owned()),
        Ok(Ok(_)) => Ok(()),
    }
}
