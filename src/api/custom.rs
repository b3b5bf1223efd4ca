//! Kinds defined by CustomResourceDefinitions.
//!
//! A [`Kind`] is small and copied everywhere, so the names of custom kinds are kept aside, once for each distinct
//! definition and for as long as the program runs. They are only names: which custom kinds a cluster serves at the
//! moment follows from the definitions in its store, see [`Customs`].

use super::kind::{Info, Kind, PLAIN};
use super::look::Look;
use serde_json::{Value, json};
use std::cmp::{Ordering, Reverse};
use std::sync::{PoisonError, RwLock};

/// The index of a custom kind. It orders by group and name, not by the order in which kinds became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CustomId(u16);

/// A kind as its CustomResourceDefinition describes it.
#[derive(Debug)]
pub struct Definition {
    /// Its names, in the version that the server prefers.
    pub info: Info,
    /// The `apiVersion` of each served version; all of them serve the same objects.
    pub served: Vec<&'static str>,
    /// The columns of its table.
    pub columns: Vec<Column>,
    /// The content of the columns after the first, which is the name.
    pub cells: Vec<PrinterCell>,
    /// The names of its categories, such as `all`.
    pub categories: Vec<&'static str>,
    /// What tells it from other definitions.
    mark: String,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The header, in upper case.
    pub name: &'static str,
    /// Shown only with `-o wide`.
    pub wide: bool,
}

/// The content of a column (`additionalPrinterColumns`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrinterCell {
    /// The JSONPath of the value, without braces.
    pub path: &'static str,
    /// Whether the value is a date, which is printed as an age.
    pub is_date: bool,
}

static KNOWN: RwLock<Vec<&'static Definition>> = RwLock::new(Vec::new());

impl CustomId {
    /// The kind's definition.
    #[must_use]
    pub fn definition(self) -> &'static Definition {
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
        match known.get(usize::from(self.0)) {
            Some(definition) => definition,
            // Ids are only made together with their definitions.
            None => unreachable!("custom kind {} has no definition", self.0),
        }
    }

    pub(super) fn info(self) -> &'static Info {
        &self.definition().info
    }
}

impl Ord for CustomId {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other {
            return Ordering::Equal;
        }
        let [a, b] = [self, other].map(|id| id.definition());
        let place = |info: &Info| (info.group, info.plural);
        place(&a.info)
            .cmp(&place(&b.info))
            .then_with(|| a.mark.cmp(&b.mark))
    }
}

impl PartialOrd for CustomId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The custom kinds that a cluster serves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customs(Vec<(String, CustomId)>);

impl Customs {
    /// Adds the kind of a CustomResourceDefinition, or replaces it. Returns the kind that it replaces, if that is
    /// another one.
    pub fn define(&mut self, name: &str, definition: &Value) -> Option<CustomId> {
        let old = self.forget(name);
        let new = defined(definition);
        if let Some(new) = new {
            self.0.push((name.to_owned(), new));
            super::light::sort(&mut self.0, |a, b| a.1.cmp(&b.1));
        }
        old.filter(|_| old != new)
    }

    /// Removes the kind of a CustomResourceDefinition, which it returns.
    pub fn forget(&mut self, name: &str) -> Option<CustomId> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// The kind of a CustomResourceDefinition.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<Kind> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, id)| Kind::Custom(*id))
    }

    /// All custom kinds, in order.
    pub fn all(&self) -> impl Iterator<Item = Kind> {
        self.0.iter().map(|(_, id)| Kind::Custom(*id))
    }

    /// The kind for a manifest's `apiVersion` and `kind`, custom or not.
    #[must_use]
    pub fn from_api(&self, api_version: &str, kind: &str) -> Option<Kind> {
        let custom = || self.all().find(|own| own.is_of(api_version, kind));
        Kind::from_api(api_version, kind).or_else(custom)
    }

    /// The kind for a resource argument of kubectl, custom or not.
    #[must_use]
    pub fn from_resource(&self, word: &str) -> Option<Kind> {
        let word = &word.to_ascii_lowercase();
        let custom = || self.all().find(|own| own.info().is_named(word));
        Kind::from_resource(word).or_else(custom)
    }
}

