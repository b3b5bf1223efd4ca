//! Missing ConfigMaps and Secrets that pods refer to, in environments, in volumes and for pulling images.
//!
//!
//! The kubelet does not watch for them; it retries, with a back-off for volumes.

use super::kubelet_branches as b;
use super::work::{LOOK_AGAIN, Work};
use crate::actor::memory::ContainerStage;
use crate::actor::recorder::Reporter;
use crate::api::event::EventType::Warning;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::ContainerState;
use crate::api::pod::reference::{Mount, Reference};
use crate::api::time::duration;
use crate::store::Store;
use std::rc::Rc;

/// Milliseconds from the first failure to set up a volume to the retry
/// (`pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go`).
const MOUNT_FIRST: i64 = 500;
/// Maximum back-off: 2 minutes and 2 seconds.
const MOUNT_MAX: i64 = 122_000;
/// Reason of a container that cannot be created.
const NOT_CREATED: &str = "CreateContainerConfigError";

/// The data of a ConfigMap or Secret, if it exists.
fn data<'s>(
    store: &'s Store,
    namespace: &Rc<str>,
    wanted: &Reference,
) -> Result<&'s Object, String> {
    let word = if wanted.kind == Kind::Secret {
        "secret"
    } else {
        "configmap"
    };
    let found = store.get(&Key::new(wanted.kind, namespace, &wanted.name));
    found.ok_or_else(|| format!("{word} \"{}\" not found", wanted.name))
}

fn has_key(object: &Object, key: &str, fields: &[&str]) -> bool {
    let Object::Other(_, other) = object else {
        return false;
    };
    let has = |field: &&str| {
        other
            .fields
            .get(*field)
            .is_some_and(|data| data.get(key).is_some())
    };
    fields.iter().any(has)
}

/// Why a container cannot be created (`pkg/kubelet/kubelet_pods.go`, makeEnvironmentVariables).
fn missing_in_environment(
    store: &Store,
    namespace: &Rc<str>,
    wanted: &[Reference],
) -> Option<String> {
    wanted.iter().find_map(|wanted| {
        let object = match data(store, namespace, wanted) {
            Ok(object) => object,
            Err(missing) => return Some(missing),
        };
        let key = wanted
            .keys
            .iter()
            .find(|key| !has_key(object, key, &["data"]))?;
        Some(format!(
            "couldn't find key {key} in {} {namespace}/{}",
            wanted.kind.name(),
            wanted.name
        ))
    })
}

/// Why a volume cannot be set up (`pkg/volume/configmap/configmap.go`, `…/secret`, `…/projected`); lists everything
/// missing from several sources.
fn missing_in_volume(store: &Store, namespace: &Rc<str>, mount: &Mount) -> Option<String> {
    let missing = mount.sources.iter().filter_map(|wanted| {
        let object = match data(store, namespace, wanted) {
            Ok(object) => object,
            Err(missing) => return Some(missing),
        };
        let fields = ["data", "binaryData"];
        let key = wanted
            .keys
            .iter()
            .find(|key| !has_key(object, key, &fields))?;
        let word = if wanted.kind == Kind::Secret {
            "secret"
        } else {
            "config"
        };
        Some(format!("references non-existent {word} key: {key}"))
    });
    let missing: Vec<String> = missing.collect();
    match missing.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        all => Some(format!("[{}]", all.join(", "))),
    }
}

impl Work<'_, '_> {
    /// Sets up a pod's volumes before any of its containers. Returns whether they are set up.
    pub fn mounts(&mut self) -> bool {
        let now = self.cx.now();
        if !self.memory.is_untouched() {
            return true;
        }
        let tried = self.memory.mounting;
        if tried.is_some_and(|(look, _)| look > now) {
            return false;
        }
        let namespace = self.pod.metadata.namespace.clone();
        let mounts = self.pod.spec.run().mounts.clone();
        let store = &self.cx.store;
        let missing: Vec<(Rc<str>, String)> = mounts
            .iter()
            .filter_map(|mount| {
                let why = missing_in_volume(store, &namespace, mount)?;
                Some((mount.volume.clone(), why))
            })
            .collect();
        let Some((volume, why)) = missing.first().cloned() else {
            self.memory.mounting = None;
            return true;
        };
        let failures = tried.map_or(0, |(_, failures)| failures);
        let wait = (MOUNT_FIRST << failures.min(16)).min(MOUNT_MAX);
        self.memory.mounting = Some((now.plus_millis(wait), failures.saturating_add(1)));
        for (volume, why) in &missing {
            // Upstream's message has a space before the colon.
            let text = format!("MountVolume.SetUp failed for volume \"{volume}\" : {why}");
            self.pod_event("FailedMount", &text);
        }
        self.decide(&b::NOT_MOUNTED)
            .text("volume", volume)
            .text("why", why)
            .text("time", duration(wait));
        false
    }

    /// Whether everything that a container's environment requires exists; otherwise the container is not created.
    pub fn has_environment(&mut self, index: usize) -> bool {
        let namespace = self.pod.metadata.namespace.clone();
        let wanted = self.specs[index].environment.clone();
        let Some(why) = missing_in_environment(self.cx.store, &namespace, &wanted) else {
            return true;
        };
        self.event(index, Warning, "Failed", &format!("Error: {why}"));
        let now = self.cx.now();
        let one = self.one(index);
        let shown = one.state.waiting.as_ref();
        // The first time, the new sandbox makes the kubelet sync again immediately.
        let again = match shown.is_some_and(|waiting| *waiting.reason == *NOT_CREATED) {
            true => LOOK_AGAIN,
            false => 0,
        };
        one.result = Some((NOT_CREATED.into(), why.clone()));
        one.stage = ContainerStage::NotCreated {
            look: now.plus_millis(again),
        };
        let container = self.specs[index].name.clone();
        self.decide(&b::NOT_CREATED)
            .text("container", container)
            .text("why", why);
        false
    }

    /// Reports the result of the last attempt, and tries to create the container again.
    pub fn look_at_environment(&mut self, index: usize) {
        let one = self.one(index);
        if let Some((reason, message)) = one.result.clone() {
            one.state = ContainerState::waiting(&reason, Some(message));
        }
        self.begin(index);
    }

    /// Warns of missing image pull Secrets; images are pulled nevertheless (`pkg/kubelet/kubelet_pods.go`,
    /// getPullSecretsForPod).
    pub fn warn_of_pull_secrets(&mut self) {
        let names = self.pod.spec.run().pull_secrets.clone();
        let namespace = self.pod.metadata.namespace.clone();
        let store = &self.cx.store;
        let missing = |name: &&Rc<str>| {
            store
                .get(&Key::new(Kind::Secret, &namespace, name))
                .is_none()
        };
        let missing: Vec<&str> = names.iter().filter(missing).map(|name| &**name).collect();
        if missing.is_empty() {
            return;
        }
        let text = format!(
            "Unable to retrieve some image pull secrets ({}); attempting to pull the image may not succeed.",
            missing.join(", ")
        );
        self.pod_event("FailedToRetrieveImagePullSecret", &text);
    }

    /// Records a warning about the pod as a whole.
    fn pod_event(&mut self, reason: &str, message: &str) {
        let node = self.node.clone();
        let reporter = Reporter {
            host: Some(&node),
            ..Reporter::of("kubelet")
        };
        let about = (Kind::Pod, &self.pod.metadata);
        self.cx.report(reporter, about, Warning, reason, message);
    }
}
