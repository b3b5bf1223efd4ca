//! `metadata.managedFields`, derived from the timeline when it is asked for: who wrote an object, and what each write
//! changed. Only server-side apply leaves anything on the objects themselves ([`FieldClaim`](crate::api::managed::FieldClaim)), so that the other writes cost
//! nothing.

use super::{Invocation, find};
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::managed::{KUBECTL, Managed, Manager, Request};
use crate::api::object::{Key, Object};
use crate::engine::{Actor, Engine, Step, StepKind};
use crate::kubectl::shell;
use crate::store::Change;
use crate::versions::Version;
use litemap::LiteMap;
use serde_json::Value;
use std::rc::Rc;

/// The manager of client-side apply.
const CLIENT_SIDE: &str = "kubectl-client-side-apply";
/// The default field managers of commands, by their first words. Those that set none are called by the program's name.
const MANAGERS: &[(&str, &str)] = &[
    ("annotate", "kubectl-annotate"),
    ("apply", CLIENT_SIDE),
    ("apply edit-last-applied", CLIENT_SIDE),
    ("autoscale", "kubectl-autoscale"),
    ("create", "kubectl-create"),
    ("edit", "kubectl-edit"),
    ("expose", "kubectl-expose"),
    ("label", "kubectl-label"),
    ("patch", "kubectl-patch"),
    ("replace", "kubectl-replace"),
    ("rollout pause", "kubectl-rollout"),
    ("rollout restart", "kubectl-rollout"),
    ("rollout resume", "kubectl-rollout"),
    ("run", "kubectl-run"),
    ("set", "kubectl-set"),
    ("taint", "kubectl-taint"),
];

/// Warns if the managers of an object's fields are not all known, because its history was dropped.
pub(super) fn warning<'o>(
    engine: &Engine,
    mut objects: impl Iterator<Item = &'o Object>,
) -> Option<String> {
    let object = objects.find(|object| !engine.has_all_writes(object))?;
    Some(format!(
        "Warning: the history before step {} was dropped to free memory: who manages the fields of {} is not known\n",
        engine.compacted(),
        object.key(),
    ))
}

/// The managers of the fields of objects.
pub(super) struct Ownership(LiteMap<Key, Managed>);

impl Ownership {
    /// Reads the managers of objects off the timeline.
    pub fn of(engine: &Engine, keys: impl Iterator<Item = Key>) -> Self {
        let mut found: LiteMap<Key, Option<Managed>> = keys.map(|key| (key, None)).collect();
        let steps = engine.steps().iter().take(engine.cursor());
        for step in steps {
            let mut writer = None;
            for change in &step.changes {
                let Some(managed) = found.get_mut(&change.key) else {
                    continue;
                };
                let writer = writer.get_or_insert_with(|| Writer::of(step));
                writer.count(managed, change, step);
            }
        }
        let complete = |(key, managed): (Key, Option<Managed>)| {
            let object = engine.store().get(&key)?;
            Some((key, managed.unwrap_or_else(|| initial(object))))
        };
        Self(found.into_iter().filter_map(complete).collect())
    }

    /// The managers of an object; none if it does not exist.
    pub fn take(&mut self, key: &Key) -> Managed {
        self.0.remove(key).unwrap_or_else(|| Managed::new(key.kind))
    }

    /// The managers of an object, if it exists.
    pub fn get(&self, key: &Key) -> Option<&Managed> {
        self.0.get(key)
    }

    /// Notes the managers of an object.
    pub fn put(&mut self, key: Key, managed: Managed) {
        self.0.insert(key, managed);
    }

    /// The object as the API serves it, with its managed fields.
    pub fn served(&self, object: &Object) -> Value {
        let mut value = object.to_value();
        if let Some(managed) = self.0.get(&object.key()) {
            value["metadata"]["managedFields"] = managed.to_value();
        }
        value
    }
}

/// The managers of an object that a new cluster has.
fn initial(object: &Object) -> Managed {
    let name = match object.kind() {
        Kind::Node => "kubelet",
        Kind::ServiceAccount => "kube-controller-manager",
        _ => "kube-apiserver",
    };
    let mut managed = Managed::new(object.kind());
    let created = object.meta().created();
    managed.update(
        &Manager::updating(name, ""),
        None,
        &object.to_value(),
        created,
    );
    managed
}

/// The client that made the writes of a step.
enum Writer {
    /// A component of the cluster.
    Component(&'static str, Actor),
    /// kubectl, by the name of the manager, and whether it wrote the scales of objects.
    Kubectl(Rc<str>, bool),
    /// No one that counts as a manager.
    None,
}

impl Writer {
    fn of(step: &Step) -> Self {
        let line = match &step.action {
            StepKind::Work(item) => {
                let name = match item.actor {
                    Actor::Scheduler => "kube-scheduler",
                    Actor::Kubelet => "kubelet",
                    _ => "kube-controller-manager",
                };
                return Self::Component(name, item.actor);
            }
            StepKind::Clock { .. } => return Self::None,
            StepKind::User(line) => line,
        };
        match line.strip_prefix("kubectl ").map(parsed) {
            Some(Some((path, invocation))) => {
                let scales = path == "scale" || invocation.text("subresource") == Some("scale");
                Self::Kubectl(manager(path, &invocation).into(), scales)
            }
            Some(None) => Self::Kubectl(KUBECTL.into(), false),
            // New defaults are no one's, and the faults of `sim` are what a kubelet reports.
            None if line.starts_with("sim version") || line.starts_with("sim gate") => Self::None,
            None => Self::Component("kubelet", Actor::Kubelet),
        }
    }

