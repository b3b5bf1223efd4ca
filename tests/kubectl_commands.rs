//! Responses of commands: messages fixed in kubectl's code, and those of `sim`.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{CommandInput, Output, repeat, run, run_with, start};
use kubestep::session::{Log, Replay, file, link};

const MANIFESTS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.25
        env:
        - {name: A, value: '1'}
        - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80, name: web}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: pg, image: postgres}]}
";

/// A settled cluster that is queried with command lines.
struct Console(Engine);

impl Console {
    fn new() -> Self {
        let mut console = Self(Engine::new(Config::default()));
        let made = console.run("apply -f all.yaml");
        assert_eq!(made.exit, 0, "{}", made.stderr);
        console.0.settle(10_000);
        console
    }

    fn run(&mut self, line: &str) -> Output {
        self.run_on(line, None)
    }

    /// Runs a command with standard input.
    fn run_on(&mut self, line: &str, stdin: Option<&str>) -> Output {
        let files = [("all.yaml".to_owned(), MANIFESTS.to_owned())];
        let input = CommandInput {
            stdin,
            files: &files,
        };
        run_with(&mut self.0, line, input)
    }

    /// The complete output, errors last.
    fn text(&mut self, line: &str) -> String {
        let output = self.run(line);
        output.stdout + &output.stderr
    }

    fn check(&mut self, answers: &[(&str, &str)]) {
        for (line, answer) in answers {
            assert_eq!(self.text(line), *answer, "{line}");
        }
    }
}

#[test]
fn programs_run_in_containers() {
    let mut console = Console::new();
    let server =
        "Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n";
    let ip = console.text("get pod db-1 -o jsonpath={.status.podIP}");
    let found =
        format!("{server}Name:      db-1.db\nAddress 1: {ip} db-1.db.default.svc.cluster.local\n");
    console.check(&[
        ("exec db-0 -- hostname", "db-0\n"),
        ("exec -it sts/db -- cat /etc/hostname", "db-0\n"),
        ("exec db-0 -- sh -c 'hostname'", "db-0\n"),
        ("exec db-0 -- nslookup db-1.db", &found),
        ("exec deploy/web -- printenv A", "1\n"),
        ("exec deploy/web -- printenv NOPE", "command terminated with exit code 1\n"),
        (
            "exec db-0",
            "error: you must specify at least one command for the container\n",
        ),
        ("exec", "error: pod, type/name or --filename must be specified\n"),
        (
            "exec db-0 hostname",
            "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' \
             for help and examples\n",
        ),
        (
            "exec db-0 -c x -- hostname",
            "Error from server (BadRequest): container x is not valid for pod db-0\n",
        ),
        ("exec x -- hostname", "Error from server (NotFound): pods \"x\" not found\n"),
    ]);
    let answer = console.text("exec db-0 -- nslookup db-9.db");
    assert!(answer.starts_with(server), "{answer}");
    assert!(
        answer.ends_with("command terminated with exit code 1\n"),
        "{answer}"
    );
    assert!(
        console
            .text("exec db-0 -- ls")
            .contains("not simulated: exec ls")
    );
    let env = console.text("exec deploy/web -- env");
    assert!(env.contains("\nA=1\nPOD=web-"), "{env}");
}

#[test]
fn logs_accept_pods_and_selectors() {
    let mut console = Console::new();
    let refused = console.run("logs -l app=web");
    assert_eq!((refused.stdout.as_str(), refused.exit), ("", 1));
    assert!(
        refused.stderr.contains("logs: containers are not run"),
        "{}",
        refused.stderr
    );
    let none = console.run("logs -l app=nobody");
    assert_eq!((none.stdout.as_str(), none.exit), ("", 0));
    assert_eq!(none.stderr, "No resources found in default namespace.\n");
    let both = console.run("logs db-0 -l app=db");
    assert!(
        both.stderr
            .contains("only a selector (-l) or a POD name is allowed"),
        "{}",
        both.stderr
    );
    let neither = console.run("logs");
    assert!(
        neither
            .stderr
            .contains("expected 'logs [-f] [-p] (POD | TYPE/NAME)"),
        "{}",
        neither.stderr
    );
}

