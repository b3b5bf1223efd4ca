//! Inputs that once failed, as users typed them (`tests/reports`), with Kubernetes' responses; and
//! unsupported input, which is refused by name.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::Output;
use kubestep::script::{Exchange, run};

/// A report that was run.
struct Report {
    entries: Vec<Exchange>,
}

impl Report {
    fn of(name: &str) -> Self {
        Self::run(&read(name))
    }

    fn run(text: &str) -> Self {
        let mut engine = Engine::new(Config::default());
        let entries = run(&mut engine, text).unwrap_or_else(|error| panic!("{error}"));
        Self { entries }
    }

    /// The results of all commands with a prefix, in order.
    fn all(&self, command: &str) -> Vec<&Output> {
        let lines = self.entries.iter();
        let lines = lines.filter(|entry| entry.typed.starts_with(command));
        let outputs: Vec<&Output> = lines.map(|entry| &entry.output).collect();
        assert!(!outputs.is_empty(), "no command begins with {command}");
        outputs
    }

    /// The result of the only command with a prefix.
    fn one(&self, command: &str) -> &Output {
        let outputs = self.all(command);
        assert_eq!(outputs.len(), 1, "commands that begin with {command}");
        outputs[0]
    }

    /// The standard output of commands with a prefix, without the trailing newline.
    fn texts(&self, command: &str) -> Vec<&str> {
        let outputs = self.all(command).into_iter();
        outputs.map(|output| output.stdout.trim_end()).collect()
    }

    /// Asserts that each of these commands is refused with this message and changes nothing.
    fn refuses(&self, commands: &[(&str, &str)]) {
        for (command, text) in commands {
            for output in self.all(command) {
                assert_eq!(output.exit, 1, "{command}: {output:?}");
                let said = output.stderr.trim_end();
                assert_eq!(said, *text, "{command}");
                assert_eq!(output.stdout, "", "{command}");
            }
        }
    }

    /// Asserts that each of these commands is refused as not simulated, by this name.
    fn names(&self, commands: &[(&str, &str)]) {
        let texts: Vec<String> = commands
            .iter()
            .map(|(_, name)| format!("error: not simulated: {name}"))
            .collect();
        let refused = commands.iter().zip(&texts);
        let refused: Vec<(&str, &str)> = refused
            .map(|((command, _), text)| (*command, text.as_str()))
            .collect();
        self.refuses(&refused);
    }
}

