//! Commands about the cluster and the client: `version`, `api-resources`, `api-versions`, `cluster-info`, `config`.

use super::session::Execution;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::light;
use crate::engine::Kubeconfig;
use crate::manifests::Failure;
use crate::print::tabwriter::{self, TabWriter};

/// Prints the simulated Kubernetes version.
pub(super) fn version(session: &mut Execution<'_>) -> Result<(), Failure> {
    if session.invocation.has("output") {
        return Err(Failure::NotSimulated("version --output".to_owned()));
    }
    let client = session.invocation.switch("client", false);
    let release = session.engine.store().version().release();
    session.out.push_str(&format!(
        "Client Version: {release}\nKustomize Version: v5.8.1\n"
    ));
    if !client {
        session
            .out
            .push_str(&format!("Server Version: {release}\n"));
    }
    Ok(())
}

/// Lists the API groups with their versions.
pub(super) fn api_versions(session: &mut Execution<'_>) -> Result<(), Failure> {
    let kinds = session.engine.store().kinds();
    let served = kinds.flat_map(|kind| match kind {
        Kind::Custom(id) => id.definition().served.clone(),
        kind => vec![kind.api_version()],
    });
    let mut versions: Vec<&str> = served.collect();
    light::sort(&mut versions, Ord::cmp);
    versions.dedup();
    session
        .out
        .extend(versions.iter().flat_map(|version| [*version, "\n"]));
    Ok(())
}

/// Prints the address of the cluster.
pub(super) fn cluster_info(session: &mut Execution<'_>) -> Result<(), Failure> {
    session.out.push_str(
        "Kubernetes control plane is running inside kubestep, which is a simulation: it has no address\n",
    );
    Ok(())
}

/// The only context.
const CONTEXT: &str = "kubestep";

/// `kubectl config …`: there is a single cluster with a single context.
pub(super) fn config(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let text = match (session.path, words.as_slice()) {
        ("config current-context", []) => format!("{CONTEXT}\n"),
        ("config get-clusters", []) => format!("NAME\n{CONTEXT}\n"),
        ("config get-users", []) => format!("NAME\n{CONTEXT}\n"),
        ("config get-contexts", _) => {
            let flags = &session.invocation;
            let is_there = words.is_empty() || words.iter().any(|name| name == CONTEXT);
            let text = if flags.text("output") == Some("name") {
                format!("{CONTEXT}\n").repeat(usize::from(is_there))
            } else {
                let head = match flags.switch("no-headers", false) {
                    true => "",
                    false => "CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n",
                };
                let namespace = &session.engine.kubeconfig().namespace;
                let row = format!("*\t{CONTEXT}\t{CONTEXT}\t{CONTEXT}\t{namespace}\n");
                let row = row.repeat(usize::from(is_there));
                TabWriter::new(tabwriter::GET).layout(&format!("{head}{row}"))
            };
            let missing = words.iter().filter(|name| *name != CONTEXT);
            let missing = missing.map(|name| Failure::Usage(format!("context {name} not found")));
            let missing: Vec<Failure> = missing.collect();
            session.out.push_str(&text);
            return Failure::all(missing);
        }
        ("config use-context", [name]) if name == CONTEXT => {
            format!("Switched to context \"{CONTEXT}\".\n")
        }
        ("config use-context", [name]) => {
            let text = format!("no context exists with the name: {}", quote(name));
            return Err(Failure::Usage(text));
        }
        ("config set-context", words) => set_context(session, words)?,
        ("config view", []) => {
            let namespace = match session.engine.kubeconfig().namespace.as_str() {
                "" => String::new(),
                name => format!("    namespace: {name}\n"),
            };
            format!(
                "apiVersion: v1\nclusters:\n- cluster: {{}}\n  name: {CONTEXT}\ncontexts:\n- context:\n    cluster: {CONTEXT}\n\
                 {namespace}    user: {CONTEXT}\n  name: {CONTEXT}\ncurrent-context: {CONTEXT}\nkind: Config\npreferences: {{}}\n\
                 users:\n- name: {CONTEXT}\n  user: {{}}\n"
            )
        }
        (path, words) => {
            let words = words.join(" ");
            return Err(Failure::Usage(format!(
                "Unexpected args: [{words}]\nSee 'kubectl {path} -h' for help and examples"
            )));
        }
    };
    session.out.push_str(&text);
    Ok(())
}

/// Sets the context's namespace. (`staging/src/k8s.io/client-go/tools/clientcmd` stores it in a file; here it is
/// part of the history.)
fn set_context(session: &mut Execution<'_>, words: &[String]) -> Result<String, Failure> {
    let usage = |text: &str| Failure::Usage(text.to_owned());
    let current = session.invocation.switch("current", false);
    match (words, current) {
        ([], false) => {
            return Err(usage(
                "you must specify a non-empty context name or --current",
            ));
        }
        ([_], true) => {
            return Err(usage(
                "you cannot specify both a context name and --current",
            ));
        }
        ([], true) => {}
        ([name], false) if name == CONTEXT => {}
        ([_], false) => return Err(Failure::NotSimulated("a second context".to_owned())),
        (words, _) => {
            let words = words.join(" ");
            let text = format!(
                "Unexpected args: [{words}]\nSee 'kubectl config set-context -h' for help and examples"
            );
            return Err(Failure::Usage(text));
        }
    }
    if let Some(namespace) = session.invocation.text("namespace").map(str::to_owned) {
        session.set_kubeconfig(Kubeconfig { namespace });
    }
    Ok(format!("Context \"{CONTEXT}\" modified.\n"))
}

/// The verbs of every simulated kind.
const VERBS: &str = "create,delete,deletecollection,get,list,patch,update,watch";

/// Lists the simulated kinds in kubectl's order: by group, then by name.
pub(super) fn api_resources(session: &mut Execution<'_>) -> Result<(), Failure> {
    let flags = &session.invocation;
    let group = flags.text("api-group");
    let namespaced = flags.text("namespaced");
    let output = flags.text("output").unwrap_or_default();
    let (names, wide) = match output {
        "" => (false, false),
        "name" => (true, false),
        "wide" => (false, true),
        "json" | "yaml" => {
            return Err(Failure::NotSimulated(format!(
                "api-resources --output={output}"
            )));
        }
        other => {
            return Err(Failure::Usage(format!("--output {other} is not available")));
        }
    };
    let mut kinds: Vec<Kind> = session.engine.store().kinds().collect();
    let place = |kind: &Kind| (kind.group(), kind.plural());
    light::sort(&mut kinds, |a, b| place(a).cmp(&place(b)));
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
        let more = if wide { "\tVERBS\tCATEGORIES" } else { "" };
        text.push_str(&format!(
            "NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND{more}\n"
        ));
    }
    for kind in kinds {
        let info = kind.info();
        let categories = match kind {
            Kind::Custom(id) => id.definition().categories.join(","),
            _ if info.in_all => "all".to_owned(),
            _ => String::new(),
        };
        let more = match wide {
            true => format!("\t{VERBS}\t{categories}"),
            false => String::new(),
        };
        text.push_str(&format!(
            "{}\t{}\t{}\t{}\t{kind}{more}\n",
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
