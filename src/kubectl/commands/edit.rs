//! `kubectl edit` (`staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go`): the command opens an editor
//! with the object, and saving it ends the edit.

use super::ownership::Ownership;
use super::resources::Bare;
use super::session::{CHANGE_CAUSE, Done, Execution};
use super::subresource::{self, Subresource};
use super::waiting::WaitingCommand;
use super::{CommandInput, Invocation};
use crate::api::custom::Customs;
use crate::api::go::quote;
use crate::api::look::Look;
use crate::api::object::{Key, Object};
use crate::api::{patch, yaml};
use crate::engine::{self, Engine};
use crate::kubectl::run::Output;
use crate::kubectl::shell;
use crate::manifests::{
    DryRun, Failure, PatchType, ServedObject, manifest, patched, set_annotation, shown, update,
};
use crate::store::{ApiError, Store};
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
    /// What was opened.
    before: Value,
    /// The whole object then.
    object: Value,
    part: Subresource,
    record: Option<String>,
    /// The field manager, if one was given.
    manager: Option<String>,
}

/// Opens an object in the editor.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
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
    let part = session.part(object.kind())?;
    let whole = object.to_value();
    let before = opened(part, object);
    let edit = Edit {
        key: object.key(),
        yaml: format!("{HEAD}{}", yaml::to_string(&before)),
        before,
        object: whole,
        part,
        record: session
            .invocation
            .switch("record", false)
            .then(|| session.invocation.recorded("edit")),
        manager: session
            .invocation
            .text("field-manager")
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
    };
    session.waiting = Some(WaitingCommand::for_edit(edit));
    Ok(())
}

/// What the editor shows of an object.
fn opened(part: Subresource, object: &Object) -> Value {
    match part {
        Subresource::Scale => subresource::scale(object),
        Subresource::Whole | Subresource::Status => object.to_value(),
    }
}

impl Edit {
    /// The edit of an object as it was opened, for saving it again; `None` if it is no object.
    pub(in crate::kubectl) fn again(
        customs: &Customs,
        before: &str,
        [record, subresource, manager]: [Option<&str>; 3],
    ) -> Option<Self> {
        let whole: Value = serde_json::from_str(before).ok()?;
        let key = manifest(customs, whole.clone(), "", "STDIN").ok()?.key;
        let part = Subresource::named(subresource)?;
        let object = Object::from_value(key.kind, whole.clone()).ok()?;
        let before = match part {
            Subresource::Scale => opened(part, &object),
            Subresource::Whole | Subresource::Status => whole.clone(),
        };
        Some(Self {
            key,
            yaml: String::new(),
            before,
            object: whole,
            part,
            record: record.map(str::to_owned),
            manager: manager.map(str::to_owned),
        })
    }

    /// Saves the editor's text, which ends the edit; if it fails, the editor opens again with the same text.
    pub fn save(&self, engine: &mut Engine, text: &str) -> (Output, Option<WaitingCommand>) {
        let input = engine::Input::Edit {
            before: self.object.to_string().into(),
            text: text.into(),
            record: self.record.as_deref().map(Into::into),
            subresource: self.part.name().map(Into::into),
            manager: self.manager.as_deref().map(Into::into),
        };
        engine.enter(input, |engine| self.save_now(engine, text))
    }

    fn save_now(&self, engine: &mut Engine, text: &str) -> (Output, Option<WaitingCommand>) {
        let mut line = format!("edit {}", shown(&self.key));
        if let Some(subresource) = self.part.name() {
            line.push_str(&format!(" --subresource={subresource}"));
        }
        if let Some(manager) = &self.manager {
            line.push_str(&format!(" --field-manager={}", shell::quoted(manager)));
        }
        let mut session = Execution::new(
            engine,
            &line,
            "edit",
            Invocation::default(),
            CommandInput::default(),
        );
        let result = self.saved(&mut session, text);
        if result.is_err() {
            let yaml = text.to_owned();
            let again = Self {
                yaml,
                ..self.clone()
            };
            session.waiting = Some(WaitingCommand::for_edit(again));
        }
        session.end(result)
    }

    fn saved(&self, session: &mut Execution<'_>, text: &str) -> Result<(), Failure> {
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
        if let Some(line) = self
            .record
            .as_ref()
            .filter(|_| self.part == Subresource::Whole)
        {
            set_annotation(&mut value, CHANGE_CAUSE, line);
        }
        let kind = self.key.kind;
        let current: Object = super::resources::existing(session.engine.store(), &self.key)?;
        let patch =
            patch::two_way(kind, &self.before, &value).map_err(|error| usage(error.to_string()))?;
        if self.part == Subresource::Scale {
            let replicas = subresource::patched_scale(&current, &patch, PatchType::Merge)?;
            let ownership = Ownership::of(session.engine, std::iter::once(self.key.clone()));
            return self.write(session, |store| {
                subresource::put_scale(store, DryRun::No, &current, replicas, &ownership)
            });
        }
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
        self.write(session, |store| match self.part {
            Subresource::Status => subresource::put_status(store, DryRun::No, &current, value),
            Subresource::Whole | Subresource::Scale => update(store, DryRun::No, &current, value),
        })
    }

    fn write(
        &self,
        session: &mut Execution<'_>,
        put: impl FnOnce(&mut Store) -> Result<ServedObject, ApiError>,
    ) -> Result<(), Failure> {
        session.act(DryRun::No, |store| {
            let written = put(store).map_err(Failure::from);
            vec![written.map(|object| {
                Some(Done {
                    key: self.key.clone(),
                    operation: "edited".to_owned(),
                    object,
                })
            })]
        })
    }
}
