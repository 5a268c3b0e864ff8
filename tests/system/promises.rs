//! Whatever happens, in whichever order: the promises of a forward hold.

use std::time::Duration;

use democluster::DemoCluster;
use engine::{Command, ForwardState, ForwardView, ProfileId, Reply, Snapshot};
use proptest::{prelude::*, test_runner::Config};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::lab::{Lab, TOO_LONG, echo, local};

/// Time passes in steps, for what is due in turn.
const STEPS_OF_A_SECOND: u32 = 5;

/// Within which a dead link is noticed, and a second for the steps of time.
const NOTICED: Duration = Duration::from_secs(16);

/// How long a caller may be held, and how often it may be given to a link that turns out to be dead.
const ANSWERED: Duration = Duration::from_secs(30 + 5 * 15 + 2);

/// How long recovery may take once everything works again: the longest wait between two tries, and a try.
const RECOVERED: Duration = Duration::from_secs(35);

/// Something that happens.
#[derive(Clone, Debug)]
enum Step {
    DropLinks,
    FreezeConnections,
    FreezeAll,
    Thaw,
    KillPod,
    RollOut,
    GoDown,
    ComeBack,
    RefuseLinks(u16),
    RefuseAll(u16),
    ExpireWatches,
    DropWatches,
    Forbid(&'static str, &'static str),
    AllowAll,
    Wake,
    Connect,
    Disconnect,
    Pass(u64),
}

fn any_step() -> impl Strategy<Value = Step> {
    let status = || prop::sample::select(vec![429, 500, 503]);
    let permission = prop::sample::select(vec![
        ("create", "pods/portforward"),
        ("get", "pods/portforward"),
        ("list", "pods"),
        ("watch", "pods"),
        ("get", "deployments"),
    ]);
    prop_oneof![
        2 => Just(Step::DropLinks),
        1 => Just(Step::FreezeConnections),
        1 => Just(Step::FreezeAll),
        2 => Just(Step::Thaw),
        2 => Just(Step::KillPod),
        2 => Just(Step::RollOut),
        1 => Just(Step::GoDown),
        2 => Just(Step::ComeBack),
        1 => status().prop_map(Step::RefuseLinks),
        1 => status().prop_map(Step::RefuseAll),
        1 => Just(Step::ExpireWatches),
        1 => Just(Step::DropWatches),
        1 => permission.prop_map(|(verb, resource)| Step::Forbid(verb, resource)),
        1 => Just(Step::AllowAll),
        1 => Just(Step::Wake),
        2 => Just(Step::Connect),
        1 => Just(Step::Disconnect),
        6 => (1u64..25).prop_map(Step::Pass),
    ]
}

/// A forward, what it is put through, and the programs that use it.
struct World {
    lab: Lab,
    id: ProfileId,
    port: u16,
    on: bool,
    down: bool,
    /// Since when nothing answers any more.
    frozen_since: Option<Instant>,
    callers: JoinSet<()>,
}

impl World {
    async fn new() -> Self {
        let mut lab = Lab::start().await;
        let view = lab.forward(echo()).await;
        let (id, port) = (view.profile.id.clone(), local(&view, 0));
        Self { lab, id, port, on: true, down: false, frozen_since: None, callers: JoinSet::new() }
    }

    async fn take(&mut self, step: &Step) {
        let demo: &DemoCluster = &self.lab.demo;
        match step {
            Step::DropLinks => demo.drop_links(),
            Step::FreezeConnections => demo.freeze_connections(),
            Step::FreezeAll => {
                demo.freeze_all();
                self.frozen_since.get_or_insert_with(Instant::now);
            }
            Step::Thaw => {
                demo.thaw();
                self.frozen_since = None;
            }
            Step::KillPod => {
                if let Some(pod) = demo.pod_of("demo", "echo") {
                    demo.kill_pod("demo", &pod);
                }
            }
            Step::RollOut => {
                demo.roll_out("demo", "echo", Duration::ZERO);
            }
            Step::GoDown if !self.down => {
                demo.go_down().await;
                self.down = true;
            }
            Step::ComeBack if self.down => {
                demo.come_back().await.unwrap();
                self.down = false;
            }
            Step::GoDown | Step::ComeBack => {}
            Step::RefuseLinks(status) => demo.refuse(*status, 3),
            Step::RefuseAll(status) => demo.refuse_all(*status, 5),
            Step::ExpireWatches => demo.expire_watches(),
            Step::DropWatches => demo.drop_watches(),
            Step::Forbid(verb, resource) => demo.forbid(verb, resource),
            Step::AllowAll => demo.allow_all(),
            Step::Wake => self.lab.engine.doubt_connections(),
            Step::Connect => {
                self.lab.do_it(Command::Connect { id: self.id.clone(), confirmed: false }).await;
                if !self.on {
                    // The port is bound before anything else is done.
                    self.until(|view| view.ports[0].local.is_some()).await;
                }
                self.on = true;
            }
            Step::Disconnect => {
                self.lab.do_it(Command::Disconnect { id: self.id.clone() }).await;
                self.on = false;
            }
            Step::Pass(seconds) => {
                for _ in 0..*seconds {
                    self.pass_a_second().await;
                }
            }
        }
        self.check().await;
    }

