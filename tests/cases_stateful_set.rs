//! The StatefulSet controller against upstream's unit test tables; its traces are in a separate file.

#[path = "common/stateful_set.rs"]
mod bench;
#[path = "common/cluster.rs"]
mod cluster;
mod common;

use bench::{Bench, key, set_image, web};
use cluster::object;
use common::{check, int, same, same_text, text};
use kubestep::api::controller_revision::ControllerRevision;
use kubestep::api::identity::parent_and_ordinal;
use kubestep::api::int_or_percent::IntOrPercent;
use kubestep::api::kind::Kind;
use kubestep::api::meta::{ObjectMeta, OwnerReference, Uid};
use kubestep::api::object::Object;
use kubestep::api::stateful_set::StatefulSet;
use kubestep::api::{decode, defaults, go, revision_hash, yaml};
use kubestep::controllers::stateful_set::{self, claims, update};
use kubestep::node::manual::Verb;
use kubestep::store::DeleteOptions;
use kubestep::versions::Version;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A set with a uid, as the controller sees it.
fn set_of(name: &str, uid: &str, replicas: i32, policy: &Value) -> StatefulSet {
    let set = object(
        Kind::StatefulSet,
        json!({
            "metadata": { "name": name, "uid": uid },
            "spec": {
                "replicas": replicas,
                "selector": { "matchLabels": { "app": "web" } },
                "template": { "metadata": { "labels": { "app": "web" } }, "spec": { "containers": [] } },
                "persistentVolumeClaimRetentionPolicy": policy,
            }
        }),
    );
    match set {
        Object::StatefulSet(set) => (*set).clone(),
        _ => unreachable!("a StatefulSet is one"),
    }
}

fn policy(when_scaled: &str, when_deleted: &str) -> Value {
    json!({ "whenScaled": when_scaled, "whenDeleted": when_deleted })
}

fn meta(name: &str, uid: &str) -> ObjectMeta {
    ObjectMeta {
        name: name.into(),
        uid: Uid::from(uid),
        ..ObjectMeta::default()
    }
}

