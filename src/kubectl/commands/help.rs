//! `kubectl help`: kubectl's list of commands, and the parts of each that are simulated
//! (`staging/src/k8s.io/kubectl/pkg/cmd/cmd.go`, `…/pkg/util/templates`).

use super::flags;
use super::session::Execution;
use super::table::{Command, TABLE};
use super::unknown;
use crate::kubectl::shell;
use crate::manifests::Failure;
use crate::versions::Version;

/// All commands of kubectl in order, by group: `name=description`.
pub(super) const COMMANDS: &[(&str, &[&str])] = &[
    (
        "Basic Commands (Beginner)",
        &[
            "create=Create a resource from a file or from stdin",
            "expose=Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
            "run=Run a particular image on the cluster",
            "set=Set specific features on objects",
        ],
    ),
    (
        "Basic Commands (Intermediate)",
        &[
            "explain=Get documentation for a resource",
            "get=Display one or many resources",
            "edit=Edit a resource on the server",
            "delete=Delete resources by file names, stdin, resources and names, or by resources and label selector",
        ],
    ),
    (
        "Deploy Commands",
        &[
            "rollout=Manage the rollout of a resource",
            "scale=Set a new size for a deployment, replica set, or replication controller",
            "autoscale=Auto-scale a deployment, replica set, stateful set, or replication controller",
        ],
    ),
    (
        "Cluster Management Commands",
        &[
            "certificate=Modify certificate resources",
            "cluster-info=Display cluster information",
            "top=Display resource (CPU/memory) usage",
            "cordon=Mark node as unschedulable",
            "uncordon=Mark node as schedulable",
            "drain=Drain node in preparation for maintenance",
            "taint=Update the taints on one or more nodes",
        ],
    ),
    (
        "Troubleshooting and Debugging Commands",
        &[
            "describe=Show details of a specific resource or group of resources",
            "logs=Print the logs for a container in a pod",
            "attach=Attach to a running container",
            "exec=Execute a command in a container",
            "port-forward=Forward one or more local ports to a pod",
            "proxy=Run a proxy to the Kubernetes API server",
            "cp=Copy files and directories to and from containers",
            "auth=Inspect authorization",
            "debug=Create debugging sessions for troubleshooting workloads and nodes",
            "events=List events",
        ],
    ),
    (
        "Advanced Commands",
        &[
            "diff=Diff the live version against a would-be applied version",
            "apply=Apply a configuration to a resource by file name or stdin",
            "patch=Update fields of a resource",
            "replace=Replace a resource by file name or stdin",
            "wait=Experimental: Wait for a specific condition on one or many resources",
            "kustomize=Build a kustomization target from a directory or URL",
        ],
    ),
    (
        "Settings Commands",
        &[
            "label=Update the labels on a resource",
            "annotate=Update the annotations on a resource",
            "completion=Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
        ],
    ),
    (
        "Other Commands",
        &[
            "alpha=Commands for features in alpha",
            "api-resources=Print the supported API resources on the server",
            "api-versions=Print the supported API versions on the server, in the form of \"group/version\"",
            "config=Modify kubeconfig files",
            "plugin=Provides utilities for interacting with plugins",
            "version=Print the client and server version information",
            "options=Print the list of flags inherited by all commands",
            "help=Help about any command",
        ],
    ),
];

/// Subcommands of commands that have them.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "config",
        &[
            "current-context=Display the current-context",
            "get-clusters=Display clusters defined in the kubeconfig",
            "get-contexts=Describe one or many contexts",
            "get-users=Display users defined in the kubeconfig",
            "use-context=Set the current-context in a kubeconfig file",
            "view=Display merged kubeconfig settings or a specified kubeconfig file",
        ],
    ),
    (
        "apply",
        &[
            "edit-last-applied=Edit latest last-applied-configuration annotations of a resource/object",
            "set-last-applied=Set the last-applied-configuration annotation on a live object to match the contents of a file",
            "view-last-applied=View the latest last-applied-configuration annotations of a resource/object",
        ],
    ),
    ("auth", &["can-i=Check whether an action is allowed"]),
    (
        "create",
        &[
            "configmap=Create a config map from a local file, directory or literal value",
            "deployment=Create a deployment with the specified name",
            "namespace=Create a namespace with the specified name",
            "secret=Create a secret using a specified subcommand",
            "service=Create a service using a specified subcommand",
        ],
    ),
    (
        "create secret",
        &["generic=Create a secret from a local file, directory, or literal value"],
    ),
    (
        "create service",
        &[
            "clusterip=Create a ClusterIP service",
            "externalname=Create an ExternalName service",
            "loadbalancer=Create a LoadBalancer service",
            "nodeport=Create a NodePort service",
        ],
    ),
    (
        "rollout",
        &[
            "history=View rollout history",
            "pause=Mark the provided resource as paused",
            "restart=Restart a resource",
            "resume=Resume a paused resource",
            "status=Show the status of the rollout",
            "undo=Undo a previous rollout",
        ],
    ),
    (
        "set",
        &[
            "env=Update environment variables on a pod template",
            "image=Update the image of a pod template",
            "resources=Update resource requests/limits on objects with pod templates",
            "selector=Set the selector on a resource",
            "serviceaccount=Update the service account of a resource",
        ],
    ),
    (
        "top",
        &[
            "node=Display resource (CPU/memory) usage of nodes",
            "pod=Display resource (CPU/memory) usage of pods",
        ],
    ),
];

