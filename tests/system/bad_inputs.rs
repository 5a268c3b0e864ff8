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
use wording::{Spoken, Text};

/// Whatever holds this is secret. Planted into inputs, so that a message that repeats it is found out.
pub(crate) const PLANTED: &str = "MustNotShow";

/// Words without which no English sentence is written, and which no German one has.
const ENGLISH: [&str; 21] = [
    "the", "is", "are", "not", "of", "its", "and", "or", "to", "for", "with", "from", "has", "have",
    "cannot", "this", "that", "no", "a", "be", "as",
];

/// What systems, servers and helpers say in their own words, whatever language is spoken here.
const FOREIGN: &[&str] = &[
    "404 page not found",
    "Authentication with provider other not supported",
    "Is a directory",
    "No such file or directory",
    "The azure auth plugin is not supported; use https://github.com/Azure/kubelogin instead",
    "Upgrade request required",
    "cannot create resource \"pods/portforward\" in API group \"\" in the namespace \"team-a\"",
    "cannot get resource \"pods/portforward\" in API group \"\" in the namespace \"team-a\"",
    "etcd is gone",
    "is expired",
    "is forbidden",
    "no-such-helper",
    "pods \"nope\" not found",
    "query parameter \"port\" is required",
    "request did not complete",
    "system:serviceaccount:team-a:restricted",
    "unable to upgrade: unable to negotiate protocol: client supports",
    "/no/such/",
];

/// Something that cannot be used, and what a person reads about it.
pub(crate) struct BadInput {
    /// What it is; for whoever reads a failure of this test.
    pub name: &'static str,
    /// Words that must be there.
    pub expected: &'static str,
    /// What is said: what happened, why, and what to do.
    pub said: Text,
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
        // A sentence may begin with them.
        if !said.to_lowercase().contains(&expected.to_lowercase()) {
            wrong.push(format!("{name}: {expected:?} is not in: {said}"));
        }
        for language in [Spoken::English, Spoken::German] {
            let said = said.of(language);
            if said.contains(PLANTED) {
                wrong.push(format!("{name} tells a secret: {said}"));
            }
            if let Some(other) = known.insert(said, name) {
                wrong.push(format!("{name} is told as {other} is: {said}"));
            }
        }
        if let Some(word) = english_in(said.of(Spoken::German)) {
            wrong.push(format!("{name}: {word:?} is not German: {}", said.of(Spoken::German)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first word of English grammar in a German text, apart from what others say.
fn english_in(german: &str) -> Option<&'static str> {
    let ours = FOREIGN.iter().fold(german.to_owned(), |text, foreign| text.replace(foreign, ""));
    let words = ours.to_lowercase();
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric() && c != '\'').collect();
    ENGLISH.iter().find(|word| words.contains(word)).copied()
}

/// Everything that a person reads of a problem.
fn in_words(problem: &Problem) -> Text {
    Text::join([&problem.what, &problem.why, &problem.remedy], " ")
}

/// What is said when the namespaces of the context `it` of this kubeconfig are asked for.
async fn said_of(label: &str, kubeconfig: String) -> Text {
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
