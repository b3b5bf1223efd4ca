//! Opening sessions: in slices, with what is asked for meanwhile, and refusals that change nothing.

use super::super::open::Source;
use super::*;
use crate::page::sessions;
use kubestep::session::{Log, Replay, file, link};

/// A page on which a rollout was begun, and its session as a link and a file.
fn begun() -> (State, String, String) {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    act(
        &mut state,
        Action::Command("kubectl set image deploy/nginx-deployment nginx=nginx:1.9.1".to_owned()),
    );
    act(&mut state, Action::StepOne);
    act(&mut state, Action::Edit("# typed\n".into()));
    let log = Log::of(&state.session.engine(), Some(state.own_manifests())).expect("a log");
    (state, link::write(&log), file::write(&log))
}

fn objects(state: &State) -> Vec<String> {
    let engine = state.session.engine();
    let all = engine.store().all();
    all.map(|object| object.to_value().to_string()).collect()
}

#[test]
fn a_session_is_opened_from_a_link_or_a_file() {
    let (told, link, file) = begun();
    for text in [format!("https://kubestep.dev/#{link}"), link, file] {
        let mut state = fresh();
        let before = state.session.version();
        run(&mut state, Action::Open(text.into()));
        assert_eq!(state.notice, words::SESSION_OPENED.text(Language::English));
        assert_eq!(objects(&state), objects(&told));
        assert_eq!(state.session.at(), told.session.at());
        assert_eq!(&*state.manifests, "# typed\n");
        assert!(state.session.version() > before);
        assert_eq!(state.begun, 1, "it is saved in another place");
        // It goes on like the original.
        act(&mut state, Action::StepOne);
        assert_eq!(state.session.at().done, told.session.at().done + 1);
    }
}

#[test]
fn what_is_asked_for_meanwhile_is_done_afterwards() {
    let (told, link, _) = begun();
    let mut state = fresh();
    // No time passes, so the session is open after one tick.
    act(&mut state, Action::Open(link.into()));
    assert_eq!(state.running, Running::Opening);
    act(&mut state, Action::StepOne);
    act(&mut state, Action::StepOne);
    assert_eq!(state.session.at().done, 0);
    act(&mut state, Action::Tick);
    assert_eq!(state.session.at().done, told.session.at().done + 2);
}

#[test]
fn a_refused_session_changes_nothing() {
    let (mut state, link, file) = begun();
    let (before, at) = (objects(&state), state.session.at());
    let damaged = format!("{}x", &link[..link.len() - 1]);
    for (text, said) in [
        (damaged, "This session is damaged"),
        (
            file.replace("\"steps\"", "\"stops\""),
            "This session is damaged",
        ),
        ("#9".to_owned(), "newer kubestep"),
        ("hello".to_owned(), "not a session"),
    ] {
        run(&mut state, Action::Open(text.into()));
        assert!(state.notice.contains(said), "{}", state.notice);
        assert_eq!((objects(&state), state.session.at()), (before.clone(), at));
        assert_eq!(state.begun, 0);
    }
}

#[test]
fn a_session_waits_for_what_it_needs() {
    let (told, link, _) = begun();
    let mut state = fresh();
    let (kubectl, here) = (state.console.kubectl.take(), sessions::at_hand());
    state.sessions = None;
    act(&mut state, Action::Open(link.as_str().into()));
    assert!(state.wants_sessions());
    act(&mut state, Action::Sessions(here));
    act(&mut state, Action::Tick);
    assert!(state.is_opening(), "its commands need kubectl");
    act(&mut state, Action::Kubectl(kubectl));
    run(&mut state, Action::Tick);
    assert_eq!(objects(&state), objects(&told));

    let mut state = fresh();
    state.sessions = None;
    act(&mut state, Action::Open(link.as_str().into()));
    act(&mut state, Action::Sessions(None));
    assert_eq!(state.notice, words::SESSION_AWAY.text(Language::English));
    assert!(!state.is_opening());

    let mut state = fresh();
    state.console.kubectl = None;
    act(&mut state, Action::Open(link.into()));
    act(&mut state, Action::Kubectl(None));
    assert_eq!(state.notice, words::KUBECTL_AWAY.text(Language::English));
    assert!(!state.is_opening() && state.session.at().done == 0);
}

#[test]
fn the_last_session_comes_back_on_the_next_visit() {
    let (told, _, file) = begun();
    let mut start = Start {
        manifests: EXAMPLE.into(),
        language: Language::English,
        theme: Theme::System,
        keys: true,
        pane: Pane::Cluster,
        asked: Vec::new(),
        open: Some(Source {
            text: file.into(),
            is_saved: true,
        }),
    };
    for action in [Action::StepOne, Action::Edit("# meanwhile\n".into())] {
        start.take(action);
    }
    let mut state = State::take_over(start, None, || 0.0);
    run(&mut state, Action::Tick);
    assert_eq!(&*state.manifests, "# meanwhile\n");
    assert_eq!(state.session.at().done, told.session.at().done + 1);
    assert_eq!(state.begun, 0, "it is saved in the same place");
}

#[test]
fn a_new_session_is_empty_and_keeps_the_text() {
    let (mut state, _, _) = begun();
    act(&mut state, Action::Anew);
    assert!(state.is_fresh() && !state.has_history());
    assert_eq!(&*state.manifests, "# typed\n");
    assert!(state.cluster.is_empty());
    assert_eq!(state.begun, 1);
}

#[test]
fn what_was_done_is_told_as_markdown() {
    let (state, _, _) = begun();
    let here = sessions::at_hand().expect("it is linked in");
    let engine = state.session.engine();
    let text = (here.markdown)(&engine, "", "https://kubestep.dev/#1x", Language::English);
    let text = text.expect("a log");
    assert!(text.contains("```yaml\napiVersion: apps/v1\n"), "{text}");
    assert!(text.contains("```console\n$ kubectl set image"), "{text}");
    assert!(text.contains("](https://kubestep.dev/#1x)"), "{text}");
}

#[test]
fn scenarios_are_sessions_like_any_other() {
    let mut state = fresh();
    for number in 0..state.scenarios.len() {
        run(&mut state, Action::Scenario(number));
        while state.scene.as_ref().is_some_and(Scene::can_go_on) {
            run(&mut state, Action::GoOn);
        }
    }
    let log = Log::of(&state.session.engine(), None).expect("a log");
    let opened = Replay::new(log).finish(kubestep::kubectl::repeat);
    assert!(opened.expect("a replay").is_same);
}