#[test]
fn the_last_applied_manifest_is_shown_and_set() {
    let mut console = Console::new();
    let shown = console.run("apply view-last-applied svc/db -o json");
    let want = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Service\",\n  \"metadata\": {\n    \"annotations\": {},\n    \
                \"name\": \"db\",\n    \"namespace\": \"default\"\n  },\n";
    assert!(shown.stdout.starts_with(want), "{}", shown.stdout);
    let shown = console.run("apply view-last-applied deploy web");
    assert!(
        shown
            .stdout
            .starts_with("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations: {}\n")
    );
    // Defaults added by the server are not part of it.
    assert!(
        !shown.stdout.contains("revisionHistoryLimit"),
        "{}",
        shown.stdout
    );
    let wrong = console.run("apply view-last-applied deploy web -o wide");
    assert!(
        wrong.stderr.contains("Unexpected -o output mode: wide"),
        "{}",
        wrong.stderr
    );
    let all = console.run("apply view-last-applied deploy");
    assert!(
        all.stderr.contains("no name was specified"),
        "{}",
        all.stderr
    );

    let same = console.run("apply set-last-applied -f all.yaml");
    assert_eq!(same.stdout.lines().count(), 3, "{}", same.stdout);
    assert!(
        same.stdout
            .starts_with("set-last-applied web: no changes required.\n")
    );
    console.run("create deployment bare --image=nginx:1.25");
    let bare = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bare}\n";
    let refused = console.run_on("apply set-last-applied -f -", Some(bare));
    assert!(
        refused.stderr.contains("no last-applied-configuration annotation found on resource: bare, to create the annotation"),
        "{}",
        refused.stderr
    );
    let silent = console.run("apply view-last-applied deploy bare");
    assert_eq!(
        (silent.stdout.as_str(), silent.stderr.as_str(), silent.exit),
        ("", "", 0)
    );
    let set = console.run_on(
        "apply set-last-applied -f - --create-annotation",
        Some(bare),
    );
    assert_eq!(
        set.stdout, "deployment.apps/bare configured\n",
        "{}",
        set.stderr
    );
    let shown = console.run("apply view-last-applied deploy bare");
    assert!(
        shown
            .stdout
            .ends_with("  name: bare\n  namespace: default\n"),
        "{}",
        shown.stdout
    );
    let edit = console.run("apply edit-last-applied deploy bare");
    assert!(edit.stderr.contains("not simulated"), "{}", edit.stderr);
}

#[test]
fn a_pod_for_a_single_command_is_created_and_deleted() {
    let mut console = Console::new();
    let line = "run -i --tty --image busybox:1.28 dns-test --restart=Never --rm nslookup db-0.db";
    let text = console.text(line);
    assert!(text.contains("Name:      db-0.db\n"), "{text}");
    assert!(
        text.ends_with("pod \"dns-test\" deleted from default namespace\n"),
        "{text}"
    );
    assert_eq!(
        console.text("get pod dns-test"),
        "Error from server (NotFound): pods \"dns-test\" not found\n"
    );
    let (_, waiting) = start(&mut console.0, line, CommandInput::default());
    assert!(waiting.is_some_and(|waiting| waiting.goes_on(true) && !waiting.goes_on(false)));
    console.check(&[(
        "run x --image=y --rm",
        "error: --rm should only be used for attached containers\n",
    )]);
}

#[test]
fn variables_are_set_listed_and_removed() {
    let mut console = Console::new();
    console.check(&[
        (
            "set env deploy/web B=2 A-",
            "deployment.apps/web env updated\n",
        ),
        (
            "set env deploy/web --list",
            "# Deployment web, container nginx\n# POD from field path metadata.name\nB=2\n",
        ),
        ("set env deploy/web B=2", ""),
        (
            "set env deploy/web B=3 --overwrite=false",
            "error: deployments/web 'B' already has a value (2), and --overwrite is false\n",
        ),
        (
            "set env deploy/web -c x B=3",
            "Warning: Deployment/web does not have any containers matching \"x\"\n",
        ),
        (
            "create configmap c --from-literal=k-1=v --from-literal=l=w",
            "configmap/c created\n",
        ),
        (
            "set env deploy/web --from=configmap/c --prefix=C_ --keys=k-1",
            "deployment.apps/web env updated\n",
        ),
        (
            "set env deploy/web --list C_K_1-",
            "# Deployment web, container nginx\n# POD from field path metadata.name\nB=2\n",
        ),
        (
            "create secret generic s --from-literal=p=q",
            "secret/s created\n",
        ),
        ("get secret s -o jsonpath={.data.p}", "cQ=="),
        (
            "create configmap c",
            "error: failed to create configmap: configmaps \"c\" already exists\n",
        ),
        ("set env deploy/web", ""),
        (
            "set env deploy/web A=1 x",
            "error: all resources must be specified before environment changes: deploy/web A=1 x\n",
        ),
        (
            "set selector svc db app=web",
            "service/db selector updated\n",
        ),
        (
            "get svc db -o jsonpath={.spec.selector}",
            "{\"app\":\"web\"}",
        ),
        (
            "set selector deploy web app=web",
            "error: setting a selector is only supported for Services\n",
        ),
    ]);
}

