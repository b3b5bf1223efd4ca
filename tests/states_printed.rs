//! A cluster goes on from tables, descriptions and lines of `kubectl rollout status`.

use kubestep::diagnosis::{self, causes::Severity};
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::state;
use kubestep::script;
use kubestep::texts::Language;
use proptest::prelude::*;
use proptest::test_runner::Config as Cases;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

const WORKLOADS: &str = "deployments,replicasets,statefulsets,pods";

fn run(engine: &mut Engine, line: &str) -> String {
    let output = kubectl::run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output.stdout
}

fn import(text: &str) -> (Engine, Vec<String>) {
    let mut engine = Engine::new(Config::default());
    let started = state::start(&mut engine, text);
    let started = started.unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"));
    let notes = started.notes.iter();
    let notes = notes.map(|note| note.text(Language::English)).collect();
    (engine, notes)
}

fn faults(text: &str) -> Vec<(u32, String)> {
    let mut engine = Engine::new(Config::default());
    let faults = state::start(&mut engine, text).expect_err(text).into_iter();
    faults.map(|fault| (fault.line, fault.message)).collect()
}

/// The clusters after the scripts of the causes.
fn clusters() -> Vec<(String, Engine)> {
    let files = fs::read_dir("tests/diagnosis").expect("a folder");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    let clusters = paths.into_iter().map(|path| {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("a script");
        let mut engine = Engine::new(Config::default());
        script::run(&mut engine, &text).expect("a script");
        (name, engine)
    });
    clusters.collect()
}

/// Rows without ages, whose last digits tables do not have.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut age = 0;
    for line in text.lines().filter(|line| !line.is_empty()) {
        // "3 (5m ago)": the time of the last restart is not compared.
        let line = match line.split_once(" (") {
            Some((before, rest)) => format!(
                "{before} {}",
                rest.split_once(')').map_or("", |(_, rest)| rest)
            ),
            None => line.to_owned(),
        };
        let mut cells: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        if cells[0] == "NAME" || cells[0] == "NAMESPACE" {
            age = cells
                .iter()
                .position(|cell| cell == "AGE")
                .expect("a column");
        }
        if age < cells.len() {
            cells.remove(age);
        }
        rows.push(cells);
    }
    rows
}

fn tables(engine: &mut Engine) -> String {
    run(engine, &format!("kubectl get {WORKLOADS} -A"))
}

/// Every workload and pod described on its own, with its events.
fn descriptions(engine: &mut Engine) -> String {
    let list = run(engine, &format!("kubectl get {WORKLOADS} -A --no-headers"));
    let mut text = String::new();
    for line in list.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let (namespace, name) = (
            words.next().expect("a namespace"),
            words.next().expect("a name"),
        );
        text += &run(engine, &format!("kubectl describe {name} -n {namespace}"));
        text += "\n\n";
    }
    text
}

/// What workloads wait for. Risks are not compared: descriptions do not say how many revisions are kept.
fn causes(engine: &Engine) -> Vec<(String, &'static str)> {
    let findings = diagnosis::diagnose(engine).into_iter();
    let workload = ["Deployment", "ReplicaSet", "StatefulSet"];
    let about = findings.filter(|found| {
        workload.contains(&found.about.kind.name()) && found.cause.severity != Severity::Risk
    });
    about
        .map(|found| (found.about.to_string(), found.cause.id))
        .collect()
}

#[test]
fn tables_show_the_same_after_they_are_read() {
    for (name, mut old) in clusters() {
        let text = tables(&mut old);
        if text.is_empty() {
            continue;
        }
        let (mut new, _) = import(&text);
        assert_eq!(rows(&tables(&mut new)), rows(&text), "{name}\n{text}");
    }
}

#[test]
fn wide_tables_have_images_and_nodes() {
    for (name, mut old) in clusters() {
        let text = run(&mut old, &format!("kubectl get {WORKLOADS} -o wide"));
        if text.is_empty() {
            continue;
        }
        let (mut new, _) = import(&text);
        let again = run(&mut new, &format!("kubectl get {WORKLOADS} -o wide"));
        assert_eq!(rows(&again), rows(&text), "{name}\n{text}");
    }
}

/// What is left of causes that descriptions do not tell: conditions have no times there.
const TOLD: [(&str, &str); 1] = [("readiness-lost", "not-ready")];

