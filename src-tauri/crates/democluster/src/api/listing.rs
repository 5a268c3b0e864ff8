//! Lists: whole or in parts, as objects or as a table.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Response;
use serde_json::{Value, json};

use super::query::Query;
use super::{Body, Context, Status, answer};
use crate::objects::kind::Kind;
use crate::objects::store::Key;
use crate::objects::table::{self, Include};
use crate::objects::text;

pub(crate) fn answer(
    context: &Context,
    kind: Kind,
    namespace: Option<&str>,
    query: &Query,
) -> Result<Response<Body>, Status> {
    let (version, mut objects) = context.store.list(kind, namespace);
    objects.retain(|object| query.selector.matches(object));
    if !query.continue_at.is_empty() {
        let last = read_token(kind, &query.continue_at)
            .ok_or_else(|| Status::bad_request("continue key is not valid"))?;
        objects.retain(|object| Key::of(kind, object) > last);
    }
    let mut metadata = json!({"resourceVersion": version.to_string()});
    if query.limit > 0 && objects.len() > query.limit {
        metadata["remainingItemCount"] = json!(objects.len() - query.limit);
        objects.truncate(query.limit);
        metadata["continue"] = json!(objects.last().map(|last| token(&Key::of(kind, last))));
    }
    Ok(match query.table {
        Some(include) => answer::json(&table::table(kind, &objects, include, &metadata)),
        None => answer::json(&json!({
            "kind": format!("{}List", kind.facts().kind), "apiVersion": kind.api_version(), "metadata": metadata,
            "items": objects.iter().map(|object| Value::clone(object)).collect::<Vec<_>>(),
        })),
    })
}

/// One object as a table of one row.
pub(crate) fn table(kind: Kind, objects: &[Arc<Value>], include: Include) -> Response<Body> {
    let version = objects.first().map(|object| text(object, "/metadata/resourceVersion")).unwrap_or_default();
    answer::json(&table::table(kind, objects, include, &json!({"resourceVersion": version})))
}

/// Where a list goes on: after this object.
fn token(last: &Key) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}/{}", last.namespace, last.name))
}

fn read_token(kind: Kind, token: &str) -> Option<Key> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (namespace, name) = text.split_once('/')?;
    Some(Key::new(kind, namespace, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_object() {
        let key = Key::new(Kind::Pod, "demo", "echo-1");
        assert_eq!(read_token(Kind::Pod, &token(&key)), Some(key));
        assert_eq!(read_token(Kind::Pod, "%%%"), None);
    }
}
