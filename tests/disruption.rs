//! PodDisruptionBudgets: their status, evictions, and `kubectl drain`, which waits for them.

use kubestep::engine::{Actor, Config, Engine, StepKind};
use kubestep::kubectl::{self, Output};
use kubestep::texts::Language;

const MANY: usize = 20_000;

/// A settled cluster with a Deployment of three pods on three nodes.
fn cluster() -> Engine {
    let mut engine = Engine::new(Config::default());
    say(
        &mut engine,
        "create deployment web --image=nginx:1.25 --replicas=3",
    );
    engine.settle(MANY);
    engine
}

fn run(engine: &mut Engine, line: &str) -> Output {
    kubectl::run(engine, line, None)
}

/// The output of a successful command.
fn say(engine: &mut Engine, line: &str) -> String {
    let output = run(engine, line);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output.stdout
}

/// Applies a budget for the pods with the label `app: web`.
fn budget(engine: &mut Engine, name: &str, spec: &str) {
    let text = format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\n\
         spec: {{selector: {{matchLabels: {{app: web}}}}, {spec}}}\n"
    );
    let output = kubectl::run(engine, "kubectl apply -f -", Some(&text));
    assert_eq!(output.exit, 0, "{}", output.stderr);
    engine.settle(MANY);
}

/// Current, desired and expected pods, and allowed disruptions.
fn status(engine: &mut Engine, name: &str) -> String {
    let path = "{.status.currentHealthy} {.status.desiredHealthy} {.status.expectedPods} {.status.disruptionsAllowed}";
    say(engine, &format!("get pdb {name} -o 'jsonpath={path}'"))
}

/// The reasons of the user's last step.
fn reasons(engine: &Engine) -> Vec<String> {
    let mut steps = engine.steps().iter().rev();
    let last = steps.find(|step| matches!(step.action, StepKind::User(_)));
    let decisions = last.expect("a step of the user").decisions.iter();
    decisions
        .map(|made| made.sentence(Language::English))
        .collect()
}

/// The name of the pod on a node.
fn pod_on(engine: &mut Engine, node: &str) -> String {
    let line = format!(
        "get pods --field-selector spec.nodeName={node} -o jsonpath={{.items[0].metadata.name}}"
    );
    say(engine, &line)
}

#[test]
fn numbers_and_percentages_are_counted_as_upstream_does() {
    let mut engine = cluster();
    say(&mut engine, "scale deploy web --replicas=7");
    engine.settle(MANY);
    for (spec, wanted) in [
        ("minAvailable: 5", "7 5 7 2"),
        ("minAvailable: 9", "7 9 7 0"),
        // Percentages are rounded up: half of seven are four.
        ("minAvailable: 50%", "7 4 7 3"),
        ("maxUnavailable: 50%", "7 3 7 4"),
        ("maxUnavailable: 1", "7 6 7 1"),
        ("maxUnavailable: 20", "7 0 7 7"),
        ("minAvailable: 0", "7 0 7 7"),
    ] {
        say(&mut engine, "delete pdb web --ignore-not-found");
        budget(&mut engine, "web", spec);
        assert_eq!(status(&mut engine, "web"), wanted, "{spec}");
    }
}

#[test]
fn the_status_has_kubernetes_fields_and_condition() {
    let mut engine = cluster();
    budget(&mut engine, "web", "minAvailable: 2");
    let text = say(&mut engine, "get pdb web -o yaml");
    let (_, status) = text.split_once("\nstatus:\n").expect("a status");
    let status = status.replace(char::is_numeric, "0");
    assert_eq!(
        status,
        "  conditions:\n  - lastTransitionTime: \"0000-00-00T00:00:00Z\"\n    message: \"\"\n    observedGeneration: 0\n    \
         reason: SufficientPods\n    status: \"True\"\n    type: DisruptionAllowed\n  currentHealthy: 0\n  desiredHealthy: \
         0\n  disruptionsAllowed: 0\n  expectedPods: 0\n  observedGeneration: 0\n"
    );
    let table = say(&mut engine, "get pdb");
    assert!(
        table
            .lines()
            .nth(1)
            .is_some_and(|row| row.split_whitespace().take(4).eq(["web", "2", "N/A", "1"])),
        "{table}"
    );
    let described = say(&mut engine, "describe pdb web");
    let wanted = "Allowed disruptions:  1\n    Current:              3\n    Desired:              2\n    Total:                3";
    assert!(described.contains(wanted), "{described}");
    say(
        &mut engine,
        "patch pdb web -p '{\"spec\":{\"minAvailable\":3}}'",
    );
    engine.settle(MANY);
    let reason = say(
        &mut engine,
        "get pdb web -o jsonpath={.status.conditions[0].reason}",
    );
    assert_eq!(reason, "InsufficientPods");
}

