//! kubectl's output that upstream's tables do not cover. It was recorded from a real cluster, or is fixed by
//! upstream's code.

use std::rc::Rc;

use kubestep::api::kind::Kind;
use kubestep::api::time::Time;
use kubestep::print::describe::{Surroundings, describe};
use kubestep::print::go_template::GoTemplate;
use kubestep::print::rollout::managed_by_apply;
use kubestep::print::table::{Printer, TableEntry, TableOptions, table};
use kubestep::versions::Features;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A minute after every object was created.
const NOW: Time = Time(60_000);
const CREATED: &str = "2026-01-01T00:00:00Z";

struct Others(Vec<(Kind, Value)>);

impl Surroundings for Others {
    fn features(&self) -> Features {
        Features::default()
    }

    fn list(&self, kind: Kind, namespace: &str) -> Vec<Rc<Value>> {
        let found = self.0.iter().filter(|(found, object)| {
            *found == kind && (namespace.is_empty() || object["metadata"]["namespace"] == namespace)
        });
        found.map(|(_, object)| Rc::new(object.clone())).collect()
    }
}

fn text(kind: Kind, object: &Value, others: Vec<(Kind, Value)>) -> String {
    describe(kind, object, &Others(others), true, NOW)
}

fn lines(text: &str) -> String {
    text.trim_start_matches('\n').replace('|', "")
}

#[test]
fn tables_of_several_kinds_are_separated() {
    let deployment = json!({"metadata": {"name": "web", "creationTimestamp": CREATED}, "spec": {"replicas": 2},
        "status": {"updatedReplicas": 1}});
    let pod = json!({"metadata": {"name": "web-0", "namespace": "prod", "creationTimestamp": CREATED, "labels": {"a": "b"}},
        "spec": {"containers": [{}]}, "status": {"phase": "Pending"}});
    let entries = [
        (Kind::Deployment, &deployment),
        (Kind::Pod, &pod),
        (Kind::Pod, &pod),
    ]
    .map(|(kind, object)| TableEntry {
        kind,
        object,
        event: "",
    });
    let options = TableOptions {
        with_kind: true,
        ..TableOptions::default()
    };
    assert_eq!(
        Printer::new(options.clone()).print(&entries, NOW),
        "NAME                  READY   UP-TO-DATE   AVAILABLE   AGE\n\
         deployment.apps/web   0/2     1            0           60s\n\
         \n\
         NAME        READY   STATUS    RESTARTS   AGE\n\
         pod/web-0   0/1     Pending   0          60s\n\
         pod/web-0   0/1     Pending   0          60s\n"
    );
    let no_headers = TableOptions {
        no_headers: true,
        ..options
    };
    assert_eq!(
        Printer::new(no_headers).print(&entries[..2], NOW),
        "deployment.apps/web   0/2   1     0     60s\npod/web-0   0/1   Pending   0     60s\n"
    );
    let all = TableOptions {
        with_namespace: true,
        label_columns: vec!["x/a".to_owned(), "a".to_owned()],
        ..TableOptions::default()
    };
    assert_eq!(
        table(Kind::Pod, &[&pod], &all, NOW),
        "NAMESPACE   NAME    READY   STATUS    RESTARTS   AGE   A     A\n\
         prod        web-0   0/1     Pending   0          60s         b\n"
    );
}

#[test]
fn a_watch_remembers_its_columns() {
    let pod = |name: &str, phase: &str| {
        json!({"metadata": {"name": name, "creationTimestamp": CREATED}, "spec": {"containers": [{}]},
            "status": {"phase": phase}})
    };
    let mut printer = Printer::new(TableOptions {
        with_event: true,
        ..TableOptions::default()
    });
    let mut row = |object: &Value, event: &str| {
        printer.print(
            &[TableEntry {
                kind: Kind::Pod,
                object,
                event,
            }],
            NOW,
        )
    };
    assert_eq!(
        row(&pod("a-long-name", "Pending"), "ADDED"),
        "EVENT   NAME          READY   STATUS    RESTARTS   AGE\nADDED   a-long-name   0/1     Pending   0          60s\n"
    );
    assert_eq!(
        row(&pod("b", "Running"), "ADDED"),
        "ADDED   b             0/1     Running   0          60s\n"
    );
    assert_eq!(
        row(&pod("b", "Running"), "MODIFIED"),
        "MODIFIED   b             0/1     Running   0          60s\n"
    );
    assert_eq!(
        row(&pod("b", "Running"), "DELETED"),
        "DELETED    b             0/1     Running   0          60s\n"
    );
}