#[test]
fn descriptions_lead_to_the_same_causes() {
    let mut differ = Vec::new();
    for (name, mut old) in clusters() {
        if tables(&mut old).is_empty() {
            continue;
        }
        let nodes = run(&mut old, "kubectl get nodes");
        let text = format!("{}\n{nodes}\n{}", tables(&mut old), descriptions(&mut old));
        let (mut new, _) = import(&text);
        assert_eq!(
            rows(&tables(&mut new)),
            rows(&tables(&mut old)),
            "{name}\n{text}"
        );
        let (is, mut was) = (causes(&new), causes(&old));
        for (_, cause) in &mut was {
            let told = TOLD.iter().find(|(known, _)| known == cause);
            *cause = told.map_or(*cause, |(_, less)| less);
        }
        if is != was {
            differ.push(format!("{name}: {is:?} instead of {was:?}"));
        }
    }
    assert_eq!(differ, Vec::<String>::new());
}

/// The texts of real clusters in the recordings, which have neither ages nor times, and numbers for random ends.
fn recorded() -> Vec<(String, String, String)> {
    let mut texts = Vec::new();
    let mut folders: Vec<PathBuf> = [
        "tests/conformance/recordings",
        "tests/conformance/1.37/recordings",
    ]
    .map(PathBuf::from)
    .into();
    folders.retain(|folder| folder.is_dir());
    assert_eq!(folders.len(), 2);
    for folder in folders {
        let files = fs::read_dir(folder).expect("a folder");
        let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
        paths.sort();
        for path in paths {
            let text = fs::read_to_string(&path).expect("a recording");
            let recording: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            for step in recording["steps"].as_array().expect("steps") {
                let (command, stdout) = (step["command"].as_str(), step["stdout"].as_str());
                if let (Some(command), Some(stdout)) = (command, stdout) {
                    let name = path.file_stem().expect("a name").to_string_lossy();
                    let text = stdout.replace('#', "b");
                    texts.push((name.into_owned(), command.to_owned(), text));
                }
            }
        }
    }
    texts
}

#[test]
fn tables_of_real_clusters_are_read() {
    let mut count = 0;
    for (name, command, text) in recorded() {
        let is_table = text.contains("RESTARTS") && command.starts_with("get ");
        // These print anything but the usual columns.
        if !is_table || command.contains("custom-columns") || command.contains("--no-headers") {
            continue;
        }
        let (mut new, _) = import(&format!("$ kubectl {command}\n{text}"));
        let (pods, shown) = (run(&mut new, "kubectl get pods -A"), rows(&text));
        let shown = shown
            .iter()
            .skip_while(|row| !row.contains(&"RESTARTS".to_owned()))
            .skip(1);
        let shown = shown.take_while(|row| row[0] != "NAME" && row[0] != "NAMESPACE");
        for row in shown {
            let place = usize::from(row[0] == "default");
            let own = row[place..place + 4].join(" ").replace("pod/", "");
            let pods = rows(&pods)
                .iter()
                .map(|row| row[1..].join(" "))
                .collect::<Vec<_>>();
            assert!(
                pods.contains(&own),
                "{name}: {command}\n{own}\n{pods:#?}\n{text}"
            );
            count += 1;
        }
    }
    assert!(count > 500, "{count}");
}

#[test]
fn descriptions_of_real_clusters_are_read() {
    let mut count = 0;
    for (name, command, text) in recorded() {
        let kinds = ["deploy", "rs", "sts", "pod", "statefulset", "replicaset"];
        let is_of = |kind: &&str| command.starts_with(&format!("describe {kind}"));
        if !kinds.iter().any(is_of) || text.is_empty() {
            continue;
        }
        let (mut new, _) = import(&text);
        let again = kubectl::run(&mut new, &format!("kubectl {command}"), None).stdout;
        for field in [
            "Namespace:",
            "Replicas:",
            "Selector:",
            "StrategyType:",
            "Status:",
            "Controlled By:",
            "Update Strategy:",
            "Image:",
            "State:",
            "Restart Count:",
        ] {
            // The order of names changes with the numbers in them.
            let lines = |text: &str| -> Vec<String> {
                let lines = text.lines().map(str::trim);
                let lines = lines.filter(|line| line.starts_with(field));
                let mut lines: Vec<String> = lines
                    .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                    .collect();
                lines.sort();
                lines
            };
            assert_eq!(lines(&again), lines(&text), "{name}: {command} ({field})");
        }
        count += 1;
    }
    assert!(count > 60, "{count}");
}

const PASTED: &str = "\
me@laptop:~$ kubectl get deploy,rs,pods -n shop
NAME                  READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/web   2/3     1            2           5d

