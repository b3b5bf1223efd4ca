//! Random command lines: kubectl's commands never panic, and one that only reports an error has changed nothing.

#[path = "common/lines/kubectl.rs"]
mod lines;

use kubestep::engine::{Config, Engine, Run, StepKind};
use kubestep::kubectl::{CommandInput, WaitingCommand, run, run_with, start};
use lines::{RIGHT, WORDS};
use proptest::prelude::*;

const MANIFESTS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx:1.25}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: pg, image: postgres}]}
";

fn cluster() -> Engine {
    thread_local! {
        static MADE: Engine = {
            let mut engine = Engine::new(Config::default());
            let made = run(&mut engine, "apply -f -", Some(MANIFESTS));
            assert_eq!(made.exit, 0, "{}", made.stderr);
            engine.settle(10_000);
            engine
        };
    }
    MADE.with(Engine::clone)
}

fn state(engine: &Engine) -> String {
    let objects = engine.store().all();
    objects
        .map(|object| object.to_value().to_string())
        .collect()
}

/// Number of lines per test: `KUBESTEP_LINES`, or few enough for every test run.
fn count() -> ProptestConfig {
    let given = std::env::var("KUBESTEP_LINES").ok();
    ProptestConfig {
        cases: given.map_or(400, |count| count.parse().expect("a number")),
        ..ProptestConfig::default()
    }
}

/// A command that only reports an error has changed nothing. Whatever it did before the error is printed, unless
/// the user's template cannot be evaluated. What the shell does around commands is tested in `tests/shell_lines.rs`.
fn check(line: &str, stdin: Option<&str>) -> Result<(), TestCaseError> {
    let files = [("web.yaml".to_owned(), MANIFESTS.to_owned())];
    let input = CommandInput {
        stdin,
        files: &files,
    };
    let mut engine = cluster();
    let (output, _) = start(&mut engine, line, input);
    prop_assert!(output.exit >= 0 && output.exit <= 2, "{line}: {output:?}");
    let is_quiet = output.stdout.is_empty() && !line.contains(['|', '{', '>', ';', '&', '`', '$']);
    if output.exit != 0 && is_quiet {
        prop_assert!(!output.stderr.is_empty(), "{line}");
        let before = cluster();
        prop_assert_eq!(before.steps().len(), engine.steps().len(), "{}", line);
        prop_assert_eq!(before.now(), engine.now(), "{}", line);
        prop_assert_eq!(before.world(), engine.world(), "{}", line);
        prop_assert_eq!(before.kubeconfig(), engine.kubeconfig(), "{}", line);
        prop_assert!(state(&before) == state(&engine), "{}", line);
    }
    // The same line run to its end, as in a script.
    let mut engine = cluster();
    let output = run_with(&mut engine, line, input);
    let is_named = !output.stderr.is_empty()
        || line.contains(['|', '>', '!', '$', '`'])
        || line.contains("diff");
    prop_assert!(output.exit == 0 || is_named, "{line}");
    Ok(())
}

proptest! {
    #![proptest_config(count())]

    #[test]
    fn random_lines_are_answered(words in prop::collection::vec(prop::sample::select(WORDS), 0..8)) {
        check(&words.join(" "), Some(MANIFESTS))?;
    }

    #[test]
    fn spoilt_lines_are_answered(
        line in prop::sample::select(RIGHT),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), 0..4u8), 1..4),
        word in prop::sample::select(WORDS),
    ) {
        let mut letters: Vec<char> = line.chars().collect();
        for (at, letter, how) in changes {
            let at = at.index(letters.len());
            match how {
                0 => letters[at] = letter,
                1 if letters.len() > 1 => drop(letters.remove(at)),
                2 => letters.insert(at, letter),
                _ => drop(letters.splice(at..at, word.chars())),
            }
        }
        check(&letters.into_iter().collect::<String>(), None)?;
    }

    #[test]
    fn any_text_is_answered(line in "\\PC{0,60}", stdin in "\\PC{0,60}") {
        check(&line, Some(&stdin))?;
        check(&format!("apply -f - {line}"), Some(&stdin))?;
    }
}

