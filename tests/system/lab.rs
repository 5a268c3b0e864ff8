//! An engine, a demo cluster, and somebody who listens.

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use cluster::{KubeconfigSources, Target, TargetKind};
use democluster::{DemoCluster, DemoOptions};
use engine::{
    Command, ContextRef, Engine, EngineOptions, Event, ForwardState, ForwardView, Listener, NumberedEvent,
    Problem, ProfileDraft, ProfileId, ProfileStore, Reply, RoutePin, Snapshot, TransportPin, Update,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// A wait that is longer than this has failed.
pub(crate) const TOO_LONG: Duration = Duration::from_secs(60);

pub(crate) struct Lab {
    pub(crate) demo: DemoCluster,
    pub(crate) engine: Engine,
    pub(crate) watcher: Watcher,
}

/// Follows all updates, and checks that nothing is missing between them.
pub(crate) struct Watcher {
    listener: Listener,
    number: u64,
    pub(crate) forwards: BTreeMap<ProfileId, ForwardView>,
}

impl Lab {
    pub(crate) async fn start() -> Self {
        Self::with_store(ProfileStore::memory()).await
    }

    pub(crate) async fn with_store(store: ProfileStore) -> Self {
        Self::with(DemoOptions::default(), store).await
    }

    pub(crate) async fn with(options: DemoOptions, store: ProfileStore) -> Self {
        let demo = DemoCluster::start(options).await.unwrap();
        let engine = start_engine(demo.kubeconfig(), store).await;
        let watcher = Watcher::new(engine.listen()).await;
        Self { demo, engine, watcher }
    }

    pub(crate) async fn do_it(&self, command: Command) {
        assert_eq!(self.engine.execute(command).await, Ok(Reply::Done));
    }

    /// Creates a profile, connects, and waits until it is ready.
    pub(crate) async fn forward(&mut self, draft: ProfileDraft) -> ForwardView {
        let id = self.create(draft).await;
        self.ready(&id).await
    }

    pub(crate) async fn create(&self, draft: ProfileDraft) -> ProfileId {
        match self.engine.execute(Command::Create { draft, connect: true }).await {
            Ok(Reply::Created { id }) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn refuse(&self, command: Command) -> Problem {
        self.engine.execute(command).await.unwrap_err()
    }

    pub(crate) async fn ready(&mut self, id: &ProfileId) -> ForwardView {
        self.watcher.forward_that(id, |view| view.state == ForwardState::Ready).await
    }

    pub(crate) async fn problem_of(&mut self, id: &ProfileId) -> Problem {
        let attention = |view: &ForwardView| matches!(view.state, ForwardState::NeedsAttention { .. });
        match self.watcher.forward_that(id, attention).await.state {
            ForwardState::NeedsAttention { problem } => problem,
            other => panic!("{other:?}"),
        }
    }

    /// Cuts all links until the forward is as wanted.
    pub(crate) async fn cut_until(
        &mut self,
        id: &ProfileId,
        wanted: impl Fn(&ForwardView) -> bool,
    ) -> ForwardView {
        cutting(&self.demo, self.watcher.forward_that(id, wanted)).await
    }

    pub(crate) async fn shutdown(self) {
        self.engine.shutdown().await;
        self.demo.shutdown().await;
    }
}

/// Cuts all links while it waits: again and again, for a spare that is just being dialled would carry on and nothing be
/// lost.
pub(crate) async fn cutting<T>(demo: &DemoCluster, waiting: impl Future<Output = T>) -> T {
    let cutting = async {
        loop {
            demo.drop_links();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = cutting => unreachable!(),
        what_came = waiting => what_came,
    }
}

impl Watcher {
    pub(crate) async fn new(mut listener: Listener) -> Self {
        let Some(Update::Snapshot { snapshot }) = listener.next().await else { panic!("no snapshot") };
        let mut watcher = Self { listener, number: 0, forwards: BTreeMap::new() };
        watcher.take(snapshot);
        watcher
    }

    /// The next event. A watcher is never so slow that it gets a second snapshot.
    pub(crate) async fn next(&mut self) -> Event {
        let Ok(update) = timeout(TOO_LONG, self.listener.next()).await else {
            panic!("nothing happened after event {}; {:#?}", self.number, self.forwards)
        };
        let Some(Update::Event { event: NumberedEvent { number, event, .. } }) = update else {
            panic!("no event: {update:?}")
        };
        assert_eq!(number, self.number + 1, "events have a gap before {event:?}");
        self.number = number;
        assert!(!format!("{event:?}").contains("MustNotShow"), "{event:?}");
        match &event {
            Event::ForwardChanged { forward } => {
                self.forwards.insert(forward.profile.id.clone(), forward.clone());
            }
            Event::ForwardRemoved { id } => {
                self.forwards.remove(id);
            }
            _ => {}
        }
        event
    }

    /// Waits for an event of which `pick` wants something.
    pub(crate) async fn event<T>(&mut self, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
        loop {
            let event = self.next().await;
            if let Some(picked) = pick(&event) {
                return picked;
            }
        }
    }

    /// The forward as soon as it is as wanted; now, if it is.
    pub(crate) async fn forward_that(
        &mut self,
        id: &ProfileId,
        wanted: impl Fn(&ForwardView) -> bool,
    ) -> ForwardView {
        loop {
            if let Some(view) = self.forwards.get(id)
                && wanted(view)
            {
                return view.clone();
            }
            self.next().await;
        }
    }

    fn take(&mut self, snapshot: Snapshot) {
        self.number = snapshot.number;
        self.forwards = snapshot.forwards.into_iter().map(|view| (view.profile.id.clone(), view)).collect();
    }
}

pub(crate) async fn start_engine(kubeconfig: String, store: ProfileStore) -> Engine {
    let kubeconfigs = KubeconfigSources::inline("the demo cluster", kubeconfig);
    Engine::start(EngineOptions { store, ..EngineOptions::in_memory(kubeconfigs) }).await.unwrap()
}

pub(crate) fn demo_context() -> ContextRef {
    ContextRef::kubeconfig("culvert-demo")
}

pub(crate) fn draft(namespace: &str, kind: TargetKind, name: &str, ports: &[&str]) -> ProfileDraft {
    ProfileDraft {
        name: String::new(),
        context: demo_context(),
        namespace: namespace.into(),
        target: Target::new(kind, name),
        ports: ports.iter().map(ToString::to_string).collect(),
        bind_address: String::new(),
        transport: TransportPin::Automatic,
        route: RoutePin::Automatic,
        keep_unused_minutes: None,
        pods: engine::PodChoice::Best,
        hold_seconds: None,
        turn_off_after_minutes: 0,
        at_start: engine::AtStart::AsItWas,
        ask_first: false,
        colour: None,
        group: String::new(),
        tags: Vec::new(),
    }
}

/// The deployment `echo`, which sends back what it gets, on a free port.
pub(crate) fn echo() -> ProfileDraft {
    draft("demo", TargetKind::Deployment, "echo", &[":5000"])
}

/// The local port of the mapping at this index.
pub(crate) fn local(view: &ForwardView, index: usize) -> u16 {
    view.ports[index].local.unwrap_or_else(|| panic!("not bound: {view:?}"))
}

pub(crate) async fn connect(port: u16) -> TcpStream {
    TcpStream::connect(("127.0.0.1", port)).await.unwrap()
}

/// Sends a message and waits until it has come back.
pub(crate) async fn says_the_same(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    stream.write_all(message).await?;
    let mut answer = vec![0; message.len()];
    timeout(TOO_LONG, stream.read_exact(&mut answer)).await.expect("no answer")?;
    assert_eq!(answer, message);
    Ok(())
}

/// A new connection to the port gets its bytes back, at each of these addresses.
pub(crate) async fn echoes_at(view: &ForwardView, index: usize) {
    let port = local(view, index);
    assert!(!view.ports[index].addresses.is_empty());
    for address in &view.ports[index].addresses {
        let address = SocketAddr::new(address.parse::<IpAddr>().unwrap(), port);
        let mut stream = TcpStream::connect(address).await.unwrap();
        says_the_same(&mut stream, format!("hello {address}").as_bytes()).await.unwrap();
    }
}

/// Everything until the end, which must come.
pub(crate) async fn read_all(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    timeout(TOO_LONG, stream.read_to_end(&mut bytes)).await.expect("no end")?;
    Ok(bytes)
}
