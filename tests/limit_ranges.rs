//! LimitRanges and PriorityClasses: what they add to pods, and what they refuse.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{self, Output};

fn run(engine: &mut Engine, line: &str) -> Output {
    kubectl::run(engine, line, None)
}

fn say(engine: &mut Engine, line: &str) -> String {
    let output = run(engine, line);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output.stdout
}

/// What `kubectl apply` prints as errors.
fn apply(engine: &mut Engine, text: &str) -> String {
    let output = kubectl::run(engine, "kubectl apply -f -", Some(text));
    engine.settle(20_000);
    output.stderr
}

/// A cluster with a LimitRange.
fn limited(limits: &str) -> Engine {
    let mut engine = Engine::new(Config::default());
    let text = format!(
        "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: bounds}}\nspec: {{limits: [{limits}]}}\n"
    );
    assert_eq!(apply(&mut engine, &text), "");
    engine
}

fn pod(containers: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: one}}\nspec: {{containers: [{containers}]}}\n"
    )
}

fn container(name: &str, resources: &str) -> String {
    format!("{{name: {name}, image: nginx, resources: {{{resources}}}}}")
}

const REFUSED: &str =
    "Error from server (Forbidden): error when creating \"STDIN\": pods \"one\" is forbidden: ";

#[test]
fn containers_get_defaults_and_an_annotation() {
    let mut engine = limited(
        "{type: Container, default: {cpu: 500m, memory: 256Mi}, defaultRequest: {cpu: 100m, memory: 128Mi}}",
    );
    let containers = [
        container("bare", ""),
        container("own", "requests: {cpu: 200m}, limits: {memory: 1Gi}"),
    ];
    assert_eq!(apply(&mut engine, &pod(&containers.join(", "))), "");
    let given = say(
        &mut engine,
        "get pod one -o jsonpath={.spec.containers[*].resources}",
    );
    assert_eq!(
        given,
        r#"{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"100m","memory":"128Mi"}} {"limits":{"cpu":"500m","memory":"1Gi"},"requests":{"cpu":"200m","memory":"1Gi"}}"#
    );
    let note = say(
        &mut engine,
        r"get pod one -o 'jsonpath={.metadata.annotations.kubernetes\.io/limit-ranger}'",
    );
    assert_eq!(
        note,
        "LimitRanger plugin set: cpu, memory request for container bare; cpu, memory limit for container bare; cpu limit for \
         container own"
    );
    let class = say(&mut engine, "get pod one -o jsonpath={.status.qosClass}");
    assert_eq!(class, "Burstable");
    // The request of a template's container without a request is its limit, as in a pod that is applied.
    say(&mut engine, "create deployment web --image=nginx:1.25");
    engine.settle(20_000);
    let given = say(
        &mut engine,
        "get pods -l app=web -o jsonpath={.items[0].spec.containers[0].resources.requests}",
    );
    assert_eq!(given, r#"{"cpu":"100m","memory":"128Mi"}"#);
    let template = say(
        &mut engine,
        "get deploy web -o jsonpath={.spec.template.spec.containers[0].resources}",
    );
    assert_eq!(template, "{}");
}

#[test]
fn minima_and_maxima_of_containers_are_enforced() {
    let mut engine = limited("{type: Container, min: {cpu: 100m}, max: {cpu: 1}}");
    for (resources, why) in [
        (
            "requests: {cpu: 50m}, limits: {cpu: 500m}",
            "minimum cpu usage per Container is 100m, but request is 50m",
        ),
        (
            "requests: {cpu: 500m}, limits: {cpu: 2}",
            "maximum cpu usage per Container is 1, but limit is 2",
        ),
        (
            "requests: {cpu: 50m}, limits: {cpu: 2}",
            "[minimum cpu usage per Container is 100m, but request is 50m, maximum cpu usage per Container is 1, but limit is 2]",
        ),
    ] {
        let said = apply(&mut engine, &pod(&container("web", resources)));
        assert_eq!(said, format!("{REFUSED}{why}\n"));
    }
    // A default that comes from the maximum is enough.
    assert_eq!(apply(&mut engine, &pod(&container("web", ""))), "");
}

#[test]
fn limits_and_requests_must_be_specified_without_defaults() {
    let mut engine = limited("{type: Pod, min: {memory: 64Mi}, max: {cpu: 1}}");
    let said = apply(&mut engine, &pod(&container("web", "")));
    assert_eq!(
        said,
        format!(
            "{REFUSED}[minimum memory usage per Pod is 64Mi.  No request is specified, maximum cpu usage per Pod is 1.  No limit \
             is specified]\n"
        )
    );
    // The sum over the containers counts.
    let two = ["a", "b"].map(|name| {
        container(
            name,
            "requests: {memory: 32Mi}, limits: {cpu: 600m, memory: 64Mi}",
        )
    });
    let said = apply(&mut engine, &pod(&two.join(", ")));
    assert_eq!(
        said,
        format!("{REFUSED}maximum cpu usage per Pod is 1, but limit is 1200m\n")
    );
    let said = apply(&mut engine, &pod(&two[0]));
    assert_eq!(
        said,
        format!("{REFUSED}minimum memory usage per Pod is 64Mi, but request is 32Mi\n")
    );
}

#[test]
fn the_ratio_of_limits_to_requests_is_limited() {
    let mut engine = limited("{type: Container, maxLimitRequestRatio: {cpu: 2}}");
    for (resources, why) in [
        (
            "requests: {cpu: 300m}, limits: {cpu: 1}",
            "cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333",
        ),
        (
            "requests: {cpu: 300m}",
            "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0",
        ),
        (
            "",
            "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0",
        ),
    ] {
        let said = apply(&mut engine, &pod(&container("web", resources)));
        assert_eq!(said, format!("{REFUSED}{why}\n"));
    }
    let said = apply(
        &mut engine,
        &pod(&container("web", "requests: {cpu: 500m}, limits: {cpu: 1}")),
    );
    assert_eq!(said, "");
}

#[test]
fn a_pod_with_defaults_must_still_be_valid() {
    let mut engine = limited("{type: Container, default: {cpu: 100m}}");
    let said = apply(
        &mut engine,
        &pod(&container("web", "requests: {cpu: 500m}")),
    );
    assert!(
        said.contains("spec.containers[0].resources.requests: Invalid value: \"500m\": must be less than or equal to cpu limit of 100m"),
        "{said}"
    );
}

#[test]
fn claims_have_limits_too() {
    let mut engine =
        limited("{type: PersistentVolumeClaim, min: {storage: 1Gi}, max: {storage: 2Gi}}");
    let claim = |size: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data}}\nspec: {{accessModes: [ReadWriteOnce], resources: \
             {{requests: {{storage: {size}}}}}}}\n"
        )
    };
    let refused = "Error from server (Forbidden): error when creating \"STDIN\": persistentvolumeclaims \"data\" is forbidden: ";
    assert_eq!(
        apply(&mut engine, &claim("512Mi")),
        format!(
            "{refused}minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 512Mi\n"
        )
    );
    assert_eq!(
        apply(&mut engine, &claim("3Gi")),
        format!(
            "{refused}maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi\n"
        )
    );
    assert_eq!(apply(&mut engine, &claim("2Gi")), "");
}

