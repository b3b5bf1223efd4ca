//! ResourceQuotas: what they refuse, and what they count.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::apply;

fn say(engine: &mut Engine, line: &str) -> String {
    let printed = kubectl::run(engine, line, None);
    printed.stdout + &printed.stderr
}

/// Applies a text and lets the cluster settle.
fn run(engine: &mut Engine, text: &str) {
    apply(engine, text).unwrap_or_else(|faults| panic!("{faults:?}"));
    engine.settle(20_000);
}

fn quota(hard: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: compute}}\nspec: {{hard: {hard}}}\n"
    )
}

fn web(replicas: usize, resources: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: \
         {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: web, image: \
         \"nginx:1.26\", resources: {{{resources}}}}}]}}\n"
    )
}

#[test]
fn a_quota_stalls_a_rollout_until_it_is_raised() {
    let mut engine = Engine::new(Config::default());
    run(&mut engine, &quota("{pods: \"3\"}"));
    run(&mut engine, &web(3, ""));
    assert_eq!(
        say(&mut engine, "kubectl get quota --no-headers")
            .split_whitespace()
            .collect::<Vec<_>>()[..3],
        ["compute", "pods:", "3/3"]
    );
    say(&mut engine, "kubectl set image deploy/web web=nginx:1.27");
    engine.settle(20_000);
    let refused =
        "is forbidden: exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3";
    let events = say(
        &mut engine,
        "kubectl get events --field-selector reason=FailedCreate",
    );
    assert!(events.contains(refused), "{events}");
    let status = say(
        &mut engine,
        "kubectl rollout status deploy/web --watch=false",
    );
    assert!(status.starts_with("Waiting for deployment"), "{status}");
    run(&mut engine, &quota("{pods: \"4\"}"));
    // The controller retries with its back-off.
    let end = engine.now().plus_millis(1_000_000);
    engine.run_until(end, 20_000);
    let status = say(
        &mut engine,
        "kubectl rollout status deploy/web --watch=false",
    );
    assert_eq!(status, "deployment \"web\" successfully rolled out\n");
}

#[test]
fn requests_and_limits_are_summed_and_must_be_specified() {
    let mut engine = Engine::new(Config::default());
    run(
        &mut engine,
        &quota("{requests.cpu: \"1\", limits.memory: 1Gi}"),
    );
    run(&mut engine, &web(1, "requests: {cpu: 100m}"));
    let events = say(
        &mut engine,
        "kubectl get events --field-selector reason=FailedCreate",
    );
    let missing = "is forbidden: failed quota: compute: must specify limits.memory for: web";
    assert!(events.contains(missing), "{events}");
    run(
        &mut engine,
        &web(3, "requests: {cpu: 400m}, limits: {memory: 256Mi}"),
    );
    engine.settle(20_000);
    let events = say(
        &mut engine,
        "kubectl get events --field-selector reason=FailedCreate",
    );
    let exceeded = "exceeded quota: compute, requested: requests.cpu=400m, used: requests.cpu=800m, limited: requests.cpu=1";
    assert!(events.contains(exceeded), "{events}");
    assert_eq!(
        say(&mut engine, "kubectl describe quota compute"),
        "Name:          compute\nNamespace:     default\nResource       Used   Hard\n--------       ----   ----\n\
         limits.memory  512Mi  1Gi\nrequests.cpu   800m   1\n"
    );
    say(&mut engine, "kubectl delete deploy web");
    engine.settle(20_000);
    let used = say(
        &mut engine,
        "kubectl get quota compute -o jsonpath={.status.used}",
    );
    assert_eq!(used, "{\"limits.memory\":\"0\",\"requests.cpu\":\"0\"}");
}

#[test]
fn sidecars_count_beside_the_containers_and_other_init_containers_only_if_they_need_more() {
    let mut engine = Engine::new(Config::default());
    run(&mut engine, &quota("{requests.cpu: \"1\"}"));
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  initContainers:\n  - {name: proxy, image: nginx, \
               restartPolicy: Always, resources: {requests: {cpu: 100m}}}\n  - {name: setup, image: nginx, resources: \
               {requests: {cpu: 150m}}}\n  containers:\n  - {name: web, image: nginx, resources: {requests: {cpu: 200m}}}\n";
    run(&mut engine, pod);
    let used = |engine: &mut Engine| {
        let path = "jsonpath={.status.used.requests\\.cpu}";
        say(engine, &format!("kubectl get quota compute -o '{path}'"))
    };
    // 200m and the sidecar's 100m are more than 150m beside the sidecar.
    assert_eq!(used(&mut engine), "300m");
    let pod = pod.replace("name: web}\nspec", "name: two}\nspec");
    run(&mut engine, &pod.replace("150m", "500m"));
    assert_eq!(used(&mut engine), "900m");
}

#[test]
fn objects_are_counted_by_kind() {
    let mut engine = Engine::new(Config::default());
    run(
        &mut engine,
        &quota("{configmaps: \"1\", count/deployments.apps: \"1\"}"),
    );
    say(&mut engine, "kubectl create configmap one");
    assert_eq!(
        say(&mut engine, "kubectl create configmap two"),
        "error: failed to create configmap: configmaps \"two\" is forbidden: exceeded quota: compute, requested: configmaps=1, \
         used: configmaps=1, limited: configmaps=1\n"
    );
    run(&mut engine, &web(1, ""));
    let told = say(&mut engine, "kubectl create deployment other --image=nginx");
    assert!(
        told.contains("exceeded quota: compute, requested: count/deployments.apps=1"),
        "{told}"
    );
}

#[test]
fn scopes_choose_the_pods_that_count() {
    let mut engine = Engine::new(Config::default());
    let text = quota("{pods: \"0\"}").replace("hard: {", "scopes: [BestEffort], hard: {");
    run(&mut engine, &text);
    run(&mut engine, &web(1, "requests: {cpu: 100m}"));
    let pods = say(&mut engine, "kubectl get pods");
    assert!(pods.contains("Running"), "{pods}");
    let told = say(&mut engine, "kubectl run one --image=nginx");
    assert!(
        told.contains("exceeded quota: compute, requested: pods=1, used: pods=0, limited: pods=0"),
        "{told}"
    );
}
