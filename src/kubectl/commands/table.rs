//! The table of commands and their flags.

use super::session::Execution;
use super::{
    apply, can_i, create, delete, describe, diff, documents, drain, edit, env, events, exec,
    explain, expose, features, forecast, get, help, import, info, kustomize, last_applied, logs,
    metadata, node, patch, rollout, run_pod, scale, set, sim, top, wait,
};
use crate::manifests::Failure;

/// The implementation of a command.
pub type RunCommand = fn(&mut Execution<'_>) -> Result<(), Failure>;

/// A command with its flags.
pub struct Command {
    /// The words that name it.
    pub path: &'static str,
    /// Its flags, in the notation of [`super::flags`].
    pub flags: &'static [&'static str],
    /// Required flags.
    pub required: &'static [&'static str],
    /// Its implementation.
    pub run: RunCommand,
}

/// The path of `kubectl apply`.
pub(super) const APPLY: &str = "apply";
/// `-o` and related flags.
const OUTPUT: &str = "output/o= template= allow-missing-template-keys";
const MANAGED: &str = "show-managed-fields";
const NOT_MANAGED: &str = "!show-managed-fields";
const DRY_RUN: &str = "dry-run=?unchanged";
const FILES: &str = "filename/f= recursive/R kustomize/k=";
/// Those of commands that take no kustomizations (`staging/src/k8s.io/cli-runtime/pkg/genericclioptions/builder_flags.go`).
const MANIFESTS: &str = "filename/f= recursive/R";
const SELECT: &str = "selector/l=";
const MANAGER: &str = "field-manager=";
/// Flags of most commands that change objects.
const CHANGE: &str = "field-manager= record";
/// Flags of all commands that create objects.
const CREATE: &str = "save-config validate=?strict";

macro_rules! commands {
    ($($path:literal $run:path [$($flag:expr),*] needs [$($required:literal),*];)*) => {
        /// All commands.
        pub const TABLE: &[Command] = &[$(Command {
            path: $path, flags: &[$($flag),*], required: &[$($required),*], run: $run,
        }),*];
    };
}

