//! Controllers by the names of what they own: pod `web-5d4f8c7b9-x2x7k`, ReplicaSet `web-5d4f8c7b9`, Deployment `web`.

use super::{Gathered, Owner};
use crate::api::kind::Kind;
use crate::api::object::Key;

/// Letters of the hashes in names (`staging/src/k8s.io/apimachinery/pkg/util/rand`).
const ALPHABET: &str = "bcdfghjklmnpqrstvwxz2456789";
/// Lengths of the hashes of pod templates in names.
const HASH: std::ops::RangeInclusive<usize> = 7..=10;
/// Length of the random ends of pods' names.
const END: usize = 5;

/// Finds the controller of each pod and ReplicaSet, and adds controllers that the text does not have.
pub fn infer(gathered: &mut Gathered) {
    for kind in [Kind::Pod, Kind::ReplicaSet] {
        for key in gathered.keys(kind) {
            let (known, line) = match gathered.found.get(&key) {
                Some(found) => (found.owner.clone(), found.line),
                None => continue,
            };
            let owner = match known {
                Owner::Is(owner) => Some(owner),
                Owner::None => None,
                Owner::Unknown if kind == Kind::Pod => of_pod(gathered, &key),
                Owner::Unknown => of_set(gathered, &key),
            };
            let is_new = owner
                .as_ref()
                .is_some_and(|owner| !gathered.found.contains_key(owner));
            if let Some(owner) = owner.as_ref().filter(|_| is_new) {
                gathered.at(owner, line);
                gathered.assumed.owners.insert(owner.to_string());
            }
            if kind == Kind::Pod && owner.is_none() {
                gathered.assumed.lone.insert(key.to_string());
            }
            gathered.at(&key, line).owner = owner.map_or(Owner::None, Owner::Is);
        }
    }
}

fn of_pod(gathered: &Gathered, pod: &Key) -> Option<Key> {
    let (parent, end) = pod.name.rsplit_once('-')?;
    let of = |kind: Kind| Key::of(kind, &pod.namespace, parent);
    let (set, stateful) = (of(Kind::ReplicaSet), of(Kind::StatefulSet));
    let is_ordinal = !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit());
    let is_random = end.len() == END && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match () {
        () if is_ordinal && gathered.found.contains_key(&stateful) => Some(stateful),
        () if is_random && (gathered.found.contains_key(&set) || deployment(parent).is_some()) => {
            Some(set)
        }
        () if is_ordinal => Some(stateful),
        () => None,
    }
}

fn of_set(gathered: &Gathered, set: &Key) -> Option<Key> {
    let (parent, _) = set.name.rsplit_once('-')?;
    let known = Key::of(Kind::Deployment, &set.namespace, parent);
    let is_it = gathered.found.contains_key(&known) || deployment(&set.name) == Some(parent);
    is_it.then_some(known)
}

/// The Deployment whose ReplicaSet has this name.
fn deployment(set: &str) -> Option<&str> {
    let (parent, hash) = set.rsplit_once('-')?;
    let is_hash =
        HASH.contains(&hash.len()) && hash.chars().all(|letter| ALPHABET.contains(letter));
    (is_hash && !parent.is_empty()).then_some(parent)
}

/// The hash in the name of a ReplicaSet.
pub fn hash(set: &Key) -> &str {
    set.name
        .rsplit_once('-')
        .map_or(&*set.name, |(_, hash)| hash)
}
