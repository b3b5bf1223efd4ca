//! The syntax tree of a command line, and what can be wrong with one.

/// A list of pipelines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List {
    /// In order.
    pub items: Vec<ListItem>,
}

/// A pipeline, and when it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct ListItem {
    /// When it runs.
    pub when: When,
    /// Whether `!` negates its exit status.
    pub negated: bool,
    /// Its commands; each is piped into the next.
    pub commands: Vec<ShellCommand>,
}

/// When a pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// If the last command succeeded (`&&`).
    Succeeded,
    /// If the last command failed (`||`).
    Failed,
}

/// A command.
#[derive(Debug, Clone, PartialEq)]
pub enum ShellCommand {
    /// Words and redirections.
    Simple(Simple),
    /// `for NAME in WORD…; do LIST; done`
    For(For),
}

/// A command of words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Simple {
    /// The variables set before it.
    pub assignments: Vec<(String, Word)>,
    /// Its words.
    pub words: Vec<Word>,
    /// Its redirections, in order.
    pub redirects: Vec<Redirect>,
    /// The commands in `$(…)` among its words, redirections and assignments.
    pub substitutions: Vec<List>,
    /// Its text, without redirections, if its words mean what is written.
    pub source: Option<String>,
}

/// A loop over words.
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    /// The variable.
    pub name: String,
    /// The words, and the commands in `$(…)` among them.
    pub words: Vec<Word>,
    /// The commands in `$(…)` among the words.
    pub substitutions: Vec<List>,
    /// What is done with each.
    pub body: List,
}

/// A word before its expansion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word(pub Vec<WordPart>);

/// A part of a word; quoted parts are not split into several words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordPart {
    /// Text.
    Text { text: String, quoted: bool },
    /// The value of a variable, or the text after `:-` if that is empty.
    Variable {
        name: String,
        default: Option<String>,
        quoted: bool,
    },
    /// The output of a command, by its index among the command's substitutions.
    Output { index: usize, quoted: bool },
}

/// A redirection.
#[derive(Debug, Clone, PartialEq)]
pub struct Redirect {
    /// The file descriptor: 0, 1 or 2.
    pub fd: u8,
    /// The direction.
    pub to: Direction,
}

/// The direction of a redirection.
#[derive(Debug, Clone, PartialEq)]
pub enum Direction {
    /// `< FILE`
    Read(Word),
    /// `<<END`, `<<< WORD`: the text itself.
    Text(Word),
    /// `> FILE`
    Write(Word),
    /// `>> FILE`
    Append(Word),
    /// `>&N`
    Like(u8),
}

/// Why a line is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShellError {
    /// A quote that is not closed.
    #[error("a {0} is not closed")]
    OpenQuote(char),
    /// `$(`, `${` or a loop that is not closed, or an operator at the end.
    #[error("syntax error: unexpected end after '{0}'")]
    Unfinished(String),
    /// A trailing backslash.
    #[error("the line ends in a backslash")]
    OpenEscape,
    /// A here-document (`<<`) without its end.
    #[error("the text for standard input has no line {0} at its end")]
    OpenText(String),
    /// An operator or a reserved word in the wrong place.
    #[error("syntax error near unexpected token '{0}'")]
    Unexpected(String),
    /// A part of the shell that is not simulated.
    #[error("not simulated: {0}")]
    NotSimulated(String),
    /// Several lines.
    #[error("not simulated: several command lines at once")]
    Several,
}

impl ShellError {
    /// Whether further lines may complete the command.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Self::OpenQuote(_) | Self::Unfinished(_) | Self::OpenEscape | Self::OpenText(_)
        )
    }
}

impl Word {
    /// A word of quoted text.
    #[must_use]
    pub fn quoted(text: String) -> Self {
        Self(vec![WordPart::Text { text, quoted: true }])
    }

    /// The word itself if nothing in it is expanded.
    #[must_use]
    pub fn literal(&self) -> Option<String> {
        let parts = self.0.iter().map(|part| match part {
            WordPart::Text { text, .. } => Some(text.as_str()),
            WordPart::Variable { .. } | WordPart::Output { .. } => None,
        });
        parts.collect()
    }

    /// The word if it is unquoted text, as reserved words are.
    #[must_use]
    pub fn bare(&self) -> Option<&str> {
        match self.0.as_slice() {
            [
                WordPart::Text {
                    text,
                    quoted: false,
                },
            ] => Some(text),
            _ => None,
        }
    }

    /// Adds text, to the last part if that is of the same kind.
    pub fn push(&mut self, letter: char, is_quoted: bool) {
        match self.0.last_mut() {
            Some(WordPart::Text { text, quoted }) if *quoted == is_quoted => text.push(letter),
            _ => self.0.push(WordPart::Text {
                text: letter.into(),
                quoted: is_quoted,
            }),
        }
    }
}

impl Simple {
    /// Its words if nothing in them is expanded.
    #[must_use]
    pub fn literal(&self) -> Option<Vec<String>> {
        self.words.iter().map(Word::literal).collect()
    }
}
