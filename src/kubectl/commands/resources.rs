//! Objects given on a command line: `TYPE NAME…`, `TYPE/NAME…`, `-l`, `--all`, `-f`
//! (`staging/src/k8s.io/cli-runtime/pkg/resource/builder.go`).

use super::documents;
use super::selection::{Selection, field_terms};
use super::session::Execution;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::object::{Key, Object};
use crate::api::selector::Query;
use crate::manifests::{Failure, Foreign};
use crate::store::{ApiError, Store};
use crate::versions::Feature;

const MIXED: &str = "there is no need to specify a resource type as a separate argument when passing arguments in \
    resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource \
    resource/<resource_name>'";
const MISSING: &str = "You must provide one or more resources by argument or filename.\nExample resource specifications \
    include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

const SELECTED_PAIRS: &str =
    "selectors and the all flag cannot be used when passing resource/name arguments";

/// A resource type on a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// A simulated kind.
    Kind(Kind),
    /// Endpoints, which are not simulated as objects.
    Endpoints,
    /// A resource that has no objects.
    None(&'static Foreign),
}

impl Resource {
    /// Whether its objects are namespaced.
    #[must_use]
    pub fn namespaced(self) -> bool {
        match self {
            Self::Kind(kind) => kind.namespaced(),
            Self::Endpoints => true,
            Self::None(resource) => resource.namespaced,
        }
    }

    /// The kind; other resources are refused by name.
    ///
    /// # Errors
    /// The resource is not a simulated kind.
    pub fn simulated(self) -> Result<Kind, Failure> {
        match self {
            Self::Kind(kind) => Ok(kind),
            Self::Endpoints => Err(Failure::NotSimulated("endpoints".to_owned())),
            Self::None(resource) => Err(Failure::NotSimulated(resource.resource_name())),
        }
    }
}

/// The meaning of a type without names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bare {
    /// All objects.
    All,
    /// An error.
    Refused,
}

/// The objects found for a command line.
#[derive(Debug, Default)]
pub struct Found {
    /// The objects, in the order of the command line.
    pub objects: Vec<Object>,
    /// Errors for missing objects.
    pub failures: Vec<Failure>,
    /// Keys of missing objects.
    pub missing: Vec<Key>,
    /// Whether exactly one name was given.
    pub single: bool,
    /// The types given.
    pub resources: Vec<Resource>,
    /// Whether the types were listed, instead of looked up by name.
    pub listed: bool,
}

impl Found {
    /// The objects, if none is missing.
    ///
    /// # Errors
    /// The errors for missing objects.
    pub fn complete(self) -> Result<Vec<Object>, Failure> {
        Failure::all(self.failures)?;
        Ok(self.objects)
    }
}

/// The resource with a name.
///
/// # Errors
/// The type does not exist or is not simulated.
pub fn resource(store: &Store, word: &str) -> Result<Resource, Failure> {
    if let Some(kind) = store.customs().from_resource(word) {
        return Ok(Resource::Kind(kind));
    }
    let plain = word.split('.').next().unwrap_or_default();
    let lower = plain.to_ascii_lowercase();
    if lower == "endpoints" || lower == "ep" {
        return Ok(Resource::Endpoints);
    }
    match Foreign::from_word(word) {
        Some(foreign) if foreign.is_empty => return Ok(Resource::None(foreign)),
        Some(_) => return Err(Failure::NotSimulated(lower)),
        None => {}
    }
    Err(Failure::Usage(format!(
        "the server doesn't have a resource type {}",
        quote(plain)
    )))
}

/// The kind with a name, for commands that work on objects.
///
/// # Errors
/// As [`resource`].
pub fn kind(store: &Store, word: &str) -> Result<Kind, Failure> {
    resource(store, word)?.simulated()
}

