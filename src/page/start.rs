//! The page before its cluster has come: what stands there at once, and what was asked for in the meantime.

use super::action::{Action, Pane, Theme};
use kubestep::api::language::Language;
use std::rc::Rc;

/// The tutorial's Deployment.
pub const EXAMPLE: &str = include_str!("example.yaml");

/// What is known before the cluster has come.
#[derive(Debug)]
pub struct Start {
    /// The manifests as the user has typed them.
    pub manifests: Rc<str>,
    /// The language.
    pub language: Language,
    /// The theme.
    pub theme: Theme,
    /// Whether single keys do something.
    pub keys: bool,
    /// The pane that is shown where not all of them fit.
    pub pane: Pane,
    /// What was asked for, in its order.
    pub asked: Vec<Action>,
}

impl Start {
    /// Does what needs no cluster, and remembers everything else. Returns whether anything is to be shown.
    pub fn take(&mut self, action: Action) -> bool {
        if let Action::Show(pane) = action {
            self.pane = pane;
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
    use crate::page::action::Applied;
    use crate::page::state::State;

    #[test]
    fn what_was_asked_for_before_the_cluster_came_is_done_with_what_was_typed_last() {
        let mut start = Start {
            manifests: EXAMPLE.into(),
            language: Language::English,
            theme: Theme::System,
            keys: true,
            pane: Pane::Cluster,
            asked: Vec::new(),
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

        let state = State::take_over(start, || 0.0);
        assert_eq!(
            (state.language, state.theme),
            (Language::Chinese, Theme::Dark)
        );
        assert!(
            matches!(state.applied, Applied::Done(_)),
            "{:?}",
            state.applied
        );
        // What the user did, and the step after it.
        assert_eq!(state.session.at().done, 2);
        let deployment = &state.cluster.deployments[0].object;
        assert_eq!(deployment.spec.replicas, 1);
    }
}
