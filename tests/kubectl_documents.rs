//! Several documents of which some fail: what is done nevertheless, and the order of the errors
//! (`staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go`, `…/kubectl/pkg/cmd/apply/apply.go`).

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{CommandInput, Output, repeat, run, run_with};
use kubestep::session::{Log, Replay, file};

/// A valid ConfigMap, and one with an invalid name.
const GOOD: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: good}}";
const BAD: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: Bad}}";
const OTHER: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: Worse}}";
/// Unknown kinds.
const FOO: &str = "{apiVersion: v1, kind: Foo, metadata: {name: foo}}";
const BAR: &str = "{apiVersion: v1, kind: Bar, metadata: {name: bar}}";

fn told(line: &str, documents: &[&str]) -> Output {
    let mut engine = Engine::new(Config::default());
    let text = documents.join("\n---\n");
    run(&mut engine, &format!("{line} -f -"), Some(&text))
}

fn unknown(kind: &str, name: &str) -> String {
    format!(
        "resource mapping not found for name: \"{name}\" namespace: \"\" from \"STDIN\": no matches for kind \"{kind}\" \
         in version \"v1\"\nensure CRDs are installed first"
    )
}

fn refused(name: &str) -> String {
    let rule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
        start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
        '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    format!(
        "Error from server (Invalid): error when creating \"STDIN\": ConfigMap \"{name}\" is invalid: metadata.name: \
         Invalid value: \"{name}\": {rule}"
    )
}

fn lines(errors: &[String]) -> String {
    errors.iter().map(|error| format!("{error}\n")).collect()
}

#[test]
fn create_reports_refused_objects_before_unknown_kinds() {
    let output = told("create", &[FOO, BAD, GOOD, OTHER]);
    assert_eq!(output.stdout, "configmap/good created\n");
    assert_eq!(output.exit, 1);
    let errors = [refused("Bad"), refused("Worse"), unknown("Foo", "foo")];
    assert_eq!(output.stderr, lines(&errors));

    // Several errors of a nested list are on one line.
    let output = told("create", &[FOO, BAR, GOOD, BAD]);
    let both = format!("[{}, {}]", unknown("Foo", "foo"), unknown("Bar", "bar"));
    assert_eq!(output.stderr, lines(&[refused("Bad"), both]));
}

#[test]
fn apply_reads_everything_first() {
    let output = told("apply", &[BAD, FOO, GOOD, BAR]);
    assert_eq!(output.stdout, "configmap/good created\n");
    let both = format!("[{}, {}]", unknown("Foo", "foo"), unknown("Bar", "bar"));
    assert_eq!(output.stderr, lines(&[both, refused("Bad")]));

    let output = told("apply", &[BAD, GOOD, FOO]);
    assert_eq!(
        output.stderr,
        lines(&[unknown("Foo", "foo"), refused("Bad")])
    );
}

#[test]
fn only_a_single_error_has_the_error_prefix() {
    for verb in ["apply", "create", "replace"] {
        let alone = told(verb, &[FOO]);
        assert_eq!(
            alone.stderr,
            format!("error: {}\n", unknown("Foo", "foo")),
            "{verb}"
        );
        let two = told(verb, &[FOO, BAR]);
        let errors = [unknown("Foo", "foo"), unknown("Bar", "bar")];
        assert_eq!(two.stderr, lines(&errors), "{verb}");
    }
}

#[test]
fn objects_of_another_namespace_fail_in_order() {
    let elsewhere = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}";
    let mismatch = "the namespace from the provided object \"shop\" does not match the namespace \"default\". You must pass \
        '--namespace=shop' to perform this operation."
        .to_owned();
    let all = [FOO, BAD, elsewhere, GOOD];
    let created = told("create -n default", &all);
    let errors = [refused("Bad"), mismatch.clone(), unknown("Foo", "foo")];
    assert_eq!(created.stderr, lines(&errors));
    let applied = told("apply -n default", &all);
    let early = format!("[{mismatch}, {}]", unknown("Foo", "foo"));
    assert_eq!(applied.stderr, lines(&[early, refused("Bad")]));
    assert_eq!(applied.stdout, "configmap/good created\n");
}