impl Execution<'_> {
    /// The objects given by arguments and flags.
    ///
    /// # Errors
    /// The arguments are invalid; missing objects are reported in [`Found::failures`].
    pub fn find(&self, words: &[String], bare: Bare) -> Result<Found, Failure> {
        let flags = &self.invocation;
        // Only delete selects all objects of a type even if names are given (SelectAllParam); elsewhere `--all` is
        // for a type without names (ResourceTypeOrNameArgs).
        let all = flags.switch("all", false) && (self.path == "delete" || words.len() == 1);
        let selector = flags.text("selector");
        if flags.has("filename") {
            if !words.is_empty() {
                return Err(Failure::Usage(
                    "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
                        .to_owned(),
                ));
            }
            return self.find_in_files();
        }
        if all && selector.is_some_and(|text| !text.is_empty()) {
            return Err(Failure::Usage(
                "setting 'all' parameter but found a non empty selector. ".to_owned(),
            ));
        }
        let Some((first, names)) = words.split_first() else {
            return Err(Failure::Usage(MISSING.to_owned()));
        };
        let selects = all || selector.is_some() || flags.has("field-selector");
        let slashes = words.iter().filter(|word| word.contains('/')).count();
        if slashes > 0 && slashes < words.len() {
            return Err(Failure::Usage(MIXED.to_owned()));
        }
        if slashes > 0 {
            return self.find_pairs(words, selects);
        }
        let resources = self.types(first)?;
        if names.is_empty() {
            if !selects && bare == Bare::Refused {
                return Err(Failure::Usage(
                    "resource(s) were provided, but no name was specified".to_owned(),
                ));
            }
            return self.list(resources);
        }
        if selects {
            let text = match resources.len() {
                1 => "name cannot be provided when a selector is specified",
                _ => SELECTED_PAIRS,
            };
            return Err(Failure::Usage(text.to_owned()));
        }
        // Several types: each name applies to each type (normalizeMultipleResourcesArgs).
        let pairs = resources.iter().flat_map(|resource| {
            let names = names.iter();
            names.map(|name| (*resource, name.as_str()))
        });
        self.look_up(&pairs.collect::<Vec<_>>())
    }

    /// Parses the types in a word such as `deploy,rs` or `all`.
    fn types(&self, word: &str) -> Result<Vec<Resource>, Failure> {
        let mut found = Vec::new();
        for part in word.split(',') {
            match category(self.engine.store(), part) {
                kinds if kinds.is_empty() => found.push(self.resource(part)?),
                kinds => found.extend(kinds.into_iter().map(Resource::Kind)),
            }
        }
        Ok(found)
    }

    /// What a word names; the error contains the group, if the word has one.
    fn resource(&self, word: &str) -> Result<Resource, Failure> {
        let store = self.engine.store();
        let names_group = store.has(Feature::UnknownResourceNamesGroup);
        resource(store, word).map_err(|failure| match (failure, word.split_once('.')) {
            (Failure::Usage(text), Some((_, group))) if names_group => {
                Failure::Usage(format!("{text} in group {}", quote(group)))
            }
            (failure, _) => failure,
        })
    }

    fn find_pairs(&self, words: &[String], selects: bool) -> Result<Found, Failure> {
        let mut pairs = Vec::new();
        for word in words {
            let mut parts = word.split('/');
            let (word, name) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            if parts.next().is_some() {
                return Err(Failure::Usage(
                    "arguments in resource/name form may not have more than one slash".to_owned(),
                ));
            }
            if word.is_empty() || name.is_empty() || word.contains(',') {
                return Err(Failure::Usage(
                    "arguments in resource/name form must have a single resource and name"
                        .to_owned(),
                ));
            }
            pairs.push((word, name));
        }
        if selects {
            return Err(Failure::Usage(SELECTED_PAIRS.to_owned()));
        }
        let pairs = pairs
            .into_iter()
            .map(|(word, name)| Ok((self.resource(word)?, name)))
            .collect::<Result<Vec<_>, Failure>>()?;
        self.look_up(&pairs)
    }

    fn look_up(&self, pairs: &[(Resource, &str)]) -> Result<Found, Failure> {
        let mut found = Found {
            single: pairs.len() == 1,
            ..Found::default()
        };
        for (resource, name) in pairs {
            if self.invocation.switch("all-namespaces", false) {
                return Err(Failure::Usage(
                    "a resource cannot be retrieved by name across all namespaces".to_owned(),
                ));
            }
            if !found.resources.contains(resource) {
                found.resources.push(*resource);
            }
            let object = match resource {
                Resource::Kind(kind) => {
                    let key = self.key(*kind, name);
                    let object = existing(self.engine.store(), &key);
                    found.missing.extend(object.is_err().then_some(key));
                    object
                }
                Resource::Endpoints => Err(ApiError::NotFound {
                    resource: "endpoints".to_owned(),
                    name: (*name).to_owned(),
                }),
                Resource::None(foreign) => Err(ApiError::NotFound {
                    resource: foreign.resource_name(),
                    name: (*name).to_owned(),
                }),
            };
            match object {
                Ok(object) => found.objects.push(object),
                Err(error) => found.failures.push(error.into()),
            }
        }
        Ok(found)
    }

    fn find_in_files(&self) -> Result<Found, Failure> {
        let read = documents::read(self)?;
        let mut failures = Vec::new();
        let mut found = Found {
            single: read.manifests.len() + read.unread.len() == 1,
            ..Found::default()
        };
        for manifest in read.manifests {
            let manifest = match manifest {
                Ok(manifest) => manifest,
                Err(failure) => {
                    failures.push(failure);
                    continue;
                }
            };
            match existing(self.engine.store(), &manifest.key) {
                Ok(object) => found.objects.push(object),
                Err(error) => {
                    failures.push(Failure::Server {
                        context: self.file_context(&manifest.source),
                        error,
                    });
                    found.missing.push(manifest.key);
                }
            }
        }
        found.failures = Failure::nested(failures, read.unread);
        Ok(found)
    }

    fn file_context(&self, source: &str) -> String {
        match self.path {
            "delete" => format!("error when deleting {}: ", quote(source)),
            _ => String::new(),
        }
    }

    /// The key of an object in the command's namespace.
    #[must_use]
    pub fn key(&self, kind: Kind, name: &str) -> Key {
        let namespace = if kind.namespaced() {
            self.namespace()
        } else {
            ""
        };
        Key::of(kind, namespace, name)
    }

    /// The objects of the given types that match the selectors.
    fn list(&self, resources: Vec<Resource>) -> Result<Found, Failure> {
        if self.has_subresource() {
            return Err(Failure::Usage(
                "subresource cannot be used when bulk resources are specified".to_owned(),
            ));
        }
        let mut found = Found {
            listed: true,
            ..Found::default()
        };
        for resource in &resources {
            let Resource::Kind(kind) = resource else {
                continue;
            };
            let selection = self.selection(*kind)?;
            let objects = self
                .engine
                .store()
                .list(*kind, selection.namespace.as_deref());
            found
                .objects
                .extend(objects.filter(|object| selection.fits(object)).cloned());
        }
        found.resources = resources;
        Ok(found)
    }

    /// The flags' selection of objects of a kind.
    ///
    /// # Errors
    /// A selector cannot be parsed.
    pub fn selection(&self, kind: Kind) -> Result<Selection, Failure> {
        let flag = |name: &str| self.invocation.text(name).unwrap_or_default();
        self.select(kind, flag("selector"), flag("field-selector"))
    }

    /// The selection of objects of a kind by selectors.
    ///
    /// # Errors
    /// A selector cannot be parsed.
    pub fn select(&self, kind: Kind, labels: &str, fields: &str) -> Result<Selection, Failure> {
        let everywhere = self.invocation.switch("all-namespaces", false);
        let refused = |why: String| {
            Failure::Raw(format!(
                "Error from server (BadRequest): Unable to find {} that match label selector {}, field selector {}: {why}",
                quote(&format!(
                    "{}, Resource={}",
                    group_version(kind),
                    kind.plural()
                )),
                quote(labels),
                quote(fields)
            ))
        };
        Ok(Selection {
            kind,
            namespace: (kind.namespaced() && !everywhere).then(|| self.namespace().to_owned()),
            name: None,
            labels: Query::parse(labels.trim()).map_err(|error| refused(error.to_string()))?,
            fields: field_terms(kind, fields).map_err(refused)?,
        })
    }
}

/// The kinds of a category such as `all`, in the order in which the server lists its API groups.
fn category(store: &Store, name: &str) -> Vec<Kind> {
    let is_in = |kind: &Kind| match kind {
        Kind::Custom(id) => id.definition().categories.contains(&name),
        kind => name == "all" && kind.info().in_all,
    };
    let mut kinds: Vec<Kind> = store.kinds().filter(is_in).collect();
    light::sort(&mut kinds, |a, b| a.group().cmp(b.group()));
    kinds
}

/// `apps/v1`, `/v1`
pub(super) fn group_version(kind: Kind) -> String {
    let info = kind.info();
    format!("{}/{}", info.group, info.version)
}

/// The object with a key.
///
/// # Errors
/// The object does not exist; the error is the server's.
pub fn existing(store: &Store, key: &Key) -> Result<Object, ApiError> {
    store
        .get(key)
        .cloned()
        .ok_or_else(|| ApiError::not_found(key))
}
