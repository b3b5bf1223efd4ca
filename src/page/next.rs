//! What happens next when the cluster makes no progress by itself: a timer that settling does not wait for.

use super::story;
use super::words;
use kubestep::actor::{Cause, Wait};
use kubestep::api::time::duration;
use kubestep::engine::Timer;
use kubestep::store::Store;
use kubestep::texts::{Language, Text};

/// The next timer, with a link to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The sentence.
    pub text: String,
    /// The object it is about, and what the link does.
    pub hint: String,
}

impl Next {
    /// Describes a timer.
    pub fn of(timer: &Timer, store: &Store, language: Language) -> Self {
        Self {
            text: sentence(timer, store, language),
            hint: words::NEXT_HINT.with(language, &[("object", &timer.key)]),
        }
    }
}

fn sentence(timer: &Timer, store: &Store, language: Language) -> String {
    let time = duration(timer.due.since(store.now()).max(0));
    let phrase = match timer.cause {
        Cause::Timer(Wait::AutoscalerPeriod) => &words::NEXT_AUTOSCALER,
        Cause::Timer(Wait::ProgressDeadline) => &words::NEXT_DEADLINE,
        Cause::Timer(Wait::RestartBackoff) => after_back_off(timer, store),
        Cause::Timer(Wait::Probe) => &words::NEXT_PROBE,
        Cause::Timer(Wait::Unschedulable) => &words::NEXT_SCHEDULER,
        _ => &words::NEXT_OTHER,
    };
    let what = story::timer(&timer.cause, language);
    phrase.with(language, &[("time", &time), ("what", &what)])
}

/// What the kubelet retries: an image pull, the creation of a container that lacks something, or a restart.
fn after_back_off(timer: &Timer, store: &Store) -> &'static Text {
    let statuses = store.pod(&timer.key).map(|pod| {
        let status = &pod.status;
        status
            .init_container_statuses
            .iter()
            .chain(&*status.container_statuses)
    });
    let mut phrase = &words::NEXT_RESTART;
    let waiting = statuses.into_iter().flatten();
    for waiting in waiting.filter_map(|status| status.state.waiting.as_ref()) {
        match &*waiting.reason {
            "ErrImagePull" | "ImagePullBackOff" => return &words::NEXT_PULL,
            "CreateContainerConfigError" | "ContainerCreating" => phrase = &words::NEXT_CREATE,
            _ => {}
        }
    }
    phrase
}
