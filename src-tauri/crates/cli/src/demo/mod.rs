//! `culvert demo`: the demo cluster, until Ctrl-C.

mod kubeconfig_file;

use std::path::Path;

use democluster::{DemoCluster, DemoOptions};

use self::kubeconfig_file::KubeconfigFile;
use crate::{arguments::DemoRequest, error::Error, stop::Stop, terminal};

/// Runs a demo cluster until the wish to end.
///
/// # Errors
/// [`Error::Demo`]; [`Error::NotOurs`] and [`Error::Write`] for the kubeconfig.
pub(crate) async fn run(request: DemoRequest) -> Result<(), Error> {
    let mut stop = Stop::listen()?;
    let cluster =
        DemoCluster::start(DemoOptions { openshift: request.openshift, ..DemoOptions::default() }).await?;
    let file = match request.kubeconfig_out {
        Some(path) => KubeconfigFile::write(path, cluster.kubeconfig()).await?,
        None => KubeconfigFile::write(kubeconfig_file::default_path()?, cluster.kubeconfig()).await?,
    };
    terminal::print(&usage(cluster.server_url(), file.path()));
    stop.wished().await;
    drop(file);
    stop.or_at_once(cluster.shutdown()).await;
    Ok(())
}

fn usage(server: &str, kubeconfig: &Path) -> String {
    format!(
        "The demo cluster runs at {server}. In another terminal:

  export KUBECONFIG={}

  kubectl get pods,services,deployments
  culvert port-forward svc/echo :5000
  culvert port-forward svc/web 8080:80

Ctrl-C ends it and removes the kubeconfig.",
        quoted(&kubeconfig.display().to_string())
    )
}

/// As a shell takes it.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:,".contains(c);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_can_be_pasted_into_a_shell() {
        assert_eq!(quoted("/run/user/1000/culvert/demo-1.yaml"), "/run/user/1000/culvert/demo-1.yaml");
        assert_eq!(quoted("/home/a b/it's $x"), r"'/home/a b/it'\''s $x'");
    }
}