#[test]
fn valid_lines_succeed() {
    for line in RIGHT {
        let mut engine = cluster();
        let files = [("web.yaml".to_owned(), MANIFESTS.to_owned())];
        let input = CommandInput {
            stdin: None,
            files: &files,
        };
        let output = run_with(&mut engine, line, input);
        // Without load there are no metrics; the others report what the cluster lacks.
        let expected = ["top", "run", "rollout undo", "taint", "cat", "drain"];
        if !expected.iter().any(|word| line.starts_with(word)) {
            assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
        }
    }
}

#[test]
fn a_change_is_one_step_and_a_query_is_none() {
    let mut engine = cluster();
    let steps = engine.steps().len();
    let output = run(
        &mut engine,
        "$ sudo kubectl scale deploy/web sts/db --replicas=3",
        None,
    );
    assert_eq!(
        output.stdout,
        "deployment.apps/web scaled\nstatefulset.apps/db scaled\n"
    );
    assert_eq!(engine.steps().len(), steps + 1);
    for line in [
        "get pods",
        "scale deploy/web --replicas=3",
        "scale deploy/web --replicas=5 --dry-run=server",
        "delete deploy/web --dry-run=client",
        "apply -f nope.yaml",
    ] {
        run(&mut engine, line, None);
        assert_eq!(engine.steps().len(), steps + 1, "{line}");
    }
}

#[test]
fn waiting_commands_step_the_cluster() {
    let mut engine = cluster();
    run(
        &mut engine,
        "set image deployment/web nginx=nginx:1.26",
        None,
    );
    let output = run(&mut engine, "rollout status deployment/web", None);
    assert_eq!(output.exit, 0, "{}", output.stderr);
    let first = output.stdout.lines().next();
    assert_eq!(
        first,
        Some("Waiting for deployment spec update to be observed...")
    );
    let last = output.stdout.lines().last();
    assert_eq!(last, Some("deployment \"web\" successfully rolled out"));

    let pods = run(&mut engine, "delete pods --all", None);
    assert_eq!(pods.exit, 0, "{}", pods.stderr);
    assert!(pods.stdout.lines().count() >= 3, "{}", pods.stdout);

    let output = run(&mut engine, "rollout status sts/db --timeout=10ms", None);
    assert_eq!(
        output.stderr,
        "error: timed out waiting for the condition\n"
    );
}

#[test]
fn files_are_found_by_name() {
    let mut engine = Engine::new(Config::default());
    let files = [("web.yaml".to_owned(), MANIFESTS.to_owned())];
    let input = CommandInput {
        stdin: None,
        files: &files,
    };
    let output = run_with(&mut engine, "kubectl apply -f web.yaml", input);
    assert_eq!(
        output.stdout,
        "deployment.apps/web created\nstatefulset.apps/db created\n"
    );
    let output = run_with(&mut engine, "delete -f web.yaml --cascade=orphan", input);
    assert_eq!(output.exit, 0, "{}", output.stderr);
    assert_eq!(
        run(&mut engine, "get deploy,sts", None).stderr,
        "No resources found in default namespace.\n"
    );
}

#[test]
fn waits_end_when_satisfied_or_timed_out() {
    let mut engine = cluster();
    let mut text = |line: &str| {
        let output = run(&mut engine, line, None);
        output.stdout + &output.stderr
    };
    for (line, expected) in [
        (
            "wait deploy/web --for=condition=available",
            "deployment.apps/web condition met\n",
        ),
        (
            "wait sts/db --for=jsonpath={.status.readyReplicas}=1",
            "statefulset.apps/db condition met\n",
        ),
        (
            "wait pod/db-0 --for=delete --timeout=1s",
            "error: timed out waiting for the condition on pods/db-0\n",
        ),
        (
            "wait pod -l a=b --for=condition=Ready",
            "error: no matching resources found\n",
        ),
        ("wait pod/db-0", "error: unrecognized condition: []\n"),
    ] {
        assert_eq!(text(line), expected, "{line}");
    }
}

