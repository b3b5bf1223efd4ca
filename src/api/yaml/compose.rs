//! Composes the YAML parser's events into a JSON value and the positions of its fields.

use super::positions::push_key;
use super::scalar::{self, Tag};
use super::{
    Document, MAX_ALIASED_BYTES, MAX_ALIASED_VALUES, MAX_DEPTH, Place, Positions, YamlError, syntax,
};
use litemap::LiteMap;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Parses the first YAML document of a chunk that begins on line `first`; `None` if it is empty.
pub(super) fn document(piece: &str, first: u32) -> Result<Option<Document>, YamlError> {
    let mut composer = Composer {
        piece,
        first,
        parser: Parser::new_from_str(piece),
        anchors: LiteMap::new_vec(),
        positions: Positions::default(),
        path: String::new(),
        depth: 0,
        aliased: Size::default(),
    };
    let composed = match composer.document() {
        Err(Fault::Limit(error)) => return Err(error),
        composed => composed,
    };
    // libyaml is slow for deeply nested brackets; if the other parser succeeded, there are few of them.
    let brackets = || {
        piece
            .bytes()
            .filter(|b| matches!(b, b'[' | b'{'))
            .take(2001)
            .count()
    };
    if (composed.is_ok() || brackets() <= 2000)
        && let Some(error) = syntax::error(piece, first)
    {
        return Err(error);
    }
    match composed {
        Ok(Value::Null) => Ok(None),
        Ok(value) => Ok(Some(Document {
            value,
            positions: composer.positions,
            first,
            last: (first..)
                .zip(piece.lines())
                .last()
                .map_or(first, |(line, _)| line),
        })),
        Err(Fault::Limit(error) | Fault::Meaning(error)) => Err(error),
        Err(Fault::Scan(error)) => Err(composer.scan_error(&error)),
    }
}

enum Fault {
    /// A limit of ours was exceeded.
    Limit(YamlError),
    /// The syntax is valid, but the content is not.
    Meaning(YamlError),
    /// The syntax is invalid.
    Scan(ScanError),
}

/// Size of a value, for the limits on aliases.
#[derive(Clone, Copy, Default)]
struct Size {
    values: usize,
    bytes: usize,
}

struct Composer<'a> {
    piece: &'a str,
    first: u32,
    parser: Parser<'a, StrInput<'a>>,
    /// Anchored values; `None` while the value is still being parsed.
    anchors: LiteMap<usize, Option<(Value, Size)>>,
    positions: Positions,
    path: String,
    depth: usize,
    aliased: Size,
}

type Item<'a> = (Event<'a>, Span);

impl<'a> Composer<'a> {
    fn next(&mut self) -> Result<Item<'a>, Fault> {
        match self.parser.next_event() {
            Some(Ok(item)) => Ok(item),
            // The parser has its own limit on nested brackets, which is higher than ours.
            Some(Err(error)) if error.info().contains("recursion limit") => {
                Err(Fault::Limit(YamlError::TooDeep {
                    place: self.place(*error.marker()),
                }))
            }
            Some(Err(error)) => Err(Fault::Scan(error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn document(&mut self) -> Result<Value, Fault> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(Value::Null),
                (
                    Event::StreamStart
                    | Event::DocumentStart(_)
                    | Event::DocumentEnd
                    | Event::Nothing,
                    _,
                ) => {}
                item => {
                    let place = self.place(item.1.start);
                    let value = self.node(item)?;
                    self.positions.insert("", place, place);
                    // Parsing further detects trailing content after the value.
                    self.next()?;
                    return Ok(value);
                }
            }
        }
    }

