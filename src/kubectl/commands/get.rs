//! `kubectl get` (`staging/src/k8s.io/kubectl/pkg/cmd/get/get.go`).

use super::output::{DefaultOutput, OutputFormat, list};
use super::ownership::{self, Ownership};
use super::resources::{Bare, Found, Resource};
use super::rows::{PrintStyle, Rows};
use super::session::Execution;
use super::subresource::{scale, shown_scale};
use super::waiting::WaitingCommand;
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::engine::Actor;
use crate::manifests::{Failure, shown};
use crate::print::json;
use crate::print::sort_by::{self, SortError};
use crate::print::table::{Printer, TableEntry, TableOptions};
use crate::versions::Feature;
use serde_json::Value;
use std::rc::Rc;

const NO_TYPE: &str = "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of \
    supported resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed \
    description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples";
const ENDPOINTS_WARNING: &str =
    "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n";

/// Prints objects.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    if words.is_empty() && !session.invocation.has("filename") {
        return Err(Failure::Raw(NO_TYPE.to_owned()));
    }
    let format = OutputFormat::of(&session.invocation, DefaultOutput::Table)?;
    let flags = &session.invocation;
    let watches = flags.switch("watch", false) || flags.switch("watch-only", false);
    if flags.switch("show-labels", false) && !matches!(format, OutputFormat::Human { .. }) {
        let output = flags.text("output").unwrap_or_default();
        return Err(Failure::Usage(format!(
            "--show-labels option cannot be used with {output} printer"
        )));
    }
    let has_columns = flags.values("label-columns").any(|keys| !keys.is_empty());
    let is_refused = session.engine.store().has(Feature::GetRefusesLabelColumns);
    if has_columns && is_refused && matches!(format, OutputFormat::Columns(_)) {
        let output = flags.text("output").unwrap_or_default();
        return Err(Failure::Usage(format!(
            "--label-columns option cannot be used with {output} printer"
        )));
    }
    if flags.switch("output-watch-events", false) && !watches {
        return Err(Failure::Usage(
            "--output-watch-events option can only be used with --watch or --watch-only\nSee 'kubectl get -h' for help \
             and examples"
                .to_owned(),
        ));
    }
    let mut found = session.find(&words, Bare::All)?;
    if watches {
        return watch(session, found, format);
    }
    if session.invocation.switch("ignore-not-found", false) {
        found.failures.retain(|failure| !failure.is_not_found());
    }
    if found.resources.contains(&Resource::Endpoints) {
        if session.engine.runs(Actor::Kubelet) {
            return Err(Failure::NotSimulated("endpoints".to_owned()));
        }
        session.err.push_str(ENDPOINTS_WARNING);
    }
    for resource in found.resources.iter().filter(|_| found.listed) {
        if let Resource::Kind(kind) = resource
            && kind.info().preset
        {
            let line = format!("not simulated: the {} of a new cluster\n", kind.plural());
            session.err.push_str(&line);
        }
    }
    let human = matches!(format, OutputFormat::Human { .. });
    let objects = ordered(session, &found, human)?;
    let objects = keep_served(session, &mut found, objects)?;
    match &format {
        OutputFormat::Human { wide } => print_table(session, &words, &found, &objects, *wide)?,
        OutputFormat::Name => {
            let name = match session.gets_scales() {
                true => shown_scale,
                false => shown,
            };
            for object in &objects {
                session.out.push_str(&format!("{}\n", name(&object.key())));
            }
        }
        format => print_values(session, format, &found, &objects)?,
    }
    Failure::all(found.failures)
}

/// The objects that have the subresource of `--subresource`, if it is given; errors for the others.
fn keep_served(
    session: &Execution<'_>,
    found: &mut Found,
    objects: Vec<Object>,
) -> Result<Vec<Object>, Failure> {
    let mut served = Vec::new();
    for object in objects {
        match session.part(object.kind()) {
            Ok(_) => served.push(object),
            Err(failure @ Failure::NotSimulated(_)) => return Err(failure),
            Err(failure) => found.failures.push(failure),
        }
    }
    Ok(served)
}

/// The objects in output order. As upstream, a table sorted by a field that no row has is empty.
fn ordered(session: &Execution<'_>, found: &Found, human: bool) -> Result<Vec<Object>, Failure> {
    let objects = found.objects.clone();
    let Some(path) = session.invocation.text("sort-by") else {
        return Ok(objects);
    };
    let values: Vec<Value> = objects.iter().map(Object::to_value).collect();
    let order = match sort_by::order(&values.iter().collect::<Vec<_>>(), path) {
        Err(SortError::NoField(_)) if human => return Ok(Vec::new()),
        order => order.map_err(|error| Failure::Usage(error.to_string()))?,
    };
    Ok(order
        .into_iter()
        .filter_map(|place| objects.get(place).cloned())
        .collect())
}

