//! Random StatefulSets.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use proptest::prelude::*;
use serde_json::{Value, json};

/// The spec of a StatefulSet.
#[derive(Debug, Clone)]
pub struct SetSpec {
    pub replicas: i32,
    parallel: bool,
    claims: bool,
    strategy: Value,
    retention: Value,
    min_ready_seconds: i32,
    history_limit: i32,
    start: i32,
    pub image: u8,
}

/// A change of a StatefulSet.
#[derive(Debug, Clone)]
pub enum SetChange {
    Image(u8),
    Scale(i32),
    Strategy(Value),
    Retention(Value),
    Start(i32),
}

pub fn set_specs() -> impl Strategy<Value = SetSpec> {
    let min_ready = prop_oneof![4 => Just(0), 1 => 1..20i32];
    let rest = (min_ready, 0..4i32, starts(), images());
    (
        0..7i32,
        any::<bool>(),
        any::<bool>(),
        strategies(),
        retentions(),
        rest,
    )
        .prop_map(
            |(replicas, parallel, claims, strategy, retention, rest)| SetSpec {
                replicas,
                parallel,
                claims,
                strategy,
                retention,
                min_ready_seconds: rest.0,
                history_limit: rest.1,
                start: rest.2,
                image: rest.3,
            },
        )
}

pub fn set_changes() -> impl Strategy<Value = SetChange> {
    prop_oneof![
        4 => images().prop_map(SetChange::Image),
        4 => (0..7i32).prop_map(SetChange::Scale),
        2 => strategies().prop_map(SetChange::Strategy),
        1 => retentions().prop_map(SetChange::Retention),
        1 => starts().prop_map(SetChange::Start),
    ]
}

fn images() -> impl Strategy<Value = u8> {
    prop_oneof![6 => 0..3u8, 1 => 3..5u8]
}

fn starts() -> impl Strategy<Value = i32> {
    prop_oneof![4 => Just(0), 1 => 1..4i32]
}

fn strategies() -> impl Strategy<Value = Value> {
    let bounds = prop_oneof![
        Just(Value::Null),
        (1..5i32).prop_map(|count| json!(count)),
        (1..=100i32).prop_map(|percent| json!(format!("{percent}%"))),
    ];
    let block = (0..8i32, bounds).prop_map(|(partition, bound)| {
        let mut block = json!({ "partition": partition });
        if !bound.is_null() {
            block["maxUnavailable"] = bound;
        }
        json!({ "type": "RollingUpdate", "rollingUpdate": block })
    });
    prop_oneof![
        3 => Just(json!({ "type": "RollingUpdate", "rollingUpdate": { "partition": 0 } })),
        3 => block,
        1 => Just(json!({ "type": "RollingUpdate" })),
        1 => Just(json!({ "type": "OnDelete" })),
    ]
}

fn retentions() -> impl Strategy<Value = Value> {
    let one = || prop_oneof![Just("Retain"), Just("Delete")];
    (one(), one())
        .prop_map(|(scaled, deleted)| json!({ "whenScaled": scaled, "whenDeleted": deleted }))
}

impl SetSpec {
    pub fn value(&self, image: impl Fn(u8) -> String) -> Value {
        let claim = json!({
            "metadata": { "name": "data" },
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": { "requests": { "storage": "1Gi" } }
            }
        });
        let claims = if self.claims { vec![claim] } else { Vec::new() };
        let policy = if self.parallel {
            "Parallel"
        } else {
            "OrderedReady"
        };
        json!({
            "metadata": { "name": SET },
            "spec": {
                "replicas": self.replicas,
                "serviceName": SET,
                "podManagementPolicy": policy,
                "minReadySeconds": self.min_ready_seconds,
                "revisionHistoryLimit": self.history_limit,
                "ordinals": { "start": self.start },
                "persistentVolumeClaimRetentionPolicy": self.retention,
                "updateStrategy": that_ends(policy, &self.strategy),
                "selector": { "matchLabels": { "app": SET } },
                "template": {
                    "metadata": { "labels": { "app": SET } },
                    "spec": { "containers": [{ "name": "app", "image": image(self.image) }] }
                },
                "volumeClaimTemplates": claims
            }
        })
    }
}

/// The strategy, with a block for Parallel: without one, 1.37 may create and delete a pod forever (`tests/versions.rs`).
fn that_ends(policy: &str, strategy: &Value) -> Value {
    let mut strategy = strategy.clone();
    if policy == "Parallel" && strategy == json!({ "type": "RollingUpdate" }) {
        strategy["rollingUpdate"] = json!({ "partition": 0 });
    }
    strategy
}

/// Name of the only StatefulSet.
pub const SET: &str = "db";

impl SetChange {
    pub fn apply(&self, set: &mut Value, image: impl Fn(u8) -> String) {
        let spec = &mut set["spec"];
        match self {
            Self::Image(number) => {
                spec["template"]["spec"]["containers"][0]["image"] = json!(image(*number));
            }
            Self::Scale(size) => spec["replicas"] = json!(size),
            Self::Strategy(strategy) => {
                let policy = spec["podManagementPolicy"].as_str().unwrap_or_default();
                spec["updateStrategy"] = that_ends(policy, strategy);
            }
            Self::Retention(retention) => {
                spec["persistentVolumeClaimRetentionPolicy"] = retention.clone();
            }
            Self::Start(start) => spec["ordinals"] = json!({ "start": start }),
        }
    }
}
