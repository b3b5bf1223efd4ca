//! Remedies for faults in a manifest, applied to its text so that the user sees them.

use super::{Diagnostic, read};
use crate::store::Store;
use std::ops::RangeInclusive;

/// A remedy for a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextRemedy {
    /// The kind does not exist: without these lines the other objects can be applied.
    CommentOut(RangeInclusive<u32>),
    /// The namespace does not exist: it can be created in the same manifest.
    CreateNamespace(String),
}

/// A text to which a remedy was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// Objects of unknown kinds are commented out.
    Without(String),
    /// Manifests of these namespaces are prepended.
    WithNamespaces(Vec<String>, String),
}

impl Mended {
    /// The resulting text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Without(text) | Self::WithNamespaces(_, text) => text,
        }
    }
}

/// Applies one type of remedy to a text: kinds that do not exist take precedence over missing namespaces. `None` if
/// it would not help, as in JSON, which has no comments.
#[must_use]
pub fn mended(store: &Store, text: &str, namespace: &str, faults: &[Diagnostic]) -> Option<Mended> {
    let mut out = Vec::new();
    let mut namespaces: Vec<String> = Vec::new();
    for fault in faults {
        match &fault.remedy {
            Some(TextRemedy::CommentOut(lines)) => out.push(lines),
            Some(TextRemedy::CreateNamespace(name)) if !namespaces.contains(name) => {
                namespaces.push(name.clone());
            }
            _ => {}
        }
    }
    if out.is_empty() {
        let text = with_namespaces(text, &namespaces);
        return (!namespaces.is_empty()).then_some(Mended::WithNamespaces(namespaces, text));
    }
    let mended = commented_out(text, &out);
    let helps = match read(store, &mended, namespace) {
        Ok(objects) => !objects.is_empty(),
        Err(left) => left
            .iter()
            .all(|fault| fault.remedy.is_none() && faults.contains(fault)),
    };
    helps.then_some(Mended::Without(mended))
}

fn commented_out(text: &str, out: &[&RangeInclusive<u32>]) -> String {
    let mut mended = String::new();
    for (line, number) in text.lines().zip(1..) {
        let is_out = out.iter().any(|lines| lines.contains(&number));
        if is_out && !line.starts_with("---") && !line.trim().is_empty() {
            mended.push_str("# ");
        }
        mended.push_str(line);
        mended.push('\n');
    }
    mended
}

fn with_namespaces(text: &str, names: &[String]) -> String {
    let mut mended = String::new();
    for name in names {
        mended.push_str("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ");
        mended.push_str(name);
        mended.push_str("\n---\n");
    }
    mended + text.strip_prefix("---\n").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Config, Engine};
    use crate::manifests::{Line, apply};
    use crate::texts::Language;

    const SHOP: &str = "\
# All of the shop.
---
apiVersion: v1
kind: PodTemplate
metadata:
  name: shop
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
  namespace: shop
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: shop

spec: {}
";

    const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\n";

    /// Applies the text and all remedies until none is left; returns the intermediate texts and the final result.
    fn mend(text: &str) -> (Vec<String>, Result<Vec<String>, Vec<Diagnostic>>) {
        let mut engine = Engine::new(Config::default());
        let mut texts = vec![text.to_owned()];
        loop {
            let text = texts.last().map_or("", String::as_str);
            let result = apply(&mut engine, text);
            let faults = result.as_ref().err();
            match faults.and_then(|faults| mended(engine.store(), text, "default", faults)) {
                Some(next) => texts.push(next.text().to_owned()),
                None => {
                    let lines = |told: Vec<Line>| {
                        told.iter()
                            .map(|told| told.text(Language::English))
                            .collect()
                    };
                    return (texts, result.map(lines));
                }
            }
        }
    }

    #[test]
    fn unknown_kinds_are_commented_out_and_namespaces_are_created() {
        let (texts, said) = mend(SHOP);
        let [_, without, whole] = &texts[..] else {
            panic!("two remedies: {texts:?}");
        };
        let out: Vec<&str> = without
            .lines()
            .filter(|line| line.starts_with("# "))
            .collect();
        assert_eq!(
            out,
            [
                "# All of the shop.",
                "# apiVersion: v1",
                "# kind: PodTemplate",
                "# metadata:",
                "#   name: shop",
                "# apiVersion: monitoring.coreos.com/v1",
                "# kind: ServiceMonitor",
                "# metadata:",
                "#   name: shop",
                "# spec: {}",
            ]
        );
        assert_eq!(without.lines().count(), SHOP.lines().count());
        assert!(whole.ends_with(without.as_str()));
        assert_eq!(
            said,
            Ok(vec![
                "namespace/shop created".to_owned(),
                "configmap/shop created".to_owned()
            ])
        );
    }

    #[test]
    fn items_of_a_list_are_commented_out_alone() {
        let list = "\
apiVersion: v1
items:
- apiVersion: v1
  kind: PodTemplate
  metadata:
    annotations:
      text: |
        several
        lines
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: shop
- kind: PodTemplate
  apiVersion: v1
kind: List
";
        let (texts, said) = mend(list);
        let out: Vec<usize> = (1..)
            .zip(texts[1].lines())
            .filter(|(_, line)| line.starts_with('#'))
            .map(|(number, _)| number)
            .collect();
        assert_eq!(out, [3, 4, 5, 6, 7, 8, 9, 14, 15]);
        assert_eq!(said, Ok(vec!["configmap/shop created".to_owned()]));
    }

    #[test]
    fn no_remedy_is_offered_that_does_not_help() {
        let alone = "apiVersion: v1\nkind: PodTemplate\n";
        let json = r#"{"apiVersion": "v1", "kind": "PodTemplate"} {"apiVersion": "v1", "kind": "ConfigMap"}"#;
        let in_one_line =
            "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: PodTemplate}]\n";
        let old = "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata:\n  name: web\n";
        for text in [alone, json, in_one_line, old] {
            let (texts, said) = mend(text);
            assert_eq!(texts.len(), 1, "{texts:?}");
            assert!(said.is_err());
        }
        let (_, said) = mend(old);
        let faults = said.expect_err("a removed version");
        assert_eq!(faults[0].path, "apiVersion");
        assert_eq!(
            faults[0].advice.text(Language::English),
            "Kubernetes 1.37 has Deployment in apps/v1: write that as its apiVersion."
        );
        let (_, said) = mend("apiVersion: events.k8s.io/v1\nkind: Event\n");
        let faults = said.expect_err("a version that is not simulated");
        assert_eq!(
            faults[0].advice.text(Language::English),
            "kubestep simulates Event of v1: write it that way."
        );
        let (texts, _) = mend(&format!(
            "apiVersion: serving.knative.dev/v1\nkind: Service\n---\n{MAP}"
        ));
        assert_eq!(texts.len(), 2);
    }
}
