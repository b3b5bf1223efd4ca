//! Each rule: what it excuses, and similar differences that are faults.

use super::*;

fn recording(command: &str) -> Recording {
    Recording {
        name: "test".to_owned(),
        version: Default::default(),
        feature_gates: Value::Null,
        steps: vec![json!({ "command": command })],
        unstable: Vec::new(),
        observed: BTreeMap::new(),
    }
}

/// The rules that excuse a difference; `None` for a fault.
fn rules_for(command: &str, expected: &Value, got: &Value) -> Option<Vec<&'static str>> {
    let recording = recording(command);
    let side = Side {
        recording: &recording,
        step: 0,
        happened: &[],
    };
    excuse((&side, expected), (&side, got), |a, b| a == b)
}

fn excuses(rule: &str, expected: Value, got: Value) {
    assert_eq!(rules_for("", &expected, &got), Some(vec![rule]));
}

fn is_a_fault(expected: Value, got: Value) {
    assert_eq!(rules_for("", &expected, &got), None);
}

fn spec_writes(writes: &[(&str, &str, &str)]) -> Value {
    let write = |(verb, kind, name): &(&str, &str, &str)| json!({ "verb": verb, "kind": kind, "name": name });
    json!({ "snapshot": { "specWrites": writes.iter().map(write).collect::<Vec<_>>() } })
}

fn stdout(text: &str) -> Value {
    json!({ "stdout": text, "stderr": "" })
}

const WEB: (&str, &str, &str) = ("ADDED", "Deployment", "web");
const WEB_SET: (&str, &str, &str) = ("ADDED", "ReplicaSet", "web-1");
const DB: (&str, &str, &str) = ("ADDED", "StatefulSet", "db");

#[test]
fn controllers_write_concurrently_but_each_in_order() {
    excuses(
        "order of the writes of different controllers",
        spec_writes(&[WEB, WEB_SET, DB]),
        spec_writes(&[WEB, DB, WEB_SET]),
    );
    is_a_fault(spec_writes(&[WEB, WEB_SET]), spec_writes(&[WEB_SET, WEB]));
    is_a_fault(spec_writes(&[WEB, WEB_SET, DB]), spec_writes(&[WEB, DB]));
}

#[test]
fn the_garbage_collector_deletes_in_any_order() {
    let (set, revision) = (
        ("DELETED", "StatefulSet", "db"),
        ("DELETED", "ControllerRevision", "db-1"),
    );
    excuses(
        "order of deletions by the garbage collector",
        spec_writes(&[set, revision]),
        spec_writes(&[revision, set]),
    );
    is_a_fault(spec_writes(&[set, DB]), spec_writes(&[DB, set]));
}

#[test]
fn old_pods_are_deleted_while_new_ones_are_created() {
    let pods = |deleted: bool, writes: Value| {
        let mut value =
            spec_writes(&[("DELETED", "ReplicaSet", "web-1"), WEB_SET][usize::from(!deleted)..]);
        value["snapshot"]["podWrites"] = json!({ "ReplicaSet/web-1": writes });
        value
    };
    let between = json!([
        ["delete", "a"],
        ["create", "c"],
        ["delete", "b"],
        ["create", "d"]
    ]);
    let after = json!([
        ["delete", "a"],
        ["delete", "b"],
        ["create", "c"],
        ["create", "d"]
    ]);
    excuses(
        "concurrent garbage collection and re-creation",
        pods(true, between.clone()),
        pods(true, after.clone()),
    );
    is_a_fault(pods(false, between.clone()), pods(false, after));
    is_a_fault(
        pods(true, between),
        pods(true, json!([["delete", "a"], ["create", "c"]])),
    );
}

#[test]
fn orphans_are_adopted_in_any_order() {
    let writes = |names: [&str; 2], changed: &str| {
        let write = |name: &str| json!({ "verb": "MODIFIED", "kind": "ReplicaSet", "name": name, "changed": [changed] });
        json!({ "snapshot": { "specWrites": names.map(write) } })
    };
    let (owner, size) = ("metadata.ownerReferences", "spec.replicas");
    excuses(
        "order of adoptions",
        writes(["web-1", "web-2"], owner),
        writes(["web-2", "web-1"], owner),
    );
    is_a_fault(
        writes(["web-1", "web-2"], size),
        writes(["web-2", "web-1"], size),
    );
}

