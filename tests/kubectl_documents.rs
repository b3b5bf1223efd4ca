//! Several documents of which some fail: what is done nevertheless, and the order of the errors
//! (`staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go`, `…/kubectl/pkg/cmd/apply/apply.go`).

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{Output, run};

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
