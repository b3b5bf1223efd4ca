//! The character `|` marks the cursor.

use super::*;
use proptest::prelude::*;

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # the name
spec:
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
  template:
    spec:
      containers:
      - name: app
        image: nginx:1.27
        ports:
          - containerPort: 80
            protocol: TCP
      restartPolicy: Always
";

/// A text without its mark, and the mark's line and column.
fn marked(text: &str) -> (String, usize, usize) {
    let (before, after) = text.split_once('|').expect("a mark");
    let line = before.matches('\n').count();
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count());
    (format!("{before}{after}"), line, column)
}

/// What is offered at a mark.
fn offered(text: &str) -> Vec<String> {
    let (text, line, column) = marked(text);
    let found = complete(Version::V1_37, &text, line, column);
    let options = found.map_or(Vec::new(), |found| found.options);
    options.into_iter().map(|option| option.label).collect()
}

/// A text with something else in the place of a part of it.
fn with(part: &str, other: &str) -> String {
    assert!(DEPLOYMENT.contains(part));
    DEPLOYMENT.replacen(part, other, 1)
}

#[test]
fn an_empty_manifest_begins_with_version_and_kind() {
    assert_eq!(offered("|"), ["apiVersion", "kind", "metadata"]);
    assert_eq!(offered("kind: Deployment\n---\n|"), offered("|"));
}

#[test]
fn kinds_and_versions_complete_each_other() {
    assert!(offered("kind: |").contains(&"StatefulSet".to_owned()));
    let apps = offered("apiVersion: apps/v1\nkind: De|");
    assert!(apps.contains(&"Deployment".to_owned()) && !apps.contains(&"Pod".to_owned()));
    assert_eq!(offered("apiVersion: |\nkind: StatefulSet\n"), ["apps/v1"]);
}

#[test]
fn fields_that_are_there_are_not_offered_again() {
    let found = offered(&with("  strategy:", "  |\n  strategy:"));
    assert!(found.contains(&"replicas".to_owned()));
    assert!(
        !found
            .iter()
            .any(|field| field == "strategy" || field == "template")
    );
    assert!(!offered(&with("kind:", "|\nkind:")).contains(&"status".to_owned()));
}

#[test]
fn required_fields_come_first() {
    let found = offered(&with("  strategy:", "  |\n  strategy:"));
    assert_eq!(found[0], "selector");
    assert_eq!(
        offered(&with("  template:", "  selector:\n    |\n  template:"))[..2],
        ["matchLabels", "matchExpressions"]
    );
}

#[test]
fn lists_may_be_indented_or_not() {
    let container = offered(&with("        image:", "        |\n        image:"));
    assert!(container.contains(&"readinessProbe".to_owned()));
    assert!(!container.contains(&"ports".to_owned()));
    assert_eq!(
        offered(&with("      - name: app\n", "      - |\n"))[..1],
        ["name"]
    );
    let port = offered(&with("            protocol: TCP", "            |"));
    assert_eq!(port, ["name", "hostPort", "protocol", "hostIP"]);
    // Back in the pod's spec.
    let pod = offered(&with("      restartPolicy: Always", "      |"));
    assert!(pod.contains(&"restartPolicy".to_owned()) && !pod.contains(&"containers".to_owned()));
}

#[test]
fn an_item_is_offered_with_its_dash() {
    let (text, line, column) = marked("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    |");
    let found = complete(Version::V1_37, &text, line, column).unwrap();
    let name = &found.options[0];
    assert_eq!((&*name.label, &*name.insert), ("name", "- name: "));
    let ports = found.options.iter().find(|option| option.label == "ports");
    assert_eq!(ports.unwrap().insert, "- ports:\n        - ");
}

#[test]
fn values_of_enums_and_switches_are_offered() {
    assert_eq!(
        offered(&with("type: RollingUpdate", "type: |")),
        ["Recreate", "RollingUpdate"]
    );
    assert_eq!(
        offered(&with("protocol: TCP", "protocol: T|")),
        ["SCTP", "TCP", "UDP"]
    );
    assert_eq!(
        offered(&with("  strategy:", "  paused: |\n  strategy:")),
        ["true", "false"]
    );
    assert_eq!(offered(&with("maxSurge: 1", "maxSurge: |")), [""; 0]);
}

#[test]
fn a_list_has_objects_of_several_kinds() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: StatefulSet\n  spec:\n    |\n- kind: Service\n";
    assert!(offered(list).contains(&"serviceName".to_owned()));
}

