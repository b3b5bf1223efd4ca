//! What `apply` would do, without doing it.

use super::diagnostic::{self, Diagnostic};
use super::{DryRun, Validation, apply_one, line, read};
use crate::actor::Context;
use crate::api::object::{Key, Object};
use crate::api::patch::LAST_APPLIED;
use crate::api::yaml;
use crate::engine::Engine;
use crate::store::Store;
use serde_json::Value;

/// What `apply` would do with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The line that `apply` would print, such as `deployment.apps/web configured`.
    pub line: String,
    /// The object as YAML, if it exists, without the fields that every change of it changes.
    pub before: Option<String>,
    /// The same of the object that `apply` would leave.
    pub after: String,
}

impl Preview {
    /// Whether the object exists and would be changed.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.before
            .as_ref()
            .is_some_and(|before| *before != self.after)
    }
}

/// Tries a text: what `apply` would do with each of its objects.
///
/// # Errors
/// The faults that `apply` would report.
pub fn preview(engine: &mut Engine, text: &str) -> Result<Vec<Preview>, Vec<Diagnostic>> {
    let namespace = engine.kubeconfig().current_namespace().to_owned();
    let manifests = read(engine.store(), text, &namespace)?;
    let mut previews = Vec::new();
    let mut faults = Vec::new();
    let act = |context: &mut Context<'_>| -> Result<(), ()> {
        for manifest in &manifests {
            let object = &manifest.object;
            let before = text_of(context.store, &object.key);
            match apply_one(context.store, DryRun::No, Validation::Strict, object) {
                Ok(done) => previews.push(Preview {
                    line: line(object, &done),
                    before,
                    after: text_of(context.store, &object.key).unwrap_or_default(),
                }),
                Err(failure) => faults.extend(diagnostic::of_failure(manifest, &failure)),
            }
        }
        // Apply will warn; otherwise what is refused leaves no trace.
        context.store.take_warnings();
        Err(())
    };
    let _: Result<(), ()> = engine.act("", act);
    if faults.is_empty() {
        Ok(previews)
    } else {
        Err(faults)
    }
}

/// The YAML of an object as `kubectl get` shows it, without the fields that every change of it changes.
fn text_of(store: &Store, key: &Key) -> Option<String> {
    let mut value = store.get(key).map(Object::to_value)?;
    if let Some(metadata) = value["metadata"].as_object_mut() {
        for field in ["managedFields", "resourceVersion", "generation"] {
            metadata.remove(field);
        }
        let annotations = metadata.get_mut("annotations");
        if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
            annotations.remove(LAST_APPLIED);
        }
    }
    Some(yaml::to_string(&value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Config;
    use crate::manifests::{Line, apply};

    const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: \"nginx:1.27\"}]}
";

    /// A cluster with the Deployment, settled and one step back.
    fn cluster() -> Engine {
        let mut engine = Engine::new(Config::default());
        apply(&mut engine, WEB).expect("it is applied");
        engine.settle(1_000);
        engine.back();
        engine
    }

    #[test]
    fn a_preview_says_what_apply_says_and_changes_nothing() {
        let more = format!("{WEB}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n");
        for text in [
            WEB.to_owned(),
            WEB.replace("replicas: 2", "replicas: 3"),
            more,
            WEB.replace("app: web", "app: other"),
            WEB.replace("replicas", "replica"),
            "kind: [".to_owned(),
            WEB.replace(
                "spec: {containers",
                "spec: {readinessGates: [{conditionType: a/b}], containers",
            ),
        ] {
            let mut engine = cluster();
            let before = (engine.steps().len(), engine.cursor(), engine.now());
            let objects = |engine: &Engine| -> Vec<String> {
                engine
                    .store()
                    .all()
                    .map(|object| object.to_value().to_string())
                    .collect()
            };
            let stored = objects(&engine);
            let found = preview(&mut engine, &text);
            assert_eq!(
                before,
                (engine.steps().len(), engine.cursor(), engine.now())
            );
            assert_eq!(stored, objects(&engine));
            let applied = apply(&mut engine, &text);
            let otherwise = apply(&mut cluster(), &text);
            assert_eq!(applied, otherwise, "warnings are not given twice");
            match (found, applied) {
                (Ok(previews), Ok(lines)) => {
                    let done = lines.into_iter().filter_map(|line| match line {
                        Line::Done(line) => Some(line),
                        _ => None,
                    });
                    let lines: Vec<String> = previews.into_iter().map(|one| one.line).collect();
                    assert_eq!(lines, done.collect::<Vec<_>>());
                }
                (Err(found), Err(faults)) => assert_eq!(found, faults),
                (found, applied) => panic!("{found:?} but {applied:?}"),
            }
        }
    }

    #[test]
    fn only_what_the_user_changes_differs() {
        let mut engine = cluster();
        let text = WEB.replace("replicas: 2", "replicas: 3");
        let found = preview(&mut engine, &text).expect("it can be applied");
        let before = found[0].before.as_deref().expect("it exists");
        assert_eq!(
            found[0].after,
            before.replacen("\n  replicas: 2\n", "\n  replicas: 3\n", 1)
        );
        assert!(found[0].is_change());
        let same = preview(&mut engine, WEB).expect("it can be applied");
        assert!(same[0].before.is_some() && !same[0].is_change());
        let other = WEB.replace("name: web}", "name: other}");
        let created = preview(&mut engine, &other).expect("it can be applied");
        assert!(created[0].before.is_none() && !created[0].is_change());
    }
}