fn owners(value: &Value) -> Vec<OwnerReference> {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

fn owner(kind: &str, name: &str, uid: &str, controller: bool) -> Value {
    let version = if kind == "Pod" { "v1" } else { "apps/v1" };
    json!({ "apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": controller })
}

#[test]
fn pod_name_parsing() {
    check("statefulset_pod_name_parsing", |case| {
        let (parent, ordinal) = parent_and_ordinal(text(&case.input["podName"]));
        same_text(parent, text(&case.want["parent"]))?;
        same(&ordinal, &int(&case.want["ordinal"]))
    });
}

/// Upstream's function is a test helper: the controller only generates such names.
#[test]
fn claim_pod_name() {
    check("statefulset_claim_pod_name", |case| {
        let (set, claim) = (text(&case.input["set"]), text(&case.input["claim"]));
        let (parent, ordinal) = parent_and_ordinal(claim);
        let of_set = ordinal >= 0 && parent.ends_with(&format!("-{set}"));
        let pod = if of_set {
            format!("{set}-{ordinal}")
        } else {
            String::new()
        };
        same_text(&pod, text(&case.want["podName"]))
    });
}

#[test]
fn max_unavailable() {
    check("statefulset_max_unavailable", |case| {
        let wanted = case.input.get("maxUnavailable");
        let wanted: Option<IntOrPercent> =
            wanted.map(|wanted| serde_json::from_value(wanted.clone()).unwrap());
        let got = update::max_unavailable(wanted.as_ref(), int(&case.input["replicaCount"]));
        same(&got, &Ok(int(&case.want["expectedMaxUnavailable"])))
    });
}

#[test]
fn has_owner_ref() {
    check("statefulset_has_owner_ref", |case| {
        let known = ["123", "456", "789"].map(|uid| owner("Pod", "a", uid, false));
        let got =
            claims::has_owner_ref(&owners(&json!(known)), &Uid::from(text(&case.input["uid"])));
        same(&json!(got), &case.want["hasRef"])
    });
}

#[test]
fn matches_ref() {
    check("statefulset_matches_ref", |case| {
        let reference = owners(&json!([case.input["ref"]]));
        let schema = &case.input["schema"];
        let kind = Kind::from_api(text(&schema["version"]), text(&schema["kind"])).unwrap();
        let got = claims::matches_ref(&reference[0], kind, text(&case.input["obj"]["name"]));
        same(&json!(got), &case.want["shouldMatch"])
    });
}

#[test]
fn unexpected_controller() {
    check("statefulset_unexpected_controller", |case| {
        let set = set_of("set", "set-uid", 1, &policy("Delete", "Delete"));
        let pod = meta("pod", "pod-uid");
        let got = claims::has_unexpected_controller(&owners(&case.input["refs"]), &set, &pod);
        same(&json!(got), &case.want["shouldReportUnexpectedController"])
    });
}

#[test]
fn non_controller_owner() {
    check("statefulset_non_controller_owner", |case| {
        let uid = |field: &str| Uid::from(text(&case.input[field]));
        let refs = owners(&case.input["refs"]);
        let got = claims::has_non_controller_owner(&refs, &uid("setUID"), &uid("podUID"));
        same(&json!(got), &case.want["nonController"])
    });
}

/// Every combination of owner references beside an unrelated one: only the desired one is up to date.
#[test]
fn claim_owner_up_to_date() {
    check("statefulset_claim_owner_up_to_date", |case| {
        let input = &case.input;
        let wanted = policy(
            text(&input["scaleDownPolicy"]),
            text(&input["setDeletePolicy"]),
        );
        let set = set_of("set", "set-uid", int(&input["replicas"]), &wanted);
        let pod = meta(&format!("set-{}", input["ordinal"]), "pod-uid");
        for (with_pod, with_set, with_other) in [
            (false, false, false),
            (false, true, false),
            (true, false, false),
            (true, true, false),
            (false, false, true),
            (false, true, true),
            (true, false, true),
        ] {
            let mut refs = Vec::new();
            if with_other {
                refs.push(owner("Pod", "rand1", "rand1", false));
            }
            if with_pod {
                refs.push(owner("Pod", &pod.name, "pod-uid", true));
            }
            if with_set {
                refs.push(owner("StatefulSet", "set", "set-uid", true));
            }
            let got = claims::is_claim_owner_up_to_date(&owners(&json!(refs)), &set, &pod);
            let right = json!(with_pod) == case.want["needsPodRef"]
                && json!(with_set) == case.want["needsSetRef"];
            same(&(with_pod, with_set, got), &(with_pod, with_set, right))?;
        }
        Ok(())
    });
}

#[test]
fn claim_owner_edge_cases() {
    check("statefulset_claim_owner_edge_cases", |case| {
        let set = set_of("stateful-set", "ss-456", 1, &case.input["policy"]);
        let pod = meta("pod-1", "pod-123");
        let refs = owners(&case.input["ownerRefs"]);
        let got = claims::is_claim_owner_up_to_date(&refs, &set, &pod);
        same(&json!(got), &case.want["shouldMatch"])
    });
}

#[test]
fn update_claim_owner() {
    check("statefulset_update_claim_owner", |case| {
        let input = &case.input;
        let wanted = policy(
            text(&input["scaleDownPolicy"]),
            text(&input["setDeletePolicy"]),
        );
        let set = set_of("set", "set-uid", 1, &wanted);
        let ordinal = if input["condemned"] == true { 8 } else { 0 };
        let pod = meta(&format!("set-{ordinal}"), "pod-uid");
        // Whatever the references were before, only the desired ones remain.
        let both = [
            owner("StatefulSet", "set", "set-uid", true),
            owner("Pod", &pod.name, "pod-uid", true),
        ];
        for before in [&both[..0], &both[..1], &both[1..], &both[..]] {
            let mut before = before.to_vec();
            if input["unexpectedController"] == true {
                before.push(owner("DaemonSet", "other", "other", true));
            }
            let got = claims::update_claim_owners(&owners(&json!(before)), &set, &pod);
            let has = |uid: &str| json!(claims::has_owner_ref(&got, &Uid::from(uid)));
            same(&has("pod-uid"), &case.want["needsPodRef"])?;
            same(&has("set-uid"), &case.want["needsSetRef"])?;
            same(&has("other"), &input["unexpectedController"])?;
        }
        Ok(())
    });
}

/// Owner references without the fields that upstream's comparison ignores.
fn plain(refs: &[OwnerReference]) -> BTreeSet<(String, String, String, bool)> {
    let text = |text: &Rc<str>| text.to_string();
    let plain = refs.iter().map(|owner| {
        let uid = owner.uid.to_string();
        let kind = format!("{}/{}", owner.api_version, owner.kind);
        (kind, text(&owner.name), uid, owner.controller)
    });
    plain.collect()
}

#[test]
fn update_claim_controller_ref() {
    check("statefulset_update_claim_controller_ref", |case| {
        let set = set_of("sts", "123", 1, &policy("Retain", "Delete"));
        let refs = owners(&case.input["originalRefs"]);
        let got = claims::update_claim_owners(&refs, &set, &meta("sts-0", "pod"));
        let want = owners(&case.want["expectedRefs"]);
        same(&(got.len(), plain(&got)), &(want.len(), plain(&want)))
    });
}

/// Upstream's function is a test helper, and so is this one.
#[test]
fn owner_refs_changed() {
    check("statefulset_owner_refs_changed", |case| {
        let refs = |field: &str| {
            let refs = case.input[field].as_array().unwrap();
            let refs = refs.iter().map(|reference| {
                let parts: Vec<&str> = text(reference).split('/').collect();
                json!({ "apiVersion": parts[0], "kind": parts[1], "name": parts[2], "uid": "" })
            });
            owners(&refs.collect())
        };
        let (old, new) = (refs("orig"), refs("new"));
        let changed = (old.len(), plain(&old)) != (new.len(), plain(&new));
        same(&json!(changed), &case.want["changed"])
    });
}

#[test]
fn pod_claim_stale() {
    check("statefulset_pod_claim_stale", |case| {
        let uid = if case.input["skipPodUID"] == true {
            ""
        } else {
            "123"
        };
        let pod = meta("set-3", uid);
        let states = case.input["claimStates"].as_array().unwrap();
        let stale = states.iter().any(|state| {
            let refs = match text(state) {
                "stale" => vec![owner("Pod", "set-3", "stale", false)],
                "with-ref" => vec![owner("Pod", "set-3", "123", false)],
                _ => Vec::new(),
            };
            claims::has_stale_owner_ref(&owners(&json!(refs)), Kind::Pod, &pod)
        });
        same(&json!(stale), &case.want["expected"])
    });
}

#[test]
fn status_update_errors() {
    check("statefulset_status_update_errors", |case| {
        let result = |field: &str, error: &'static str| {
            if case.input[field] == true {
                Err(error)
            } else {
                Ok(())
            }
        };
        let got = stateful_set::outcome(
            result("hasSyncErr", "sync error"),
            result("hasStatusErr", "status error"),
        );
        same_text(
            got.err().unwrap_or_default(),
            text(&case.want["expectedErr"]),
        )
    });
}

