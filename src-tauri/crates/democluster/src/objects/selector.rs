//! Label and field selectors, as in the query of a list or in the selector of a service.

use serde_json::Value;

/// Which objects a list or a watch is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Missing(String),
}

impl Selector {
    /// Reads the `labelSelector` and `fieldSelector` of a query.
    ///
    /// # Errors
    /// What is wrong with them, in a sentence.
    pub(crate) fn parse(labels: &str, fields: &str) -> Result<Self, String> {
        Ok(Self { labels: parse(labels)?, fields: parse(fields)? })
    }

    pub(crate) fn matches(&self, object: &Value) -> bool {
        self.labels.iter().all(|requirement| requirement.holds(|label| label_of(object, label)))
            && self.fields.iter().all(|requirement| requirement.holds(|field| field_of(object, field)))
    }
}

/// Whether an object has all these labels (the selector of a service or a `matchLabels`).
pub(crate) fn has_labels(object: &Value, labels: &Value) -> bool {
    labels.as_object().is_some_and(|labels| {
        labels.iter().all(|(name, value)| label_of(object, name).as_deref() == value.as_str())
    })
}

fn label_of(object: &Value, name: &str) -> Option<String> {
    object["metadata"]["labels"].get(name)?.as_str().map(str::to_owned)
}

/// A field by its dotted path; a field that is not set counts as empty, as on a real server.
fn field_of(object: &Value, path: &str) -> Option<String> {
    let value = path.split('.').try_fold(object, |value, name| value.get(name));
    Some(match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    })
}

impl Requirement {
    fn holds(&self, value: impl Fn(&str) -> Option<String>) -> bool {
        match self {
            Self::In(name, values) => value(name).is_some_and(|value| values.contains(&value)),
            Self::NotIn(name, values) => value(name).is_none_or(|value| !values.contains(&value)),
            Self::Exists(name) => value(name).is_some(),
            Self::Missing(name) => value(name).is_none(),
        }
    }
}

fn parse(text: &str) -> Result<Vec<Requirement>, String> {
    split_outside_brackets(text)
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(requirement)
        .collect()
}

fn requirement(part: &str) -> Result<Requirement, String> {
    let owned = |text: &str| text.trim().to_owned();
    if let Some((name, values)) = part.split_once(" notin ").or_else(|| part.split_once(" notin(")) {
        return Ok(Requirement::NotIn(owned(name), set(values)));
    }
    if let Some((name, values)) = part.split_once(" in ").or_else(|| part.split_once(" in(")) {
        return Ok(Requirement::In(owned(name), set(values)));
    }
    if let Some((name, value)) = part.split_once("!=") {
        return Ok(Requirement::NotIn(owned(name), vec![owned(value)]));
    }
    if let Some((name, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return Ok(Requirement::In(owned(name), vec![owned(value)]));
    }
    if let Some(name) = part.strip_prefix('!') {
        return Ok(Requirement::Missing(owned(name)));
    }
    if part.contains(char::is_whitespace) {
        return Err(format!("unable to parse requirement: found '{part}', expected: in, notin, =, ==, !="));
    }
    Ok(Requirement::Exists(owned(part)))
}

fn set(values: &str) -> Vec<String> {
    values.trim().trim_matches(['(', ')']).split(',').map(|value| value.trim().to_owned()).collect()
}

fn split_outside_brackets(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(move |letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn selects_as_kubernetes_does() {
        let pod = json!({
            "metadata": {"name": "web-1", "labels": {"app": "web", "tier": "front"}},
            "status": {"phase": "Running"},
        });
        let cases = [
            ("", "", true),
            ("app=web", "", true),
            ("app==web,tier=front", "", true),
            ("app=echo", "", false),
            ("app!=echo", "", true),
            ("missing!=x", "", true),
            ("app", "", true),
            ("!app", "", false),
            ("!missing", "", true),
            ("app in (echo, web),tier", "", true),
            ("app notin (echo,web)", "", false),
            ("app in (echo)", "", false),
            ("", "metadata.name=web-1", true),
            ("", "metadata.name=web-2", false),
            ("", "status.phase!=Pending,spec.nodeName=", true),
            ("app=web", "status.phase=Failed", false),
        ];
        for (labels, fields, expected) in cases {
            let selector = Selector::parse(labels, fields).expect("all of them are well formed");
            assert_eq!(selector.matches(&pod), expected, "{labels:?} {fields:?}");
        }
        assert!(Selector::parse("a b", "").is_err());
        assert!(has_labels(&pod, &json!({"app": "web"})));
        assert!(!has_labels(&pod, &json!({"app": "web", "x": "y"})));
        assert!(!has_labels(&pod, &Value::Null), "no selector selects nothing");
    }
}
