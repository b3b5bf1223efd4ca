//! Decoding a `kustomization.yaml` (`api/types/kustomization.go` of kustomize): strictly, in the words of Go's decoder.

use super::text;
use crate::api::decode::json_sort;
use crate::api::go::quote;
use crate::api::light;
use crate::api::look::Look;
use crate::api::yaml;
use crate::manifests::Failure;
use serde_json::{Map, Value};

const KIND: &str = "Kustomization";
const COMPONENT: &str = "Component";
const VERSION: &str = "kustomize.config.k8s.io/v1beta1";
const COMPONENT_VERSION: &str = "kustomize.config.k8s.io/v1alpha1";

/// The type of a field.
#[derive(Clone, Copy)]
enum Field {
    Text,
    Number,
    Flag,
    Texts,
    Map,
    /// Accepted without a look at its content.
    Any,
    One(&'static Struct),
    Many(&'static Struct),
    /// A field that kustomize has, and this does not.
    Refused,
}
use Field::{Any, Flag, Many, Number, One, Refused, Text, Texts};

/// A Go struct: its name in messages, and its fields.
struct Struct {
    name: &'static str,
    fields: &'static [(&'static str, Field)],
}

static KUSTOMIZATION: Struct = Struct {
    name: "types.Kustomization",
    fields: &[
        ("apiVersion", Text),
        ("kind", Text),
        ("metadata", Any),
        ("namePrefix", Text),
        ("nameSuffix", Text),
        ("namespace", Text),
        ("commonLabels", Field::Map),
        ("labels", Many(&LABEL)),
        ("commonAnnotations", Field::Map),
        ("patchesStrategicMerge", Texts),
        ("patchesJson6902", Many(&PATCH)),
        ("patches", Many(&PATCH)),
        ("images", Many(&IMAGE)),
        ("imageTags", Many(&IMAGE)),
        ("replicas", Many(&REPLICA)),
        ("sortOptions", One(&SORT_OPTIONS)),
        ("resources", Texts),
        ("bases", Texts),
        ("buildMetadata", Refused),
        ("components", Refused),
        ("configMapGenerator", Refused),
        ("configurations", Refused),
        ("crds", Refused),
        ("generatorOptions", Refused),
        ("generators", Refused),
        ("helmChartInflationGenerator", Refused),
        ("helmCharts", Refused),
        ("helmGlobals", Refused),
        ("openapi", Refused),
        ("replacements", Refused),
        ("secretGenerator", Refused),
        ("transformers", Refused),
        ("validators", Refused),
        ("vars", Refused),
    ],
};

static LABEL: Struct = Struct {
    name: "types.Label",
    fields: &[
        ("pairs", Field::Map),
        ("includeSelectors", Flag),
        ("includeTemplates", Flag),
        ("includeVolumeClaimTemplates", Flag),
        ("fields", Refused),
    ],
};

static PATCH: Struct = Struct {
    name: "types.Patch",
    fields: &[
        ("path", Text),
        ("patch", Text),
        ("target", One(&SELECTOR)),
        ("options", One(&OPTIONS)),
    ],
};

static OPTIONS: Struct = Struct {
    name: "types.PatchArgs",
    fields: &[("allowNameChange", Flag), ("allowKindChange", Flag)],
};

static SELECTOR: Struct = Struct {
    name: "types.Selector",
    fields: &[
        ("group", Text),
        ("version", Text),
        ("kind", Text),
        ("name", Text),
        ("namespace", Text),
        ("annotationSelector", Text),
        ("labelSelector", Text),
    ],
};

static IMAGE: Struct = Struct {
    name: "types.Image",
    fields: &[
        ("name", Text),
        ("newName", Text),
        ("newTag", Text),
        ("digest", Text),
        ("tagSuffix", Refused),
    ],
};

static REPLICA: Struct = Struct {
    name: "types.Replica",
    fields: &[("name", Text), ("count", Number)],
};

static SORT_OPTIONS: Struct = Struct {
    name: "types.SortOptions",
    fields: &[("order", Text), ("legacySortOptions", Refused)],
};

/// The deprecated fields in the order of their warnings, and what replaces them.
const DEPRECATED: &[(&str, &str)] = &[
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
];

/// The fields of a kustomization, by their canonical names; those that are null are left out.
pub(super) struct Kustomization(pub Value);

impl Kustomization {
    /// Decodes the text of a file in a directory, which is named in messages.
    ///
    /// # Errors
    /// It is not valid, or has a field that is not simulated.
    pub fn parse(content: &str, directory: &str) -> Result<Self, Failure> {
        let invalid = |fault: String| Failure::Usage(format!("invalid Kustomization: {fault}"));
        let documents = yaml::documents(content).map_err(|error| invalid(error.to_string()))?;
        if documents.len() > 1 {
            let name = format!("several documents in the kustomization of '{directory}'");
            return Err(Failure::NotSimulated(name));
        }
        let value = documents
            .into_iter()
            .next()
            .map_or(Value::Null, |document| document.value);
        let value = match value {
            Value::Null => Value::Object(Map::new()),
            value => decoded(&value, One(&KUSTOMIZATION), "").map_err(|fault| match fault {
                Failure::Usage(fault) => invalid(fault),
                other => other,
            })?,
        };
        refuse_changed_identities(&value)?;
        Ok(Self(value))
    }