#[test]
fn unavailable_metrics() {
    check("statefulset_unavailable_metrics", |case| {
        let input = &case.input;
        let (pods, unavailable) = (int(&input["totalPods"]), int(&input["unavailablePodCount"]));
        let mut manifest = web(&json!({ "replicas": pods, "podManagementPolicy": "Parallel" }));
        manifest["spec"]["replicas"] = json!(pods);
        let mut bench = Bench::new(true);
        bench
            .store
            .create(object(Kind::StatefulSet, manifest))
            .unwrap();
        bench.sync("web").0.unwrap();
        for ordinal in unavailable..pods {
            bench.act(&Verb::Ready, &format!("web-{ordinal}"));
        }
        let (set, now) = (bench.set("web"), bench.store.now());
        let got = update::count_unavailable(&set, bench.pods().into_iter(), now);
        same(&got, &int(&case.want["expectedUnavailableReplicasValue"]))?;
        let wanted = input.get("maxUnavailable");
        let wanted: Option<IntOrPercent> =
            wanted.map(|wanted| serde_json::from_value(wanted.clone()).unwrap());
        let got = update::max_unavailable(wanted.as_ref(), pods);
        same(&got, &Ok(int(&case.want["expectedMaxUnavailableValue"])))
    });
}

#[test]
fn availability() {
    check("statefulset_availability", |case| {
        let mut bench = Bench::new(false);
        let set = object(Kind::StatefulSet, case.input["inputSTS"].clone());
        bench.store.create(set).unwrap();
        bench.sync("foo").0.unwrap();
        bench.act(&Verb::Ready, "foo-0");
        let ready_for = -case.input["readyDuration"]["ns"].as_i64().unwrap() / 1_000_000;
        bench.store.registers.now = bench.store.now().plus_millis(ready_for);
        bench.sync("foo").0.unwrap();
        let available = bench.set("foo").status.available_replicas;
        same(&available, &int(&case.want["expectedActiveReplicas"]))
    });
}

