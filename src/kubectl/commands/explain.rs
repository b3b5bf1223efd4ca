//! `kubectl explain`: the fields of a kind (`staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl`),
//! without the API server's descriptions.

use super::resources;
use super::session::Execution;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::schema::{Field, Struct, StructId, Type, schema};
use crate::manifests::Failure;
use crate::versions::Version;

/// Enum values in a list of fields.
const ENUM_MAX: usize = 4;

/// Prints a kind or field with its fields.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let usage = |text: &str| Err(Failure::Usage(text.to_owned()));
    let path = match words.as_slice() {
        [] => {
            return usage(
                "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of \
                 supported resources.",
            );
        }
        [path] => path,
        _ => return usage("We accept only this format: explain RESOURCE"),
    };
    let flags = &session.invocation;
    if flags
        .text("output")
        .is_some_and(|output| output != "plaintext")
    {
        return Err(Failure::NotSimulated("explain --output".to_owned()));
    }
    let (word, path) = path.split_once('.').unwrap_or((path, ""));
    let kind = match resources::resource(session.engine.store(), word) {
        Ok(resource) => resource.simulated()?,
        Err(Failure::Usage(text)) => return Err(Failure::Raw(text)),
        Err(failure) => return Err(failure),
    };
    let info = kind.info();
    if let Kind::Custom(_) = kind {
        let text = format!(
            "explain {}: the schema of its definition is not read",
            info.plural
        );
        return Err(Failure::NotSimulated(text));
    }
    if let Some(version) = flags
        .text("api-version")
        .filter(|version| *version != info.api_version)
    {
        let text = format!(
            "explain --api-version={version}: {kind} is known in {}",
            info.api_version
        );
        return Err(Failure::NotSimulated(text));
    }
    let version = session.engine.store().version();
    let depth = depth(session)?;
    if !info.group.is_empty() {
        session
            .out
            .push_str(&format!("GROUP:      {}\n", info.group));
    }
    let head = format!("KIND:       {kind}\nVERSION:    {}\n\n", info.version);
    session.out.push_str(&head);
    let mut at = schema().object(kind);
    let mut last = None;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let fields = at.as_ref().and_then(Type::fields);
        let Some(field) = fields.and_then(|fields| fields.field_in(version, step)) else {
            // Upstream names the last segment of the path, whichever one is wrong.
            let wrong = path.rsplit('.').next().unwrap_or_default();
            return usage(&format!("field {} does not exist", quote(wrong)));
        };
        at = Some(field.ty.clone());
        last = Some(field);
    }
    if let Some(field) = last {
        let text = format!("FIELD: {} <{}>\n", field.json, field.ty.plain_name());
        session.out.push_str(&text);
        let values: Vec<&str> = schema().values(version, &field.ty).collect();
        session.out.push_str(match values.is_empty() {
            true => "\n",
            false => "ENUM:\n",
        });
        for value in values {
            session.out.push_str(&format!("    {value}\n"));
        }
        session.out.push('\n');
    }
    if let Some(fields) = at.as_ref().and_then(Type::fields) {
        session.out.push_str("FIELDS:\n");
        let mut listing = Listing {
            version,
            depth,
            seen: Vec::new(),
            out: &mut session.out,
        };
        listing.list(fields, 1);
    }
    session.out.push('\n');
    session.err.push_str("not simulated: descriptions\n");
    Ok(())
}

/// The first values of a type with an enum.
fn short_enum(version: Version, ty: &Type) -> Option<String> {
    let values: Vec<&str> = schema().values(version, ty).collect();
    let (shown, rest) = values.split_at(values.len().min(ENUM_MAX));
    let more = if rest.is_empty() { "" } else { ", ...." };
    (!shown.is_empty()).then(|| shown.join(", ") + more)
}

/// Number of levels listed (`staging/src/k8s.io/kubectl/pkg/cmd/explain/explain.go`, Validate).
fn depth(session: &Execution<'_>) -> Result<usize, Failure> {
    let flags = &session.invocation;
    let recursive = flags.switch("recursive", false);
    let given = flags.text("max-depth");
    let levels = given.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let usage = |text: &str| Err(Failure::Usage(text.to_owned()));
    match usize::try_from(levels) {
        Err(_) => usage("--max-depth must be non-negative"),
        Ok(0) if recursive => Ok(usize::MAX),
        Ok(levels) if recursive => Ok(levels),
        Ok(0) => Ok(1),
        Ok(_) => usage("--max-depth requires --recursive"),
    }
}

/// A list of fields being printed.
struct Listing<'o> {
    version: Version,
    /// Number of levels.
    depth: usize,
    seen: Vec<StructId>,
    out: &'o mut String,
}

impl Listing<'_> {
    /// Lists the fields of a struct by name; a struct within itself is not expanded again.
    fn list(&mut self, of: &Struct, level: usize) {
        let mut lines: Vec<(String, String, Option<StructId>)> = Vec::new();
        of.each_json_field(&mut |field: &Field| {
            if field.since > self.version {
                return;
            }
            let name = field.json.to_string();
            let required = if of.requires(field) {
                " -required-"
            } else {
                ""
            };
            let mut line = format!("{name}\t<{}>{required}\n", field.ty.plain_name());
            if let Some(values) = short_enum(self.version, &field.ty) {
                line.push_str(&format!("{}enum: {values}\n", "  ".repeat(level)));
            }
            lines.push((name, line, field.ty.innermost()));
        });
        light::sort(&mut lines, Ord::cmp);
        for (_, line, inner) in lines {
            self.out.push_str(&"  ".repeat(level));
            self.out.push_str(&line);
            if let Some(id) = inner.filter(|id| level < self.depth && !self.seen.contains(id)) {
                self.seen.push(id);
                self.list(schema().get(id), level + 1);
                self.seen.pop();
            }
        }
    }
}
