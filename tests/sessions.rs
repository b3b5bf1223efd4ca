//! Sessions: a log replays to the same states byte for byte, in every future, whatever was done; links and files
//! say the same; what is damaged, hostile or too large is refused quickly.
//!
//! `KUBESTEP_HISTORIES` sets the number of random stories.

#[path = "common/dump.rs"]
mod dump;

use dump::dump;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{self, CommandInput, repeat};
use kubestep::manifests;
use kubestep::scenario::{Scenario, rehearse};
use kubestep::session::{Log, PageFiles, Replay, file, link};
use kubestep::texts::Language;
use proptest::prelude::*;
use proptest::test_runner::Config as Cases;

const EXAMPLE: &str = include_str!("../src/page/example.yaml");
const MANY: usize = 20_000;

/// What a user may do.
#[derive(Debug, Clone)]
enum Act {
    Apply(usize),
    Line(usize),
    Edit(&'static str, &'static str, usize),
    Step(usize),
    Item(usize),
    Settle,
    Advance(i64),
    Jump(usize),
    TakeUp(usize),
}

const MANIFESTS: [&str; 4] = [
    EXAMPLE,
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 4, selector: {matchLabels: {app: web}}, \
     template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'nginx:1.27'}]}}}}",
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, selector: {matchLabels: {app: web}}, \
     template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'nginx:1.28'}]}}}}",
    "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: 3, serviceName: db, selector: {matchLabels: {app: db}}, \
     template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: 'redis:7'}]}}}}",
];

const LINES: [&str; 41] = [
    "kubectl create deployment web --image=nginx:1.25 --replicas=3",
    "kubectl scale deployment/web --replicas=5",
    "kubectl set image deployment/web *=nginx:1.28",
    "kubectl rollout undo deployment/web",
    "kubectl rollout status deployment/web",
    "kubectl rollout restart deployment/nginx-deployment",
    "kubectl delete pod --all --wait=false",
    "kubectl delete deployment web",
    "kubectl drain node-1 node-2 --force",
    "kubectl drain node-1 node-2 node-3 --force --timeout=3s",
    "kubectl uncordon node-1",
    "kubectl apply -f editor",
    "kubectl apply -f -",
    "cat editor | kubectl apply -f -",
    "kubectl get pods",
    "kubectl patch deployment web -p '{\"spec\":{\"replicas\":1}}'",
    "kubectl run once -i --rm --restart=Never --image=busybox -- nslookup kubernetes",
    "kubectl config set-context --current --namespace=other",
    "kubectl create namespace other",
    "kubectl autoscale deployment/web --min=2 --max=5 --cpu=50%",
    "kubectl no such command",
    "sim load deployment/web cpu=900m",
    "sim node node-4 --add --cpu=2 --memory=4Gi",
    "sim node node-2 --silent",
    "sim image nginx:1.28 --outcome=crashes",
    "sim version 1.36",
    "sim version 1.36 --again",
    "sim version 1.37 --again",
    "kubectl create pdb web --selector=app=web --min-available=2",
    "kubectl delete pdb --all",
    "kubectl replace --force -f editor",
    "kubectl apply --server-side --force-conflicts -f editor",
    "kubectl scale deployment/nginx-deployment --replicas=3",
    "sim gate MaxUnavailableStatefulSet=false",
    "sim clock 7s",
    "for i in 2 4; do kubectl scale deployment/web --replicas=$i; done",
    "kubectl get deployment web -o yaml | sed 's/nginx:1.2[0-9]/nginx:1.24/' | kubectl apply -f -",
    "kubectl get pods -o name | head -2 | xargs -n 1 kubectl delete --wait=false",
    "kubectl create deployment other --image=a --dry-run=client -o yaml > d.yaml && kubectl apply -f d.yaml",
    "N=$(kubectl get pods -o name | wc -l); kubectl scale deployment web --replicas=\"$N\" || sleep 2; sleep 1",
    "cat <<E | kubectl apply -f -\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"$(echo a)\"}\nE\n",
];

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0..MANIFESTS.len()).prop_map(Act::Apply),
        6 => (0..LINES.len()).prop_map(Act::Line),
        1 => (1_usize..9).prop_map(|number| Act::Edit("deployment/web", "replicas: ", number)),
        3 => (1_usize..40).prop_map(Act::Step),
        2 => (0_usize..6).prop_map(Act::Item),
        2 => Just(Act::Settle),
        1 => (1_i64..9_000).prop_map(Act::Advance),
        2 => (0_usize..200).prop_map(Act::Jump),
        1 => (0_usize..5).prop_map(Act::TakeUp),
    ]
}

