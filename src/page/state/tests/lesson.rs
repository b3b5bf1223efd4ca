//! The lessons of the site, played to their ends on the page.

use super::*;
use kubestep::scenario::{Map, Scenario};

/// The folder of the lessons.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/lessons");

fn text(name: &str) -> Rc<str> {
    let path = format!("{FOLDER}/{name}.yaml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.into()
}

fn map() -> Map {
    Map::parse(&text("index")).unwrap_or_else(|fault| panic!("{fault}"))
}

fn open(state: &mut State, name: &str, text: Rc<str>, step: usize) {
    act(state, Action::LessonText(name.into(), Some(text), step));
}

fn scene(state: &State) -> &Scene {
    state.scene.as_ref().expect("a lesson")
}

/// Answers the question of the current pause, rightly.
fn answer(state: &mut State) {
    act(state, Action::Answer(None));
    let told = scene(state).answer.clone().expect("an answer");
    let choices = scene(state).choices(state.language);
    assert_eq!(
        choices.is_empty(),
        told.right.parse::<u64>().is_ok() && choices.is_empty()
    );
    state.scene.as_mut().expect("a lesson").answer = None;
    act(state, Action::Answer(Some(told.right.clone())));
    let checked = scene(state).answer.clone().expect("an answer");
    assert_eq!(checked.given.as_ref(), Some(&checked.right));
    assert!(state.announcement.contains("Right") || state.announcement.contains("答对"));
}

#[test]
fn every_lesson_plays_to_its_end_on_the_page_with_right_predictions() {
    for entry in map().lessons() {
        let name = &*entry.name;
        for language in [Language::English, Language::Chinese] {
            let mut state = fresh();
            state.language = language;
            open(&mut state, name, text(name), 1);
            for step in 1..=entry.steps {
                assert_eq!(scene(&state).step(), step, "{name}: {}", state.notice);
                assert_eq!(scene(&state).unfilled(), [""; 0], "{name} {step}");
                let said = scene(&state).text(language);
                assert!(!said.contains(['{', '}']), "{name} {step}: {said}");
                let asked = scene(&state).question().is_some();
                if asked {
                    answer(&mut state);
                }
                let foretold = scene(&state)
                    .answer
                    .as_ref()
                    .map(|answer| answer.right.clone());
                let (from, cue) = (scene(&state).at.1, scene(&state).next - 1);
                if step < entry.steps {
                    run(&mut state, Action::GoOn);
                    assert_eq!(state.notice, "", "{name} {step}");
                    check_answer(&state, cue, from, foretold.as_deref());
                }
            }
            assert!(
                scene(&state).is_last() && !scene(&state).can_go_on(),
                "{name}"
            );
        }
    }
}

/// What was foretold has happened: the question's value on the page's own timeline.
fn check_answer(state: &State, cue: usize, from: usize, foretold: Option<&str>) {
    if let Some(kubestep::scenario::Cue::Predict(question)) = scene(state).scenario.cues.get(cue) {
        let happened = question.answer.value(
            &state.session.engine(),
            from,
            kubestep::scenario::read_field,
        );
        assert_eq!(happened.as_deref(), foretold);
    }
}

#[test]
fn skipping_and_opening_in_the_middle_lead_to_the_same_pauses() {
    for entry in map().lessons() {
        let name = &*entry.name;
        let mut played = fresh();
        open(&mut played, name, text(name), 1);
        for step in 1..=entry.steps {
            let mut opened = fresh();
            open(&mut opened, name, text(name), step);
            assert_eq!(
                scene(&opened).text(Language::English),
                scene(&played).text(Language::English)
            );
            let time = |state: &State| state.session.at();
            assert_eq!(time(&opened), time(&played), "{name} {step}");
            assert_eq!(opened.manifests, played.manifests);
            act(&mut played, Action::GoOn);
            act(&mut played, Action::Skip);
        }
    }
}

/// A lesson with a command to try, a question and free play at its end.
const SMALL: &str = r"
title: {en: Small}
about: {en: A small lesson.}
cues:
  - command: kubectl create deployment web --image=nginx:1.27.5 --replicas=2
  - settle: 500
  - predict:
      en: How many pods are created?
      answer: {created: Pod}
      run: [kubectl get pods]
  - command: kubectl scale deployment web --replicas=5
  - play: settled
  - say: {en: '{answer} pods.', values: {all: {existing: Pod}}}
";

#[test]
fn a_lesson_of_a_reader_shows_its_texts_in_the_language_it_has() {
    let mut state = fresh();
    state.language = Language::Chinese;
    open(&mut state, "mine.yaml", SMALL.into(), 1);
    assert_eq!(
        scene(&state).text(state.language),
        "How many pods are created?"
    );
    act(&mut state, Action::Answer(Some("2".into())));
    let answer = scene(&state).answer.clone().expect("an answer");
    assert_eq!((answer.given.as_deref(), &*answer.right), (Some("2"), "3"));
    run(&mut state, Action::GoOn);
    assert_eq!(scene(&state).text(state.language), "3 pods.");
}

#[test]
fn looking_around_keeps_a_lesson_and_acting_can_be_taken_back() {
    let mut state = fresh();
    let own = state.manifests.clone();
    open(&mut state, "mine.yaml", SMALL.into(), 1);
    let at = state.session.at();
    act(&mut state, Action::Try("kubectl get pods".into()));
    assert!(scene(&state).has_paused() && state.front.contains(&Pane::Console));
    assert_eq!(state.asks_for(), Press::GoOn);
    act(
        &mut state,
        Action::Console(Say::Enter("kubectl delete deployment web".into())),
    );
    assert!(scene(&state).has_left());
    act(&mut state, Action::Edit("# mine\n".into()));
    act(&mut state, Action::GoOn);
    assert!(scene(&state).has_paused());
    assert_eq!(state.session.at(), at);
    // Interrupted while it plays, it returns to the pause before.
    act(&mut state, Action::GoOn);
    assert!(scene(&state).can_skip());
    act(&mut state, Action::Step);
    assert!(scene(&state).has_left());
    act(&mut state, Action::GoOn);
    assert_eq!(state.session.at(), at);
    // An unanswered question is answered by the cluster.
    run(&mut state, Action::GoOn);
    assert_eq!(scene(&state).text(state.language), "3 pods.");
    // At its end the cluster is the user's, and the text stays.
    act(
        &mut state,
        Action::Console(Say::Enter(
            "kubectl scale deployment web --replicas=1".into(),
        )),
    );
    run(&mut state, Action::Settle);
    assert!(scene(&state).has_paused());
    act(&mut state, Action::LessonStep(1));
    assert_eq!(scene(&state).step(), 1);
    act(&mut state, Action::Home);
    assert!(state.scene.is_none());
    assert_eq!(state.manifests, own);
}

#[test]
fn a_lesson_waits_for_kubectl_and_says_what_is_wrong_with_it() {
    let mut state = fresh();
    let door = state.console.kubectl.take();
    open(&mut state, "mine.yaml", SMALL.into(), 2);
    assert!(state.wants_kubectl() && state.scene.is_none());
    act(&mut state, Action::Kubectl(door));
    assert_eq!(scene(&state).step(), 2);

    for (wrong, why) in [
        ("cues: 3", "cues: a list is wanted"),
        ("- a", "file: a mapping is wanted"),
    ] {
        let mut state = fresh();
        open(&mut state, "mine.yaml", wrong.into(), 1);
        assert!(state.scene.is_none());
        assert!(state.notice.contains(why), "{}", state.notice);
    }
    let mut state = fresh();
    let wrong = SMALL.replace("create deployment", "create nothing");
    open(&mut state, "mine.yaml", wrong.into(), 1);
    assert!(
        state.notice.contains("cue 1: kubectl create nothing"),
        "{}",
        state.notice
    );
    act(&mut state, Action::LessonText("gone".into(), None, 1));
    assert!(state.notice.contains("gone"));
}

#[test]
fn the_list_has_every_lesson_with_its_title_and_steps() {
    let map = map();
    let mut listed: Vec<String> = map.lessons().map(|entry| entry.name.to_string()).collect();
    for entry in map.lessons() {
        let lesson = Scenario::parse(&text(&entry.name))
            .unwrap_or_else(|fault| panic!("{}: {fault}", entry.name));
        assert_eq!(
            (&lesson.title, &lesson.about),
            (&entry.title, &entry.about),
            "{}",
            entry.name
        );
        assert_eq!(lesson.pauses(), entry.steps, "{}", entry.name);
        let said = lesson.cues.iter().filter_map(|cue| match cue {
            kubestep::scenario::Cue::Predict(question) => {
                Some(question.words().collect::<Vec<_>>())
            }
            cue => cue.callout().map(|callout| vec![&callout.text]),
        });
        let said: Vec<_> = said.flatten().collect();
        for words in said.into_iter().chain([&lesson.title, &lesson.about]) {
            for language in [Language::English, Language::Chinese] {
                assert!(
                    words.only(language).is_some_and(|text| !text.is_empty()),
                    "{}: {words:?}",
                    entry.name
                );
            }
        }
    }
    listed.push("index".to_owned());
    listed.sort();
    let files = std::fs::read_dir(FOLDER).expect("the lessons");
    let mut files: Vec<String> = files
        .map(|file| {
            file.expect("a file")
                .path()
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    files.sort();
    assert_eq!(files, listed);
}