    /// Lets a second pass for everything in this process, and gives everybody time to act on it.
    async fn pass_a_second(&mut self) {
        for _ in 0..STEPS_OF_A_SECOND {
            tokio::time::pause();
            tokio::time::advance(Duration::from_secs(1) / STEPS_OF_A_SECOND).await;
            tokio::time::resume();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let view = self.view().await;
        let claims =
            view.pod.is_some() && matches!(view.state, ForwardState::Ready | ForwardState::Live { .. });
        if claims && let Some(since) = self.frozen_since {
            assert!(
                since.elapsed() <= NOTICED,
                "nothing answers since {:?}, and it is {:?}",
                since.elapsed(),
                view.state
            );
        }
    }

    async fn check(&mut self) {
        let view = self.view().await;
        if !self.on {
            assert_eq!((&view.state, view.ports[0].local), (&ForwardState::Off, None));
            return;
        }
        assert_eq!(view.ports[0].local, Some(self.port), "{view:?}");
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.expect("the port is a promise");
        self.callers.spawn(call(stream));
        while let Some(ended) = self.callers.try_join_next() {
            ended.unwrap();
        }
    }

    /// Everything works again: so does the forward, by itself.
    async fn heal(mut self) {
        let demo = &self.lab.demo;
        demo.thaw();
        demo.allow_all();
        demo.refuse_nothing();
        if self.down {
            demo.come_back().await.unwrap();
        }
        self.frozen_since = None;
        if !self.on {
            self.lab.do_it(Command::Connect { id: self.id.clone(), confirmed: false }).await;
            self.until(|view| view.ports[0].local == Some(self.port)).await;
        }
        let healed = Instant::now();
        let mut served = JoinSet::new();
        loop {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
            served.spawn(async move { echoes(&mut stream).await });
            self.pass_a_second().await;
            if let Some(Ok(true)) = served.try_join_next() {
                break;
            }
            assert!(healed.elapsed() <= RECOVERED, "it does not come back: {:?}", self.view().await.state);
        }
        // Whoever still waits is served or turned away in time.
        while !self.callers.is_empty() {
            self.pass_a_second().await;
            while let Some(ended) = self.callers.try_join_next() {
                ended.unwrap();
            }
        }
        self.lab.shutdown().await;
    }

    async fn view(&self) -> ForwardView {
        let Ok(Reply::Snapshot { snapshot: Snapshot { forwards, .. } }) =
            self.lab.engine.execute(Command::Snapshot).await
        else {
            panic!("no snapshot")
        };
        forwards.into_iter().find(|view| view.profile.id == self.id).unwrap()
    }

    async fn until(&self, wanted: impl Fn(&ForwardView) -> bool) {
        let wait = async {
            while !wanted(&self.view().await) {
                tokio::task::yield_now().await;
            }
        };
        timeout(TOO_LONG, wait).await.expect("it does not happen");
    }
}

/// A program that connects: it is served, or turned away, in bounded time.
async fn call(mut stream: TcpStream) {
    let came = Instant::now();
    echoes(&mut stream).await;
    assert!(came.elapsed() <= ANSWERED, "held for {:?}", came.elapsed());
}

/// Whether the connection carries bytes there and back.
async fn echoes(stream: &mut TcpStream) -> bool {
    let mut answer = [0; 5];
    stream.write_all(b"hello").await.is_ok()
        && stream.read_exact(&mut answer).await.is_ok()
        && answer == *b"hello"
}

#[tokio::test]
async fn a_dial_that_hangs_hides_nothing() {
    let mut world = World::new().await;
    for step in [Step::FreezeAll, Step::Pass(13), Step::Pass(5)] {
        world.take(&step).await;
    }
    world.heal().await;
}

proptest! {
    #![proptest_config(Config { cases: 24, max_shrink_iters: 0, ..Config::default() })]

    #[test]
    fn hold_whatever_happens(steps in prop::collection::vec(any_step(), 5..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in &steps {
                world.take(step).await;
            }
            world.heal().await;
        });
    }
}