#[test]
fn diff_shows_the_changes_of_an_apply() {
    let mut console = Console::new();
    let same = console.run("diff -f all.yaml");
    assert_eq!(
        (same.stdout.as_str(), same.exit),
        ("", 0),
        "{}",
        same.stderr
    );
    console.run("set image deploy/web nginx=nginx:1.28");
    let steps = console.0.steps().len();
    let output = console.run("diff -f all.yaml");
    assert_eq!((output.exit, console.0.steps().len()), (1, steps));
    assert!(
        output.stdout.contains(
            "\n-        image: nginx:1.28\n+        image: nginx:1.25\n         imagePullPolicy: IfNotPresent\n"
        ) && output.stdout.contains("\n-  generation: 2\n+  generation: 3\n"),
        "{}",
        output.stdout
    );
    assert!(
        output.stdout.contains("@@ -39,7 +39,7 @@\n"),
        "{}",
        output.stdout
    );
    assert_eq!(console.run("diff").exit, 2);
    assert_eq!(console.run("diff -f nope").exit, 2);
}

#[test]
fn fields_are_explained() {
    let mut console = Console::new();
    console.check(&[
        (
            "explain deploy.spec.strategy --recursive",
            "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: strategy <DeploymentStrategy>\n\n\nFIELDS:\n  \
             rollingUpdate\t<RollingUpdateDeployment>\n    maxSurge\t<IntOrString>\n    maxUnavailable\t<IntOrString>\n  \
             type\t<string>\n  enum: Recreate, RollingUpdate\n\nnot simulated: descriptions\n",
        ),
        (
            "explain pod.spec.containers.imagePullPolicy",
            "KIND:       Pod\nVERSION:    v1\n\nFIELD: imagePullPolicy <string>\nENUM:\n    Always\n    IfNotPresent\n    Never\n\n\n\
             not simulated: descriptions\n",
        ),
        (
            "explain sts.spec.nope",
            "GROUP:      apps\nKIND:       StatefulSet\nVERSION:    v1\n\nerror: field \"nope\" does not exist\n",
        ),
        ("explain nope", "the server doesn't have a resource type \"nope\"\n"),
        ("explain pods rs", "error: We accept only this format: explain RESOURCE\n"),
    ]);
    let pod = console.text("explain pod.spec.containers");
    assert!(
        pod.contains("FIELD: containers <[]Container>\n\n\nFIELDS:\n  args\t<[]string>\n"),
        "{pod}"
    );
    assert!(pod.contains("  name\t<string> -required-\n"), "{pod}");
    // At most four values, in the indentation of their field.
    let node = console.text("explain pod.spec.affinity.nodeAffinity --recursive");
    let operator = "        operator\t<string> -required-\n        enum: DoesNotExist, Exists, Gt, In, ....\n        values\t";
    assert!(node.contains(operator), "{node}");
    let path = console.text("explain pod.spec.volumes.hostPath");
    assert!(
        path.contains("  enum: \"\", BlockDevice, CharDevice, Directory, ....\n"),
        "{path}"
    );
    let spec = console.text("explain sts.spec");
    assert!(
        spec.contains("  selector\t<LabelSelector> -required-\n"),
        "{spec}"
    );
    // Recursive types are not expanded endlessly.
    for kind in kubestep::api::kind::Kind::all() {
        let output = console.run(&format!("explain {} --recursive", kind.plural()));
        assert_eq!(output.exit, 0, "{kind}: {}", output.stderr);
    }
}

#[test]
fn revisions_are_printed_as_the_objects_that_keep_them() {
    let mut console = Console::new();
    console.text("set image deploy/web nginx=nginx:1.26");
    console.0.settle(10_000);
    let names = console.text("rollout history deploy/web -o name");
    let sets: Vec<&str> = names.lines().collect();
    assert_eq!(sets.len(), 2);
    assert!(
        sets.iter()
            .all(|name| name.starts_with("replicaset.apps/web-")),
        "{names}"
    );
    let images =
        "rollout history deploy/web -o jsonpath={.spec.template.spec.containers[0].image},";
    assert_eq!(console.text(images), "nginx:1.25,nginx:1.26,");
    let second = console.text("rollout history deploy/web --revision=2 -o json");
    assert!(
        second.starts_with("{\n    \"kind\": \"ReplicaSet\",\n    \"apiVersion\": \"apps/v1\",\n"),
        "{second}"
    );
    assert!(second.contains("\"image\": \"nginx:1.26\""), "{second}");
    console.check(&[(
        "rollout history deploy/web --revision=9 -o name",
        "error: unable to find the specified revision\n",
    )]);
    // A StatefulSet is printed with the template of each revision.
    console.text("set image sts/db pg=postgres:2");
    let image =
        "rollout history sts/db -o jsonpath={.kind}/{.spec.template.spec.containers[0].image},";
    console.0.settle(10_000);
    assert_eq!(
        console.text(image),
        "StatefulSet/postgres,StatefulSet/postgres:2,"
    );
    assert_eq!(
        console.text("rollout history sts/db -o name --revision=1"),
        "statefulset.apps/db\n"
    );
}