/// kubectl's description of a command.
fn about(path: &str) -> Option<&'static str> {
    let (group, name) = path.rsplit_once(' ').unwrap_or(("", path));
    let lists = || GROUPS.iter().filter(|(of, _)| *of == group);
    let all = COMMANDS.iter().filter(|_| group.is_empty()).chain(lists());
    let mut lines = all.flat_map(|(_, lines)| lines.iter());
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
}

/// All command names in kubectl's order.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let lines = COMMANDS.iter().flat_map(|(_, lines)| lines.iter());
    lines.filter_map(|line| line.split('=').next())
}

/// Whether a command or any of its subcommands is simulated.
fn is_simulated(name: &str) -> bool {
    TABLE
        .iter()
        .any(|command| command.path.split(' ').next() == Some(name))
}

/// `kubectl help [COMMAND]`
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let path = words.join(" ");
    let text = match of(session.engine.store().version(), &path) {
        Some(text) => text,
        None if path == "sim" => super::sim::HELP.to_owned(),
        None if words.is_empty() => all(),
        None if words
            .first()
            .is_some_and(|first| names().any(|name| name == first)) =>
        {
            return Err(Failure::NotSimulated(format!("kubectl {path}")));
        }
        None => format!("Unknown help topic [`{path}`]\n\n\n{}", all()),
    };
    session.out.push_str(&text);
    Ok(())
}

/// The list of commands.
pub(super) fn all() -> String {
    let mut text =
        "kubectl controls the Kubernetes cluster manager.\n\n Find more information at: \
        https://kubernetes.io/docs/reference/kubectl/\n\n"
            .to_owned();
    let mut others = Vec::new();
    for (group, lines) in COMMANDS {
        text.push_str(&format!("{group}:\n"));
        for line in *lines {
            let (name, about) = line.split_once('=').unwrap_or((line, ""));
            match is_simulated(name) {
                true => text.push_str(&format!("  {name:<15} {about}\n")),
                false => others.push(name),
            }
        }
        text.push('\n');
    }
    text.push_str(&format!(
        "Not simulated: {}\n\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more information \
         about a given command.\n\nWhat no kubectl can do, such as faults and time: sim help\nThe shell around it has pipes, lists, \
         variables, files, and {}\n",
        others.join(", "),
        shell::names().join(", ")
    ));
    text
}

/// The help text of a command or a group of commands.
pub(super) fn of(version: Version, path: &str) -> Option<String> {
    let prefix = format!("{path} ");
    let within: Vec<&str> = TABLE
        .iter()
        .filter_map(|command| command.path.strip_prefix(&prefix))
        .collect();
    let command = TABLE.iter().find(|command| command.path == path);
    if path.is_empty() || command.is_none() && within.is_empty() {
        return None;
    }
    let mut text = about(path).map_or_else(String::new, |about| format!("{about}.\n\n"));
    if !within.is_empty() {
        text.push_str("Available Commands:\n");
        let lines = GROUPS
            .iter()
            .filter(|(of, _)| *of == path)
            .flat_map(|(_, lines)| lines.iter());
        let pairs: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once('=')).collect();
        let width = pairs
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or_default();
        let line = |(name, about): &(&str, &str)| format!("  {name:<width$}   {about}\n");
        text.extend(pairs.iter().map(line));
        let others = unknown::others(path);
        if !others.is_empty() {
            text.push_str(&format!("\nNot simulated: {}\n", others.join(", ")));
        }
        text.push('\n');
    }
    if let Some(Command { flags, .. }) = command {
        text.push_str(&flags::listed(version, flags));
    }
    let usage = if within.is_empty() {
        "[options]"
    } else {
        "SUBCOMMAND [options]"
    };
    text.push_str(&format!("Usage:\n  kubectl {path} {usage}\n"));
    if !within.is_empty() {
        text.push_str(&format!(
            "\nUse \"kubectl {path} <command> --help\" for more information about a given command.\n"
        ));
    }
    Some(text)
}
