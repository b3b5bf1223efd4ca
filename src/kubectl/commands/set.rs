//! `kubectl set`.

use super::{Session, existing, shown};
use crate::kubectl::run::{Failure, Output};
use serde_json::Value;

/// Changes a part of a pod template.
pub(super) fn run(session: &mut Session<'_>) -> Result<Output, Failure> {
    let words = session.invocation.words();
    match words.get(1).copied() {
        Some("image") => image(session),
        Some(what) => Err(Failure::NotSimulated(format!("kubectl set {what}"))),
        None => Err(Failure::NotSimulated("kubectl set".to_owned())),
    }
}

/// `set image KIND/NAME CONTAINER=IMAGE …`
fn image(session: &mut Session<'_>) -> Result<Output, Failure> {
    let words: Vec<String> = session
        .invocation
        .words()
        .iter()
        .map(ToString::to_string)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (keys, pairs) = session.named(&words[2..])?;
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .collect();
    if pairs.is_empty() {
        return Err(Failure::Usage(
            "at least one image update is required".into(),
        ));
    }
    let mut text = String::new();
    for key in keys {
        let current = existing(session.engine.store(), &key)?;
        let mut value = current.to_value();
        for (container, image) in &pairs {
            if !set_image(&mut value, container, image) {
                return Err(Failure::Usage(format!(
                    "unable to find container named \"{container}\""
                )));
            }
        }
        session.change(|store| store.update_value(&current, &value))?;
        text.push_str(&format!("{} image updated\n", shown(&key)));
    }
    Ok(Output::printed(text))
}

/// Whether there was such a container; `*` is all of them.
fn set_image(value: &mut Value, container: &str, image: &str) -> bool {
    let mut found = false;
    for spec in ["/spec/template/spec", "/spec"] {
        for list in ["initContainers", "containers"] {
            let containers = value.pointer_mut(&format!("{spec}/{list}"));
            for item in containers
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                if container == "*" || item["name"] == container {
                    item["image"] = image.into();
                    found = true;
                }
            }
        }
    }
    found
}
