//! Label selectors: of services, of workloads, and as a person types them.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use kube::core::{Expression, Selector};
use wording::{Text, text};

/// A service's selector.
pub(crate) fn of_service(labels: &BTreeMap<String, String>) -> Selector {
    labels.clone().into_iter().collect()
}

/// A workload's selector; an empty one selects everything, as in apimachinery `LabelSelectorAsSelector`.
///
/// # Errors
/// Names the operator that is not one of `In`, `NotIn`, `Exists`, `DoesNotExist`, or lacks its values.
pub(crate) fn of_workload(selector: &LabelSelector) -> Result<Selector, Text> {
    for expression in selector.match_expressions.iter().flatten() {
        let LabelSelectorRequirement { key, operator, values } = expression;
        match operator.as_str() {
            "Exists" | "DoesNotExist" => {}
            "In" | "NotIn" if values.as_ref().is_some_and(|values| !values.is_empty()) => {}
            "In" | "NotIn" => {
                return Err(text!(
                    "the selector's {operator} of {key} has no values",
                    "{operator} von {key} im Selektor hat keine Werte"
                ));
            }
            other => {
                return Err(text!(
                    "the selector's operator {other} is unknown",
                    "der Operator {other} im Selektor ist unbekannt"
                ));
            }
        }
    }
    Selector::try_from(selector.clone()).map_err(|error| Text::verbatim(error.to_string()))
}

/// The longest selector that a person can type, in bytes: it becomes part of a URL.
const MAX_SELECTOR: usize = 1000;

/// The selector that a person typed, as the API takes it: requirements with commas between, each `key=value`,
/// `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key` or `!key` (apimachinery `labels.Parse`). What a
/// label may be called, the server judges.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Selector, Text> {
    if text.trim().is_empty() {
        return Err(text!("the selector is empty", "der Selektor ist leer"));
    }
    if text.len() > MAX_SELECTOR {
        return Err(text!(
            "a selector has at most {MAX_SELECTOR} characters",
            "ein Selektor hat höchstens {MAX_SELECTOR} Zeichen"
        ));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_./=!(), ".contains(c);
    if let Some(wrong) = text.chars().find(|c| !allowed(*c)) {
        return Err(text!(
            "a label selector cannot have {wrong:?} in it",
            "ein Label-Selektor darf {wrong:?} nicht enthalten"
        ));
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
    let requirements: Result<Vec<Expression>, Text> =
        requirements.map(|requirement| parse_requirement(requirement.trim())).collect();
    Ok(requirements?.into_iter().collect())
}

fn parse_requirement(text: &str) -> Result<Expression, Text> {
    let wrong = || text!("{text:?} is not a label such as app=web", "{text:?} ist kein Label wie app=web");
    let word = |word: &str| {
        let word = word.trim();
        let fits = !word.is_empty() && !word.contains(['=', '!', '(', ')', ' ', ',']);
        if fits { Ok(word.to_owned()) } else { Err(wrong()) }
    };
    let values = |values: &str| -> Result<BTreeSet<String>, Text> {
        let values = values.trim().strip_prefix('(').and_then(|values| values.strip_suffix(')'));
        values.ok_or_else(wrong)?.split(',').map(word).collect()
    };
    if let Some((key, list)) = text.split_once(" notin ") {
        return Ok(Expression::NotIn(word(key)?, values(list)?));
    }
    if let Some((key, list)) = text.split_once(" in ") {
        return Ok(Expression::In(word(key)?, values(list)?));
    }
    let Some((key, value)) = text.split_once('=') else {
        return Ok(match text.strip_prefix('!') {
            Some(key) => Expression::DoesNotExist(word(key)?),
            None => Expression::Exists(word(text)?),
        });
    };
    let value = value.strip_prefix('=').unwrap_or(value);
    // A label may be empty, its name may not.
    let value = if value.trim().is_empty() { String::new() } else { word(value)? };
    Ok(match key.strip_suffix('!') {
        Some(key) => Expression::NotEqual(word(key)?, value),
        None => Expression::Equal(word(key)?, value),
    })
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

    fn text(selector: Value) -> Result<String, Text> {
        of_workload(&serde_json::from_value(selector).unwrap()).map(|selector| selector.to_string())
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
        for (good, meant) in [
            ("app=web", "app=web"),
            ("app==web, tier!=db", "app=web,tier!=db"),
            ("app.kubernetes.io/name=web,live,!old", "app.kubernetes.io/name=web,live,!old"),
            ("env in (dev, test),tier notin (db)", "env in (dev,test),tier notin (db)"),
            ("empty=", "empty="),
        ] {
            assert_eq!(parse(good).unwrap().to_string(), meant, "{good}");
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
            assert!(parse(bad).unwrap_err().contains(reason), "{bad:?}: {:?}", parse(bad));
        }
        assert!(parse(&"a".repeat(1001)).is_err());
    }

    #[test]
    fn service_selectors() {
        let selector = BTreeMap::from([("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]);
        assert_eq!(of_service(&selector).to_string(), "a=1,b=2");
        let mut labels = selector.clone();
        labels.insert("c".to_owned(), "3".to_owned());
        assert!(matches(&selector, Some(&labels)));
        labels.insert("b".to_owned(), "other".to_owned());
        assert!(!matches(&selector, Some(&labels)));
        assert!(!matches(&selector, None));
    }
}
