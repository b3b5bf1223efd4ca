//! Where a cursor is in a manifest. A text that is being typed rarely parses, so its structure is read from the
//! indentation, line by line.

use std::ops::Range;

/// A step of a field's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// The field of an object, or the key of a map.
    Field(String),
    /// An item of a list.
    Item,
}

/// A key of the text, or a key that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextKey {
    /// The path of the object that has the key.
    pub path: Vec<PathStep>,
    /// The key; what is before the cursor if it is being typed.
    pub name: String,
    /// Its columns in its line, from 0, in characters.
    pub columns: Range<usize>,
    /// The other keys of the same object.
    pub others: Vec<String>,
}

/// Where a cursor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The `apiVersion` of the object, empty if it has none.
    pub api_version: String,
    /// The `kind` of the object, empty if it has none.
    pub kind: String,
    /// The key that is being typed, or the one whose value is.
    pub key: TextKey,
    /// The value before the cursor, and its columns; `None` if a key is being typed.
    pub value: Option<(String, Range<usize>)>,
}

/// What a line contains at a column.
enum Part<'a> {
    /// The dash of a list's item.
    Dash(usize),
    /// A key with the text of its value.
    Key {
        columns: Range<usize>,
        name: &'a str,
        value: &'a str,
    },
}

/// An object, a list's item, or the value of a key: its indentation, and the node that contains it.
struct Node {
    indent: usize,
    parent: usize,
    step: PathStep,
    /// The line of a key.
    line: usize,
    value: String,
}

/// The nodes of a document in their order; the first one is the document itself.
struct Outline {
    nodes: Vec<Node>,
    /// The nodes that are open at the present line, outermost first.
    open: Vec<usize>,
    /// The indentation of the key or item with a block scalar, whose lines are skipped.
    block: Option<usize>,
}

impl Outline {
    fn new() -> Self {
        let document = Node {
            indent: 0,
            parent: 0,
            step: PathStep::Item,
            line: usize::MAX,
            value: String::new(),
        };
        Self {
            nodes: vec![document],
            open: vec![0],
            block: None,
        }
    }

    /// The number of open nodes that contain a key or an item in a column.
    fn depth(&self, column: usize, is_item: bool) -> usize {
        let holds = |node: &Node| match node.step {
            // The items of a key's list may be below the key itself.
            PathStep::Field(_) if is_item => node.indent <= column,
            _ => node.indent < column,
        };
        let inner = self.open.iter().skip(1);
        1 + inner.take_while(|at| holds(&self.nodes[**at])).count()
    }

    /// The node that contains a key in a column.
    fn within(&self, column: usize) -> usize {
        let last = self.depth(column, false) - 1;
        self.open.get(last).copied().unwrap_or_default()
    }

    /// Opens a node.
    fn push(&mut self, indent: usize, step: PathStep, line: usize, value: &str) {
        self.open
            .truncate(self.depth(indent, step == PathStep::Item));
        let node = Node {
            indent,
            parent: self.open.last().copied().unwrap_or_default(),
            step,
            line,
            value: value.to_owned(),
        };
        self.open.push(self.nodes.len());
        self.nodes.push(node);
    }

    /// Whether a line belongs to a block scalar.
    fn is_in_block(&mut self, line: &str) -> bool {
        let Some(indent) = self.block else {
            return false;
        };
        if line.trim().is_empty() || indent_of(line) > indent {
            return true;
        }
        self.block = None;
        false
    }

    /// Reads the dashes of a line.
    fn dashes(&mut self, number: usize, line: &str) {
        for part in parts(line) {
            if let Part::Dash(column) = part {
                self.push(column, PathStep::Item, number, "");
                if line.trim_end().ends_with(['|', '>']) {
                    self.block = Some(column);
                }
            }
        }
    }

    /// Reads the key of a line.
    fn key(&mut self, number: usize, line: &str) {
        for part in parts(line) {
            if let Part::Key {
                columns,
                name,
                value,
            } = part
            {
                let indent = columns.start;
                self.push(indent, PathStep::Field(name.to_owned()), number, value);
                self.block = value.starts_with(['|', '>']).then_some(indent);
            }
        }
    }

