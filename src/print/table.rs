//! The layout of `kubectl get` (`staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go`).

use serde_json::Value;

use super::storage::newest_default;
use super::tabwriter::{self, TabWriter};
use super::{Column, columns, resource_name, row};
use crate::api::kind::Kind;
use crate::api::look::{Look, format_labels};
use crate::api::time::Time;

/// Options of the command line for a table.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    /// `-o wide`.
    pub wide: bool,
    /// `--no-headers`.
    pub no_headers: bool,
    /// `--show-labels`.
    pub show_labels: bool,
    /// `-L key,key`.
    pub label_columns: Vec<String>,
    /// `-A`: a column for the namespace (except for cluster-scoped kinds).
    pub with_namespace: bool,
    /// Names in the form `KIND.GROUP/NAME`, because several kinds were requested.
    pub with_kind: bool,
    /// `--output-watch-events`: a column for the type of change.
    pub with_event: bool,
    /// Of several default storage classes, only the newest is marked.
    pub one_default_class: bool,
}

/// An object of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableEntry<'a> {
    /// Its kind.
    pub kind: Kind,
    /// The object as served.
    pub object: &'a Value,
    /// `ADDED`, `MODIFIED` or `DELETED`; only printed with [`TableOptions::with_event`].
    pub event: &'a str,
}

/// Prints consecutive tables, or a table in parts (`-w`).
#[derive(Clone, Debug)]
pub struct Printer {
    options: TableOptions,
    writer: TabWriter,
    last: Option<&'static [Column]>,
}

impl Printer {
    /// A printer that has not printed anything.
    #[must_use]
    pub fn new(options: TableOptions) -> Self {
        Printer {
            options,
            writer: TabWriter::remembering(tabwriter::GET),
            last: None,
        }
    }

    /// The lines for further objects. A header (after an empty line, unless it is the first) is printed whenever
    /// the kind changes.
    pub fn print(&mut self, entries: &[TableEntry], now: Time) -> String {
        let mut out = String::new();
        for group in entries.chunk_by(|a, b| a.kind == b.kind) {
            let Some(first) = group.first() else { continue };
            let namespaced = first.kind.namespaced();
            let info = first.kind.info();
            let is_list_of_classes = first.kind == Kind::StorageClass;
            let default = (is_list_of_classes && self.options.one_default_class)
                .then(|| newest_default(group.iter().map(|entry| entry.object)));
            let rows = group.iter().map(|entry| {
                let mut cells = row(entry.kind, entry.object, true, now);
                let name = entry.object.text("metadata.name");
                if let (Some(default), Some(title)) = (default, cells.first_mut())
                    && default != Some(name)
                {
                    name.clone_into(title);
                }
                Row {
                    cells,
                    object: entry.object,
                    event: entry.event,
                }
            });
            let prefix = (info.singular, info.group);
            out.push_str(&self.part(columns(first.kind), namespaced, prefix, rows));
        }
        out
    }

    /// A table of Endpoints objects (a kind without objects here).
    pub fn print_endpoints(&mut self, objects: &[&Value], now: Time) -> String {
        let rows = objects.iter().map(|object| Row {
            cells: super::endpoints_row(object, now),
            object,
            event: "",
        });
        self.part(super::ENDPOINTS, true, ("endpoints", ""), rows)
    }

    /// A table of the scales of objects of a kind.
    pub fn print_scales(&mut self, kind: Kind, scales: &[Value], now: Time) -> String {
        let rows = scales.iter().map(|scale| Row {
            cells: super::workloads::scale(scale, now),
            object: scale,
            event: "",
        });
        let prefix = (kind.info().singular, kind.info().group);
        self.part(super::SCALE, true, prefix, rows)
    }

    fn part<'a>(
        &mut self,
        columns: &'static [Column],
        namespaced: bool,
        prefix: (&str, &str),
        rows: impl Iterator<Item = Row<'a>>,
    ) -> String {
        let mut out = String::new();
        let mut text = String::new();
        if self.last != Some(columns) {
            self.writer.forget();
            if !self.options.no_headers {
                if self.last.is_some() {
                    out.push('\n');
                }
                text.push_str(&self.headers(columns, namespaced));
            }
            self.last = Some(columns);
        }
        let options = &self.options;
        let shown: Vec<bool> = columns
            .iter()
            .map(|column| options.wide || !column.wide)
            .collect();
        let visible = || columns.iter().filter(|column| options.wide || !column.wide);
        let name_column = visible().position(|column| options.with_kind && column.name == "NAME");
        for row in rows {
            let mut cells = Vec::new();
            if options.with_event {
                cells.push(row.event.to_owned());
            }
            if options.with_namespace && namespaced {
                cells.push(row.object.text("metadata.namespace").to_owned());
            }
            let name_at = cells.len();
            cells.extend(
                row.cells
                    .into_iter()
                    .zip(&shown)
                    .filter(|(_, shown)| **shown)
                    .map(|(cell, _)| cell),
            );
            if let Some(name) = name_column.and_then(|index| cells.get_mut(name_at + index)) {
                *name = resource_name(prefix.0, prefix.1, name);
            }
            let labels = row.object.at("metadata.labels");
            for key in &options.label_columns {
                cells.push(labels.key(key).as_str().unwrap_or("").to_owned());
            }
            if options.show_labels {
                cells.push(format_labels(labels.map("")));
            }
            for (index, cell) in cells.iter().enumerate() {
                if index > 0 {
                    text.push('\t');
                }
                push_cell(&mut text, cell);
            }
            text.push('\n');
        }
        out.push_str(&self.writer.layout(&text));
        out
    }

    fn headers(&self, columns: &[Column], namespaced: bool) -> String {
        let options = &self.options;
        let mut names: Vec<String> = Vec::new();
        if options.with_event {
            names.push("EVENT".to_owned());
        }
        if options.with_namespace && namespaced {
            names.push("NAMESPACE".to_owned());
        }
        let shown = columns.iter().filter(|column| options.wide || !column.wide);
        names.extend(shown.map(|column| column.name.to_owned()));
        names.extend(
            options
                .label_columns
                .iter()
                .map(|key| key.rsplit('/').next().unwrap_or(key).to_uppercase()),
        );
        if options.show_labels {
            names.push("LABELS".to_owned());
        }
        names.join("\t") + "\n"
    }
}

struct Row<'a> {
    cells: Vec<String>,
    object: &'a Value,
    event: &'a str,
}

/// A cell ends at its first line break, and control sequences of terminals are escaped.
pub(super) fn push_cell(text: &mut String, cell: &str) {
    let line = cell.split(['\n', '\r', '\u{c}']).next().unwrap_or("");
    text.push_str(&line.replace('\u{1b}', "^["));
    if line.len() < cell.len() {
        text.push_str("...");
    }
}

/// The table of objects of one kind.
#[must_use]
pub fn table(kind: Kind, objects: &[&Value], options: &TableOptions, now: Time) -> String {
    let entries: Vec<TableEntry> = objects
        .iter()
        .map(|object| TableEntry {
            kind,
            object,
            event: "",
        })
        .collect();
    Printer::new(options.clone()).print(&entries, now)
}
