//! Who waits for what, since when, until when, and which command frees it.
//!
//! ```
//! use kubestep::engine::{Config, Engine};
//! use kubestep::{diagnosis, kubectl};
//! use kubestep::texts::Language;
//!
//! let mut engine = Engine::new(Config::default());
//! kubectl::run(&mut engine, "kubectl create deployment web --image=nginx:1.91", None);
//! engine.settle(1_000);
//!
//! let findings = diagnosis::diagnose(&engine);
//! assert_eq!(findings[0].cause.id, "image");
//! assert!(findings[0].text(Language::English).starts_with("Deployment web waits for pod web-"));
//! ```

pub mod causes;
mod deployments;
mod evidence;
pub mod goal;
mod others;
mod pods;
mod remedies;
mod stateful_sets;
mod trial;
mod workloads;

pub use causes::{Obstacle, Severity};
pub use evidence::{Evidence, EvidencePlace};
pub use remedies::patch_line;
pub use trial::{RunLine, Trial, TrialOutcome, attempt};

use crate::api::object::Key;
use crate::api::time::Time;
use crate::engine::Engine;
use crate::store::Store;
use crate::texts::{Language, pattern};
use crate::world::World;

/// A cause, with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The object that is not as wanted.
    pub about: Key,
    /// The cause.
    pub cause: &'static Obstacle,
    values: Vec<(&'static str, String)>,
    /// Since when, if the objects say so.
    pub since: Option<Time>,
    /// When something changes by itself at the latest: a deadline or the end of a grace period.
    pub until: Option<Time>,
    /// Where this can be seen.
    pub evidence: Vec<Evidence>,
    /// What would free it; each is tried by [`attempt`].
    pub remedies: Vec<Remedy>,
}

/// Command lines that free a workload, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// The lines.
    pub lines: Vec<String>,
}

impl Remedy {
    fn of(line: impl Into<String>) -> Self {
        let lines = vec![line.into()];
        Self { lines }
    }
}

impl Finding {
    fn new(about: Key, cause: &'static Obstacle) -> Self {
        Self {
            about,
            cause,
            values: Vec::new(),
            since: None,
            until: None,
            evidence: Vec::new(),
            remedies: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    fn since(self, since: impl Into<Option<Time>>) -> Self {
        Self {
            since: since.into(),
            ..self
        }
    }

    fn until(self, until: impl Into<Option<Time>>) -> Self {
        Self {
            until: until.into(),
            ..self
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut values = self.values.iter();
        let value = values.find(|(known, _)| *known == name);
        value.map(|(_, value)| &**value)
    }

    fn freed_by(mut self, remedies: impl IntoIterator<Item = Remedy>) -> Self {
        self.remedies.extend(remedies);
        self
    }

    /// The sentence.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        pattern::filled(self.cause.says.text(language), &|name| match name {
            "workload" => Some(self.about.to_string()),
            name => self.value(name).map(str::to_owned),
        })
    }
}

/// What the rules look at.
#[derive(Clone, Copy)]
struct Cluster<'a> {
    store: &'a Store,
    world: &'a World,
    now: Time,
}

/// The rules, each of which adds what it finds.
const RULES: [fn(Cluster<'_>, &mut Vec<Finding>); 9] = [
    deployments::deployments,
    stateful_sets::stateful_sets,
    deployments::lone_replica_sets,
    others::overlaps,
    others::finalizers,
    others::nodes,
    others::budgets,
    others::services,
    others::autoscalers,
];

/// The worst of what is found about an object.
#[must_use]
pub fn found(engine: &Engine, about: &Key) -> Option<Finding> {
    let mut findings = diagnose(engine).into_iter();
    findings.find(|found| found.about == *about)
}

/// Everything that is not as wanted, the worst first: what blocks, then what waits for the user, then what goes on by
/// itself, then risks; among them what has lasted longest.
#[must_use]
pub fn diagnose(engine: &Engine) -> Vec<Finding> {
    let cluster = Cluster {
        store: engine.store(),
        world: engine.world(),
        now: engine.now(),
    };
    let mut findings = Vec::new();
    for rule in RULES {
        rule(cluster, &mut findings);
    }
    findings.sort_by_key(|found| {
        let since = found.since.unwrap_or(cluster.now);
        (found.cause.severity, since, found.about.clone())
    });
    findings
}
