//! The demo cluster inside the application, started when it is first needed.

use democluster::{DemoCluster, DemoOptions};
use engine::DemoSource;
use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::Mutex;

/// Holds the demo cluster while it runs.
#[derive(Default)]
pub(crate) struct Demo {
    cluster: Mutex<Option<DemoCluster>>,
}

impl Demo {
    /// Ends it, if it runs.
    pub(crate) async fn stop(&self) {
        if let Some(cluster) = self.cluster.lock().await.take() {
            cluster.shutdown().await;
        }
    }

    async fn kubeconfig(&self) -> Result<String, democluster::Error> {
        let mut running = self.cluster.lock().await;
        let cluster = match running.take() {
            Some(cluster) => cluster,
            None => DemoCluster::start(DemoOptions::default()).await?,
        };
        Ok(running.insert(cluster).kubeconfig())
    }
}

impl DemoSource for Demo {
    fn start(&self) -> BoxFuture<'_, Result<String, String>> {
        async { self.kubeconfig().await.map_err(|error| error.to_string()) }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_start_is_the_same_cluster() {
        crate::install_tls_provider();
        let demo = Demo::default();
        let first = demo.start().await.unwrap();
        assert!(first.contains("culvert-demo"));
        assert_eq!(demo.start().await.unwrap(), first);
        demo.stop().await;
        assert_ne!(demo.start().await.unwrap(), first, "after a stop it is a new one");
        demo.stop().await;
    }
}