#[test]
fn wide_api_resources_have_verbs_and_categories() {
    let mut console = Console::new();
    let text = console.text("api-resources -o wide --api-group=apps");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        lines[0],
        [
            "NAME",
            "SHORTNAMES",
            "APIVERSION",
            "NAMESPACED",
            "KIND",
            "VERBS",
            "CATEGORIES"
        ]
    );
    let verbs = "create,delete,deletecollection,get,list,patch,update,watch";
    let deployments = [
        "deployments",
        "deploy",
        "apps/v1",
        "true",
        "Deployment",
        verbs,
        "all",
    ];
    assert!(lines.contains(&deployments.to_vec()), "{text}");
    let revisions = [
        "controllerrevisions",
        "apps/v1",
        "true",
        "ControllerRevision",
        verbs,
    ];
    assert!(lines.contains(&revisions.to_vec()), "{text}");
    console.check(&[(
        "api-resources -o table",
        "error: --output table is not available\n",
    )]);
}

#[test]
fn commands_that_hold_structs_print_json_in_their_order() {
    let mut console = Console::new();
    let keys = |text: &str| {
        let top = text.lines().filter(|line| line.starts_with("    \""));
        let keys: Vec<&str> = top
            .map(|line| line.split('"').nth(1).expect("a key"))
            .collect();
        keys.join(" ")
    };
    for line in [
        "create deploy a --image=nginx --dry-run=client -o json",
        "create svc clusterip a --tcp=80 -o json",
        "run a --image=nginx --dry-run=client -o json",
        "set image deploy/web nginx=nginx:1.26 -o json",
        "rollout restart deploy/web -o json",
        "expose deploy/web --port=80 --dry-run=client -o json",
    ] {
        assert_eq!(
            keys(&console.text(line)),
            "kind apiVersion metadata spec status",
            "{line}"
        );
    }
    for line in ["get deploy web -o json", "label deploy web x=y -o json"] {
        assert_eq!(
            keys(&console.text(line)),
            "apiVersion kind metadata spec status",
            "{line}"
        );
    }
}

#[test]
fn an_object_is_edited_and_saved() {
    let mut console = Console::new();
    assert_eq!(
        console.text("edit deploy/web"),
        "Edit cancelled, no changes made.\n"
    );
    let (output, waiting) = start(
        &mut console.0,
        "kubectl edit deploy/web",
        CommandInput::default(),
    );
    assert_eq!(output, Output::default());
    let edit = waiting
        .and_then(|waiting| waiting.edit().cloned())
        .expect("an edit");
    assert!(
        edit.yaml.starts_with("# Please edit the object below."),
        "{}",
        edit.yaml
    );
    let (output, waiting) = edit.save(&mut console.0, &edit.yaml);
    assert_eq!(
        (output.stderr.as_str(), output.exit),
        ("Edit cancelled, no changes made.\n", 0)
    );
    assert!(waiting.is_none());

    let steps = console.0.steps().len();
    let wrong = edit.yaml.replace("replicas: 2", "replicas: -2");
    let (output, waiting) = edit.save(&mut console.0, &wrong);
    assert!(
        output.stderr.contains("must be greater than or equal to 0"),
        "{}",
        output.stderr
    );
    assert_eq!((output.exit, console.0.steps().len()), (1, steps));
    let again = waiting
        .and_then(|waiting| waiting.edit().cloned())
        .expect("the edit is reopened");
    assert_eq!(again.yaml, wrong);

    let right = again.yaml.replace("replicas: -2", "replicas: 3");
    let (output, waiting) = again.save(&mut console.0, &right);
    assert_eq!(output.stdout, "deployment.apps/web edited\n");
    assert!(waiting.is_none());
    console.check(&[("get deploy web -o jsonpath={.spec.replicas}", "3")]);
    assert_eq!(console.0.steps().len(), steps + 1);
}