/// Six pods in order, a partition of 3, maxUnavailable 2: with some terminating already, never more than two are.
#[test]
fn max_unavailable_ordered_invariant() {
    check("statefulset_max_unavailable_ordered_invariant", |case| {
        let mut bench = Bench::new(true);
        let rolling = json!({ "type": "RollingUpdate", "rollingUpdate": { "partition": 3, "maxUnavailable": 2 } });
        let manifest = web(&json!({ "replicas": 6, "updateStrategy": rolling }));
        bench
            .store
            .create(object(Kind::StatefulSet, manifest))
            .unwrap();
        for ordinal in 0..6 {
            bench.sync("web").0.unwrap();
            bench.act(&Verb::Ready, &format!("web-{ordinal}"));
        }
        bench.sync("web").0.unwrap();
        set_image(&mut bench, "v2");
        let terminating = case.input["ordinalOfPodToTerminate"].as_array().unwrap();
        for ordinal in terminating {
            let pod = key(Kind::Pod, &format!("web-{ordinal}"));
            bench.store.delete(&pod, &DeleteOptions::default()).unwrap();
        }
        let limit = terminating.len().max(2);
        for _ in 0..40 {
            bench.sync("web").0.unwrap();
            let pods = bench.pods();
            let ending = pods.iter().filter(|pod| pod.metadata.is_terminating());
            let ending: Vec<_> = ending.map(|pod| pod.metadata.name.clone()).collect();
            if ending.len() > limit {
                return Err(format!("more than {limit} are ending: {ending:?}"));
            }
            match ending.first() {
                Some(pod) => bench.remove(pod),
                None => {
                    for pod in pods.iter().filter(|pod| !pod.is_ready()) {
                        bench.act(&Verb::Ready, &pod.metadata.name);
                    }
                }
            }
        }
        same(&bench.set("web").status.updated_replicas, &3)
    });
}

#[test]
fn revision_compatibility() {
    check("statefulset_revision_compatibility", |case| {
        let mut bench = Bench::new(false);
        let set = object(Kind::StatefulSet, case.input["set"].clone());
        let Object::StatefulSet(known) = &set else {
            unreachable!("a StatefulSet is one")
        };
        let status = known.status.clone();
        let Ok(Object::StatefulSet(set)) = bench.store.create(set) else {
            return Err("the set is refused".to_owned());
        };
        let uid = set.metadata.uid.clone();
        for revision in case.input["revisions"].as_array().unwrap() {
            let mut revision = object(Kind::ControllerRevision, revision.clone());
            let meta = revision.meta_mut();
            let known = meta.owner_references.iter().cloned();
            meta.owner_references = known
                .map(|owner| OwnerReference {
                    uid: uid.clone(),
                    ..owner
                })
                .collect();
            bench.store.create(revision).unwrap();
        }
        let mut set = (*set).clone();
        set.status = status.clone();
        bench
            .store
            .update_status(Object::StatefulSet(Rc::new(set)))
            .unwrap();
        for _ in 0..3 {
            bench.sync("test").0.unwrap();
            bench.act(&Verb::Ready, "test-0");
        }
        let revisions = bench.store.list(Kind::ControllerRevision, None).count();
        same(
            &revisions,
            &case.input["revisions"].as_array().unwrap().len(),
        )?;
        same(
            &bench.set("test").status.update_revision,
            &status.update_revision,
        )?;
        same(
            &bench.pods().iter().any(|pod| pod.metadata.is_terminating()),
            &false,
        )
    });
}

