//! Complete syncs of the Deployment controller on a store against upstream's unit test tables.

mod common;
#[path = "common/rollouts.rs"]
mod rollouts;

use common::{check, number, same};
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::api::time::Time;
use kubestep::controllers::deployment::annotations::{DESIRED_REPLICAS, MAX_REPLICAS};
use kubestep::controllers::deployment::util::max_surge;
use kubestep::controllers::deployment::wake;
use kubestep::store::Store;
use kubestep::versions::Version;
use rollouts::{Rollout, deployment, replica_set, rolling, sized};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Upstream calls a single stage; here a complete sync runs, of which it is the first stage that scales.
#[test]
fn reconcile_new_rs() {
    check("deployment_reconcile_new_rs", |case| {
        let (old, new) = (case.given("oldReplicas"), case.given("newReplicas"));
        let replicas = case.given("deploymentReplicas");
        let mut rollout = Rollout::new(rolling(replicas, &case.input["maxSurge"], &json!(0)));
        rollout.add_old(&sized("foo-old", old, old), 1);
        rollout.add_new(&sized("foo-new", new, 0), 2);
        rollout.sync().map_err(|error| error.to_string())?;
        let scaled = case.want["scaleExpected"] == true;
        let want = if scaled {
            case.wanted("expectedNewReplicas")
        } else {
            new
        };
        same(&(rollout.size("foo-new") != new), &scaled)?;
        same(&rollout.size("foo-new"), &want)
    });
}

/// The second stage of a sync: the first one does not scale in any of the cases.
#[test]
fn reconcile_old_rs() {
    check("deployment_reconcile_old_rs", |case| {
        let (old, new) = (case.given("oldReplicas"), case.given("newReplicas"));
        let replicas = case.given("deploymentReplicas");
        let mut rollout = Rollout::new(rolling(replicas, &json!(0), &case.input["maxUnavailable"]));
        rollout.add_old(&sized("foo-old", old, case.given("readyPodsFromOldRS")), 1);
        rollout.add_new(&sized("foo-new", new, case.given("readyPodsFromNewRS")), 2);
        rollout.sync().map_err(|error| error.to_string())?;
        let scaled = case.want["scaleExpected"] == true;
        let want = if scaled {
            case.wanted("expectedOldReplicas")
        } else {
            old
        };
        same(&rollout.size("foo-new"), &new)?;
        same(&rollout.size("foo-old"), &want)
    });
}

/// Upstream calls `scale`; here the Deployment is paused, so that a sync does nothing else.
#[test]
fn scaling_in_proportion() {
    check("deployment_scale_proportional", |case| {
        let of = |name: &str| {
            let given = &case.input[name];
            rolling(
                number(&given["replicas"]),
                &given["maxSurge"],
                &given["maxUnavailable"],
            )
        };
        let (mut deployment, old_deployment) = (of("deployment"), of("oldDeployment"));
        deployment.spec.paused = true;
        let mut rollout = Rollout::new(deployment);
        let old = case.input["oldRSs"].as_array().expect("a list");
        let new = Some(&case.input["newRS"]).filter(|new| new.is_object());
        let mut given: Vec<&Value> = old.iter().chain(new).collect();
        given.sort_by_key(|set| set["created"].as_str());
        for (index, set) in given.iter().enumerate() {
            rollout.set_clock(Time(60_000 * index as i64));
            let name = set["name"].as_str().expect("a name");
            let annotated = case.input["desiredReplicasAnnotations"][name].as_i64();
            let desired = annotated.unwrap_or(old_deployment.spec.replicas.into());
            let most = desired + i64::from(max_surge(&old_deployment));
            let mut object = (*sized(name, number(&set["replicas"]), 0)).clone();
            object
                .metadata
                .set_annotation(DESIRED_REPLICAS, &desired.to_string());
            object
                .metadata
                .set_annotation(MAX_REPLICAS, &most.to_string());
            let revision = index as u32 + 1;
            match new {
                Some(new) if new["name"] == set["name"] => rollout.add_new(&object, revision),
                _ => rollout.add_old(&object, revision),
            }
        }
        let versions = |rollout: &Rollout| -> Vec<(Value, u64)> {
            let sets = given.iter().map(|set| &set["name"]);
            let version = |name: &Value| {
                rollout
                    .set(name.as_str().unwrap())
                    .metadata
                    .resource_version
            };
            sets.map(|name| (name.clone(), version(name))).collect()
        };
        let before = versions(&rollout);
        rollout.sync().map_err(|error| error.to_string())?;
        let size = |set: &Value| rollout.size(set["name"].as_str().unwrap());
        same(&json!(new.map(size)), &case.want["newRS"])?;
        let sizes: Vec<i32> = old.iter().map(size).collect();
        same(&json!(sizes), &case.want["oldRSs"])?;
        // Upstream lists sets without an update only where that matters.
        let after = versions(&rollout);
        let unchanged = |name: &Value| {
            let version = |list: &[(Value, u64)]| {
                list.iter()
                    .find(|(known, _)| known == name)
                    .map(|(_, version)| *version)
            };
            version(&before) == version(&after)
        };
        let stay = case.want["notUpdated"].as_array().expect("a list");
        same(&stay.iter().all(unchanged), &true)
    });
}