#[test]
fn top_shows_the_load() {
    let mut console = Console::new();
    console.check(&[
        ("top pods", "error: Metrics API not available\n"),
        (
            "sim load sts/db cpu=250m memory=64Mi --each",
            "StatefulSet db: cpu 250m, each pod\nStatefulSet db: memory 67108864, each pod\n",
        ),
        (
            "top pod -l app=db",
            "NAME   CPU(cores)   MEMORY(bytes)   \ndb-0   250m         64Mi            \ndb-1   250m         64Mi            \n",
        ),
        ("sim load sts/db cpu=250m memory-", "StatefulSet db: cpu 250m, all pods together\n"),
        ("top pod db-0 --no-headers", "db-0   125m   <unknown>   \n"),
        (
            "top pod x",
            "Error from server (NotFound): podmetrics.metrics.k8s.io \"default/x\" not found\n",
        ),
        ("top pod --sort-by=x", "error: --sort-by accepts only cpu or memory\n"),
        ("top pod a b", "error: pod [NAME | -l label]\nSee 'kubectl top pod -h' for help and examples\n"),
        ("sim load sts/db cpu-", "no workload has a load, so there is no metrics server\n"),
    ]);
    let nodes = console.text("sim load sts/db cpu=1; top node");
    assert!(nodes.contains("node-1   1000m"), "{nodes}");
}

#[test]
fn faults_are_triggered_and_repaired() {
    let mut console = Console::new();
    console.check(&[("sim crash db-0", "pod/db-0 crashed\n")]);
    console.0.run_due(100);
    let restarts = |console: &mut Console| {
        console.text("get pod db-0 -o jsonpath={.status.containerStatuses[0].restartCount}")
    };
    console.text("sim clock 2s");
    assert_eq!(restarts(&mut console), "1");
    console.text("sim clock 10s");
    console.text("sim kill db-0");
    console.text("sim clock 2s");
    assert!(console.text("get pod db-0").contains("CrashLoopBackOff"));
    console.text("sim clock 1m");
    assert_eq!(restarts(&mut console), "2");
    assert_eq!(
        console.text(
            "get pod db-0 -o jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}"
        ),
        "137"
    );
    let ready = |console: &mut Console| {
        console.0.run_due(100);
        console.text("get sts db -o jsonpath={.status.readyReplicas}")
    };
    console.check(&[("sim unready db-1", "pod/db-1 unready\n")]);
    assert_eq!(ready(&mut console), "1");
    console.check(&[
        (
            "sim unready db-1",
            "error: pod db-1 has no running container, or is in that state already\nSee 'sim help'\n",
        ),
        ("sim ready db-1", "pod/db-1 ready\n"),
    ]);
    assert_eq!(ready(&mut console), "2");
    console.check(&[("sim evict db-1", "pod/db-1 evicted\n")]);
    assert_eq!(
        console.text("get pod db-1 -o jsonpath={.status.reason}"),
        "Evicted"
    );
}

#[test]
fn images_nodes_and_time_can_be_set() {
    let mut console = Console::new();
    console.check(&[
        (
            "sim image",
            "all others: pull 2s, start 500ms, ready 1s, fine\n",
        ),
        (
            "sim image nginx:1.28 --outcome=missing --pull=1s..2s",
            "nginx:1.28: pull 1s..2s, start 500ms, ready 1s, missing\n",
        ),
        (
            "sim image nginx:1.28 --reset",
            "nginx:1.28: pull 2s, start 500ms, ready 1s, fine\n",
        ),
        // Tags that were never published do not exist, until the user declares that they do.
        (
            "sim image nginx:1.91 --pull=3s",
            "nginx:1.91: pull 3s, start 500ms, ready 1s, missing\n",
        ),
        (
            "sim image nginx:1.91 --outcome=fine",
            "nginx:1.91: pull 3s, start 500ms, ready 1s, fine\n",
        ),
        (
            "sim image nginx:1.91 --reset",
            "nginx:1.91: pull 2s, start 500ms, ready 1s, missing\n",
        ),
        (
            "sim image --start=2s",
            "all others: pull 2s, start 2s, ready 1s, fine\n",
        ),
        (
            "sim image --reset",
            "all others: pull 2s, start 500ms, ready 1s, fine\n",
        ),
        (
            "sim image x --outcome=y",
            "error: unknown outcome \"y\": it must be fine, missing, crashes, never-ready or unhealthy\nSee 'sim help'\n",
        ),
        ("sim node node-9 --add", "node/node-9 added\n"),
        ("sim node node-9 --silent", "node/node-9 silent\n"),
        (
            "sim node",
            "node-1: heard\nnode-2: heard\nnode-3: heard\nnode-9: silent\n",
        ),
        ("sim node node-9 --back", "node/node-9 back\n"),
        (
            "sim nope",
            "error: unknown command \"nope\"\nSee 'sim help'\n",
        ),
    ]);
    let before = console.0.now();
    console.text("sim clock +90s");
    assert_eq!(console.0.now().since(before), 90_000);
    assert!(console.text("sim help").contains("sim crash POD"));
    // A setting is a step that can be undone.
    console.text("sim image nginx:1.28 --outcome=crashes");
    assert_eq!(console.0.world().images.len(), 1);
    console.0.back();
    assert!(console.0.world().images.is_empty());
}

