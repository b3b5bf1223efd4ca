//! The decisions of controllers in short stories, with all their facts and the times at which they were made. Changes
//! show up in the snapshots; `INSTA_UPDATE=always cargo test --test decisions` rewrites them.

use kubestep::api::kind::Kind;
use kubestep::engine::{Config, Engine, StepKind};
use kubestep::script;
use std::fmt::Write as _;

/// Plays a script, and tells what the actors with these names in their branches decided, and what they wrote.
fn decided(story: &str, actors: &[&str]) -> String {
    let mut engine = Engine::new(Config::default());
    let played = script::run(&mut engine, story).expect("a script without faults");
    for exchange in &played {
        assert_eq!(exchange.output.exit, 0, "{exchange}");
    }
    let mut text = String::new();
    for step in engine.steps() {
        let StepKind::Work(item) = &step.action else {
            if let StepKind::User(line) = &step.action {
                writeln!(text, "$ {line}").expect("writing to a string cannot fail");
            }
            continue;
        };
        let mut lines = String::new();
        for decision in &step.decisions {
            let (actor, branch) = decision.branch.id.split_once('/').expect("actor/branch");
            if !actors.contains(&actor) {
                continue;
            }
            write!(lines, "    {branch}").expect("writing to a string cannot fail");
            for fact in &decision.facts {
                write!(lines, " {}={}", fact.name, fact.value)
                    .expect("writing to a string cannot fail");
            }
            lines.push('\n');
        }
        if lines.is_empty() {
            continue;
        }
        let at = step.time();
        writeln!(text, "{at} {}: {}", item.actor, item.key)
            .expect("writing to a string cannot fail");
        text.push_str(&lines);
        // The names of events count all writes.
        let changes = step.changes.iter();
        for change in changes.filter(|change| change.key.kind != Kind::Event) {
            let what = match (&change.before, &change.after) {
                (None, _) => "creates",
                (_, None) => "removes",
                _ => "writes",
            };
            writeln!(text, "    {what} {}", change.key).expect("writing to a string cannot fail");
        }
        if let Some(error) = &step.error {
            writeln!(text, "    ! {error}").expect("writing to a string cannot fail");
        }
    }
    for exchange in played {
        if exchange.typed.starts_with("kubectl get") && !exchange.output.stdout.is_empty() {
            writeln!(text, "$ {}\n{}", exchange.typed, exchange.output.stdout)
                .expect("writing to a string cannot fail");
        }
    }
    text
}

/// A namespace with pods that end late, and with an object that a finalizer keeps.
#[test]
fn a_namespace_is_emptied() {
    let story = "
kubectl create namespace shop
@page END
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 20
      containers: [{name: web, image: 'nginx:1.25'}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: kept, namespace: shop, finalizers: [example.com/keep]}
END
@settle
kubectl delete namespace shop --wait=false
@advance 40s
kubectl get namespace shop -o jsonpath={.status}
kubectl patch configmap kept -n shop --type=merge -p '{\"metadata\":{\"finalizers\":[]}}'
@settle
";
    insta::assert_snapshot!(decided(story, &["namespace"]));
}

/// Pods that outlive their grace period: one with a finalizer, and one on a silent node.
#[test]
fn a_namespace_waits_for_its_pods() {
    let story = "
kubectl create namespace shop
kubectl run -n shop held --image=nginx:1.25
kubectl run -n shop done --image=nginx:1.25
@settle
kubectl patch pod held -n shop -p '{\"metadata\":{\"finalizers\":[\"example.com/keep\"]}}'
sim evict -n shop done
kubectl delete namespace shop --wait=false
@advance 80s
kubectl get namespace shop -o jsonpath={.status}
kubectl patch pod held -n shop --type=merge -p '{\"metadata\":{\"finalizers\":[]}}'
@settle
";
    insta::assert_snapshot!(decided(story, &["namespace"]));
}

/// Foreground, background and orphaning deletion, and owners of which only some are gone.
#[test]
fn dependents_follow_their_owners() {
    let story = "
kubectl create deployment web --image=nginx:1.25 --replicas=2
kubectl create deployment api --image=nginx:1.25 --replicas=1
@settle
kubectl delete deployment web --cascade=foreground --wait=false
@settle
kubectl delete deployment api --cascade=orphan
@settle
kubectl create configmap one
kubectl create configmap two
kubectl create configmap three
kubectl get configmap one -o jsonpath='{.metadata.uid}' > one
kubectl get configmap two -o jsonpath='{.metadata.uid}' > two
kubectl patch configmap three -p \"{\\\"metadata\\\":{\\\"ownerReferences\\\":[{\\\"apiVersion\\\":\\\"v1\\\",\\\"kind\\\":\\\"ConfigMap\\\",\\\"name\\\":\\\"one\\\",\\\"uid\\\":\\\"$(cat one)\\\"},{\\\"apiVersion\\\":\\\"v1\\\",\\\"kind\\\":\\\"ConfigMap\\\",\\\"name\\\":\\\"two\\\",\\\"uid\\\":\\\"$(cat two)\\\"}]}}\"
@settle
kubectl delete configmap one
@settle
kubectl delete configmap two
@settle
";
    insta::assert_snapshot!(decided(story, &["garbage"]));
}