commands! {
    "annotate" metadata::annotate [OUTPUT, MANAGED, DRY_RUN, MANIFESTS, SELECT, CHANGE,
        "kustomize/k=@<1.37 all all-namespaces/A overwrite list !local field-selector= resource-version="] needs [];
    "api-resources" info::api_resources ["api-group= namespaced no-headers output/o= !show-managed-fields !categories= !verbs= !sort-by= cached"]
        needs [];
    "api-versions" info::api_versions [] needs [];
    "apply" apply::apply [OUTPUT, MANAGED, DRY_RUN, FILES, CHANGE, SELECT,
        "validate=?strict server-side force-conflicts force prune all prune-allowlist= !cascade=?background \
         overwrite wait timeout=duration grace-period=int subresource= !openapi-patch"] needs [];
    "apply edit-last-applied" last_applied::edit [OUTPUT, NOT_MANAGED, FILES, CHANGE, "windows-line-endings !validate=?strict"] needs [];
    "apply set-last-applied" last_applied::set [OUTPUT, NOT_MANAGED, DRY_RUN, "create-annotation filename/f="] needs [];
    "apply view-last-applied" last_applied::view [FILES, SELECT, "all output/o="] needs [];
    "auth can-i" can_i::run ["all-namespaces/A list no-headers quiet/q subresource="] needs [];
    "autoscale" expose::autoscale [OUTPUT, NOT_MANAGED, DRY_RUN, FILES, CHANGE,
        "min=int max=int cpu-percent=int cpu= memory= name= save-config"] needs ["max"];
    "cluster-info" info::cluster_info [] needs [];
    "config current-context" info::config [] needs [];
    "config get-clusters" info::config [] needs [];
    "config get-contexts" info::config ["no-headers output/o="] needs [];
    "config get-users" info::config [] needs [];
    "config set-context" info::config ["current !cluster= !user="] needs [];
    "config use-context" info::config [] needs [];
    "config view" info::config ["flatten merge=?true minify raw !output/o= !template= !allow-missing-template-keys !show-managed-fields"] needs [];
    "cordon" node::cordon [SELECT, DRY_RUN] needs [];
    "create" create::from_files [OUTPUT, MANAGED, DRY_RUN, FILES, SELECT, CHANGE, CREATE, "!edit !raw= !windows-line-endings"]
        needs [];
    "create configmap" create::data [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE,
        "from-literal= from-file= !from-env-file= !append-hash"] needs [];
    "create deployment" create::deployment [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE, "image= port=int replicas/r=int"]
        needs ["image"];
    "create namespace" create::namespace [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE] needs [];
    "create poddisruptionbudget" create::disruption_budget [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE,
        "selector= min-available= max-unavailable="] needs [];
    "create secret generic" create::data [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE,
        "from-literal= from-file= type= !from-env-file= !append-hash"] needs [];
    "create service clusterip" create::service [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE, "tcp= clusterip="] needs [];
    "create service externalname" create::service [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE, "tcp= external-name="]
        needs ["external-name"];
    "create service loadbalancer" create::service [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE, "tcp="] needs [];
    "create service nodeport" create::service [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE, "tcp= node-port=int"] needs [];
    "create serviceaccount" create::service_account [OUTPUT, MANAGED, DRY_RUN, MANAGER, CREATE] needs [];
    "delete" delete::run [FILES, SELECT, DRY_RUN,
        "all all-namespaces/A cascade=?background field-selector= force grace-period=int ignore-not-found now output/o= \
         timeout=duration wait !raw= !interactive/i"] needs [];
    "describe" describe::run [FILES, SELECT, "all-namespaces/A show-events chunk-size=int"] needs [];
    "diff" diff::run [FILES, SELECT,
        "field-manager= !show-managed-fields !show-secrets !server-side !force-conflicts !prune !prune-allowlist= !concurrency=int"] needs [];
    "drain" drain::drain [SELECT, DRY_RUN,
        "chunk-size=int delete-emptydir-data disable-eviction force grace-period=int ignore-daemonsets \
         pod-selector= skip-wait-for-delete-timeout=int timeout=duration"] needs [];
    "edit" edit::run [FILES, "field-manager= record save-config validate=?strict !output/o= !output-patch subresource= \
        !windows-line-endings !show-managed-fields !template= !allow-missing-template-keys"] needs [];
    "events" events::run [OUTPUT, NOT_MANAGED, "all-namespaces/A chunk-size=int for= no-headers types= watch/w"] needs [];
    "exec" exec::run ["container/c= quiet/q stdin/i tty/t pod-running-timeout=duration !filename/f="] needs [];
    "explain" explain::run ["api-version= output/o= recursive/R max-depth=int@1.37"] needs [];
    "expose" expose::expose [OUTPUT, NOT_MANAGED, DRY_RUN, FILES, CHANGE,
        "port= target-port= name= type= protocol= selector= labels/l= cluster-ip= external-ip= load-balancer-ip= \
         session-affinity= save-config !overrides= !override-type="] needs [];
    "get" get::run [OUTPUT, MANAGED, FILES, SELECT,
        "all-namespaces/A chunk-size=int field-selector= ignore-not-found label-columns/L= no-headers \
         output-watch-events !raw= server-print show-kind show-labels sort-by= subresource= watch/w watch-only"] needs [];
    "help" help::run [] needs [];
    "kustomize" kustomize::run ["!as-current-user !enable-alpha-plugins !enable-exec !enable-helm !enable-managedby-label !env/e= \
        !helm-api-versions= !helm-command= !helm-debug !helm-kube-version= !load-restrictor= !mount= !network !network-name= \
        !output/o= !reorder="] needs [];
    "label" metadata::label [OUTPUT, MANAGED, DRY_RUN, FILES, SELECT, CHANGE,
        "all all-namespaces/A overwrite list !local field-selector= resource-version="] needs [];
    "logs" logs::run [SELECT, "!ignore-errors !insecure-skip-tls-verify-backend !max-log-requests=int !pod-running-timeout=duration \
        follow/f previous/p container/c= all-containers since=duration tail=int timestamps \
        prefix all-pods since-time= limit-bytes=int"] needs [];
    "patch" patch::run [OUTPUT, MANAGED, DRY_RUN, FILES, CHANGE, "patch/p= !patch-file= type= !local subresource="] needs [];
    "replace" documents::replace [OUTPUT, MANAGED, DRY_RUN, FILES, CHANGE,
        "save-config validate=?strict force cascade=?background grace-period=int timeout=duration wait !raw= subresource="]
        needs [];
    "rollout history" rollout::history [OUTPUT, NOT_MANAGED, FILES, SELECT, "revision=int"] needs [];
    "rollout pause" rollout::pause [OUTPUT, NOT_MANAGED, FILES, SELECT, "field-manager="] needs [];
    "rollout restart" rollout::restart [OUTPUT, NOT_MANAGED, FILES, SELECT, "field-manager="] needs [];
    "rollout resume" rollout::resume [OUTPUT, NOT_MANAGED, FILES, SELECT, "field-manager="] needs [];
    "rollout status" rollout::status [FILES, SELECT, "revision=int timeout=duration watch/w"] needs [];
    "rollout undo" rollout::undo [OUTPUT, NOT_MANAGED, DRY_RUN, FILES, SELECT, "to-revision=int"] needs [];
    "run" run_pod::run [OUTPUT, NOT_MANAGED, DRY_RUN, CHANGE,
        "image= port= env= labels/l= restart= command save-config rm !expose !detach-keys= stdin/i tty/t attach quiet/q !overrides= \
         !override-type= image-pull-policy= !annotations= !privileged !leave-stdin-open !pod-running-timeout= filename/f= !recursive/R !kustomize/k= !force !grace-period=int \
         !cascade=?background !timeout=duration !wait"]
        needs ["image"];
    "scale" scale::run [OUTPUT, NOT_MANAGED, DRY_RUN, FILES, SELECT,
        "record all current-replicas=int replicas=int resource-version= timeout=duration"] needs ["replicas"];
    "set env" env::env [OUTPUT, NOT_MANAGED, DRY_RUN, FILES, SELECT, "all !local containers/c= env/e= field-manager= from= keys= list \
        overwrite prefix= !resolve"] needs [];
    "set image" set::image [OUTPUT, NOT_MANAGED, DRY_RUN, FILES, SELECT, CHANGE, "all !local"] needs [];
    "set resources" set::resources [OUTPUT, NOT_MANAGED, DRY_RUN, FILES, SELECT, CHANGE, "all !local containers/c= limits= requests="]
        needs [];
    "set selector" env::selector [OUTPUT, NOT_MANAGED, DRY_RUN, MANIFESTS, CHANGE, "all !local !resource-version="] needs [];
    "set serviceaccount" set::service_account [OUTPUT, NOT_MANAGED, DRY_RUN, FILES, CHANGE, "all !local"] needs [];
    "sim clock" sim::clock [] needs [];
    "sim crash" sim::fault [] needs [];
    "sim evict" sim::fault [] needs [];
    "sim forecast" forecast::run ["bound= output/o= pull= ready= run= runs=int seed=int start= stop= sweep= within=duration"] needs [];
    "sim gate" features::gate [] needs [];
    "sim gates" features::gates [] needs [];
    "sim hang" sim::fault [] needs [];
    "sim help" sim::help [] needs [];
    "sim image" sim::image ["outcome= pull= ready= reset start="] needs [];
    "sim import" import::run ["filename/f="] needs [];
    "sim kill" sim::fault [] needs [];
    "sim load" sim::load ["each"] needs [];
    "sim metric" sim::metric [] needs [];
    "sim node" sim::node ["add back cpu= ephemeral-storage= memory= pods= silent"] needs [];
    "sim ready" sim::fault [] needs [];
    "sim redact" import::redact ["filename/f="] needs [];
    "sim unready" sim::fault [] needs [];
    "sim version" features::version ["again"] needs [];
    "taint" node::taint [OUTPUT, NOT_MANAGED, DRY_RUN, SELECT, "all field-manager= overwrite validate=?strict"] needs [];
    "top node" top::nodes [SELECT, "no-headers sort-by= !show-capacity !show-swap use-protocol-buffers"] needs [];
    "top pod" top::pods [SELECT, "all-namespaces/A field-selector= no-headers sort-by= !containers !show-swap !sum \
        use-protocol-buffers"] needs [];
    "uncordon" node::uncordon [SELECT, DRY_RUN] needs [];
    "version" info::version ["client output/o="] needs [];
    "wait" wait::run [MANIFESTS, SELECT, "all all-namespaces/A field-selector= for= timeout=duration !output/o= !local !template= !allow-missing-template-keys !show-managed-fields"]
        needs [];
}
