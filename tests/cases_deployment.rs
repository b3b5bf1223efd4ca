//! The Deployment controller against the tables of upstream's own tests.

mod common;
#[path = "common/rollouts.rs"]
mod rollouts;

use common::{Case, check, same};
use kubestep::api::int_or_percent::IntOrPercent;
use kubestep::controllers::deployment::util::{
    max_unavailable, new_rs_new_replicas, resolve_fenceposts,
};
use kubestep::controllers::deployment::{cleanup_unhealthy_replicas, scale_down_old};
use rollouts::{Rollout, rolling, sized};
use serde_json::{Value, json};

/// A number that a case gives.
fn number(value: &Value) -> i32 {
    i32::try_from(value.as_i64().expect("a number")).expect("a number of 32 bits")
}

fn given(case: &Case, name: &str) -> i32 {
    number(&case.input[name])
}

fn wanted(case: &Case, name: &str) -> i32 {
    number(&case.want[name])
}

#[test]
fn fenceposts() {
    check("deployment_resolve_fenceposts", |case| {
        let bound = |name: &str| -> Option<IntOrPercent> {
            serde_json::from_value(case.input[name].clone()).expect("a bound")
        };
        let (surge, unavailable) = (bound("maxSurge"), bound("maxUnavailable"));
        let got = resolve_fenceposts(surge.as_ref(), unavailable.as_ref(), given(case, "desired"));
        same(&json!(got.is_err()), &case.want["expectError"])?;
        let want = (
            wanted(case, "expectSurge"),
            wanted(case, "expectUnavailable"),
        );
        same(&got.unwrap_or((0, 0)), &want)
    });
}

#[test]
fn new_rs_sizes() {
    check("deployment_new_rs_new_replicas", |case| {
        let mut deployment = rolling(
            given(case, "depReplicas"),
            &case.input["maxSurge"],
            &json!(1),
        );
        if case.input["strategyType"] == "Recreate" {
            deployment.spec.strategy = kubestep::api::deployment::DeploymentStrategy::Recreate;
        }
        // Upstream counts one other ReplicaSet of this size as all there are.
        let total = 5;
        let got = new_rs_new_replicas(&deployment, total, given(case, "newRSReplicas"));
        same(&got, &wanted(case, "expected"))
    });
}

/// Upstream calls the one stage; here a whole sync is run, of which it is the first stage that resizes.
#[test]
fn reconcile_new_rs() {
    check("deployment_reconcile_new_rs", |case| {
        let (old, new) = (given(case, "oldReplicas"), given(case, "newReplicas"));
        let replicas = given(case, "deploymentReplicas");
        let mut rollout = Rollout::new(rolling(replicas, &case.input["maxSurge"], &json!(0)));
        rollout.add_old(&sized("foo-old", old, old), 1);
        rollout.add_new(&sized("foo-new", new, 0), 2);
        rollout.sync().map_err(|error| error.to_string())?;
        let scaled = case.want["scaleExpected"] == true;
        let want = if scaled {
            wanted(case, "expectedNewReplicas")
        } else {
            new
        };
        same(&(rollout.size("foo-new") != new), &scaled)?;
        same(&rollout.size("foo-new"), &want)
    });
}

/// The second stage of a sync: in none of the cases does the first one resize.
#[test]
fn reconcile_old_rs() {
    check("deployment_reconcile_old_rs", |case| {
        let (old, new) = (given(case, "oldReplicas"), given(case, "newReplicas"));
        let replicas = given(case, "deploymentReplicas");
        let mut rollout = Rollout::new(rolling(replicas, &json!(0), &case.input["maxUnavailable"]));
        rollout.add_old(&sized("foo-old", old, given(case, "readyPodsFromOldRS")), 1);
        rollout.add_new(&sized("foo-new", new, given(case, "readyPodsFromNewRS")), 2);
        rollout.sync().map_err(|error| error.to_string())?;
        let scaled = case.want["scaleExpected"] == true;
        let want = if scaled {
            wanted(case, "expectedOldReplicas")
        } else {
            old
        };
        same(&rollout.size("foo-new"), &new)?;
        same(&rollout.size("foo-old"), &want)
    });
}

#[test]
fn cleanup_unhealthy() {
    check("deployment_cleanup_unhealthy", |case| {
        let old = given(case, "oldReplicas");
        let sets = [sized("foo-v1", old, given(case, "readyPods"))];
        let steps = cleanup_unhealthy_replicas(&sets, given(case, "maxCleanupCount"));
        let cleaned: i32 = steps.iter().map(|(_, size)| old - size).sum();
        same(&cleaned, &wanted(case, "cleanupCountExpected"))
    });
}

#[test]
fn scale_down_old_rs() {
    check("deployment_scale_down_old_rs", |case| {
        let old = given(case, "oldReplicas");
        let available = given(case, "readyPods");
        let replicas = given(case, "deploymentReplicas");
        let deployment = rolling(replicas, &json!(0), &case.input["maxUnavailable"]);
        let least = replicas - max_unavailable(&deployment);
        let steps = scale_down_old(&[sized("foo-v2", old, available)], available, least);
        let want: Vec<(usize, i32)> = if case.want["scaleExpected"] == true {
            vec![(0, wanted(case, "expectedOldReplicas"))]
        } else {
            Vec::new()
        };
        same(&steps, &want)
    });
}
