//! What to do about a fault, in plain words of both languages.

/// A sentence with `{}` where a value goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    english: &'static str,
    chinese: &'static str,
    values: Vec<String>,
}

impl Advice {
    /// A sentence without values.
    #[must_use]
    pub const fn new(english: &'static str, chinese: &'static str) -> Self {
        Self {
            english,
            chinese,
            values: Vec::new(),
        }
    }

    /// The sentence with one more value, for the next `{}`.
    #[must_use]
    pub fn with(mut self, value: impl Into<String>) -> Self {
        self.values.push(value.into());
        self
    }

    /// In English.
    #[must_use]
    pub fn english(&self) -> String {
        self.fill(self.english)
    }

    /// In 简体中文.
    #[must_use]
    pub fn chinese(&self) -> String {
        self.fill(self.chinese)
    }

    fn fill(&self, sentence: &str) -> String {
        let mut text = String::new();
        let mut rest = sentence;
        for value in &self.values {
            let Some((before, after)) = rest.split_once('{') else {
                break;
            };
            text.push_str(before);
            text.push_str(value);
            rest = after.strip_prefix('}').unwrap_or(after);
        }
        text + rest
    }
}