    /// Reads a line.
    fn read(&mut self, number: usize, line: &str) {
        if !self.is_in_block(line) {
            self.dashes(number, line);
            self.key(number, line);
        }
    }

    /// The path of a node.
    fn path(&self, mut at: usize) -> Vec<PathStep> {
        let mut path = Vec::new();
        while at != 0 {
            path.push(self.nodes[at].step.clone());
            at = self.nodes[at].parent;
        }
        path.reverse();
        path
    }

    /// The keys in a node.
    fn keys(&self, of: usize) -> impl Iterator<Item = (&str, &Node)> {
        let nodes = self.nodes.iter().skip(1);
        nodes.filter_map(move |node| match &node.step {
            PathStep::Field(name) if node.parent == of => Some((&**name, node)),
            _ => None,
        })
    }

    fn value(&self, of: usize, key: &str) -> &str {
        let found = self.keys(of).find(|(name, _)| *name == key);
        found.map_or("", |(_, node)| &node.value)
    }

    /// The object with a kind that contains a node: an item of a `List`, or the document.
    fn object(&self, at: usize) -> usize {
        let mut nodes = vec![at];
        while let Some(last) = nodes.last().copied().filter(|last| *last != 0) {
            nodes.push(self.nodes[last].parent);
        }
        let is_items = |at: usize| self.nodes[at].step == PathStep::Field("items".to_owned());
        match nodes[..] {
            [.., item, items, 0] if is_items(items) && self.value(0, "kind") == "List" => item,
            _ => 0,
        }
    }

    /// The key at some columns of a line, whose object is a node.
    fn cursor(&self, within: usize, line: usize, name: &str, columns: Range<usize>) -> Cursor {
        let object = self.object(within);
        let path = self.path(within);
        let others = self.keys(within).filter(|(_, node)| node.line != line);
        Cursor {
            api_version: self.value(object, "apiVersion").to_owned(),
            kind: self.value(object, "kind").to_owned(),
            key: TextKey {
                path: path[self.path(object).len()..].to_vec(),
                name: name.to_owned(),
                columns,
                others: others.map(|(name, _)| name.to_owned()).collect(),
            },
            value: None,
        }
    }
}

fn indent_of(line: &str) -> usize {
    line.chars().take_while(|letter| *letter == ' ').count()
}

/// The dashes and the key of a line.
fn parts(line: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut column = 0;
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start_matches(' ');
        column += rest.len() - trimmed.len();
        rest = trimmed;
        match rest.strip_prefix('-') {
            Some(after) if after.is_empty() || after.starts_with(' ') => {
                found.push(Part::Dash(column));
                (rest, column) = (after, column + 1);
            }
            _ => break,
        }
    }
    found.extend(key(rest, column));
    found
}

/// The key at the start of a text.
fn key(text: &str, column: usize) -> Option<Part<'_>> {
    let (name, after) = match text.chars().next()? {
        '#' | '{' | '[' | '&' | '*' | '!' | '|' | '>' | '%' | '@' | '`' => return None,
        quote @ ('"' | '\'') => text[1..].split_once(quote)?,
        _ => {
            let end = text
                .match_indices(':')
                .map(|(at, _)| at)
                .find(|at| matches!(text[at + 1..].chars().next(), None | Some(' ')))?;
            (text[..end].trim_end(), &text[end..])
        }
    };
    let value = after.trim_start().strip_prefix(':')?;
    if name.contains(" #") {
        return None;
    }
    let is_quoted = text.starts_with(['"', '\'']);
    let length = name.chars().count() + if is_quoted { 2 } else { 0 };
    Some(Part::Key {
        columns: column..column + length,
        name,
        value: plain(value),
    })
}

