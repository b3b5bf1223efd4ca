//! `kubectl label` and `kubectl annotate` (`staging/src/k8s.io/kubectl/pkg/cmd/label/label.go`, `…/annotate/annotate.go`).

use super::resources::Bare;
use super::session::{CHANGE_CAUSE, Done, Execution};
use super::set;
use crate::api::go::quote;
use crate::api::look::Look;
use crate::api::names;
use crate::api::object::Object;
use crate::manifests::{DryRun, Failure, update};
use crate::versions::Feature;
use serde_json::{Map, Value};

/// Which of the two maps to change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Labels,
    Annotations,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            Self::Labels => "label",
            Self::Annotations => "annotation",
        }
    }
}

/// The changes of a map.
#[derive(Default)]
struct Changes {
    set: Vec<(String, String)>,
    remove: Vec<String>,
}

/// Changes labels.
pub(super) fn label(session: &mut Execution<'_>) -> Result<(), Failure> {
    run(session, What::Labels)
}

/// Changes annotations.
pub(super) fn annotate(session: &mut Execution<'_>) -> Result<(), Failure> {
    run(session, What::Annotations)
}

fn run(session: &mut Execution<'_>, what: What) -> Result<(), Failure> {
    let words = session.words();
    let (resources, pairs) = resources_and_pairs(&words, what.word())?;
    let changes = parse(&pairs, what)?;
    let dry_run = session.dry_run()?;
    let list = check_flags(session, &resources, &pairs, what)?;
    let all = session.invocation.switch("all", false);
    let overwrite = session.invocation.switch("overwrite", false);
    let bare = if all { Bare::All } else { Bare::Refused };
    let found = session.find(&resources, bare)?;
    let flags = &session.invocation;
    let version = flags.text("resource-version");
    let version = version.filter(|text| !text.is_empty()).map(str::to_owned);
    if version.is_some() && !found.single {
        return Err(Failure::Usage(
            "--resource-version may only be used with a single resource".to_owned(),
        ));
    }
    let mut failures = Vec::new();
    let mut wanted = Vec::new();
    for object in found.objects {
        let mut value = object.to_value();
        match change(session, &mut value, &changes, what, overwrite) {
            Ok(()) if list => session.out += &listed(&object, &value, what, found.single),
            Ok(()) => {
                session.record(&mut value);
                if let Some(version) = &version {
                    value["metadata"]["resourceVersion"] = version.as_str().into();
                }
                wanted.push((object, value));
            }
            Err(failure) => failures.push(failure),
        }
    }
    let result = session.act(dry_run, |store| {
        let write = |(object, value): (Object, Value)| {
            let operation = operation(&object, &changes, what);
            let key = object.key();
            let object = if dry_run == DryRun::Client || operation != "not labeled" {
                update(store, dry_run, &object, value)?
            } else {
                crate::manifests::ServedObject::Object(object)
            };
            Ok(Some(Done {
                key,
                operation: operation.to_owned(),
                object,
            }))
        };
        wanted.into_iter().map(write).collect()
    });
    failures.extend(result.err());
    // Missing objects are reported last (ContinueOnErrorVisitor).
    failures.extend(found.failures);
    Failure::all(failures)
}

/// Validates the flags before looking up objects. Returns whether labels or annotations are only listed.
fn check_flags(
    session: &Execution<'_>,
    resources: &[String],
    pairs: &[String],
    what: What,
) -> Result<bool, Failure> {
    let flags = &session.invocation;
    let list = flags.switch("list", false);
    let usage = |text: String| Err(Failure::Usage(text));
    let refuses_output = what == What::Labels
        || session
            .engine
            .store()
            .has(Feature::AnnotateListRefusesOutput);
    let output = flags.text("output");
    if list && refuses_output && output.is_some_and(|text| !text.is_empty()) {
        return usage("--list and --output may not be specified together".to_owned());
    }
    for selector in ["selector", "field-selector"] {
        let given = flags.text(selector).is_some_and(|text| !text.is_empty());
        if flags.switch("all", false) && given {
            return usage(format!(
                "cannot set --all and --{selector} at the same time"
            ));
        }
    }
    if resources.is_empty() && !flags.has("filename") {
        return usage(set::NO_RESOURCES.to_owned());
    }
    if pairs.is_empty() && !list {
        return usage(format!("at least one {} update is required", what.word()));
    }
    Ok(list)
}

/// `--list`: the resulting map, one entry per line; upstream's order is random.
fn listed(object: &Object, value: &Value, what: What, single: bool) -> String {
    let field = match what {
        What::Labels => "labels",
        What::Annotations => "annotations",
    };
    let (kind, name) = (object.kind(), &object.meta().name);
    let indent = if single { "" } else { " " };
    let mut text = match single {
        true => String::new(),
        false => format!(
            "Listing {field} for {}.{}/{name}:\n",
            kind.name(),
            kind.group()
        ),
    };
    for (key, value) in value
        .at("metadata")
        .key(field)
        .as_object()
        .into_iter()
        .flatten()
    {
        text += &format!("{indent}{key}={}\n", value.as_str().unwrap_or_default());
    }
    text
}

