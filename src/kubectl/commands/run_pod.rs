//! `kubectl run`: a pod from arguments (`staging/src/k8s.io/kubectl/pkg/cmd/run/run.go`).

use super::Invocation;
use super::create;
use super::session::Execution;
use super::waiting::WaitingCommand;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::names;
use crate::kubectl::image_name;
use crate::manifests::{DryRun, Failure};
use crate::versions::Feature;
use serde_json::{Map, Value, json};

/// How long `run --rm -i` waits for the pod to run: a minute.
const RUNNING_TIMEOUT: i64 = 60_000;

/// `kubectl run NAME --image=IMAGE`
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let dry_run = session.dry_run()?;
    let line = Line {
        flags: &session.invocation,
        words: &words,
        dry_run,
        by_generator: !session
            .engine
            .store()
            .has(Feature::KubectlRunWithoutGenerators),
    };
    line.check()?;
    let (attaches, program) = (line.attaches(), line.program());
    if attaches && (!line.flags.switch("rm", false) || program.is_empty()) {
        let text = "run --stdin, --tty or --attach without --rm and a program such as nslookup";
        return Err(Failure::NotSimulated(text.to_owned()));
    }
    let value = line.pod()?;
    let key = session.key(Kind::Pod, line.name());
    create::create(session, Kind::Pod, value, "created", |error| error.into())?;
    if attaches {
        session.out.clear();
        let deadline = session.engine.now().plus_millis(RUNNING_TIMEOUT);
        session.waiting = Some(WaitingCommand::for_program(key, program, deadline));
    }
    Ok(())
}

/// A check of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    Labels,
    Environment,
    RestartPolicy,
    PullPolicy,
    Name,
    Image,
    Terminal,
    Port,
    Remove,
    DryRun,
}

/// The order of the checks.
const CHECKS: [Check; 10] = [
    Check::Labels,
    Check::Environment,
    Check::RestartPolicy,
    Check::PullPolicy,
    Check::Name,
    Check::Image,
    Check::Terminal,
    Check::Port,
    Check::Remove,
    Check::DryRun,
];

/// The order of the checks with a generator, which checked its own parameters last.
const CHECKS_BY_GENERATOR: [Check; 10] = [
    Check::Name,
    Check::Image,
    Check::Terminal,
    Check::RestartPolicy,
    Check::Remove,
    Check::DryRun,
    Check::PullPolicy,
    Check::Environment,
    Check::Labels,
    Check::Port,
];

/// The checks whose error refers to the help.
const USAGE_BY_GENERATOR: [Check; 6] = [
    Check::Name,
    Check::Terminal,
    Check::RestartPolicy,
    Check::Remove,
    Check::DryRun,
    Check::PullPolicy,
];

const RESTART_POLICIES: [&str; 3] = ["Always", "OnFailure", "Never"];
const PULL_POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];

/// A command line of `run`.
struct Line<'a> {
    flags: &'a Invocation,
    words: &'a [String],
    dry_run: DryRun,
    /// Whether a generator creates the pod, as up to 1.36.
    by_generator: bool,
}

