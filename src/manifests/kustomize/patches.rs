//! `patches` and its two deprecated predecessors.

use super::resource::{Gvk, Id, KustomizeResource};
use super::source::Directory;
use super::{objects, text, within};
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::patch;
use crate::api::selector::Query;
use crate::api::yaml;
use crate::manifests::Failure;
use regex_lite::Regex;
use serde_json::Value;

/// A patch that has been read.
pub(super) struct Patch {
    content: Content,
    target: Option<Target>,
    /// What it is called in messages.
    source: String,
}

enum Content {
    Strategic(Vec<Value>),
    Json(Value),
}

/// The entry of a list as it is written in messages about it.
fn configuration(plugin: &str, entry: &Value, failure: Failure) -> Failure {
    let config = yaml::to_string(entry);
    within(
        format!("trouble configuring builtin {plugin} with config: `\n{config}`"),
        failure,
    )
}

/// Reads the patches of `patches`.
pub(super) fn read(
    entries: &[Value],
    directory: &mut Directory<'_, '_>,
) -> Result<Vec<Patch>, Failure> {
    let read = entries.iter().map(|entry| {
        one(entry, directory).map_err(|failure| configuration("PatchTransformer", entry, failure))
    });
    read.collect()
}

fn one(entry: &Value, directory: &mut Directory<'_, '_>) -> Result<Patch, Failure> {
    let (inline, path) = (entry.text("patch").trim(), entry.text("path"));
    let shown = || yaml::to_string(entry);
    let (content, source) = match (inline, path) {
        ("", "") => {
            return Err(text(&format!(
                "must specify one of patch and path in\n{}",
                shown()
            )));
        }
        (inline, "") => (inline.to_owned(), format!("[patch: {}]", quote(inline))),
        ("", path) => {
            let loaded = directory.load(path).map_err(|failure| {
                within(
                    format!("failed to get the patch file from path({path})"),
                    failure,
                )
            })?;
            (loaded, format!("[path: {}]", quote(path)))
        }
        _ => {
            let fault = format!("patch and path can't be set at the same time\n{}", shown());
            return Err(text(&fault));
        }
    };
    let content = match (objects(&content), operations(&content)) {
        (Ok(patches), _) => Content::Strategic(patches),
        (Err(_), Some(operations)) => Content::Json(operations),
        (Err(_), None) => {
            return Err(text(&format!(
                "unable to parse SM or JSON patch from {source}"
            )));
        }
    };
    let target = target(entry)?;
    Ok(Patch {
        content,
        target,
        source,
    })
}

fn target(entry: &Value) -> Result<Option<Target>, Failure> {
    match entry.at("target") {
        Value::Null => Ok(None),
        target => Target::parse(target).map(Some),
    }
}

/// The operations of a JSON patch, if the text is one.
fn operations(content: &str) -> Option<Value> {
    let document = yaml::documents(content).ok()?.into_iter().next()?;
    let items = document.value.as_array()?;
    items.iter().all(Value::is_object).then_some(document.value)
}

/// Reads the patches of `patchesStrategicMerge`: each is a path, or the patch itself.
pub(super) fn read_strategic(
    entries: &[Value],
    directory: &mut Directory<'_, '_>,
) -> Result<Vec<Patch>, Failure> {
    let mut read = Vec::new();
    for entry in entries.iter().filter_map(Value::as_str) {
        let content = match objects(entry) {
            Ok(patches) => patches,
            Err(_) => objects(&directory.load(entry)?)?,
        };
        read.push(Patch {
            content: Content::Strategic(content),
            target: None,
            source: String::new(),
        });
    }
    Ok(read)
}

/// Reads the patches of `patchesJson6902`.
pub(super) fn read_json(
    entries: &[Value],
    directory: &mut Directory<'_, '_>,
) -> Result<Vec<Patch>, Failure> {
    let read = entries.iter().map(|entry| {
        json(entry, directory)
            .map_err(|failure| configuration("PatchJson6902Transformer", entry, failure))
    });
    read.collect()
}