#[test]
fn the_expected_number_comes_from_the_workloads() {
    let mut engine = cluster();
    budget(&mut engine, "web", "maxUnavailable: 25%");
    // A quarter of three is rounded up to one.
    assert_eq!(status(&mut engine, "web"), "3 2 3 1");
    // Pods without a controller are healthy, but not expected.
    say(
        &mut engine,
        "run bare --image=nginx:1.25 --labels=app=web,own=yes",
    );
    engine.settle(MANY);
    assert_eq!(status(&mut engine, "web"), "4 2 3 2");
}

/// `pkg/controller/disruption/disruption.go`, getPodReplicaSet and getPodDeployment: during a rollout the ReplicaSets have more
/// pods than the Deployment wants.
#[test]
fn the_deployment_of_several_replica_sets_says_how_many_pods_are_expected() {
    let mut engine = cluster();
    budget(&mut engine, "web", "maxUnavailable: 34%");
    say(&mut engine, "set image deployment/web nginx=nginx:1.91");
    engine.settle(MANY);
    let sizes = say(&mut engine, "get rs -o jsonpath={.items[*].spec.replicas}");
    assert_eq!(sizes.len(), 3, "two ReplicaSets with pods: {sizes}");
    // Two of three, not of the four that the ReplicaSets have together: that would be half of six with 34 % of it.
    assert_eq!(status(&mut engine, "web"), "3 1 3 2");
}

#[test]
fn pods_without_a_controller_are_reported() {
    let mut engine = Engine::new(Config::default());
    say(&mut engine, "run bare --image=nginx:1.25 --labels=app=web");
    budget(&mut engine, "web", "maxUnavailable: 1");
    assert_eq!(status(&mut engine, "web"), "1 0 0 0");
    let events = say(
        &mut engine,
        "get events --field-selector reason=UnmanagedPods -o jsonpath={.items[0].message}",
    );
    let selector = "(selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},})";
    assert!(events.contains(selector), "{events}");
    // With a number, they count like all others.
    say(&mut engine, "delete pdb web");
    budget(&mut engine, "web", "minAvailable: 1");
    assert_eq!(status(&mut engine, "web"), "1 1 1 0");
}

#[test]
fn a_budget_without_pods_allows_nothing_and_says_so() {
    let mut engine = Engine::new(Config::default());
    budget(&mut engine, "web", "maxUnavailable: 1");
    assert_eq!(status(&mut engine, "web"), "0 0 0 0");
    let events = say(&mut engine, "get events --field-selector reason=NoPods");
    assert!(events.contains("No matching pods found"), "{events}");
}

#[test]
fn an_owner_that_cannot_be_scaled_forbids_disruptions() {
    let mut engine = Engine::new(Config::default());
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\n  labels: {app: web}\n  ownerReferences:\n  - {apiVersion: batch/v1, \
                kind: Job, name: once, uid: 00000000-0000-0000-0000-000000000001, controller: true}\nspec: {containers: [{name: web, \
                image: nginx}]}\n";
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec: {template: {spec: {restartPolicy: Never, containers: \
               [{name: web, image: nginx}]}}}\n";
    kubectl::run(&mut engine, "kubectl apply -f -", Some(job));
    let uid = say(&mut engine, "get job once -o jsonpath={.metadata.uid}");
    let text = text.replace("00000000-0000-0000-0000-000000000001", &uid);
    let output = kubectl::run(&mut engine, "kubectl apply -f -", Some(&text));
    assert_eq!(output.exit, 0, "{}", output.stderr);
    budget(&mut engine, "web", "maxUnavailable: 1");
    let condition = say(
        &mut engine,
        "get pdb web -o 'jsonpath={.status.conditions[0].reason}: {.status.conditions[0].message}'",
    );
    assert_eq!(
        condition,
        "SyncFailed: jobs.batch does not implement the scale subresource"
    );
}

