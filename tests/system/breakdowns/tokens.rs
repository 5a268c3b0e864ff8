//! Tokens that expire while a login helper has a new one.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use engine::ProfileStore;

use crate::{
    breakdowns::load::Load,
    lab::{Lab, Watcher, echo, local, start_engine},
};

/// A login helper that tells the token in its file, and not when it expires.
struct Helper {
    directory: tempfile::TempDir,
}

impl Helper {
    fn new(token: &str) -> Self {
        let helper = Self { directory: tempfile::tempdir().unwrap() };
        helper.tells(token);
        let text = format!(
            "#!/bin/sh\ncd {}\necho asked >> asked\necho \"{{\\\"status\\\": {{\\\"token\\\": \\\"$(cat token)\\\"}}}}\"\n",
            helper.path().display()
        );
        fs::write(helper.program(), text).unwrap();
        fs::set_permissions(helper.program(), fs::Permissions::from_mode(0o755)).unwrap();
        helper
    }

    fn tells(&self, token: &str) {
        let new = self.path().join("new");
        fs::write(&new, token).unwrap();
        fs::rename(new, self.path().join("token")).unwrap();
    }

    fn times_asked(&self) -> usize {
        fs::read_to_string(self.path().join("asked")).unwrap_or_default().lines().count()
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn program(&self) -> PathBuf {
        self.path().join("login-helper")
    }

    /// The kubeconfig with this helper in place of the token.
    fn replace(&self, kubeconfig: &str, token: &str) -> String {
        let entry = format!("token: \"{token}\"");
        assert!(kubeconfig.contains(&entry));
        let exec = format!(
            "exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: {}\n      interactiveMode: Never",
            self.program().display()
        );
        kubeconfig.replace(&entry, &exec)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_midway_fails_nobody() {
    let Lab { demo, engine, .. } = Lab::start().await;
    engine.shutdown().await;
    let old = demo.token();
    let helper = Helper::new(&old);
    let engine = start_engine(helper.replace(&demo.kubeconfig(), &old), ProfileStore::memory()).await;
    let watcher = Watcher::new(engine.listen()).await;
    let mut lab = Lab { demo, engine, watcher };
    let view = lab.forward(echo()).await;
    let mut load = Load::start(local(&view, 0));
    load.serves(20).await;
    let asked = helper.times_asked();
    helper.tells(&lab.demo.issue_token());
    load.serves(20).await;
    assert_eq!(helper.times_asked(), asked, "nobody asks for what is good");
    lab.demo.revoke_token(&old);
    // Nothing is asked as long as all is well; what runs on the links is finished.
    lab.demo.go_away_links();
    load.serves(60).await;
    load.end().await.is_flawless();
    assert_eq!(helper.times_asked() - asked, 1, "one new token is enough");
    lab.shutdown().await;
}
