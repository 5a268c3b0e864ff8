//! Many connections at once.

use democluster::DemoOptions;
use portforward::TunnelOptions;
use tokio::task::JoinSet;

use crate::lab::{ECHO, Lab, Local};

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_at_once_each_get_their_own_bytes_back() {
    let lab = Lab::start(DemoOptions::default()).await;
    let tunnel = lab.tunnel(TunnelOptions::default()).await;
    let mut programs = JoinSet::new();
    for seed in 0..500_usize {
        let tunnel = tunnel.clone();
        programs.spawn(async move {
            let mut local = Local::connect(&tunnel, ECHO);
            let bytes: Vec<u8> = (0..64 << 10).map(|index| (index * 7 + seed * 13) as u8).collect();
            local.says_the_same(&bytes).await;
            local.end().await.unwrap();
        });
    }
    while let Some(program) = programs.join_next().await {
        program.unwrap();
    }
    tunnel.close().await;
    lab.demo.shutdown().await;
}
