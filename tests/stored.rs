//! Kinds that are only stored: applied, listed, described, patched, deleted, exported; and custom kinds.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::{Line, apply};
use kubestep::texts::Language;

/// An object of each stored kind.
const ALL: &str = include_str!("charts/every-stored-kind.yaml");

fn engine() -> Engine {
    Engine::new(Config::default())
}

/// What a command prints, on both outputs.
fn kubectl(engine: &mut Engine, line: &str) -> String {
    kubectl_with(engine, line, None)
}

fn kubectl_with(engine: &mut Engine, line: &str, stdin: Option<&str>) -> String {
    let printed = kubectl::run(engine, line, stdin);
    printed.stdout + &printed.stderr
}

fn texts(lines: &[Line]) -> Vec<String> {
    lines
        .iter()
        .map(|line| line.text(Language::English))
        .collect()
}

/// The kinds in [`ALL`], as words of kubectl.
const WORDS: [&str; 19] = [
    "ds",
    "job",
    "cj",
    "ing",
    "ingressclass",
    "netpol",
    "pdb",
    "quota",
    "limits",
    "pc",
    "role",
    "rolebinding",
    "clusterrole",
    "clusterrolebinding",
    "mutatingwebhookconfiguration",
    "validatingwebhookconfiguration",
    "apiservice",
    "crd",
    "certs",
];

#[test]
fn every_stored_kind_is_applied_whole_and_says_so() {
    let mut engine = engine();
    let lines = texts(&apply(&mut engine, ALL).expect("a valid text"));
    assert_eq!(lines.len(), WORDS.len() + 2);
    let [stored, same] = &lines[WORDS.len()..] else {
        panic!("two notes: {lines:?}");
    };
    assert!(
        stored.starts_with("stored; nothing acts on it here: DaemonSet agent, Job once, "),
        "{stored}"
    );
    assert!(!stored.contains("CustomResourceDefinition"), "{stored}");
    assert_eq!(
        same,
        "kubectl would refuse these until their definitions, which are in the same text, are applied: Certificate web"
    );
    engine.settle(100);
    let again = texts(&apply(&mut engine, ALL).expect("a valid text"));
    assert_eq!(again.len(), WORDS.len() + 1, "the definition is known now");
    // As with kubectl, lists with defaulted fields are sent again.
    let known = [" unchanged", " configured"];
    let is_known = |line: &String| known.iter().any(|word| line.ends_with(word));
    assert!(again[..WORDS.len()].iter().all(is_known), "{again:?}");
}

#[test]
fn tables_have_kubectls_columns() {
    let mut engine = engine();
    apply(&mut engine, ALL).expect("a valid text");
    for (word, header) in [
        (
            "ds",
            "NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR            AGE",
        ),
        ("job", "NAME   STATUS    COMPLETIONS   DURATION   AGE"),
        (
            "cj",
            "NAME      SCHEDULE    TIMEZONE   SUSPEND   ACTIVE   LAST SCHEDULE   AGE",
        ),
        (
            "ing",
            "NAME   CLASS   HOSTS              ADDRESS   PORTS     AGE",
        ),
        (
            "ingressclass",
            "NAME    CONTROLLER             PARAMETERS   AGE",
        ),
        ("netpol", "NAME   POD-SELECTOR   AGE"),
        (
            "pdb",
            "NAME   MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE",
        ),
        (
            "pc",
            "NAME   VALUE   GLOBAL-DEFAULT   AGE   PREEMPTIONPOLICY",
        ),
        ("role", "NAME     CREATED AT"),
        (
            "rolebinding -o wide",
            "NAME     ROLE          AGE   USERS   GROUPS   SERVICEACCOUNTS",
        ),
        ("crd", "NAME                             CREATED AT"),
        ("cert", "NAME   READY   SECRET    AGE"),
        ("cert -o wide", "NAME   READY   SECRET    ISSUER   AGE"),
    ] {
        let table = kubectl(&mut engine, &format!("kubectl get {word}"));
        assert_eq!(table.lines().next(), Some(header), "{word}");
    }
    let all = kubectl(&mut engine, "kubectl get all");
    for name in [
        "daemonset.apps/agent",
        "job.batch/once",
        "cronjob.batch/nightly",
    ] {
        assert!(all.contains(name), "{all}");
    }
    let roles = kubectl(&mut engine, "kubectl get clusterroles");
    assert!(
        roles.ends_with("not simulated: the clusterroles of a new cluster\n"),
        "{roles}"
    );
}

