//! `kubectl set env` and `kubectl set selector` (`staging/src/k8s.io/kubectl/pkg/cmd/set/set_env.go`,
//! `…/set_selector.go`).

use super::resources::existing;
use super::session::Execution;
use super::set;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::names::portable_environment_variable;
use crate::api::selector::parse_labels;
use crate::manifests::Failure;
use serde_json::{Value, json};

const ENV: set::Update = set::Update {
    done: "env updated",
    refused: "failed to patch env update to pod template: ",
};

/// Sets, removes and lists environment variables of containers.
pub(super) fn env(session: &mut Execution<'_>) -> Result<(), Failure> {
    let usage = |text: String| Err(Failure::Usage(text));
    let words = session.words();
    let is_pair = |word: &String| word.find('=').is_some_and(|at| at > 0) || word.ends_with('-');
    let first = words.iter().position(is_pair).unwrap_or(words.len());
    let (resources, pairs) = words.split_at(first);
    let flags = &session.invocation;
    if !pairs.iter().all(is_pair) {
        let words = words.join(" ");
        return usage(format!(
            "all resources must be specified before environment changes: {words}"
        ));
    }
    if resources.is_empty() && !flags.has("filename") {
        return usage(set::NO_RESOURCES.to_owned());
    }
    let lists = flags.switch("list", false);
    if lists && flags.has("output") {
        return usage("--list and --output may not be specified together".to_owned());
    }
    if flags.has("keys") && !flags.has("from") {
        let text = "when specifying --keys, a configmap or secret must be provided with --from";
        return usage(text.to_owned());
    }
    let given: Vec<String> = flags
        .values("env")
        .map(str::to_owned)
        .chain(pairs.iter().cloned())
        .collect();
    let (mut variables, removed) = parse(session, &given)?;
    variables.extend(imported(session)?);
    let prefix = session.invocation.text("prefix").unwrap_or_default();
    for variable in &mut variables {
        let name = format!("{prefix}{}", variable.text("name"));
        variable["name"] = name.into();
    }
    let flags = &session.invocation;
    let overwrite = flags.switch("overwrite", true);
    let pattern = flags.text("containers").unwrap_or("*").to_owned();
    if lists {
        return list(session, resources, &pattern, &variables, &removed);
    }
    let warnings = std::cell::RefCell::new(String::new());
    let objects = set::targets(session, resources)?;
    let result = set::change(session, objects, &ENV, &|object, spec| {
        let mut taken = None;
        let found = set::each_container(spec, &pattern, &mut |container| {
            let known = container.list("env");
            let conflict = known.iter().find(|known| {
                let same = variables.iter().find(|new| new["name"] == known["name"]);
                same.is_some_and(|new| new.text("value") != known.text("value"))
            });
            match conflict.filter(|_| !overwrite) {
                Some(known) => {
                    taken = taken.take().or_else(|| {
                        Some((
                            known.text("name").to_owned(),
                            known.text("value").to_owned(),
                        ))
                    });
                }
                None => {
                    let updated = updated(known, &variables, &removed);
                    set_env(container, updated);
                }
            }
        });
        if found == 0 {
            let pattern = quote(&pattern);
            let (kind, name) = (object.kind(), &object.meta().name);
            let line =
                format!("Warning: {kind}/{name} does not have any containers matching {pattern}\n");
            warnings.borrow_mut().push_str(&line);
        }
        match taken {
            None => Ok(()),
            Some((name, value)) => Err(Failure::Usage(format!(
                "{}/{} '{name}' already has a value ({value}), and --overwrite is false",
                object.kind().plural(),
                object.meta().name
            ))),
        }
    });
    session.err.push_str(&warnings.into_inner());
    result
}

fn set_env(container: &mut Value, variables: Vec<Value>) {
    if let Some(fields) = container.as_object_mut() {
        match variables.is_empty() {
            true => drop(fields.remove("env")),
            false => drop(fields.insert("env".to_owned(), variables.into())),
        }
    }
}

/// A container's variables after the change; existing ones keep their position.
fn updated(known: &[Value], variables: &[Value], removed: &[String]) -> Vec<Value> {
    let is_removed =
        |variable: &&Value| removed.iter().any(|name| variable["name"] == name.as_str());
    let newer = |old: &Value| {
        variables
            .iter()
            .rfind(|new| new["name"] == old["name"])
            .unwrap_or(old)
            .clone()
    };
    let mut all: Vec<Value> = known
        .iter()
        .filter(|old| !is_removed(old))
        .map(newer)
        .collect();
    for new in variables.iter().filter(|new| !is_removed(new)) {
        if !all.iter().any(|old| old["name"] == new["name"]) {
            all.push(newer(new));
        }
    }
    all
}