#[test]
fn a_drain_against_a_budget_that_blocks_waits_and_says_why() {
    let mut engine = cluster();
    budget(&mut engine, "web", "minAvailable: 3");
    let pod = pod_on(&mut engine, "node-1");
    let output = run(&mut engine, "drain node-1");
    let refusal = format!(
        "error when evicting pods/\"{pod}\" -n \"default\" (will retry after 5s): Cannot evict pod as it would violate the \
         pod's disruption budget.\n"
    );
    // The node controller's taint is a change after which the second attempt might have succeeded.
    let evicting = format!("evicting pod default/{pod}\n").repeat(2);
    assert_eq!(output.stdout, format!("node/node-1 cordoned\n{evicting}"));
    let refusals = refusal.repeat(2);
    assert_eq!(
        output.stderr,
        format!("{refusals}error: this would wait for ever: nothing more happens by itself\n")
    );
    assert_eq!(
        reasons(&engine),
        [format!(
            "Pod {pod} may not be evicted: PodDisruptionBudget web needs 3 healthy pods and has 3."
        )]
    );
    // A retry that changes nothing is not a step.
    assert!(say(&mut engine, "get pods").contains(&pod));
}

#[test]
fn refused_evictions_are_tried_again_every_five_seconds_until_the_timeout() {
    let mut engine = cluster();
    budget(&mut engine, "web", "minAvailable: 3");
    let pod = pod_on(&mut engine, "node-1");
    let began = engine.now();
    let output = run(&mut engine, "drain node-1 --timeout=12s");
    let line = format!("evicting pod default/{pod}\n");
    // At 0, 5 and 10 seconds; at 15 the timeout is noticed.
    assert_eq!(
        output.stdout,
        format!("node/node-1 cordoned\n{}", line.repeat(4))
    );
    assert_eq!(engine.now().since(began), 15_000);
    let refusals = output.stderr.matches("(will retry after 5s)").count();
    assert_eq!(refusals, 3, "{}", output.stderr);
    let late =
        format!("error when evicting pods/\"{pod}\" -n \"default\": global timeout reached: 12s");
    let end = format!(
        "There are pending pods in node \"node-1\" when an error occurred: {late}\npod/{pod}\nerror: unable to drain node \
         \"node-1\" due to error: {late}, continuing command...\nThere are pending nodes to be drained:\n node-1\n{late}\n"
    );
    assert!(output.stderr.ends_with(&end), "{}", output.stderr);
    assert_eq!(output.exit, 1);
}

#[test]
fn a_budget_that_lets_one_pod_go_at_a_time_drains_a_node_pod_by_pod() {
    let mut engine = Engine::new(Config::default());
    say(&mut engine, "cordon node-2");
    say(&mut engine, "cordon node-3");
    say(
        &mut engine,
        "create deployment web --image=nginx:1.25 --replicas=3",
    );
    engine.settle(MANY);
    say(&mut engine, "uncordon node-2");
    budget(&mut engine, "web", "maxUnavailable: 1");
    let output = run(&mut engine, "drain node-1");
    assert_eq!(output.exit, 0, "{}", output.stderr);
    let lines: Vec<&str> = output.stdout.lines().collect();
    let count = |word: &str| lines.iter().filter(|line| line.contains(word)).count();
    assert_eq!(count(" evicted"), 3, "{}", output.stdout);
    assert!(count("evicting pod") > 3, "{}", output.stdout);
    assert_eq!(lines.last(), Some(&"node/node-1 drained"));
    // At no step there were fewer than two ready pods.
    let least = least_ready(&engine);
    assert_eq!(least, 2);
    let told: Vec<String> = user_reasons(&engine);
    let says = |words: &str| told.iter().any(|line| line.contains(words));
    assert!(
        says("PodDisruptionBudget web allows 1 disruption, and 0 after this one."),
        "{told:#?}"
    );
    assert!(
        says("may not be evicted: PodDisruptionBudget web needs 2 healthy pods and has 3."),
        "{told:#?}"
    );
}

