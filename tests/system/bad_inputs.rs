//! Bad inputs, each with its own clear message: what a person reads says what is wrong with just this one, differs from
//! what is said of every other, and tells no secret.

mod answers;
mod kubeconfigs;
mod login_helpers;
mod pasted;
mod sign_ins;

use std::collections::BTreeMap;

use cluster::KubeconfigSources;
use engine::{Command, ContextRef, Engine, EngineOptions, Problem};
use serde_json::{Value, json};

/// Whatever holds this is secret. Planted into inputs, so that a message that repeats it is found out.
pub(crate) const PLANTED: &str = "MustNotShow";

/// Something that cannot be used, and what a person reads about it.
pub(crate) struct BadInput {
    /// What it is; for whoever reads a failure of this test.
    pub name: &'static str,
    /// Words that must be there.
    pub expected: &'static str,
    /// What is said: what happened, why, and what to do.
    pub said: String,
}

#[tokio::test]
async fn each_bad_input_has_a_clear_message_of_its_own() {
    let mut table = kubeconfigs::table().await;
    table.extend(login_helpers::table().await);
    table.extend(answers::table().await);
    table.extend(pasted::table());
    table.extend(sign_ins::table().await);
    assert!(table.len() >= 100, "only {} bad inputs", table.len());
    let mut wrong = Vec::new();
    let mut known = BTreeMap::new();
    for BadInput { name, expected, said } in &table {
        if !said.contains(expected) {
            wrong.push(format!("{name}: {expected:?} is not in: {said}"));
        }
        if said.contains(PLANTED) {
            wrong.push(format!("{name} tells a secret: {said}"));
        }
        if let Some(other) = known.insert(said, name) {
            wrong.push(format!("{name} is told as {other} is: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everything that a person reads of a problem.
fn in_words(problem: &Problem) -> String {
    format!("{} {} {}", problem.what, problem.why, problem.remedy)
}

/// What is said when the namespaces of the context `it` of this kubeconfig are asked for.
async fn said_of(label: &str, kubeconfig: String) -> String {
    let sources = KubeconfigSources::inline(label, kubeconfig);
    let engine = Engine::start(EngineOptions::in_memory(sources)).await.unwrap();
    let context = ContextRef::kubeconfig("it");
    let problem = engine.execute(Command::ListNamespaces { context }).await;
    engine.shutdown().await;
    match problem {
        Err(problem) => in_words(&problem),
        Ok(reply) => panic!("{label} is no bad input: {reply:?}"),
    }
}

/// A kubeconfig whose context `it` has this cluster and this user.
fn kubeconfig(cluster: &Value, user: &Value) -> String {
    json!({
        "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
    })
    .to_string()
}