/// The text of a report.
fn read(name: &str) -> String {
    let path = format!("{}/tests/reports/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Whether any line of a text contains all these words.
fn has_line(text: &str, words: &[&str]) -> bool {
    let has = |line: &str| words.iter().all(|word| line.contains(word));
    text.lines().any(has)
}

#[test]
fn the_same_manifest_twice_is_unchanged() {
    let report = Report::of("same-manifest-twice");
    assert_eq!(
        report.texts("kubectl apply"),
        [
            "deployment.apps/coredns created",
            "deployment.apps/coredns unchanged",
            "service/dns created",
            "service/dns unchanged",
            "deployment.apps/tsc created",
            "deployment.apps/tsc unchanged",
        ]
    );
    let ports = report.one("kubectl get svc dns").stdout.clone();
    for name in ["\"dns\"", "\"dns-tcp\"", "\"m\""] {
        assert!(ports.contains(name), "{ports}");
    }
}

#[test]
fn merging_ports_with_equal_numbers_matches_the_server() {
    let report = Report::of("duplicate-ports");
    assert_eq!(
        report.texts("kubectl get deploy ports"),
        [
            r#"[{"containerPort":8080,"name":"a","protocol":"TCP"}]"#,
            r#"[{"containerPort":8081,"name":"b","protocol":"TCP"}]"#,
        ]
    );
    let service = report.texts("kubectl get svc udp -o jsonpath");
    assert_eq!(service.len(), 1);
    assert!(service[0].contains(r#""name":"t""#), "{service:?}");
    assert!(!service[0].contains("UDP"), "{service:?}");
}

#[test]
fn a_second_protocol_of_a_port_is_lost_as_on_the_server() {
    let report = Report::of("second-protocol");
    assert_eq!(
        report.texts("kubectl get deploy t1"),
        [r#"[{"containerPort":2345,"name":"u","protocol":"UDP"}]"#]
    );
}

#[test]
fn variables_with_equal_names_stay_until_one_is_removed() {
    let report = Report::of("duplicate-env");
    let three = r#"[{"name":"MODE","value":"dev"},{"name":"LOG","value":"info"},{"name":"MODE","value":"prod"}]"#;
    assert_eq!(
        report.texts("kubectl get deploy envs"),
        [three, three, r#"[{"name":"LOG","value":"info"}]"#]
    );
    // The next apply restores what was applied.
    let text = read("duplicate-env");
    let last = text.rfind("kubectl apply").expect("an apply");
    let again = Report::run(&format!("{text}\n{}", &text[last..]));
    let texts = again.texts("kubectl get deploy envs");
    assert_eq!(
        texts.last(),
        Some(&r#"[{"name":"MODE","value":"prod"},{"name":"LOG","value":"info"}]"#)
    );
}

#[test]
fn no_pod_is_created_without_its_service_account() {
    let report = Report::of("missing-references");
    for pods in report.all("kubectl get pods") {
        assert_eq!(pods.stderr, "No resources found in default namespace.\n");
    }
    let events = &report
        .one("kubectl get events --field-selector type=Warning")
        .stdout;
    let text = "Error creating: pods \"m-77568d6f88-\" is forbidden: error looking up service account default/robot: \
        serviceaccount \"robot\" not found";
    assert!(
        has_line(events, &["FailedCreate", "replicaset/m-77568d6f88", text]),
        "{events}"
    );
    report.names(&[("kubectl create quota", "kubectl create quota")]);
    for line in ["resourcequota/q created", "limitrange/l created"] {
        assert!(
            report
                .texts("kubectl apply")
                .iter()
                .any(|text| text.contains(line))
        );
    }
}

#[test]
fn a_volume_of_a_missing_config_map_is_retried() {
    let report = Report::of("missing-references");
    let pod = &report.one("kubectl get pod vol").stdout;
    assert!(has_line(pod, &["vol", "0/1", "ContainerCreating"]), "{pod}");
    let events = &report
        .one("kubectl get events --field-selector involvedObject.name=vol")
        .stdout;
    let text = "MountVolume.SetUp failed for volume \"cfg\" : configmap \"nope\" not found";
    assert!(
        has_line(events, &["Warning", "FailedMount", "pod/vol", text]),
        "{events}"
    );
    assert!(!events.contains("Pulling"), "{events}");
    let pod = &report.one("kubectl get pod pv").stdout;
    assert!(has_line(pod, &["pv", "0/1", "Pending"]), "{pod}");
    let text = "persistentvolumeclaim \"nope\" not found";
    assert!(has_line(
        &report.one("kubectl describe pod pv").stdout,
        &[text]
    ));
}

/// The report's Deployment with an existing service account.
const REFERENCES: &str = "
kubectl apply -f - <<E
apiVersion: apps/v1
kind: Deployment
metadata: {name: m}
spec:
  replicas: 1
  selector: {matchLabels: {app: m}}
  template:
    metadata: {labels: {app: m}}
    spec:
      serviceAccountName: robot
      imagePullSecrets: [{name: regcred}]
      containers:
      - name: c
        image: app
        imagePullPolicy: IfNotPresent
        envFrom: [{configMapRef: {name: app-config}}, {secretRef: {name: nowhere, optional: true}}]
        env:
        - name: PASS
          valueFrom: {secretKeyRef: {name: app-secret, key: pass}}
E
@advance 30s
kubectl get rs
kubectl create serviceaccount robot
@advance 60s
kubectl get pods
kubectl get pods -o jsonpath={.items[0].status.containerStatuses[0].state.waiting}
kubectl create configmap app-config --from-literal=A=1
@advance 30s
kubectl get pods -o jsonpath={.items[0].status.containerStatuses[0].state.waiting}
kubectl create secret generic app-secret --from-literal=user=x
@advance 30s
kubectl get pods -o jsonpath={.items[0].status.containerStatuses[0].state.waiting}
kubectl patch secret app-secret -p '{\"stringData\":{\"pass\":\"s3\"}}'
@advance 30s
kubectl get pods
kubectl get events --field-selector type=Warning
";

#[test]
fn a_container_waits_for_its_environments_references() {
    let report = Report::run(REFERENCES);
    assert!(has_line(
        &report.one("kubectl get rs").stdout,
        &["m-", "1", "0"]
    ));
    let waiting = report.texts("kubectl get pods -o jsonpath");
    let message =
        |text: &str| format!("{{\"message\":{text:?},\"reason\":\"CreateContainerConfigError\"}}");
    assert_eq!(
        waiting,
        [
            message("configmap \"app-config\" not found"),
            message("secret \"app-secret\" not found"),
            message("couldn't find key pass in Secret default/app-secret"),
        ]
    );
    let pods = report.texts("kubectl get pods");
    assert!(
        has_line(pods[0], &["0/1", "CreateContainerConfigError"]),
        "{pods:?}"
    );
    assert!(has_line(pods[4], &["1/1", "Running"]), "{pods:?}");
    let events = &report.one("kubectl get events").stdout;
    // The server gets at most 25 events about a pod in a burst: the one about the missing key exceeds that.
    for (reason, text) in [
        ("Failed", "Error: configmap \"app-config\" not found"),
        ("Failed", "Error: secret \"app-secret\" not found"),
        (
            "FailedToRetrieveImagePullSecret",
            "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
        ),
        ("FailedCreate", "serviceaccount \"robot\" not found"),
    ] {
        assert!(
            has_line(events, &["Warning", reason, text]),
            "{text}: {events}"
        );
    }
}

#[test]
fn volumes_are_set_up_once_their_sources_exist() {
    let report = Report::run(
        "
kubectl apply -f - <<E
apiVersion: v1
kind: Pod
metadata: {name: vol}
spec:
  containers: [{name: c, image: app}]
  volumes:
  - {name: cfg, configMap: {name: conf, items: [{key: a, path: a}]}}
  - {name: may, secret: {secretName: nowhere, optional: true}}
  - name: all
    projected: {sources: [{secret: {name: sec}}, {configMap: {name: conf}}]}
E
@advance 10s
kubectl get pod vol
kubectl create configmap conf --from-literal=b=1
@advance 20s
kubectl get events --field-selector reason=FailedMount
kubectl patch configmap conf -p '{\"data\":{\"a\":\"1\"}}'
kubectl create secret generic sec --from-literal=b=1
@advance 40s
kubectl get pod vol
",
    );
    let pods = report.texts("kubectl get pod vol");
    assert!(has_line(pods[0], &["0/1", "ContainerCreating"]), "{pods:?}");
    assert!(has_line(pods[1], &["1/1", "Running"]), "{pods:?}");
    let events = &report.one("kubectl get events").stdout;
    for text in [
        "volume \"cfg\" : configmap \"conf\" not found",
        "volume \"all\" : [secret \"sec\" not found, configmap \"conf\" not found]",
        "volume \"cfg\" : references non-existent config key: a",
        "volume \"all\" : secret \"sec\" not found",
    ] {
        assert!(has_line(events, &["FailedMount", text]), "{text}: {events}");
    }
    assert!(!events.contains("nowhere"), "{events}");
}

#[test]
fn each_namespace_has_a_default_account_that_is_recreated() {
    let report = Report::run(
        "
kubectl create namespace shop
kubectl get sa -n shop
kubectl delete sa default -n shop
kubectl get sa -n shop
kubectl create sa robot
kubectl create deployment d --image=app:1
kubectl set sa deploy/d robot
kubectl get deploy d -o jsonpath={.spec.template.spec.serviceAccountName}
kubectl delete namespace shop
kubectl get sa -A -o name
",
    );
    for accounts in report.texts("kubectl get sa -n shop") {
        assert!(has_line(accounts, &["default"]), "{accounts}");
    }
    let set = &report.one("kubectl set sa").stdout;
    assert_eq!(set, "deployment.apps/d serviceaccount updated\n");
    assert_eq!(report.one("kubectl get deploy d").stdout, "robot");
    let accounts = report.texts("kubectl get sa -A");
    assert_eq!(accounts[0].matches("serviceaccount/default").count(), 4);
}

#[test]
fn a_finished_init_container_is_ready() {
    let report = Report::of("init-container-ready");
    report.names(&[("kubectl run", "--overrides")]);
    assert_eq!(report.one("kubectl get pod q").stdout, "true Completed\n");
}

#[test]
fn missing_objects_do_not_affect_others() {
    let report = Report::of("one-target-missing");
    let missing = "Error from server (NotFound): deployments.apps \"none\" not found\n";
    for entry in report
        .entries
        .iter()
        .filter(|entry| entry.typed.contains("none"))
    {
        assert_eq!(entry.output.stderr, missing, "{}", entry.typed);
    }
    for (command, done) in [
        ("kubectl scale deploy/d", "deployment.apps/d scaled"),
        ("kubectl scale deploy d", "deployment.apps/d scaled"),
        ("kubectl label", "deployment.apps/d labeled"),
        ("kubectl annotate", "deployment.apps/d annotated"),
        ("kubectl patch", "deployment.apps/d patched"),
        ("kubectl rollout restart", "deployment.apps/d restarted"),
        ("kubectl rollout pause", "deployment.apps/d paused"),
        (
            "kubectl autoscale",
            "horizontalpodautoscaler.autoscaling/d autoscaled",
        ),
        (
            "kubectl delete",
            "deployment.apps \"d\" deleted from default namespace",
        ),
    ] {
        let output = report.one(command);
        assert_eq!(
            (output.stdout.trim_end(), output.exit),
            (done, 1),
            "{command}"
        );
    }
    assert_eq!(report.one("kubectl get deploy d -o jsonpath").stdout, "2\n");
    // These two look up everything first.
    for command in ["kubectl set image", "kubectl set env"] {
        assert_eq!(report.one(command).stdout, "", "{command}");
        assert_eq!(report.one(command).exit, 1, "{command}");
    }
}

#[test]
fn invalid_arguments_have_kubectls_messages() {
    let report = Report::of("apply-arguments");
    let unexpected = |words: &str| {
        format!("error: Unexpected args: [{words}]\nSee 'kubectl apply -h' for help and examples")
    };
    report.refuses(&[
        ("kubectl apply deploy.yaml", &unexpected("deploy.yaml")),
        ("kubectl apply -f deploy.yaml extra", &unexpected("extra")),
        (
            "kubectl delete -f nope.yaml",
            "error: the path \"nope.yaml\" does not exist",
        ),
        (
            "kubectl scale deploy web",
            "error: required flag(s) \"replicas\" not set",
        ),
        (
            "kubectl rollout status",
            "error: required resource not specified",
        ),
        (
            "kubectl get foo",
            "error: the server doesn't have a resource type \"foo\"",
        ),
        (
            "kubectl get pods -o jsonpath='{.items[*'",
            "error: error parsing jsonpath {.items[*, unterminated array",
        ),
    ]);
    // All lines but one are invalid, and reported as such.
    let well = report.entries.iter().filter(|entry| entry.output.exit == 0);
    let well: Vec<&str> = well.map(|entry| entry.typed.as_str()).collect();
    assert_eq!(well, ["kubectl get po --sort-by=foo"]);
}

#[test]
fn unsupported_resources_are_named() {
    let report = Report::of("create-and-idioms");
    // The manifest has no label, so the selector leaves nothing.
    let pruned = &report.one("kubectl apply --prune").stderr;
    assert_eq!(pruned, "error: no objects passed to apply\n");
    let forced = report.texts("kubectl apply --force -f");
    assert_eq!(forced, ["configmap/a configured"]);
    let applied = report.texts("kubectl apply --server-side");
    assert_eq!(applied, ["configmap/a serverside-applied"]);
    let applied = report.texts("kubectl apply --force-conflicts");
    assert_eq!(applied, ["configmap/a serverside-applied"]);
    report.names(&[
        ("kubectl create quota", "kubectl create quota"),
        ("kubectl create job", "kubectl create job"),
        ("kubectl create cronjob", "kubectl create cronjob"),
        ("kubectl create ingress", "kubectl create ingress"),
        ("kubectl create role ", "kubectl create role"),
        (
            "kubectl create clusterrolebinding",
            "kubectl create clusterrolebinding",
        ),
        (
            "kubectl create priorityclass",
            "kubectl create priorityclass",
        ),
        ("kubectl create token", "kubectl create token"),
        (
            "kubectl create secret docker-registry",
            "kubectl create secret docker-registry",
        ),
        ("kubectl create secret tls", "kubectl create secret tls"),
        (
            "kubectl create configmap c --from-env-file",
            "--from-env-file",
        ),
        ("kubectl run nginx --image=nginx --port=80", "--expose"),
        (
            "kubectl apply -f https",
            "-f with a URL: https://k8s.io/examples/controllers/nginx-deployment.yaml",
        ),
        ("kubectl set subject", "kubectl set subject"),
        ("kubectl certificate", "kubectl certificate"),
        ("kubectl proxy", "kubectl proxy"),
        ("kubectl plugin", "kubectl plugin"),
        ("kubectl completion", "kubectl completion"),
        ("kubectl alpha", "kubectl alpha"),
    ]);
    report.refuses(&[
        (
            "kubectl apply -f ./",
            "error: error reading [./]: recognized file extensions are [.json .yaml .yml]",
        ),
        (
            "kubectl apply -R",
            "error: the path \"manifests/\" does not exist",
        ),
        (
            "kubectl apply -k",
            "error: must build at directory: not a valid directory: evalsymlink failure on './overlay' : lstat overlay: no \
             such file or directory",
        ),
        (
            "kubectl kustomize",
            "error: unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '.'",
        ),
    ]);
    // What a shell does around kubectl; the cluster has no pods by then.
    let none = "No resources found in default namespace.\n";
    for (command, stdout, stderr, exit) in [
        (
            "kubectl get pods -oyaml | grep",
            String::new(),
            String::new(),
            1,
        ),
        (
            "kubectl get pods -o json |",
            "[]\n".to_owned(),
            String::new(),
            0,
        ),
        ("kubectl get pods &&", String::new(), none.repeat(2), 0),
        ("kubectl get pods;", String::new(), none.repeat(2), 0),
        ("for i in 1 2", String::new(), none.repeat(2), 0),
        (
            "kubectl get $(echo pods)",
            String::new(),
            none.to_owned(),
            0,
        ),
        (
            "kubectl get pods > out.txt",
            String::new(),
            none.to_owned(),
            0,
        ),
        (
            "watch kubectl get pods",
            format!("Every 2.0s: kubectl get pods\n\n{none}"),
            String::new(),
            0,
        ),
    ] {
        let found = report.one(command);
        let expected = Output {
            stdout,
            stderr,
            exit,
        };
        assert_eq!(*found, expected, "{command}");
    }
    let budgets = report.texts("kubectl create pdb");
    assert_eq!(budgets, ["poddisruptionbudget.policy/p created"]);
    let again = &report.one("kubectl create poddisruptionbudget").stderr;
    assert!(
        again.contains("poddisruptionbudgets.policy \"p\" already exists"),
        "{again}"
    );
    let accounts = report.texts("kubectl create serviceaccount");
    assert_eq!(accounts, ["serviceaccount/sa created"]);
    let again = &report.one("kubectl create sa sa").stderr;
    assert!(
        again.contains("serviceaccounts \"sa\" already exists"),
        "{again}"
    );
    let gone = &report.one("kubectl set serviceaccount").stderr;
    assert!(gone.contains("deployments.apps \"d\" not found"), "{gone}");
    assert_eq!(report.one("k get pods").exit, 0);
}

#[test]
fn real_users_commands_are_run_or_refused_by_name() {
    let report = Report::of("idioms");
    report.names(&[(
        "kubectl logs",
        "logs: containers are not run, so they write nothing",
    )]);
    assert_eq!(
        report.texts("kubectl patch deploy d --subresource"),
        ["scale.autoscaling/d patched"]
    );
    assert!(
        report
            .one("kubectl get deploy d --subresource")
            .stdout
            .starts_with("NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nd ")
    );
    for (command, stdout) in [
        ("kubectl create cm conf", "configmap/conf created\n"),
        (
            "kubectl get deploy d -o yaml | sed",
            "deployment.apps/d configured\n",
        ),
        (
            "kubectl get deploy d -o yaml | kubectl",
            "deployment.apps/d replaced\n",
        ),
    ] {
        let piped = report.one(command);
        assert_eq!(
            (piped.stdout.as_str(), piped.exit),
            (stdout, 0),
            "{command}"
        );
    }
    let images = report.texts("kubectl set image deploy");
    assert_eq!(images[..2], ["deployment.apps/d image updated"; 2]);
    assert!(
        images[2].starts_with("apiVersion: apps/v1\nkind: Deployment\n"),
        "{images:?}"
    );
    assert_eq!(
        report.one("kubectl get deploy d -o jsonpath").stdout,
        "[{\"name\":\"Y\",\"value\":\"2\"}]\n"
    );
    let applied = &report.one("kubectl apply").stderr;
    let kind = "ReplicationController of v1";
    assert!(has_line(applied, &["not simulated: ", kind]), "{applied}");
    let refused = "Ingress.networking.k8s.io \"i\" is invalid: spec: Invalid value: {}: either `defaultBackend` or `rules` must";
    assert!(applied.contains(refused), "{applied}");
    let told = &report.one("kubectl apply").stdout;
    for line in [
        "horizontalpodautoscaler.autoscaling/h created",
        "job.batch/j created",
        "daemonset.apps/ds created",
        "poddisruptionbudget.policy/p created",
    ] {
        assert!(has_line(told, &[line]), "{told}");
    }
    for kind in [
        "no matches for kind \"Rollout\" in version \"argoproj.io/v1alpha1\"",
        "no matches for kind \"HorizontalPodAutoscaler\" in version \"autoscaling/v2beta2\"",
    ] {
        assert!(applied.contains(kind), "{applied}");
    }
    assert!(
        report
            .one("kubectl get deploy -L")
            .stdout
            .contains("ENV   APP")
    );
}

#[test]
fn unsupported_resources_are_listed_as_empty() {
    let report = Report::of("outputs");
    report.names(&[
        ("kubectl debug", "kubectl debug"),
        ("kubectl port-forward", "kubectl port-forward"),
        ("kubectl cp", "kubectl cp"),
        ("kubectl attach", "kubectl attach"),
        ("kubectl get --raw", "--raw"),
        (
            "kubectl get pods -o custom-columns-file",
            "-o custom-columns-file",
        ),
    ]);
    assert_eq!(report.texts("kubectl auth"), ["yes"]);
    let kyaml = &report.one("kubectl get pods -o kyaml").stdout;
    assert!(
        kyaml.starts_with("---\n{\n  apiVersion: \"v1\",\n"),
        "{kyaml}"
    );
    assert_eq!(
        report.one("kubectl get deploy web -ojson |").stdout,
        "nginx:1.25\n"
    );
    let names = report.texts("kubectl get po --show-labels |")[0];
    let names: Vec<&str> = names.lines().collect();
    assert!(names.len() == 4 && names[0] == "NAME", "{names:?}");
    let is_pod = |name: &&str| name.starts_with("web-") && !name.contains(' ');
    assert!(names[1..].iter().all(is_pod), "{names:?}");
    let deleted = report.one("kubectl get po -o name | xargs");
    let expected = names[1..]
        .iter()
        .map(|name| format!("pod \"{name}\" deleted from default namespace\n"));
    assert_eq!(deleted.stdout, expected.collect::<String>());
    assert_eq!(
        report.one("kubectl get pod -o json | grep -c").stdout,
        "3\n"
    );
    // An earlier line made kube-system the current namespace.
    for resource in ["ing", "pdb", "jobs", "ds"] {
        let output = report.one(&format!("kubectl get {resource}"));
        let none = "No resources found in kube-system namespace.\n";
        assert_eq!(
            (output.stderr.as_str(), output.exit),
            (none, 0),
            "{resource}"
        );
    }
    let accounts = &report.one("kubectl get sa").stdout;
    assert!(has_line(accounts, &["default"]), "{accounts}");
    let logs = report.all("kubectl logs");
    assert!(logs[0].stderr.contains("not simulated: logs"), "{logs:?}");
    assert_eq!(
        logs[1].stderr,
        "No resources found in kube-system namespace.\n"
    );
    assert_eq!(report.one("kubectl get po | wc").stdout, "4\n");
    assert_eq!(
        report.one("kubectl get pods -o jsonpath=\"").stdout,
        "nginx:1.25 nginx:1.25 nginx:1.25"
    );
}

#[test]
fn events_come_in_the_order_of_their_names() {
    let report = Report::of("order-of-events");
    let texts = report.texts("kubectl get events");
    let names: Vec<&str> = texts[0].lines().collect();
    assert!(names.len() > 10 && names.is_sorted(), "{names:?}");
    let rows: Vec<&str> = texts[1].lines().skip(1).collect();
    assert_eq!(rows.len(), names.len());
    assert!(rows[0].contains("Scheduled"), "{rows:?}");
    assert!(
        rows[rows.len() - 1].contains("ScalingReplicaSet"),
        "{rows:?}"
    );
}

#[test]
fn host_ports_and_selectors_keep_pods_from_nodes() {
    let report = Report::of("affinity-and-spread");
    let pods = report.texts("kubectl get pods -l app=hp")[0];
    assert_eq!(pods.matches("Running").count(), 3, "{pods}");
    assert_eq!(pods.matches("Pending").count(), 1, "{pods}");
    let events = report.texts("kubectl get events --field-selector reason=FailedScheduling");
    let events = events[events.len() - 1];
    for text in [
        "3 Insufficient cpu, 3 Insufficient nvidia.com/gpu.",
        "3 node(s) didn't have free ports for the requested pod ports.",
        "3 node(s) didn't match Pod's node affinity/selector.",
    ] {
        assert!(events.contains(text), "{events}");
    }
    let pod = &report.one("kubectl get pod ns -o wide").stdout;
    assert!(has_line(pod, &["ns", "1/1", "node-3"]), "{pod}");
    let spread = report.one("kubectl get pods -l app=ts -o custom-columns");
    assert_eq!(
        spread.stdout,
        "      2 node-1\n      1 node-2\n      3 node-3\n"
    );
}

#[test]
fn affinity_and_spread_are_kept() {
    let report = Report::of("affinity-and-spread");
    let pods = report.texts("kubectl get pods -o wide");
    assert_eq!(
        pods[1].matches("Pending").count(),
        1,
        "the surge: {}",
        pods[1]
    );
    assert_eq!(pods[2].matches("Running").count(), 3, "{}", pods[2]);
    let events = report.texts("kubectl get events --field-selector reason=FailedScheduling")[0];
    assert!(
        events.contains("3 node(s) didn't match pod anti-affinity rules"),
        "{events}"
    );
}