/// Load goes up and down; a policy, the bounds and the window hold the size back.
#[test]
fn an_autoscaler_follows_the_load() {
    let story = "
@page END
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: 'nginx:1.25'
        resources: {requests: {cpu: 100m, memory: 100Mi}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 7
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 50Mi}}}
  behavior:
    scaleUp:
      policies: [{type: Pods, value: 2, periodSeconds: 30}]
    scaleDown:
      stabilizationWindowSeconds: 60
END
sim load deployment/web cpu=300m memory=200Mi
@advance 100s
sim load deployment/web cpu=900m memory=200Mi
@advance 60s
kubectl get hpa web -o jsonpath={.status}
sim load deployment/web cpu=100m memory=50Mi
@advance 120s
kubectl scale deployment web --replicas=1
@advance 30s
sim load deployment/web memory-
@advance 30s
kubectl get hpa web -o jsonpath={.status}
";
    insta::assert_snapshot!(decided(story, &["autoscaler"]));
}

/// The metric that wants most decides, of equals the first one; one that fails prevents a smaller size. A metric of one
/// container compares with the requests of that container.
#[test]
fn the_largest_of_several_metrics_decides() {
    let story = "
@page END
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: 'nginx:1.25', resources: {requests: {cpu: 100m, memory: 100Mi}}}
      - {name: side, image: 'nginx:1.25', resources: {requests: {cpu: 300m, memory: 100Mi}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 1
  maxReplicas: 9
  metrics:
  - {type: ContainerResource, containerResource: {name: cpu, container: web, target: {type: Utilization, averageUtilization: 50}}}
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 50Mi}}}
  behavior:
    scaleDown: {stabilizationWindowSeconds: 0}
END
sim load deployment/web cpu=100m memory=200Mi
@advance 330s
sim load deployment/web cpu=300m memory=300Mi
@advance 30s
sim load deployment/web cpu=50m memory-
@advance 30s
kubectl get hpa web -o jsonpath={.status}
";
    insta::assert_snapshot!(decided(story, &["autoscaler"]));
}

/// Autoscalers of a StatefulSet and of a ReplicaSet, of what does not exist, and of what cannot be scaled.
#[test]
fn an_autoscaler_scales_what_has_a_size() {
    let target = |name: &str, kind: &str| {
        format!(
            "
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: {name}}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: {kind}, name: {name}}}
  minReplicas: 2
  maxReplicas: 3
  metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 50}}}}}}]"
        )
    };
    let owner = |name: &str, kind: &str, more: &str| {
        format!(
            "
---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  replicas: 1{more}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: c, image: 'nginx:1.25', resources: {{requests: {{cpu: 100m}}}}}}]}}"
        )
    };
    let story = format!(
        "\n@page END{}{}{}{}{}{}\nEND\n@advance 20s\nkubectl get hpa -o wide\n",
        owner("db", "StatefulSet", "\n  serviceName: db"),
        owner("set", "ReplicaSet", ""),
        target("db", "StatefulSet"),
        target("set", "ReplicaSet"),
        target("nobody", "Deployment"),
        target("daemon", "DaemonSet"),
    );
    insta::assert_snapshot!(decided(&story, &["autoscaler"]));
}

/// A node that falls silent, comes back, and falls silent for good.
#[test]
fn a_silent_node_is_given_up() {
    let story = "
kubectl create deployment web --image=nginx:1.25 --replicas=4
@settle
sim node node-1 --silent
@advance 100s
sim node node-1 --back
@advance 60s
sim node node-2 --silent
@advance 400s
";
    insta::assert_snapshot!(decided(story, &["node-lifecycle", "pod-gc"]));
}

/// Evictions within and beyond a budget, by number and by share.
#[test]
fn budgets_allow_and_refuse_evictions() {
    let story = "
kubectl create deployment web --image=nginx:1.25 --replicas=4
kubectl create poddisruptionbudget web --selector=app=web --min-available=60%
@settle
kubectl drain node-1 --ignore-daemonsets --timeout=5s || true
@settle
kubectl delete poddisruptionbudget web
kubectl create poddisruptionbudget web --selector=app=web --max-unavailable=1
@settle
kubectl scale deployment web --replicas=6
@settle
";
    insta::assert_snapshot!(decided(story, &["disruption"]));
}

/// A service whose pods come, get ready, change their labels and go.
#[test]
fn slices_follow_the_pods() {
    let story = "
kubectl create deployment web --image=nginx:1.25 --replicas=3 --port=80
kubectl expose deployment web --port=80
@settle
kubectl get pods -l app=web -o name > pods
kubectl label $(head -n 1 pods) app-
@settle
sim unready $(tail -n 1 pods)
@settle
kubectl scale deployment web --replicas=0
@settle
kubectl delete service web
@settle
";
    insta::assert_snapshot!(decided(story, &["endpointslice"]));
}

/// Claims of a StatefulSet are bound, and deleted with it.
#[test]
fn claims_are_bound_and_deleted() {
    let story = "
@page END
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Delete}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: 'postgres:16'}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
END
@settle
kubectl scale statefulset db --replicas=1
@settle
kubectl delete statefulset db
@settle
";
    insta::assert_snapshot!(decided(
        story,
        &["statefulset", "volume-binder", "claim-protection"]
    ));
}