NAME                            DESIRED   CURRENT   READY   AGE
replicaset.apps/web-5d4f8c7b9   2         2         2       5d
replicaset.apps/web-6b7c9d8f5   1         1         0       12m

NAME                      READY   STATUS             RESTARTS        AGE
pod/web-5d4f8c7b9-x2x7k   1/1     Running            1 (4d ago)      5d
pod/web-5d4f8c7b9-q9q9q   1/1     Running            0               5d
pod/web-6b7c9d8f5-abcde   0/1     CrashLoopBackOff   7 (2m30s ago)   12m
me@laptop:~$ kubectl rollout status deploy/web -n shop
Waiting for deployment \"web\" rollout to finish: 1 out of 3 new replicas have been updated...
me@laptop:~$ kubectl get pods
NAME   READY   STATUS    RESTARTS   AGE
db-0   1/1     Running   0          3h
db-1   0/2     Pending   0          1m
solo   1/1     Running   0          3h
";

#[test]
fn what_is_pasted_may_have_prompts_and_what_is_assumed_is_said() {
    assert!(state::is_foreign(
        Engine::new(Config::default()).store(),
        &state::served(PASTED)
    ));
    let (mut new, notes) = import(PASTED);
    assert_eq!(
        notes,
        [
            "Not in the text, assumed from the names of what they own: StatefulSet db",
            "Pods without a known controller: Pod solo. Nothing replaces them.",
            "Replicas not given, counted from what is there: StatefulSet db",
            "Strategy not given: RollingUpdate is assumed, with 25% maxUnavailable and 25% maxSurge for Deployments: Deployment shop/web, StatefulSet db",
            "Selectors and labels not given, app=NAME is assumed: Deployment shop/web, StatefulSet db",
            "Images not given (kubectl get … -o wide prints them), made up: db-2:unknown, db:unknown, solo:unknown, web:5d4f8c7b9, web:6b7c9d8f5",
            "Why these pods are not scheduled is not given (kubectl describe pod prints it): Pod db-1",
            "Nodes of pods not given (kubectl get pods -o wide prints them): spread over the nodes.",
            "Exit codes not given (kubectl describe pod prints them): those that usually belong to the reasons, else 1.",
            "The text has only ages and no date: it is assumed to be from 2026-01-01.",
            "No nodes are given: node-1, node-2, node-3 are assumed, Ready and with room for all pods.",
            "Containers that crashed are assumed to crash again: web:6b7c9d8f5",
        ]
    );
    assert_eq!(
        causes(&new),
        [
            ("Deployment shop/web".to_owned(), "crash"),
            ("StatefulSet db".to_owned(), "unschedulable")
        ]
    );
    // It goes on: the crashing revision is replaced by one that works.
    run(
        &mut new,
        "kubectl set image deployment/web -n shop app=web:2",
    );
    new.settle(5_000);
    let status = run(&mut new, "kubectl rollout status deployment/web -n shop");
    assert_eq!(status, "deployment \"web\" successfully rolled out\n");
}

#[test]
fn variables_from_elsewhere_are_said_not_to_be_read() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: nginx:1.27\n    \
               env: [{name: A, value: a}";
    let from = ", {name: B, valueFrom: {configMapKeyRef: {name: settings, key: b, optional: true}}}]\n    \
                envFrom: [{secretRef: {name: keys, optional: true}}]\n";
    for (rest, said) in [
        ("]\n", None),
        (
            from,
            Some(
                "Parts of descriptions not read: Environment (valueFrom), Environment Variables from",
            ),
        ),
    ] {
        let mut engine = Engine::new(Config::default());
        let made = kubectl::run(&mut engine, "apply -f -", Some(&format!("{pod}{rest}")));
        assert_eq!(made.exit, 0, "{}", made.stderr);
        engine.settle(1_000);
        let text = run(&mut engine, "kubectl describe pod p");
        let (mut new, notes) = import(&text);
        let unread = notes.iter().find(|note| note.starts_with("Parts of"));
        assert_eq!(unread.map(String::as_str), said, "{notes:?}");
        let env = run(
            &mut new,
            "kubectl get pod p -o jsonpath={.spec.containers[0].env[*].name}",
        );
        assert_eq!(env, "A");
    }
}

#[test]
fn the_console_imports_tables() {
    let mut engine = Engine::new(Config::default());
    let output = kubectl::run(&mut engine, "sim import -f -", Some(PASTED));
    assert_eq!(output.exit, 0, "{}", output.stderr);
    assert!(output.stdout.ends_with(" objects imported\n"));
    assert!(
        output
            .stderr
            .contains("Pods without a known controller: Pod solo.")
    );
    let output = kubectl::run(
        &mut engine,
        "sim import -f -",
        Some("NAME READY AGE\nweb\n"),
    );
    assert_eq!(output.exit, 1);
    assert!(output.stderr.contains("2:1: "), "{}", output.stderr);
}

