//! `kubectl set` (`staging/src/k8s.io/kubectl/pkg/cmd/set`).

use super::metadata::resources_and_pairs;
use super::resources::Bare;
use super::session::Execution;
use crate::api::go::quote;
use crate::api::object::Object;
use crate::api::quantity::Quantity;
use crate::manifests::Failure;
use crate::versions::Feature;
use serde_json::{Map, Value};

pub(super) const NO_RESOURCES: &str =
    "one or more resources must be specified as <resource> <name> or <resource>/<name>";

/// `set image KIND/NAME CONTAINER=IMAGE …`
pub(super) fn image(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let (resources, pairs) = resources_and_pairs(&words, "image")?;
    let images: Vec<(String, String)> = pairs
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(container, image)| (container.to_owned(), image.to_owned()))
        .collect();
    let mut wrong = Vec::new();
    let objects = targets(session, &resources)?;
    if images.is_empty() {
        wrong.push("at least one image update is required");
    } else if images.len() > 1 && images.iter().any(|(container, _)| container == "*") {
        wrong.push("all containers are already specified by *, but saw more than one container_name=container_image pairs");
    }
    refuse(&wrong)?;
    change(session, objects, &IMAGE, &|_, spec| {
        let missing: Vec<Failure> = images
            .iter()
            .filter(|(container, image)| {
                each_container(spec, container, &mut |item| {
                    item["image"] = image.as_str().into();
                }) == 0
            })
            .map(|(container, _)| {
                Failure::Usage(format!(
                    "unable to find container named {}",
                    quote(container)
                ))
            })
            .collect();
        Failure::all(missing)
    })
}

/// `set resources KIND/NAME --limits=… --requests=…`
pub(super) fn resources(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let mut wrong = Vec::new();
    let objects = targets(session, &words)?;
    let lists = [("limits", "limits"), ("requests", "requests")].map(|(flag, field)| {
        (
            field,
            session.invocation.text(flag).unwrap_or_default().to_owned(),
        )
    });
    if lists.iter().all(|(_, list)| list.is_empty()) {
        wrong.push(
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        );
    }
    refuse(&wrong)?;
    let mut amounts = Vec::new();
    for (field, list) in &lists {
        let lower_case = session.engine.store().has(Feature::SetResourcesLowerCase);
        amounts.push((*field, parse_amounts(list, lower_case)?));
    }
    let container = session
        .invocation
        .text("containers")
        .unwrap_or("*")
        .to_owned();
    change(session, objects, &RESOURCES, &|_, spec| {
        let found = each_container(spec, &container, &mut |item| {
            for (field, amounts) in amounts.iter().filter(|(_, amounts)| !amounts.is_empty()) {
                for (name, amount) in amounts {
                    let resources = &mut item["resources"];
                    if !resources.is_object() {
                        *resources = Value::Object(Map::new());
                    }
                    let field = &mut resources[*field];
                    if !field.is_object() {
                        *field = Value::Object(Map::new());
                    }
                    field[name.as_str()] = amount.as_str().into();
                }
            }
        });
        if found == 0 {
            return Err(Failure::Usage(format!(
                "unable to find container named {container}"
            )));
        }
        Ok(())
    })
}

/// `set serviceaccount KIND/NAME SERVICE_ACCOUNT`
pub(super) fn service_account(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let Some((account, resources)) = words.split_last() else {
        return Err(Failure::Usage("serviceaccount is required".to_owned()));
    };
    let objects = targets(session, resources)?;
    change(session, objects, &SERVICE_ACCOUNT, &|_, spec| {
        spec["serviceAccountName"] = account.as_str().into();
        Ok(())
    })
}

fn refuse(wrong: &[&str]) -> Result<(), Failure> {
    Failure::all(
        wrong
            .iter()
            .map(|text| Failure::Usage((*text).to_owned()))
            .collect(),
    )
}