    fn count(&self, managed: &mut Option<Managed>, change: &Change, step: &Step) {
        let Some(after) = &change.after else {
            *managed = None;
            return;
        };
        let before = change.before.as_ref();
        let managed = managed.get_or_insert_with(|| match before {
            Some(before) => initial(before),
            None => Managed::new(after.kind()),
        });
        let old = before.map(Object::to_value);
        let claim = after.meta().claim.as_ref();
        let known = before.and_then(|before| before.meta().claim.as_ref());
        let (old, time) = (old.as_ref(), step.time());
        let claim = claim.filter(|claim| known != Some(claim));
        match claim.map(|claim| &claim.request) {
            // It was written, so it had no conflicts or was forced.
            Some(Request::Apply { manager, config }) => {
                drop(managed.apply(manager, old, config, true, time));
            }
            Some(Request::TakeOver { manager, others }) => managed.take_over(manager, others),
            Some(Request::Update) | None => {
                let new = after.to_value();
                let manager = self.manager(change, old, &new);
                let new = match old {
                    Some(_) => new,
                    None => as_sent(after.kind(), new),
                };
                if let Some(manager) = manager {
                    managed.update(&manager, old, &new, time);
                }
            }
        }
    }

    /// The manager of the changed fields, if the request has one: a deletion and a binding have none.
    fn manager(&self, change: &Change, old: Option<&Value>, new: &Value) -> Option<Manager> {
        let is_terminating = |object: &Option<Object>| {
            let object = object.as_ref();
            object.is_some_and(|object| object.meta().is_terminating())
        };
        if is_terminating(&change.after) && !is_terminating(&change.before) {
            return None;
        }
        let kind = change.key.kind;
        let has_status = !kind.info().status_type.is_empty();
        let writes_status =
            has_status && old.is_some_and(|old| old.at("status") != new.at("status"));
        let subresource = if writes_status { "status" } else { "" };
        let controller = Some(Manager::updating("kube-controller-manager", subresource));
        match (self, kind) {
            (Self::None, _) => None,
            (Self::Component(_, Actor::Scheduler), _)
                if old.is_some_and(|old| old.at("spec.nodeName") != new.at("spec.nodeName")) =>
            {
                None
            }
            (Self::Component(_, Actor::Autoscaler), kind) if kind.is_scalable() => {
                Some(Manager::updating("kube-controller-manager", "scale"))
            }
            // Written along with what causes it.
            (_, Kind::ResourceQuota) if writes_status => controller,
            (_, Kind::ServiceAccount) if &*change.key.name == "default" => controller,
            (Self::Component(name, _), _) => Some(Manager::updating(name, subresource)),
            (Self::Kubectl(name, true), kind) if kind.is_scalable() => {
                Some(Manager::updating(name, "scale"))
            }
            (Self::Kubectl(name, _), _) => Some(Manager::updating(name, subresource)),
        }
    }
}

/// A new object before admission and the strategy of its kind added to it: no one manages what they add.
fn as_sent(kind: Kind, mut value: Value) -> Value {
    let remove = |value: &mut Value, at: &str, fields: &[&str]| {
        if let Some(within) = value.pointer_mut(at).and_then(Value::as_object_mut) {
            fields.iter().for_each(|field| drop(within.remove(*field)));
        }
    };
    match kind {
        Kind::Pod => {
            remove(&mut value, "/spec", &["preemptionPolicy", "priority"]);
            let tolerations = value.pointer_mut("/spec/tolerations");
            if let Some(tolerations) = tolerations.and_then(Value::as_array_mut) {
                let is_added = |toleration: &Value| {
                    let key = toleration.text("key");
                    let known = ["not-ready", "unreachable"];
                    key.strip_prefix("node.kubernetes.io/")
                        .is_some_and(|name| known.contains(&name))
                        && toleration.int("tolerationSeconds") == 300
                };
                tolerations.retain(|toleration| !is_added(toleration));
                if tolerations.is_empty() {
                    remove(&mut value, "/spec", &["tolerations"]);
                }
            }
        }
        Kind::Service => {
            let headless = value.text("spec.clusterIP") == "None";
            let address: &[&str] = if headless { &[] } else { &["clusterIP"] };
            remove(&mut value, "/spec", address);
            let others = ["clusterIPs", "ipFamilies", "ipFamilyPolicy"];
            remove(&mut value, "/spec", &others);
        }
        Kind::Namespace => remove(&mut value, "/spec", &["finalizers"]),
        Kind::PersistentVolumeClaim | Kind::PersistentVolume => {
            remove(&mut value, "/metadata", &["finalizers"]);
        }
        _ => {}
    }
    value
}

/// The command of a line without `kubectl`, and its flags. The label of a step is only the first line of what was
/// entered.
fn parsed(line: &str) -> Option<(&'static str, Invocation)> {
    let words = shell::words(line);
    let words = words.unwrap_or_else(|| line.split_whitespace().map(str::to_owned).collect());
    let (command, words) = find(&words).ok()?;
    let invocation = Invocation::parse(Version::default(), command.path, command.flags, &words);
    Some((command.path, invocation.unwrap_or_default()))
}

/// The field manager of a command.
pub(super) fn manager(path: &str, invocation: &Invocation) -> String {
    let given = invocation.text("field-manager");
    if let Some(given) = given.filter(|given| !given.is_empty()) {
        return given.to_owned();
    }
    if path == "apply" && invocation.switch("server-side", false) {
        return KUBECTL.to_owned();
    }
    let first = path.split(' ').next().unwrap_or_default();
    let known = |name: &str| MANAGERS.iter().find(|(command, _)| *command == name);
    let is_group = path.starts_with("create ") || path.starts_with("set ");
    let row = known(path).or_else(|| known(first).filter(|_| is_group));
    row.map_or(KUBECTL, |(_, manager)| *manager).to_owned()
}