#[test]
fn a_rollout_fails_with_the_message_and_limits_come_before_quotas() {
    let mut engine = limited("{type: Container, max: {cpu: 1}}");
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: compute}\nspec: {hard: {pods: \"0\"}}\n";
    assert_eq!(apply(&mut engine, quota), "");
    say(&mut engine, "create deployment web --image=nginx:1.25");
    let patch = r#"{"spec":{"template":{"spec":{"containers":[{"name":"nginx","resources":{"limits":{"cpu":"2"}}}]}}}}"#;
    say(&mut engine, &format!("patch deploy web -p '{patch}'"));
    engine.settle(20_000);
    let events = say(
        &mut engine,
        "get events --field-selector reason=FailedCreate -o 'jsonpath={range .items[*]}{.message}{\"\\n\"}{end}'",
    );
    let last = events.lines().find(|line| line.contains("maximum"));
    let last = last.unwrap_or_else(|| panic!("{events}"));
    assert!(last.starts_with("Error creating: pods \"web-"), "{last}");
    assert!(
        last.ends_with("is forbidden: maximum cpu usage per Container is 1, but limit is 2"),
        "{last}"
    );
    // Within the limits, the default fulfils the quota's demands and only its number refuses.
    let said = apply(&mut engine, &pod(&container("web", "")));
    assert_eq!(
        said,
        format!(
            "{REFUSED}exceeded quota: compute, requested: pods=1, used: pods=0, limited: pods=0\n"
        )
    );
}

#[test]
fn a_class_sets_priority_and_policy() {
    let mut engine = Engine::new(Config::default());
    let class = |name: &str, rest: &str| {
        format!(
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: {name}}}\n{rest}\n"
        )
    };
    assert_eq!(
        apply(
            &mut engine,
            &class("high", "value: 1000\npreemptionPolicy: Never")
        ),
        ""
    );
    let with = |fields: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: one}}\nspec: {{{fields}, containers: [{}]}}\n",
            container("web", "")
        )
    };
    let said = apply(&mut engine, &with("priorityClassName: high"));
    assert!(
        said.starts_with("not simulated: spec.priorityClassName: Preemption is not simulated"),
        "{said}"
    );
    let path = "{.spec.priority} {.spec.preemptionPolicy} {.spec.priorityClassName}";
    let shown = |engine: &mut Engine| say(engine, &format!("get pod one -o 'jsonpath={path}'"));
    assert_eq!(shown(&mut engine), "1000 Never high");
    say(&mut engine, "delete pod one");
    engine.settle(20_000);

    let missing = apply(&mut engine, &with("priorityClassName: low"));
    assert!(
        missing.ends_with("pods \"one\" is forbidden: no PriorityClass with name low was found\n"),
        "{missing}"
    );
    let other = apply(&mut engine, &with("priorityClassName: high, priority: 5"));
    assert!(
        other.ends_with(
            "the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 1000 from \
             the given PriorityClass name\n"
        ),
        "{other}"
    );
    let alone = apply(&mut engine, &with("priority: 5"));
    assert!(
        alone.ends_with("computed 0 from the given PriorityClass name\n"),
        "{alone}"
    );
    apply(
        &mut engine,
        &with("priorityClassName: system-node-critical"),
    );
    assert_eq!(
        shown(&mut engine),
        "2000001000 PreemptLowerPriority system-node-critical"
    );
    say(&mut engine, "delete pod one");
    engine.settle(20_000);

    assert_eq!(
        apply(
            &mut engine,
            &class("usual", "value: 7\nglobalDefault: true")
        ),
        ""
    );
    let second = apply(
        &mut engine,
        &class("other", "value: 8\nglobalDefault: true"),
    );
    assert!(
        second.ends_with(
            "priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass usual is already marked as default. Only one \
             default can exist\n"
        ),
        "{second}"
    );
    apply(&mut engine, &pod(&container("web", "")));
    assert_eq!(shown(&mut engine), "7 PreemptLowerPriority usual");
}

#[test]
fn a_workload_with_an_unknown_class_gets_no_pods() {
    let mut engine = Engine::new(Config::default());
    say(&mut engine, "create deployment web --image=nginx:1.25");
    let patch = r#"{"spec":{"template":{"spec":{"priorityClassName":"nowhere"}}}}"#;
    say(&mut engine, &format!("patch deploy web -p '{patch}'"));
    engine.settle(20_000);
    let events = say(
        &mut engine,
        "get events --field-selector reason=FailedCreate",
    );
    assert!(
        events.contains("-\" is forbidden: no PriorityClass with name nowhere was found"),
        "{events}"
    );
}
