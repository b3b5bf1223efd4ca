//! The page before the cluster is loaded: its initial state, and the actions requested in the meantime.

use super::action::{Action, Pane, Theme};
use super::state::SessionSource;
use kubestep::texts::Language;
use std::rc::Rc;

/// The tutorial's Deployment.
pub const EXAMPLE: &str = include_str!("example.yaml");

/// The state before the cluster is loaded.
#[derive(Debug)]
pub struct Start {
    /// The manifests as edited by the user.
    pub manifests: Rc<str>,
    /// The language.
    pub language: Language,
    /// The theme.
    pub theme: Theme,
    /// Whether single-key shortcuts are enabled.
    pub keys: bool,
    /// The pane shown if not all of them fit.
    pub pane: Pane,
    /// Requested actions, in order.
    pub asked: Vec<Action>,
    /// The session to be opened.
    pub open: Option<SessionSource>,
}

impl Start {
    /// Performs actions that need no cluster, and queues all others. Returns whether to redraw.
    pub fn take(&mut self, action: Action) -> bool {
        if let Action::Show(pane) = action {
            self.pane = pane;
        }
        if self.open.is_some() && matches!(action, Action::Edit(_) | Action::Example) {
            // What is typed now comes after the session's text.
            self.asked.push(action.clone());
        }
        match action {
            Action::Edit(text) => self.manifests = text,
            Action::Example => self.manifests = EXAMPLE.into(),
            Action::Language(language) => self.language = language,
            Action::Theme(theme) => self.theme = theme,
            Action::Keys(on) => self.keys = on,
            Action::Cursor(_) => return false,
            other => self.asked.push(other),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::action::LastApply;
    use crate::page::state::State;

    #[test]
    fn queued_actions_use_the_text_typed_last() {
        let mut start = Start {
            manifests: EXAMPLE.into(),
            language: Language::English,
            theme: Theme::System,
            keys: true,
            pane: Pane::Cluster,
            asked: Vec::new(),
            open: None,
        };
        let typed = EXAMPLE.replace("replicas: 3", "replicas: 1");
        for action in [
            Action::Show(Pane::Manifests),
            Action::Edit(typed.as_str().into()),
            Action::Language(Language::Chinese),
            Action::Theme(Theme::Dark),
            Action::Apply,
            Action::Step,
        ] {
            assert!(start.take(action));
        }
        assert!(!start.take(Action::Cursor(3)));
        assert_eq!(start.pane, Pane::Manifests);
        let asked = [Action::Show(Pane::Manifests), Action::Apply, Action::Step];
        assert_eq!(start.asked, asked);

        let state = State::take_over(start, None, || 0.0);
        assert_eq!(
            (state.language, state.theme),
            (Language::Chinese, Theme::Dark)
        );
        assert!(
            matches!(state.applied, LastApply::Done(_)),
            "{:?}",
            state.applied
        );
        // The user's action, and the step after it.
        assert_eq!(state.session.at().done, 2);
        let deployment = &state.cluster.deployments[0].object;
        assert_eq!(deployment.spec.replicas, 1);
    }
}
