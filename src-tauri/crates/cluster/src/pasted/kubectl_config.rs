//! `kubectl config set-cluster`, `set-credentials`, `set-context`, `use-context` and `set`.

use kube::config::Kubeconfig;
use serde_json::{Map, Value, json};
use wording::{Text, text};

use super::{
    bad,
    lines::{Options, Word, after, placeholder},
};
use crate::Error;

const FLAGS: &[&str] = &["insecure-skip-tls-verify", "embed-certs", "current", "set-raw-bytes"];

/// Options of `set-credentials` and `set-cluster` that are fields of the same name, and fields of `set`.
const FIELDS: [&str; 12] = [
    "server",
    "certificate-authority",
    "certificate-authority-data",
    "tls-server-name",
    "proxy-url",
    "token",
    "username",
    "password",
    "client-certificate",
    "client-key",
    "client-certificate-data",
    "client-key-data",
];

/// What the commands write, piece by piece.
#[derive(Default)]
struct Written {
    clusters: Map<String, Value>,
    users: Map<String, Value>,
    contexts: Map<String, Value>,
    current: Option<String>,
    any: bool,
}

/// What the commands would write, if there are some.
///
/// # Errors
/// [`Error::BadPaste`].
pub(super) fn read(lines: &[Vec<String>]) -> Result<Option<Kubeconfig>, Error> {
    let mut written = Written::default();
    for words in lines.iter().filter_map(|line| after(line, &["kubectl", "oc", "k"], "config")) {
        let Some((command, words)) = words.split_first() else { continue };
        match command.as_str() {
            "set-cluster" => written.set("clusters", words)?,
            "set-credentials" => written.set("users", words)?,
            "set-context" => written.set_context(words)?,
            "use-context" | "use" => written.current = words.first().cloned(),
            "set" => written.set_field(words)?,
            _ => {}
        }
    }
    if !written.any {
        return Ok(None);
    }
    written.whole().map(Some)
}

fn no_name() -> Text {
    text!("one of its commands does not name what it sets", "einer der Befehle nennt nicht, was er setzt")
}

impl Written {
    fn set(&mut self, kind: &str, words: &[String]) -> Result<(), Error> {
        self.any = true;
        let mut name = None;
        let mut fields = Map::new();
        for word in Options::of(words, FLAGS) {
            match word {
                Word::Plain(word) => name = name.or(Some(word)),
                Word::Option("insecure-skip-tls-verify", value) => {
                    fields.insert("insecure-skip-tls-verify".to_owned(), (value != Some("false")).into());
                }
                Word::Option("exec-command", Some(command)) => {
                    fields.insert("exec".to_owned(), json!({"command": command}));
                }
                Word::Option("auth-provider", Some(provider)) => {
                    fields.insert("auth-provider".to_owned(), json!({"name": provider, "config": {}}));
                }
                Word::Option(field, Some(value)) if FIELDS.contains(&field) && !value.is_empty() => {
                    if let Some(why) = placeholder(value) {
                        let name = field.replace('-', " ");
                        return Err(bad(
                            text!("the {name} in it {why}", "der Wert von --{field} darin {why}"; why),
                        ));
                    }
                    fields.insert(field.to_owned(), value.into());
                }
                Word::Option(..) => {}
            }
        }
        let name = name.ok_or_else(|| bad(no_name()))?;
        self.merge(kind, name, fields);
        Ok(())
    }

    fn set_context(&mut self, words: &[String]) -> Result<(), Error> {
        self.any = true;
        let mut name = None;
        let mut fields = Map::new();
        for word in Options::of(words, FLAGS) {
            match word {
                Word::Plain(word) => name = name.or(Some(word)),
                Word::Option(field @ ("cluster" | "user" | "namespace"), Some(value)) => {
                    fields.insert(field.to_owned(), value.into());
                }
                Word::Option(..) => {}
            }
        }
        let current = self.current.clone();
        let name = name.map(str::to_owned).or(current);
        let name = name.ok_or_else(|| bad(no_name()))?;
        self.merge("contexts", &name, fields);
        Ok(())
    }

    /// `kubectl config set clusters.NAME.FIELD VALUE`; names may have dots in them.
    fn set_field(&mut self, words: &[String]) -> Result<(), Error> {
        let plain = Options::of(words, FLAGS).filter_map(|word| match word {
            Word::Plain(word) => Some(word),
            Word::Option(..) => None,
        });
        let plain: Vec<&str> = plain.collect();
        let [path, value, ..] = plain.as_slice() else {
            return Err(bad(text!(
                "one of its commands does not say what to set",
                "einer der Befehle sagt nicht, was gesetzt wird"
            )));
        };
        if *path == "current-context" {
            self.current = Some((*value).to_owned());
            return Ok(());
        }
        let parts = path.split_once('.').and_then(|(kind, rest)| Some((kind, rest.rsplit_once('.')?)));
        if let Some((kind @ ("clusters" | "users" | "contexts"), (name, field))) = parts {
            self.any = true;
            let value = match field {
                "insecure-skip-tls-verify" => Value::Bool(*value == "true"),
                _ => Value::from(*value),
            };
            self.merge(kind, name, Map::from_iter([(field.to_owned(), value)]));
        }
        Ok(())
    }

    fn merge(&mut self, kind: &str, name: &str, fields: Map<String, Value>) {
        let all = match kind {
            "clusters" => &mut self.clusters,
            "users" => &mut self.users,
            _ => &mut self.contexts,
        };
        match all.entry(name.to_owned()).or_insert_with(|| json!({})) {
            Value::Object(known) => known.extend(fields),
            other => *other = Value::Object(fields),
        }
    }

    fn whole(mut self) -> Result<Kubeconfig, Error> {
        if self.clusters.is_empty() {
            return Err(bad(text!(
                "it does not say which server; paste the line with \"kubectl config set-cluster\" too",
                "es fehlt, welcher Server; fügen Sie auch die Zeile mit „kubectl config set-cluster“ ein"
            )));
        }
        // Who pastes a cluster and a user means them together.
        if self.contexts.is_empty() {
            let user = self.users.keys().next().filter(|_| self.users.len() == 1).cloned();
            for cluster in self.clusters.keys().cloned().collect::<Vec<_>>() {
                let context = json!({"cluster": cluster, "user": user});
                self.contexts.insert(cluster, context);
            }
        }
        let list = |entries: Map<String, Value>, kind: &str| -> Vec<Value> {
            entries.into_iter().map(|(name, fields)| json!({"name": name, kind: fields})).collect()
        };
        for context in self.contexts.values_mut() {
            if context["cluster"].is_null() {
                context["cluster"] = "".into();
            }
        }
        serde_json::from_value(json!({
            "clusters": list(self.clusters, "cluster"),
            "users": list(self.users, "user"),
            "contexts": list(self.contexts, "context"),
            "current-context": self.current,
        }))
        .map_err(|_| {
            bad(text!(
                "its commands set something that a kubeconfig cannot have",
                "die Befehle setzen etwas, das eine kubeconfig nicht haben kann"
            ))
        })
    }
}
