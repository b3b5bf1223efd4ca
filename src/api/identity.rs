//! The identity of a StatefulSet's pods: ordinal, names, claims
//! (`pkg/controller/statefulset/stateful_set_utils.go`).

use super::meta::ObjectMeta;
use super::pod::{Pod, PodSpec};
use super::stateful_set::{ClaimTemplate, StatefulSet};
use serde_json::Value;
use std::rc::Rc;

/// Label with the pod's own name, by which a Service can select one pod.
pub const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
/// Label with the pod's ordinal.
pub const POD_INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";
/// Label with the name of the revision that the pod was created from.
pub const REVISION_LABEL: &str = "controller-revision-hash";

/// The StatefulSet's name and the ordinal, as parsed from a pod's name (getParentNameAndOrdinal).
///
/// A name that does not end in `-` and digits has neither; an ordinal that overflows is -1.
#[must_use]
pub fn parent_and_ordinal(pod_name: &str) -> (&str, i32) {
    let digits = pod_name.bytes().rev().take_while(u8::is_ascii_digit);
    let (parent, ordinal) = pod_name.split_at(pod_name.len() - digits.count());
    match parent.strip_suffix('-') {
        Some(parent) if !ordinal.is_empty() => (parent, ordinal.parse().unwrap_or(-1)),
        _ => ("", -1),
    }
}

/// The revision that a pod was created from; empty if it has no such label (getPodRevision).
#[must_use]
pub fn pod_revision(pod: &ObjectMeta) -> &str {
    pod.labels.get(REVISION_LABEL).map_or("", String::as_str)
}

impl Pod {
    /// Separates a pod's own claims from its template's volumes, as an earlier state of the pod does: a manifest
    /// lists them all as volumes.
    pub fn part_claims(&mut self, earlier: &Self) {
        let own = |pod: &Self| pod.identity.as_ref().map_or(0, |known| known.claims.len());
        if own(earlier) == 0 || own(self) > 0 {
            return;
        }
        let mut value = self.spec.value().clone();
        let volumes = value.get_mut("volumes").and_then(Value::as_array_mut);
        let claims = earlier.identity.iter().flat_map(|known| &known.claims);
        let mut parted = Vec::new();
        for (volume, claim) in claims {
            if self.spec.claim_of_volume(volume) == Some(&**claim) {
                parted.push((volume.clone(), claim.clone()));
            }
        }
        let is_own = |volume: &Value| parted.iter().any(|(name, _)| volume["name"] == **name);
        if let Some(volumes) = volumes {
            volumes.retain(|volume| !is_own(volume));
            if volumes.is_empty()
                && let Some(spec) = value.as_object_mut()
            {
                spec.remove("volumes");
            }
        }
        let mut identity = self.identity.as_deref().cloned().unwrap_or_default();
        identity.claims = parted;
        self.identity = Some(Rc::new(identity));
        if let Ok(spec) = PodSpec::new(value) {
            self.spec = if spec == *earlier.spec {
                earlier.spec.clone()
            } else {
                Rc::new(spec)
            };
        }
    }
}

impl StatefulSet {
    /// Name of the pod with an ordinal.
    #[must_use]
    pub fn pod_name(&self, ordinal: i32) -> Rc<str> {
        format!("{}-{ordinal}", self.metadata.name).into()
    }

    /// Name of a pod's claim for a claim template.
    #[must_use]
    pub fn claim_name(&self, template: &ClaimTemplate, ordinal: i32) -> Rc<str> {
        format!("{}-{}-{ordinal}", template.name, self.metadata.name).into()
    }

    /// Whether an ordinal is in the desired range (podInOrdinalRange).
    #[must_use]
    pub fn in_range(&self, ordinal: i32) -> bool {
        (self.start_ordinal()..=self.end_ordinal()).contains(&ordinal)
    }

    /// Whether a pod's name makes it a member of the set (isMemberOf).
    #[must_use]
    pub fn is_member(&self, pod_name: &str) -> bool {
        parent_and_ordinal(pod_name).0 == &*self.metadata.name
    }

    /// Whether a pod's names and labels match its ordinal (identityMatches).
    #[must_use]
    pub fn identity_matches(&self, pod: &Pod) -> bool {
        let meta = &pod.metadata;
        let (parent, ordinal) = parent_and_ordinal(&meta.name);
        ordinal >= 0
            && parent == &*self.metadata.name
            && has_plain_number(&meta.name)
            && meta.namespace == self.metadata.namespace
            && meta.labels.get(POD_NAME_LABEL).map(String::as_str) == Some(&*meta.name)
    }

    /// Whether a pod's volumes refer to its own claims (storageMatches).
    #[must_use]
    pub fn storage_matches(&self, pod: &Pod) -> bool {
        let (_, ordinal) = parent_and_ordinal(&pod.metadata.name);
        let mut templates = self.spec.volume_claim_templates.iter();
        ordinal >= 0
            && templates.all(|template| {
                let claim = pod.claim_of_volume(&template.name);
                claim.is_some_and(|claim| self.is_claim_name(template, ordinal, claim))
            })
    }

    /// Compares with [`StatefulSet::claim_name`] without allocating it.
    fn is_claim_name(&self, template: &ClaimTemplate, ordinal: i32, claim: &str) -> bool {
        let rest = claim
            .strip_prefix(&*template.name)
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|rest| rest.strip_prefix(&*self.metadata.name))
            .and_then(|rest| rest.strip_prefix('-'));
        rest.is_some_and(|digits| is_plain(digits) && digits.parse() == Ok(ordinal))
    }
}

/// Whether the ordinal in a pod's name is written the way the controller writes it.
#[must_use]
pub fn has_plain_number(pod_name: &str) -> bool {
    let digits = pod_name.rsplit('-').next();
    digits.is_some_and(is_plain)
}

fn is_plain(digits: &str) -> bool {
    digits.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.is_empty()
        && (digits == "0" || !digits.starts_with('0'))
}
