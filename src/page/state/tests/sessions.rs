//! Opening sessions: in slices, with what is asked for meanwhile, and refusals that change nothing.

use super::super::open::{SavedAs, SessionSource};
use super::*;
use crate::page::sessions;
use kubestep::session::{Log, Replay, file, link};

fn saved_as(number: u32, continues: Option<&str>) -> SavedAs {
    let continues = continues.map(Into::into);
    SavedAs { number, continues }
}

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
        run(&mut state, Action::Open(text.into(), None));
        assert_eq!(state.notice, words::SESSION_OPENED.text(Language::English));
        assert_eq!(objects(&state), objects(&told));
        assert_eq!(state.session.at(), told.session.at());
        assert_eq!(&*state.manifests, "# typed\n");
        assert!(state.session.version() > before);
        assert_eq!(
            state.saved_as,
            saved_as(1, None),
            "it is saved in another place"
        );
        // It goes on like the original.
        act(&mut state, Action::StepOne);
        assert_eq!(state.session.at().done, told.session.at().done + 1);
    }
}

#[test]
fn an_opened_session_looks_as_it_did_at_every_step_back() {
    // The second of three futures, in its middle.
    let mut told = fresh();
    act(&mut told, Action::Apply);
    run(&mut told, Action::Settle);
    for replicas in [6, 2] {
        act(&mut told, Action::Jump(30));
        let line = format!("kubectl scale deploy/nginx-deployment --replicas={replicas}");
        act(&mut told, Action::Command(line));
        run(&mut told, Action::Settle);
    }
    act(&mut told, Action::TakeUp(1));
    act(&mut told, Action::Jump(45));
    assert_eq!(told.session.engine().futures(), 3);
    let log = Log::of(&told.session.engine(), None).expect("a log");
    let mut opened = fresh();
    run(&mut opened, Action::Open(link::write(&log).into(), None));
    for step in 0..20 {
        assert_eq!(opened.session.at(), told.session.at());
        // As text: views are equal only if they share their objects.
        let [ours, theirs] = [&opened, &told].map(|state| format!("{:?}", state.cluster));
        assert_eq!(ours, theirs, "{step} steps back");
        assert_eq!(opened.map, told.map, "{step} steps back");
        assert_eq!(objects(&opened), objects(&told), "{step} steps back");
        for state in [&mut opened, &mut told] {
            act(state, Action::BackOne);
        }
    }
}

#[test]
fn what_is_asked_for_meanwhile_is_done_afterwards() {
    let (told, link, _) = begun();
    let mut state = fresh();
    // No time passes, so the session is open after one tick.
    act(&mut state, Action::Open(link.into(), None));
    assert_eq!(state.running, Activity::Opening);
    act(&mut state, Action::StepOne);
    act(&mut state, Action::StepOne);
    assert_eq!(state.session.at().done, 0);
    act(&mut state, Action::Tick);
    assert_eq!(state.session.at().done, told.session.at().done + 2);
}

#[test]
fn a_text_typed_while_a_session_is_opened_stays() {
    let (told, link, _) = begun();
    let mut state = fresh();
    act(&mut state, Action::Open(link.into(), None));
    let shown = state.reduce(Action::Show(Pane::Manifests), || 0.0);
    assert!(shown, "the editor can have the focus at once");
    for text in ["#", "# m", "# mine\n"] {
        act(&mut state, Action::Edit(text.into()));
        assert_eq!(&*state.manifests, text, "no rendering resets the editor");
    }
    act(&mut state, Action::StepOne);
    act(&mut state, Action::Edit("# mine, too\n".into()));
    act(&mut state, Action::Tick);
    assert_eq!(&*state.manifests, "# mine, too\n");
    assert_eq!(state.session.at().done, told.session.at().done + 1);
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
        run(&mut state, Action::Open(text.into(), None));
        assert!(state.notice.contains(said), "{}", state.notice);
        assert_eq!((objects(&state), state.session.at()), (before.clone(), at));
        assert_eq!(state.saved_as, saved_as(0, None));
    }
}

