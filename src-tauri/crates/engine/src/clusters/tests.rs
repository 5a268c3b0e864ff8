//! Connections that are shared, kept and forgotten.

use std::{fs, path::Path};

use cluster::{ContextChoice, Credentials, Keep, SecretKeeper};

use super::*;
use crate::{
    book::Book, cluster_book::ClusterBook, cluster_list::secret_key, journal::Journal, store::ClusterStore,
    view::DemoState,
};

pub(crate) fn context() -> ContextRef {
    ContextRef::kubeconfig("it")
}

fn kubeconfig(user: &str) -> String {
    format!(
        "current-context: it\n\
         contexts: [{{name: it, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: \"http://127.0.0.1:1\"}}}}]\n\
         users: [{{name: u, user: {user}}}]\n"
    )
}

fn clusters(sources: KubeconfigSources) -> Clusters {
    let journal = Journal::new(Vec::new(), ContextCatalog::default(), DemoState::Unavailable, None);
    let book = ClusterBook::new(ClusterStore::memory(), Book::default());
    Clusters::new(
        sources,
        None,
        Arc::new(ClusterList::new(Arc::new(journal), Arc::new(book), SecretKeeper::memory())),
    )
}

/// Of one context whose user has this token.
fn with_file(path: &Path, token: &str) -> Clusters {
    fs::write(path, kubeconfig(&format!("{{token: {token}}}"))).unwrap();
    clusters(KubeconfigSources::from_files(vec![path.to_owned()]))
}

async fn get(clusters: &Clusters) -> Arc<Connected> {
    clusters.get(&context()).await.unwrap()
}

#[tokio::test]
async fn only_what_a_new_sign_in_may_cure_ends_a_connection_and_only_that_one() {
    use cluster::Error;
    let directory = tempfile::tempdir().unwrap();
    let clusters = with_file(&directory.path().join("config"), "abc");
    let unreachable = Error::Unreachable { server: "s".into(), reason: wording::Text::verbatim("r") };
    let untrusted = Error::Untrusted { server: "s".into(), reason: wording::Text::verbatim("r") };
    let forbidden = Error::Forbidden { action: wording::Text::verbatim("a"), message: "m".into() };
    let unauthorized = Error::Unauthorized { message: wording::Text::verbatim("m") };
    let broken = Error::Kubeconfig { file: "f".into(), line: None, reason: wording::Text::verbatim("r") };
    let helper = Error::LoginHelper {
        command: "c".into(),
        reason: wording::Text::verbatim("r"),
        searched: None,
        hint: None,
    };
    for (error, ends_at_once, ends_when_tried_again) in [
        (unreachable, false, false),
        (untrusted, false, true),
        (forbidden, false, true),
        (unauthorized, true, true),
        (broken, true, true),
        (helper, true, true),
    ] {
        let first = get(&clusters).await;
        let problem = clusters.explain(&context(), &first, &error);
        let second = get(&clusters).await;
        assert_eq!(!Arc::ptr_eq(&first, &second), ends_at_once, "{error:?}");
        // Somebody else may have a connection that failed before this one was made.
        clusters.explain(&context(), &first, &error);
        if ends_at_once {
            assert!(Arc::ptr_eq(&second, &get(&clusters).await), "{error:?}");
        }
        clusters.try_again(&context(), &second, problem.code);
        assert_eq!(!Arc::ptr_eq(&second, &get(&clusters).await), ends_when_tried_again, "{error:?}");
    }
}

#[tokio::test]
async fn a_changed_file_ends_only_connections_to_contexts_that_it_changes() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    let clusters = with_file(&file, "abc");
    let first = get(&clusters).await;
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("contexts: [", "contexts: [{name: other, context: {cluster: c}}, "))
        .unwrap();
    assert_eq!(clusters.reload().await.catalog.contexts.len(), 2);
    assert!(Arc::ptr_eq(&first, &get(&clusters).await), "another context came");
    // Half a file: the rest will come.
    fs::write(&file, "contexts: [").unwrap();
    clusters.reload().await;
    fs::write(&file, &text).unwrap();
    clusters.reload().await;
    assert!(Arc::ptr_eq(&first, &get(&clusters).await), "the file was being written");
    fs::write(&file, text.replace("abc", "def")).unwrap();
    clusters.reload().await;
    assert!(!Arc::ptr_eq(&first, &get(&clusters).await), "the user has another token");
}

