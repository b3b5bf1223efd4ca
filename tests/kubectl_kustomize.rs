//! Kustomizations: what kustomize makes of files, and `-k` in the console. The expected objects are written by hand from
//! kustomize's documentation and source.

#[path = "common/kustomize.rs"]
mod files;

use files::{SETTINGS, WEB};
use kubestep::engine::{Config, Engine, Run};
use kubestep::kubectl::{CommandInput, Terminal, run_in};
use kubestep::manifests::kustomize::build;
use proptest::prelude::*;

/// Files by name and content.
type Files<'f> = &'f [(&'f str, &'f str)];

const BASE: &str = "\
resources: [web.yaml, settings.yaml]
labels:
- pairs: {app: web}
  includeSelectors: true
";
const PROD: &str = "\
resources: [../base]
namePrefix: prod-
images: [{name: nginx, newName: registry.example/nginx, newTag: '1.27'}]
replicas: [{name: web, count: 3}]
patches:
- path: proxy.yaml
";
const PROXY: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: proxy, image: envoy:1}]}}}
";
const OVERLAY: Files<'_> = &[
    ("base/web.yaml", WEB),
    ("base/settings.yaml", SETTINGS),
    ("base/kustomization.yaml", BASE),
    ("prod/kustomization.yaml", PROD),
    ("prod/proxy.yaml", PROXY),
];

const BUILT: &str = "\
apiVersion: v1
data:
  GREETING: hello
kind: ConfigMap
metadata:
  labels:
    app: web
  name: prod-settings
---
apiVersion: v1
kind: Service
metadata:
  labels:
    app: web
  name: prod-web
spec:
  ports:
  - port: 80
  selector:
    app: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: prod-web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: envoy:1
        name: proxy
      - envFrom:
        - configMapRef:
            name: prod-settings
        image: registry.example/nginx:1.27
        name: nginx
";