#[test]
fn documents_before_a_yaml_error_are_processed() {
    // Without braces, since a text that begins with one is parsed as JSON.
    let good = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}";
    for verb in ["apply", "create"] {
        let output = told(verb, &[good, "a: [", BAD]);
        assert_eq!(output.stdout, "configmap/good created\n", "{verb}");
        let told = &output.stderr;
        assert!(told.starts_with("error: error parsing STDIN: "), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn errors_of_list_items_have_no_source() {
    let list = format!("{{apiVersion: v1, kind: List, items: [{FOO}, {GOOD}]}}");
    let output = told("create", &[&list]);
    assert_eq!(output.stdout, "configmap/good created\n");
    let unknown = "unable to recognize no matches for kind \"Foo\" in version \"v1\"\n";
    assert_eq!(output.stderr, unknown);
}

#[test]
fn delete_reports_missing_objects_before_unknown_kinds() {
    let output = told("delete", &[FOO, GOOD]);
    let missing = "Error from server (NotFound): error when deleting \"STDIN\": configmaps \"good\" not found".to_owned();
    assert_eq!(output.stderr, lines(&[missing, unknown("Foo", "foo")]));
}

#[test]
fn unsupported_kinds_fail_in_order() {
    let other = "{apiVersion: v1, kind: PodTemplate, metadata: {name: once}}";
    let output = told("create", &[FOO, other, BAD]);
    let errors = [
        "error: not simulated: PodTemplate of v1".to_owned(),
        refused("Bad"),
        unknown("Foo", "foo"),
    ];
    assert_eq!(output.stderr, lines(&errors));
}

/// A cluster that is told several things.
struct Console(Engine);

impl Console {
    fn new() -> Self {
        Self(Engine::new(Config::default()))
    }

    /// The complete output, errors last.
    fn text(&mut self, line: &str, stdin: &str) -> String {
        let output = run(&mut self.0, line, Some(stdin));
        output.stdout + &output.stderr
    }

    fn settle(&mut self) {
        let _end = self.0.settle(10_000);
    }
}

fn deployment(app: &str, image: &str) -> String {
    format!(
        "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}}, spec: {{selector: {{matchLabels: {{app: {app}}}}}, \
         template: {{metadata: {{labels: {{app: {app}}}}}, spec: {{containers: [{{name: web, image: '{image}'}}]}}}}}}}}"
    )
}

fn pod(image: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{containers: [{{name: p, image: '{image}'}}]}}}}"
    )
}

#[test]
fn replace_force_deletes_and_creates() {
    let mut console = Console::new();
    let uid = |console: &mut Console, what: &str| {
        console.text(&format!("get {what} -o jsonpath={{.metadata.uid}}"), "")
    };
    // What does not exist is only created.
    let created = console.text("replace --force -f -", &deployment("web", "nginx:1.25"));
    assert_eq!(created, "deployment.apps/web replaced\n");
    let first = uid(&mut console, "deploy/web");
    let replaced = console.text("replace --force -f -", &deployment("other", "nginx:1.25"));
    assert_eq!(
        replaced,
        "deployment.apps \"web\" deleted from default namespace\ndeployment.apps/web replaced\n"
    );
    assert_ne!(uid(&mut console, "deploy/web"), first);
    // A pod takes its time: the command waits until it is gone.
    console.text("apply -f -", &pod("nginx:1.25"));
    console.settle();
    let first = uid(&mut console, "pod/p");
    let replaced = console.text("replace --force -f -", &pod("nginx:1.26"));
    assert_eq!(
        replaced,
        "pod \"p\" deleted from default namespace\npod/p replaced\n"
    );
    assert_ne!(uid(&mut console, "pod/p"), first);
    for (flags, error) in [
        (
            "--force --dry-run=client",
            "--dry-run can not be used when --force is set",
        ),
        (
            "--grace-period=1",
            "--grace-period must have --force specified",
        ),
        ("--timeout=1s", "--timeout must have --force specified"),
    ] {
        let told = console.text(&format!("replace {flags} -f -"), &pod("nginx:1.27"));
        assert_eq!(told, format!("error: {error}\n"));
    }
}

#[test]
fn apply_force_replaces_what_cannot_be_changed() {
    let mut console = Console::new();
    console.text("apply -f -", &deployment("web", "nginx:1.25"));
    let refused = console.text("apply -f -", &deployment("other", "nginx:1.25"));
    assert!(refused.contains("field is immutable"), "{refused}");
    let forced = console.text("apply --force -f -", &deployment("other", "nginx:1.25"));
    assert_eq!(forced, "deployment.apps/web configured\n");
    let selector = console.text(
        "get deploy web -o jsonpath={.spec.selector.matchLabels.app}",
        "",
    );
    assert_eq!(selector, "other");
    // Other refusals stay.
    let bad = deployment("other", "nginx:1.25").replace("image", "imagee");
    let refused = console.text("apply --force -f -", &bad);
    assert!(refused.contains("unknown field"), "{refused}");
    // A running pod is not gone at once, so that it is left alone.
    console.text("apply -f -", &pod("nginx:1.25"));
    console.settle();
    let named = pod("nginx:1.25").replace("name: p, image", "name: q, image");
    let refused = console.text("apply --force -f -", &named);
    assert_eq!(
        refused,
        "error: not simulated: --force for pod/p, which is not gone at once\n"
    );
    let phase = console.text("get pod p -o jsonpath={.status.phase}", "");
    assert_eq!(phase, "Running");
}

