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