fn owned(files: Files<'_>) -> Vec<(String, String)> {
    let owned = files.iter();
    owned
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

/// A console beside a cluster.
struct Console(Engine, Terminal);

impl Console {
    fn with(files: Files<'_>) -> Self {
        let mut console = Self(Engine::new(Config::default()), Terminal::default());
        for (name, text) in files {
            let text = text.trim_end();
            assert_eq!(
                console.run(&format!("cat > {name} <<'EOF'\n{text}\nEOF\n")),
                ""
            );
        }
        console
    }

    /// Standard output and error.
    fn run(&mut self, line: &str) -> String {
        let output = run_in(&mut self.0, line, CommandInput::default(), &self.1);
        output.stdout + &output.stderr
    }
}

#[test]
fn an_overlay_is_built_and_rolled_out() {
    let mut console = Console::with(OVERLAY);
    assert_eq!(console.run("kubectl kustomize prod"), BUILT);
    assert_eq!(console.run("kubectl kustomize ./prod/"), BUILT);
    assert_eq!(
        console.run("kubectl apply -k prod"),
        "configmap/prod-settings created\nservice/prod-web created\ndeployment.apps/prod-web created\n"
    );
    assert_eq!(console.0.settle(10_000), Run::Settled);
    assert_eq!(
        console.run("kubectl get deploy prod-web -o jsonpath='{.status.readyReplicas}'"),
        "3"
    );
    assert_eq!(console.run("kubectl diff -k prod"), "");
    assert_eq!(
        console.run("kubectl get -k prod -o name"),
        "configmap/prod-settings\nservice/prod-web\ndeployment.apps/prod-web\n"
    );
    assert_eq!(
        console.run("kubectl kustomize prod | kubectl apply -f -"),
        "configmap/prod-settings unchanged\nservice/prod-web unchanged\ndeployment.apps/prod-web unchanged\n"
    );
    assert_eq!(
        console.run("kubectl replace -k prod"),
        "configmap/prod-settings replaced\nservice/prod-web replaced\ndeployment.apps/prod-web replaced\n"
    );
    console.run("kubectl delete -k prod --wait=false");
    assert_eq!(console.0.settle(10_000), Run::Settled);
    assert_eq!(
        console.run("kubectl get deploy,svc,cm -l app=web -o name"),
        ""
    );
    assert_eq!(
        console.run("kubectl create -k prod"),
        "configmap/prod-settings created\nservice/prod-web created\ndeployment.apps/prod-web created\n"
    );
}

#[test]
fn only_what_is_read_is_kept_for_repeating() {
    let built = build(&owned(OVERLAY), "base");
    assert_eq!(
        built.read,
        [
            "base/kustomization.yaml",
            "base/settings.yaml",
            "base/web.yaml"
        ]
    );
}

#[test]
fn what_is_not_simulated_is_refused_by_name_before_anything_is_done() {
    for (field, value) in [
        ("buildMetadata", "[managedByLabel]"),
        ("components", "[../c]"),
        ("configMapGenerator", "[{name: c}]"),
        ("configurations", "[c.yaml]"),
        ("crds", "[c.yaml]"),
        ("generatorOptions", "{disableNameSuffixHash: true}"),
        ("generators", "[g.yaml]"),
        ("helmChartInflationGenerator", "[{chartName: c}]"),
        ("helmCharts", "[{name: c}]"),
        ("helmGlobals", "{chartHome: charts}"),
        ("openapi", "{path: schema.json}"),
        ("replacements", "[{path: r.yaml}]"),
        ("secretGenerator", "[{name: s}]"),
        ("transformers", "[t.yaml]"),
        ("validators", "[v.yaml]"),
        ("vars", "[{name: V}]"),
    ] {
        let kustomization = format!("resources: [a.yaml]\n{field}: {value}\n");
        let files = [
            ("app/kustomization.yaml", kustomization.as_str()),
            ("app/a.yaml", SETTINGS),
        ];
        let mut console = Console::with(&files);
        let refused = format!("error: not simulated: {field} of a kustomization\n");
        assert_eq!(console.run("kubectl apply -k app"), refused);
        assert_eq!(
            console.run("kubectl get cm settings"),
            "Error from server (NotFound): configmaps \"settings\" not found\n"
        );
    }
}

#[test]
fn flags_exclude_each_other_and_deprecated_fields_are_warned_about() {
    let files = [
        (
            "kustomization.yaml",
            "resources: [a.yaml]\ncommonLabels: {team: a}",
        ),
        ("a.yaml", SETTINGS),
    ];
    let mut console = Console::with(&files);
    assert_eq!(
        console.run("kubectl apply -k . -f a.yaml"),
        "error: only one of -f or -k can be specified\n"
    );
    assert_eq!(
        console.run("kubectl apply -k . -R"),
        "error: the -k flag can't be used with -f or -R\n"
    );
    assert_eq!(
        console.run("kubectl kustomize a b"),
        "error: specify one path to kustomization.yaml\n"
    );
    assert_eq!(
        console.run("kubectl apply -k ."),
        "configmap/settings created\n# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit \
         fix' to update your Kustomization automatically.\n"
    );
    assert_eq!(
        Console::with(&[("a/b.yaml", SETTINGS)]).run("kubectl apply -k a"),
        "error: unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory 'a'\n"
    );
    let help = console.run("kubectl apply --help");
    assert!(help.contains("    -k, --kustomize=\n"), "{help}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Neither a kustomization nor a resource nor a directory makes it panic.
    #[test]
    fn no_text_panics(
        start in 0_usize..400,
        removed in 0_usize..60,
        added in "[\\[\\]{}:,'a-z/.$ \\n-]{0,12}",
        file in 0_usize..5,
        directory in "[a-z./]{0,6}",
    ) {
        let mut files = owned(OVERLAY);
        let text: Vec<char> = files[file].1.chars().collect();
        let start = start.min(text.len());
        let end = (start + removed).min(text.len());
        let kept = |part: &[char]| part.iter().collect::<String>();
        files[file].1 = kept(&text[..start]) + &added + &kept(&text[end..]);
        let overlay = build(&files, "prod");
        prop_assert!(overlay.objects.is_err() || overlay.read.len() > 1);
        let any = build(&files, &directory);
        prop_assert!(any.objects.is_ok() || any.objects.is_err_and(|failure| !failure.to_string().is_empty()));
    }
}