#[test]
fn what_is_stored_is_described_exported_and_deleted() {
    let mut engine = engine();
    apply(&mut engine, ALL).expect("a valid text");
    for word in WORDS {
        let text = kubectl(&mut engine, &format!("kubectl describe {word}"));
        assert!(text.starts_with("Name:  "), "{word}: {text}");
        let yaml = kubectl(&mut engine, &format!("kubectl get {word} -o yaml"));
        let mut other = self::engine();
        if word == "certs" {
            apply(&mut other, &kubectl(&mut engine, "kubectl get crd -o yaml"))
                .expect("a definition");
        }
        let yaml = yaml.split("not simulated").next().expect("a text");
        let told =
            texts(&apply(&mut other, yaml).unwrap_or_else(|faults| panic!("{word}: {faults:?}")));
        assert!(told[0].ends_with(" created"), "{word}: {told:?}");
    }
    let deleted = kubectl_with(&mut engine, "kubectl delete -f -", Some(ALL));
    assert_eq!(
        deleted.matches(" deleted").count(),
        WORDS.len() - 1,
        "{deleted}"
    );
    // The definition takes its objects along.
    assert!(
        deleted.contains("certificates.certs.example.com \"web\" not found"),
        "{deleted}"
    );
    assert_eq!(
        kubectl(&mut engine, "kubectl get certificates"),
        "error: the server doesn't have a resource type \"certificates\"\n"
    );
}

#[test]
fn a_custom_resource_without_its_definition_is_refused_as_by_a_real_server() {
    let mut engine = engine();
    let text = "apiVersion: certs.example.com/v1\nkind: Certificate\nmetadata: {name: web}\n";
    assert_eq!(
        kubectl_with(&mut engine, "kubectl apply -f -", Some(text)),
        "error: resource mapping not found for name: \"web\" namespace: \"\" from \"STDIN\": no matches for kind \
         \"Certificate\" in version \"certs.example.com/v1\"\nensure CRDs are installed first\n"
    );
    // kubectl looks up the kinds of a file before it applies any of it.
    let told = kubectl_with(&mut engine, "kubectl apply -f -", Some(ALL));
    assert!(told.contains("ensure CRDs are installed first"), "{told}");
    let again = kubectl_with(&mut engine, "kubectl apply -f -", Some(ALL));
    assert!(
        again.contains("certificate.certs.example.com/web created"),
        "{again}"
    );
}

#[test]
fn custom_resources_are_patched_and_scoped_to_time() {
    let mut engine = engine();
    apply(&mut engine, ALL).expect("a valid text");
    let at = engine.cursor();
    assert!(
        kubectl(
            &mut engine,
            "kubectl patch cert web -p '{\"spec\":{\"a\":1}}'"
        )
        .starts_with("Error from server (UnsupportedMediaType): ")
    );
    assert_eq!(
        kubectl(
            &mut engine,
            "kubectl patch cert web --type=merge -p '{\"spec\":{\"secretName\":\"other\"}}'"
        ),
        "certificate.certs.example.com/web patched\n"
    );
    let seen = "kubectl get cert web -o jsonpath={.metadata.generation}/{.spec.secretName}";
    assert_eq!(kubectl(&mut engine, seen), "2/other");
    assert_eq!(
        kubectl(&mut engine, "kubectl label cert web tier=front"),
        "certificate.certs.example.com/web labeled\n"
    );
    kubectl(
        &mut engine,
        "kubectl delete crd certificates.certs.example.com",
    );
    assert!(kubectl(&mut engine, "kubectl get cert").starts_with("error: the server doesn't have"));
    engine.jump(at);
    assert_eq!(kubectl(&mut engine, seen), "1/web-tls");
    engine.jump(0);
    assert!(kubectl(&mut engine, "kubectl get cert").starts_with("error: the server doesn't have"));
}

#[test]
fn a_definition_waits_for_the_finalizers_of_its_objects() {
    let mut engine = engine();
    apply(&mut engine, ALL).expect("a valid text");
    kubectl(
        &mut engine,
        "kubectl patch cert web --type=merge -p '{\"metadata\":{\"finalizers\":[\"example.com/hold\"]}}'",
    );
    kubectl(
        &mut engine,
        "kubectl delete crd certificates.certs.example.com --wait=false",
    );
    let held = "kubectl get crd certificates.certs.example.com -o jsonpath={.metadata.finalizers}";
    assert_eq!(
        kubectl(&mut engine, held),
        "[\"customresourcecleanup.apiextensions.k8s.io\"]"
    );
    kubectl(
        &mut engine,
        "kubectl patch cert web --type=merge -p '{\"metadata\":{\"finalizers\":null}}'",
    );
    assert!(kubectl(&mut engine, held).contains("not found"));
}