#[test]
fn cells_end_at_their_first_line() {
    let event = json!({"metadata": {"name": "e"}, "lastTimestamp": CREATED, "type": "Normal", "reason": "R",
        "involvedObject": {"kind": "Pod", "name": "p"}, "message": "one\u{1b}[31m\ntwo"});
    assert_eq!(
        table(Kind::Event, &[&event], &TableOptions::default(), NOW),
        "LAST SEEN   TYPE     REASON   OBJECT   MESSAGE\n60s         Normal   R        pod/p    one^[[31m...\n"
    );
    let wide = TableOptions {
        wide: true,
        with_kind: true,
        ..TableOptions::default()
    };
    assert!(table(Kind::Event, &[&event], &wide, NOW).ends_with("   1       event/e\n"));
}

#[test]
fn an_autoscaler_is_described() {
    let hpa = json!({"metadata": {"name": "web", "namespace": "default", "creationTimestamp": CREATED},
        "spec": {"minReplicas": 2, "maxReplicas": 5, "scaleTargetRef": {"kind": "Deployment", "name": "web"},
            "metrics": [{"type": "Resource", "resource": {"name": "cpu",
                "target": {"type": "Utilization", "averageUtilization": 80}}}]}});
    assert_eq!(
        text(Kind::HorizontalPodAutoscaler, &hpa, vec![]),
        lines(
            "
Name:                                                  web
Namespace:                                             default
Labels:                                                <none>
Annotations:                                           <none>
CreationTimestamp:                                     Thu, 01 Jan 2026 00:00:00 +0000
Reference:                                             Deployment/web
Metrics:                                               ( current / target )
  resource cpu on pods  (as a percentage of request):  <unknown> / 80%
Min replicas:                                          2
Max replicas:                                          5
Deployment pods:                                       0 current / 0 desired
Events:                                                <none>
"
        )
    );
}

#[test]
fn a_node_is_described_with_its_pods() {
    let node = json!({"metadata": {"name": "node-1", "uid": "n", "creationTimestamp": CREATED},
        "spec": {"unschedulable": true, "taints": [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]},
        "status": {"capacity": {"cpu": "2", "memory": "4Gi", "pods": "110"}, "addresses": [{"type": "InternalIP", "address": "192.168.0.1"}],
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": CREATED,
                "lastTransitionTime": CREATED, "message": "ready"}],
            "nodeInfo": {"kubeletVersion": "v1.36.2"}}});
    let pod = |name: &str, node: &str, phase: &str| {
        let pod = json!({"metadata": {"name": name, "namespace": "default", "creationTimestamp": CREATED},
            "spec": {"nodeName": node, "containers": [
                {"resources": {"requests": {"cpu": "250m", "memory": "1Gi"}, "limits": {"cpu": "500m"}}},
                {"resources": {"requests": {"cpu": "250m"}}}],
                "initContainers": [{"resources": {"requests": {"cpu": "100m", "memory": "2Gi"}}}]},
            "status": {"phase": phase}});
        (Kind::Pod, pod)
    };
    let others = vec![
        pod("web-0", "node-1", "Running"),
        pod("web-1", "node-2", "Running"),
        pod("web-2", "node-1", "Failed"),
        (
            Kind::Event,
            json!({"type": "Normal", "reason": "NodeNotSchedulable", "firstTimestamp": CREATED, "message": "m",
            "involvedObject": {"kind": "Node", "name": "node-1", "uid": "node-1"}, "source": {"component": "kubelet"}}),
        ),
    ];
    let got = text(Kind::Node, &node, others);
    // The rules end in spaces, which are trimmed because this source file must not contain them.
    assert_eq!(
        got.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"),
        lines("
Name:               node-1
Roles:              <none>
Labels:             <none>
Annotations:        <none>
CreationTimestamp:  Thu, 01 Jan 2026 00:00:00 +0000
Taints:             node.kubernetes.io/unschedulable:NoSchedule
Unschedulable:      true
Lease:              Failed to get lease: leases.coordination.k8s.io \"node-1\" not found
Conditions:
  Type    Status  LastHeartbeatTime                 LastTransitionTime                Reason         Message
  ----    ------  -----------------                 ------------------                ------         -------
  Ready   True    Thu, 01 Jan 2026 00:00:00 +0000   Thu, 01 Jan 2026 00:00:00 +0000   KubeletReady   ready
Addresses:
  InternalIP:  192.168.0.1
Capacity:
  cpu:     2
  memory:  4Gi
  pods:    110
System Info:
  Machine ID:
  System UUID:
  Boot ID:
  Kernel Version:
  OS Image:
  Operating System:
  Architecture:
  Container Runtime Version:
  Kubelet Version:            v1.36.2
  Kube-Proxy Version:
Non-terminated Pods:          (1 in total)
  Namespace                   Name     CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
  ---------                   ----     ------------  ----------  ---------------  -------------  ---
  default                     web-0    500m (25%)    500m (25%)  2Gi (50%)        0 (0%)         60s
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource           Requests    Limits
  --------           --------    ------
  cpu                500m (25%)  500m (25%)
  memory             2Gi (50%)   0 (0%)
  ephemeral-storage  0 (0%)      0 (0%)
Events:
  Type    Reason              Age   From     Message
  ----    ------              ----  ----     -------
  Normal  NodeNotSchedulable  60s   kubelet  m")
    );
}