/// A scalar without its comment and quotes.
fn plain(value: &str) -> &str {
    let value = value.trim();
    if let Some(quote @ ('"' | '\'')) = value.chars().next() {
        let inner = &value[1..];
        return inner.split_once(quote).map_or(inner, |(inner, _)| inner);
    }
    if value.starts_with('#') {
        return "";
    }
    value
        .split_once(" #")
        .map_or(value, |(value, _)| value)
        .trim_end()
}

/// The lines of the document that contains a line, and the number of the first one.
fn document(text: &str, line: usize) -> Option<(usize, Vec<&str>)> {
    let is_border = |line: &str| line.starts_with("---") || line.starts_with("...");
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.trim_end_matches('\r'))
        .collect();
    if is_border(lines.get(line)?) {
        return None;
    }
    let begin = lines[..line].iter().rposition(|line| is_border(line));
    let begin = begin.map_or(0, |at| at + 1);
    let end = lines[line..].iter().position(|line| is_border(line));
    let end = end.map_or(lines.len(), |length| line + length);
    Some((begin, lines[begin..end].to_vec()))
}

/// Reads a document, and calls a function between the dashes and the key of a line.
fn outline<T>(
    text: &str,
    line: usize,
    there: impl FnOnce(&Outline, &str) -> Option<T>,
) -> Option<(Outline, T)> {
    let (begin, lines) = document(text, line)?;
    let mut outline = Outline::new();
    let mut found = None;
    let mut there = Some(there);
    for (number, text) in (begin..).zip(lines) {
        if number != line {
            outline.read(number, text);
            continue;
        }
        if outline.is_in_block(text) && !text.trim().is_empty() {
            return None;
        }
        outline.dashes(number, text);
        found = there.take()?(&outline, text);
        found.as_ref()?;
        outline.key(number, text);
    }
    Some((outline, found?))
}

/// Where a cursor is, by its line and column, both from 0 and in characters; `None` where nothing can be said: in
/// comments, block scalars and flow collections (`{a: b}`).
pub fn at(text: &str, line: usize, column: usize) -> Option<Cursor> {
    let (outline, (within, name, columns, value)) = outline(text, line, |outline, line| {
        let before: String = line.chars().take(column).collect();
        if before.trim_start().starts_with('#') || before.contains(" #") || before.contains('\t') {
            return None;
        }
        let end = before.chars().count();
        for part in parts(&before) {
            if let Part::Key { columns, name, .. } = part {
                let after: String = before.chars().skip(columns.end).collect();
                let value = after.trim_start().strip_prefix(':')?.strip_prefix(' ')?;
                let value = value.trim_start().to_owned();
                if value.starts_with(['{', '[', '|', '>', '&', '*']) {
                    return None;
                }
                let place = end - value.chars().count()..end;
                let within = outline.within(columns.start);
                return Some((within, name.to_owned(), columns, Some((value, place))));
            }
        }
        let mut dashes = parts(line).into_iter().filter_map(|part| match part {
            Part::Dash(column) => Some(column + 1),
            Part::Key { .. } => None,
        });
        let begun = dashes.next_back().unwrap_or_default();
        let word: String = before.chars().skip(begun).collect();
        let word = word.trim_start();
        let is_of_key = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
        if column < begun || !word.chars().all(is_of_key) {
            return None;
        }
        let begin = end - word.chars().count();
        Some((outline.within(begin), word.to_owned(), begin..end, None))
    })?;
    let cursor = outline.cursor(within, line, &name, columns);
    Some(Cursor { value, ..cursor })
}

/// The key at a column of a line, both from 0.
pub fn key_at(text: &str, line: usize, column: usize) -> Option<Cursor> {
    let (outline, (within, name, columns)) = outline(text, line, |outline, line| {
        parts(line).into_iter().find_map(|part| match part {
            Part::Key { columns, name, .. } if columns.contains(&column) => {
                let within = outline.within(columns.start);
                Some((within, name.to_owned(), columns))
            }
            _ => None,
        })
    })?;
    Some(outline.cursor(within, line, &name, columns))
}