/// Upstream's pods are listed by their ReplicaSet's uid; here each uid is a ReplicaSet of the Deployment.
#[test]
fn old_pods_running() {
    check("deployment_old_pods_running", |case| {
        let value = json!({ "spec": { "replicas": 0, "strategy": { "type": "Recreate" } } });
        let mut rollout = Rollout::new(deployment(&value));
        let uid_of = |set: &Value| {
            set["metadata"]["uid"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let new = Some(&case.input["newRS"]).filter(|new| new.is_object());
        let old = case.input["oldRSs"].as_array().cloned().unwrap_or_default();
        let pods = case.input["podMap"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let mut by_uid = BTreeMap::new();
        for (index, set) in old.iter().enumerate() {
            let name = format!("old-{index}");
            let replicas = number(&set["status"]["replicas"]);
            let mut object = (*sized(&name, 0, 0)).clone();
            object.status.replicas = replicas;
            rollout.add_old(&object, index as u32 + 1);
            by_uid.insert(uid_of(set), name);
        }
        if let Some(new) = new {
            rollout.add_new(&sized("new", 0, 0), 100);
            by_uid.insert(uid_of(new), "new".to_owned());
        }
        for (index, (uid, pods)) in pods.iter().enumerate() {
            let name = by_uid.entry(uid.clone()).or_insert_with(|| {
                let name = format!("other-{index}");
                rollout.add_old(&sized(&name, 0, 0), 50 + index as u32);
                name
            });
            for pod in pods.as_array().expect("a list") {
                rollout.add_pod(name, pod);
            }
        }
        let branches = rollout.branches();
        let waits = branches.contains(&"deployment/recreate-wait");
        let goes_on = branches
            .iter()
            .any(|id| id.starts_with("deployment/status-"));
        same(&goes_on, &true)?;
        same(&json!(waits), &case.want["hasOldPodsRunning"])
    });
}

/// An orphan queues the Deployments that upstream's function returns.
#[test]
fn deployments_for_replica_set() {
    check("deployment_get_deployments_for_rs", |case| {
        let mut store = Store::new(1, 0);
        store.registers.features = Version::V1_36.into();
        let namespace = json!({ "metadata": { "name": "test" }, "status": { "phase": "Active" } });
        let namespace = Object::from_value(Kind::Namespace, namespace).expect("a namespace");
        store.create(namespace).expect("the API server accepts it");
        for index in 0..3 {
            let value = json!({
                "metadata": { "name": format!("deployment-{index}"), "namespace": "test" },
                "spec": { "selector": { "matchLabels": { "app": format!("test-{index}") } } }
            });
            let object = Object::Deployment(Rc::new(deployment(&value)));
            store.create(object).expect("the API server accepts it");
        }
        store.take_journal();
        let mut value = case.input["rs"].clone();
        value["metadata"]["name"] = json!("orphan");
        let orphan = Object::ReplicaSet(replica_set(&value));
        store.create(orphan).expect("the API server accepts it");
        let mut wakes = Vec::new();
        for change in store.take_journal() {
            wake(&store, &change, &mut wakes);
        }
        let got: Vec<&str> = wakes.iter().map(|wake| &*wake.key.name).collect();
        let want = case.want["expect"].as_array().cloned().unwrap_or_default();
        let want: Vec<&str> = want
            .iter()
            .filter_map(|it| it["metadata"]["name"].as_str())
            .collect();
        same(&case.want["err"].is_string(), &got.is_empty())?;
        same(&got, &want)
    });
}