/// `cpu=200m,memory=512Mi`
fn parse_amounts(list: &str, lower_case: bool) -> Result<Vec<(String, String)>, Failure> {
    let letter = if lower_case { "i" } else { "I" };
    let mut amounts = Vec::new();
    for part in list.split(',').filter(|part| !part.is_empty()) {
        let (name, amount) = part.split_once('=').ok_or_else(|| {
            Failure::Usage(format!(
                "{letter}nvalid argument syntax {part}, expected <resource>=<value>"
            ))
        })?;
        let amount = Quantity::parse(amount).map_err(|error| Failure::Usage(error.to_string()))?;
        amounts.push((name.to_owned(), amount.to_string()));
    }
    Ok(amounts)
}

/// Changes the containers that match a pattern; returns their number. As upstream, init containers come first.
pub(super) fn each_container(
    spec: &mut Value,
    name: &str,
    change: &mut dyn FnMut(&mut Value),
) -> usize {
    let mut found = 0;
    for list in ["initContainers", "containers"] {
        let items = spec.get_mut(list).and_then(Value::as_array_mut);
        for item in items.into_iter().flatten() {
            if matches(name, item["name"].as_str().unwrap_or_default()) {
                change(item);
                found += 1;
            }
        }
    }
    found
}

/// Matches a pattern in which `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(rest) = name.strip_prefix(head) else {
        return false;
    };
    (0..=rest.len())
        .filter_map(|at| rest.get(at..))
        .any(|rest| matches(tail, rest))
}

/// A subcommand of `set` that changes pod templates, with its messages.
pub(super) struct Update {
    /// The operation in the message.
    pub done: &'static str,
    /// The prefix of the server's error.
    pub refused: &'static str,
}

const IMAGE: Update = Update {
    done: "image updated",
    refused: "failed to patch image update to pod template: ",
};

const RESOURCES: Update = Update {
    done: "resource requirements updated",
    refused: "failed to patch resources update to pod template ",
};

const SERVICE_ACCOUNT: Update = Update {
    done: "serviceaccount updated",
    refused: "failed to patch ServiceAccountName ",
};

/// The objects given as arguments. They are looked up before anything else is validated (Complete before Validate).
pub(super) fn targets(
    session: &Execution<'_>,
    resources: &[String],
) -> Result<Vec<Object>, Failure> {
    let all = session.invocation.switch("all", false);
    let bare = if all { Bare::All } else { Bare::Refused };
    session.find(resources, bare)?.complete()
}

/// Changes the pod specs of objects.
pub(super) fn change(
    session: &mut Execution<'_>,
    objects: Vec<Object>,
    update: &Update,
    change: &dyn Fn(&Object, &mut Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let mut failures = Vec::new();
    let mut wanted = Vec::new();
    for object in objects {
        let before = object.to_value();
        let mut value = before.clone();
        let changed = match pod_spec(&mut value) {
            Some(spec) => change(&object, spec),
            None => Err(Failure::Usage(format!(
                "{}/{} the object is not a pod or does not have a pod template: *v1.{}",
                object.kind().plural(),
                object.meta().name,
                object.kind()
            ))),
        };
        session.record(&mut value);
        match changed {
            Ok(()) if value != before => wanted.push((object, update.done, value)),
            Ok(()) => {}
            Err(failure) => failures.push(failure),
        }
    }
    let refused = |failure| match failure {
        Failure::Server { error, .. } => Failure::Usage(format!("{}{error}", update.refused)),
        failure => failure,
    };
    session
        .put(dry_run, wanted, failures)
        .map_err(|failure| failure.map_each(&refused))
}

pub(super) fn pod_spec(value: &mut Value) -> Option<&mut Value> {
    const PLACES: [&str; 3] = [
        "/spec/template/spec",
        "/spec/jobTemplate/spec/template/spec",
        "/spec",
    ];
    let pointer = PLACES
        .into_iter()
        .find(|place| value.pointer(place).is_some())?;
    let spec = value.pointer_mut(pointer)?;
    spec.get("containers").is_some().then_some(spec)
}
