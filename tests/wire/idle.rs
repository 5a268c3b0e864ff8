//! Connections that are open and say nothing.

use democluster::{DemoOptions, ports};
use support::{programs, requirement::skip};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{command, lab::Lab};

const CONNECTIONS: u64 = 5000;
/// Most that one of them may take of the memory of the process that forwards.
const MEMORY_EACH: u64 = 20 << 10;
/// So many open at a time, for a listener's backlog is finite.
const AT_A_TIME: u64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_cost_twenty_kibibytes_each_and_all_answer() {
    let Some(program) = programs::culvert() else {
        return skip("no culvert program: build it with `cargo build --package culvert-cli`");
    };
    // This process has three ends of each: the caller's, and both of the one into the pod.
    engine::allow_many_open_files();
    let lab = Lab::start(DemoOptions::default()).await;
    let culvert = command::Culvert::forward(program, &lab.demo, ports::ECHO).await;
    // What is made once is not theirs.
    let mut open = connect(&culvert, AT_A_TIME).await;
    let before = culvert.memory();
    while (open.len() as u64) < CONNECTIONS + AT_A_TIME {
        open.extend(connect(&culvert, AT_A_TIME).await);
    }
    if let (Some(before), Some(after)) = (before, culvert.memory()) {
        let each = after.saturating_sub(before) / CONNECTIONS;
        println!("{each} bytes of memory for each idle connection");
        assert!(each <= MEMORY_EACH, "{each} bytes of memory for each idle connection");
    }
    for stream in &mut open {
        says_the_same(stream).await;
    }
    drop(open);
    drop(culvert);
    lab.demo.shutdown().await;
}

/// New connections, each of which has had an answer.
async fn connect(culvert: &command::Culvert, count: u64) -> Vec<TcpStream> {
    let mut connecting = JoinSet::new();
    for _ in 0..count {
        let address = culvert.address;
        connecting.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            says_the_same(&mut stream).await;
            stream
        });
    }
    connecting.join_all().await
}

async fn says_the_same(stream: &mut TcpStream) {
    stream.write_all(b"hello").await.unwrap();
    let mut answer = [0; 5];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"hello");
}