    /// The warnings about deprecated fields.
    pub fn warnings(&self) -> Vec<String> {
        let used = DEPRECATED.iter().filter(|(old, _)| self.0.has(old));
        used.map(|(old, new)| {
            format!(
                "# Warning: '{old}' is deprecated. Please use '{new}' instead. Run 'kustomize edit fix' to update your \
                 Kustomization automatically."
            )
        })
        .collect()
    }

    /// Checks what the decoder does not: that there is something to do, and the type.
    ///
    /// # Errors
    /// The file is empty or of another type.
    pub fn check(&self, directory: &str) -> Result<(), Failure> {
        let is_set = |(name, value): (&String, &Value)| {
            let is_zero = value == "" || *value == Value::Bool(false);
            !is_zero && name != "apiVersion" && name != "kind"
        };
        if !self
            .0
            .as_object()
            .is_some_and(|fields| fields.iter().any(is_set))
        {
            return Err(text("kustomization.yaml is empty"));
        }
        let (kind, version) = (self.0.text("kind"), self.0.text("apiVersion"));
        let (kind, wanted) = match kind {
            "" => (KIND, VERSION),
            COMPONENT => (COMPONENT, COMPONENT_VERSION),
            kind => (kind, VERSION),
        };
        let mut faults = Vec::new();
        if ![KIND, COMPONENT].contains(&kind) {
            faults.push(format!("kind should be {KIND} or {COMPONENT}"));
        }
        if !version.is_empty() && version != wanted {
            faults.push(format!("apiVersion for {kind} should be {wanted}"));
        }
        if !faults.is_empty() {
            return Err(Failure::Usage(format!(
                "Failed to read kustomization file under {directory}:\n{}",
                faults.join("\n")
            )));
        }
        match kind {
            COMPONENT => Err(Failure::NotSimulated(
                "kind: Component of a kustomization".to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// The strings of a list and those of its deprecated predecessor.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let both = self.0.list("resources").iter().chain(self.0.list("bases"));
        both.filter_map(Value::as_str)
    }
}

/// Patches that may change a name or a kind are refused; without these options they keep both.
fn refuse_changed_identities(value: &Value) -> Result<(), Failure> {
    for list in ["patches", "patchesJson6902"] {
        for name in ["allowNameChange", "allowKindChange"] {
            let path = format!("options.{name}");
            if value.list(list).iter().any(|patch| patch.flag(&path)) {
                return Err(refused(&format!("{list}.{path}")));
            }
        }
    }
    Ok(())
}

fn refused(path: &str) -> Failure {
    Failure::NotSimulated(format!("{path} of a kustomization"))
}

/// The type of a field in Go.
fn go_type(field: Field) -> String {
    match field {
        Text => "string".to_owned(),
        Number => "int64".to_owned(),
        Flag => "bool".to_owned(),
        Texts => "[]string".to_owned(),
        Field::Map | Any | Refused => "map[string]string".to_owned(),
        One(of) => of.name.to_owned(),
        Many(of) => format!("[]{}", of.name),
    }
}

/// A value of a type, with the canonical names of fields: Go's decoder does not distinguish cases.
fn decoded(value: &Value, field: Field, path: &str) -> Result<Value, Failure> {
    let mismatch = |value: &Value, field: Field| {
        let sort = match (value, field) {
            (Value::Number(number), Number) => format!("number {number}"),
            _ => json_sort(value).to_owned(),
        };
        let place = match path {
            "" => "Go value".to_owned(),
            path => format!("Go struct field Kustomization.{path}"),
        };
        Failure::Usage(format!(
            "json: cannot unmarshal {sort} into {place} of type {}",
            go_type(field)
        ))
    };
    match (field, value) {
        (Any, value) => Ok(value.clone()),
        (Text, Value::String(_)) | (Flag, Value::Bool(_)) => Ok(value.clone()),
        (Number, Value::Number(number)) if number.is_i64() => Ok(value.clone()),
        (Texts, Value::Array(items)) => {
            let items = items.iter().filter(|item| !item.is_null());
            let items = items.map(|item| decoded(item, Text, path));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        (Field::Map, Value::Object(entries)) => {
            match entries
                .values()
                .find(|value| !value.is_string() && !value.is_null())
            {
                Some(wrong) => Err(mismatch(wrong, Text)),
                None => Ok(value.clone()),
            }
        }
        (Many(of), Value::Array(items)) => {
            let items = items.iter().filter(|item| !item.is_null());
            let items = items.map(|item| decoded(item, One(of), path));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        (One(of), Value::Object(fields)) => members(fields, of, path),
        (field, value) => Err(mismatch(value, field)),
    }
}

/// The fields of a struct, in the order in which Go's decoder meets them: YAML is converted to JSON with sorted keys.
fn members(fields: &Map<String, Value>, of: &Struct, path: &str) -> Result<Value, Failure> {
    let mut names: Vec<&String> = fields.keys().collect();
    light::sort(&mut names, Ord::cmp);
    let mut found = Map::new();
    for key in names {
        let known = of.fields.iter();
        let known = known.clone().find(|(name, _)| name == key).or_else(|| {
            known
                .clone()
                .find(|(name, _)| name.eq_ignore_ascii_case(key))
        });
        let Some((name, field)) = known else {
            return Err(Failure::Usage(format!(
                "json: unknown field {}",
                quote(key)
            )));
        };
        let value = fields.get(key).unwrap_or(&Value::Null);
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{name}");
        match (field, value) {
            (_, Value::Null) => {}
            (Refused, _) => return Err(refused(&path)),
            (field, value) => {
                found.insert((*name).to_owned(), decoded(value, *field, &path)?);
            }
        }
    }
    Ok(Value::Object(found))
}
