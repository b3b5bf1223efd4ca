//! `kubectl create`.

use super::{Session, shown};
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::kubectl::run::{Failure, Output};
use serde_json::json;

/// Creates an object from words.
pub(super) fn run(session: &mut Session<'_>) -> Result<Output, Failure> {
    let words = session.invocation.words();
    match words.get(1..) {
        Some(["namespace" | "ns", name]) => {
            let name = (*name).to_owned();
            let value =
                json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
            session.change(|store| store.create_value(Kind::Namespace, &value))?;
            Ok(Output::printed(format!(
                "{} created\n",
                shown(&Key::of(Kind::Namespace, "", &name))
            )))
        }
        Some([what, ..]) => Err(Failure::NotSimulated(format!("kubectl create {what}"))),
        _ => Err(Failure::NotSimulated("kubectl create -f".to_owned())),
    }
}
