//! Kustomizations: objects from the files of directories, and what is changed in them, as kustomize does it
//! (`kubernetes-sigs/kustomize`, `api/internal/target`).
//!
//! What kustomize has and this does not is refused by name.

mod fields;
mod kustomization;
mod order;
mod patches;
mod references;
mod resource;
mod source;
mod transform;

use super::Failure;
use crate::api::go;
use crate::api::look::Look;
use crate::api::yaml::{self, Document, YamlError};
use kustomization::Kustomization;
use resource::KustomizeResource;
use serde_json::Value;
pub(crate) use source::joined;
use source::{Directory, KustomizeFiles, is_remote, is_within, shown};
use std::fmt::Display;

/// Maximum number of directories that a kustomization reads; each of them may be read many times.
const DIRECTORIES_MAX: usize = 200;

/// An annotation of objects that are for kustomize itself.
const LOCAL: &str = "config.kubernetes.io/local-config";

/// The result of building a kustomization.
pub struct Built {
    /// The objects in order, or why there are none.
    pub objects: Result<Vec<Value>, Failure>,
    /// Warnings about what is deprecated.
    pub warnings: Vec<String>,
    /// The names of the files that were read.
    pub read: Vec<String>,
}

/// Builds the kustomization in a directory of the files, which are given by name and content.
#[must_use]
pub fn build(files: &[(String, String)], directory: &str) -> Built {
    let mut target = Target {
        source: KustomizeFiles::new(files),
        warnings: Vec::new(),
        directories: 0,
    };
    let objects = target.build(directory);
    Built {
        objects,
        warnings: target.warnings,
        read: target.source.read.into_iter().collect(),
    }
}

/// An error in kustomize's words.
fn text(text: &str) -> Failure {
    Failure::Usage(text.to_owned())
}

/// An error with what kustomize was doing; what is not simulated stays as it is.
fn within(context: impl Display, failure: Failure) -> Failure {
    match failure {
        Failure::Usage(text) => Failure::Usage(format!("{context}: {text}")),
        other => other,
    }
}

/// Why an entry of `resources` is no file with objects.
enum NoFile {
    /// It is a file, but not YAML.
    Malformed(Failure),
    /// It may be a directory.
    Other(Failure),
}

impl From<Failure> for NoFile {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

struct Target<'f> {
    source: KustomizeFiles<'f>,
    warnings: Vec<String>,
    directories: usize,
}

impl Target<'_> {
    fn build(&mut self, directory: &str) -> Result<Vec<Value>, Failure> {
        if is_remote(directory) {
            return Err(Failure::NotSimulated(format!(
                "a kustomization at a URL: {directory}"
            )));
        }
        let root = self.source.directory(joined("", directory), directory)?;
        let kustomization = self.load(&root)?;
        let mut resources = self.accumulate(&kustomization, &[root])?;
        references::follow(&mut resources)?;
        resources.retain(|resource| {
            let local = resource.value.at("metadata.annotations").key(LOCAL);
            local.is_null() || local == "false"
        });
        match kustomization.0.text("sortOptions.order") {
            "fifo" => {}
            "" | "legacy" => order::sort(&mut resources),
            other => {
                return Err(text(&format!(
                    "the field 'sortOptions.order' must be one of [legacy, fifo], got '{other}'"
                )));
            }
        }
        Ok(resources
            .into_iter()
            .map(|resource| resource.value)
            .collect())
    }

    fn load(&mut self, root: &str) -> Result<Kustomization, Failure> {
        self.directories += 1;
        if self.directories > DIRECTORIES_MAX {
            return Err(Failure::NotSimulated(format!(
                "a kustomization of more than {DIRECTORIES_MAX} directories"
            )));
        }
        let content = self.source.kustomization(root)?;
        let kustomization = Kustomization::parse(&content, shown(root))?;
        self.warnings.extend(kustomization.warnings());
        kustomization.check(shown(root))?;
        Ok(kustomization)
    }

    /// The customized objects of a directory, which is the last of those that led to it.
    fn accumulate(
        &mut self,
        kustomization: &Kustomization,
        roots: &[String],
    ) -> Result<Vec<KustomizeResource>, Failure> {
        let mut resources = Vec::new();
        for path in kustomization.paths() {
            self.resource(path, roots, &mut resources)
                .map_err(|failure| within("accumulating resources", failure))?;
        }
        let root = roots.last().map(String::as_str).unwrap_or_default();
        let mut directory = Directory {
            source: &mut self.source,
            root,
        };
        transform::run(kustomization, &mut directory, &mut resources)?;
        Ok(resources)
    }

    /// Adds the objects of an entry of `resources`: first it is taken for a file, then for a directory.
    fn resource(
        &mut self,
        path: &str,
        roots: &[String],
        resources: &mut Vec<KustomizeResource>,
    ) -> Result<(), Failure> {
        let root = roots.last().map(String::as_str).unwrap_or_default();
        let as_file = match self.file(path, root, resources) {
            Ok(()) => return Ok(()),
            Err(NoFile::Other(Failure::Usage(fault))) => fault,
            Err(NoFile::Malformed(failure) | NoFile::Other(failure)) => return Err(failure),
        };
        self.directory(path, roots, resources)
            .map_err(|failure| within(format!("accumulation err='{as_file}'"), failure))
    }

    fn file(
        &mut self,
        path: &str,
        root: &str,
        resources: &mut Vec<KustomizeResource>,
    ) -> Result<(), NoFile> {
        let mut directory = Directory {
            source: &mut self.source,
            root,
        };
        let accumulating =
            |failure| within(format!("accumulating resources from '{path}'"), failure);
        let content = directory.load(path).map_err(accumulating)?;
        let documents = yaml::documents(&content).map_err(|error| {
            let fault = format!("{} in File: {path}", malformed(error));
            NoFile::Malformed(accumulating(text(&fault)))
        })?;
        let values = among(documents).map_err(accumulating)?;
        let added = values.into_iter().map(KustomizeResource::new).collect();
        append(resources, added)
            .map_err(|failure| within(format!("merging resources from '{path}'"), failure))?;
        Ok(())
    }

    fn directory(
        &mut self,
        path: &str,
        roots: &[String],
        resources: &mut Vec<KustomizeResource>,
    ) -> Result<(), Failure> {
        let root = roots.last().map(String::as_str).unwrap_or_default();
        if path.is_empty() {
            return Err(text("new root cannot be empty"));
        }
        if path.starts_with('/') {
            return Err(text(&format!("new root '{path}' cannot be absolute")));
        }
        let full = joined(root, path);
        let written = full.clone().unwrap_or_else(|| path.to_owned());
        let next = self.source.directory(full, &written)?;
        if let Some(visited) = roots.iter().rev().find(|visited| is_within(visited, &next)) {
            let (next, visited) = (shown(&next), shown(visited));
            return Err(text(&format!(
                "cycle detected: candidate root '{next}' contains visited root '{visited}'"
            )));
        }
        let name = shown(&next).to_owned();
        let kustomization = self.load(&next).map_err(|failure| {
            within(format!("couldn't make target for path '{name}'"), failure)
        })?;
        let roots: Vec<String> = roots.iter().cloned().chain([next]).collect();
        let added = self.accumulate(&kustomization, &roots).map_err(|failure| {
            within(format!("recursed accumulation of path '{name}'"), failure)
        })?;
        append(resources, added)
            .map_err(|failure| within(format!("recursed merging from path '{name}'"), failure))
    }
}