/// All reasons of the user's steps.
fn user_reasons(engine: &Engine) -> Vec<String> {
    let steps = engine.steps().iter();
    let steps = steps.filter(|step| matches!(step.action, StepKind::User(_)));
    let decisions = steps.flat_map(|step| &step.decisions);
    decisions
        .map(|made| made.sentence(Language::English))
        .collect()
}

/// The least number of ready pods after all three were ready for the first time.
fn least_ready(engine: &Engine) -> usize {
    let mut engine = engine.clone();
    let end = engine.cursor();
    let mut least = usize::MAX;
    for at in 0..=end {
        engine.jump(at);
        let pods = engine
            .store()
            .list(kubestep::api::kind::Kind::Pod, None)
            .filter(|object| match object {
                kubestep::api::object::Object::Pod(pod) => {
                    pod.is_ready() && !pod.metadata.is_terminating()
                }
                _ => false,
            })
            .count();
        if pods == 3 || least < usize::MAX {
            least = least.min(pods);
        }
    }
    least
}

#[test]
fn several_budgets_for_a_pod_are_an_error() {
    let mut engine = cluster();
    budget(&mut engine, "a", "maxUnavailable: 1");
    budget(&mut engine, "b", "maxUnavailable: 1");
    let pod = pod_on(&mut engine, "node-1");
    let output = run(&mut engine, "drain node-1");
    let why = format!(
        "error when evicting pods/\"{pod}\" -n \"default\": This pod has more than one PodDisruptionBudget, which the eviction \
         subresource does not support."
    );
    assert_eq!(output.exit, 1);
    assert!(
        output.stderr.starts_with(&format!(
            "There are pending pods in node \"node-1\" when an error occurred: {why}\npod/{pod}\nerror: unable to drain node"
        )),
        "{}",
        output.stderr
    );
    assert_eq!(
        reasons(&engine),
        [format!(
            "Pod {pod} cannot be evicted: several PodDisruptionBudgets select it (a, b), which the API does not support."
        )]
    );
}

#[test]
fn pods_that_are_not_running_are_not_protected() {
    let mut engine = Engine::new(Config::default());
    say(
        &mut engine,
        "create deployment web --image=broken:1 --replicas=3",
    );
    say(&mut engine, "sim image broken:1 --outcome=missing");
    engine.settle(MANY);
    budget(&mut engine, "web", "minAvailable: 3");
    assert_eq!(status(&mut engine, "web"), "0 3 3 0");
    let output = run(&mut engine, "drain node-1");
    assert_eq!(output.exit, 0, "{}", output.stderr);
    let told = user_reasons(&engine).join("\n");
    let ignored =
        "PodDisruptionBudgets do not protect pods that are pending, finished or terminating.";
    assert!(told.contains(ignored), "{told}");
}

#[test]
fn pods_that_are_not_ready_follow_the_policy_for_unhealthy_pods() {
    let drained = |spec: &str| {
        let mut engine = cluster();
        let pod = pod_on(&mut engine, "node-1");
        say(&mut engine, &format!("sim unready {pod}"));
        budget(&mut engine, "web", spec);
        let output = run(&mut engine, "drain node-1 --timeout=1s");
        (output.exit, user_reasons(&engine).pop().unwrap_or_default())
    };
    let (exit, why) = drained("minAvailable: 2");
    assert!(
        exit == 0 && why.contains("has all the healthy pods it needs without it"),
        "{why}"
    );
    let (exit, why) = drained("minAvailable: 3");
    assert!(
        exit == 1 && why.contains("needs 3 healthy pods and has 2"),
        "{why}"
    );
    let (exit, why) = drained("minAvailable: 3, unhealthyPodEvictionPolicy: AlwaysAllow");
    assert!(exit == 0 && why.contains("(AlwaysAllow)"), "{why}");
}