#[test]
fn every_status_is_read_as_it_is_printed() {
    let statuses = [
        ("0/1", "ContainerCreating"),
        ("0/1", "PodInitializing"),
        ("0/1", "ErrImagePull"),
        ("0/1", "ImagePullBackOff"),
        ("0/1", "InvalidImageName"),
        ("0/1", "CrashLoopBackOff"),
        ("0/1", "CreateContainerConfigError"),
        ("0/1", "CreateContainerError"),
        ("0/1", "RunContainerError"),
        ("0/1", "Error"),
        ("0/1", "OOMKilled"),
        ("0/1", "ExitCode:3"),
        ("0/1", "Completed"),
        ("0/1", "Running"),
        ("1/1", "Running"),
        ("1/2", "NotReady"),
        ("1/2", "CrashLoopBackOff"),
        ("0/1", "Pending"),
        ("1/1", "Terminating"),
        ("0/1", "Terminating"),
        ("0/1", "Evicted"),
        ("0/1", "Init:0/2"),
        ("0/1", "Init:1/2"),
        ("0/1", "Init:Error"),
        ("0/1", "Init:CrashLoopBackOff"),
        ("0/1", "Init:ImagePullBackOff"),
    ];
    for (ready, status) in statuses {
        for restarts in [0, 4] {
            let text = format!(
                "NAME READY STATUS RESTARTS AGE\nweb-5d4f8c7b9-x2x7k {ready} {status} {restarts} 5m\n"
            );
            let (mut new, _) = import(&text);
            let again = run(&mut new, "kubectl get pods");
            let line = again.lines().nth(1).expect("a pod").split_whitespace();
            let shown: Vec<&str> = line.collect();
            assert_eq!(shown[1..3], [ready, status], "{text}{again}");
            if !matches!(status, "Pending" | "Evicted") {
                assert_eq!(shown[3], restarts.to_string(), "{text}{again}");
            }
            new.settle(500);
        }
    }
}

#[test]
fn lines_that_cannot_be_read_are_refused() {
    let header = "NAME   READY   STATUS   RESTARTS   AGE";
    for (text, line, message) in [
        (
            format!("{header}\nweb-0   1/1\n"),
            2,
            "the row has 2 of 5 cells: “web-0   1/1”",
        ),
        (
            format!("{header}\n\nweb-0 one Running 0 5m\n"),
            3,
            "READY is “one”, which kubectl does not print there",
        ),
        (
            format!("{header}\nweb-0 2/1 Running 0 5m\n"),
            2,
            "READY is “2/1”, which kubectl does not print there",
        ),
        (
            format!("{header}\nweb-0 1/1 Running many 5m\n"),
            2,
            "RESTARTS is “many”, which kubectl does not print there",
        ),
        (
            format!("web-0 1/1 Running 0 5m\n{header}\n"),
            1,
            "the line belongs to no table and no description: “web-0 1/1 Running 0 5m”",
        ),
        (
            "Name:  web\nNamespace:  default\n".to_owned(),
            1,
            "the description of web is of no Deployment, ReplicaSet, StatefulSet or pod, or it is cut off",
        ),
        (
            "NAME TYPE\nservice/web ClusterIP\n".to_owned(),
            1,
            "no workload or pod is in the text",
        ),
    ] {
        assert_eq!(faults(&text), [(line, message.to_owned())], "{text}");
    }
    // What Kubernetes would refuse is refused at its line.
    let faults = faults(&format!("{header}\nWeb_0 1/1 Running 0 5m\n"));
    assert_eq!(faults[0].0, 2);
}

#[test]
fn lines_of_rollout_status_are_a_state() {
    let (mut new, notes) = import(
        "Waiting for deployment \"web\" rollout to finish: 1 out of 3 new replicas have been updated...\n",
    );
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("No ReplicaSets are given for Deployment web")),
        "{notes:?}"
    );
    let shown = run(&mut new, "kubectl get deploy web --no-headers");
    assert_eq!(
        shown.split_whitespace().collect::<Vec<_>>()[..4],
        ["web", "0/3", "1", "0"]
    );
    new.settle(5_000);
}

#[test]
fn manifests_are_not_taken_for_tables() {
    for text in [
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n",
        "# NAME READY\nkind: Pod\n",
        "{\"kind\": \"Pod\"}",
        "NAME: x\n",
        "",
    ] {
        assert_eq!(state::served(text), [], "{text}");
    }
}

