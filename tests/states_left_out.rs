//! What a state leaves out and pods need: ConfigMaps, Secrets, accounts, classes, claims and volumes.

#[path = "common/states.rs"]
mod common;

use common::{KINDS, export, import, run};
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;

fn pods(engine: &mut Engine) -> String {
    run(engine, "kubectl get pods -A --no-headers")
}

/// A Deployment and a StatefulSet whose pods need objects of many kinds, and these objects.
const NEEDY: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: fast}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: secret}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: example.com/disks
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: fast, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      priorityClassName: high
      containers:
      - name: web
        image: web:1
        envFrom: [{configMapRef: {name: settings}}]
        env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]
        volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 1
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: 'db:1', volumeMounts: [{name: disk, mountPath: /disk}]}]
  volumeClaimTemplates:
  - metadata: {name: disk}
    spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
";

fn needy() -> Engine {
    let mut engine = Engine::new(Config::default());
    let output = kubectl::run(&mut engine, "kubectl apply -f -", Some(NEEDY));
    assert_eq!(output.exit, 0, "{}", output.stderr);
    engine.settle(5_000);
    engine
}

/// What is assumed to exist, in the notes.
fn assumed(notes: &[String]) -> Option<&str> {
    let mut notes = notes.iter();
    notes.find_map(|note| {
        note.strip_prefix("Not in the text, assumed to exist because pods need them: ")
    })
}

#[test]
fn what_pods_need_and_nobody_exports_is_assumed_to_exist() {
    for kinds in [
        "deployments,replicasets,statefulsets,pods",
        KINDS,
        "all,pvc",
    ] {
        let text = export(&mut needy(), kinds);
        let (mut new, notes) = import(&text);
        assert!(assumed(&notes).is_some(), "{kinds}: {notes:?}");
        for line in [
            "kubectl set image deployment/web web=web:2",
            "kubectl set image statefulset/db db=db:2",
            "kubectl scale deployment/web statefulset/db --replicas=3",
            "kubectl rollout status deployment/web",
            "kubectl rollout status statefulset/db",
        ] {
            run(&mut new, line);
        }
        let priorities = run(
            &mut new,
            "kubectl get pods -l app=web -o jsonpath={.items[*].spec.priority}",
        );
        assert_eq!(priorities, "1000 1000 1000", "{kinds}");
    }
    let (_, notes) = import(&export(
        &mut needy(),
        &format!("{KINDS},cm,secret,sa,priorityclass,sc"),
    ));
    assert_eq!(assumed(&notes), None);
}

#[test]
fn what_a_state_shows_to_be_missing_stays_missing() {
    // Others of its kind are given.
    let text = export(&mut needy(), &format!("{KINDS},cm"));
    let text = text.replace(
        "name: settings\n    namespace",
        "name: other\n    namespace",
    );
    let (mut new, _) = import(&text);
    run(&mut new, "kubectl rollout restart deployment/web");
    new.settle(5_000);
    assert!(
        pods(&mut new).contains("CreateContainerConfigError"),
        "{}",
        pods(&mut new)
    );

    // A container or an event says that it does not exist.
    let mut old = needy();
    run(&mut old, "kubectl delete configmap settings");
    run(&mut old, "kubectl rollout restart deployment/web");
    old.settle(5_000);
    for kinds in ["deployments,replicasets,pods", KINDS] {
        let (mut new, notes) = import(&export(&mut old, kinds));
        assert!(!notes.join(" ").contains("ConfigMap"), "{notes:?}");
        new.settle(5_000);
        assert!(
            pods(&mut new).contains("CreateContainerConfigError"),
            "{kinds}"
        );
    }
}
