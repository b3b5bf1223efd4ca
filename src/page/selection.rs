//! Which object is selected, and what can be done to it.

use super::words::{self, Phrase};
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;

/// How an object is named in the document: `Pod/default/web-0`.
pub fn name(key: &Key) -> String {
    format!("{}/{}/{}", key.kind.name(), key.namespace, key.name)
}

/// The object of such a name.
pub fn parse(text: &str) -> Option<Key> {
    let mut parts = text.splitn(3, '/');
    let (kind, namespace, name) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = Kind::all().find(|known| known.name() == kind)?;
    Some(Key::of(kind, namespace, name))
}

/// What can be done to an object of a kind: the command, with `{}` for the object's name.
const DEEDS: &[(Kind, &Phrase, &str)] = &[
    (Kind::Pod, &words::DEED_CRASH, "sim crash {}"),
    (Kind::Pod, &words::DEED_KILL, "sim kill {}"),
    (Kind::Pod, &words::DEED_UNREADY, "sim unready {}"),
    (Kind::Pod, &words::DEED_READY, "sim ready {}"),
    (Kind::Pod, &words::DEED_EVICT, "sim evict {}"),
    (
        Kind::Pod,
        &words::DEED_DELETE,
        "kubectl delete pod {} --wait=false",
    ),
    (
        Kind::Node,
        &words::DEED_DRAIN,
        "kubectl drain {} --ignore-daemonsets --delete-emptydir-data --force",
    ),
    (Kind::Node, &words::DEED_UNCORDON, "kubectl uncordon {}"),
    (Kind::Node, &words::DEED_FAIL, "sim node {} --silent"),
    (Kind::Node, &words::DEED_RECOVER, "sim node {} --back"),
    (
        Kind::Deployment,
        &words::DEED_RESTART,
        "kubectl rollout restart deployment/{}",
    ),
    (
        Kind::Deployment,
        &words::DEED_UNDO,
        "kubectl rollout undo deployment/{}",
    ),
    (
        Kind::Deployment,
        &words::DEED_PAUSE,
        "kubectl rollout pause deployment/{}",
    ),
    (
        Kind::Deployment,
        &words::DEED_RESUME,
        "kubectl rollout resume deployment/{}",
    ),
    (
        Kind::StatefulSet,
        &words::DEED_RESTART,
        "kubectl rollout restart statefulset/{}",
    ),
    (
        Kind::StatefulSet,
        &words::DEED_UNDO,
        "kubectl rollout undo statefulset/{}",
    ),
];

/// The command that says that an image exists, whatever the catalogue of well-known images says.
pub fn tag_exists(image: &str) -> String {
    format!("sim image {image} --outcome=fine")
}

/// What can be done to an object, and the command line that does it.
pub fn deeds(key: &Key) -> Vec<(&'static Phrase, String)> {
    let of_kind = DEEDS.iter().filter(|(kind, ..)| *kind == key.kind);
    let place = match &*key.namespace {
        "" | "default" => String::new(),
        namespace => format!(" -n {namespace}"),
    };
    of_kind
        .map(|(_, phrase, command)| (*phrase, command.replace("{}", &key.name) + &place))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_objects() {
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
    fn deeds_are_commands() {
        let lines =
            |key| -> Vec<String> { deeds(&key).into_iter().map(|(_, line)| line).collect() };
        let pod = lines(Key::of(Kind::Pod, "prod", "web-0"));
        assert!(
            pod.contains(&"sim crash web-0 -n prod".to_owned()),
            "{pod:?}"
        );
        let node = lines(Key::of(Kind::Node, "", "node-1"));
        assert!(
            node.contains(&"kubectl uncordon node-1".to_owned()),
            "{node:?}"
        );
        assert_eq!(lines(Key::of(Kind::Event, "default", "x")).len(), 0);
    }
}
