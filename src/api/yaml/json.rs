//! JSON with positions and the error messages of Go's `encoding/json` (`scanner.go`, `stream.go`).

use super::positions::push_key;
use super::scalar;
use super::{Document, MAX_DEPTH, Place, Positions, YamlError};
use serde_json::{Map, Number, Value};

/// Parses consecutive JSON values, as Go's streaming decoder does; skips `null`.
pub(super) fn documents(text: &str) -> Result<Vec<Document>, YamlError> {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        text,
        at: 0,
        here: Place { line: 1, column: 1 },
        positions: Positions::default(),
        path: String::new(),
        depth: 0,
    };
    let mut documents = Vec::new();
    loop {
        reader.space();
        if reader.peek().is_none() {
            return Ok(documents);
        }
        let place = reader.here;
        let value = reader.value()?;
        reader.positions.insert("", place, place);
        let positions = std::mem::take(&mut reader.positions);
        if value != Value::Null {
            documents.push(Document {
                value,
                positions,
                first: place.line,
                last: reader.here.line,
            });
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
    here: Place,
    positions: Positions,
    path: String,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn bump(&mut self) {
        match self.peek() {
            Some(b'\n') => {
                self.here = Place {
                    line: self.here.line + 1,
                    column: 1,
                }
            }
            // Columns count characters, so UTF-8 continuation bytes are skipped.
            Some(byte) if byte & 0xc0 != 0x80 => self.here.column += 1,
            _ => {}
        }
        self.at += 1;
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.bump();
        }
    }

    /// `invalid character 'x' looking for beginning of value`, or the error for an unexpected end of input.
    fn fault(&self, context: &str) -> YamlError {
        let text = match self.peek() {
            None => "unexpected EOF".to_owned(),
            Some(byte) => {
                let quoted = match byte {
                    b'\'' => r"\'".to_owned(),
                    b'"' => "\"".to_owned(),
                    _ => {
                        let quoted = super::super::go::quote(&char::from(byte).to_string());
                        quoted[1..quoted.len() - 1].to_owned()
                    }
                };
                format!(
                    "json: offset {}: invalid character '{quoted}' {context}",
                    self.at + 1
                )
            }
        };
        YamlError::Json {
            text,
            place: self.here,
        }
    }

    fn value(&mut self) -> Result<Value, YamlError> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.fault("looking for beginning of value")),
        }
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value, YamlError>,
    ) -> Result<Value, YamlError> {
        if self.depth == MAX_DEPTH {
            return Err(YamlError::TooDeep { place: self.here });
        }
        self.depth += 1;
        self.bump();
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value, YamlError> {
        let mut fields = Map::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.bump();
            return Ok(Value::Object(fields));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.fault("looking for beginning of object key string"));
            }
            let key_place = self.here;
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.fault("after object key"));
            }
            self.bump();
            self.space();
            let length = self.path.len();
            push_key(&mut self.path, &key);
            let place = self.here;
            let value = self.value()?;
            self.positions.insert(&self.path, key_place, place);
            self.path.truncate(length);
            fields.insert(key, value);
            if self.end(b'}', "after object key:value pair")? {
                return Ok(Value::Object(fields));
            }
        }
    }

    fn array(&mut self) -> Result<Value, YamlError> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.bump();
            return Ok(Value::Array(items));
        }
        loop {
            self.space();
            let length = self.path.len();
            self.path.push_str(&format!("[{}]", items.len()));
            let place = self.here;
            items.push(self.value()?);
            self.positions.insert(&self.path, place, place);
            self.path.truncate(length);
            if self.end(b']', "after array element")? {
                return Ok(Value::Array(items));
            }
        }
    }

    /// Consumes a comma or the closing bracket, and returns whether it was the bracket.
    fn end(&mut self, close: u8, context: &str) -> Result<bool, YamlError> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.bump();
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.bump();
                Ok(true)
            }
            _ => Err(self.fault(context)),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, YamlError> {
        for expected in word.chars() {
            if self.peek() != Some(expected as u8) {
                return Err(self.fault(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.bump();
        }
        Ok(value)
    }

    fn digits(&mut self, context: &str) -> Result<(), YamlError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.fault(context));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.bump();
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, YamlError> {
        let (start, place) = (self.at, self.here);
        if self.peek() == Some(b'-') {
            self.bump();
        }
        if self.peek() == Some(b'0') {
            self.bump();
        } else {
            self.digits("in numeric literal")?;
        }
        if self.peek() == Some(b'.') {
            self.bump();
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.bump();
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.bump();
            }
            self.digits("in exponent of numeric literal")?;
        }
        let text = &self.text[start..self.at];
        let integer = text.parse::<i64>().map(Number::from);
        if let Ok(number) = integer.or_else(|_| text.parse::<u64>().map(Number::from)) {
            return Ok(Value::Number(number));
        }
        text.parse()
            .ok()
            .and_then(scalar::float)
            .ok_or_else(|| YamlError::Json {
                text: format!("json: cannot unmarshal number {text} into Go value of type float64"),
                place,
            })
    }

    fn string(&mut self) -> Result<String, YamlError> {
        self.bump();
        let mut out = String::new();
        loop {
            let start = self.at;
            while self
                .peek()
                .is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
            {
                self.bump();
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.bump();
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.bump();
                    out.push(self.escape()?);
                }
                _ => return Err(self.fault("in string literal")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, YamlError> {
        let plain = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.bump();
                return self.unicode_escape();
            }
            _ => return Err(self.fault("in string escape code")),
        };
        self.bump();
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Result<char, YamlError> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u") {
            let before = (self.at, self.here);
            self.bump();
            self.bump();
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10 | (second - 0xdc00));
                return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            // A lone surrogate becomes the replacement character; whatever follows is parsed on its own.
            (self.at, self.here) = before;
        }
        Ok(char::from_u32(first).unwrap_or('\u{fffd}'))
    }

    fn hex(&mut self) -> Result<u32, YamlError> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            code = code << 4
                | digit.ok_or_else(|| self.fault("in \\u hexadecimal character escape"))?;
            self.bump();
        }
        Ok(code)
    }
}