#[test]
fn a_session_waits_for_what_it_needs() {
    let (told, link, _) = begun();
    let mut state = fresh();
    let (kubectl, here) = (state.console.kubectl.take(), sessions::at_hand());
    state.sessions = None;
    act(&mut state, Action::Open(link.as_str().into(), None));
    assert!(state.wants_sessions());
    act(&mut state, Action::Sessions(here));
    act(&mut state, Action::Tick);
    assert!(state.is_opening(), "its commands need kubectl");
    act(&mut state, Action::Kubectl(kubectl));
    run(&mut state, Action::Tick);
    assert_eq!(objects(&state), objects(&told));

    let mut state = fresh();
    state.sessions = None;
    act(&mut state, Action::Open(link.as_str().into(), None));
    act(&mut state, Action::Sessions(None));
    assert_eq!(state.notice, words::SESSION_AWAY.text(Language::English));
    assert!(!state.is_opening());

    let mut state = fresh();
    state.console.kubectl = None;
    act(&mut state, Action::Open(link.into(), None));
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
        open: Some(SessionSource {
            text: file.into(),
            is_saved: true,
            slot: Some("own".into()),
        }),
    };
    for action in [Action::StepOne, Action::Edit("# meanwhile\n".into())] {
        start.take(action);
    }
    let mut state = State::take_over(start, None, || 0.0);
    run(&mut state, Action::Tick);
    assert_eq!(&*state.manifests, "# meanwhile\n");
    assert_eq!(state.session.at().done, told.session.at().done + 1);
    assert_eq!(
        state.saved_as,
        saved_as(0, Some("own")),
        "it is saved in the same place"
    );
}

#[test]
fn a_new_session_is_empty_and_keeps_the_text() {
    let (mut state, _, _) = begun();
    act(&mut state, Action::Anew);
    assert!(state.is_fresh() && !state.has_history());
    assert_eq!(&*state.manifests, "# typed\n");
    assert!(state.cluster.is_empty());
    assert_eq!(state.saved_as, saved_as(1, None));
}

#[test]
fn what_was_done_is_told_as_markdown() {
    let (state, _, _) = begun();
    let here = sessions::at_hand().expect("it is linked in");
    let engine = state.session.engine();
    let text = (here.markdown)(
        &engine,
        &state.workspace(),
        "https://kubestep.dev/#1x",
        Language::English,
    );
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

/// A page with a second file, which is in the editor.
fn with_files() -> State {
    let mut state = fresh();
    act(&mut state, Action::File("web.yaml".into(), "a: b\n".into()));
    act(&mut state, Action::Edit("# typed\n".into()));
    state
}

#[test]
fn the_console_has_the_files_of_the_editor() {
    let mut state = with_files();
    assert_eq!(state.files().files(), ["manifest.yaml", "web.yaml"]);
    let say = |line: &str| Action::Console(Say::Ask(line.into()));
    act(&mut state, say("cat web.yaml; cat editor; ls"));
    let printed = state.console.replies.pop().expect("an answer").stdout;
    assert_eq!(printed, "# typed\n# typed\nmanifest.yaml\nweb.yaml\n");

    act(
        &mut state,
        say("echo '# more' >> web.yaml; echo '{}' > k8s/a.json"),
    );
    assert_eq!(&*state.manifests, "# typed\n# more\n");
    let files = state.workspace().list();
    let others: Vec<&str> = files.others.iter().map(|(name, _)| &**name).collect();
    assert_eq!(others, ["k8s/a.json", "manifest.yaml"]);

    let text = state.files().file("manifest.yaml").expect("the example");
    act(&mut state, Action::File("manifest.yaml".into(), text));
    act(&mut state, Action::RemoveFile("manifest.yaml".into()));
    act(&mut state, Action::RemoveFile("web.yaml".into()));
    assert_eq!(state.files().files(), ["k8s/a.json", "manifest.yaml"]);
    act(&mut state, say("rm manifest.yaml"));
    assert_eq!((&*state.file, &*state.manifests), ("k8s/a.json", "{}\n"));
    act(&mut state, say("rm -r k8s"));
    assert_eq!((&*state.file, &*state.manifests), ("manifest.yaml", ""));
}

#[test]
fn several_files_are_applied_at_once_and_opened_again() {
    let mut told = with_files();
    let text = "# Source: a\n".to_owned() + EXAMPLE;
    act(&mut told, Action::ApplyAll(text.into()));
    run(&mut told, Action::Settle);
    let functions = sessions::at_hand().expect("the code of sessions");
    let files = told.workspace();
    for text in [functions.write, functions.link] {
        let text = text(&told.session.engine(), &files).expect("a session");
        let mut state = fresh();
        act(&mut state, Action::File("old.yaml".into(), "".into()));
        run(&mut state, Action::Open(text.into(), None));
        assert_eq!(objects(&state), objects(&told));
        assert_eq!(
            state.workspace().list(),
            files.list(),
            "and none of those before"
        );
    }
}

#[test]
fn a_file_keeps_its_text_while_an_object_is_edited() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let edit = "kubectl edit deploy nginx-deployment";
    act(&mut state, Action::Console(Say::Enter(edit.into())));
    assert!(!state.shows_file() && state.manifests.contains("resourceVersion"));
    assert_eq!(*state.workspace().list().text, *EXAMPLE);
    act(&mut state, Action::File("web.yaml".into(), "".into()));
    assert_eq!(state.files().files(), ["manifest.yaml"], "not meanwhile");
    act(&mut state, Action::Console(Say::Interrupt("".into())));
    assert!(state.shows_file() && *state.manifests == *EXAMPLE);
}
