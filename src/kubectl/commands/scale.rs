//! `kubectl scale`.

use super::{Session, existing, shown};
use crate::api::object::Object;
use crate::kubectl::run::{Failure, Output};
use std::rc::Rc;

/// Sets `spec.replicas`.
pub(super) fn run(session: &mut Session<'_>) -> Result<Output, Failure> {
    let replicas = session.invocation.flag("replicas");
    let replicas: i32 = match replicas.map(str::parse) {
        Some(Ok(replicas)) if replicas >= 0 => replicas,
        Some(Ok(_)) | None => {
            let text = "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0";
            return Err(Failure::Usage(text.into()));
        }
        Some(Err(_)) => {
            let given = session.invocation.flag("replicas").unwrap_or_default();
            return Err(Failure::Usage(format!(
                "invalid argument \"{given}\" for \"--replicas\" flag: strconv.ParseInt: parsing \"{given}\": invalid syntax"
            )));
        }
    };
    let words = session.invocation.words();
    let (keys, _) = session.named(&words[1..])?;
    let mut text = String::new();
    for key in keys {
        session.change(|store| {
            let mut object = existing(store, &key)?;
            match &mut object {
                Object::Deployment(object) => Rc::make_mut(object).spec.replicas = replicas,
                Object::ReplicaSet(object) => Rc::make_mut(object).spec.replicas = replicas,
                Object::StatefulSet(object) => Rc::make_mut(object).spec.replicas = replicas,
                _ => return Err(crate::store::ApiError::not_found(&key)),
            }
            store.update(object)
        })?;
        text.push_str(&format!("{} scaled\n", shown(&key)));
    }
    Ok(Output::printed(text))
}
