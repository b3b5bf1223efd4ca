//! `kubectl version` and `kubectl api-resources`.

use super::session::Session;
use crate::api::kind::{Kind, TABLE};
use crate::kubectl::print::tabwriter::{self, TabWriter};
use crate::kubectl::run::Failure;

/// The version whose behaviour is simulated.
const VERSION: &str = "v1.36.2";

/// Says which Kubernetes this does as.
pub(super) fn version(session: &mut Session<'_>) -> Result<(), Failure> {
    if session.invocation.has("output") {
        return Err(Failure::NotSimulated("version --output".to_owned()));
    }
    let client = session.invocation.switch("client", false);
    session.out.push_str(&format!(
        "Client Version: {VERSION}\nKustomize Version: v5.8.1\n"
    ));
    if !client {
        session
            .out
            .push_str(&format!("Server Version: {VERSION}\n"));
    }
    Ok(())
}

/// Lists the kinds that are simulated, in the order of kubectl: by group, then by name.
pub(super) fn api_resources(session: &mut Session<'_>) -> Result<(), Failure> {
    let flags = &session.invocation;
    let group = flags.text("api-group");
    let namespaced = flags.text("namespaced");
    let names = flags.text("output") == Some("name");
    let mut kinds: Vec<Kind> = TABLE.iter().map(|info| info.kind).collect();
    kinds.sort_by_key(|kind| (kind.group(), kind.plural()));
    kinds.retain(|kind| {
        group.is_none_or(|group| group == kind.group())
            && namespaced.is_none_or(|wanted| wanted == kind.namespaced().to_string())
    });
    if names {
        let lines = kinds.iter().map(|kind| kind.resource_name() + "\n");
        session.out.extend(lines);
        return Ok(());
    }
    let mut text = String::new();
    if !flags.switch("no-headers", false) {
        text.push_str("NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND\n");
    }
    for kind in kinds {
        let info = kind.info();
        text.push_str(&format!(
            "{}\t{}\t{}\t{}\t{kind}\n",
            info.plural,
            info.short_names.join(","),
            info.api_version,
            info.namespaced
        ));
    }
    session
        .out
        .push_str(&TabWriter::new(tabwriter::GET).layout(&text));
    Ok(())
}
