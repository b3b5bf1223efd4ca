//! Finds names of objects in texts that do not mark them: messages of events, errors, command lines.

use kubestep::actor::Cause;
use kubestep::actor::decision::Fact;
use kubestep::actor::sentence::Piece;
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use kubestep::engine::{Engine, Step, StepKind};
use kubestep::store::Store;
use std::rc::Rc;

/// Where names are looked up: among the objects that a step was about or wrote, and in the store.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    store: &'a Store,
    step: Option<&'a Step>,
    namespace: &'a str,
    /// Whether the links are reachable only by arrow keys, as in long lists.
    pub by_arrows: bool,
}

/// Minimum length of a word that can name a kind: `no` is also short for nodes.
const KIND_MIN: usize = 3;

impl<'a> Names<'a> {
    /// The names that can occur in a text about a step.
    pub fn of(engine: &'a Engine, step: Option<&'a Step>) -> Self {
        let item = step.and_then(|step| match &step.action {
            StepKind::Work(item) => Some(&item.key),
            _ => None,
        });
        let first = step.and_then(|step| step.changes.first());
        let about = item.or(first.map(|change| &change.key));
        let namespace = about.map(|key| &*key.namespace);
        Self {
            store: engine.store(),
            step,
            namespace: namespace
                .filter(|name| !name.is_empty())
                .unwrap_or("default"),
            by_arrows: false,
        }
    }

    /// The names that can occur in a text within a namespace.
    pub fn within(engine: &'a Engine, namespace: &'a str) -> Self {
        Self {
            namespace,
            ..Self::of(engine, None)
        }
    }

    /// The same names, reachable only by arrow keys or by Tab as well.
    pub fn by_arrows(self, by_arrows: bool) -> Self {
        Self { by_arrows, ..self }
    }

    /// Whether an object exists now.
    pub fn exists(&self, key: &Key) -> bool {
        self.store.get(key).is_some()
    }

    /// The object that a fact names.
    pub fn fact(&self, fact: &Fact) -> Option<Key> {
        fact.value.object(&self.namespace.into())
    }

    /// Splits a text into pieces, with each name separate.
    pub fn pieces(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = 0;
        let mut before = Before::default();
        for (at, word) in words(text) {
            let gap = &text[before.end..at];
            before.follow(gap);
            match self.object(word, &before) {
                Some(key) => {
                    if rest < at {
                        pieces.push(Piece::Text(text[rest..at].to_owned()));
                    }
                    rest = at + word.len();
                    pieces.push(Piece::Object(key, word.to_owned()));
                    before = Before::default();
                }
                None => before.take(word),
            }
            before.end = at + word.len();
        }
        if rest < text.len() {
            pieces.push(Piece::Text(text[rest..].to_owned()));
        }
        pieces
    }

    /// The object that a word names. Without a preceding kind, the word must not be an ordinary word.
    fn object(&self, word: &str, before: &Before<'_>) -> Option<Key> {
        let is_telling = word.contains('-');
        if before.kind.is_none() && !is_telling {
            return None;
        }
        let fits =
            |key: &&Key| *key.name == *word && before.kind.is_none_or(|kind| kind == key.kind);
        if let Some(key) = self.about().find(fits) {
            return Some(key.clone());
        }
        let [namespace, name] = [before.namespace.unwrap_or(self.namespace), word].map(Rc::from);
        let there =
            |kind: Kind| Some(Key::within(kind, &namespace, &name)).filter(|key| self.exists(key));
        match before.kind {
            Some(kind) => there(kind),
            None => self.store.kinds().find_map(there),
        }
    }

    /// The objects that the step was about or wrote, some of which may no longer exist.
    fn about(&self) -> impl Iterator<Item = &'a Key> {
        let item = self.step.and_then(|step| match &step.action {
            StepKind::Work(item) => Some(item),
            _ => None,
        });
        let cause = item.and_then(|item| match &item.cause {
            Cause::Added(key) | Cause::Modified(key) | Cause::Deleted(key) => Some(key),
            _ => None,
        });
        let changes = self.step.map_or(&[][..], |step| &step.changes);
        let changed = changes.iter().map(|change| &change.key);
        item.map(|item| &item.key)
            .into_iter()
            .chain(cause)
            .chain(changed)
    }
}

/// What precedes a word.
#[derive(Default)]
struct Before<'t> {
    /// Where it ends.
    end: usize,
    /// The kind it names.
    kind: Option<Kind>,
    /// The namespace between kind and name.
    namespace: Option<&'t str>,
    /// The last word.
    word: &'t str,
}

impl<'t> Before<'t> {
    /// A kind and a name belong together only if almost nothing separates them.
    fn follow(&mut self, gap: &str) {
        match gap {
            "/" if self.kind.is_some() && !self.word.is_empty() => {
                self.namespace = Some(self.word);
            }
            " " | "/" | ": " | " \"" if self.word.is_empty() => {}
            _ => (self.kind, self.namespace) = (None, None),
        }
    }

    /// Processes a word that names no object.
    fn take(&mut self, word: &'t str) {
        let kind = Some(word).filter(|word| word.len() >= KIND_MIN);
        match kind.and_then(Kind::from_resource) {
            Some(kind) => (self.kind, self.namespace, self.word) = (Some(kind), None, ""),
            None => self.word = word,
        }
    }
}

