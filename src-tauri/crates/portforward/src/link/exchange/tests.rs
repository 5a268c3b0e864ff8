//! What leaves a link under any schedule. The far end is in the test's hands, and all that is written to it is recorded.

use std::collections::{HashMap, HashSet};

use bytes::{Buf as _, Bytes};
use futures::task::AtomicWaker;
use proptest::{collection::vec, prelude::*};
use spdy::frame::{Frame, FrameDecoder};

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Open,
    /// The local side of one of the flows sends, perhaps for the last time, or gives up.
    Send(prop::sample::Index, usize, bool),
    Drop(prop::sample::Index),
    /// The server sends on a data stream, perhaps for the last time, or resets it, or ends the error stream.
    Data(prop::sample::Index, usize, bool),
    Reset(prop::sample::Index),
    EndError(prop::sample::Index),
    /// The server answers so many of the pings that wait, the latest first.
    Pongs(usize),
    /// The client's worker and the keepalive of the link.
    KeepAlive,
    Check,
}

fn step() -> impl Strategy<Value = Step> {
    let flow = any::<prop::sample::Index>;
    prop_oneof![
        3 => Just(Step::Open),
        8 => (flow(), 0..100_000usize, prop::bool::weighted(0.2)).prop_map(|(i, n, end)| Step::Send(i, n, end)),
        1 => flow().prop_map(Step::Drop),
        4 => (flow(), 0..50usize, any::<bool>()).prop_map(|(i, n, end)| Step::Data(i, n, end)),
        1 => flow().prop_map(Step::Reset),
        1 => flow().prop_map(Step::EndError),
        4 => (0..20usize).prop_map(Step::Pongs),
        1 => Just(Step::KeepAlive),
        1 => Just(Step::Check),
    ]
}

/// The far end, which only records.
struct Recorder {
    decoder: FrameDecoder,
    /// Data streams in the order in which they were opened.
    data: Vec<StreamId>,
    opened: HashSet<StreamId>,
    /// Data streams whose end, the server's or their reset, the client knows.
    ended: HashSet<StreamId>,
    /// Streams on which the client has said that it will say no more.
    finished: HashSet<StreamId>,
    pings: Vec<spdy::PingId>,
}

impl Recorder {
    fn new() -> Self {
        Self {
            decoder: FrameDecoder::new(1 << 20),
            data: Vec::new(),
            opened: HashSet::new(),
            ended: HashSet::new(),
            finished: HashSet::new(),
            pings: Vec::new(),
        }
    }

    fn takes(&mut self, exchange: &mut Exchange) -> Result<(), TestCaseError> {
        let queued = exchange.queued();
        let mut bytes = exchange.output().copy_to_bytes(queued);
        while let Some(frame) = self.decoder.decode(&mut bytes).unwrap() {
            match frame {
                Frame::SynStream(frame) => {
                    let (stream, is_error) = (frame.stream, frame.end);
                    prop_assert!(self.opened.insert(stream) && stream.is_odd());
                    prop_assert_eq!(stream.get() % 5 == 0, is_error, "{}", stream);
                    if !is_error {
                        self.data.push(stream);
                    }
                }
                Frame::Data(frame) => {
                    prop_assert!(self.data.contains(&frame.stream), "data on {}", frame.stream);
                    prop_assert!(!self.finished.contains(&frame.stream), "more on {}", frame.stream);
                    let late = self.ended.contains(&frame.stream) && !frame.data.is_empty();
                    prop_assert!(!late, "{} bytes too late on {}", frame.data.len(), frame.stream);
                    if frame.end {
                        self.finished.insert(frame.stream);
                    }
                }
                Frame::RstStream(frame) => {
                    self.finished.insert(frame.stream);
                }
                Frame::Ping(ping) => self.pings.push(ping.id),
                other => prop_assert!(false, "{other:?}"),
            }
        }
        Ok(())
    }
}

fn data(stream: StreamId, length: usize, end: bool) -> Bytes {
    let [_, size @ ..] = (length as u32).to_be_bytes();
    [&stream.get().to_be_bytes()[..], &[u8::from(end)], &size, &vec![7; length]].concat().into()
}

fn control(kind: u8, words: &[u32]) -> Bytes {
    let payload: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    [&[0x80, 3, 0, kind, 0, 0, 0, payload.len() as u8], &payload[..]].concat().into()
}

fn exchange() -> (Exchange, Recorder) {
    let (state, _) = watch::channel(LinkState::Trusted);
    (Exchange::new(state, Pairing::ById, Arc::new(ReadingClock::new()), Observer::default()), Recorder::new())
}

/// Opens a flow as its owner does.
fn open(exchange: &mut Exchange, key: FlowKey) -> Arc<Inbox> {
    let inbox = Arc::new(Inbox::new(80, Arc::new(AtomicWaker::new()), Arc::clone(&exchange.clock)));
    exchange.open(key, 80, Bytes::from_static(b"first"), Arc::clone(&inbox));
    inbox
}

fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (mut exchange, mut far) = exchange();
    let mut inboxes: HashMap<u64, Arc<Inbox>> = HashMap::new();
    for (turn, step) in steps.into_iter().enumerate() {
        let keys: Vec<u64> = inboxes.keys().copied().collect();
        let key = |index: &prop::sample::Index| (!keys.is_empty()).then(|| FlowKey(*index.get(&keys)));
        let streams = far.data.clone();
        let stream = |index: &prop::sample::Index| (!streams.is_empty()).then(|| *index.get(&streams));
        match &step {
            Step::Open => {
                inboxes.insert(turn as u64, open(&mut exchange, FlowKey(turn as u64)));
            }
            Step::Send(index, length, end) => {
                if let Some(key) = key(index) {
                    exchange.send(key, vec![7; *length].into(), *end);
                }
            }
            Step::Drop(index) => {
                if let Some(key) = key(index) {
                    inboxes.remove(&key.0);
                    exchange.release(key);
                }
            }
            Step::Data(index, length, end) => {
                if let Some(stream) = stream(index) {
                    exchange.receive(data(stream, *length, *end)).unwrap();
                    // Whatever was queued by now was queued before: the recorder takes all after each step.
                    if *end {
                        far.ended.insert(stream);
                    }
                }
            }
            Step::Reset(index) => {
                if let Some(stream) = stream(index) {
                    exchange.receive(control(3, &[stream.get(), 5])).unwrap();
                    far.ended.insert(stream);
                }
            }
            Step::EndError(index) => {
                if let Some(stream) = stream(index) {
                    let error = StreamId::new(stream.get() / 10 * 10 + 5).unwrap();
                    exchange.receive(data(error, 0, true)).unwrap();
                }
            }
            Step::Pongs(count) => {
                for ping in far.pings.split_off(far.pings.len().saturating_sub(*count)) {
                    exchange.receive(control(6, &[ping.get()])).unwrap();
                }
            }
            Step::KeepAlive => exchange.keep_alive(),
            Step::Check => exchange.check(),
        }
        exchange.settle();
        far.takes(&mut exchange)?;
    }
    Ok(())
}

/// One worker of the far end is blocked and answers no ping until the very end. The others answer all.
fn run_beside_a_blocked_worker(blocked: u32, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (mut exchange, mut far) = exchange();
    let answer = |exchange: &mut Exchange, far: &mut Recorder, count: usize| {
        let (kept, due): (Vec<_>, Vec<_>) =
            far.pings.drain(..).partition(|ping| (ping.get() / 2) % 5 == blocked);
        let later = due.len().saturating_sub(count);
        for ping in &due[later..] {
            exchange.receive(control(6, &[ping.get()])).unwrap();
        }
        far.pings = kept.into_iter().chain(due[..later].iter().copied()).collect();
        due.len() > later
    };
    let mut keys = Vec::new();
    for step in steps {
        match step {
            Step::Open => {
                let key = FlowKey(keys.len() as u64);
                open(&mut exchange, key);
                keys.push(key);
            }
            Step::Send(index, length, end) if !keys.is_empty() => {
                let key = *index.get(&keys);
                // A flow hands over the next only when the last was taken.
                if exchange.flows.get_mut(key).is_some_and(|flow| !flow.has_something_to_send()) {
                    exchange.send(key, vec![7; length].into(), end);
                }
            }
            Step::Pongs(count) => drop(answer(&mut exchange, &mut far, count)),
            Step::KeepAlive => exchange.keep_alive(),
            Step::Check => exchange.check(),
            _ => {}
        }
        exchange.settle();
        far.takes(&mut exchange)?;
    }
    while answer(&mut exchange, &mut far, usize::MAX) {
        exchange.settle();
        far.takes(&mut exchange)?;
    }
    for key in &keys {
        let flow = exchange.flows.get_mut(*key).expect("none was dropped");
        let waits = flow.has_something_to_send() && flow.data.get() % 5 != blocked;
        prop_assert!(!waits, "{} waits beside worker {}", flow.data, blocked);
    }
    while !far.pings.is_empty() {
        for ping in std::mem::take(&mut far.pings) {
            exchange.receive(control(6, &[ping.get()])).unwrap();
            exchange.settle();
        }
        far.takes(&mut exchange)?;
    }
    for key in keys {
        let waits = exchange.flows.get_mut(key).is_some_and(|flow| flow.has_something_to_send());
        prop_assert!(!waits, "a flow waits though all workers answer");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Late data blocks a worker of the server for good; error streams have a worker to themselves, so that no data can
    /// block the opening of a pair.
    #[test]
    fn no_data_is_late_and_none_goes_to_the_worker_of_error_streams(steps in vec(step(), 1..80)) {
        run(steps)?;
    }

    /// A pod that does not read never makes data for others wait.
    #[test]
    fn what_is_for_other_workers_goes_out(blocked in 0..5u32, steps in vec(step(), 1..300)) {
        run_beside_a_blocked_worker(blocked, steps)?;
    }
}