#[test]
fn pipes_filter_output() {
    let mut engine = cluster();
    let output = run(&mut engine, "kubectl get pods | grep Running | wc -l", None);
    assert_eq!(output.stdout, "3\n");
    let steps = engine.steps().len();
    for line in [
        "delete pod --all | perl x",
        "delete pod --all | awk '{a[1] = 2}'",
        "scale deploy/web --replicas=9 & get pods",
        "scale deploy/web --replicas=9; if true; then get pods; fi",
        "scale deploy/web --replicas=9 && get pods -o json | jq 'def f: 1; f'",
        "scale deploy/web --replicas=9 && kubectl port-forward deploy/web 80",
        "for i in 1 2; do scale deploy/web --replicas=$i; get pods | sort -V; done",
        "for i in 1 2; do scale deploy/web --replicas=$i; done | xargs proxy",
        "scale deploy/web --replicas=$((1 + 1))",
    ] {
        let output = run(&mut engine, line, None);
        assert!(
            output.stderr.contains("not simulated"),
            "{line}: {}",
            output.stderr
        );
        assert_eq!((output.exit, engine.steps().len()), (1, steps), "{line}");
    }
}

/// Starts a command, and steps the cluster until the command ends or nothing moves.
fn watched(engine: &mut Engine, line: &str) -> (String, Option<WaitingCommand>) {
    let (output, waiting) = start(engine, line, CommandInput::default());
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    let mut text = output.stdout;
    let mut waiting = waiting;
    while let Some(watch) = &mut waiting {
        let poll = watch.poll(engine);
        text.push_str(&poll.text);
        if let Some(end) = poll.end {
            end.expect("the command succeeds");
            waiting = None;
        } else if engine.settle(1) == Run::Settled {
            break;
        }
    }
    (text, waiting)
}