fn perform(engine: &mut Engine, act: &Act, editor: &mut String) {
    match act {
        Act::Apply(which) => {
            *editor = MANIFESTS[*which].to_owned();
            drop(manifests::apply(engine, editor));
        }
        Act::Line(which) => {
            let files = [("editor".to_owned(), editor.clone())];
            let input = CommandInput {
                stdin: Some(editor),
                files: &files,
            };
            kubectl::run_with(engine, LINES[*which], input);
        }
        Act::Edit(object, field, number) => {
            let line = format!("kubectl edit {object} --record");
            let (_, waiting) = kubectl::start(engine, &line, CommandInput::default());
            let waiting = waiting.as_ref();
            if let Some(edit) = waiting.and_then(|waiting| waiting.edit()).cloned() {
                engine.step();
                let text = edit.yaml.replacen(field, &format!("{field}{number}"), 1);
                edit.save(engine, &text);
            }
        }
        Act::Step(count) => {
            for _ in 0..*count {
                engine.step();
            }
        }
        Act::Item(place) => {
            let number = engine.queues().ready().nth(*place).map(|item| item.number);
            number.map(|number| engine.step_item(number).is_some());
        }
        Act::Settle => drop(engine.settle(MANY)),
        Act::Advance(millis) => {
            let end = engine.now().plus_millis(*millis);
            engine.run_until(end, MANY);
        }
        Act::Jump(steps) => engine.jump(*steps),
        Act::TakeUp(future) => {
            if *future != engine.future() {
                engine.take_up(*future);
            }
        }
    }
}

/// All futures have the same states at several places.
fn compare(ours: &mut Engine, theirs: &mut Engine) {
    assert_eq!(
        (ours.futures(), ours.future(), ours.cursor()),
        (theirs.futures(), theirs.future(), theirs.cursor())
    );
    assert!(dump(ours) == dump(theirs), "the state at the end");
    for future in 0..ours.futures() {
        let total = ours.steps_of(future).len();
        assert_eq!(total, theirs.steps_of(future).len(), "future {future}");
        for (place, (one, other)) in ours
            .steps_of(future)
            .iter()
            .zip(theirs.steps_of(future))
            .enumerate()
        {
            assert_eq!(one.action, other.action, "future {future}, step {place}");
        }
        let (mut ours, mut theirs) = (ours.along(future), theirs.along(future));
        for place in [total, total / 2, total / 3] {
            ours.jump(place);
            theirs.jump(place);
            assert!(dump(&ours) == dump(&theirs), "future {future} at {place}");
        }
    }
}

fn cases() -> u32 {
    let set = std::env::var("KUBESTEP_HISTORIES");
    set.ok()
        .and_then(|set| set.parse().ok())
        .map_or(48, |count: u32| count.div_ceil(4))
}

proptest! {
    #![proptest_config(Cases { failure_persistence: None, ..Cases::with_cases(cases()) })]

    #[test]
    fn every_story_replays_to_the_same_states(seed in 0_u64..3, acts in prop::collection::vec(act(), 1..24)) {
        let mut engine = Engine::new(Config { seed, ..Config::default() });
        let mut editor = EXAMPLE.to_owned();
        for act in &acts {
            perform(&mut engine, act, &mut editor);
        }
        let log = Log::of(&engine, Some(&editor)).expect("a log");
        let by_link = link::read(&link::write(&log)).expect("a link");
        prop_assert_eq!(&by_link, &log);
        let by_file = file::read(&file::write(&log)).expect("a file");
        prop_assert_eq!(&by_file, &log);

        let mut opened = Replay::new(log.clone()).finish(repeat).expect("a replay");
        prop_assert!(opened.is_same);
        prop_assert_eq!(opened.editor.as_deref(), Some(&*editor));
        compare(&mut engine, &mut opened.engine);
        prop_assert_eq!(Log::of(&opened.engine, Some(&editor)).expect("a log"), log.clone());

        // In portions it is the same, also if the oldest history is dropped between them.
        for makes_room in [false, true] {
            let mut replay = Replay::new(log.clone());
            while !replay.go_on(7, repeat).expect("a replay") {
                if makes_room {
                    replay.make_room();
                }
            }
            let opened = replay.opened();
            prop_assert!(opened.is_same);
            prop_assert!(dump(&opened.engine) == dump(&engine));
            prop_assert_eq!(Log::of(&opened.engine, Some(&editor)).expect("a log"), log.clone());
        }
    }

    #[test]
    fn dropping_the_oldest_history_changes_no_later_state(
        acts in prop::collection::vec(act(), 1..16),
        more in prop::collection::vec(act(), 1..6),
        drops in prop::collection::vec(0_usize..400, 1..3),
    ) {
        let mut engine = Engine::new(Config::default());
        let mut editor = EXAMPLE.to_owned();
        for act in &acts {
            perform(&mut engine, act, &mut editor);
        }
        let mut whole = engine.clone();
        for steps in drops {
            engine.compact(steps);
        }
        prop_assert_eq!(Log::of(&engine, None), Log::of(&whole, None));
        prop_assert!(dump(&engine) == dump(&whole), "the present");
        let here = (engine.future(), engine.cursor());
        for future in (0..engine.futures()).filter(|future| engine.is_reachable(*future)) {
            let (mut one, mut other) = (engine.along(future), whole.along(future));
            let total = one.steps().len();
            for place in [total, one.compacted(), total / 2, 0, total] {
                one.jump(place);
                other.jump(one.cursor());
                prop_assert!(dump(&one) == dump(&other), "future {future} at {place}");
            }
        }
        prop_assert_eq!((engine.future(), engine.cursor()), here);
        // The cluster goes on in the same way. Only what returns to dropped states differs.
        let forward = |act: &&Act| !matches!(act, Act::Jump(_) | Act::TakeUp(_));
        let mut editors = (editor.clone(), editor);
        for act in more.iter().filter(forward) {
            perform(&mut engine, act, &mut editors.0);
            perform(&mut whole, act, &mut editors.1);
            prop_assert!(dump(&engine) == dump(&whole), "after {act:?}");
        }
    }
}