#[tokio::test]
async fn an_attempt_that_failed_is_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    let clusters = clusters(KubeconfigSources::from_files(vec![file.clone()]));
    for _ in 0..2 {
        let problem = clusters.get(&context()).await.err().unwrap();
        assert_eq!(problem.code, ProblemCode::Kubeconfig);
    }
    fs::write(&file, kubeconfig("{token: abc}")).unwrap();
    get(&clusters).await;
}

/// As after signing in to the context in the window.
async fn sign_in(clusters: &Clusters, token: &str) {
    let choice = ContextChoice { name: Some("it"), file: None };
    let (_, access) = clusters.sources().sign_in_place(choice).await.unwrap();
    let credentials = Credentials::token(SecretText::new(token)).unwrap().kept_beside(Some(access));
    let secrets = &clusters.origin.list.secrets;
    secrets.store(&secret_key(&context()), credentials.to_kept(), Keep::Session).await.unwrap();
    clusters.disconnect(&context());
}

/// OpenShift answers so while its own server of sign-ins is away.
#[tokio::test]
async fn a_kept_sign_in_is_dropped_when_it_is_refused_again_after_the_person_wanted_another_try() {
    let directory = tempfile::tempdir().unwrap();
    let clusters = with_file(&directory.path().join("config"), "abc");
    let unauthorized = cluster::Error::Unauthorized { message: wording::Text::verbatim("m") };
    sign_in(&clusters, "kept").await;
    let first = get(&clusters).await;
    // Everybody who uses the connection is told.
    clusters.explain(&context(), &first, &unauthorized);
    clusters.explain(&context(), &first, &unauthorized);
    let second = get(&clusters).await;
    assert!(second.kept.is_some(), "it may have been a bad moment");
    clusters.reached(&context());
    clusters.explain(&context(), &second, &unauthorized);
    let third = get(&clusters).await;
    assert!(third.kept.is_some(), "it was good in between");
    clusters.explain(&context(), &third, &unauthorized);
    let fourth = get(&clusters).await;
    assert!(fourth.kept.is_some(), "Culvert itself tried again, at once");
    clusters.try_again(&context(), &third, ProblemCode::Unauthorized);
    assert!(Arc::ptr_eq(&fourth, &get(&clusters).await));
    clusters.explain(&context(), &fourth, &unauthorized);
    assert!(get(&clusters).await.kept.is_none(), "the kubeconfig counts again");
    assert_eq!(clusters.origin.list.secrets.kept(&secret_key(&context())), None);
}

#[tokio::test]
async fn who_was_signed_in_before_has_not_reached_the_cluster() {
    let directory = tempfile::tempdir().unwrap();
    let clusters = with_file(&directory.path().join("config"), "abc");
    clusters.reload().await;
    let standing = || clusters.origin.list.journal.snapshot().clusters.remove(0).standing;
    let before = get(&clusters).await;
    clusters.disconnect(&context());
    clusters.reached_by(&context(), &before);
    assert_eq!(standing(), crate::Standing::Unknown);
    clusters.reached_by(&context(), &get(&clusters).await);
    assert_eq!(standing(), crate::Standing::Reachable);
}

#[tokio::test]
async fn a_context_whose_login_helper_went_away_is_signed_in_to_from_the_window() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config");
    let helper =
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /missing, interactiveMode: Never}}";
    fs::write(&file, kubeconfig(helper)).unwrap();
    let clusters = clusters(KubeconfigSources::from_files(vec![file.clone()]));
    let methods = || clusters.origin.list.methods(&context()).len();
    clusters.reload().await;
    assert_eq!(clusters.get(&context()).await.err().unwrap().code, ProblemCode::LoginHelper);
    assert_eq!(methods(), 0);
    clusters.reload().await;
    assert_eq!(methods(), 0, "the files say the same");
    fs::write(&file, kubeconfig("{token: abc}")).unwrap();
    clusters.reload().await;
    assert!(methods() > 0);
}