#[test]
fn a_dry_run_asks_the_budget_and_uses_none_of_it() {
    let mut engine = cluster();
    budget(&mut engine, "web", "maxUnavailable: 1");
    let before = engine.cursor();
    let pod = pod_on(&mut engine, "node-1");
    let output = say(&mut engine, "drain node-1 --dry-run=server");
    assert_eq!(
        output,
        format!(
            "node/node-1 cordoned (server dry run)\nevicting pod default/{pod} (server dry run)\nnode/node-1 drained (server dry \
             run)\n"
        )
    );
    assert_eq!(engine.cursor(), before);
    assert_eq!(status(&mut engine, "web"), "3 2 3 1");
    // Deletions do not ask.
    say(
        &mut engine,
        "patch pdb web -p '{\"spec\":{\"maxUnavailable\":0}}'",
    );
    engine.settle(MANY);
    let output = run(&mut engine, "drain node-1 --disable-eviction");
    assert_eq!(output.exit, 0, "{}", output.stderr);
    assert!(
        output.stdout.contains(&format!("pod/{pod} deleted")),
        "{}",
        output.stdout
    );
}

#[test]
fn pods_of_daemon_sets_stay() {
    let mut engine = Engine::new(Config::default());
    let set = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec: {selector: {matchLabels: {app: agent}}, template: \
               {metadata: {labels: {app: agent}}, spec: {containers: [{name: a, image: nginx}]}}}\n";
    kubectl::run(&mut engine, "kubectl apply -f -", Some(set));
    let uid = say(&mut engine, "get ds agent -o jsonpath={.metadata.uid}");
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: agent-1\n  ownerReferences: [{{apiVersion: apps/v1, kind: DaemonSet, name: \
         agent, uid: {uid}, controller: true}}]\nspec: {{nodeName: node-1, containers: [{{name: a, image: nginx}}]}}\n"
    );
    let output = kubectl::run(&mut engine, "kubectl apply -f -", Some(&pod));
    assert_eq!(output.exit, 0, "{}", output.stderr);
    engine.settle(MANY);
    let refused = run(&mut engine, "drain node-1");
    let why =
        "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/agent-1";
    assert!(refused.stderr.contains(why), "{}", refused.stderr);
    let ignored = run(&mut engine, "drain node-1 --ignore-daemonsets");
    assert_eq!(
        (ignored.exit, ignored.stderr.as_str()),
        (
            0,
            "Warning: ignoring DaemonSet-managed Pods: default/agent-1\n"
        )
    );
}

#[test]
fn budgets_are_created_by_command() {
    let mut engine = cluster();
    let made = say(
        &mut engine,
        "create pdb web --selector=app=web --min-available=50%",
    );
    assert_eq!(made, "poddisruptionbudget.policy/web created\n");
    engine.settle(MANY);
    assert_eq!(status(&mut engine, "web"), "3 2 3 1");
    for (flags, why) in [
        ("", "a selector must be specified"),
        (
            "--selector=app=web",
            "one of min-available or max-unavailable must be specified",
        ),
        (
            "--selector=app=web --min-available=1 --max-unavailable=1",
            "min-available and max-unavailable cannot be both specified",
        ),
        (
            "--selector=app=web --min-available=1Gi",
            "invalid format specified for min-available",
        ),
        (
            "--selector=app=web --max-unavailable=x",
            "invalid format specified for max-unavailable",
        ),
    ] {
        let output = run(&mut engine, &format!("create pdb other {flags}"));
        assert_eq!(output.stderr, format!("error: {why}\n"));
    }
    let taken = run(
        &mut engine,
        "create pdb web --selector=app=web --min-available=1",
    );
    assert_eq!(
        taken.stderr,
        "error: failed to create poddisruptionbudgets: poddisruptionbudgets.policy \"web\" already exists\n"
    );
    let printed = say(
        &mut engine,
        "create poddisruptionbudget other --selector=app=web,tier=a --max-unavailable=1 --dry-run=client -o yaml",
    );
    assert!(printed.contains("  maxUnavailable: 1\n"), "{printed}");
}

#[test]
fn without_a_budget_the_controller_does_nothing() {
    let engine = cluster();
    let works = |action: &StepKind| matches!(action, StepKind::Work(item) if item.actor == Actor::Disruption);
    assert!(!engine.steps().iter().any(|step| works(&step.action)));
}
