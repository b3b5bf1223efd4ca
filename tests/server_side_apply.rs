//! `kubectl apply --server-side` and `metadata.managedFields`.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{CommandInput, Output, run_with};

/// A Deployment with a number of replicas, unless it is empty, and an image.
fn manifest(replicas: &str, image: &str) -> String {
    let replicas = match replicas {
        "" => String::new(),
        number => format!("replicas: {number}, "),
    };
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{{replicas}selector: {{matchLabels: {{app: \
         web}}}}, template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: web, image: '{image}', \
         resources: {{requests: {{cpu: 100m}}}}}}]}}}}}}\n"
    )
}

struct Console(Engine);

impl Console {
    fn new() -> Self {
        Self(Engine::new(Config::default()))
    }

    fn run(&mut self, line: &str, stdin: &str) -> Output {
        let input = CommandInput {
            stdin: Some(stdin),
            files: &[],
        };
        run_with(&mut self.0, line, input)
    }

    /// The output of a command that succeeds.
    fn told(&mut self, line: &str) -> String {
        let output = self.run(line, "");
        assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
        output.stdout
    }

    fn applies(&mut self, flags: &str, stdin: &str) {
        let output = self.run(&format!("apply {flags} -f -"), stdin);
        assert_eq!(output.exit, 0, "{flags}: {}", output.stderr);
    }

    /// The first line of the error of a server-side apply.
    fn refused(&mut self, flags: &str, stdin: &str) -> String {
        let output = self.run(&format!("apply --server-side {flags} -f -"), stdin);
        assert_eq!((output.exit, &*output.stdout), (1, ""), "{flags}");
        let lines = output.stderr.lines();
        let before = lines.take_while(|line| !line.starts_with("Please review the fields above"));
        before.collect::<Vec<_>>().join("\n")
    }

    /// The managers of the Deployment: name, operation and subresource.
    fn managers(&mut self) -> String {
        let path = "{range .metadata.managedFields[*]}{.manager} {.operation} {.subresource}{\"\\n\"}{end}";
        self.told(&format!("get deploy web -o jsonpath='{path}'"))
    }

    fn replicas(&mut self) -> String {
        self.told("get deploy web -o jsonpath={.spec.replicas}")
    }
}

#[test]
fn an_autoscaler_and_a_user_share_the_replicas() {
    let mut console = Console::new();
    console.applies("--server-side", &manifest("2", "nginx:1.25"));
    console.told("autoscale deploy web --cpu=50% --min=1 --max=5");
    console.told("sim load deployment/web cpu=900m");
    let _settled = console.0.settle(10_000);
    let end = console.0.now().plus_seconds(120);
    let _run = console.0.run_until(end, 10_000);
    assert_eq!(console.replicas(), "5");
    // The user who still applies the number is told whose it is now.
    assert_eq!(
        console.refused("", &manifest("2", "nginx:1.26")),
        "error: Apply failed with 1 conflict: conflict with \"kube-controller-manager\" with subresource \"scale\" using \
         apps/v1: .spec.replicas"
    );
    assert_eq!(console.replicas(), "5");
    // Without the number there is no conflict, and it stays.
    console.applies("--server-side", &manifest("", "nginx:1.26"));
    assert_eq!(console.replicas(), "5");
    let image =
        console.told("get deploy web -o jsonpath={.spec.template.spec.containers[0].image}");
    assert_eq!(image, "nginx:1.26");
    console.applies(
        "--server-side --force-conflicts",
        &manifest("2", "nginx:1.26"),
    );
    assert_eq!(console.replicas(), "2");
}

#[test]
fn a_user_who_never_gave_the_number_has_no_conflict() {
    let mut console = Console::new();
    console.applies("--server-side", &manifest("2", "nginx:1.25"));
    // Not applied any more, so it is removed, and the default takes its place.
    console.applies("--server-side", &manifest("", "nginx:1.25"));
    assert_eq!(console.replicas(), "1");
}

#[test]
fn what_two_managers_apply_alike_belongs_to_both() {
    let mut console = Console::new();
    console.applies(
        "--server-side --field-manager=a",
        &manifest("2", "nginx:1.25"),
    );
    console.applies(
        "--server-side --field-manager=b",
        &manifest("2", "nginx:1.25"),
    );
    assert_eq!(console.managers(), "a Apply \nb Apply \n");
    assert_eq!(
        console.refused("--field-manager=b", &manifest("3", "nginx:1.26")),
        "error: Apply failed with 2 conflicts: conflicts with \"a\":\n- .spec.replicas\n\
         - .spec.template.spec.containers[name=\"web\"].image"
    );
    // One of them lets it go: the other keeps it.
    console.applies(
        "--server-side --field-manager=a",
        &manifest("", "nginx:1.25"),
    );
    assert_eq!(console.replicas(), "2");
    console.applies(
        "--server-side --field-manager=b",
        &manifest("3", "nginx:1.25"),
    );
    assert_eq!(console.replicas(), "3");
}

