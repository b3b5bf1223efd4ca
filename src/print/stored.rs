//! Tables of kinds that are only stored, as data: the columns of each kind and what their cells contain.

use serde_json::Value;

use super::jsonpath::{JsonPath, relaxed};
use super::workloads::containers;
use super::{Column, age, duration, name, or};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::look::{Look, format_labels, format_selector};
use crate::api::time::Time;

/// Maximum number of hosts of an Ingress shown.
const HOSTS_SHOWN: usize = 3;

/// The content of a column.
enum Cell {
    /// The name.
    Name,
    /// The time since the creation.
    Age,
    /// A text; `<none>` if it is empty or absent.
    Text(&'static str),
    /// A number, or a text that may be empty.
    Plain(&'static str),
    /// `N/A` if it is absent.
    OrNothing(&'static str),
    /// Anything else.
    Of(fn(&Value) -> String),
    /// Anything that depends on the time.
    At(fn(&Value, Time) -> String),
}

use Cell::{Age, At, Name, Of, OrNothing, Plain, Text};

impl Cell {
    fn text(&self, object: &Value, now: Time) -> String {
        match self {
            Name => name(object),
            Age => age(object, now),
            Text(path) => or(&object.scalar(path), "<none>").to_owned(),
            Plain(path) => object.scalar(path),
            OrNothing(path) => or(&object.scalar(path), "N/A").to_owned(),
            Of(cell) => cell(object),
            At(cell) => cell(object, now),
        }
    }
}

/// The table of a kind.
struct Table {
    columns: &'static [Column],
    cells: &'static [Cell],
}

macro_rules! tables {
    ($($name:ident = [$($column:literal $cell:expr),*] wide [$($wide:literal $more:expr),*];)*) => {
        $(static $name: Table = Table {
            columns: &[
                $(Column { name: $column, wide: false },)*
                $(Column { name: $wide, wide: true },)*
            ],
            cells: &[$($cell,)* $($more,)*],
        };)*
    };
}

tables! {
    DAEMON_SET = [
        "NAME" Name, "DESIRED" Plain("status.desiredNumberScheduled"), "CURRENT" Plain("status.currentNumberScheduled"),
        "READY" Plain("status.numberReady"), "UP-TO-DATE" Of(|set| set.int("status.updatedNumberScheduled").to_string()),
        "AVAILABLE" Of(|set| set.int("status.numberAvailable").to_string()),
        "NODE SELECTOR" Of(|set| format_labels(set.map("spec.template.spec.nodeSelector"))), "AGE" Age
    ] wide [
        "CONTAINERS" Of(|set| containers(set.at("spec.template"))[0].clone()),
        "IMAGES" Of(|set| containers(set.at("spec.template"))[1].clone()),
        "SELECTOR" Of(|set| format_selector(set.at("spec.selector")))
    ];
    JOB = [
        "NAME" Name, "STATUS" Of(job_status), "COMPLETIONS" Of(completions), "DURATION" At(job_duration), "AGE" Age
    ] wide [
        "CONTAINERS" Of(|job| containers(job.at("spec.template"))[0].clone()),
        "IMAGES" Of(|job| containers(job.at("spec.template"))[1].clone()),
        "SELECTOR" Of(|job| format_selector(job.at("spec.selector")))
    ];
    CRON_JOB = [
        "NAME" Name, "SCHEDULE" Plain("spec.schedule"), "TIMEZONE" Text("spec.timeZone"),
        "SUSPEND" Of(|job| truth(job.at("spec.suspend"))),
        "ACTIVE" Of(|job| job.list("status.active").len().to_string()),
        "LAST SCHEDULE" Text("status.lastScheduleTime"), "AGE" Age
    ] wide [
        "CONTAINERS" Of(|job| containers(job.at("spec.jobTemplate.spec.template"))[0].clone()),
        "IMAGES" Of(|job| containers(job.at("spec.jobTemplate.spec.template"))[1].clone()),
        "SELECTOR" Of(|job| format_selector(job.at("spec.jobTemplate.spec.selector")))
    ];
    INGRESS = [
        "NAME" Name, "CLASS" Text("spec.ingressClassName"), "HOSTS" Of(hosts),
        "ADDRESS" Of(|ingress| super::service::load_balancer(ingress, true)),
        "PORTS" Of(|ingress| if ingress.list("spec.tls").is_empty() { "80" } else { "80, 443" }.to_owned()), "AGE" Age
    ] wide [];
    INGRESS_CLASS = [
        "NAME" Name, "CONTROLLER" Plain("spec.controller"), "PARAMETERS" Of(parameters), "AGE" Age
    ] wide [];
    NETWORK_POLICY = [
        "NAME" Name, "POD-SELECTOR" Of(|policy| format_selector(policy.at("spec.podSelector"))), "AGE" Age
    ] wide [];
    BUDGET = [
        "NAME" Name, "MIN AVAILABLE" OrNothing("spec.minAvailable"), "MAX UNAVAILABLE" OrNothing("spec.maxUnavailable"),
        "ALLOWED DISRUPTIONS" Plain("status.disruptionsAllowed"), "AGE" Age
    ] wide [];
    QUOTA = [
        "NAME" Name, "REQUEST" Of(|quota| amounts(quota, false)), "LIMIT" Of(|quota| amounts(quota, true)), "AGE" Age
    ] wide [];
    CREATED = ["NAME" Name, "CREATED AT" Plain("metadata.creationTimestamp")] wide [];
    PRIORITY_CLASS = [
        "NAME" Name, "VALUE" Plain("value"), "GLOBAL-DEFAULT" Of(|class| class.flag("globalDefault").to_string()),
        "AGE" Age, "PREEMPTIONPOLICY" Plain("preemptionPolicy")
    ] wide [];
    BINDING = [
        "NAME" Name, "ROLE" Of(|binding| format!("{}/{}", binding.text("roleRef.kind"), binding.text("roleRef.name"))),
        "AGE" Age
    ] wide [
        "USERS" Of(|binding| subjects(binding, "User")), "GROUPS" Of(|binding| subjects(binding, "Group")),
        "SERVICEACCOUNTS" Of(|binding| subjects(binding, "ServiceAccount"))
    ];
    WEBHOOKS = [
        "NAME" Name, "WEBHOOKS" Of(|hooks| hooks.list("webhooks").len().to_string()), "AGE" Age
    ] wide [];
    API_SERVICE = ["NAME" Name, "SERVICE" Of(api_service), "AVAILABLE" Of(|_| "Unknown".to_owned()), "AGE" Age] wide [];
}

fn table(kind: Kind) -> &'static Table {
    match kind {
        Kind::DaemonSet => &DAEMON_SET,
        Kind::Job => &JOB,
        Kind::CronJob => &CRON_JOB,
        Kind::Ingress => &INGRESS,
        Kind::IngressClass => &INGRESS_CLASS,
        Kind::NetworkPolicy => &NETWORK_POLICY,
        Kind::PodDisruptionBudget => &BUDGET,
        Kind::ResourceQuota => &QUOTA,
        Kind::PriorityClass => &PRIORITY_CLASS,
        Kind::RoleBinding | Kind::ClusterRoleBinding => &BINDING,
        Kind::MutatingWebhookConfiguration | Kind::ValidatingWebhookConfiguration => &WEBHOOKS,
        Kind::APIService => &API_SERVICE,
        // LimitRanges, roles, and definitions of custom kinds.
        _ => &CREATED,
    }
}

/// The columns of a kind.
pub(super) fn columns(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::Custom(id) => &id.definition().columns,
        kind => table(kind).columns,
    }
}

/// The cells of an object.
pub(super) fn row(kind: Kind, object: &Value, now: Time) -> Vec<String> {
    let Kind::Custom(id) = kind else {
        let cells = table(kind).cells.iter();
        return cells.map(|cell| cell.text(object, now)).collect();
    };
    let mut cells = vec![name(object)];
    for cell in &id.definition().cells {
        let value = at_path(object, cell.path).unwrap_or_default();
        cells.push(match cell.is_date {
            true if value.is_empty() => value,
            true => super::time::since(&value, now),
            false => value,
        });
    }
    cells
}

/// The text at a JSONPath; `None` if the path selects nothing
/// (`staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go`).
fn at_path(object: &Value, path: &str) -> Option<String> {
    let path = JsonPath::parse(&relaxed(path).ok()?).ok()?;
    path.text(object, true).ok()
}

fn truth(value: &Value) -> String {
    match value.as_bool() {
        Some(true) => "True",
        Some(false) => "False",
        None => "<unset>",
    }
    .to_owned()
}

/// Whether a condition of the object is true.
fn has_condition(object: &Value, kind: &str) -> bool {
    let mut conditions = object.list("status.conditions").iter();
    conditions.any(|known| known.text("type") == kind && known.text("status") == "True")
}

fn job_status(job: &Value) -> String {
    let known = [
        ("Complete", "Complete"),
        ("Failed", "Failed"),
        ("Suspended", "Suspended"),
        ("FailureTarget", "FailureTarget"),
        ("SuccessCriteriaMet", "SuccessCriteriaMet"),
    ];
    let (ended, going) = known.split_at(2);
    let of = |among: &[(&str, &'static str)]| {
        let found = among.iter().find(|(kind, _)| has_condition(job, kind));
        found.map(|(_, word)| *word)
    };
    let leaving = job
        .has("metadata.deletionTimestamp")
        .then_some("Terminating");
    let word = of(ended).or(leaving).or_else(|| of(going));
    word.unwrap_or("Running").to_owned()
}

fn completions(job: &Value) -> String {
    let succeeded = job.int("status.succeeded");
    match (
        job.at("spec.completions").as_i64(),
        job.int("spec.parallelism"),
    ) {
        (Some(wanted), _) => format!("{succeeded}/{wanted}"),
        (None, several @ 2..) => format!("{succeeded}/1 of {several}"),
        (None, _) => format!("{succeeded}/1"),
    }
}

fn job_duration(job: &Value, now: Time) -> String {
    let Some(start) = Time::parse(job.text("status.startTime")) else {
        return String::new();
    };
    let end = Time::parse(job.text("status.completionTime")).unwrap_or(now);
    duration::human(end.since(start))
}

fn hosts(ingress: &Value) -> String {
    let hosts = ingress.list("spec.rules").iter();
    let hosts: Vec<&str> = hosts
        .map(|rule| rule.text("host"))
        .filter(|host| !host.is_empty())
        .collect();
    let shown = hosts
        .get(..hosts.len().min(HOSTS_SHOWN))
        .unwrap_or_default();
    match hosts.len() {
        0 => "*".to_owned(),
        count if count > HOSTS_SHOWN => {
            format!("{} + {} more...", shown.join(","), count - HOSTS_SHOWN)
        }
        _ => shown.join(","),
    }
}

fn parameters(class: &Value) -> String {
    let reference = class.at("spec.parameters");
    if reference.is_null() {
        return "<none>".to_owned();
    }
    let group = match reference.text("apiGroup") {
        "" => String::new(),
        group => format!(".{group}"),
    };
    format!(
        "{}{group}/{}",
        reference.text("kind"),
        reference.text("name")
    )
}

/// Used and hard amounts of a quota: those of limits, or all others.
fn amounts(quota: &Value, of_limits: bool) -> String {
    let hard = quota.map("status.hard").into_iter().flatten();
    let mut texts: Vec<String> = hard
        .filter(|(resource, _)| resource.starts_with("limits.") == of_limits)
        .map(|(resource, hard)| {
            let used = quota
                .at("status.used")
                .key(resource)
                .as_str()
                .unwrap_or("0");
            format!("{resource}: {used}/{}", hard.as_str().unwrap_or_default())
        })
        .collect();
    light::sort(&mut texts, Ord::cmp);
    texts.join(", ")
}

/// The subjects of a kind, joined.
fn subjects(binding: &Value, kind: &str) -> String {
    let own = binding.list("subjects").iter();
    let own = own.filter(|subject| subject.text("kind") == kind);
    let names = own.map(|subject| match (kind, subject.text("namespace")) {
        ("ServiceAccount", namespace) => format!("{namespace}/{}", subject.text("name")),
        _ => subject.text("name").to_owned(),
    });
    names.collect::<Vec<String>>().join(", ")
}

fn api_service(service: &Value) -> String {
    match service.at("spec.service") {
        Value::Null => "Local".to_owned(),
        own => format!("{}/{}", own.text("namespace"), own.text("name")),
    }
}
