//! Which commands there are, with their flags.

use super::session::Session;
use super::{
    create, delete, describe, documents, events, get, info, logs, metadata, node, patch, rollout,
    scale, set, wait,
};
use crate::kubectl::run::Failure;

/// What a command does.
pub type Run = fn(&mut Session<'_>) -> Result<(), Failure>;

/// A command and the flags that it takes.
pub struct Command {
    /// The words that name it.
    pub path: &'static str,
    /// Its flags, in the language of [`super::flags`].
    pub flags: &'static [&'static str],
    /// Flags that it cannot do without.
    pub required: &'static [&'static str],
    /// What it does.
    pub run: Run,
}

/// `-o` and what belongs to it.
const OUTPUT: &str = "output/o= template= allow-missing-template-keys show-managed-fields";
const DRY_RUN: &str = "dry-run=?unchanged";
const FILES: &str = "filename/f= recursive/R !kustomize/k=";
const SELECT: &str = "selector/l=";
/// What every command has that changes objects.
const CHANGE: &str = "field-manager= record";
/// What every command has that creates objects.
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
    "annotate" metadata::annotate [OUTPUT, DRY_RUN, FILES, SELECT, CHANGE,
        "all all-namespaces/A overwrite !list !local !field-selector= !resource-version="] needs [];
    "api-resources" info::api_resources ["api-group= namespaced=?true no-headers output/o= !categories= !verbs= !sort-by= cached"]
        needs [];
    "apply" documents::apply [OUTPUT, DRY_RUN, FILES, CHANGE, SELECT,
        "validate=?strict !server-side !force-conflicts !force !prune !all !prune-allowlist= !cascade=?background \
         overwrite wait timeout=duration grace-period=int !subresource= !openapi-patch"] needs [];
    "autoscale" create::autoscale [OUTPUT, DRY_RUN, FILES, CHANGE,
        "min=int max=int cpu-percent=int cpu= memory= name= save-config"] needs ["max"];
    "cordon" node::cordon [SELECT, DRY_RUN] needs [];
    "create" create::from_files [OUTPUT, DRY_RUN, FILES, SELECT, CHANGE, CREATE, "!edit !raw= !windows-line-endings"]
        needs [];
    "create deployment" create::deployment [OUTPUT, DRY_RUN, CHANGE, CREATE, "image= port=int replicas/r=int"]
        needs ["image"];
    "create namespace" create::namespace [OUTPUT, DRY_RUN, CHANGE, CREATE] needs [];
    "create service clusterip" create::service [OUTPUT, DRY_RUN, CHANGE, CREATE, "tcp= clusterip="] needs [];
    "create service externalname" create::service [OUTPUT, DRY_RUN, CHANGE, CREATE, "tcp= external-name="]
        needs ["external-name"];
    "create service loadbalancer" create::service [OUTPUT, DRY_RUN, CHANGE, CREATE, "tcp="] needs [];
    "create service nodeport" create::service [OUTPUT, DRY_RUN, CHANGE, CREATE, "tcp= node-port=int"] needs [];
    "delete" delete::run [FILES, SELECT, DRY_RUN,
        "all all-namespaces/A cascade=?background field-selector= force grace-period=int ignore-not-found now output/o= \
         timeout=duration wait !raw= !interactive/i"] needs [];
    "describe" describe::run [FILES, SELECT, "all-namespaces/A show-events chunk-size=int"] needs [];
    "drain" node::drain [SELECT, DRY_RUN,
        "chunk-size=int delete-emptydir-data delete-local-data disable-eviction force grace-period=int ignore-daemonsets \
         ignore-errors pod-selector= !skip-wait-for-delete-timeout=int timeout=duration"] needs [];
    "events" events::run [OUTPUT, "all-namespaces/A chunk-size=int for= no-headers types= watch/w"] needs [];
    "expose" create::expose [OUTPUT, DRY_RUN, FILES, CHANGE,
        "port= target-port= name= type= protocol= selector= labels/l= cluster-ip= external-ip= load-balancer-ip= \
         session-affinity= external-name= save-config !overrides= !override-type="] needs [];
    "get" get::run [OUTPUT, FILES, SELECT,
        "all-namespaces/A chunk-size=int field-selector= ignore-not-found label-columns/L= no-headers \
         output-watch-events !raw= server-print show-kind show-labels sort-by= !subresource= watch/w watch-only"] needs [];
    "label" metadata::label [OUTPUT, DRY_RUN, FILES, SELECT, CHANGE,
        "all all-namespaces/A overwrite !list !local !field-selector= !resource-version="] needs [];
    "logs" logs::run [SELECT, "follow/f previous/p container/c= all-containers since=duration tail=int timestamps \
        prefix all-pods since-time= limit-bytes=int"] needs [];
    "patch" patch::run [OUTPUT, DRY_RUN, FILES, CHANGE, "patch/p= !patch-file= type= !local !subresource="] needs [];
    "replace" documents::replace [OUTPUT, DRY_RUN, FILES, CHANGE,
        "save-config validate=?strict !force !cascade=?background !grace-period=int !timeout=duration !wait !raw= !subresource="]
        needs [];
    "rollout history" rollout::history [FILES, SELECT, "revision=int !output/o="] needs [];
    "rollout pause" rollout::pause [OUTPUT, FILES, SELECT, "field-manager="] needs [];
    "rollout restart" rollout::restart [OUTPUT, FILES, SELECT, "field-manager="] needs [];
    "rollout resume" rollout::resume [OUTPUT, FILES, SELECT, "field-manager="] needs [];
    "rollout status" rollout::status [FILES, SELECT, "revision=int timeout=duration watch/w"] needs [];
    "rollout undo" rollout::undo [OUTPUT, DRY_RUN, FILES, SELECT, "to-revision=int"] needs [];
    "run" create::run [OUTPUT, DRY_RUN, CHANGE,
        "image= port=int env= labels/l= restart= command save-config !rm !expose !stdin/i !tty/t !attach !overrides= \
         !override-type= !image-pull-policy= !annotations= !privileged !quiet/q !leave-stdin-open !pod-running-timeout="]
        needs ["image"];
    "scale" scale::run [OUTPUT, DRY_RUN, FILES, SELECT, CHANGE,
        "all current-replicas=int replicas=int !resource-version= timeout=duration"] needs ["replicas"];
    "set image" set::image [OUTPUT, DRY_RUN, FILES, SELECT, CHANGE, "all !local"] needs [];
    "set resources" set::resources [OUTPUT, DRY_RUN, FILES, SELECT, CHANGE, "all !local containers/c= limits= requests="]
        needs [];
    "taint" node::taint [OUTPUT, DRY_RUN, SELECT, "all field-manager= overwrite validate=?strict"] needs [];
    "uncordon" node::uncordon [SELECT, DRY_RUN] needs [];
    "version" info::version ["client output/o="] needs [];
    "wait" wait::run [FILES, SELECT, "all all-namespaces/A field-selector= for= timeout=duration !output/o= !local"]
        needs ["for"];
}