impl Line<'_> {
    fn text(&self, flag: &str) -> &str {
        self.flags.text(flag).unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The words after the name, and those after `--`.
    fn program(&self) -> Vec<String> {
        let words = self.words.iter().skip(1);
        words.chain(&self.flags.after_dashes).cloned().collect()
    }

    fn attaches(&self) -> bool {
        let stdin = self.flags.switch("stdin", false);
        self.flags.switch("attach", stdin)
    }

    fn check(&self) -> Result<(), Failure> {
        let order = if self.by_generator {
            CHECKS_BY_GENERATOR
        } else {
            CHECKS
        };
        for check in order {
            if let Err(mut text) = self.holds(check) {
                if self.by_generator && USAGE_BY_GENERATOR.contains(&check) {
                    text.push_str("\nSee 'kubectl run -h' for help and examples");
                }
                return Err(Failure::Usage(text));
            }
        }
        Ok(())
    }

    /// The error of a check.
    fn holds(&self, check: Check) -> Result<(), String> {
        let must = |holds: bool, text: &str| holds.then_some(()).ok_or_else(|| text.to_owned());
        let (tty, stdin) = (
            self.flags.switch("tty", false),
            self.flags.switch("stdin", false),
        );
        match check {
            Check::Labels => self.labels().map(drop),
            Check::Environment => self.environment().map(drop),
            Check::RestartPolicy => self.one_of("restart", "restart policy", &RESTART_POLICIES),
            Check::PullPolicy => {
                self.one_of("image-pull-policy", "image pull policy", &PULL_POLICIES)
            }
            Check::Name => must(!self.words.is_empty(), "NAME is required for run"),
            Check::Image if self.text("image").is_empty() => Err("--image is required".to_owned()),
            Check::Image => {
                let image = self.text("image");
                let letter = if self.by_generator { "I" } else { "i" };
                let text = format!(
                    "{letter}nvalid image name {}: invalid reference format",
                    quote(image)
                );
                must(image_name::is_reference(image), &text)
            }
            Check::Terminal => must(
                stdin || !tty,
                "-i/--stdin is required for containers with -t/--tty=true",
            ),
            Check::Port => self.port().map(drop),
            Check::Remove => must(
                self.attaches() || !self.flags.switch("rm", false),
                "--rm should only be used for attached containers",
            ),
            Check::DryRun => must(
                !self.attaches() || self.dry_run == DryRun::No,
                "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
            ),
        }
    }

    fn one_of(&self, flag: &str, what: &str, known: &[&str]) -> Result<(), String> {
        let value = self.text(flag);
        if value.is_empty() || known.contains(&value) {
            return Ok(());
        }
        let known = match self.by_generator {
            true => String::new(),
            false => format!(", valid values are: {}", known.join(", ")),
        };
        Err(format!("invalid {what}: {value}{known}"))
    }

    fn labels(&self) -> Result<Value, String> {
        let text = self.text("labels");
        if text.is_empty() {
            return Ok(json!({ "run": self.name() }));
        }
        let mut labels = Map::new();
        for part in text.split(',') {
            let [key, value] = part.split('=').collect::<Vec<_>>()[..] else {
                return Err(format!("unexpected label spec: {part}"));
            };
            if key.is_empty() {
                return Err("unexpected empty label key".to_owned());
            }
            labels.insert(key.to_owned(), value.into());
        }
        Ok(labels.into())
    }

    fn environment(&self) -> Result<Vec<Value>, String> {
        let variable = |pair: &str| {
            let known = pair.split_once('=').filter(|(name, _)| {
                let complaints = names::portable_environment_variable(name);
                complaints.is_empty()
            });
            let (name, value) = known.ok_or_else(|| format!("invalid env: {pair}"))?;
            Ok(json!({ "name": name, "value": value }))
        };
        self.flags.values("env").map(variable).collect()
    }

    fn port(&self) -> Result<Option<i64>, String> {
        let text = self.text("port");
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| match self.by_generator {
            false => "--port must be a number".to_owned(),
            true => format!("strconv.Atoi: parsing {}: invalid syntax", quote(text)),
        })
    }

    fn pod(&self) -> Result<Value, Failure> {
        let mut container =
            json!({ "image": self.text("image"), "name": self.name(), "resources": {} });
        let program = self.program();
        if !program.is_empty() {
            let field = match self.flags.switch("command", false) {
                true => "command",
                false => "args",
            };
            container[field] = json!(program);
        }
        if let Some(port) = self.port().map_err(Failure::Usage)? {
            container["ports"] = json!([{ "containerPort": port }]);
        }
        let environment = self.environment().map_err(Failure::Usage)?;
        if !environment.is_empty() {
            container["env"] = environment.into();
        }
        let pull_policy = self.text("image-pull-policy");
        if !pull_policy.is_empty() {
            container["imagePullPolicy"] = pull_policy.into();
        }
        for (field, flag) in [("stdin", "stdin"), ("stdinOnce", "stdin"), ("tty", "tty")] {
            if self.flags.switch(flag, false) {
                container[field] = true.into();
            }
        }
        let restart = match self.text("restart") {
            "" => "Always",
            policy => policy,
        };
        let labels = self.labels().map_err(Failure::Usage)?;
        Ok(json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": { "labels": labels, "name": self.name() },
            "spec": { "containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart },
            "status": {},
        }))
    }
}