#[test]
fn here_documents_and_continuation_lines_work() {
    let mut engine = Engine::new(Config::default());
    let text = "\
# two objects
cat <<'EOF' | kubectl apply -f -
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {x: $y}
EOF
sudo k create cm b \\
  --from-literal=x=1
kubectl get cm -o name | sort -r
";
    let output = run(&mut engine, text, None);
    assert_eq!(
        output.stdout,
        "configmap/a created\nconfigmap/b created\nconfigmap/b\nconfigmap/a\n"
    );
    for (line, error) in [
        (
            "cat nope | kubectl apply -f -",
            "cat: nope: No such file or directory\nerror: no objects passed to apply\n",
        ),
        (
            "get pods $1",
            "error: not simulated: $1, a value of the shell\n",
        ),
        (
            "get pods & get rs",
            "error: not simulated: & outside quotes\n",
        ),
        (
            "get pods | sed y/a/b/",
            "error: not simulated: sed with the command y\n",
        ),
        ("get pods | perl", "error: not simulated: | perl\n"),
        (
            "apply -f - <<EOF\na: 1\n",
            "error: the text for standard input has no line EOF at its end\n",
        ),
    ] {
        let output = run(&mut engine, line, None);
        assert_eq!((output.stderr.as_str(), output.exit), (error, 1), "{line}");
    }
}

#[test]
fn help_and_usage_errors() {
    let mut console = Console::new();
    assert!(
        console
            .text("")
            .contains("Basic Commands (Beginner):\n  create          Create a resource")
    );
    let steps = console.0.steps().len();
    let help = console.run("delete deploy web --help");
    assert_eq!((help.exit, console.0.steps().len()), (0, steps));
    assert!(
        help.stdout.contains("    -l, --selector=\n"),
        "{}",
        help.stdout
    );
    assert_eq!(console.run("rollout").exit, 1);
    assert!(
        console
            .text("help rollout")
            .contains("  undo      Undo a previous rollout\n")
    );
    console.check(&[
        ("create", "error: must specify one of -f and -k\n"),
        ("create x", "error: Unexpected args: [x]\nSee 'kubectl create -h' for help and examples\n"),
        ("create quota x", "error: not simulated: kubectl create quota\n"),
        (
            "create service x",
            "error: unknown command \"x\"\nSee 'kubectl create service -h' for help and examples\n",
        ),
        (
            "set iamge sts web nginx=x",
            "error: unknown command \"iamge sts web nginx=x\"\nSee 'kubectl set -h' for help and examples\n",
        ),
        ("config current-context", "kubestep\n"),
        ("config use-context x", "error: no context exists with the name: \"x\"\n"),
        ("config set-context x", "error: not simulated: a second context\n"),
        ("config set-context", "error: you must specify a non-empty context name or --current\n"),
        ("apply -f all.yaml --openapi-patch", "error: not simulated: --openapi-patch\n"),
        (
            "get pods -z",
            "error: unknown shorthand flag: 'z' in -z\nSee 'kubectl get --help' for usage.\n",
        ),
        (
            "api-versions",
            "admissionregistration.k8s.io/v1\napiextensions.k8s.io/v1\napiregistration.k8s.io/v1\napps/v1\nautoscaling/v2\nbatch/v1\n\
             discovery.k8s.io/v1\nnetworking.k8s.io/v1\npolicy/v1\nrbac.authorization.k8s.io/v1\nscheduling.k8s.io/v1\nstorage.k8s.io/v1\nv1\n",
        ),
    ]);
}