#[test]
fn other_versions_of_a_definition_serve_the_same_objects() {
    let mut engine = engine();
    apply(&mut engine, ALL).expect("a valid text");
    let version = |name: &str, storage: bool| {
        format!(
            "  - {{name: {name}, served: true, storage: {storage}, schema: {{openAPIV3Schema: {{type: object}}}}}}\n"
        )
    };
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: certificates.certs.example.com}\n\
        spec:\n  group: certs.example.com\n  scope: Namespaced\n  names: {kind: Certificate, plural: certificates}\n  versions:\n";
    let text = definition.to_owned() + &version("v1", false) + &version("v2", true);
    apply(&mut engine, &text).expect("a valid text");
    let seen = "kubectl get certificates web -o jsonpath={.apiVersion}/{.spec.secretName}";
    assert_eq!(kubectl(&mut engine, seen), "certs.example.com/v2/web-tls");
    let old = "apiVersion: certs.example.com/v1\nkind: Certificate\nmetadata: {name: second}\n";
    assert_eq!(
        kubectl_with(&mut engine, "kubectl apply -f -", Some(old)),
        "certificate.certs.example.com/second created\n"
    );
    engine.settle(100);
    let names = kubectl(&mut engine, "kubectl get certificates -o name");
    assert_eq!(
        names,
        "certificate.certs.example.com/second\ncertificate.certs.example.com/web\n"
    );
}

#[test]
fn a_namespace_takes_what_is_stored_in_it_along() {
    let mut engine = engine();
    apply(&mut engine, ALL).expect("a valid text");
    kubectl(&mut engine, "kubectl create namespace shop");
    for word in ["job", "certs", "role", "quota"] {
        let yaml = kubectl(&mut engine, &format!("kubectl get {word} -o yaml"));
        let yaml = yaml.split("not simulated").next().expect("a text");
        let there = yaml.replace("namespace: default", "namespace: shop");
        apply(&mut engine, &there).unwrap_or_else(|faults| panic!("{word}: {faults:?}"));
    }
    kubectl(&mut engine, "kubectl delete namespace shop --wait=false");
    engine.settle(1000);
    for word in ["jobs", "certs", "roles", "quota", "ns"] {
        let left = kubectl(
            &mut engine,
            &format!("kubectl get {word} -A -o name --no-headers"),
        );
        assert!(!left.contains("shop"), "{word}: {left}");
    }
    assert!(kubectl(&mut engine, "kubectl get ns shop").contains("not found"));
}

#[test]
fn the_collector_follows_owners_of_custom_kinds() {
    let mut engine = engine();
    apply(&mut engine, ALL).expect("a valid text");
    let uid = kubectl(
        &mut engine,
        "kubectl get cert web -o jsonpath={.metadata.uid}",
    );
    let map = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: owned\n  ownerReferences:\n  - {{apiVersion: certs.example.com/v1, kind: Certificate, name: web, uid: {uid}}}\n"
    );
    apply(&mut engine, &map).expect("a valid text");
    engine.settle(100);
    assert!(kubectl(&mut engine, "kubectl get cm owned").contains("owned"));
    kubectl(&mut engine, "kubectl delete cert web");
    engine.settle(100);
    assert!(kubectl(&mut engine, "kubectl get cm owned").contains("not found"));
}

#[test]
fn an_autoscaler_of_the_old_version_is_converted() {
    let mut engine = engine();
    let text = "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  maxReplicas: 5\n  \
        targetCPUUtilizationPercentage: 60\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n";
    let told = texts(&apply(&mut engine, text).expect("a valid text"));
    assert_eq!(told, ["horizontalpodautoscaler.autoscaling/web created"]);
    let seen = "kubectl get hpa web -o jsonpath={.apiVersion}/{.spec.metrics[0].resource.target.averageUtilization}";
    assert_eq!(kubectl(&mut engine, seen), "autoscaling/v2/60");
    let wrong = text.replace("maxReplicas: 5", "maxReplicas: 5\n  metrics: []");
    let faults = apply(&mut engine, &wrong).expect_err("a field of v2");
    assert_eq!((faults[0].line, &*faults[0].path), (6, "spec.metrics"));
    assert_eq!(
        kubectl_with(&mut engine, "kubectl apply -f -", Some(&wrong)),
        "Error from server (BadRequest): error when creating \"STDIN\": HorizontalPodAutoscaler in version \"v1\" cannot be \
         handled as a HorizontalPodAutoscaler: strict decoding error: unknown field \"spec.metrics\"\n"
    );
}

#[test]
fn common_mistakes_have_the_servers_messages() {
    let mut engine = engine();
    for (text, message) in [
        (
            "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: x}, spec: {minAvailable: 1, maxUnavailable: 1}}",
            "minAvailable and maxUnavailable cannot be both set",
        ),
        (
            "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {template: {spec: {containers: [{name: a, image: b}]}}}}",
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
        ),
        (
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: a, port: {number: 80}}}}]}}]}}",
            "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified",
        ),
        (
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {rules: [{http: {paths: [{path: /, backend: {serviceName: a}}]}}]}}",
            "unknown field \"spec.rules[0].http.paths[0].backend.serviceName\"",
        ),
    ] {
        let told = kubectl_with(&mut engine, "kubectl apply -f -", Some(text));
        assert!(told.contains(message), "{told}");
    }
}