#[test]
fn apply_prunes_what_was_applied_before() {
    let map = |name: &str, app: &str| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, labels: {{app: {app}}}}}}}"
        )
    };
    let mut console = Console::new();
    let all = [map("a", "x"), map("b", "x"), map("c", "z")].join("\n---\n");
    console.text("apply -f -", &all);
    console.text("create cm created", "");
    console.text("label cm created app=x", "");
    // Objects that the selector leaves out are neither applied nor pruned, and neither is what was not applied.
    let files = [map("a", "x"), map("d", "z")].join("\n---\n");
    let tried = console.text("apply --prune -l app=x --dry-run=server -f -", &files);
    assert!(
        tried.starts_with(
            "configmap/a unchanged (server dry run)\nconfigmap/b pruned (server dry run)\n"
        ),
        "{tried}"
    );
    let pruned = console.text("apply --prune -l app=x -f -", &files);
    assert!(
        pruned.starts_with("configmap/a unchanged\nconfigmap/b pruned\nW Deprecated: "),
        "{pruned}"
    );
    let names = "get cm -o jsonpath='{.items[*].metadata.name}'";
    assert_eq!(console.text(names, ""), "a c created");
    let allowed = "apply --prune --all --prune-allowlist=core/v1/Secret -f -";
    assert_eq!(
        console.text(allowed, &map("a", "x")),
        "configmap/a unchanged\n"
    );
    let allowed = "apply --prune --all --prune-allowlist=core/v1/ConfigMap -f -";
    assert_eq!(
        console.text(allowed, &map("a", "x")),
        "configmap/a unchanged\nconfigmap/c pruned\n"
    );
    for (flags, error) in [
        (
            "--prune --all --prune-allowlist=core/ConfigMap",
            "invalid GroupVersionKind format: core/ConfigMap, please follow <group/version/kind>",
        ),
        (
            "--prune --all --prune-allowlist=core/v1/Foo",
            "no matches for kind \"Foo\" in version \"v1\"",
        ),
        (
            "--prune",
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. \
             If you did not mean to prune all resources, specify a label selector",
        ),
        (
            "--all -l app=x",
            "cannot set --all and --selector at the same time",
        ),
        (
            "--prune --all --force",
            "--force cannot be used with --prune",
        ),
    ] {
        let told = console.text(&format!("apply {flags} -f -"), &map("a", "x"));
        assert_eq!(told, format!("error: {error}\n"));
    }
}

#[test]
fn directories_are_read_in_the_order_of_a_walk() {
    let object =
        |name: &str| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}");
    let files = [
        ("b.yaml", object("b")),
        ("k8s-more/x.yml", object("x")),
        ("k8s/z.json", object("z")),
        ("k8s/deep/w.yaml", object("w")),
        ("k8s/notes.txt", "not a manifest: [".to_owned()),
        ("a.yaml", object("a")),
        ("k8s/broken.yaml", BAD.to_owned()),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text));
    let told = |line: &str| {
        let mut engine = Engine::new(Config::default());
        let input = CommandInput {
            files: &files,
            ..CommandInput::default()
        };
        run_with(&mut engine, line, input)
    };
    let created = |names: &[&str]| -> String {
        let lines = names
            .iter()
            .map(|name| format!("configmap/{name} created\n"));
        lines.collect()
    };
    for (line, names) in [
        ("create -f .", &["a", "b"][..]),
        ("create -f ./", &["a", "b"]),
        ("create -f k8s-more/ -f a.yaml", &["x", "a"]),
        ("create -f k8s/deep", &["w"]),
        ("create -f ./k8s/z.json", &["z"]),
    ] {
        let output = told(line);
        assert_eq!((output.stdout, output.exit), (created(names), 0), "{line}");
    }
    // The rest is created.
    let output = told("create -R -f .");
    assert_eq!(output.stdout, created(&["a", "b", "w", "z", "x"]));
    let refused = "The ConfigMap \"Bad\" is invalid: metadata.name: ";
    assert!(output.stderr.starts_with(refused), "{}", output.stderr);
    for (line, error) in [
        ("create -f k9s", "the path \"k9s\" does not exist"),
        (
            "create -f k8s/deep/w.yaml/",
            "the path \"k8s/deep/w.yaml/\" does not exist",
        ),
    ] {
        assert_eq!(told(line).stderr, format!("error: {error}\n"));
    }
    let mut engine = Engine::new(Config::default());
    let nothing = "error: error reading [.]: recognized file extensions are [.json .yaml .yml]\n";
    assert_eq!(run(&mut engine, "apply -f .", None).stderr, nothing);
}

#[test]
fn what_a_directory_contained_is_part_of_a_session() {
    let mut engine = Engine::new(Config::default());
    let script = "echo '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}' > d/a.yaml; echo x > b.txt; kubectl apply -f d";
    let output = run(&mut engine, script, None);
    assert_eq!(output.stdout, "configmap/a created\n", "{}", output.stderr);
    let log = Log::of(&engine, None).expect("a log");
    let text = file::write(&log);
    assert!(
        text.contains("d/a.yaml") && !text.contains("b.txt"),
        "{text}"
    );
    let opened = Replay::new(log).finish(repeat).expect("a replay");
    assert!(opened.is_same);
}