#[test]
fn a_watch_prints_a_row_per_change() {
    let mut engine = Engine::new(Config::default());
    let (rows, waiting) = watched(&mut engine, "get pods -w -l app=db");
    assert_eq!(rows, "");
    let mut waiting = waiting.expect("a watch does not end");
    run(&mut engine, "apply -f -", Some(MANIFESTS));
    engine.settle(10_000);
    let poll = waiting.poll(&engine);
    let columns = |text: &str, skip: usize| -> Vec<String> {
        let lines = text.lines().skip(skip);
        lines
            .map(|line| {
                line.split_whitespace()
                    .take(3)
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    };
    let rows = columns(&poll.text, 0);
    assert_eq!(rows.first().map(String::as_str), Some("NAME READY STATUS"));
    // The first change after the creation is the binding, which no column shows.
    assert_eq!(rows.get(1), rows.get(2));
    assert_eq!(rows.last().map(String::as_str), Some("db-0 1/1 Running"));
    assert!(
        rows.iter().any(|row| row == "db-0 0/1 ContainerCreating"),
        "{rows:?}"
    );

    // Undone and redone changes are printed again; the header is not.
    let steps = engine.cursor();
    engine.jump(steps - 3);
    assert_eq!(waiting.poll(&engine).text, "");
    engine.jump(steps);
    let again = waiting.poll(&engine).text;
    assert!(poll.text.ends_with(&again), "{again}");

    run(&mut engine, "delete pod db-0 --wait=false", None);
    engine.settle(10_000);
    let text = waiting.poll(&engine).text;
    let rows = columns(&text, 0);
    assert_eq!(
        rows.first().map(String::as_str),
        Some("db-0 1/1 Terminating")
    );
    assert_eq!(waiting.interrupt().exit, 130);
}

#[test]
fn watches_print_event_types_and_end_when_settled() {
    let mut engine = cluster();
    let mut text = |line: &str| {
        let output = run(&mut engine, line, None);
        output.stdout + &output.stderr
    };
    let rows = text("get deploy web -w --output-watch-events --no-headers | grep ADDED");
    assert_eq!(rows, "ADDED   web   2/2   2     2     3s\n");
    for (line, error) in [
        (
            "get pods,rs -w",
            "error: you may only specify a single resource type\n",
        ),
        (
            "get pods --output-watch-events",
            "error: --output-watch-events option can only be used with --watch or --watch-only\nSee 'kubectl get -h' for \
             help and examples\n",
        ),
        (
            "get pod db-0 web -w",
            "Error from server (NotFound): pods \"web\" not found\n",
        ),
        (
            "get pods --show-labels -o yaml",
            "error: --show-labels option cannot be used with yaml printer\n",
        ),
    ] {
        assert_eq!(text(line), error, "{line}");
    }
    assert_eq!(text("get pods -l x=y -w"), "");
    assert_eq!(text("get sts db --watch-only"), "");
    assert_eq!(text("get sts db -w -o name"), "statefulset.apps/db\n");
    let yaml = text("get pods -w -o yaml");
    assert_eq!(yaml.matches("---\n").count(), 2);
}

#[test]
fn a_wait_follows_steps_and_is_undone_by_going_back() {
    let mut engine = cluster();
    run(&mut engine, "set image deploy/web nginx=nginx:1.28", None);
    let before = engine.cursor();
    let (text, waiting) = watched(&mut engine, "rollout status deploy/web | grep -c Waiting");
    assert!(waiting.is_none());
    assert!(
        text.trim().parse::<u32>().is_ok_and(|lines| lines > 3),
        "{text}"
    );
    let (_, waiting) = start(
        &mut engine,
        "wait pod/nope --for=create",
        CommandInput::default(),
    );
    let mut waiting = waiting.expect("still waiting");
    assert!(waiting.poll(&engine).end.is_none());
    engine.jump(before);
    let end = waiting.poll(&engine).end.expect("an end");
    assert!(end.is_err());
}

#[test]
fn draining_evicts_and_waits() {
    let mut engine = cluster();
    let pods = run(&mut engine, "get pods -o wide", None).stdout;
    let row = pods
        .lines()
        .find(|line| line.starts_with("web-"))
        .expect("a pod");
    let words: Vec<&str> = row.split_whitespace().collect();
    let (pod, node) = (words[0], words[6]);
    let output = run(&mut engine, &format!("drain {node}"), None);
    assert_eq!(output.exit, 0, "{}", output.stderr);
    assert_eq!(
        output.stdout.lines().next(),
        Some(&*format!("node/{node} cordoned"))
    );
    for line in [
        format!("evicting pod default/{pod}\n"),
        format!("pod/{pod} evicted\n"),
    ] {
        assert!(output.stdout.contains(&line), "{}", output.stdout);
    }
    assert!(output.stdout.ends_with(&format!("node/{node} drained\n")));
    engine.settle(10_000);
    let mut text = |line: String| {
        let output = run(&mut engine, &line, None);
        output.stdout + &output.stderr
    };
    assert!(!text("get pods -o wide".to_owned()).contains(node));
    assert_eq!(
        text(format!("cordon {node}")),
        format!("node/{node} already cordoned\n")
    );
    assert!(text(format!("get node {node}")).contains("Ready,SchedulingDisabled"));
    assert_eq!(
        text(format!("uncordon {node}")),
        format!("node/{node} uncordoned\n")
    );
    assert_eq!(
        text("cordon nope".to_owned()),
        "Error from server (NotFound): nodes \"nope\" not found\n"
    );
    assert_eq!(
        text("drain".to_owned()),
        "error: USAGE: drain NODE [flags]\nSee 'kubectl drain -h' for help and examples\n"
    );
    text("run alone --image=nginx".to_owned());
    text("wait pod/alone --for=condition=Ready".to_owned());
    let node = text("get pod alone -o jsonpath={.spec.nodeName}".to_owned());
    let why =
        "cannot delete Pods that declare no controller (use --force to override): default/alone";
    assert_eq!(
        text(format!("drain {node}")),
        format!(
            "node/{node} cordoned\nerror: unable to drain node \"{node}\" due to error: {why}, continuing command...\n\
             There are pending nodes to be drained:\n {node}\n{why}\n"
        )
    );
    let forced = text(format!("drain {node} --force --timeout=1ms"));
    assert!(
        forced.contains("Warning: deleting Pods that declare no controller: default/alone\n")
            && forced.contains("to terminate: global timeout reached: 1ms\n"),
        "{forced}"
    );
    assert_eq!(
        text("cordon nope neither".to_owned()),
        "Error from server (NotFound): nodes \"nope\" not found\n"
    );
}

#[test]
fn errors_of_draining_are_listed_in_a_summary_and_per_line() {
    let mut engine = Engine::new(Config::default());
    let mut text = |line: &str, stdin: Option<&str>| {
        let output = run(&mut engine, line, stdin);
        output.stdout + &output.stderr
    };
    let pods = "\
apiVersion: v1
kind: Pod
metadata: {name: alone}
spec: {nodeName: node-1, containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: local}
spec: {nodeName: node-1, containers: [{name: c, image: nginx}], volumes: [{name: v, emptyDir: {}}]}
";
    text("apply -f -", Some(pods));
    let unmanaged =
        "cannot delete Pods that declare no controller (use --force to override): default/alone";
    let local = "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/local";
    assert_eq!(
        text("drain node-1", None),
        format!(
            "node/node-1 cordoned\nerror: unable to drain node \"node-1\" due to error: [{unmanaged}, {local}], \
             continuing command...\nThere are pending nodes to be drained:\n node-1\n{unmanaged}\n{local}\n"
        )
    );
    text("wait pod/alone pod/local --for=condition=Ready", None);
    let late = "drain node-1 --force --delete-emptydir-data --disable-eviction --timeout=1ms";
    let told = text(late, None);
    assert!(
        told.contains("when an error occurred: global timeout reached: 1ms\n"),
        "{told}"
    );
}

/// The lines of a text except those about pods, whose order is random.
fn of_nodes(text: &str) -> Vec<&str> {
    let of_pods = |line: &&str| !line.starts_with("evicting pod") && !line.ends_with(" evicted");
    text.lines().filter(of_pods).collect()
}

#[test]
fn several_nodes_are_cordoned_first_and_drained_in_sequence() {
    let mut engine = cluster();
    let before = engine.cursor();
    let output = run(&mut engine, "drain node-1 node-2 --timeout=10m", None);
    assert_eq!((output.exit, &*output.stderr), (0, ""));
    assert_eq!(
        of_nodes(&output.stdout),
        [
            "node/node-1 cordoned",
            "node/node-2 cordoned",
            "node/node-1 drained",
            "node/node-2 drained"
        ]
    );
    assert!(output.stdout.contains("evicting pod "), "{}", output.stdout);
    let is_command = |step: &StepKind| matches!(step, StepKind::User(_));
    let commands = engine.steps()[before..].iter();
    let commands = commands.filter(|step| is_command(&step.action)).count();
    assert!((1..=2).contains(&commands), "{commands} steps of the user");
    let left = run(&mut engine, "get pods -o wide", None).stdout;
    assert!(
        !left.contains("node-1") && !left.contains("node-2"),
        "{left}"
    );

    let output = run(&mut engine, "drain -l kubernetes.io/os=none", None);
    assert_eq!(output, Default::default());
    let all = run(
        &mut engine,
        "drain -l kubernetes.io/hostname --dry-run=client",
        None,
    );
    assert_eq!(of_nodes(&all.stdout).len(), 6, "{}", all.stdout);
}

#[test]
fn a_node_that_cannot_be_drained_does_not_block_others() {
    let mut engine = Engine::new(Config::default());
    let pods: String = ["node-1", "node-2", "node-3"]
        .iter()
        .map(|node| {
            format!(
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: on-{node}, labels: {{at: {node}}}}}\n\
                 spec: {{nodeName: {node}, containers: [{{name: c, image: nginx}}]}}\n"
            )
        })
        .collect();
    assert_eq!(run(&mut engine, "apply -f -", Some(&pods)).exit, 0);
    engine.settle(10_000);
    let alone = |node: &str| {
        format!(
            "cannot delete Pods that declare no controller (use --force to override): default/on-{node}"
        )
    };
    let line = "drain node-1 node-2 node-3 --pod-selector=at!=node-2 | wc -l";
    let output = run(&mut engine, line, None);
    assert_eq!(
        output.stdout.trim(),
        "4",
        "three are cordoned and one is drained"
    );
    let continues = |node: &str| {
        format!(
            "error: unable to drain node \"{node}\" due to error: {}, continuing command...\n",
            alone(node)
        )
    };
    assert_eq!(
        output.stderr,
        format!(
            "{}{}There are pending nodes to be drained:\n node-1\n node-3\n{}\n{}\n",
            continues("node-1"),
            continues("node-3"),
            alone("node-1"),
            alone("node-3")
        )
    );

    // A timeout does not block the others either.
    run(&mut engine, "uncordon -l kubernetes.io/hostname", None);
    let output = run(
        &mut engine,
        "drain node-1 node-2 --force --timeout=1ms",
        None,
    );
    assert_eq!(output.exit, 1);
    let late = |node: &str| {
        format!(
            "error when waiting for pod \"on-{node}\" in namespace \"default\" to terminate: global timeout reached: 1ms"
        )
    };
    let node = |node: &str| {
        let late = late(node);
        format!(
            "Warning: deleting Pods that declare no controller: default/on-{node}\n\
             There are pending pods in node \"{node}\" when an error occurred: {late}\npod/on-{node}\n\
             error: unable to drain node \"{node}\" due to error: {late}, continuing command...\n"
        )
    };
    assert_eq!(
        output.stderr,
        format!(
            "{}{}There are pending nodes to be drained:\n node-1\n node-2\n{}\n{}\n",
            node("node-1"),
            node("node-2"),
            late("node-1"),
            late("node-2")
        )
    );
}

