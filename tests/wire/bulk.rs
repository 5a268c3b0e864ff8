//! Very many bytes through the `culvert` command.

use democluster::{DemoOptions, ports};
use support::{pattern, programs, requirement::skip};
use tokio::net::TcpStream;

use crate::{command, lab::Lab};

#[tokio::test(flavor = "multi_thread")]
async fn a_gibibyte_each_way_through_the_command_arrives_whole() {
    let Some(program) = programs::culvert() else {
        return skip("no culvert program: build it with `cargo build --package culvert-cli`");
    };
    let lab = Lab::start(DemoOptions::default()).await;
    let culvert = command::Culvert::forward(program, &lab.demo, ports::ECHO).await;
    let (mut reader, mut writer) = TcpStream::connect(culvert.address).await.unwrap().into_split();
    let writing = tokio::spawn(async move { pattern::write(&mut writer, 5, 1 << 30).await.unwrap() });
    let reading = tokio::spawn(async move { pattern::read(&mut reader, 1 << 30).await.unwrap() });
    assert_eq!(writing.await.unwrap(), reading.await.unwrap());
    drop(culvert);
    lab.demo.shutdown().await;
}
