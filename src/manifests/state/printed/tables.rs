//! Tables of `kubectl get`: the default columns, `-o wide`, `-A` and `--show-labels`; several after one another.

use super::fault::LineFault;
use super::pods::PodRow;
use super::{Gathered, NAMESPACE, selectors, times};
use crate::api::kind::Kind;
use crate::api::object::Key;
use serde_json::{Value, json};

/// The tables that are read, by their first columns.
const TABLES: [(Kind, &[&str]); 5] = [
    (Kind::Pod, &["NAME", "READY", "STATUS", "RESTARTS", "AGE"]),
    (
        Kind::Deployment,
        &["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"],
    ),
    (
        Kind::ReplicaSet,
        &["NAME", "DESIRED", "CURRENT", "READY", "AGE"],
    ),
    (Kind::StatefulSet, &["NAME", "READY", "AGE"]),
    (Kind::Node, &["NAME", "STATUS", "ROLES", "AGE"]),
];
/// Titles of two words.
const TITLES: [(&str, &str); 3] = [
    ("NOMINATED", "NODE"),
    ("READINESS", "GATES"),
    ("NODE", "SELECTOR"),
];
/// Titles by which a table that is not read is named.
const NAMED_BY: usize = 4;

/// A table, whose rows follow.
pub struct PrintedTable {
    kind: Option<Kind>,
    columns: Vec<String>,
    namespace: String,
    /// Whether it has been named among those that are not read.
    is_named: bool,
}

/// Whether a line is the header of a table.
pub fn is_header(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let first = words.next();
    let is_name = match first {
        Some("NAME") => true,
        Some("NAMESPACE") => words.next() == Some("NAME"),
        _ => false,
    };
    is_name && words.next().is_some() && !line.contains(|letter: char| letter.is_lowercase())
}

/// The namespace that a command names.
pub fn namespace_of_command(line: &str) -> String {
    let mut words = line.split_whitespace();
    while let Some(word) = words.next() {
        let name = match word {
            "-n" | "--namespace" => words.next(),
            _ => word
                .strip_prefix("--namespace=")
                .or_else(|| word.strip_prefix("-n=")),
        };
        if let Some(name) = name {
            return name.to_owned();
        }
    }
    NAMESPACE.to_owned()
}

/// The words of a line, of which some belong together.
fn cells(line: &str, belong: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut cells: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        match cells.last_mut().filter(|last| belong(last, word)) {
            Some(last) => *last = format!("{last} {word}"),
            None => cells.push(word.to_owned()),
        }
    }
    cells
}

impl PrintedTable {
    /// The table with this header.
    pub fn new(header: &str, namespace: &str) -> Self {
        let columns = cells(header, |last, word| TITLES.contains(&(last, word)));
        let own = columns.iter().skip_while(|title| *title == "NAMESPACE");
        let own: Vec<&str> = own.map(String::as_str).collect();
        let known = TABLES.iter().find(|(_, titles)| own.starts_with(titles));
        Self {
            kind: known.map(|(kind, _)| *kind),
            columns,
            namespace: namespace.to_owned(),
            is_named: false,
        }
    }

    /// Reads a row.
    pub fn row(&mut self, gathered: &mut Gathered, line: &str, number: u32) {
        // The cell of RESTARTS may go on with "(5m ago)".
        let cells = cells(line, |last, word| {
            word.starts_with('(') || last.contains('(') && !last.ends_with(')')
        });
        let cell = |title: &str| -> Option<&str> {
            let place = self.columns.iter().position(|column| column == title)?;
            let cell = cells.get(place)?.as_str();
            (!matches!(cell, "<none>" | "<unset>")).then_some(cell)
        };
        let name = cell("NAME").unwrap_or_default();
        let (resource, name) = name.split_once('/').unwrap_or(("", name));
        let resource = resource.split('.').next().unwrap_or_default();
        let of_kind = |kind: &Kind| resource.is_empty() || is_resource(*kind, resource);
        let Some(kind) = self.kind.filter(of_kind) else {
            let named = match resource {
                "" => self.columns.get(..NAMED_BY).unwrap_or(&self.columns),
                _ => &[resource.to_owned()],
            };
            if !std::mem::replace(&mut self.is_named, true) {
                gathered.assumed.tables.insert(named.join(" "));
            }
            return;
        };
        let is_given = |(known, _): &&(Kind, &[&str])| *known == kind;
        let titles = TABLES.iter().find(is_given).map_or(0, |(_, own)| own.len());
        let columns =
            titles + usize::from(self.columns.first().is_some_and(|one| one == "NAMESPACE"));
        if cells.len() < columns {
            let line = line.to_owned();
            let cells = cells.len();
            return gathered.refuse(
                number,
                LineFault::Cells {
                    cells,
                    columns,
                    line,
                },
            );
        }
        let namespace = cell("NAMESPACE").unwrap_or(&self.namespace);
        let namespace = if kind == Kind::Node { "" } else { namespace };
        let key = Key::of(kind, namespace, name);
        if let Err(fault) = fill(gathered, &key, number, &cell) {
            gathered.refuse(number, fault);
        }
    }
}