/// The revision that the controller creates for a manifest.
fn first_revision(set: Object) -> Result<Rc<ControllerRevision>, String> {
    let mut bench = Bench::new(false);
    let name = set.meta().name.clone();
    bench.store.create(set).map_err(|error| error.to_string())?;
    bench.sync(&name).0.map_err(|error| error.to_string())?;
    let mut revisions = bench.store.list(Kind::ControllerRevision, None);
    match (revisions.next(), revisions.next()) {
        (Some(Object::ControllerRevision(revision)), None) => Ok(revision.clone()),
        _ => Err("not just one revision".to_owned()),
    }
}

#[test]
fn controller_revision_hash() {
    check("controller_revision_hash", |case| {
        let mut documents = yaml::documents(text(&case.input["manifest"])).unwrap();
        let value = documents.pop().ok_or("no manifest")?.value;
        let kind = Kind::StatefulSet;
        let mut value = decode::strict(Version::V1_36, kind, &value)
            .map_err(|errors| decode::message(kind, &errors))?;
        defaults::apply(kind, &mut value);
        let revision = first_revision(object(kind, value))?;
        let data = go::json(revision.data.value());
        same_text(&data, text(&case.want["data"]))?;
        same_text(&revision.metadata.name, text(&case.want["revisionName"]))?;
        same(
            &json!(revision.metadata.labels),
            &case.want["revisionLabels"],
        )?;
        same(
            &json!(revision.metadata.annotations),
            &case.want["revisionAnnotations"],
        )?;
        let again = revision_hash::name("web", &revision_hash::hash(&data, 1));
        same_text(
            &again,
            &format!("web-{}", text(&case.want["hashCollision1"])),
        )
    });
}

/// The API serves `serviceName: ""`, which is not a change of an immutable field.
#[test]
fn a_set_without_service_may_be_updated() {
    let manifest = |image: &str| {
        json!({
            "apiVersion": "apps/v1", "kind": "StatefulSet",
            "metadata": { "name": "web", "namespace": "default" },
            "spec": {
                "selector": { "matchLabels": { "app": "web" } },
                "template": {
                    "metadata": { "labels": { "app": "web" } },
                    "spec": { "containers": [{ "name": "web", "image": image }] }
                }
            }
        })
    };
    let mut bench = Bench::new(false);
    let created = bench.store.create_value(Kind::StatefulSet, &manifest("v1"));
    let created = created.unwrap();
    assert_eq!(created.to_value()["spec"]["serviceName"], "");
    let updated = bench.store.update_value(&created, &manifest("v2"));
    assert_eq!(updated.unwrap().meta().generation, 2);
}

/// Names, labels and bytes of revisions created by a real cluster.
#[test]
fn recorded_revisions() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/hashes.json");
    let table: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let sets = table["statefulsets"].as_array().unwrap();
    let mut failures = Vec::new();
    for case in sets {
        let name = text(&case["name"]);
        let metadata = json!({ "name": name, "annotations": case["revisionAnnotations"] });
        let mut value = json!({ "metadata": metadata, "spec": case["spec"] });
        if value["metadata"]["annotations"].is_null() {
            value["metadata"]["annotations"] = json!({});
        }
        let compare = || {
            let revision = first_revision(object(Kind::StatefulSet, value.clone()))?;
            same_text(
                &go::json(revision.data.value()),
                text(&case["revisionDataRaw"]),
            )?;
            same_text(&revision.metadata.name, text(&case["revisionName"]))?;
            same(&json!(revision.metadata.labels), &case["revisionLabels"])?;
            same(&json!(revision.revision), &case["revision"])
        };
        failures.extend(compare().err().map(|error| format!("{name}: {error}")));
    }
    println!(
        "hashes (statefulsets): {} cases, {} failed",
        sets.len(),
        failures.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