/// Splits the arguments into resources and key-value pairs (`staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go`,
/// GetResourcesAndPairs).
pub(super) fn resources_and_pairs(
    words: &[String],
    what: &str,
) -> Result<(Vec<String>, Vec<String>), Failure> {
    let is_pair = |word: &String| {
        word.contains('=') && !word.starts_with('=') || word.ends_with('-') && word != "-"
    };
    let first = words.iter().position(is_pair).unwrap_or(words.len());
    let (resources, pairs) = words.split_at(first);
    if let Some(late) = pairs.iter().find(|word| !is_pair(word)) {
        return Err(Failure::Usage(format!(
            "all resources must be specified before {what} changes: {late}"
        )));
    }
    Ok((resources.to_vec(), pairs.to_vec()))
}

fn parse(pairs: &[String], what: What) -> Result<Changes, Failure> {
    let mut changes = Changes::default();
    for pair in pairs {
        if let Some((key, value)) = pair.split_once('=') {
            if what == What::Labels {
                check_label(pair, value)?;
            }
            changes.set.push((key.to_owned(), value.to_owned()));
        } else if let Some(key) = pair.strip_suffix('-') {
            changes.remove.push(key.to_owned());
        }
    }
    let both = changes.remove.iter();
    let both = both.filter(|key| changes.set.iter().any(|(set, _)| set == *key));
    let both: Vec<&str> = both.map(String::as_str).collect();
    match what {
        _ if both.is_empty() => Ok(changes),
        What::Labels => Err(Failure::Usage(
            "can not both modify and remove a label in the same command".to_owned(),
        )),
        What::Annotations => Err(Failure::Usage(format!(
            "can not both modify and remove the following annotation(s) in the same command: {}",
            both.join(", ")
        ))),
    }
}

/// kubectl validates label values itself (parseLabels).
fn check_label(pair: &str, value: &str) -> Result<(), Failure> {
    if value.contains('=') {
        return Err(Failure::Usage(format!("invalid label spec: {pair}")));
    }
    let complaints = names::label_value(value);
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "invalid label value: {}: {}",
        quote(pair),
        complaints.join(";")
    )))
}

fn change(
    session: &mut Execution<'_>,
    value: &mut Value,
    changes: &Changes,
    what: What,
    overwrite: bool,
) -> Result<(), Failure> {
    let field = match what {
        What::Labels => "labels",
        What::Annotations => "annotations",
    };
    let known = value.at("metadata").key(field).clone();
    let taken: Vec<String> = changes
        .set
        .iter()
        // The change cause can always be overwritten (validateNoAnnotationOverwrites).
        .filter(|(key, _)| what == What::Labels || key != CHANGE_CAUSE)
        .filter_map(|(key, wanted)| {
            let value = known.key(key).as_str().filter(|value| value != wanted)?;
            Some(format!("'{key}' already has a value ({value})"))
        })
        .collect();
    if !overwrite && !taken.is_empty() {
        return Err(match what {
            What::Labels => Failure::several(
                taken
                    .iter()
                    .map(|text| Failure::Usage(format!("{text}, and --overwrite is false")))
                    .collect(),
            ),
            What::Annotations => Failure::Usage(format!(
                "--overwrite is false but found the following declared annotation(s): {}",
                taken.join("; ")
            )),
        });
    }
    let mut map: Map<String, Value> = known.as_object().cloned().unwrap_or_default();
    for key in &changes.remove {
        if map.remove(key).is_none() && what == What::Labels {
            let text = format!("label {} not found.\n", quote(key));
            session.out.push_str(&text);
        }
    }
    for (key, text) in &changes.set {
        map.insert(key.clone(), text.as_str().into());
    }
    if map.is_empty() {
        if let Some(metadata) = value["metadata"].as_object_mut() {
            metadata.remove(field);
        }
    } else {
        value["metadata"][field] = map.into();
    }
    Ok(())
}

/// The operation in kubectl's message; for labels it depends on the changes (updateDataChangeMsg).
fn operation(object: &Object, changes: &Changes, what: What) -> &'static str {
    if what == What::Annotations {
        return "annotated";
    }
    let labels = &object.meta().labels;
    let adds = |(key, value): &(String, String)| {
        labels
            .get(key.as_str())
            .is_none_or(|known| **known != *value.as_str())
    };
    let removes = |key: &String| labels.get(key.as_str()).is_some();
    let added = changes.set.iter().any(adds);
    match (added, changes.remove.iter().any(removes)) {
        (true, true) => "modified",
        (true, false) => "labeled",
        (false, true) => "unlabeled",
        (false, false) => "not labeled",
    }
}
