//! What kubectl says differently in 1.37, line by line beside 1.36.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::run;
use kubestep::versions::Version;

const SEE_RUN: &str = "See 'kubectl run -h' for help and examples";
const EXEC: &str = "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n\
     See 'kubectl exec -h' for help and examples\n";

/// What a line prints, both streams, with a pod `a` and a Deployment `web` in the cluster.
fn said(version: Version, line: &str) -> String {
    let mut engine = Engine::new(Config {
        features: version.into(),
        ..Config::default()
    });
    for line in [
        "run a --image=nginx:1.25 --port=80",
        "create deployment web --image=nginx:1.25",
    ] {
        let output = run(&mut engine, line, None);
        assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    }
    engine.settle(10_000);
    run(&mut engine, line, None).in_order().concat()
}

fn check(rows: &[(&str, String, String)]) {
    for (line, old, new) in rows {
        assert_ne!(old, new, "{line} is the same in both");
        assert_eq!(&said(Version::V1_36, line), old, "1.36: {line}");
        assert_eq!(&said(Version::V1_37, line), new, "1.37: {line}");
    }
}

fn row<'l>(line: &'l str, old: &str, new: &str) -> (&'l str, String, String) {
    (line, format!("{old}\n"), format!("{new}\n"))
}

#[test]
fn run_words_its_complaints_without_the_help() {
    let usage = |line: &'static str, text: &str| {
        let text = format!("error: {text}");
        row(line, &format!("{text}\n{SEE_RUN}"), &text)
    };
    check(&[
        usage("run --image=nginx", "NAME is required for run"),
        usage(
            "run b --image=nginx -t",
            "-i/--stdin is required for containers with -t/--tty=true",
        ),
        usage(
            "run b --image=nginx --rm",
            "--rm should only be used for attached containers",
        ),
        usage(
            "run b --image=nginx -i --dry-run=client",
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
        ),
    ]);
}

#[test]
fn run_names_the_values_that_there_are() {
    check(&[
        row(
            "run b --image=nginx --restart=x",
            &format!("error: invalid restart policy: x\n{SEE_RUN}"),
            "error: invalid restart policy: x, valid values are: Always, OnFailure, Never",
        ),
        row(
            "run b --image=nginx --image-pull-policy=x",
            &format!("error: invalid image pull policy: x\n{SEE_RUN}"),
            "error: invalid image pull policy: x, valid values are: Always, IfNotPresent, Never",
        ),
        row(
            "run b --image=NGINX",
            "error: Invalid image name \"NGINX\": invalid reference format",
            "error: invalid image name \"NGINX\": invalid reference format",
        ),
        row(
            "run b --image=nginx --port=http",
            "error: strconv.Atoi: parsing \"http\": invalid syntax",
            "error: --port must be a number",
        ),
    ]);
}

#[test]
fn run_checks_what_it_reads_before_the_name() {
    check(&[
        row(
            "run --image=nginx --labels=a",
            &format!("error: NAME is required for run\n{SEE_RUN}"),
            "error: unexpected label spec: a",
        ),
        row(
            "run --image=nginx --env=A",
            &format!("error: NAME is required for run\n{SEE_RUN}"),
            "error: invalid env: A",
        ),
        row(
            "run b --image=NGINX --restart=x",
            "error: Invalid image name \"NGINX\": invalid reference format",
            "error: invalid restart policy: x, valid values are: Always, OnFailure, Never",
        ),
        row(
            "run b --image=nginx --labels=a --env=A",
            "error: invalid env: A",
            "error: unexpected label spec: a",
        ),
    ]);
    for version in Version::ALL {
        let same = |line: &str, text: &str| assert_eq!(said(version, line), text, "{line}");
        same("run b --image=", "error: --image is required\n");
        same(
            "run b --image=nginx --labels==x",
            "error: unexpected empty label key\n",
        );
        let line = "run b --image=nginx --labels=x=1,y= --env=A=1=2 --image-pull-policy=Never --port=80 --command \
                    --dry-run=client -o jsonpath={.metadata.labels}{.spec.containers} -- sleep 1";
        same(
            line,
            "{\"x\":\"1\",\"y\":\"\"}[{\"command\":[\"sleep\",\"1\"],\"env\":[{\"name\":\"A\",\"value\":\"1=2\"}],\
             \"image\":\"nginx\",\"imagePullPolicy\":\"Never\",\"name\":\"b\",\"ports\":[{\"containerPort\":80}],\
             \"resources\":{}}]",
        );
    }
}

#[test]
fn run_warns_of_the_file_that_it_ignores() {
    let advice =
        "has been deprecated, it is ignored by kubectl run and will be removed in a future release";
    check(&[
        row(
            "run b --image=nginx --filename=x",
            "pod/b created",
            &format!("Flag --filename {advice}\npod/b created"),
        ),
        row(
            "run b --image=nginx -f x",
            "pod/b created",
            &format!("Flag shorthand -f {advice}\nFlag --filename {advice}\npod/b created"),
        ),
    ]);
}

#[test]
fn what_was_ignored_is_refused() {
    let host = "a\n".to_owned();
    check(&[
        ("exec a more -- hostname", host, EXEC.to_owned()),
        row(
            "get pods -L app -o custom-columns=NAME:.metadata.name a",
            "NAME\na",
            "error: --label-columns option cannot be used with custom-columns=NAME:.metadata.name printer",
        ),
        row(
            "annotate --list deploy/web -o name",
            "deployment.kubernetes.io/revision=1",
            "error: --list and --output may not be specified together",
        ),
    ]);
    for version in Version::ALL {
        assert_eq!(said(version, "exec a hostname"), EXEC);
        assert_eq!(
            said(version, "label --list deploy/web -o name"),
            "error: --list and --output may not be specified together\n"
        );
        assert_eq!(said(version, "exec a -- hostname"), "a\n");
    }
}

#[test]
fn complaints_are_worded_anew() {
    check(&[
        row(
            "set resources deploy/web --limits=cpu",
            "error: Invalid argument syntax cpu, expected <resource>=<value>",
            "error: invalid argument syntax cpu, expected <resource>=<value>",
        ),
        row(
            "get nope.example.org",
            "error: the server doesn't have a resource type \"nope\"",
            "error: the server doesn't have a resource type \"nope\" in group \"example.org\"",
        ),
    ]);
    for version in Version::ALL {
        assert_eq!(
            said(version, "get nope"),
            "error: the server doesn't have a resource type \"nope\"\n"
        );
    }
}

#[test]
fn only_the_newest_default_class_is_marked() {
    let class = "{apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: example.org/p, metadata: {name: fast, \
                 annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}}";
    for (version, marked) in [
        (
            Version::V1_36,
            &["fast (default)", "standard (default)"][..],
        ),
        (Version::V1_37, &["fast (default)"]),
    ] {
        let mut engine = Engine::new(Config {
            features: version.into(),
            ..Config::default()
        });
        let names = |engine: &mut Engine| {
            let text = run(engine, "get sc --no-headers", None).stdout;
            let name = |line: &str| line.split("   ").next().unwrap_or_default().to_owned();
            let names = text.lines().map(name);
            names
                .filter(|name| name.contains("default"))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&mut engine), ["standard (default)"], "{version}");
        engine.advance(engine.now().plus_seconds(1));
        assert_eq!(run(&mut engine, "apply -f -", Some(class)).exit, 0);
        assert_eq!(names(&mut engine), marked, "{version}");
    }
}
