//! Checks the imports of `src/` against the diagram in `docs/architecture.md`.
//!
//!
//! The diagram is the data: each node is a module of `src/`, which may import whatever its arrows lead to, directly
//! or transitively. `a -->|only b/c| d` is an arrow for the files of `src/b/c` only. Tests may import everything.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::files;

const DRAWING: &str = "docs/architecture.md";

/// The arrows of the diagram.
#[derive(Debug, Default, PartialEq, Eq)]
struct Drawing {
    nodes: BTreeSet<String>,
    arrows: Vec<Arrow>,
}

#[derive(Debug, PartialEq, Eq)]
struct Arrow {
    from: String,
    to: String,
    /// The folder or file of `src/` to which the arrow is limited; empty for all of `from`.
    only: String,
}

/// An import: the file in `src/` without `.rs`, and the imported path.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    file: String,
    path: Vec<String>,
}

/// Checks all files of `src/`, and names each import without an arrow.
pub fn check(root: &Path) -> Result<()> {
    let drawing = Drawing::parse(&files::read_text(&root.join(DRAWING))?)?;
    let source = root.join("src");
    let mut imports = BTreeSet::new();
    for path in files::below(&source)? {
        let name = path.strip_prefix(&source)?.to_string_lossy().into_owned();
        let Some(file) = name.strip_suffix(".rs") else {
            continue;
        };
        if is_test(file) || ["lib", "main"].contains(&file) {
            continue;
        }
        imports.extend(imports_of(file, &files::read_text(&path)?));
    }
    let wrong = drawing.undrawn(&imports);
    if !wrong.is_empty() {
        bail!("no arrow in {DRAWING} for\n{}", wrong.join("\n"));
    }
    Ok(())
}

fn is_test(file: &str) -> bool {
    file.split('/').any(|part| part == "tests")
}

impl Drawing {
    /// Parses the first mermaid graph of a text.
    fn parse(text: &str) -> Result<Self> {
        let graph = text.split("```mermaid\n").nth(1);
        let graph = graph.and_then(|rest| rest.split("```").next());
        let graph = graph.context("there is no mermaid graph")?;
        let mut drawing = Self::default();
        for line in graph.lines().skip(1) {
            let line = line.trim();
            let Some((from, rest)) = line.split_once("-->") else {
                drawing.nodes.extend(node(line));
                continue;
            };
            let (only, to) = match rest.strip_prefix("|only ") {
                Some(rest) => rest
                    .split_once('|')
                    .context("the label of an arrow is not closed")?,
                None => ("", rest),
            };
            for from in from.split('&').filter_map(node) {
                for to in to.split('&').filter_map(node) {
                    drawing.nodes.extend([from.clone(), to.clone()]);
                    drawing.arrows.push(Arrow {
                        from: from.clone(),
                        to,
                        only: only.to_owned(),
                    });
                }
            }
        }
        for name in &drawing.nodes {
            let leads_back = |arrow: &Arrow| {
                arrow.from == *name && drawing.reached(&arrow.to, &arrow.only).contains(name)
            };
            if drawing.arrows.iter().any(leads_back) {
                bail!("the dependencies of {name} form a cycle");
            }
        }
        Ok(drawing)
    }

    /// The module of the diagram that a path belongs to.
    fn module<'a>(&self, path: &'a [String]) -> Option<&'a str> {
        let first = path.first()?;
        self.nodes.contains(first).then_some(first)
    }

    /// All modules reachable from a module by arrows that apply to a file.
    fn reached(&self, module: &str, file: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::from([module.to_owned()]);
        loop {
            let is_meant = |arrow: &&Arrow| {
                reached.contains(&arrow.from)
                    && (arrow.only.is_empty() || is_within(file, &arrow.only))
            };
            let more = self.arrows.iter().filter(is_meant);
            let more: Vec<String> = more.map(|arrow| arrow.to.clone()).collect();
            let before = reached.len();
            reached.extend(more);
            if reached.len() == before {
                return reached;
            }
        }
    }

    /// The imports without an arrow, with their files.
    fn undrawn(&self, imports: &BTreeSet<Import>) -> Vec<String> {
        let is_drawn = |import: &&Import| {
            let file: Vec<String> = import.file.split('/').map(str::to_owned).collect();
            match (self.module(&file), self.module(&import.path)) {
                (Some(from), Some(to)) => self.reached(from, &import.file).contains(to),
                _ => false,
            }
        };
        let wrong = imports.iter().filter(|import| !is_drawn(import));
        wrong
            .map(|import| format!("  src/{}.rs: {}", import.file, import.path.join("::")))
            .collect()
    }
}