/// Parses `A=1`, `A-`, and `-` for variables on standard input.
fn parse(session: &Execution<'_>, words: &[String]) -> Result<(Vec<Value>, Vec<String>), Failure> {
    let usage = |text: String| Err(Failure::Usage(text));
    let (mut variables, mut removed) = (Vec::new(), Vec::new());
    for word in words {
        if word == "-" {
            for line in session.input.stdin.unwrap_or_default().lines() {
                let line = line.split('#').next().unwrap_or_default();
                let pair = line.split_once('=');
                variables.extend(pair.map(|(name, value)| json!({"name": name, "value": value})));
            }
        } else if let Some((name, value)) = word.split_once('=') {
            let complaints = portable_environment_variable(name);
            if !complaints.is_empty() {
                let (name, why) = (quote(name), complaints.join(";"));
                return usage(format!("{name} is not a valid key name: {why}"));
            }
            variables.push(json!({"name": name, "value": value}));
        } else if let Some(name) = word.strip_suffix('-') {
            removed.push(name.to_owned());
        } else {
            return usage(format!("unknown environment variable: {word}"));
        }
    }
    if variables
        .iter()
        .any(|new| removed.iter().any(|name| new["name"] == name.as_str()))
    {
        let text =
            "can not both modify and remove the same environment variable in the same command";
        return usage(text.to_owned());
    }
    Ok((variables, removed))
}

/// `--from=configmap/x`
fn imported(session: &Execution<'_>) -> Result<Vec<Value>, Failure> {
    let flags = &session.invocation;
    let Some(from) = flags.text("from") else {
        return Ok(Vec::new());
    };
    let (word, name) = from.split_once('/').unwrap_or((from, ""));
    let kind = super::resources::kind(session.engine.store(), word)?;
    let reference = match kind {
        Kind::ConfigMap => "configMapKeyRef",
        Kind::Secret => "secretKeyRef",
        _ => {
            return Err(Failure::Usage(
                "unsupported resource specified in --from".to_owned(),
            ));
        }
    };
    let value = existing(session.engine.store(), &session.key(kind, name))?.to_value();
    let keys: Vec<&str> = flags
        .values("keys")
        .flat_map(|keys| keys.split(','))
        .collect();
    let data = value.map("data").into_iter().flatten();
    let wanted = data.filter(|(key, _)| keys.is_empty() || keys.contains(&key.as_str()));
    Ok(wanted
        .map(|(key, _)| {
            let clean = |letter: char| match letter {
                letter if letter.is_ascii_alphanumeric() => letter.to_ascii_uppercase(),
                _ => '_',
            };
            let variable: String = key.chars().map(clean).collect();
            json!({"name": variable, "valueFrom": {reference: {"key": key, "name": name}}})
        })
        .collect())
}

/// `--list`: prints the resulting variables.
fn list(
    session: &mut Execution<'_>,
    resources: &[String],
    pattern: &str,
    variables: &[Value],
    removed: &[String],
) -> Result<(), Failure> {
    for object in set::targets(session, resources)? {
        let mut value = object.to_value();
        let (kind, name) = (object.kind(), object.meta().name.clone());
        let Some(spec) = set::pod_spec(&mut value) else {
            continue;
        };
        let mut text = String::new();
        set::each_container(spec, pattern, &mut |container| {
            text.push_str(&format!(
                "# {kind} {name}, container {}\n",
                container.text("name")
            ));
            for variable in updated(container.list("env"), variables, removed) {
                let name = variable.text("name");
                let from = variable.at("valueFrom");
                text.push_str(&match from.is_null() {
                    true => format!("{name}={}\n", variable.text("value")),
                    false => format!("# {name} from {}\n", source(from)),
                });
            }
        });
        session.out.push_str(&text);
    }
    Ok(())
}

fn source(from: &Value) -> String {
    for (field, word) in [("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")] {
        let reference = from.key(field);
        if !reference.is_null() {
            return format!(
                "{word} {}, key {}",
                reference.text("name"),
                reference.text("key")
            );
        }
    }
    if from.has("fieldRef") {
        return format!("field path {}", from.text("fieldRef.fieldPath"));
    }
    let container = from.text("resourceFieldRef.containerName");
    let slash = if container.is_empty() { "" } else { "/" };
    format!(
        "resource field {container}{slash}{}",
        from.text("resourceFieldRef.resource")
    )
}

/// Sets the pod selector of a Service.
pub(super) fn selector(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let Some((last, resources)) = words.split_last() else {
        return Err(Failure::Usage("one selector is required".to_owned()));
    };
    let labels = parse_labels(last).map_err(|error| Failure::Usage(error.to_string()))?;
    let dry_run = session.dry_run()?;
    let objects = set::targets(session, resources)?;
    let mut wanted = Vec::new();
    for object in objects {
        if object.kind() != Kind::Service {
            return Err(Failure::Usage(
                "setting a selector is only supported for Services".to_owned(),
            ));
        }
        let mut value = object.to_value();
        value["spec"]["selector"] = json!(labels);
        session.record(&mut value);
        wanted.push((object, "selector updated", value));
    }
    session.put(dry_run, wanted, Vec::new())
}
