//! `kubectl apply --server-side` (`staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go`, applyOneObject).

use super::ownership::{self, Ownership};
use super::session::Execution;
use super::subresource::{self, Subresource};
use super::{documents, table};
use crate::api::look::Look;
use crate::api::managed::{self, FieldClaim, KUBECTL, Managed, Manager, Request};
use crate::api::object::{Key, Object};
use crate::api::patch::LAST_APPLIED;
use crate::manifests::{Applied, DryRun, Failure, Manifest, ServedObject};
use crate::store::{ApiError, Store};
use serde_json::{Value, json};
use std::rc::Rc;

/// kubectl's explanation of conflicts.
const EXPLANATION: &str = "\
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";
/// The manager that keeps the annotation of client-side apply from being removed.
const KEEPS_ANNOTATION: &str = "kubectl-last-applied";

/// The requests of one command.
struct Requests {
    ownership: Ownership,
    manager: String,
    /// The name of the subresource; empty for the object itself.
    subresource: String,
    force: bool,
    dry_run: DryRun,
}

/// Applies the objects of the files on the server.
pub(super) fn apply(session: &mut Execution<'_>) -> Result<(), Failure> {
    let flags = &session.invocation;
    let manager = ownership::manager(table::APPLY, flags);
    let force = flags.switch("force-conflicts", false);
    let subresource = flags.text("subresource").unwrap_or_default().to_owned();
    let manifests = documents::read(session)?.manifests;
    let keys = manifests.into_iter().flatten().map(|manifest| manifest.key);
    let keys: Vec<Key> = keys.collect();
    let known = keys
        .iter()
        .filter_map(|key| session.engine.store().get(key));
    session.err += &ownership::warning(session.engine, known).unwrap_or_default();
    let mut requests = Requests {
        ownership: Ownership::of(session.engine, keys.into_iter()),
        manager,
        subresource,
        force,
        dry_run: session.dry_run()?,
    };
    documents::run(session, table::APPLY, |store, _, _, manifest| {
        requests.apply_one(store, manifest)
    })
}

impl Requests {
    fn apply_one(&mut self, store: &mut Store, manifest: &Manifest) -> Result<Applied, Failure> {
        let (kind, key, config) = (manifest.kind, &manifest.key, &manifest.value);
        if key.name.is_empty() {
            return Err(Failure::Usage(match config.text("metadata.generateName") {
                "" => "resource name may not be empty".to_owned(),
                prefix => format!("from {prefix}: cannot use generate name with apply"),
            }));
        }
        if config.has("metadata.managedFields") {
            let text = "metadata.managedFields must be nil";
            return Err(ApiError::BadRequest(text.to_owned()).into());
        }
        let part = subresource::part(&self.subresource, kind)?;
        if part != Subresource::Whole && store.get(key).is_none() {
            return Err(ApiError::not_found(key).into());
        }
        if part == Subresource::Scale {
            let given = kind.api_version();
            let text = format!(
                "Incorrect version specified in apply patch. Specified patch version: {given}, expected: autoscaling/v1"
            );
            return Err(ApiError::BadRequest(text).into());
        }
        let faults = managed::undeclared(kind, config);
        if !faults.is_empty() {
            let text = match faults.as_slice() {
                [only] => only.clone(),
                several => format!("errors:\n  {}", several.join("\n  ")),
            };
            return Err(Failure::Raw(format!(
                "Error from server: failed to create typed patch object ({}/{}; {}, Kind={}): {text}",
                key.namespace,
                key.name,
                kind.api_version(),
                kind.name()
            )));
        }
        let mut managed = self.ownership.take(key);
        let manager = self.applying(&self.manager, part);
        let result = self.request(store, &mut managed, &manager, manifest, config);
        let result = result.and_then(|object| {
            if self.dry_run == DryRun::No {
                self.migrate(store, &mut managed, (manifest, part), object)
            } else {
                Ok(object)
            }
        });
        self.ownership.put(key.clone(), managed);
        Ok(Applied {
            operation: "serverside-applied",
            object: ServedObject::Object(result?),
            warnings: Vec::new(),
        })
    }

    /// A manager of the subresource.
    fn applying(&self, name: &str, part: Subresource) -> Manager {
        Manager::applying(name, part.name().unwrap_or_default())
    }

    /// One request: the object as the server leaves it.
    fn request(
        &self,
        store: &mut Store,
        managed: &mut Managed,
        manager: &Manager,
        manifest: &Manifest,
        config: &Value,
    ) -> Result<Object, Failure> {
        let live = store.get(&manifest.key).cloned();
        let served = live.as_ref().map(Object::to_value);
        let before = managed.clone();
        let now = store.now();
        let applied = managed.apply(manager, served.as_ref(), config, self.force, now);
        let new =
            applied.map_err(|conflicts| Failure::Usage(format!("{conflicts}\n{EXPLANATION}")))?;
        if let Some(live) = &live
            && served.as_ref() == Some(&new)
            && *managed == before
        {
            return Ok(live.clone());
        }
        let request = Request::Apply {
            manager: manager.clone(),
            config: config.clone(),
        };
        let claim = claim(store, request);
        let written = match &live {
            Some(live) if manager.subresource == "status" => {
                store.update_status_value(live, &new, Some(claim))
            }
            _ => store.apply_value(manifest.kind, live.as_ref(), &new, claim),
        };
        written.map_err(|error| {
            *managed = before;
            error.into()
        })
    }

    /// Takes over what the user managed by client-side apply: the fields become those of the new manager, and the
    /// configuration is applied once more, which removes the ones that it lacks (migrateToSSAIfNecessary).
    fn migrate(
        &self,
        store: &mut Store,
        managed: &mut Managed,
        (manifest, part): (&Manifest, Subresource),
        object: Object,
    ) -> Result<Object, Failure> {
        let value = object.to_value();
        let annotation = value.at("metadata.annotations").key(LAST_APPLIED);
        if self.manager == KUBECTL && annotation.is_string() && !managed.applies_annotation() {
            let kept = json!({
                "apiVersion": manifest.kind.api_version(),
                "kind": manifest.kind.name(),
                "metadata": {
                    "name": &*manifest.key.name,
                    "namespace": &*manifest.key.namespace,
                    "annotations": { LAST_APPLIED: annotation },
                },
            });
            let keeps = self.applying(KEEPS_ANNOTATION, part);
            self.request(store, managed, &keeps, manifest, &kept)?;
        }
        let others = managed.client_side_appliers();
        if others.is_empty() {
            return Ok(store.get(&manifest.key).cloned().unwrap_or(object));
        }
        let current = store.get(&manifest.key).cloned();
        let current = current.ok_or_else(|| ApiError::not_found(&manifest.key))?;
        managed.take_over(&self.manager, &others);
        let manager = self.manager.as_str().into();
        let claim = claim(store, Request::TakeOver { manager, others });
        let value = current.to_value();
        store.apply_value(manifest.kind, Some(&current), &value, claim)?;
        let manager = self.applying(&self.manager, part);
        self.request(store, managed, &manager, manifest, &manifest.value)
    }
}

fn claim(store: &Store, request: Request) -> Rc<FieldClaim> {
    let version = store.registers.resource_version + 1;
    Rc::new(FieldClaim { request, version })
}

/// A write that changes who manages the fields of an object, and nothing else.
pub(super) fn touch(store: &mut Store, object: &Object) -> Result<Object, ApiError> {
    let claim = claim(store, Request::Update);
    store.apply_value(object.kind(), Some(object), &object.to_value(), claim)
}