#[test]
fn client_side_apply_is_taken_over() {
    let mut console = Console::new();
    console.applies("", &manifest("2", "nginx:1.25"));
    assert_eq!(console.managers(), "kubectl-client-side-apply Update \n");
    // Another manager has conflicts, kubectl's own has none.
    assert_eq!(
        console.refused("--field-manager=me", &manifest("3", "nginx:1.25")),
        "error: Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas"
    );
    console.applies("--server-side", &manifest("3", "nginx:1.25"));
    assert_eq!(
        console.managers(),
        "kubectl Apply \nkubectl-last-applied Apply \n"
    );
    // The annotation follows, so client-side apply still works.
    let last = console.told("apply view-last-applied deploy/web");
    assert!(last.contains("replicas: 3\n"), "{last}");
    console.applies("", &manifest("4", "nginx:1.25"));
    assert_eq!(console.replicas(), "4");
}

#[test]
fn a_dry_run_and_a_refusal_change_nothing() {
    let mut console = Console::new();
    console.applies("--server-side", &manifest("2", "nginx:1.25"));
    let steps = console.0.steps().len();
    let tried = console.run(
        "apply --server-side --dry-run=server -f -",
        &manifest("3", "nginx:1.25"),
    );
    assert_eq!(
        tried.stdout,
        "deployment.apps/web serverside-applied (server dry run)\n"
    );
    for (flags, error) in [
        (
            "--server-side --dry-run=client",
            "error: --dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)\n",
        ),
        (
            "--force-conflicts",
            "error: --force-conflicts only works with --server-side\n",
        ),
    ] {
        let output = console.run(&format!("apply {flags} -f -"), &manifest("3", "nginx:1.25"));
        assert_eq!(output.stderr, error);
    }
    // The same again is no write.
    console.applies("--server-side", &manifest("2", "nginx:1.25"));
    assert_eq!(console.0.steps().len(), steps);
    assert_eq!(console.replicas(), "2");
    let typo = manifest("2", "nginx:1.25").replace("image", "imagee");
    assert_eq!(
        console.refused("", &typo),
        "Error from server: failed to create typed patch object (default/web; apps/v1, Kind=Deployment): \
         .spec.template.spec.containers[name=\"web\"].imagee: field not declared in schema"
    );
}

#[test]
fn items_of_lists_are_added_and_removed_by_their_keys() {
    let mut console = Console::new();
    let map = |data: &str, finalizers: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, finalizers: [{finalizers}]}}\ndata: {{{data}}}\n"
        )
    };
    console.applies(
        "--server-side --field-manager=a",
        &map("x: '1', y: '1'", "t.io/a"),
    );
    console.applies("--server-side --field-manager=b", &map("z: '1'", "t.io/b"));
    console.applies("--server-side --field-manager=a", &map("x: '2'", "t.io/c"));
    let both = console.told("get cm c -o jsonpath='{.data} {.metadata.finalizers}'");
    assert_eq!(both, r#"{"x":"2","z":"1"} ["t.io/b","t.io/c"]"#);
}

#[test]
fn managed_fields_of_updates_follow_what_was_written() {
    let mut console = Console::new();
    console.told("create deployment web --image=nginx:1.25");
    console.told("set image deploy/web nginx=nginx:1.26");
    console.told("label deploy web a=b --field-manager=me");
    console.told("scale deploy web --replicas=2");
    // A write through the scale leaves entries without a time, which come first.
    assert_eq!(
        console.managers(),
        "kubectl Update scale\nkubectl-create Update \nkubectl-set Update \nme Update \n"
    );
    let fields = console.told(
        "get deploy web -o jsonpath='{.metadata.managedFields[?(@.manager==\"kubectl-set\")].fieldsV1}'",
    );
    assert_eq!(
        fields,
        r#"{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"nginx\"}":{"f:image":{}}}}}}}"#
    );
    let shown = console.told("get deploy web -o yaml");
    assert!(!shown.contains("managedFields"), "{shown}");
    let shown = console.told("get deploy web -o yaml --show-managed-fields");
    assert!(
        shown.contains("  managedFields:\n  - apiVersion: apps/v1\n"),
        "{shown}"
    );
    let patched = console
        .told("patch deploy web -p '{\"spec\":{\"paused\":true}}' -o yaml --show-managed-fields");
    assert!(
        patched.contains("    manager: kubectl-patch\n"),
        "{patched}"
    );
    for (line, name) in [
        (
            "get deploy web -w -o yaml --show-managed-fields",
            "managedFields of --watch",
        ),
        (
            "label deploy web c=d --dry-run=server -o yaml --show-managed-fields",
            "managedFields after a dry run",
        ),
    ] {
        let refused = console.run(line, "").stderr;
        assert_eq!(refused, format!("error: not simulated: {name}\n"));
    }
    // Going back forgets what was written since.
    while console.0.steps().len() > 1 && console.0.cursor() > 1 {
        console.0.back();
    }
    assert_eq!(console.managers(), "kubectl-create Update \n");
}

