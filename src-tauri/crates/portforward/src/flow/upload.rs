//! From the local connection to the pod.

use std::time::Duration;

use futures::future::poll_fn;
use tokio::{
    io::AsyncRead,
    time::{Instant, sleep_until, timeout},
};

use super::{Opening, Tally, reading::read_some};
use crate::{
    Error,
    link::{Inbox, LinkFlow},
};

/// Silence of the pod, after the local side has ended, from which on the rest of the flow is taken to be small.
const LULL: Duration = Duration::from_millis(100);

/// Longest silence of the pod after its end of data was passed on. Servers end a flow one second after that, those
/// that know half-close as soon as the pod does; a flow that does neither is left over.
const ENDED_SILENCE: Duration = Duration::from_secs(5 * 60);

/// Sends what the local side sends; ends when the pod takes no more, or after the local end was passed on and
/// [`ENDED_SILENCE`] is over, which is an error.
pub(super) async fn run<R: AsyncRead + Unpin>(
    flow: &LinkFlow,
    reader: &mut R,
    opening: Opening,
    tally: Tally<'_>,
    half_close_quiet: Duration,
) -> Result<(), Error> {
    let mut remote_done = std::pin::pin!(poll_fn(|cx| flow.inbox().poll_remote_done(cx)));
    let mut ended = opening.ended;
    while !ended {
        let read = tokio::select! {
            biased;
            () = &mut remote_done => return Ok(()),
            read = read_some(reader) => read?,
        };
        if read.is_empty() {
            ended = true;
            continue;
        }
        let bytes = read.len();
        tokio::select! {
            biased;
            () = &mut remote_done => return Ok(()),
            sent = flow.send(read) => sent?,
        }
        tally.sent(bytes);
    }
    let pass_on = async {
        // A pod that has yet to get the last of it cannot answer. One that does not read at all is given up some time.
        let taken = poll_fn(|cx| flow.inbox().poll_taken(cx));
        let _ = timeout(ENDED_SILENCE, taken).await;
        quiet(flow.inbox(), LULL.min(half_close_quiet)).await;
        tally.rests();
        quiet(flow.inbox(), half_close_quiet).await;
        flow.end().await
    };
    tokio::select! {
        biased;
        () = &mut remote_done => return Ok(()),
        ended = pass_on => ended?,
    }
    tokio::select! {
        biased;
        () = &mut remote_done => Ok(()),
        () = quiet(flow.inbox(), ENDED_SILENCE) => {
            let minutes = ENDED_SILENCE.as_secs() / 60;
            let text = format!("the pod was silent for {minutes} minutes after the end of its input");
            Err(Error::Remote { port: flow.inbox().port(), text })
        }
    }
}

/// Waits until nothing has come from the pod for `bound`.
async fn quiet(inbox: &Inbox, bound: Duration) {
    let mut until = Instant::now() + bound;
    loop {
        sleep_until(until).await;
        let next = inbox.quiet_since() + bound;
        if next <= Instant::now() {
            return;
        }
        until = next;
    }
}