/// Adds objects, each of which has to have an identity of its own.
fn append(
    resources: &mut Vec<KustomizeResource>,
    added: Vec<KustomizeResource>,
) -> Result<(), Failure> {
    for resource in added {
        let id = resource.current();
        if resources.iter().any(|other| other.current().is(&id)) {
            return Err(text(&format!(
                "may not add resource with an already registered id: {id}"
            )));
        }
        resources.push(resource);
    }
    Ok(())
}

/// The fault of a text that is not YAML.
fn malformed(error: YamlError) -> String {
    match error {
        YamlError::Syntax { text, .. } => format!("MalformedYAMLError: {text}"),
        error => format!("MalformedYAMLError: {error}"),
    }
}

/// The objects of a text; lists stand for their items.
fn objects(content: &str) -> Result<Vec<Value>, Failure> {
    let documents = yaml::documents(content).map_err(|error| text(&malformed(error)))?;
    among(documents)
}

/// The objects of some documents, with the items of lists.
fn among(documents: Vec<Document>) -> Result<Vec<Value>, Failure> {
    let values = documents.into_iter().map(|document| document.value);
    let mut left: std::collections::VecDeque<Value> = values.collect();
    let mut found = Vec::new();
    while let Some(value) = left.pop_front() {
        check(&value)?;
        match value.key("items") {
            // The items come after whatever else there is.
            Value::Array(items) if value.text("kind").ends_with("List") => {
                left.extend(items.iter().cloned());
            }
            Value::Null if is_empty_list(&value) => {}
            _ => found.push(value),
        }
    }
    Ok(found)
}

fn is_empty_list(value: &Value) -> bool {
    let fields = value.as_object();
    value.text("kind").ends_with("List")
        && fields.is_some_and(|fields| fields.contains_key("items"))
}

/// Checks that a value has a kind and a name.
fn check(value: &Value) -> Result<(), Failure> {
    let (version, kind) = (value.text("apiVersion"), value.text("kind"));
    let (name, namespace) = (
        value.text("metadata.name"),
        value.text("metadata.namespace"),
    );
    let missing = match (kind, name) {
        _ if !value.is_object() => return Err(text("missing Resource metadata")),
        ("", "") if version.is_empty() && !value.has("metadata") => {
            return Err(text("missing Resource metadata"));
        }
        ("", _) => "kind",
        (kind, "") if !kind.ends_with("List") => "metadata.name",
        _ => return Ok(()),
    };
    let map = |field: &str| match value.at("metadata").key(field) {
        Value::Null => "map[]".to_owned(),
        map => go::plain(map),
    };
    let (labels, annotations) = (map("labels"), map("annotations"));
    Err(text(&format!(
        "missing {missing} in object {{{{{version} {kind}}} {{{{{name} {namespace}}} {labels} {annotations}}}}}"
    )))
}