#[test]
fn the_context_keeps_its_namespace_and_can_be_undone() {
    let mut console = Console::new();
    console.check(&[
        ("create namespace shop", "namespace/shop created\n"),
        (
            "config set-context --current --namespace=shop",
            "Context \"kubestep\" modified.\n",
        ),
        ("get deployments", "No resources found in shop namespace.\n"),
        (
            "create deployment cart --image=nginx",
            "deployment.apps/cart created\n",
        ),
        (
            "get deployments -o name -n default",
            "deployment.apps/web\n",
        ),
        ("get deployments -o name", "deployment.apps/cart\n"),
        (
            "config get-contexts",
            "CURRENT   NAME       CLUSTER    AUTHINFO   NAMESPACE\n\
             *         kubestep   kubestep   kubestep   shop\n",
        ),
    ]);
    assert!(
        console
            .run("config view")
            .stdout
            .contains("    namespace: shop\n")
    );
    console.0.back();
    console.0.back();
    console.check(&[("get deployments -o name", "deployment.apps/web\n")]);
}

#[test]
fn subresources_are_read_and_written() {
    let mut console = Console::new();
    console.check(&[
        (
            "get deploy web --subresource=scale",
            "NAME   DESIRED   AVAILABLE   AGE\nweb    2         2           5s\n",
        ),
        (
            "get deploy/web sts/db --subresource scale -o name",
            "scale.autoscaling/web\nscale.autoscaling/db\n",
        ),
        (
            "get deploy web --subresource=scale -o jsonpath='{.apiVersion} {.spec} {.status}'",
            r#"autoscaling/v1 {"replicas":2} {"replicas":2,"selector":"app=web"}"#,
        ),
        (
            "get deploy web --subresource=status",
            "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    2/2     2            2           5s\n",
        ),
        (
            "get deploy --subresource=status",
            "error: subresource cannot be used when bulk resources are specified\n",
        ),
        (
            "get deploy web --subresource=foo",
            "Error from server (NotFound): the server could not find the requested resource\n",
        ),
        (
            "get svc db --subresource=scale",
            "Error from server (NotFound): the server could not find the requested resource\n",
        ),
        (
            "get pod db-0 --subresource=resize",
            "error: not simulated: --subresource=resize\n",
        ),
        (
            r#"patch deploy web --subresource=scale -p '{"spec":{"replicas":-1}}'"#,
            "The Scale \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n",
        ),
        (
            r#"patch deploy web --subresource=scale -p '{"spec":{"replicas":"4"}}'"#,
            "The request is invalid: patch: Invalid value: \"{\\\"spec\\\":{\\\"replicas\\\":\\\"4\\\"}}\": json: cannot \
             unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32\n",
        ),
        (
            r#"patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":4}}' --dry-run=server"#,
            "scale.autoscaling/web patched (server dry run)\n",
        ),
        ("get deploy web -o jsonpath={.spec.replicas}", "2"),
        (
            r#"patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":4}}'"#,
            "scale.autoscaling/web patched\n",
        ),
        ("get deploy web -o jsonpath={.spec.replicas}", "4"),
    ]);
}

#[test]
fn a_status_is_written_without_the_rest_and_then_corrected() {
    let mut console = Console::new();
    console.check(&[
        (
            r#"patch deploy web --subresource=status -p '{"spec":{"replicas":9},"status":{"readyReplicas":7}}'"#,
            "deployment.apps/web patched\n",
        ),
        (
            "get deploy web -o jsonpath='{.spec.replicas} {.status.readyReplicas}'",
            "2 7",
        ),
        (
            r#"patch cm kube-root-ca.crt --subresource=status -p '{}'"#,
            "Error from server (NotFound): configmaps \"kube-root-ca.crt\" not found\n",
        ),
    ]);
    console.0.settle(100);
    console.check(&[("get deploy web -o jsonpath={.status.readyReplicas}", "2")]);
    let status = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {a: b}}\nspec: {replicas: 5}\n\
                  status: {replicas: 3}\n";
    let replaced = console.run_on("replace -f - --subresource=status", Some(status));
    assert_eq!(
        replaced.stdout, "deployment.apps/web replaced\n",
        "{}",
        replaced.stderr
    );
    console.check(&[(
        "get deploy web -o jsonpath='{.spec.replicas} {.status} {.metadata.labels}'",
        r#"2 {"replicas":3} {"app":"web"}"#,
    )]);
}