/// The custom kind with a name such as `Certificate.cert-manager.io`, if a definition of it was ever seen.
#[must_use]
pub fn seen(kind_name: &str) -> Option<Kind> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let (name, group) = kind_name.split_once('.')?;
    let mut infos = known.iter().rev().map(|known| &known.info);
    let found = infos.find(|info| info.name == name && info.group == group);
    found.map(|info| info.kind)
}

/// The kind that a CustomResourceDefinition defines; `None` if it serves no version.
#[must_use]
pub fn defined(definition: &Value) -> Option<CustomId> {
    let spec = definition.at("spec");
    let mut versions: Vec<&Value> = spec.list("versions").iter().collect();
    versions.retain(|version| version.flag("served"));
    super::light::sort(&mut versions, |a, b| {
        rank(a.text("name")).cmp(&rank(b.text("name")))
    });
    let preferred = *versions.first()?;
    let names: Vec<&str> = versions
        .iter()
        .map(|version| version.text("name"))
        .collect();
    let columns = preferred.list("additionalPrinterColumns").iter();
    let columns = columns.map(|column| {
        let priority = column.at("priority").as_i64().unwrap_or(0);
        json!([
            column.text("name"),
            column.text("jsonPath"),
            column.text("type"),
            priority
        ])
    });
    let own = spec.at("names");
    let kind = own.text("kind");
    let singular = match own.text("singular") {
        "" => kind.to_ascii_lowercase(),
        singular => singular.to_owned(),
    };
    let mark = json!({
        "group": spec.text("group"), "scope": spec.text("scope"), "kind": kind, "singular": singular,
        "plural": own.text("plural"), "shortNames": own.list("shortNames"), "categories": own.list("categories"),
        "versions": names, "columns": columns.collect::<Vec<Value>>(),
        "status": preferred.has("subresources.status"),
    });
    Some(interned(&mark))
}

/// The place of a version: stable ones before betas before alphas, and the latest of each first
/// (`staging/src/k8s.io/apimachinery/pkg/version/helpers.go`, CompareKubeAwareVersionStrings).
fn rank(version: &str) -> (u8, Reverse<u32>, Reverse<u32>, String) {
    let parsed = version.strip_prefix('v').and_then(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit());
        let (major, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let (stage, minor) = match rest {
            "" => (0, ""),
            rest => match (rest.strip_prefix("beta"), rest.strip_prefix("alpha")) {
                (Some(minor), _) => (1, minor),
                (_, Some(minor)) => (2, minor),
                _ => return None,
            },
        };
        let minor = if stage == 0 { 0 } else { minor.parse().ok()? };
        Some((stage, Reverse(major.parse().ok()?), Reverse(minor)))
    });
    let (stage, major, minor) = parsed.unwrap_or((3, Reverse(0), Reverse(0)));
    (stage, major, minor, version.to_owned())
}

/// Keeps a text for as long as the program runs.
fn kept(text: impl Into<String>) -> &'static str {
    Box::leak(text.into().into_boxed_str())
}

/// The id of the kind that a mark describes.
fn interned(mark: &Value) -> CustomId {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    let place = |index: usize| CustomId(u16::try_from(index).unwrap_or(u16::MAX));
    let text = mark.to_string();
    if let Some(index) = known.iter().position(|known| known.mark == text) {
        return place(index);
    }
    let id = place(known.len());
    known.push(Box::leak(Box::new(described(id, mark, text))));
    id
}