/// Runs a command line of a lesson as the page does: a waiting command does not step the cluster.
fn run_line(engine: &mut Engine, line: &str, editor: &str) -> Result<String, String> {
    let files = [("editor".to_owned(), editor.to_owned())];
    let input = CommandInput {
        stdin: Some(editor),
        files: &files,
    };
    let (output, _waiting) = kubectl::start(engine, line, input);
    match output.exit {
        0 => Ok(output.stdout),
        _ => Err(output.stderr),
    }
}

/// A lesson says when to go on, and a log how far it went: what was done is the same.
#[test]
fn a_lesson_or_scenario_that_was_played_is_a_session() {
    let mut count = 0;
    for folder in ["www/lessons", "www/scenarios"] {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(root.join(folder)).expect("a folder");
        for file in files.map(|file| file.expect("a file").path()) {
            if file.ends_with("index.yaml") {
                continue;
            }
            let text = std::fs::read_to_string(&file).expect("a text");
            let scenario = Scenario::parse(&text).expect("a lesson");
            let played = rehearse(&scenario, Language::English, &run_line);
            let mut engine = played.expect("it plays to its end").engine;
            let log = Log::of(&engine, None).expect("a log");
            assert!(log.actions() > 0, "{}", file.display());
            for read in [
                link::read(&link::write(&log)),
                file::read(&file::write(&log)),
            ] {
                assert_eq!(read.as_ref(), Ok(&log), "{}", file.display());
            }
            let opened = Replay::new(log).finish(repeat).expect("a replay");
            assert!(opened.is_same, "{}", file.display());
            let mut other = opened.engine;
            compare(&mut engine, &mut other);
            count += 1;
        }
    }
    assert!(count > 25, "{count} lessons and scenarios");
}

/// A session, by what was done.
fn told(acts: &[(&str, &str)]) -> (Engine, String) {
    let mut engine = Engine::new(Config::default());
    let mut editor = String::new();
    for (what, text) in acts {
        match *what {
            "apply" => {
                (*text).clone_into(&mut editor);
                manifests::apply(&mut engine, text).expect("manifests");
            }
            "run" => {
                let output = kubectl::run(&mut engine, text, None);
                assert_eq!(output.exit, 0, "{text}: {}", output.stderr);
            }
            _ => drop(engine.settle(MANY)),
        }
    }
    (engine, editor)
}

fn length(engine: &Engine, editor: &str) -> usize {
    let log = Log::of(engine, Some(editor)).expect("a log");
    let link = link::write(&log);
    assert_eq!(link::read(&link), Ok(log));
    link.len()
}