#[test]
fn the_administrator_may_do_everything() {
    let mut console = Console::new();
    console.check(&[
        ("auth can-i create deployments", "yes\n"),
        ("auth can-i '*' '*' --all-namespaces", "yes\n"),
        ("auth can-i get pods/db-0 --subresource=log", "yes\n"),
        ("auth can-i get /healthz -q", ""),
        (
            "auth can-i lst foos",
            "yes\nWarning: the server doesn't have a resource type 'foos'\n\nWarning: verb 'lst' is not a known verb\n\n",
        ),
        (
            "auth can-i get sc",
            "yes\nWarning: resource 'storageclasses' is not namespace scoped in group 'storage.k8s.io'\n\n",
        ),
        ("auth can-i get sc -A", "yes\n"),
        (
            "auth can-i get",
            "error: you must specify two arguments: verb resource or verb resource/resourceName.\n\
             See 'kubectl auth can-i -h' for help and examples.\n",
        ),
        (
            "auth can-i --list get pods",
            "error: list option must be specified with no arguments\n",
        ),
        (
            "auth can-i --list -A",
            "error: list option can't be specified with neither quiet, all-namespaces nor subresource options\n",
        ),
        ("auth whoami", "error: not simulated: kubectl auth whoami\n"),
    ]);
}

#[test]
fn what_the_user_may_do_is_listed() {
    let mut console = Console::new();
    let list = console.text("auth can-i --list");
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(
        lines[..7],
        [
            "Resources                                       Non-Resource URLs   Resource Names   Verbs",
            "*.*                                             []                  []               [*]",
            "                                                [*]                 []               [*]",
            "selfsubjectreviews.authentication.k8s.io        []                  []               [create]",
            "selfsubjectaccessreviews.authorization.k8s.io   []                  []               [create]",
            "selfsubjectrulesreviews.authorization.k8s.io    []                  []               [create]",
            "                                                [/api/*]            []               [get]",
        ]
    );
    assert_eq!(lines.len(), 22);
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let headless = console.text("auth can-i --list --no-headers");
    assert_eq!(words(&headless), words(&lines[1..].join("\n")));
    console.check(&[(
        "get deploy -k overlays/prod",
        "error: must build at directory: not a valid directory: evalsymlink failure on 'overlays/prod' : lstat overlays/prod: \
         no such file or directory\n",
    )]);
}

#[test]
fn a_subresource_is_edited_and_the_edit_can_be_repeated() {
    let mut console = Console::new();
    let edit = |console: &mut Console, line: &str, from: &str, to: &str| {
        let (output, waiting) = start(&mut console.0, line, CommandInput::default());
        let waiting = waiting.unwrap_or_else(|| panic!("{}", output.stderr));
        let edit = waiting.edit().cloned().expect("an edit");
        assert!(edit.yaml.contains(from), "{}", edit.yaml);
        let (output, _) = edit.save(&mut console.0, &edit.yaml.replacen(from, to, 1));
        output.stdout + &output.stderr
    };
    let scaled = edit(
        &mut console,
        "kubectl edit deploy/web --subresource=scale",
        "spec:\n  replicas: 2\n",
        "spec:\n  replicas: 3\n",
    );
    assert_eq!(scaled, "scale.autoscaling/web edited\n");
    let edited = edit(
        &mut console,
        "kubectl edit deploy/web --subresource=status",
        "readyReplicas: 2\n",
        "readyReplicas: 7\n",
    );
    assert_eq!(edited, "deployment.apps/web edited\n");
    let edited = edit(
        &mut console,
        "kubectl edit deploy/web --field-manager='my team'",
        "progressDeadlineSeconds: 600\n",
        "progressDeadlineSeconds: 601\n",
    );
    assert_eq!(edited, "deployment.apps/web edited\n");
    let managers = (
        "get deploy web -o jsonpath='{range .metadata.managedFields[*]}{.manager} {.subresource};{end}'",
        "kubectl-edit scale;kubectl-client-side-apply ;kube-controller-manager status;kubectl-edit status;my team ;",
    );
    console.check(&[
        (
            "get deploy web -o jsonpath='{.spec.replicas} {.status.readyReplicas}'",
            "3 7",
        ),
        managers,
        (
            "edit pod/db-0 --subresource=scale",
            "Error from server (NotFound): the server could not find the requested resource\n",
        ),
    ]);
    let log = Log::of(&console.0, None).expect("a log");
    let link = link::write(&log);
    for log in [
        file::read(&file::write(&log)).expect("a file"),
        link::read(&link).expect("a link"),
    ] {
        let opened = Replay::new(log).finish(repeat).expect("a replay");
        assert!(opened.is_same);
        let again = &mut Console(opened.engine);
        again.check(&[
            (
                "get deploy web -o jsonpath='{.spec.replicas} {.status.readyReplicas}'",
                "3 7",
            ),
            managers,
        ]);
    }
}