#[cfg(unix)]
pub(crate) mod hanging_helper {
    use std::{os::unix::fs::PermissionsExt as _, time::Duration};

    use tokio::time::sleep;

    use super::*;
    /// Of one context whose login helper notes each of its starts and hangs as long as there is a file `hang`.
    pub(crate) fn clusters_of(directory: &Path) -> Clusters {
        write_helper(directory);
        clusters(KubeconfigSources::inline("test", kubeconfig(&helper(directory))))
    }

    fn write_helper(directory: &Path) {
        let program = directory.join("login-helper");
        let place = directory.display();
        let text = format!(
            "#!/bin/sh\necho x >> {place}/starts\nwhile [ -e {place}/hang ]; do sleep 0.05; done\n\
             echo '{{\"status\": {{\"token\": \"abc\"}}}}'\n"
        );
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(directory.join("hang"), "").unwrap();
    }

    /// The user of a kubeconfig who signs in by it.
    fn helper(directory: &Path) -> String {
        format!(
            "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {}, interactiveMode: Never}}}}",
            directory.join("login-helper").display()
        )
    }

    #[tokio::test]
    async fn a_login_helper_that_takes_its_time_is_started_once() {
        let directory = tempfile::tempdir().unwrap();
        let clusters = clusters_of(directory.path());
        let started = || fs::read_to_string(directory.path().join("starts")).unwrap_or_default();
        let first = async {
            while started().is_empty() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let context = context();
        tokio::select! {
            _ = clusters.get(&context) => panic!("it hangs"),
            () = first => {}
        }
        // Whoever asked has given up; the next one joins.
        let (outcome, ()) = tokio::join!(clusters.get(&context), async {
            fs::remove_file(directory.path().join("hang")).unwrap();
        });
        assert!(outcome.is_ok());
        assert_eq!(started(), "x\n");
    }

    #[tokio::test]
    async fn an_attempt_begins_anew_where_the_file_leads_elsewhere_meanwhile() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("config");
        write_helper(directory.path());
        let write = |port: u16| {
            let text = kubeconfig(&helper(directory.path()));
            fs::write(&file, text.replace("127.0.0.1:1", &format!("127.0.0.1:{port}"))).unwrap();
        };
        write(1);
        let clusters = clusters(KubeconfigSources::from_files(vec![file.clone()]));
        clusters.reload().await;
        let started = || fs::read_to_string(directory.path().join("starts")).unwrap_or_default();
        let changes = async {
            while started().is_empty() {
                sleep(Duration::from_millis(5)).await;
            }
            clusters.reload().await;
            assert_eq!(started(), "x\n", "the files say the same");
            write(2);
            clusters.reload().await;
            fs::remove_file(directory.path().join("hang")).unwrap();
        };
        let context = context();
        let (outcome, ()) = tokio::join!(clusters.get(&context), changes);
        assert_eq!(outcome.unwrap().cluster.identity().server, "http://127.0.0.1:2");
        assert_eq!(started(), "x\nx\n");
    }

    #[tokio::test]
    async fn an_attempt_begins_anew_where_somebody_signs_in_meanwhile() {
        let directory = tempfile::tempdir().unwrap();
        let clusters = clusters_of(directory.path());
        let started = || fs::read_to_string(directory.path().join("starts")).unwrap_or_default();
        let signs_in = async {
            while started().is_empty() {
                sleep(Duration::from_millis(5)).await;
            }
            sign_in(&clusters, "kept").await;
            fs::remove_file(directory.path().join("hang")).unwrap();
        };
        let context = context();
        let (outcome, ()) = tokio::join!(clusters.get(&context), signs_in);
        assert!(outcome.unwrap().kept.is_some(), "as whom the helper knows nobody wants to be any more");
    }
}