/// Texts of all kinds, printed once.
static PRINTED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let of = |(_, mut engine): (String, Engine)| {
        let nodes = run(&mut engine, "kubectl get nodes");
        let wide = run(&mut engine, &format!("kubectl get {WORKLOADS} -o wide"));
        format!(
            "{wide}\n{nodes}\n{}\n{}",
            tables(&mut engine),
            descriptions(&mut engine)
        )
    };
    let mut all: Vec<String> = clusters().into_iter().map(of).collect();
    all.push(PASTED.to_owned());
    all
});

proptest! {
    #![proptest_config(Cases::with_cases(
        std::env::var("KUBESTEP_HISTORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(200)
    ))]

    /// Whatever is cut off or garbled is refused by line or goes on, without a panic.
    #[test]
    fn damaged_texts_are_refused_or_go_on(
        which in 0_usize..1_000,
        from in 0.0..1.0_f64,
        to in 0.0..1.0_f64,
        garbage in proptest::collection::vec((0.0..1.0_f64, "[ -~]{0,12}|  +|\n|9999999999|<none>|é|0/0|:|/"), 0..4),
    ) {
        let text = &PRINTED[which % PRINTED.len()];
        let mut letters: Vec<char> = text.chars().collect();
        let place = |share: f64, length: usize| ((length as f64 * share) as usize).min(length);
        for (share, what) in &garbage {
            let at = place(*share, letters.len());
            let end = (at + what.chars().count() / 2).min(letters.len());
            letters.splice(at..end, what.chars());
        }
        let (from, to) = (place(from / 2.0, letters.len()), place(0.5 + to / 2.0, letters.len()));
        let damaged: String = letters[from..to].iter().collect();
        let mut engine = Engine::new(Config::default());
        match state::start(&mut engine, &damaged) {
            Ok(_) => {
                engine.settle(300);
                for finding in diagnosis::diagnose(&engine) {
                    prop_assert!(!finding.text(Language::English).is_empty());
                }
            }
            Err(faults) => {
                let lines = damaged.lines().count().max(1) + 1;
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|fault| fault.line as usize <= lines));
            }
        }
    }
}

#[test]
fn volumes_mounts_claims_and_tolerations_of_descriptions_are_read() {
    let manifest = "
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
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
      tolerations:
      - {key: dedicated, operator: Equal, value: db, effect: NoSchedule}
      - {key: spot, operator: Exists, effect: NoExecute, tolerationSeconds: 30}
      containers:
      - name: db
        image: db:1
        volumeMounts:
        - {name: disk, mountPath: /disk, subPath: a}
        - {name: settings, mountPath: /settings, readOnly: true}
        - {name: tmp, mountPath: /tmp}
      volumes:
      - {name: settings, configMap: {name: settings}}
      - {name: tmp, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
      - {name: host, hostPath: {path: /var/log, type: Directory}}
  volumeClaimTemplates:
  - metadata: {name: disk}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
";
    let mut old = Engine::new(Config::default());
    let applied = kubectl::run(&mut old, "kubectl apply -f -", Some(manifest));
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    old.settle(1_000);
    let described = run(&mut old, "kubectl describe statefulset db");
    let pod = run(&mut old, "kubectl describe pod db-0");
    let part = |engine: &mut Engine, path: &str| {
        run(
            engine,
            &format!("kubectl get statefulset db -o jsonpath='{{.spec{path}}}'"),
        )
    };
    for (text, claims) in [
        (format!("{described}\n\n{pod}"), "2Gi"),
        (pod.clone(), "1Gi"),
    ] {
        let (mut new, notes) = import(&text);
        assert!(
            !notes.iter().any(|note| note.contains("not read")),
            "{notes:?}"
        );
        for path in [
            ".template.spec.containers[0].volumeMounts",
            ".template.spec.volumes[*].name",
            ".template.spec.volumes[*].emptyDir",
            ".template.spec.volumes[*].hostPath",
            ".template.spec.volumes[*].configMap.name",
            ".template.spec.tolerations[*]",
        ] {
            assert_eq!(part(&mut new, path), part(&mut old, path), "{path}\n{text}");
        }
        let size = ".volumeClaimTemplates[0].spec.resources.requests.storage";
        assert_eq!(part(&mut new, size), claims);
        run(&mut new, "kubectl set image statefulset/db db=db:2");
        run(&mut new, "kubectl rollout status statefulset/db");
    }
}