#[test]
fn links_are_short() {
    // The tutorial's rollout, applied and updated in the editor.
    let updated = EXAMPLE.replace("1.7.9", "1.16.1");
    let rollout = [("apply", EXAMPLE), ("", ""), ("apply", &updated), ("", "")];
    let (engine, editor) = told(&rollout);
    let is = length(&engine, &editor);
    assert!(is <= 150, "{is} characters for the tutorial's rollout");
    // Another Deployment than the one in the dictionary.
    let other = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: checkout\n  labels:\n    team: payments\nspec:\n  \
        replicas: 6\n  selector:\n    matchLabels:\n      app: checkout\n  template:\n    metadata:\n      labels:\n        \
        app: checkout\n    spec:\n      containers:\n        - name: server\n          image: registry.example.com/shop/checkout:4.2.1\n          \
        readinessProbe:\n            httpGet:\n              path: /health/ready\n              port: 9000\n";
    let newer = other.replace("4.2.1", "4.3.0");
    let (engine, editor) = told(&[("apply", other), ("", ""), ("apply", &newer), ("", "")]);
    let is = length(&engine, &editor);
    assert!(is <= 700, "{is} characters for a rollout");

    // A canary of 20 actions.
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: ledger\nspec:\n  serviceName: ledger\n  replicas: 8\n  \
        updateStrategy:\n    rollingUpdate:\n      partition: 8\n  selector:\n    matchLabels:\n      app: ledger\n  template:\n    \
        metadata:\n      labels:\n        app: ledger\n    spec:\n      containers:\n        - name: ledger\n          image: ledger:1.0\n";
    let mut acts = vec![("apply", set.to_owned()), ("", String::new())];
    for number in 0..9 {
        let newer = set.replace("1.0", "1.1");
        let partition = format!("partition: {}", 8 - number);
        acts.push(("apply", newer.replace("partition: 8", &partition)));
        acts.push(("", String::new()));
        acts.push((
            "run",
            format!("kubectl delete pod ledger-{}", 7 - number % 8),
        ));
        acts.push(("", String::new()));
    }
    acts.push(("run", "kubectl rollout undo statefulset/ledger".to_owned()));
    let acts: Vec<(&str, &str)> = acts.iter().map(|(what, text)| (*what, &**text)).collect();
    assert_eq!(acts.iter().filter(|(what, _)| !what.is_empty()).count(), 20);
    let (engine, editor) = told(&acts);
    let is = length(&engine, &editor);
    assert!(is <= 1_500, "{is} characters for a canary");

    // A shop of twelve Deployments with their services.
    let names = "cart catalog checkout currency email frontend payment product recommendation review shipping user";
    let shop: Vec<String> = names
        .split(' ')
        .enumerate()
        .map(|(number, name)| {
            let port = 8_000 + number * 7;
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  labels:\n    app.kubernetes.io/part-of: shop\nspec:\n  \
                 replicas: {}\n  selector:\n    matchLabels:\n      app: {name}\n  template:\n    metadata:\n      labels:\n        \
                 app: {name}\n    spec:\n      containers:\n        - name: server\n          image: registry.example.com/{name}:{number}.4.1\n          \
                 ports:\n            - containerPort: {port}\n          env:\n            - name: {}_URL\n              \
                 value: http://{name}.shop.svc:{port}\n          resources:\n            requests:\n              cpu: {}m\n---\n\
                 apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  selector:\n    app: {name}\n  ports:\n    - port: {port}\n",
                number % 4 + 1,
                name.to_uppercase(),
                number * 30 + 50,
            )
        })
        .collect();
    let shop = shop.join("---\n");
    let newer = shop.replace(".4.1", ".4.2");
    let (engine, editor) = told(&[("apply", &shop), ("", ""), ("apply", &newer), ("", "")]);
    let is = length(&engine, &editor);
    assert!(is <= 8_000, "{is} characters for a shop");
}

/// The objects of a cluster as the API serves them, as a digest.
fn digest(engine: &Engine) -> String {
    let objects = engine
        .store()
        .all()
        .map(|object| object.to_value().to_string());
    let text: Vec<String> = objects.collect();
    format!("{:x}", md5::compute(text.join("\n")))
}

/// Sessions that were saved by earlier versions, each as a link, with the digest and the step of its end. Whatever
/// changes, they must open; the digests may only change where the simulation was corrected.
#[test]
fn golden_links_open() {
    let golden = include_str!("sessions/golden.txt");
    let mut count = 0;
    for line in golden.lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&str> = line.split(' ').collect();
        let [name, step, expected, link] = *parts else {
            panic!("not a golden link: {line}");
        };
        let log = link::read(link).expect(name);
        let opened = Replay::new(log).finish(repeat).expect(name);
        assert!(opened.is_same, "{name}");
        let is = (opened.engine.cursor().to_string(), digest(&opened.engine));
        assert_eq!(is, (step.to_owned(), expected.to_owned()), "{name}");
        count += 1;
    }
    assert!(count >= 4);
}

