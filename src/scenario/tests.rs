//! Reading scenarios, and what is refused.

use super::*;
use crate::kubectl;

fn run(engine: &mut Engine, line: &str, _editor: &str) -> Result<String, String> {
    let output = kubectl::run(engine, line, None);
    match output.exit {
        0 => Ok(output.stdout),
        _ => Err(output.stderr),
    }
}

/// A file with these cues.
fn file(cues: &str) -> String {
    format!("title: {{en: A title}}\nabout: {{en: About it.}}\ncues: {cues}\n")
}

fn parse(cues: &str) -> Result<Scenario, String> {
    Scenario::parse(&file(cues)).map_err(|fault| fault.to_string())
}

fn fault(cues: &str) -> String {
    let scenario = parse(cues).expect("a scenario");
    let played = rehearse(&scenario, Language::English, &run);
    played.expect_err("it cannot be played").to_string()
}

#[test]
fn invalid_files_are_refused() {
    for (cues, error) in [
        ("[{wait: 3}]", "cue: unknown field wait"),
        ("[{settle: -1}]", "settle: a number is wanted"),
        (
            "[{play: settled, speed: 1}]",
            "cue: a mapping with one key is wanted",
        ),
        (
            "[{say: {from: []}}]",
            "say: a text in a language of the page is wanted",
        ),
        ("[{say: {en: 3}}]", "say: a text is wanted"),
        ("[{say: {en: a, form: []}}]", "say: unknown field form"),
        (
            "[{replace: {a: b, c: d}}]",
            "replace: a mapping with one key is wanted",
        ),
        ("[{predict: {en: a}}]", "answer: a mapping is wanted"),
        (
            "[{predict: {en: a, answer: {created: Pot}}}]",
            "created: a kind is wanted",
        ),
        (
            "[{predict: {en: a, answer: {guess: 3}}}]",
            "answer: unknown field guess",
        ),
        (
            "[{predict: {en: a, answer: {value: {web: .spec}}}}]",
            "value: KIND/NAME: PATH is wanted",
        ),
        ("3", "cues: a list is wanted"),
    ] {
        assert_eq!(parse(cues).err().as_deref(), Some(error), "{cues}");
    }
    for (text, error) in [
        ("[]\n---\n[]", "file: one document is wanted"),
        ("[]", "file: a mapping is wanted"),
        ("cues: []", "title: a mapping is wanted"),
        ("cues: []\nmore: 1", "file: unknown field more"),
    ] {
        let fault = Scenario::parse(text).expect_err("refused");
        assert_eq!(fault.to_string(), error, "{text}");
    }
    let long = format!("{}# {}", file("[]"), "x".repeat(70_000));
    assert!(matches!(
        Scenario::parse(&long),
        Err(ScenarioFault::TooLong(..))
    ));
    let many = format!("[{}]", "{settle: 1},".repeat(300));
    assert_eq!(
        parse(&many).err().as_deref(),
        Some("the file has 300 cues, and at most 200 are played")
    );
}

#[test]
fn what_cannot_be_played_is_named_with_its_cue() {
    let web = "{command: kubectl create deployment web --image=nginx:1.27.5}";
    let end = "{say: {en: The end.}}";
    for (cues, error) in [
        (format!("[{web}]"), "the last cue must be `say`"),
        (
            format!("[{{apply: 'kind: Pot'}}, {end}]"),
            "cue 1: the manifests are refused",
        ),
        (
            format!("[{{replace: {{a: b}}}}, {end}]"),
            "cue 1: the editor has no text \"a\"",
        ),
        (
            format!("[{web}, {web}, {end}]"),
            "cue 2: kubectl create deployment web --image=nginx:1.27.5: error:",
        ),
        (
            format!("[{web}, {{settle: 1}}, {end}]"),
            "cue 2: it never comes to a settled cluster",
        ),
        (
            format!("[{web}, {{play: deployment/pause}}, {end}]"),
            "cue 2: it never comes to deployment/pause",
        ),
        (
            format!("[{web}, {{say: {{en: '{{pods}}'}}}}]"),
            "cue 2: {pods} has no value",
        ),
        (
            format!(
                "[{web}, {{predict: {{en: Which?, answer: {{created: Pod}}, options: [7, 8]}}}}, {{play: settled}}, {end}]"
            ),
            "cue 2: the answer is 1, which is not one of 7, 8",
        ),
        (
            format!(
                "[{web}, {{predict: {{en: Which?, answer: {{first-created: Pod}}}}}}, {{play: settled}}, {end}]"
            ),
            "cue 2: the answer is web-",
        ),
        (
            format!("[{web}, {{say: {{en: Try., run: [kubectl delete deployment web]}}}}, {end}]"),
            "cue 2: kubectl delete deployment web changes the cluster",
        ),
    ] {
        let said = fault(&cues);
        assert!(said.starts_with(error), "{said}");
    }
}

#[test]
fn every_kind_of_answer_is_computed() {
    let mut engine = Engine::new(crate::engine::Config::default());
    kubectl::run(
        &mut engine,
        "create deployment web --image=nginx:1.27.5 --replicas=2",
        None,
    );
    engine.settle(1_000);
    let from = engine.cursor();
    kubectl::run(&mut engine, "scale deployment web --replicas=5", None);
    engine.settle(1_000);
    kubectl::run(&mut engine, "scale deployment web --replicas=1", None);
    engine.settle(1_000);
    let value = |answer: &str| {
        let cues = format!("[{{predict: {{en: What?, answer: {answer}}}}}]");
        let scenario = parse(&cues).expect("a scenario");
        let Some(Cue::Predict(question)) = scenario.cues.first() else {
            panic!("a question");
        };
        question.answer.value(&engine, from, read_field)
    };
    for (answer, wanted) in [
        ("{created: Pod}", "3"),
        ("{deleted: Pod}", "4"),
        ("{existing: Pod}", "1"),
        ("{most: {Deployment/web: .status.replicas}}", "5"),
        ("{least: {Deployment/web: .status.replicas}}", "1"),
        ("{value: {Deployment/web: .spec.replicas}}", "1"),
        ("{fact: {replicaset/delete: surplus}}", "4"),
        ("{branch: replicaset/create}", "yes"),
        ("{branch: deployment/pause}", "no"),
        ("seconds", "4"),
    ] {
        assert_eq!(value(answer).as_deref(), Some(wanted), "{answer}");
    }
    let names = [
        "{first-created: Pod}",
        "{first-deleted: Pod}",
        "{last-deleted: Pod}",
    ];
    for answer in names {
        assert!(value(answer).is_some_and(|name| name.starts_with("web-")));
    }
    assert_eq!(value("{first-created: Service}"), None);
}