#[test]
fn volumes_and_environments_are_described() {
    let pod = json!({"metadata": {"name": "p", "namespace": "default", "uid": "u", "deletionTimestamp": "2026-01-01T00:00:30Z",
            "deletionGracePeriodSeconds": 30},
        "spec": {"nodeName": "n", "containers": [{"name": "c", "image": "i",
                "ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP", "name": "dns"}],
                "resources": {"limits": {"cpu": "1500m"}},
                "envFrom": [{"prefix": "P_", "configMapRef": {"name": "cm"}}],
                "env": [{"name": "A", "value": "x\ny"}, {"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                    {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
                    {"name": "MEM", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory"}}},
                    {"name": "IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}}],
                "livenessProbe": {"exec": {"command": ["cat", "x"]}, "timeoutSeconds": 1},
                "volumeMounts": [{"name": "b", "mountPath": "/b", "readOnly": true, "subPath": "s"}, {"name": "a", "mountPath": "/a"}]}],
            "volumes": [{"name": "a", "configMap": {"name": "cm"}},
                {"name": "b", "projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 3607}}, {"downwardAPI": {}}]}},
                {"name": "c", "hostPath": {"path": "/h"}}, {"name": "d", "unheard": {}}]},
        "status": {"phase": "Running", "hostIP": "1.2.3.4"}});
    assert_eq!(
        text(Kind::Pod, &pod, vec![]),
        lines(
            "
Name:                      p
Namespace:                 default
Node:                      n/1.2.3.4
Labels:                    <none>
Annotations:               <none>
Status:                    Terminating (lasts 30s)
Termination Grace Period:  30s
IP:                        |
IPs:                       <none>
Containers:
  c:
    Image:       i
    Ports:       80/TCP, 53/UDP (dns)
    Host Ports:  0/TCP, 0/UDP (dns)
    Limits:
      cpu:     1500m
    Liveness:  exec [cat x] delay=0s timeout=1s period=0s successThreshold=0 failureThreshold=0
    Environment Variables from:
      cm  ConfigMap with prefix 'P_'  Optional: false
    Environment:
      A:    x
            y
      S:    <set to the key 'k' in secret 's'>  Optional: false
      CPU:  2 (limits.cpu)
      MEM:  node allocatable (limits.memory)
      IP:    (v1:status.podIP)
    Mounts:
      /a from a (rw)
      /b from b (ro,path=\"s\")
Volumes:
  a:
    Type:      ConfigMap (a volume populated by a ConfigMap)
    Name:      cm
    Optional:  false
  b:
    Type:                    Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    DownwardAPI:             true
  c:
    Type:          HostPath (bare host directory volume)
    Path:          /h
    HostPathType:  <none>
  d:
  <unknown>
QoS Class:       Burstable
Node-Selectors:  <none>
Tolerations:     <none>
Events:          <none>
"
        )
    );
}

#[test]
fn smaller_kinds_are_described() {
    let metadata =
        json!({"name": "x", "namespace": "default", "annotations": {"long": "a".repeat(200)}});
    let map =
        json!({"metadata": metadata, "data": {"b": "2\n", "a": "1"}, "binaryData": {"c": "AAEC"}});
    assert_eq!(
        text(Kind::ConfigMap, &map, vec![]),
        format!(
            "Name:         x\nNamespace:    default\nLabels:       <none>\nAnnotations:  long:\n                {}...\n\n\
             Data\n====\na:\n----\n1\n\nb:\n----\n2\n\n\n\nBinaryData\n====\nc: 3 bytes\n\nEvents:  <none>\n",
            "a".repeat(138)
        )
    );
    let secret = json!({"metadata": {"name": "x", "namespace": "default"}, "type": "Opaque", "data": {"k": "aGVsbG8="}});
    assert_eq!(
        text(Kind::Secret, &secret, vec![]),
        "Name:         x\nNamespace:    default\nLabels:       <none>\nAnnotations:  <none>\n\nType:  Opaque\n\n\
         Data\n====\nk:  5 bytes\n"
    );
    let namespace = json!({"metadata": {"name": "prod"}, "status": {"phase": "Active"}});
    assert_eq!(
        text(Kind::Namespace, &namespace, vec![]),
        "Name:         prod\nLabels:       <none>\nAnnotations:  <none>\nStatus:       Active\n\nNo resource quota.\n\n\
         No LimitRange resource.\n"
    );
    let revision = json!({"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 2,
        "metadata": {"name": "x", "namespace": "default", "uid": "u", "labels": {"a": "b"}},
        "data": {"spec": {"template": {"$patch": "replace", "containers": [{"name": "n"}]}}}});
    assert_eq!(
        text(Kind::ControllerRevision, &revision, vec![]),
        lines(
            "
Name:         x
Namespace:    default
Labels:       a=b
Annotations:  <none>
API Version:  apps/v1
Data:
  Spec:
    Template:
      $patch:  replace
      Containers:
        Name:  n
Kind:          ControllerRevision
Metadata:
  UID:     u
Revision:  2
Events:    <none>
"
        )
    );
}

#[test]
fn rolling_back_warns_about_apply() {
    let annotations = json!({"kubectl.kubernetes.io/last-applied-configuration": "{}"});
    let object = json!({"metadata": {"name": "web", "annotations": annotations}});
    let warning = managed_by_apply(Kind::Deployment, &object).unwrap_or_default();
    assert!(warning.starts_with("Warning: resource deployments/web was previously managed with 'kubectl apply'. Rolling back"));
    assert_eq!(
        managed_by_apply(Kind::Deployment, &json!({"metadata": {"name": "web"}})),
        None
    );
}

fn template(text: &str) -> String {
    let object = json!({"metadata": {"name": "web", "labels": {"app": "web", "x/y": "z"}}, "nothing": null,
        "spec": {"replicas": 3, "seconds": 1_000_000, "containers": [{"image": "a:1"}, {"image": "b:2"}]}});
    match GoTemplate::parse(text).and_then(|template| template.text(&object, true)) {
        Ok(text) => text,
        Err(error) => error.to_string(),
    }
}

#[test]
fn go_templates() {
    for (text, want) in [
        (
            "{{range $i, $c := .spec.containers}}{{$c.image}}{{end}}",
            "a:1b:2",
        ),
        (
            "{{range .spec.containers}}{{.image}} of {{$.metadata.name}}, {{end}}",
            "a:1 of web, b:2 of web, ",
        ),
        (
            "{{.spec.replicas}} {{.spec.seconds}} {{.spec.nope}} {{.spec.nope.deeper}}",
            "3 1e+06 <no value> <no value>",
        ),
        (
            "{{if .spec.nope}}a{{else if eq .metadata.name \"web\"}}b{{else}}c{{end}}",
            "b",
        ),
        (
            "{{with .metadata}}{{.name}}{{end}}{{with .nope}}x{{else}}-{{end}}",
            "web-",
        ),
        ("{{range .nope}}x{{else}}none{{end}}", "none"),
        ("a {{- /* gone */ -}} b {{- \" c\" }}", "ab c"),
        (
            "{{index .metadata.labels \"x/y\"}}{{(index .spec.containers 1).image}}",
            "zb:2",
        ),
        (
            "{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}",
            "app=web;x/y=z;",
        ),
        (
            "{{.metadata.labels}} {{len .spec.containers}}",
            "map[app:web x/y:z] 2",
        ),
        (
            "{{printf \"%-5s|%5v|%q\" .metadata.name .spec.replicas \"a\" | print}}{{println}}",
            "web  |    3|\"a\"\n",
        ),
        ("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
        (
            "{{and .nope 1}}{{or .nope \"d\"}}{{not .nope}}{{exists .metadata.labels \"app\"}}",
            "<no value>dtruetrue",
        ),
        ("{{\"aGk=\" | base64decode}}{{`raw\\n`}}", "hiraw\\n"),
        (
            "{{eq .spec.replicas 3}}",
            "error executing template \"{{eq .spec.replicas 3}}\": template: output: error calling eq: incompatible types for comparison",
        ),
        (
            "{{.nothing.x}}",
            "error executing template \"{{.nothing.x}}\": template: output: nil pointer evaluating interface {}.x",
        ),
        (
            "a\n{{if}}",
            "error parsing template a\n{{if}}, template: output:2: missing value for command\n",
        ),
        (
            "{{.a",
            "error parsing template {{.a, template: output:1: unclosed action\n",
        ),
        (
            "{{end}}",
            "error parsing template {{end}}, template: output:1: unexpected {{end}}\n",
        ),
        (
            "{{html .a}}",
            "not simulated: the function \"html\" in a Go template",
        ),
        (
            "{{template \"x\"}}",
            "not simulated: {{template}} in a Go template",
        ),
    ] {
        assert_eq!(template(text), want, "{text}");
    }
    for text in [
        "{{if 1}}".repeat(5000),
        "{{".to_owned() + &"(".repeat(5000),
        "{{if 1}}{{else ".repeat(3000) + "if 1}}",
    ] {
        assert!(GoTemplate::parse(&text).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn templates_of_any_text_come_to_an_end(
        text in "(\\{\\{|\\}\\}|range |if |else|end|with |[$.a-c()|:=\"`\\\\ -]|len |index |print ){0,40}",
    ) {
        let _ = template(&text);
    }

    #[test]
    fn any_object_can_be_printed(seed in any::<u64>()) {
        let object = arbitrary(seed, 4);
        for kind in Kind::all() {
            let _ = table(kind, &[&object], &TableOptions { wide: true, show_labels: true, ..TableOptions::default() }, NOW);
            let _ = text(kind, &object, vec![(Kind::Pod, object.clone()), (Kind::ReplicaSet, object.clone())]);
        }
    }
}

/// An object with names of real fields and unsuitable values.
fn arbitrary(seed: u64, depth: u32) -> Value {
    const FIELDS: [&str; 20] = [
        "metadata",
        "spec",
        "status",
        "name",
        "labels",
        "containers",
        "template",
        "conditions",
        "ports",
        "type",
        "state",
        "terminated",
        "volumes",
        "metrics",
        "taints",
        "env",
        "valueFrom",
        "annotations",
        "capacity",
        "creationTimestamp",
    ];
    let mut state = seed | 1;
    let mut next = |bound: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % bound
    };
    match next(if depth == 0 { 5 } else { 9 }) {
        0 => Value::Null,
        1 => json!(next(2) == 0),
        2 => json!(i64::MAX),
        3 => json!("2026-01-01T00:00:00Z"),
        4 => json!("\u{1b}é\n\t"),
        5 => (0..next(3))
            .map(|index| arbitrary(seed.wrapping_mul(31).wrapping_add(index), depth - 1))
            .collect(),
        _ => FIELDS
            .iter()
            .enumerate()
            .filter(|_| next(4) == 0)
            .map(|(index, field)| {
                (
                    (*field).to_owned(),
                    arbitrary(seed.wrapping_mul(37).wrapping_add(index as u64), depth - 1),
                )
            })
            .collect(),
    }
}