fn json(entry: &Value, directory: &mut Directory<'_, '_>) -> Result<Patch, Failure> {
    if entry.text("target.name").is_empty() {
        return Err(text("must specify the target name"));
    }
    let content = match (entry.text("patch"), entry.text("path")) {
        ("", "") => return Err(text("empty file path and empty jsonOp")),
        (inline, "") => inline.to_owned(),
        ("", path) => directory.load(path)?,
        _ => return Err(text("must specify a file path or jsonOp, not both")),
    };
    let operations = operations(&content).ok_or_else(|| {
        text("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    })?;
    Ok(Patch {
        content: Content::Json(operations),
        target: target(entry)?,
        source: String::new(),
    })
}

impl Patch {
    /// Applies the patch to the objects that it is for. `keeps_names` is for a list whose patches do not take part in
    /// the renaming of references.
    pub fn apply(
        &self,
        resources: &mut Vec<KustomizeResource>,
        keeps_names: bool,
    ) -> Result<(), Failure> {
        match &self.content {
            Content::Strategic(patches) => self.merge(patches, resources)?,
            Content::Json(operations) => {
                let Some(target) = &self.target else {
                    let fault = format!("must specify a target for JSON patch {}", self.source);
                    return Err(text(&fault));
                };
                for resource in resources
                    .iter_mut()
                    .filter(|resource| target.selects(resource))
                {
                    if !keeps_names {
                        resource.remember();
                    }
                    patch::json_patch(&mut resource.value, operations)
                        .map_err(|error| text(&error.to_string()))?;
                }
            }
        }
        // `$patch: delete` leaves nothing of an object.
        resources.retain(|resource| {
            resource
                .value
                .as_object()
                .is_some_and(|all| !all.is_empty())
        });
        Ok(())
    }

    fn merge(&self, patches: &[Value], resources: &mut [KustomizeResource]) -> Result<(), Failure> {
        let Some(target) = &self.target else {
            return patches
                .iter()
                .try_for_each(|patch| merge_by_id(patch, resources));
        };
        match patches {
            [] => Ok(()),
            [patch] => {
                let mut selected = resources
                    .iter_mut()
                    .filter(|resource| target.selects(resource));
                selected.try_for_each(|resource| merge(patch, resource))
            }
            _ => Err(text(&format!(
                "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: {}",
                self.source
            ))),
        }
    }
}

/// Applies a strategic merge patch to the object that has its identity, or had it before.
fn merge_by_id(patch: &Value, resources: &mut [KustomizeResource]) -> Result<(), Failure> {
    let id = Id::of(patch);
    let mut found = resources
        .iter_mut()
        .filter(|one| one.ids().any(|other| other.is(&id)));
    let fault = match (found.next(), found.next()) {
        (Some(resource), None) => return merge(patch, resource),
        (None, _) => "no",
        (Some(_), Some(_)) => "multiple",
    };
    Err(text(&format!(
        "no resource matches strategic merge patch {}: {fault} matches for Id {id}; failed to find unique target for patch \
         {id}",
        quote(&id.to_string())
    )))
}

/// Applies a strategic merge patch to an object, which keeps its identity.
fn merge(patch: &Value, resource: &mut KustomizeResource) -> Result<(), Failure> {
    let before = resource.current();
    let api_version = resource.value.text("apiVersion").to_owned();
    let mut patch = patch.clone();
    patch["apiVersion"] = api_version.as_str().into();
    let kind = Kind::from_api(&api_version, &before.gvk.kind);
    let merged = patch::strategic_prepending(kind, &resource.value, &patch)
        .map_err(|error| text(&error.to_string()))?;
    resource.value = merged;
    if resource
        .value
        .as_object()
        .is_none_or(serde_json::Map::is_empty)
    {
        return Ok(());
    }
    resource.value["kind"] = before.gvk.kind.into();
    resource.set_metadata("name", &before.name);
    match before.namespace.as_str() {
        "" => {
            if let Some(metadata) = resource.value["metadata"].as_object_mut() {
                metadata.remove("namespace");
            }
        }
        namespace => resource.set_metadata("namespace", namespace),
    }
    Ok(())
}

/// `target`: what a patch is for. Its parts are regular expressions for whole names.
struct Target {
    patterns: Vec<(&'static str, Regex)>,
    labels: Query,
    annotations: Query,
}

impl Target {
    fn parse(value: &Value) -> Result<Self, Failure> {
        let mut patterns = Vec::new();
        for name in ["group", "version", "kind", "name", "namespace"] {
            let pattern = value.text(name);
            if !pattern.is_empty() {
                let regex = Regex::new(&format!("^(?:{pattern})$"))
                    .map_err(|error| text(&format!("error parsing regexp: {error}")))?;
                patterns.push((name, regex));
            }
        }
        let query = |field: &str| {
            Query::parse(value.text(field).trim()).map_err(|error| text(&error.to_string()))
        };
        Ok(Self {
            patterns,
            labels: query("labelSelector")?,
            annotations: query("annotationSelector")?,
        })
    }

    /// Name and namespace may also be the original ones.
    fn selects(&self, resource: &KustomizeResource) -> bool {
        let (now, before) = (resource.current(), resource.original());
        let Gvk {
            group,
            version,
            kind,
        } = &now.gvk;
        let fits = |(name, regex): &(&'static str, Regex)| match *name {
            "group" => regex.is_match(group),
            "version" => regex.is_match(version),
            "kind" => regex.is_match(kind),
            "name" => regex.is_match(&before.name) || regex.is_match(&now.name),
            _ => [&before, &now]
                .iter()
                .any(|id| regex.is_match(id.effective_namespace())),
        };
        self.patterns.iter().all(fits)
            && self.labels.matches(&resource.strings("labels"))
            && self.annotations.matches(&resource.strings("annotations"))
    }
}
