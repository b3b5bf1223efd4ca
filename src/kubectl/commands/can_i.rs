//! `kubectl auth can-i` (`staging/src/k8s.io/kubectl/pkg/cmd/auth/cani.go`). The user is the administrator of the
//! cluster, who may do everything; roles and bindings are stored, but nothing acts on them.

use super::resources::{Resource, resource};
use super::session::Execution;
use crate::manifests::Failure;
use crate::print::tabwriter::{self, TabWriter};

const VERBS: &[&str] = &[
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "impersonate",
    "*",
    "approve",
    "sign",
    "escalate",
    "attest",
];
/// Verbs of URLs such as `/healthz`.
const URL_VERBS: &[&str] = &[
    "get", "put", "post", "head", "options", "delete", "patch", "*",
];

/// The columns of the list of allowed actions.
const HEADERS: &str = "Resources\tNon-Resource URLs\tResource Names\tVerbs\n";
/// What everyone may do with resources by the role `system:basic-user` (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`).
const RESOURCES: &[(&str, &str)] = &[
    ("selfsubjectreviews.authentication.k8s.io", "create"),
    ("selfsubjectaccessreviews.authorization.k8s.io", "create"),
    ("selfsubjectrulesreviews.authorization.k8s.io", "create"),
];
/// The URLs that everyone may get by `system:discovery` and `system:public-info-viewer`, one entry for each role.
const URLS: &[&str] = &[
    "/api/*",
    "/api",
    "/apis/*",
    "/apis",
    "/healthz",
    "/healthz",
    "/livez",
    "/livez",
    "/openapi/*",
    "/openapi",
    "/readyz",
    "/readyz",
    "/version/",
    "/version/",
    "/version",
    "/version",
];

/// Says whether the user may do something, or lists what the user may do.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    match session.invocation.switch("list", false) {
        true => list(session),
        false => check(session),
    }
}

/// Lists the allowed actions, in kubectl's order.
fn list(session: &mut Execution<'_>) -> Result<(), Failure> {
    let usage = |text: &str| Err(Failure::Usage(text.to_owned()));
    if !session.words().is_empty() {
        return usage("list option must be specified with no arguments");
    }
    let flags = &session.invocation;
    let is_narrowed = ["quiet", "all-namespaces"]
        .iter()
        .any(|flag| flags.switch(flag, false));
    if is_narrowed || !flags.text("subresource").unwrap_or_default().is_empty() {
        return usage(
            "list option can't be specified with neither quiet, all-namespaces nor subresource options",
        );
    }
    let mut text = String::new();
    if !flags.switch("no-headers", false) {
        text.push_str(HEADERS);
    }
    text.push_str("*.*\t[]\t[]\t[*]\n\t[*]\t[]\t[*]\n");
    for (resource, verb) in RESOURCES {
        text.push_str(&format!("{resource}\t[]\t[]\t[{verb}]\n"));
    }
    for url in URLS {
        text.push_str(&format!("\t[{url}]\t[]\t[get]\n"));
    }
    let table = TabWriter::new(tabwriter::GET).layout(&text);
    session.out.push_str(&table);
    Ok(())
}

/// Says whether the user may do something.
fn check(session: &mut Execution<'_>) -> Result<(), Failure> {
    let usage = |text: &str| Err(Failure::Usage(text.to_owned()));
    let words = session.words();
    let flags = &session.invocation;
    let everywhere = flags.switch("all-namespaces", false);
    let subresource = !flags.text("subresource").unwrap_or_default().is_empty();
    let quiet = flags.switch("quiet", false);
    let headless = flags.switch("no-headers", false);
    let [verb, what] = words.as_slice() else {
        return usage(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n\
             See 'kubectl auth can-i -h' for help and examples.",
        );
    };
    if what.starts_with('/') {
        if subresource {
            return usage("--subresource can not be used with NonResourceURL");
        }
        warn_of_verb(session, URL_VERBS, verb);
    } else {
        let named = resource_of(session, what);
        if !everywhere {
            if let Some(resource) = named.filter(|resource| !resource.namespaced()) {
                warn_of_scope(session, resource);
            }
            warn_of_verb(session, VERBS, verb);
        }
    }
    if headless {
        return usage("--no-headers cannot be set without --list specified");
    }
    if !quiet {
        session.out.push_str("yes\n");
    }
    Ok(())
}

/// kubectl's warnings end in a line break of their own.
fn warn(session: &mut Execution<'_>, text: &str) {
    session.err.push_str(&format!("Warning: {text}\n\n"));
}

fn warn_of_verb(session: &mut Execution<'_>, known: &[&str], verb: &str) {
    if !known.contains(&verb) {
        warn(session, &format!("verb '{verb}' is not a known verb"));
    }
}

fn warn_of_scope(session: &mut Execution<'_>, resource: Resource) {
    let name = match resource {
        Resource::Kind(kind) => kind.resource_name(),
        Resource::Endpoints => return,
        Resource::None(foreign) => foreign.resource_name(),
    };
    let text = match name.split_once('.') {
        None => format!("resource '{name}' is not namespace scoped"),
        Some((plural, group)) => {
            format!("resource '{plural}' is not namespace scoped in group '{group}'")
        }
    };
    warn(session, &text);
}

/// The resource that an argument names; there are warnings about others.
fn resource_of(session: &mut Execution<'_>, what: &str) -> Option<Resource> {
    let word = what.split('/').next().unwrap_or_default();
    let lower = word.to_ascii_lowercase();
    if word == "*" {
        return None;
    }
    match resource(session.engine.store(), &lower) {
        Ok(resource) => Some(resource),
        Err(Failure::NotSimulated(_)) => None,
        // Resources that the server knows and no client can discover.
        Err(_) if ["users", "groups"].contains(&&*lower) => None,
        Err(_) => {
            let text = match lower.split_once('.') {
                None => format!("the server doesn't have a resource type '{lower}'"),
                Some((plural, group)) => {
                    format!("the server doesn't have a resource type '{plural}' in group '{group}'")
                }
            };
            warn(session, &text);
            None
        }
    }
}