#[test]
fn taints_are_added_and_removed() {
    let mut engine = cluster();
    let mut text = |line: &str| {
        let output = run(&mut engine, line, None);
        output.stdout + &output.stderr
    };
    for (line, answer) in [
        ("taint nodes node-1 a=b:NoSchedule", "node/node-1 tainted\n"),
        (
            "taint nodes node-1 a=c:NoSchedule",
            "error: node node-1 already has a taint(s) with same effect(s) and --overwrite is false\n",
        ),
        (
            "taint nodes node-1 a=c:NoSchedule --overwrite",
            "node/node-1 modified\n",
        ),
        (
            "taint nodes node-1 a:NoSchedule-",
            "node/node-1 untainted\n",
        ),
        ("taint nodes node-1 a-", "error: taint \"a\" not found\n"),
        (
            "taint nodes node-1 a=b",
            "error: invalid taint spec: a=b, name part must consist of alphanumeric characters, '-', '_' or '.', and must \
             start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for \
             validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\nSee 'kubectl taint -h' for help and examples\n",
        ),
        (
            "taint pods x a=b:NoSchedule",
            "error: invalid resource type pods, only node types are supported\n",
        ),
        (
            "taint nodes",
            "error: at least one taint update is required\n",
        ),
    ] {
        assert_eq!(text(line), answer, "{line}");
    }
}

#[test]
fn events_have_a_command_of_their_own() {
    let mut engine = cluster();
    let mut text = |line: &str| {
        let output = run(&mut engine, line, None);
        output.stdout + &output.stderr
    };
    let events = text("events --for deployment/web");
    let mut lines = events.lines();
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("LAST SEEN")),
        "{events}"
    );
    let row = lines.next().unwrap_or_default();
    assert!(
        row.contains("ScalingReplicaSet   Deployment/web   Scaled up replica set"),
        "{events}"
    );
    assert_eq!(
        text("events --types=Warning"),
        "No events found in default namespace.\n"
    );
    assert_eq!(
        text("events --types=x"),
        "error: valid --types are Normal or Warning\n"
    );
    assert_eq!(
        text("events --for web"),
        "error: --for must be in resource/name form\n"
    );
    assert!(text("events -o yaml").contains("kind: EventList\n"));
    assert!(text("events -w --no-headers | head -1").contains("Normal"));
}