    fn node(&mut self, (event, span): Item<'a>) -> Result<Value, Fault> {
        let anchor = match &event {
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _) => *anchor,
            _ => 0,
        };
        if anchor != 0 {
            self.anchors.insert(anchor, None);
        }
        let value = match event {
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::Scalar(text, style, _, tag) => {
                let tag = tag.map(|tag| (tag.is_yaml_core_schema(), tag.into_owned().suffix));
                self.scalar(text, style, tag, span)?
            }
            Event::SequenceStart(..) => self.nested(span, Self::sequence)?,
            Event::MappingStart(..) => self.nested(span, Self::mapping)?,
            _ => Value::Null,
        };
        if anchor != 0 {
            let size = size(&value);
            self.anchors.insert(anchor, Some((value.clone(), size)));
            // A copy counts as much as the alias that makes it.
            self.count(size)?;
        }
        Ok(value)
    }

    fn nested(
        &mut self,
        span: Span,
        read: fn(&mut Self) -> Result<Value, Fault>,
    ) -> Result<Value, Fault> {
        if self.depth == MAX_DEPTH {
            return Err(Fault::Limit(YamlError::TooDeep {
                place: self.place(span.start),
            }));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn sequence(&mut self) -> Result<Value, Fault> {
        let mut items = Vec::new();
        loop {
            let item = self.next()?;
            if matches!(item.0, Event::SequenceEnd | Event::StreamEnd) {
                return Ok(Value::Array(items));
            }
            let length = self.path.len();
            self.path.push_str(&format!("[{}]", items.len()));
            let place = self.place(item.1.start);
            items.push(self.node(item)?);
            self.positions.insert(&self.path, place, place);
            self.path.truncate(length);
        }
    }

    fn mapping(&mut self) -> Result<Value, Fault> {
        let mut fields = Map::new();
        loop {
            let key = self.next()?;
            if matches!(key.0, Event::MappingEnd | Event::StreamEnd) {
                return Ok(Value::Object(fields));
            }
            let key_place = self.place(key.1.start);
            let merge =
                matches!(&key.0, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let length = self.path.len();
            let key = if merge { String::new() } else { self.key(key)? };
            if !merge {
                push_key(&mut self.path, &key);
            }
            let item = self.next()?;
            let place = self.place(item.1.start);
            let value = self.node(item)?;
            if merge {
                self.merge(&mut fields, value, place)?;
            } else {
                self.positions.insert(&self.path, key_place, place);
                fields.insert(key, value);
            }
            self.path.truncate(length);
        }
    }

    /// A key as a string; numbers and booleans are converted, as in `sigs.k8s.io/yaml`.
    fn key(&mut self, item: Item<'a>) -> Result<String, Fault> {
        let place = self.place(item.1.start);
        let refused = |text: String| Fault::Meaning(YamlError::Syntax { text, place });
        // A key with fields of its own needs no positions, since it is refused.
        match self.node(item)? {
            Value::String(text) => Ok(text),
            Value::Bool(flag) => Ok(flag.to_string()),
            Value::Number(number) => Ok(super::super::go::number(&number)),
            Value::Null => Err(refused(
                "unsupported map key of type: %!s(<nil>), key: <nil>".to_owned(),
            )),
            value => Err(refused(format!(
                "yaml: invalid map key: {}",
                super::super::go::json(&value)
            ))),
        }
    }

    /// `<<`: merges the fields of one or several mappings; the first mapping with a field wins.
    ///
    /// go-yaml v2 merges at the position of the key: fields after it override merged ones, fields before it are
    /// overridden.
    fn merge(
        &self,
        fields: &mut Map<String, Value>,
        value: Value,
        place: Place,
    ) -> Result<(), Fault> {
        let wrong = || {
            let text = "yaml: map merge requires map or sequence of maps as the value".to_owned();
            Fault::Meaning(YamlError::Syntax { text, place })
        };
        match value {
            Value::Object(merged) => fields.extend(merged),
            Value::Array(list) => {
                for merged in list.into_iter().rev() {
                    match merged {
                        Value::Object(merged) => fields.extend(merged),
                        _ => return Err(wrong()),
                    }
                }
            }
            _ => return Err(wrong()),
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<Value, Fault> {
        let place = self.place(span.start);
        match self.anchors.get(&anchor) {
            Some(Some((value, size))) => {
                let (value, size) = (value.clone(), *size);
                self.count(size)?;
                Ok(value)
            }
            _ => {
                let text = format!(
                    "yaml: anchor '{}' value contains itself",
                    self.alias_name(span.start)
                );
                Err(Fault::Meaning(YamlError::Syntax { text, place }))
            }
        }
    }

    fn count(&mut self, size: Size) -> Result<(), Fault> {
        self.aliased.values += size.values;
        self.aliased.bytes += size.bytes;
        if self.aliased.values <= MAX_ALIASED_VALUES && self.aliased.bytes <= MAX_ALIASED_BYTES {
            return Ok(());
        }
        let text = "yaml: document contains excessive aliasing".to_owned();
        let place = Place {
            line: self.first,
            column: 1,
        };
        Err(Fault::Limit(YamlError::Syntax { text, place }))
    }

    /// The alias name after the asterisk at a position.
    fn alias_name(&self, at: Marker) -> String {
        self.piece
            .chars()
            .skip(at.index())
            .skip_while(|c| *c == '*')
            .take_while(|c| !c.is_whitespace() && !",]}".contains(*c))
            .collect()
    }

    fn scalar(
        &self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        tag: Option<(bool, String)>,
        span: Span,
    ) -> Result<Value, Fault> {
        let place = self.place(span.start);
        let refused = |text: String| Fault::Meaning(YamlError::Syntax { text, place });
        // The parser represents a missing value as `~`; to go-yaml both are null.
        let plain = style == ScalarStyle::Plain;
        let wanted = match tag {
            None if plain => None,
            Some((true, name)) if name != "str" => Some(name),
            _ => return Ok(Value::String(text.into_owned())),
        };
        let (found, value) = scalar::resolve(&text);
        match wanted.as_deref() {
            None => value
                .ok_or_else(|| refused(format!("json: unsupported value: {}", go_infinity(&text)))),
            Some("binary") => match super::super::base64::decode(&text) {
                Ok(bytes) => Ok(Value::String(String::from_utf8_lossy(&bytes).into_owned())),
                Err(_) => Err(refused(
                    "yaml: !!binary value contains invalid base64 data".to_owned(),
                )),
            },
            Some(name @ ("int" | "bool" | "null" | "float")) => match value {
                Some(value)
                    if found.name().ends_with(name) || (name == "float" && found == Tag::Int) =>
                {
                    Ok(value)
                }
                _ => Err(refused(format!(
                    "yaml: cannot decode {} `{text}` as a !!{name}",
                    found.name()
                ))),
            },
            Some(_) => Ok(Value::String(text.into_owned())),
        }
    }

    /// The error reported if libyaml accepts the input.
    fn scan_error(&self, error: &ScanError) -> YamlError {
        let place = self.place(*error.marker());
        let text = if error.info().contains("unknown anchor") {
            format!(
                "yaml: unknown anchor '{}' referenced",
                self.alias_name(*error.marker())
            )
        } else {
            format!(
                "yaml: line {}: {}",
                place.line - self.first + 1,
                error.info()
            )
        };
        YamlError::Syntax { text, place }
    }

    fn place(&self, at: Marker) -> Place {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place {
            line: self.first + number(at.line().max(1)) - 1,
            column: number(at.col()) + 1,
        }
    }
}

fn go_infinity(text: &str) -> &'static str {
    match text.as_bytes() {
        [b'-', ..] => "-Inf",
        _ if text.eq_ignore_ascii_case(".nan") => "NaN",
        _ => "+Inf",
    }
}

fn size(value: &Value) -> Size {
    let mut total = Size {
        values: 1,
        bytes: 0,
    };
    let mut add = |size: Size, bytes: usize| {
        total.values += size.values;
        total.bytes += size.bytes + bytes;
    };
    match value {
        Value::String(text) => add(Size::default(), text.len()),
        Value::Array(items) => items.iter().for_each(|item| add(size(item), 0)),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, value)| add(size(value), key.len())),
        _ => {}
    }
    total
}
