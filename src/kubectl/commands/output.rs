//! `-o`: output formats (`staging/src/k8s.io/cli-runtime/pkg/genericclioptions/print_flags.go`).

use super::Invocation;
use crate::api::go::quote;
use crate::api::yaml;
use crate::manifests::Failure;
use crate::print::custom_columns::CustomColumns;
use crate::print::go_template::GoTemplate;
use crate::print::json;
use crate::print::jsonpath::JsonPath;
use serde_json::{Value, json};

/// What a command prints by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultOutput {
    /// A table: `get`.
    Table,
    /// A line that names the operation.
    Operation,
}

/// An output format.
#[derive(Debug)]
pub enum OutputFormat {
    /// Human-readable output.
    Human {
        /// `-o wide`
        wide: bool,
    },
    /// `-o name`
    Name,
    /// `-o json`
    Json,
    /// `-o yaml`
    Yaml,
    /// `-o kyaml`
    Kyaml,
    /// `-o jsonpath`, and whether it is `-o jsonpath-as-json`.
    JsonPath(JsonPath, bool),
    /// `-o custom-columns`
    Columns(CustomColumns),
    /// `-o go-template`
    Template(GoTemplate),
}

/// Formats of every command, as listed in the error message.
const FORMATS: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,\
    templatefile";

impl OutputFormat {
    /// The format given by the flags.
    ///
    /// # Errors
    /// An unknown format, or a template that cannot be parsed.
    pub fn of(invocation: &Invocation, printed: DefaultOutput) -> Result<Self, Failure> {
        let output = invocation.text("output").unwrap_or_default();
        let template = invocation.text("template");
        let (name, argument) = match output.split_once('=') {
            Some((name, argument)) => (name, Some(argument)),
            None => (output, None),
        };
        let name = if name.is_empty() && template.is_some() {
            "go-template"
        } else {
            name
        };
        let table = printed == DefaultOutput::Table;
        let argument = || argument.or(template).unwrap_or_default();
        let usage = |error: &dyn std::fmt::Display| Failure::Usage(error.to_string());
        let needed = || match argument() {
            "" => Err(Failure::Usage(
                "template format specified but no template given".to_owned(),
            )),
            text => Ok(text),
        };
        Ok(match name {
            "" => Self::Human { wide: false },
            "wide" if table => Self::Human { wide: true },
            "name" => Self::Name,
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            "kyaml" => Self::Kyaml,
            "jsonpath" | "jsonpath-as-json" => {
                let path = JsonPath::for_output(needed()?).map_err(|error| usage(&error))?;
                Self::JsonPath(path, name == "jsonpath-as-json")
            }
            "go-template" | "template" => {
                Self::Template(GoTemplate::parse(needed()?).map_err(|error| usage(&error))?)
            }
            "custom-columns" if table => {
                Self::Columns(CustomColumns::parse(argument()).map_err(|error| usage(&error))?)
            }
            "go-template-file" | "jsonpath-file" | "templatefile" | "custom-columns-file" => {
                return Err(Failure::NotSimulated(format!("-o {name}")));
            }
            _ => {
                let formats = match table {
                    true => format!("custom-columns,custom-columns-file,{FORMATS},wide,yaml"),
                    false => format!("{FORMATS},yaml"),
                };
                return Err(Failure::Usage(format!(
                    "unable to match a printer suitable for the output format {}, allowed formats are: {formats}",
                    quote(output)
                )));
            }
        })
    }

    /// Formats an object, or a list of objects.
    ///
    /// # Errors
    /// The template cannot be evaluated.
    pub fn text(&self, value: &Value) -> Result<String, Failure> {
        let usage = |error: &dyn std::fmt::Display| Failure::Usage(error.to_string());
        match self {
            Self::Human { .. } | Self::Name => Ok(String::new()),
            Self::Json => Ok(json::pretty(value)),
            Self::Yaml => Ok(yaml::to_string(value)),
            Self::Kyaml => Ok(yaml::to_kyaml(value)),
            Self::JsonPath(path, as_json) => path
                .output(value, true, *as_json)
                .map_err(|error| usage(&error)),
            Self::Template(template) => template.text(value, true).map_err(|error| usage(&error)),
            Self::Columns(columns) => {
                let items: Vec<&Value> = match value.get("items").and_then(Value::as_array) {
                    Some(items) => items.iter().collect(),
                    None => vec![value],
                };
                columns.table(&items, false).map_err(|error| usage(&error))
            }
        }
    }
}

/// Several objects as a `List`.
#[must_use]
pub fn list(items: Vec<Value>) -> Value {
    json!({ "apiVersion": "v1", "items": items, "kind": "List", "metadata": { "resourceVersion": "" } })
}
