//! Selectors and labels as kubectl prints them: `app=web,!debug,track in (a,b)`.

use crate::api::look::Look;
use serde_json::{Map, Value, json};

/// The selector in a text; `None` if it selects nothing in particular.
pub fn selector(text: &str) -> Option<Value> {
    let (mut labels, mut expressions) = (Map::new(), Vec::new());
    for part in parts(text) {
        let (key, rest) = part.split_once(' ').unwrap_or((part, ""));
        let values = rest
            .split_once('(')
            .map_or("", |(_, values)| values.trim_end_matches(')'));
        let operator = match rest.split(' ').next() {
            Some("in") => "In",
            Some("notin") => "NotIn",
            _ if part.starts_with('!') => "DoesNotExist",
            _ => "Exists",
        };
        if let Some((key, value)) = part.split_once('=') {
            labels.insert(key.to_owned(), value.into());
        } else if !values.is_empty() {
            let values: Vec<&str> = values.split(',').collect();
            expressions.push(json!({ "key": key, "operator": operator, "values": values }));
        } else if !key.is_empty() {
            let key = key.trim_start_matches('!');
            expressions.push(json!({ "key": key, "operator": operator }));
        }
    }
    let mut selector = json!({});
    if !labels.is_empty() {
        selector["matchLabels"] = labels.into();
    }
    if !expressions.is_empty() {
        selector["matchExpressions"] = expressions.into();
    }
    (selector != json!({})).then_some(selector)
}

/// The requirements in a text, at the commas outside of parentheses.
fn parts(text: &str) -> Vec<&str> {
    let (mut is_within, mut parts, mut from) = (false, Vec::new(), 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => is_within = true,
            ')' => is_within = false,
            ',' if !is_within => {
                parts.extend(text.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(from..));
    parts
}

/// Labels that a selector matches.
pub fn matching(selector: &Value) -> Option<Value> {
    let mut labels = selector
        .at("matchLabels")
        .as_object()
        .cloned()
        .unwrap_or_default();
    for requirement in selector.list("matchExpressions") {
        let first = requirement.list("values").first().cloned();
        if matches!(requirement.text("operator"), "In" | "Exists") {
            labels.insert(
                requirement.text("key").to_owned(),
                first.unwrap_or("".into()),
            );
        }
    }
    (!labels.is_empty()).then(|| labels.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::look::format_selector;

    #[test]
    fn selectors_are_read_as_they_are_printed() {
        for text in [
            "app=web",
            "app=web,pod-template-hash=5d4f8c7b9",
            "app=web,!debug,track in (a,b)",
            "app notin (a),tier",
        ] {
            let selector = selector(text).expect(text);
            let mut shown: Vec<String> = vec![format_selector(&selector)];
            shown.extend(parts(text).into_iter().map(str::to_owned));
            assert!(
                parts(text).iter().all(|part| shown[0].contains(part)),
                "{shown:?}"
            );
            assert_eq!(shown[0].len(), text.len());
        }
        assert_eq!(selector(""), None);
        assert_eq!(
            matching(&selector("app=web,!debug,track in (a,b)").expect("a selector")),
            Some(json!({ "app": "web", "track": "a" }))
        );
    }
}