#[test]
fn the_replicas_of_a_scale_that_changes_nothing_are_no_ones_afterwards() {
    // As recorded: the entry is split in two, of which the next write keeps one.
    let mut console = Console::new();
    console.applies("", &manifest("2", "nginx:1.25"));
    let version = |console: &mut Console| {
        console.told("get deploy web -o jsonpath={.metadata.resourceVersion}")
    };
    let before = version(&mut console);
    console.told("scale deploy web --replicas=2");
    assert_ne!(version(&mut console), before);
    let again = console.told("patch deploy web -p '{\"spec\":{\"replicas\":2}}'");
    assert_eq!(again, "deployment.apps/web patched\n");
    let again = console.told("patch deploy web -p '{\"spec\":{\"replicas\":2}}'");
    assert_eq!(again, "deployment.apps/web patched (no change)\n");
    console.applies(
        "--server-side --field-manager=me",
        &manifest("3", "nginx:1.25"),
    );
}

/// The Deployment with another number of replicas, a label, an annotation and a status.
const STATUS: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {new: label}, annotations: {new: annotation}}
spec: {replicas: 7, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: \
                      web, image: 'nginx:1.25'}]}}}
status: {conditions: [{type: ReplicaFailure, status: 'False', reason: Probed, lastUpdateTime: '2026-01-01T00:00:00Z', lastTransitionTime: '2026-01-01T00:00:00Z'}]}
";

#[test]
fn a_status_is_applied_without_the_rest() {
    let mut console = Console::new();
    assert_eq!(
        console.refused("--subresource=status", STATUS),
        "Error from server (NotFound): deployments.apps \"web\" not found"
    );
    console.applies("--server-side", &manifest("2", "nginx:1.25"));
    let output = console.run(
        "apply --server-side --subresource=status --field-manager=probe -f -",
        STATUS,
    );
    assert_eq!(
        (&*output.stdout, &*output.stderr),
        ("deployment.apps/web serverside-applied\n", "")
    );
    let path = "{.spec.replicas} {.metadata.labels} {.metadata.annotations.new} {.status.conditions[*].type}";
    let seen = format!("get deploy web -o jsonpath='{path}'");
    assert_eq!(console.told(&seen), "2  annotation ReplicaFailure");
    assert_eq!(console.managers(), "kubectl Apply \nprobe Apply status\n");
    let path = "{.metadata.managedFields[1].fieldsV1}";
    let fields = console.told(&format!("get deploy web -o jsonpath='{path}'"));
    for (part, is_there) in [
        ("f:new", true),
        ("f:status", true),
        ("f:reason", true),
        ("f:spec", false),
        ("f:labels", false),
    ] {
        assert_eq!(fields.contains(part), is_there, "{part}: {fields}");
    }
    // Applied once more without the condition, it is removed; to apply the same again changes nothing.
    let version = "get deploy web -o jsonpath={.metadata.resourceVersion}";
    let (head, _) = STATUS.split_once("conditions").expect("a status");
    let without = format!("{head}}}\n");
    let flags = "--server-side --subresource=status --field-manager=probe";
    console.applies(flags, &without);
    assert_eq!(console.told(&seen), "2  annotation ");
    let before = console.told(version);
    console.applies(flags, &without);
    assert_eq!(console.told(version), before);
    // The controller's own conditions are another manager's.
    let _settled = console.0.settle(10_000);
    let other = STATUS
        .replace("type: ReplicaFailure", "type: Available")
        .replace("Probed", "Other");
    let conflicts = console.refused("--subresource=status", &other);
    assert!(
        conflicts.starts_with("error: Apply failed with")
            && conflicts.contains("conflicts with \"kube-controller-manager\" with subresource \"status\" using apps/v1:")
            && conflicts.contains(".status.conditions[type=\"Available\"].status"),
        "{conflicts}"
    );
}

#[test]
fn a_scale_cannot_be_applied_as_another_kind() {
    let mut console = Console::new();
    console.applies("--server-side", &manifest("2", "nginx:1.25"));
    for (flags, refused) in [
        (
            "--server-side --subresource=scale",
            "Error from server (BadRequest): Incorrect version specified in apply patch. Specified patch version: apps/v1, \
             expected: autoscaling/v1\n",
        ),
        (
            "--server-side --subresource=foo",
            "Error from server (NotFound): the server could not find the requested resource\n",
        ),
        (
            "--subresource=status",
            "error: --subresource can only be specified for --server-side\n",
        ),
    ] {
        let output = console.run(&format!("apply {flags} -f -"), &manifest("3", "nginx:1.25"));
        assert_eq!((output.exit, &*output.stderr), (1, refused), "{flags}");
    }
    assert_eq!(console.replicas(), "2");
}