/// Prints the objects, then every change of them.
fn watch(
    session: &mut Execution<'_>,
    mut found: Found,
    format: OutputFormat,
) -> Result<(), Failure> {
    let [resource] = found.resources.as_slice() else {
        return Err(Failure::Usage(
            "you may only specify a single resource type".to_owned(),
        ));
    };
    let kind = resource.simulated()?;
    if session.shows_managed() {
        return Err(Failure::NotSimulated("managedFields of --watch".to_owned()));
    }
    Failure::all(std::mem::take(&mut found.failures))?;
    if session.invocation.has("sort-by") {
        let line = match session.invocation.switch("watch", false) {
            true => {
                "warning: --watch requested, --sort-by will be ignored for watch events received\n"
            }
            false => "warning: --watch-only requested, --sort-by will be ignored\n",
        };
        session.err.push_str(line);
    }
    for resource in found.resources.iter().filter(|_| found.listed) {
        if let Resource::Kind(kind) = resource
            && kind.info().preset
        {
            let line = format!("not simulated: the {} of a new cluster\n", kind.plural());
            session.err.push_str(&line);
        }
    }
    let human = matches!(format, OutputFormat::Human { .. });
    let objects = ordered(session, &found, human)?;
    let mut selection = session.selection(kind)?;
    match found.objects.as_slice() {
        [only] if found.single => selection.name = Some(only.meta().name.to_string()),
        _ if found.listed => {}
        _ => {
            return Err(Failure::Usage(
                "watch is only supported on individual resources and resource collections - more than 1 resource was found"
                    .to_owned(),
            ));
        }
    }
    let flags = &session.invocation;
    let with_event = flags.switch("output-watch-events", false);
    let style = match format {
        OutputFormat::Human { wide } => PrintStyle::Table(Printer::new(TableOptions {
            with_event,
            ..options(session, wide)
        })),
        format => PrintStyle::Format(Rc::new(format), false),
    };
    let only_new = flags.switch("watch-only", false);
    let mut rows = Rows::new_watch(session.engine, selection, style, with_event);
    if !only_new {
        let text = rows.first(&objects, session.engine.now());
        session.out.push_str(&text);
    }
    session.waiting = Some(WaitingCommand::for_rows(rows));
    Ok(())
}

/// The table options given by the flags.
fn options(session: &Execution<'_>, wide: bool) -> TableOptions {
    let flags = &session.invocation;
    let label_columns = flags
        .values("label-columns")
        .flat_map(|keys| keys.split(','))
        .map(str::to_owned)
        .collect();
    TableOptions {
        wide,
        no_headers: flags.switch("no-headers", false),
        show_labels: flags.switch("show-labels", false),
        label_columns,
        with_namespace: flags.switch("all-namespaces", false),
        with_kind: flags.switch("show-kind", false),
        with_event: false,
        one_default_class: session.engine.store().has(Feature::GetMarksOneDefaultClass),
    }
}

fn print_table(
    session: &mut Execution<'_>,
    words: &[String],
    found: &Found,
    objects: &[Object],
    wide: bool,
) -> Result<(), Failure> {
    let flags = &session.invocation;
    let everywhere = flags.switch("all-namespaces", false);
    let several = words.len() == 1 && words.iter().any(|word| word == "all" || word.contains(','))
        || found.resources.len() > 1;
    let options = options(session, wide);
    let mut printer = Printer::new(TableOptions {
        with_kind: several || options.with_kind,
        ..options
    });
    let values: Vec<(Kind, Value)> = objects
        .iter()
        .map(|object| (object.kind(), object.to_value()))
        .collect();
    let entries: Vec<TableEntry<'_>> = values
        .iter()
        .map(|(kind, object)| TableEntry {
            kind: *kind,
            object,
            event: "",
        })
        .collect();
    let now = session.engine.now();
    let text = match session.gets_scales() {
        true => {
            let parts = objects.chunk_by(|a, b| a.kind() == b.kind());
            let part = |part: &[Object]| {
                let scales: Vec<Value> = part.iter().map(scale).collect();
                let kind = part.first().map_or(Kind::Deployment, Object::kind);
                printer.print_scales(kind, &scales, now)
            };
            parts.map(part).collect()
        }
        false => printer.print(&entries, now),
    };
    let ignore = flags.switch("ignore-not-found", false);
    if text.is_empty() && found.failures.is_empty() && !ignore {
        let mut resources = found.resources.iter();
        let line = if !everywhere && resources.all(|resource| resource.namespaced()) {
            format!("No resources found in {} namespace.\n", session.namespace())
        } else {
            "No resources found\n".to_owned()
        };
        session.err.push_str(&line);
    }
    session.out.push_str(&text);
    Ok(())
}

/// Prints in all formats except tables: a single object as is, several as a list.
fn print_values(
    session: &mut Execution<'_>,
    format: &OutputFormat,
    found: &Found,
    objects: &[Object],
) -> Result<(), Failure> {
    let mut values: Vec<Value> = if session.gets_scales() {
        objects.iter().map(scale).collect()
    } else if session.shows_managed() {
        session.err += &ownership::warning(session.engine, objects.iter()).unwrap_or_default();
        let ownership = Ownership::of(session.engine, objects.iter().map(Object::key));
        let served = |object| ownership.served(object);
        objects.iter().map(served).collect()
    } else {
        objects.iter().map(Object::to_value).collect()
    };
    if found.single && values.is_empty() {
        return Ok(());
    }
    if let OutputFormat::Columns(columns) = format {
        let no_headers = session.invocation.switch("no-headers", false);
        let items: Vec<&Value> = values.iter().collect();
        let text = columns
            .table(&items, no_headers)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        session.out.push_str(&text);
        return Ok(());
    }
    let value = match values.pop() {
        Some(only) if found.single => only,
        last => {
            values.extend(last);
            list(values)
        }
    };
    let text = match format {
        OutputFormat::Json => json::pretty(&value),
        format => format.text(&value)?,
    };
    session.out.push_str(&text);
    Ok(())
}
