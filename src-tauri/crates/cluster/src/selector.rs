//! Label selectors, as the API takes them in a query.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// A service's selector as text, `a=b,c=d`.
pub(crate) fn from_map(labels: &BTreeMap<String, String>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

/// A workload's selector as text; an empty selector selects everything, as in apimachinery `LabelSelectorAsSelector`.
///
/// # Errors
/// Names the operator that is not one of `In`, `NotIn`, `Exists`, `DoesNotExist`, or lacks its values.
pub(crate) fn from_label_selector(selector: &LabelSelector) -> Result<String, String> {
    let mut parts: Vec<String> = Vec::new();
    for (key, value) in selector.match_labels.iter().flatten() {
        parts.push(format!("{key}={value}"));
    }
    for expression in selector.match_expressions.iter().flatten() {
        let key = &expression.key;
        let values = expression.values.as_deref().unwrap_or_default();
        let list = || {
            if values.is_empty() {
                Err(format!("the selector's {} of {key} has no values", expression.operator))
            } else {
                Ok(values.join(","))
            }
        };
        parts.push(match expression.operator.as_str() {
            "In" => format!("{key} in ({})", list()?),
            "NotIn" => format!("{key} notin ({})", list()?),
            "Exists" => key.clone(),
            "DoesNotExist" => format!("!{key}"),
            other => return Err(format!("the selector's operator {other} is unknown")),
        });
    }
    Ok(parts.join(","))
}

/// The longest selector that a person can type, in bytes: it becomes part of a URL.
const MAX_SELECTOR: usize = 1000;

/// Whether `text` can be a selector as the API takes it: requirements with commas between, each `key=value`, `key==value`,
/// `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key` or `!key` (apimachinery `labels.Parse`). What a label may be
/// called, the server judges.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("the selector is empty".to_owned());
    }
    if text.len() > MAX_SELECTOR {
        return Err(format!("a selector has at most {MAX_SELECTOR} characters"));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_./=!(), ".contains(c);
    if let Some(wrong) = text.chars().find(|c| !allowed(*c)) {
        return Err(format!("a label selector cannot have {wrong:?} in it"));
    }
    let mut depth = 0u32;
    let requirements = text.split(|c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    requirements.map(str::trim).try_for_each(check_requirement)
}

fn check_requirement(text: &str) -> Result<(), String> {
    let wrong = || format!("{text:?} is not a label such as app=web");
    let is_word = |word: &str| !word.is_empty() && !word.contains(['=', '!', '(', ')', ' ', ',']);
    if let Some((key, values)) = text.split_once(" in ").or_else(|| text.split_once(" notin ")) {
        let values = values.trim().strip_prefix('(').and_then(|values| values.strip_suffix(')'));
        let fits = values.is_some_and(|values| values.split(',').all(|value| is_word(value.trim())));
        return if fits && is_word(key.trim()) { Ok(()) } else { Err(wrong()) };
    }
    let (key, value) = match text.split_once('=') {
        None => (text.strip_prefix('!').unwrap_or(text), None),
        Some((key, value)) => {
            (key.strip_suffix('!').unwrap_or(key), Some(value.strip_prefix('=').unwrap_or(value)))
        }
    };
    // A label may be empty, its name may not.
    let value_fits = value.is_none_or(|value| value.trim().is_empty() || is_word(value.trim()));
    if is_word(key.trim()) && value_fits { Ok(()) } else { Err(wrong()) }
}

/// Whether labels satisfy a service's selector.
pub(crate) fn matches(
    selector: &BTreeMap<String, String>,
    labels: Option<&BTreeMap<String, String>>,
) -> bool {
    selector.iter().all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn text(selector: Value) -> Result<String, String> {
        from_label_selector(&serde_json::from_value(selector).unwrap())
    }

    #[test]
    fn workload_selectors() {
        assert_eq!(text(json!({})).unwrap(), "");
        assert_eq!(text(json!({"matchLabels": {"b": "2", "a": "1"}})).unwrap(), "a=1,b=2");
        assert_eq!(
            text(json!({"matchLabels": {"app": "x"}, "matchExpressions": [
                {"key": "tier", "operator": "In", "values": ["a", "b"]},
                {"key": "env", "operator": "NotIn", "values": ["dev"]},
                {"key": "live", "operator": "Exists"},
                {"key": "old", "operator": "DoesNotExist"},
            ]}))
            .unwrap(),
            "app=x,tier in (a,b),env notin (dev),live,!old"
        );
        assert!(
            text(json!({"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1"]}]})).is_err()
        );
        assert!(text(json!({"matchExpressions": [{"key": "a", "operator": "In"}]})).is_err());
    }

    #[test]
    fn what_a_person_may_type() {
        for good in [
            "app=web",
            "app==web, tier!=db",
            "app.kubernetes.io/name=web,live,!old",
            "env in (dev, test),tier notin (db)",
            "empty=",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, reason) in [
            ("", "empty"),
            ("  ", "empty"),
            ("a=b,", "not a label"),
            ("=b", "not a label"),
            ("a=b=c", "not a label"),
            ("a in ()", "not a label"),
            ("a in (b", "not a label"),
            ("a b", "not a label"),
            ("a=b&limit=1", "'&'"),
            ("a=ü", "'ü'"),
        ] {
            assert!(check(bad).unwrap_err().contains(reason), "{bad:?}: {:?}", check(bad));
        }
        assert!(check(&"a".repeat(1001)).is_err());
    }

    #[test]
    fn service_selectors() {
        let selector = BTreeMap::from([("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]);
        assert_eq!(from_map(&selector), "a=1,b=2");
        let mut labels = selector.clone();
        labels.insert("c".to_owned(), "3".to_owned());
        assert!(matches(&selector, Some(&labels)));
        labels.insert("b".to_owned(), "other".to_owned());
        assert!(!matches(&selector, Some(&labels)));
        assert!(!matches(&selector, None));
    }
}
