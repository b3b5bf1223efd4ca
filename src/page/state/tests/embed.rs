//! The page in a frame of another page.

use super::*;
use crate::page::console::Say;
use crate::page::embed::Embed;

fn framed(readonly: bool) -> State {
    let embed = Embed::of(|name| match name {
        "embed" => Some("1".to_owned()),
        "readonly" if readonly => Some(String::new()),
        _ => None,
    });
    let start = Start {
        manifests: EXAMPLE.into(),
        language: Language::English,
        theme: Theme::System,
        keys: true,
        pane: Pane::Cluster,
        asked: vec![Action::Scenario(0)],
        open: None,
    };
    State::take_over(start, embed.map(Rc::new), || 0.0)
}

#[test]
fn a_frame_begins_with_its_scenario() {
    let state = framed(false);
    assert!(state.scene.is_some() && state.running == Activity::Playing);
    assert!(state.mode().is_embedded() && !state.mode().is_readonly());
}

#[test]
fn readers_of_a_read_only_frame_only_move_through_time() {
    let mut state = framed(true);
    act(&mut state, Action::Play);
    let done = state.session.at().done;
    act(&mut state, Action::StepOne);
    assert_eq!(state.session.at().done, done + 1);
    act(&mut state, Action::BackOne);
    let known = state.session.at();
    for refused in [
        Action::Apply,
        Action::Run("kubectl delete pods --all".into()),
        Action::Command("kubectl delete pods --all".to_owned()),
        Action::Edit("text".into()),
    ] {
        act(&mut state, refused);
        assert_eq!(state.session.at(), known);
        assert_eq!(state.notice, words::EMBED_READONLY.text(Language::English));
    }
    assert_ne!(&*state.manifests, "text");
}

#[test]
fn a_script_is_told_that_a_frame_is_read_only() {
    let mut state = framed(true);
    act(
        &mut state,
        Action::Console(Say::Ask("kubectl get pods".into())),
    );
    let replies = std::mem::take(&mut state.console.replies);
    let told: Vec<(&str, i32)> = replies
        .iter()
        .map(|reply| (reply.stderr.trim(), reply.exit))
        .collect();
    assert_eq!(told, [(words::EMBED_READONLY.text(Language::English), 1)]);
}