#[test]
fn golden_files_open() {
    let golden = include_str!("sessions/golden-1.json");
    let log = file::read(golden).expect("a file");
    assert_eq!(file::write(&log), golden);
    let opened = Replay::new(log).finish(repeat).expect("a replay");
    assert!(opened.is_same);
    assert_eq!(opened.engine.futures(), 3);
}

/// Everything that a log can contain.
fn everything() -> Engine {
    let mut engine = Engine::new(Config {
        seed: 7,
        ..Config::default()
    });
    let mut editor = String::new();
    let clock = LINES.len() - 1;
    let acts = [
        Act::Apply(1),
        Act::Step(9),
        Act::Item(1),
        Act::Settle,
        Act::Edit("deployment/web", "replicas: ", 6),
        Act::Settle,
        Act::Line(11),
        Act::Line(12),
        Act::Line(clock - 1),
        Act::Line(8),
        Act::Line(clock),
        Act::Jump(12),
        Act::Line(1),
        Act::Settle,
        Act::Line(26),
    ];
    for act in &acts {
        perform(&mut engine, act, &mut editor);
    }
    engine
}

#[test]
fn everything_can_be_in_a_log() {
    let mut engine = everything();
    let log = Log::of(&engine, None).expect("a log");
    let text = file::write(&log);
    for kind in [
        "steps", "item", "clock", "apply", "run", "runWith", "edit", "drain", "again", "repeat",
    ] {
        assert!(text.contains(&format!("\"{kind}\":")), "{kind} in {text}");
    }
    let mut opened = Replay::new(log).finish(repeat).expect("a replay");
    assert!(opened.is_same);
    compare(&mut engine, &mut opened.engine);
}

/// A session in which a directory and a file of the page were applied.
fn with_files() -> (Engine, PageFiles) {
    let files = PageFiles {
        name: "web.yaml".into(),
        text: MANIFESTS[1].into(),
        others: vec![
            ("k8s/db.yaml".into(), MANIFESTS[3].into()),
            ("notes.txt".into(), "for later\n".into()),
        ],
    };
    let mut engine = Engine::new(Config::default());
    manifests::apply(&mut engine, &files.text).expect("a manifest");
    let named = files.others.iter();
    let named: Vec<(String, String)> = named
        .map(|(name, text)| (name.to_string(), text.to_string()))
        .collect();
    let input = CommandInput {
        stdin: None,
        files: &named,
    };
    kubectl::run_with(&mut engine, "kubectl apply -R -f .", input);
    engine.settle(1_000);
    engine.jump(40);
    (engine, files)
}

#[test]
fn sessions_contain_the_files_of_the_page() {
    let (mut engine, files) = with_files();
    let log = Log::of(&engine, Some(&files.text)).expect("a log");
    assert_eq!(log.editor, None, "it was applied");
    let log = log.with_files(&files);
    for read in [
        link::read(&link::write(&log)),
        file::read(&file::write(&log)),
    ] {
        let read = read.expect("a session");
        assert_eq!(read, log);
        let mut opened = Replay::new(read).finish(repeat).expect("a replay");
        assert!(opened.is_same);
        compare(&mut engine, &mut opened.engine);
        assert_eq!(opened.editor.as_deref(), Some(&*files.text));
        assert_eq!((&opened.name, &opened.files), (&files.name, &files.others));
    }
}

#[test]
fn what_cannot_be_repeated_is_said() {
    let mut engine = Engine::new(Config::default());
    engine.set_world("by hand", kubestep::world::World::instant());
    let said = Log::of(&engine, None).expect_err("no log").to_string();
    assert_eq!(
        said,
        "step 1 was made by calling the engine, so it is not known how to repeat it"
    );
    let said = Log::of(&Engine::new(Config::manual()), None).expect_err("no log");
    assert_eq!(said, kubestep::session::Unrepeatable::Config);
}

#[test]
fn a_long_session_opens_within_its_limits() {
    let (engine, editor) = told(&[
        (
            "run",
            "kubectl create deployment web --image=nginx:1.25 --replicas=900",
        ),
        ("", ""),
        ("run", "kubectl set image deployment/web *=nginx:1.27"),
        ("", ""),
    ]);
    assert!(engine.cursor() > 10_000, "{} steps", engine.cursor());
    let log = Log::of(&engine, Some(&editor)).expect("a log");
    assert!(link::write(&log).len() < 200);
    let opened = Replay::new(log).finish(repeat).expect("a replay");
    assert!(opened.is_same);
    assert!(dump(&engine) == dump(&opened.engine));
}
