//! The page in a language that is made of the English one with every text marked: whatever words stand outside of the
//! marks do not come from the catalogues.

use super::*;
use crate::page::{candidates, charts, film, next, ordinals};
use kubestep::engine::Engine;
use kubestep::texts::pseudo::unmarked;

const PSEUDO: Language = Language::Pseudo;

/// Words that are no value: at least two, one after the other, in small letters.
fn words_of_a_language(text: &str) -> Option<&str> {
    let is_word =
        |word: &&str| word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase());
    let mut last = "";
    for word in text.split(' ') {
        if is_word(&word) && is_word(&last) {
            return Some(text);
        }
        last = word;
    }
    None
}

/// The text of an SVG, without its tags, its stylesheet and the commands of the user.
fn text_of(svg: &str) -> String {
    let parts = svg.split('<').filter_map(|part| part.split_once('>'));
    let texts =
        parts.filter(|(tag, text)| !tag.starts_with("style") && !text.starts_with("kubectl "));
    texts.map(|(_, text)| text).collect::<Vec<_>>().join(" | ")
}

#[track_caller]
fn check(said: &str) {
    let values = unmarked(said);
    assert_eq!(words_of_a_language(&values), None, "{said}");
}

/// Whether a decision quotes a message of Kubernetes, which is English.
fn quotes(step: &engine::Step) -> bool {
    let mut facts = step.decisions.iter().flat_map(|made| &made.facts);
    facts.any(|fact| words_of_a_language(&fact.value.to_string()).is_some())
}

/// Everything that is said of each step.
fn check_steps(engine: &Engine) {
    let features = engine.store().registers.features;
    for (at, step) in engine.steps().iter().enumerate() {
        if step.is_user() || quotes(step) || step.error.is_some() {
            continue;
        }
        check(&step.actor(PSEUDO));
        check(&step.headline(PSEUDO).to_string());
        for change in &step.changes {
            check(&story::happened(change, PSEUDO).to_string());
        }
        let engine::StepKind::Work(item) = &step.action else {
            continue;
        };
        check(&story::cause(engine, at, item, PSEUDO).0.to_string());
        check(&story::timer(&item.cause, PSEUDO).to_string());
        let chart = charts::of(item.actor).expect("a chart");
        check(&text_of(&charts::draw::svg(
            chart,
            &step.decisions,
            None,
            features,
            PSEUDO,
        )));
    }
}

/// What is said of the step that the page shows.
fn check_now(state: &State) {
    let engine = state.session.engine();
    check(&state.notice);
    let cluster = &state.cluster;
    let deployments = cluster.deployments.iter().map(|view| &view.summary);
    let sets = cluster.stateful.iter().map(|view| &view.summary);
    for summary in deployments.chain(sets).flatten() {
        check(&summary.text(PSEUDO));
    }
    if let Some(step) = engine.current() {
        let ranking = candidates::of_step(&engine, step, PSEUDO);
        let cells = ranking
            .iter()
            .flat_map(|ranking| &ranking.rows)
            .flat_map(|row| &row.cells);
        cells.for_each(|cell| check(cell));
        let order = ordinals::of_step(&engine, step, PSEUDO);
        order
            .iter()
            .flat_map(|order| &order.rows)
            .for_each(|row| check(&row.says));
    }
    for timer in engine.queues().timers() {
        let next = next::Next::of(timer, engine.store(), PSEUDO);
        check(&next.text);
        check(&next.hint);
    }
}

#[test]
fn what_scenarios_do_is_told_from_the_catalogues() {
    for number in 0..fresh().scenarios.len() {
        let mut state = fresh();
        state.language = PSEUDO;
        run(&mut state, Action::Scenario(number));
        loop {
            let scene = state.scene.as_ref().expect("a scenario");
            check_now(&state);
            if !scene.can_go_on() {
                break;
            }
            run(&mut state, Action::GoOn);
        }
        let engine = state.session.engine();
        check_steps(&engine);
        let film = film::film(&engine, film::Range::rollout(&engine), PSEUDO);
        check(&text_of(&film.expect("a film")));
    }
}

#[test]
fn words_outside_of_the_catalogues_are_found() {
    assert_eq!(words_of_a_language("web nginx:1.27 3"), None);
    assert_eq!(
        words_of_a_language("3 pods are left"),
        Some("3 pods are left")
    );
    let svg = r#"<svg><style>all of it</style><text x="1">there it is</text></svg>"#;
    assert_eq!(words_of_a_language(&text_of(svg)), Some(&*text_of(svg)));
    assert!(!text_of(svg).contains("all of it"));
}
