//! The selected object, and the actions on it.

use super::words;
use kubestep::api::custom;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::taints;
use kubestep::engine::Engine;
use kubestep::texts::Text;

/// The identifier of an object in the document: `Pod/default/web-0`.
pub fn name(key: &Key) -> String {
    let kind = match key.kind {
        Kind::Custom(_) => key.kind.kind_name(),
        kind => kind.name().to_owned(),
    };
    format!("{kind}/{}/{}", key.namespace, key.name)
}

/// Parses an identifier.
pub fn parse(text: &str) -> Option<Key> {
    let mut parts = text.splitn(3, '/');
    let (kind, namespace, name) = (parts.next()?, parts.next()?, parts.next()?);
    let known = Kind::all().find(|known| known.name() == kind);
    let kind = known.or_else(|| custom::seen(kind))?;
    Some(Key::of(kind, namespace, name))
}

/// When an action is available.
#[derive(Debug, Clone, Copy)]
enum When {
    Always,
    /// The node is schedulable or has pods.
    InUse,
    /// The node is cordoned.
    Cordoned,
    /// Whether the node's kubelet must be silent or not.
    Silent(bool),
    /// Whether the Deployment must be paused or not.
    Paused(bool),
}

impl When {
    fn holds(self, engine: &Engine, key: &Key) -> bool {
        let store = engine.store();
        let cordoned = || store.get(key).is_some_and(taints::is_cordoned);
        let silent = || engine.world().silent_nodes.contains_key(&*key.name);
        let paused = || matches!(store.get(key), Some(Object::Deployment(deployment)) if deployment.spec.paused);
        match self {
            Self::Always => true,
            Self::InUse => !cordoned() || store.indexes().on_node(&key.name).next().is_some(),
            Self::Cordoned => cordoned(),
            Self::Silent(wanted) => silent() == wanted,
            Self::Paused(wanted) => paused() == wanted,
        }
    }
}

/// Actions on kinds of objects: label, condition, and command with `{}` for the object's name.
const DEEDS: &[(Kind, &Text, When, &str)] = &[
    (Kind::Pod, &words::DEED_CRASH, When::Always, "sim crash {}"),
    (Kind::Pod, &words::DEED_KILL, When::Always, "sim kill {}"),
    (
        Kind::Pod,
        &words::DEED_UNREADY,
        When::Always,
        "sim unready {}",
    ),
    (Kind::Pod, &words::DEED_READY, When::Always, "sim ready {}"),
    (Kind::Pod, &words::DEED_EVICT, When::Always, "sim evict {}"),
    (
        Kind::Pod,
        &words::DEED_DELETE,
        When::Always,
        "kubectl delete pod {} --wait=false",
    ),
    (
        Kind::Node,
        &words::DEED_DRAIN,
        When::InUse,
        "kubectl drain {} --ignore-daemonsets --delete-emptydir-data --force",
    ),
    (
        Kind::Node,
        &words::DEED_UNCORDON,
        When::Cordoned,
        "kubectl uncordon {}",
    ),
    (
        Kind::Node,
        &words::DEED_FAIL,
        When::Silent(false),
        "sim node {} --silent",
    ),
    (
        Kind::Node,
        &words::DEED_RECOVER,
        When::Silent(true),
        "sim node {} --back",
    ),
    (
        Kind::Deployment,
        &words::DEED_RESTART,
        When::Always,
        "kubectl rollout restart deployment/{}",
    ),
    (
        Kind::Deployment,
        &words::DEED_UNDO,
        When::Always,
        "kubectl rollout undo deployment/{}",
    ),
    (
        Kind::Deployment,
        &words::DEED_PAUSE,
        When::Paused(false),
        "kubectl rollout pause deployment/{}",
    ),
    (
        Kind::Deployment,
        &words::DEED_RESUME,
        When::Paused(true),
        "kubectl rollout resume deployment/{}",
    ),
    (
        Kind::StatefulSet,
        &words::DEED_RESTART,
        When::Always,
        "kubectl rollout restart statefulset/{}",
    ),
    (
        Kind::StatefulSet,
        &words::DEED_UNDO,
        When::Always,
        "kubectl rollout undo statefulset/{}",
    ),
];

/// The command that declares that an image exists, regardless of the catalogue.
pub fn tag_exists(image: &str) -> String {
    format!("sim image {image} --outcome=fine")
}

/// Whether a kind has any actions.
pub fn has_deeds(kind: Kind) -> bool {
    DEEDS.iter().any(|(known, ..)| *known == kind)
}

/// The currently available actions on an object, with their command lines.
pub fn deeds(engine: &Engine, key: &Key) -> Vec<(&'static Text, String)> {
    let place = match &*key.namespace {
        "" | "default" => String::new(),
        namespace => format!(" -n {namespace}"),
    };
    DEEDS
        .iter()
        .filter(|(kind, _, when, _)| *kind == key.kind && when.holds(engine, key))
        .map(|(_, phrase, _, command)| (*phrase, command.replace("{}", &key.name) + &place))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_round_trip() {
        for key in [
            Key::of(Kind::Pod, "default", "web-0"),
            Key::of(Kind::Node, "", "node-1"),
        ] {
            assert_eq!(parse(&name(&key)), Some(key));
        }
        assert_eq!(parse("Pod/default"), None);
        assert_eq!(parse("Thing/default/x"), None);
    }

    #[test]
    fn actions_are_commands() {
        let engine = Engine::new(kubestep::engine::Config::default());
        let lines = |key| -> Vec<String> {
            let deeds = deeds(&engine, &key).into_iter();
            deeds.map(|(_, line)| line).collect()
        };
        let pod = lines(Key::of(Kind::Pod, "prod", "web-0"));
        assert!(
            pod.contains(&"sim crash web-0 -n prod".to_owned()),
            "{pod:?}"
        );
        let node = lines(Key::of(Kind::Node, "", "node-1"));
        assert!(
            node.contains(&"sim node node-1 --silent".to_owned()),
            "{node:?}"
        );
        assert_eq!(lines(Key::of(Kind::Event, "default", "x")).len(), 0);
    }
}
