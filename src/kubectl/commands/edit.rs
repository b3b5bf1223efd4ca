//! `kubectl edit` (`staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go`): the command opens an editor
//! with the object, and saving it ends the edit.

use super::resources::Bare;
use super::session::{CHANGE_CAUSE, Session};
use super::waiting::Waiting;
use super::{Input, Invocation};
use crate::api::custom::Customs;
use crate::api::go::quote;
use crate::api::look::Look;
use crate::api::object::{Key, Object};
use crate::api::{patch, yaml};
use crate::engine::{self, Engine};
use crate::kubectl::run::Output;
use crate::manifests::{DryRun, Failure, PatchType, manifest, patched, set_annotation, shown};
use serde_json::Value;

const HEAD: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
";
pub(in crate::kubectl) const CANCELLED: &str = "Edit cancelled, no changes made.\n";

/// An object being edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The object.
    pub key: Key,
    /// The initial text of the editor.
    pub yaml: String,
    before: Value,
    record: Option<String>,
}

/// Opens an object in the editor.
pub(super) fn run(session: &mut Session<'_>) -> Result<(), Failure> {
    let words = session.words();
    let objects = session.find(&words, Bare::All)?.complete()?;
    let object = match objects.as_slice() {
        [] => {
            return Err(Failure::Usage(
                "edit cancelled, no objects found".to_owned(),
            ));
        }
        [object] => object,
        _ => {
            return Err(Failure::NotSimulated(
                "editing several objects at once".to_owned(),
            ));
        }
    };
    let before = object.to_value();
    let edit = Edit {
        key: object.key(),
        yaml: format!("{HEAD}{}", yaml::to_string(&before)),
        before,
        record: session
            .invocation
            .switch("record", false)
            .then(|| session.invocation.recorded("edit")),
    };
    session.waiting = Some(Waiting::for_edit(edit));
    Ok(())
}

impl Edit {
    /// The edit of an object as it was opened, for saving it again; `None` if it is no object.
    pub(in crate::kubectl) fn again(
        customs: &Customs,
        before: &str,
        record: Option<&str>,
    ) -> Option<Self> {
        let before: Value = serde_json::from_str(before).ok()?;
        let key = manifest(customs, before.clone(), "", "STDIN").ok()?.key;
        Some(Self {
            key,
            yaml: String::new(),
            before,
            record: record.map(str::to_owned),
        })
    }

    /// Saves the editor's text, which ends the edit; if it fails, the editor opens again with the same text.
    pub fn save(&self, engine: &mut Engine, text: &str) -> (Output, Option<Waiting>) {
        let input = engine::Input::Edit {
            before: self.before.to_string().into(),
            text: text.into(),
            record: self.record.as_deref().map(Into::into),
        };
        engine.enter(input, |engine| self.save_now(engine, text))
    }

    fn save_now(&self, engine: &mut Engine, text: &str) -> (Output, Option<Waiting>) {
        let line = format!("edit {}", shown(&self.key));
        let mut session = Session::new(
            engine,
            &line,
            "edit",
            Invocation::default(),
            Input::default(),
        );
        let result = self.saved(&mut session, text);
        if result.is_err() {
            let yaml = text.to_owned();
            let again = Self {
                yaml,
                ..self.clone()
            };
            session.waiting = Some(Waiting::for_edit(again));
        }
        session.end(result)
    }

    fn saved(&self, session: &mut Session<'_>, text: &str) -> Result<(), Failure> {
        let usage = |text: String| Failure::Usage(text);
        let mut documents = yaml::documents(text).map_err(|error| usage(error.to_string()))?;
        let Some(mut value) = documents.pop().map(|document| document.value) else {
            session
                .err
                .push_str("Edit cancelled, saved file was empty.\n");
            return Ok(());
        };
        if !documents.is_empty() {
            return Err(Failure::NotSimulated(
                "editing several objects at once".to_owned(),
            ));
        }
        if value == self.before {
            session.err.push_str(CANCELLED);
            return Ok(());
        }
        let fixed = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];
        if fixed
            .iter()
            .any(|path| value.at(path) != self.before.at(path))
        {
            return Err(usage(
                "At least one of apiVersion, kind and name was changed".to_owned(),
            ));
        }
        if let Some(line) = &self.record {
            set_annotation(&mut value, CHANGE_CAUSE, line);
        }
        let kind = self.key.kind;
        let current: Object = super::resources::existing(session.engine.store(), &self.key)?;
        let patch =
            patch::two_way(kind, &self.before, &value).map_err(|error| usage(error.to_string()))?;
        let (value, unknown) = patched(
            session.engine.store().version(),
            kind,
            &current.to_value(),
            &patch,
            PatchType::Strategic,
        )?;
        if !unknown.is_empty() {
            let name = quote(&self.key.name);
            return Err(usage(format!(
                "{} {name} is invalid: strict decoding error: {}",
                kind.resource_name(),
                unknown.join(", ")
            )));
        }
        session.put(DryRun::No, vec![(current, "edited", value)], Vec::new())
    }
}