fn is_within(file: &str, folder: &str) -> bool {
    let rest = file.strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The name of a node: `page` in `page["the page"]`.
fn node(text: &str) -> Option<String> {
    let name = text.trim().split('[').next()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The imports of other modules of `src/` in a file, except in test modules.
fn imports_of(file: &str, text: &str) -> Vec<Import> {
    let mut here: Vec<String> = file.split('/').map(str::to_owned).collect();
    if here.last().is_some_and(|last| last == "mod") {
        here.pop();
    }
    let text = without_tests(text);
    let mut imports = Vec::new();
    let words: Vec<&str> = tokens(&text);
    for at in 0..words.len() {
        if words.get(at + 1) != Some(&"::") {
            continue;
        }
        let is_start = at == 0 || words[at - 1] != "::";
        let base = match words[at] {
            "crate" | "kubestep" if is_start || words[at - 1] == "$" => Vec::new(),
            "super" if is_start => here.clone(),
            _ => continue,
        };
        for path in paths(&words[at..], base) {
            imports.push(Import {
                file: file.to_owned(),
                path,
            });
        }
    }
    imports
}

/// The paths that start at a word: one, or several if braces follow.
fn paths(words: &[&str], base: Vec<String>) -> Vec<Vec<String>> {
    let mut path = base;
    let mut rest = words;
    loop {
        match rest {
            ["super", "::", after @ ..] => {
                path.pop();
                rest = after;
            }
            ["crate" | "kubestep", "::", after @ ..] => rest = after,
            _ => break,
        }
    }
    let with = |name: &str| {
        let mut path = path.clone();
        path.push(name.to_owned());
        path
    };
    match rest {
        ["{", inner @ ..] => {
            let mut depth = 0;
            let mut found = Vec::new();
            let mut is_first = true;
            for word in inner {
                match *word {
                    "{" => depth += 1,
                    "}" if depth == 0 => break,
                    "}" => depth -= 1,
                    "," if depth == 0 => {
                        is_first = true;
                        continue;
                    }
                    name if depth == 0 && is_first => found.push(with(name)),
                    _ => {}
                }
                is_first = false;
            }
            found
        }
        [name, ..] if name.starts_with(is_letter) => vec![with(name)],
        _ => Vec::new(),
    }
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Words, `::` and other single characters, without comments and string literals.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            end_of_string(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with("::") {
            tokens.push("::");
            2
        } else if is_letter(first) {
            let length = rest.find(|letter| !is_letter(letter));
            let length = length.unwrap_or(rest.len());
            tokens.push(&rest[..length]);
            length
        } else {
            let length = first.len_utf8();
            if !first.is_whitespace() {
                tokens.push(&rest[..length]);
            }
            length
        };
        rest = &rest[length..];
    }
    tokens
}

fn end_of_string(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The text without its `#[cfg(test)]` modules and imports.
fn without_tests(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let item = lines.next().unwrap_or_default();
        if item.ends_with('{') {
            let end = format!("{indent}}}");
            lines.by_ref().find(|line| **line == *end);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAPH: &str = "```mermaid\ngraph TD\n    page[\"the page\"] --> engine & print\n    \
        page -->|only page/console| kubectl\n    kubectl --> engine\n    engine --> api\n    print --> api\n```\n";

    fn found(file: &str, text: &str) -> Vec<String> {
        let drawing = Drawing::parse(GRAPH).expect("a drawing");
        drawing.undrawn(&imports_of(file, text).into_iter().collect())
    }

    #[test]
    fn an_import_against_the_arrows_is_detected() {
        let text = "use crate::api::kind::Kind;\nuse crate::{engine, print};\n";
        assert_eq!(found("engine/mod", text), ["  src/engine/mod.rs: print"]);
        assert_eq!(
            found("api/object", "fn f() { crate::engine::step(); }"),
            ["  src/api/object.rs: engine"]
        );
        assert_eq!(
            found("api/pod/mod", "use super::super::engine::Engine;"),
            ["  src/api/pod/mod.rs: engine"]
        );
        assert_eq!(
            found("api/event", "use crate::tests::Clock;"),
            ["  src/api/event.rs: tests"]
        );
    }

    #[test]
    fn allowed_imports_pass() {
        let far = "use kubestep::api::kind::Kind;\nuse kubestep::print;\n";
        assert!(found("page/state", far).is_empty());
        assert!(found("engine/mod", "use super::api;\nuse crate::engine::queue;").is_empty());
        let quoted = "// crate::engine\nconst A: &str = \"crate::engine \\\" \";\n";
        assert!(found("api/go", quoted).is_empty());
        let tests = "#[cfg(test)]\nmod tests {\n    use crate::engine;\n}\n";
        assert!(found("api/go", tests).is_empty());
    }

    #[test]
    fn an_arrow_can_be_limited_to_some_files() {
        let text = "use kubestep::kubectl::run;";
        assert!(found("page/console/door", text).is_empty());
        assert_eq!(found("page/state", text), ["  src/page/state.rs: kubectl"]);
        assert_eq!(
            found("page/console_look", text),
            ["  src/page/console_look.rs: kubectl"]
        );
    }

    #[test]
    fn the_project_s_own_imports_have_arrows() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        check(&root).expect("no import without an arrow");
    }

    #[test]
    fn cyclic_arrows_are_an_error() {
        let circle = "```mermaid\ngraph TD\n    a --> b\n    b --> c\n    c --> a\n```\n";
        let error = Drawing::parse(circle).expect_err("a cycle");
        assert_eq!(error.to_string(), "the dependencies of a form a cycle");
    }
}