/// Whether a word before a name, such as `deployment` in `deployment.apps/web`, stands for a kind.
fn is_resource(kind: Kind, word: &str) -> bool {
    word.eq_ignore_ascii_case(kind.name()) || word == kind.plural()
}

/// Takes over the cells of a row.
fn fill<'c>(
    gathered: &mut Gathered,
    key: &Key,
    line: u32,
    cell: &dyn Fn(&str) -> Option<&'c str>,
) -> Result<(), LineFault> {
    let row = match key.kind {
        Kind::Pod => Some(PodRow::of(cell)?),
        _ => None,
    };
    let mut fields = Vec::new();
    match key.kind {
        Kind::Deployment => {
            let (ready, wanted) = pair(cell, "READY")?;
            fields = vec![
                ("spec", "replicas", wanted),
                ("status", "readyReplicas", ready),
                ("status", "updatedReplicas", whole(cell, "UP-TO-DATE")?),
                ("status", "availableReplicas", whole(cell, "AVAILABLE")?),
            ];
        }
        Kind::ReplicaSet => {
            fields = vec![
                ("spec", "replicas", whole(cell, "DESIRED")?),
                ("status", "replicas", whole(cell, "CURRENT")?),
                ("status", "readyReplicas", whole(cell, "READY")?),
            ];
        }
        Kind::StatefulSet => {
            let (ready, wanted) = pair(cell, "READY")?;
            fields = vec![
                ("spec", "replicas", wanted),
                ("status", "readyReplicas", ready),
            ];
        }
        _ => {}
    }
    let found = gathered.at(key, line);
    found.age = cell("AGE").and_then(times::age).or(found.age);
    for (part, field, number) in fields {
        found.value[part][field] = number.into();
    }
    let value = &mut found.value;
    match key.kind {
        Kind::Pod => {
            found.row = row;
            for (title, part, field) in [("NODE", "spec", "nodeName"), ("IP", "status", "podIP")] {
                if let Some(text) = cell(title) {
                    value[part][field] = text.into();
                }
            }
            let labels = cell("LABELS").and_then(selectors::selector);
            if let Some(labels) = labels.as_ref().and_then(selectors::matching) {
                value["metadata"]["labels"] = labels;
            }
        }
        Kind::Node => node(value, cell("STATUS").unwrap_or_default()),
        _ => wide(value, cell),
    }
    Ok(())
}

/// The columns of `-o wide` of a workload.
fn wide<'c>(value: &mut Value, cell: &dyn Fn(&str) -> Option<&'c str>) {
    if let (Some(names), Some(images)) = (cell("CONTAINERS"), cell("IMAGES"))
        && value["spec"]["template"].is_null()
    {
        let both = names.split(',').zip(images.split(','));
        let containers: Vec<Value> = both
            .map(|(name, image)| json!({ "name": name, "image": image }))
            .collect();
        value["spec"]["template"] = json!({ "spec": { "containers": containers } });
    }
    if let Some(selector) = cell("SELECTOR").and_then(selectors::selector) {
        value["spec"]["selector"] = selector;
    }
}

/// A node's STATUS, such as `NotReady,SchedulingDisabled`.
fn node(value: &mut Value, status: &str) {
    let is = |word: &str| status.split(',').any(|one| one == word);
    let ready = if is("Ready") { "True" } else { "Unknown" };
    value["status"]["conditions"] = json!([{ "type": "Ready", "status": ready }]);
    if is("SchedulingDisabled") {
        value["spec"]["unschedulable"] = true.into();
    }
}

/// A whole number in a cell.
fn whole<'c>(cell: &dyn Fn(&str) -> Option<&'c str>, name: &'static str) -> Result<i64, LineFault> {
    let text = cell(name).unwrap_or_default();
    let number: Option<u32> = text.parse().ok();
    number.map(i64::from).ok_or_else(|| LineFault::Cell {
        name,
        text: text.to_owned(),
    })
}

/// Two whole numbers in a cell, such as `2/3`.
pub fn pair<'c>(
    cell: &dyn Fn(&str) -> Option<&'c str>,
    name: &'static str,
) -> Result<(i64, i64), LineFault> {
    let text = cell(name).unwrap_or_default();
    let both = text.split_once('/');
    let number = |text: &str| -> Option<i64> { text.parse::<u32>().ok().map(i64::from) };
    let both = both.and_then(|(one, other)| Some((number(one)?, number(other)?)));
    both.ok_or_else(|| LineFault::Cell {
        name,
        text: text.to_owned(),
    })
}