/// The definition that a mark describes.
fn described(id: CustomId, mark: &Value, text: String) -> Definition {
    let words = |field: &str| -> Vec<&'static str> {
        let words = mark.list(field).iter().filter_map(Value::as_str);
        words.map(kept).collect()
    };
    let group = kept(mark.text("group"));
    let versions = words("versions");
    let served = versions
        .iter()
        .map(|version| kept(format!("{group}/{version}")));
    let served: Vec<&'static str> = served.collect();
    let categories = words("categories");
    let info = Info {
        kind: Kind::Custom(id),
        name: kept(mark.text("kind")),
        group,
        version: versions.first().copied().unwrap_or_default(),
        api_version: served.first().copied().unwrap_or_default(),
        plural: kept(mark.text("plural")),
        singular: kept(mark.text("singular")),
        short_names: words("shortNames").leak(),
        namespaced: mark.text("scope") == "Namespaced",
        in_all: categories.contains(&"all"),
        stored: true,
        generation: true,
        status_type: if mark.flag("status") { "status" } else { "" },
        ..PLAIN
    };
    let (columns, cells) = table(mark.list("columns"));
    Definition {
        info,
        served,
        columns,
        cells,
        categories,
        mark: text,
    }
}

/// The table of a kind, which has its age if the definition has no columns.
fn table(given: &[Value]) -> (Vec<Column>, Vec<PrinterCell>) {
    let column = |name: &'static str, wide: bool| Column { name, wide };
    let (mut columns, mut cells) = (vec![column("NAME", false)], Vec::new());
    for entry in given {
        let part = |at: usize| entry.get(at).and_then(Value::as_str).unwrap_or_default();
        let is_wide = entry.get(3).is_some_and(|priority| *priority != 0);
        columns.push(column(kept(part(0).to_uppercase()), is_wide));
        cells.push(PrinterCell {
            path: kept(part(1)),
            is_date: part(2) == "date",
        });
    }
    if given.is_empty() {
        columns.push(column("AGE", false));
        cells.push(PrinterCell {
            path: ".metadata.creationTimestamp",
            is_date: true,
        });
    }
    (columns, cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(plural: &str, versions: &[&str]) -> Value {
        let versions: Vec<Value> = versions
            .iter()
            .map(|name| json!({ "name": name, "served": true, "storage": *name == "v1" }))
            .collect();
        json!({ "spec": {
            "group": "example.com", "scope": "Namespaced", "versions": versions,
            "names": { "plural": plural, "kind": "Thing", "shortNames": ["th"] }
        } })
    }

    #[test]
    fn the_latest_stable_version_is_preferred() {
        let versions = ["v1alpha1", "v2beta1", "v10", "foo", "v1", "v2beta2"];
        let mut sorted = versions;
        super::super::light::sort(&mut sorted, |a, b| rank(a).cmp(&rank(b)));
        assert_eq!(
            sorted,
            ["v10", "v1", "v2beta2", "v2beta1", "v1alpha1", "foo"]
        );
    }

    #[test]
    fn a_definition_is_kept_once_and_served_in_all_its_versions() {
        let one = definition("things", &["v1beta1", "v1"]);
        let mut customs = Customs::default();
        assert_eq!(customs.define("things.example.com", &one), None);
        let kind = customs.from_resource("th").expect("by its short name");
        assert_eq!(kind.api_version(), "example.com/v1");
        assert_eq!(customs.from_api("example.com/v1beta1", "Thing"), Some(kind));
        assert_eq!(customs.from_api("example.com/v2", "Thing"), None);
        assert_eq!(customs.define("things.example.com", &one), None);
        assert_eq!(customs.all().count(), 1);
        assert_eq!(seen("Thing.example.com").map(Kind::plural), Some("things"));
        let other = definition("things", &["v2", "v1"]);
        let replaced = customs.define("things.example.com", &other);
        assert_eq!(replaced.map(Kind::Custom), Some(kind));
        assert!(customs.from_api("example.com/v2", "Thing").is_some());
        customs.forget("things.example.com");
        assert_eq!(customs.from_resource("things"), None);
    }
}