/// Words that may be names, with their positions.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    let mut at = 0;
    std::iter::from_fn(move || {
        let begin = at + text[at..].find(|letter: char| letter.is_ascii_alphanumeric())?;
        let rest = &text[begin..];
        let word = &rest[..rest.find(|letter| !is_part(letter)).unwrap_or(rest.len())];
        at = begin + word.len();
        Some((begin, word.trim_end_matches(['-', '.'])))
    })
}

/// The end of a long generated name; the ordinal alone would not identify a StatefulSet's pod.
pub fn made_up_end<'n>(key: &Key, name: &'n str) -> Option<&'n str> {
    let is_made_up = matches!(key.kind, Kind::Pod | Kind::ReplicaSet);
    let (start, end) = name.rsplit_once('-').filter(|_| is_made_up)?;
    (start.len() > 8 && end.len() > 3).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubestep::engine::Config;
    use kubestep::kubectl::run;

    fn running() -> Engine {
        let mut engine = Engine::new(Config::default());
        for line in [
            "kubectl create deployment web --image=nginx --replicas=1",
            "kubectl create namespace prod",
            "kubectl create deployment api -n prod --image=nginx",
        ] {
            assert_eq!(run::run(&mut engine, line, None).exit, 0, "{line}");
        }
        engine.settle(1000);
        engine
    }

    fn pod(engine: &Engine, namespace: &str) -> String {
        let mut pods = engine.store().list(Kind::Pod, Some(namespace));
        pods.next().expect("a pod").meta().name.to_string()
    }

    /// The objects named in a text.
    fn named(engine: &Engine, step: Option<&Step>, text: &str) -> Vec<String> {
        let pieces = Names::of(engine, step).pieces(text);
        let whole: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Object(_, text) => text.as_str(),
            })
            .collect();
        assert_eq!(whole, text, "nothing is lost");
        let names = pieces.iter().filter_map(|piece| match piece {
            Piece::Object(key, _) => Some(key.to_string()),
            Piece::Text(_) => None,
        });
        names.collect()
    }

    #[test]
    fn names_are_found_in_both_languages() {
        let engine = running();
        let pod = pod(&engine, "default");
        let named = |text: &str| named(&engine, None, text);
        for text in [
            format!("Pod {pod} goes to node node-1."),
            format!("Pod {pod} 被分配到 node-1。"),
            format!("Successfully assigned default/{pod} to node-1"),
        ] {
            assert_eq!(named(&text), [format!("Pod {pod}"), "Node node-1".into()]);
        }
        assert_eq!(
            named(&format!("Created pod: {pod}")),
            [format!("Pod {pod}")]
        );
        assert_eq!(named("deployment/web scaled"), ["Deployment web"]);
        assert_eq!(named("because Deployment web changed"), ["Deployment web"]);
        assert_eq!(
            named("because Deployment prod/api changed"),
            ["Deployment prod/api"]
        );
    }

    #[test]
    fn words_are_not_names() {
        let engine = running();
        for text in [
            "the web is wide",
            "no pod is wanted: all-in-all 3 - 2",
            "Pod was created",
            "kubectl scale --replicas=3",
            "no node node",
            "",
        ] {
            assert_eq!(named(&engine, None, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn removed_objects_are_found_by_name() {
        let mut engine = running();
        let gone = pod(&engine, "default");
        run::run(&mut engine, "kubectl delete pod --all --wait=false", None);
        engine.settle(1000);
        let removes = |step: &&std::rc::Rc<Step>| {
            let mut changes = step.changes.iter();
            changes.any(|change| change.after.is_none() && *change.key.name == *gone)
        };
        let step = engine
            .steps()
            .iter()
            .find(removes)
            .expect("the pod is deleted");
        let text = format!("Pod {gone} was removed");
        assert_eq!(named(&engine, Some(step), &text), [format!("Pod {gone}")]);
        assert_eq!(named(&engine, None, &text), [""; 0]);
        let names = Names::of(&engine, Some(step));
        assert!(!names.exists(&Key::of(Kind::Pod, "default", &gone)));
    }

    #[test]
    fn facts_name_objects() {
        let engine = running();
        let mut seen = std::collections::BTreeSet::new();
        for step in engine.steps() {
            let names = Names::of(&engine, Some(step));
            for fact in step.decisions.iter().flat_map(|made| &made.facts) {
                if let Some(key) = names.fact(fact) {
                    assert!(names.exists(&key), "{key} of {}", fact.name);
                    seen.insert(fact.name);
                }
            }
        }
        assert!(seen.contains("pod") && seen.contains("node"), "{seen:?}");
    }

    #[test]
    fn names_are_shortened_only_to_a_distinctive_end() {
        let cut = |kind, name| made_up_end(&Key::of(kind, "default", name), name).is_some();
        assert!(cut(Kind::Pod, "web-6596694446-x2k4p"));
        assert!(cut(Kind::ReplicaSet, "nginx-deployment-6596694446"));
        assert!(!cut(Kind::ReplicaSet, "web-6596694446"));
        assert!(!cut(Kind::Pod, "postgresql-ha-0"));
        assert!(!cut(Kind::Deployment, "nginx-deployment"));
    }
}
