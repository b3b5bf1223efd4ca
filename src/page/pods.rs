//! The appearance of a pod: kubectl's words for it, and one of a few shapes.

use super::words;
use kubestep::api::pod::{Pod, PodPhase};
use kubestep::api::time::Time;
use kubestep::print::pod::PodSummary;
use kubestep::texts::Text;

/// The state of a pod, with a shape and colour for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodState {
    /// Not accepted by a kubelet yet.
    Pending,
    /// Its containers are being created.
    Creating,
    /// Running but not ready.
    Running,
    /// Ready, but not for minReadySeconds yet.
    Ready,
    /// Available: ready for long enough.
    Available,
    /// Being terminated.
    Terminating,
    /// Unable to run.
    Failing,
    /// On a node that does not respond.
    Unknown,
    /// Succeeded.
    Completed,
}

impl PodState {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Creating,
        Self::Running,
        Self::Ready,
        Self::Available,
        Self::Terminating,
        Self::Failing,
        Self::Unknown,
        Self::Completed,
    ];

    /// The states in the legend, in the order of a pod's life.
    pub const LEGEND: [Self; 8] = [
        Self::Pending,
        Self::Creating,
        Self::Running,
        Self::Ready,
        Self::Available,
        Self::Terminating,
        Self::Failing,
        Self::Unknown,
    ];

    /// The state of a pod whose controller has `min_ready` as minReadySeconds.
    pub fn of(pod: &Pod, min_ready: i32, now: Time) -> Self {
        if pod.metadata.is_terminating() {
            let lost = pod.status.reason.as_deref() == Some("NodeLost");
            return if lost {
                Self::Unknown
            } else {
                Self::Terminating
            };
        }
        match pod.status.phase {
            PodPhase::Unknown => Self::Unknown,
            PodPhase::Failed => Self::Failing,
            PodPhase::Succeeded => Self::Completed,
            _ if is_failing(pod) => Self::Failing,
            PodPhase::Pending if pod.status.container_statuses.is_empty() => Self::Pending,
            PodPhase::Pending => Self::Creating,
            PodPhase::Running if !pod.is_ready() => Self::Running,
            PodPhase::Running if !pod.is_available(min_ready, now) => Self::Ready,
            PodPhase::Running => Self::Available,
        }
    }

    /// The name of its colour and glyph in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Creating => "creating",
            Self::Running => "running",
            Self::Ready => "ready",
            Self::Available => "available",
            Self::Terminating => "terminating",
            Self::Failing => "failing",
            Self::Unknown => "unknown",
            Self::Completed => "completed",
        }
    }

    /// Its glyph as an SVG path in 16 by 16; filled if the class is `full`.
    pub fn shape(self) -> &'static str {
        match self {
            Self::Pending => r#"<circle cx="8" cy="8" r="6" stroke-dasharray="2.2 2.5"/>"#,
            Self::Creating => {
                r#"<circle cx="8" cy="8" r="6"/><path d="M8 8V2a6 6 0 0 1 6 6z" class="full"/>"#
            }
            Self::Running => {
                r#"<circle cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z" class="full"/>"#
            }
            Self::Ready => {
                r#"<circle cx="8" cy="8" r="6.2" stroke-width="1.2"/><circle cx="8" cy="8" r="3.6" class="full"/>"#
            }
            Self::Available => r#"<path d="M3 8.6l3.4 3.4L13 4.6" stroke-width="2.2"/>"#,
            Self::Terminating => {
                r#"<rect x="2.5" y="2.5" width="11" height="11" rx="1.5"/><path d="M3 9l6-6M3.5 13.5l10-10M7 13l6-6"/>"#
            }
            Self::Failing => {
                r#"<path d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4z"/><path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" stroke-width="1.8"/>"#
            }
            Self::Unknown => {
                r#"<path d="M5 6a3 3 0 1 1 4.6 2.5C8.5 9.2 8 9.7 8 10.8" stroke-width="1.8"/><circle cx="8" cy="13.4" r="1.1" class="full"/>"#
            }
            Self::Completed => r#"<rect x="3" y="3" width="10" height="10" rx="2" class="full"/>"#,
        }
    }

    /// Its meaning, for the legend.
    pub fn meaning(self) -> &'static Text {
        match self {
            Self::Pending => &words::STATE_PENDING,
            Self::Creating => &words::STATE_CREATING,
            Self::Running => &words::STATE_RUNNING,
            Self::Ready => &words::STATE_READY,
            Self::Available => &words::STATE_AVAILABLE,
            Self::Terminating => &words::STATE_TERMINATING,
            Self::Failing => &words::STATE_FAILING,
            Self::Unknown => &words::STATE_UNKNOWN,
            Self::Completed => &words::STATE_COMPLETED,
        }
    }
}

/// A ring that shows the progress of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ring {
    /// Start and end of the wait.
    between: [Time; 2],
    /// The filled part in thousandths.
    pub share: u16,
    /// Whether it empties, as a countdown.
    pub empties: bool,
}

/// A full ring.
const WHOLE: u16 = 1000;

impl Ring {
    /// A ring that fills up during a period.
    pub fn fills(between: [Time; 2], now: Time) -> Option<Self> {
        let [begun, due] = between;
        let (all, passed) = (due.since(begun), now.since(begun));
        if all <= 0 {
            return None;
        }
        let share = passed.clamp(0, all) * i64::from(WHOLE) / all;
        Some(Self {
            between,
            share: u16::try_from(share).unwrap_or(WHOLE),
            empties: false,
        })
    }

    /// A ring that empties during a period.
    pub fn empties(between: [Time; 2], now: Time) -> Option<Self> {
        let ring = Self::fills(between, now)?;
        Some(Self {
            share: WHOLE - ring.share,
            empties: true,
            ..ring
        })
    }

    /// The ring at another time.
    pub fn at(self, now: Time) -> Self {
        let other = match self.empties {
            true => Self::empties(self.between, now),
            false => Self::fills(self.between, now),
        };
        other.unwrap_or(self)
    }

    /// The ring at its start.
    pub fn beginning(self) -> Self {
        let share = if self.empties { WHOLE } else { 0 };
        Self { share, ..self }
    }

    /// Rotation of each half, in degrees from its hidden position.
    pub fn angles(self) -> [f64; 2] {
        let degrees = f64::from(self.share) * 360.0 / f64::from(WHOLE);
        [degrees.min(180.0), (degrees - 180.0).max(0.0)]
    }
}

fn is_failing(pod: &Pod) -> bool {
    pod.status.container_statuses.iter().any(|container| {
        let waits = container.state.waiting.as_ref().is_some_and(|waiting| {
            !matches!(
                &*waiting.reason,
                "" | "ContainerCreating" | "PodInitializing"
            )
        });
        let ended = container.state.terminated.as_ref();
        waits || ended.is_some_and(|ended| ended.exit_code != 0)
    })
}

/// READY and STATUS of a pod in `kubectl get pods`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodWords {
    /// `1/1`.
    pub ready: String,
    /// `Running`.
    pub status: String,
}

impl PodWords {
    /// READY and STATUS of a pod.
    pub fn of(pod: &Pod) -> Self {
        let summary = PodSummary::of(pod);
        Self {
            ready: summary.ready(),
            status: summary.status,
        }
    }
}
