//! The page in a frame of another page (`?embed=1`): the cluster, Why, the time controls, and the panes that the
//! author names. A frame stores nothing and does not change its address.

use super::action::{Action, Pane};
use super::console::Say;

/// Whether the page is in a frame of another page, and what the reader may do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The whole page.
    #[default]
    Whole,
    /// In a frame.
    Embedded,
    /// In a frame in which the reader can only move through time.
    ReadOnly,
}

/// What the author of the other page asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embed {
    /// The panes, in the order of their tabs.
    pub panes: Vec<Pane>,
    /// What the reader may do.
    pub mode: Mode,
    /// Names of panes that do not exist, or not in a read-only frame.
    pub refused: Vec<String>,
}

impl Embed {
    /// What the address asks for, given the parameters of its query; `None` for the whole page.
    pub fn of(parameter: impl Fn(&str) -> Option<String>) -> Option<Self> {
        if parameter("embed").as_deref() != Some("1") {
            return None;
        }
        let is_readonly = parameter("readonly").is_some_and(|value| value != "0");
        let mut embed = Self {
            panes: vec![Pane::Cluster, Pane::Why],
            mode: match is_readonly {
                true => Mode::ReadOnly,
                false => Mode::Embedded,
            },
            refused: Vec::new(),
        };
        let names = parameter("panes").unwrap_or_default();
        let names = names.split(',').map(str::trim);
        for name in names.filter(|name| !name.is_empty()) {
            let pane = Pane::ALL.into_iter().find(|pane| pane.name() == name);
            match pane.filter(|pane| !(is_readonly && acts(*pane))) {
                Some(pane) if embed.panes.contains(&pane) => {}
                Some(pane) => embed.panes.push(pane),
                None => embed.refused.push(name.to_owned()),
            }
        }
        Some(embed)
    }

    /// The panes with a tab: those asked for, and the current one, to which a link within the frame may have led.
    pub fn tabs(&self, current: Pane) -> Vec<Pane> {
        let is_new = !self.panes.contains(&current);
        let panes = self.panes.iter().copied();
        panes.chain(is_new.then_some(current)).collect()
    }
}

/// Whether a pane consists of controls that act on the cluster.
fn acts(pane: Pane) -> bool {
    matches!(pane, Pane::Console | Pane::Environment)
}

impl Mode {
    /// Whether the page is in a frame.
    pub fn is_embedded(self) -> bool {
        self != Self::Whole
    }

    /// Whether the reader can only move through time.
    pub fn is_readonly(self) -> bool {
        self == Self::ReadOnly
    }

    /// Whether an action is refused. Moving through time, including choosing a work item, is always allowed.
    pub fn refuses(self, action: &Action) -> bool {
        self.is_readonly()
            && match action {
                Action::Apply
                | Action::ApplyAll(_)
                | Action::File(..)
                | Action::RemoveFile(_)
                | Action::Mend
                | Action::Redact
                | Action::Edit(_)
                | Action::Example
                | Action::Command(_)
                | Action::Run(_)
                | Action::Try(_)
                | Action::Menu(Some(_))
                | Action::PickLesson
                | Action::Anew => true,
                Action::Console(say) => !matches!(say, Say::Clear),
                Action::Show(pane) => acts(*pane),
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Option<Embed> {
        Embed::of(|name| {
            let mut pairs = query
                .split('&')
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            pairs
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.to_owned())
        })
    }

    #[test]
    fn a_frame_shows_the_cluster_and_why_and_what_else_it_is_asked_for() {
        assert_eq!(of(""), None);
        assert_eq!(of("embed=0&panes=events"), None);
        let plain = of("embed=1").expect("a frame");
        assert_eq!(plain.panes, [Pane::Cluster, Pane::Why]);
        assert_eq!(plain.mode, Mode::Embedded);
        let full = of("embed=1&panes=timeline, why,console,nothing").expect("a frame");
        assert_eq!(
            full.panes,
            [Pane::Cluster, Pane::Why, Pane::Timeline, Pane::Console]
        );
        assert_eq!(full.refused, ["nothing"]);
        assert_eq!(full.tabs(Pane::Timeline), full.panes);
        assert_eq!(full.tabs(Pane::Object).last(), Some(&Pane::Object));
    }

    #[test]
    fn a_read_only_frame_has_no_pane_that_acts_and_refuses_what_changes_the_cluster() {
        let frame = of("embed=1&readonly&panes=console,manifests").expect("a frame");
        assert_eq!(frame.panes, [Pane::Cluster, Pane::Why, Pane::Manifests]);
        assert_eq!(frame.refused, ["console"]);
        let refused = |action| frame.mode.refuses(&action);
        assert!(refused(Action::Apply) && refused(Action::Run("kubectl get pods".into())));
        assert!(refused(Action::Show(Pane::Console)));
        assert!(!refused(Action::Step) && !refused(Action::Back) && !refused(Action::Play));
        assert!(!refused(Action::GoOn) && !refused(Action::Show(Pane::Why)));
        let open = of("embed=1&readonly=0").expect("a frame");
        assert!(!open.mode.refuses(&Action::Apply));
    }
}