#[test]
fn nothing_is_offered_in_comments_blocks_and_flow_collections() {
    let config = "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    ";
    let at = |text: &str, column: usize| {
        complete(Version::V1_37, text, text.matches('\n').count(), column)
    };
    assert_eq!(at(&format!("{config}kind: "), 10), None);
    assert_eq!(at("kind: Pod\n# sp", 4), None);
    assert_eq!(at("apiVersion: v1\nkind: Pod\nspec: {cont", 11), None);
    assert_eq!(
        offered("apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    |"),
        [""; 0]
    );
    // What follows a block is read again.
    let after = format!("{config}kind: x\nmeta");
    assert!(at(&after, 4).is_some());
}

#[test]
fn a_field_that_came_later_is_not_offered_before() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  podManagementPolicy: |";
    assert_eq!(offered(set), ["OrderedReady", "Parallel"]);
    for version in Version::ALL {
        let of = schema().struct_named("v1.PodSpec").unwrap();
        let (text, line, column) = marked("apiVersion: v1\nkind: Pod\nspec:\n  |");
        let found = complete(version, &text, line, column).unwrap();
        for option in found.options {
            assert!(of.field_in(version, &option.label).is_some());
        }
    }
}

/// What a key means.
fn meant(text: &str, key: &str) -> Meaning {
    let line = text.lines().position(|line| line.contains(key)).unwrap();
    let column = text.lines().nth(line).unwrap().find(key).unwrap();
    meaning(Version::V1_37, text, line, column).unwrap()
}

#[test]
fn a_key_means_what_the_schema_and_the_catalogue_say() {
    let surge = meant(DEPLOYMENT, "maxSurge");
    assert_eq!(surge.path, "spec.strategy.rollingUpdate.maxSurge");
    assert_eq!(
        (&*surge.detail, surge.required, surge.columns),
        ("IntOrString", false, 6..14)
    );
    assert!(surge.text.is_some());
    let port = meant(DEPLOYMENT, "containerPort");
    assert_eq!(
        port.path,
        "spec.template.spec.containers[].ports[].containerPort"
    );
    assert!(port.required);
    assert_eq!(meant(DEPLOYMENT, "protocol").values, ["SCTP", "TCP", "UDP"]);
    assert_eq!(meaning(Version::V1_37, DEPLOYMENT, 3, 9), None, "a value");
}

#[test]
fn what_is_not_simulated_is_said() {
    let text =
        "apiVersion: v1\nkind: Pod\nspec:\n  activeDeadlineSeconds: 5\n  restartPolicy: Always\n";
    assert!(meant(text, "activeDeadlineSeconds").left_out.is_some());
    assert!(meant(text, "restartPolicy").left_out.is_none());
}

#[test]
fn every_documented_field_exists() {
    for (id, _) in texts::FIELD {
        let (of, name) = id.split_once('/').unwrap();
        // Versions of a type share their documentation.
        let packages = ["v1", "v2", "apiregistration"];
        let structs = packages.map(|package| schema().struct_named(&format!("{package}.{of}")));
        let mut fields = structs.into_iter().flatten().flat_map(|of| &of.fields);
        assert!(
            fields.any(|field| field.json == name),
            "{id}: no such field"
        );
    }
}

#[test]
fn the_fields_of_rollouts_are_documented() {
    for kind in [Kind::Deployment, Kind::ReplicaSet, Kind::StatefulSet] {
        let spec = schema()
            .object(kind)
            .and_then(|of| of.fields()?.field("spec"));
        let mut undocumented = Vec::new();
        let of = spec.and_then(|spec| spec.ty.fields()).unwrap();
        for field in &of.fields {
            if sentence(of, field).is_none() {
                undocumented.push(field.json.clone());
            }
        }
        assert_eq!(undocumented, [""; 0], "{kind}");
    }
}

proptest! {
    #[test]
    fn any_text_and_cursor_is_answered(
        lines in prop::collection::vec("[ -]{0,6}(kind|spec|items|a|\"b\"|'c|é)?(: | :|:)?[ |>{#\"a-zé]{0,5}", 0..12),
        line in 0usize..14,
        column in 0usize..20,
    ) {
        let text = lines.join("\n");
        let _ = complete(Version::V1_37, &text, line, column);
        let _ = meaning(Version::V1_37, &text, line, column);
    }

    #[test]
    fn what_is_inserted_leads_to_the_same_place(at in 0usize..18) {
        // Every key of a manifest is offered at its own place once it is removed.
        let lines: Vec<&str> = DEPLOYMENT.lines().collect();
        let key = lines[at].trim_start_matches([' ', '-']).split(':').next().unwrap();
        let column = lines[at].find(key).unwrap();
        let mut cut: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        cut[at].truncate(column);
        let found = complete(Version::V1_37, &cut.join("\n"), at, column).unwrap();
        let labels: Vec<&str> = found.options.iter().map(|option| &*option.label).collect();
        prop_assert!(labels.contains(&key), "{key} is not in {labels:?}");
    }
}