#[test]
fn a_new_replica_set_counts_as_created_or_as_progress() {
    let condition = |reason: &str, message: &str| json!({ "snapshot": { "deployments": [{ "conditions": [{ "reason": reason, "message": message }] }] } });
    let created = condition("NewReplicaSetCreated", "Created new replica set \"web-1\"");
    excuses(
        "NewReplicaSetCreated versus ReplicaSetUpdated",
        created.clone(),
        condition("ReplicaSetUpdated", "ReplicaSet \"web-1\" is progressing."),
    );
    let other = condition("ReplicaSetUpdated", "ReplicaSet \"web-2\" is progressing.");
    is_a_fault(created.clone(), other);
    let complete = condition(
        "NewReplicaSetAvailable",
        "ReplicaSet \"web-1\" has successfully progressed.",
    );
    is_a_fault(created, complete);
}

#[test]
fn objects_of_a_restart_have_any_position() {
    let row = |name: &str, space: &str| {
        format!("<a>  Normal  Created  replicaset/{name}{space}Created pod\n")
    };
    let (other, restarted) = (row("web-1", "   "), row("web-#restart01", "   "));
    excuses(
        "order and column width of hashes of restart times",
        stdout(&format!("{other}{restarted}")),
        stdout(&format!(
            "{}{}",
            row("web-#restart01", "    "),
            row("web-1", "    ")
        )),
    );
    is_a_fault(stdout(&format!("{other}{restarted}")), stdout(&restarted));
}

#[test]
fn aggregation_may_forget_another_message_but_no_event() {
    let message = |text: &str, count: i64| json!({ "source": "c", "object": "Deployment/web", "type": "Normal", "reason": "Scaled", "message": text, "count": count });
    let snapshot = |events: &[Value]| json!({ "snapshot": { "events": events } });
    let combined = |count| message(&format!("{COMBINED}a"), count);
    let recording = Recording {
        steps: vec![snapshot(&[combined(1)]), snapshot(&[])],
        ..recording("")
    };
    let rules = |expected: (&[Value], &[i64]), got: (&[Value], &[i64])| {
        let side = |happened| Side {
            recording: &recording,
            step: 1,
            happened,
        };
        let (expected_side, got_side) = (side(expected.1), side(got.1));
        let (expected, got) = (snapshot(expected.0), snapshot(got.0));
        excuse((&expected_side, &expected), (&got_side, &got), |a, b| {
            a == b
        })
    };
    let rule = vec!["which message event aggregation evicts"];
    let own = [combined(7), message("b", 1)];
    assert_eq!(rules((&own, &[1, 1]), (&[combined(8)], &[2])), Some(rule));
    assert_eq!(rules((&own, &[1, 1]), (&[combined(9)], &[3])), None);
}

#[test]
fn node_ports_are_random() {
    let service = |port: i64| json!({ "snapshot": { "services": [{ "ports": [{ "port": 80, "nodePort": port }] }] } });
    excuses("node ports", service(31_000), service(32_000));
    is_a_fault(service(31_000), service(80));
}

#[test]
fn resource_versions_count_everything_in_the_cluster() {
    let refused = |was: i64| json!({ "stderr": format!("error: Expected resource version to be 1, was {was}\n") });
    excuses("resource versions", refused(4098), refused(102));
    is_a_fault(refused(4098), json!({ "stderr": "" }));
}

#[test]
fn rows_sorted_by_creation_are_in_any_order_within_a_second() {
    let (expected, got) = (stdout("a\nb\n"), stdout("b\na\n"));
    let command = "get pods --sort-by=.metadata.creationTimestamp";
    let rule = vec!["order of objects created in the same second"];
    assert_eq!(rules_for(command, &expected, &got), Some(rule));
    assert_eq!(rules_for("get pods", &expected, &got), None);
}

#[test]
fn parallel_creations_have_any_order() {
    let row = |text: &str| format!("  Normal  SuccessfulCreate  <a>  c  {text}\n");
    let (first, second) = (
        row("Create Claim a-1 Pod db-1"),
        row("Create Claim a-2 Pod db-2"),
    );
    let deleted = row("Deleted pod: web-1");
    excuses(
        "order of parallel creations",
        stdout(&format!("{first}{second}")),
        stdout(&format!("{second}{first}")),
    );
    is_a_fault(
        stdout(&format!("{first}{deleted}")),
        stdout(&format!("{deleted}{first}")),
    );
}

#[test]
fn help_can_be_reworded_but_names_all_commands() {
    let text = |about: &str, commands: &str| {
        stdout(&format!(
            "{about}\n\nAvailable Commands:\n{commands}\nUsage:\n  kubectl set\n"
        ))
    };
    let both = "  env         Variables\n  image       Images\n";
    excuses(
        "help text worded differently",
        text("Configure", both),
        text(
            "Set features",
            "  env     Update variables\n\nNot simulated: image\n",
        ),
    );
    is_a_fault(
        text("Configure", both),
        text("Configure", "  env         Variables\n"),
    );
}
