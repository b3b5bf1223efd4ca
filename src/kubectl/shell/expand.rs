//! Expands words: braces, variables, the output of commands, and file names.

use super::syntax::{ShellError, Word, WordPart};
use super::terminal::Terminal;

/// Maximum number of words that one word becomes.
const WORDS_MAX: usize = 10_000;

/// What words are expanded with.
pub struct Values<'v> {
    /// The variables and files.
    pub terminal: &'v Terminal,
    /// The output of the commands in `$(…)`.
    pub outputs: &'v [String],
    /// The exit code of the last command.
    pub status: i32,
}

/// Letters, each with whether it is quoted.
type Letters = Vec<(char, bool)>;

impl Values<'_> {
    /// The words that words become.
    pub fn all(&self, words: &[Word]) -> Result<Vec<String>, ShellError> {
        let mut found = Vec::new();
        for word in words {
            for word in braces(word)? {
                for field in self.fields(&word) {
                    self.paths(&field, &mut found);
                }
            }
            if found.len() > WORDS_MAX {
                return Err(too_many());
            }
        }
        Ok(found)
    }

    /// A word that stays one, such as the value of a variable.
    pub fn one(&self, word: &Word) -> String {
        let parts = word.0.iter().map(|part| self.part(part));
        parts.collect()
    }

    fn part(&self, part: &WordPart) -> String {
        match part {
            WordPart::Text { text, .. } => text.clone(),
            WordPart::Output { index, .. } => self.outputs.get(*index).cloned().unwrap_or_default(),
            WordPart::Variable { name, .. } if name == "?" => self.status.to_string(),
            WordPart::Variable { name, default, .. } => {
                let value = self.terminal.variable(name);
                match default {
                    Some(default) if value.is_empty() => default.clone(),
                    _ => value,
                }
            }
        }
    }

    /// Splits what variables and commands gave outside quotes at spaces.
    fn fields(&self, word: &Word) -> Vec<Letters> {
        let mut found = Vec::new();
        let mut field: Option<Letters> = None;
        for part in &word.0 {
            let text = self.part(part);
            let (quoted, splits) = match part {
                WordPart::Text { quoted, .. } => (*quoted, false),
                WordPart::Variable { quoted, .. } | WordPart::Output { quoted, .. } => {
                    (*quoted, !quoted)
                }
            };
            if !splits {
                let field = field.get_or_insert_default();
                field.extend(text.chars().map(|letter| (letter, quoted)));
                continue;
            }
            for letter in text.chars() {
                match letter {
                    ' ' | '\t' | '\n' => found.extend(field.take()),
                    other => field.get_or_insert_default().push((other, false)),
                }
            }
        }
        found.extend(field);
        found
    }

    /// The files that a pattern names, or the pattern itself if there are none.
    fn paths(&self, field: &Letters, found: &mut Vec<String>) {
        let before = found.len();
        let is_pattern = |(letter, quoted): &(char, bool)| !quoted && matches!(letter, '*' | '?');
        if field.iter().any(is_pattern) {
            let files = self.terminal.files().into_iter();
            found.extend(files.filter(|name| {
                let name: Vec<char> = name.chars().collect();
                is_like(&name, field)
            }));
        }
        if found.len() == before {
            found.push(field.iter().map(|(letter, _)| letter).collect());
        }
    }
}

/// Whether a name matches a pattern with `*` and `?`, neither of which matches `/`.
fn is_like(name: &[char], pattern: &[(char, bool)]) -> bool {
    let (mut at, mut of) = (0, 0);
    // Where to go on if what follows the last `*` does not match.
    let mut again: Option<(usize, usize)> = None;
    loop {
        match (name.get(at), pattern.get(of)) {
            (None, None) => return true,
            (_, Some(('*', false))) => {
                again = Some((at, of));
                of += 1;
                continue;
            }
            (Some(letter), Some(('?', false))) if *letter != '/' => {
                at += 1;
                of += 1;
                continue;
            }
            (Some(letter), Some((wanted, _))) if letter == wanted => {
                at += 1;
                of += 1;
                continue;
            }
            _ => {}
        }
        match again {
            Some((from, star)) if name.get(from).is_some_and(|letter| *letter != '/') => {
                again = Some((from + 1, star));
                at = from + 1;
                of = star + 1;
            }
            _ => return false,
        }
    }
}

fn too_many() -> ShellError {
    ShellError::NotSimulated(format!("more than {WORDS_MAX} words"))
}

/// A character outside quotes, or another part of a word.
#[derive(Clone)]
enum Atom {
    Letter(char),
    Part(WordPart),
}

impl Atom {
    fn is(&self, wanted: char) -> bool {
        matches!(self, Self::Letter(letter) if *letter == wanted)
    }
}

/// Brace expansion, as bash does it: `a{1..3}`, `{a,b}`.
fn braces(word: &Word) -> Result<Vec<Word>, ShellError> {
    let mut atoms = Vec::new();
    for part in &word.0 {
        match part {
            WordPart::Text {
                text,
                quoted: false,
            } => atoms.extend(text.chars().map(Atom::Letter)),
            part => atoms.push(Atom::Part(part.clone())),
        }
    }
    if !atoms.iter().any(|atom| atom.is('{')) {
        return Ok(vec![word.clone()]);
    }
    let words = alternatives(&atoms, 0)?;
    Ok(words.into_iter().map(joined).collect())
}

fn joined(atoms: Vec<Atom>) -> Word {
    let mut word = Word::default();
    for atom in atoms {
        match atom {
            Atom::Letter(letter) => word.push(letter, false),
            Atom::Part(part) => word.0.push(part),
        }
    }
    word
}

/// All words that atoms with braces stand for.
fn alternatives(atoms: &[Atom], depth: usize) -> Result<Vec<Vec<Atom>>, ShellError> {
    let mut from = 0;
    while let Some(open) = atoms.iter().skip(from).position(|atom| atom.is('{')) {
        let open = from + open;
        from = open + 1;
        let Some((close, items)) = group(atoms, open) else {
            continue;
        };
        let inner = match items.as_slice() {
            [only] => match sequence(only)? {
                Some(items) => items,
                None => continue,
            },
            _ if depth == 16 => return Err(too_many()),
            items => {
                let mut all = Vec::new();
                for item in items {
                    all.extend(alternatives(item, depth + 1)?);
                }
                all
            }
        };
        let (before, after) = (&atoms[..open], atoms.get(close + 1..).unwrap_or_default());
        let ends = alternatives(after, depth)?;
        if inner.len().saturating_mul(ends.len()) > WORDS_MAX {
            return Err(too_many());
        }
        let word = |item: &Vec<Atom>, end: &Vec<Atom>| [before, item, end].concat();
        let words = inner
            .iter()
            .flat_map(|item| ends.iter().map(move |end| word(item, end)));
        return Ok(words.collect());
    }
    Ok(vec![atoms.to_vec()])
}

/// The end of a group in braces, and its items.
fn group(atoms: &[Atom], open: usize) -> Option<(usize, Vec<&[Atom]>)> {
    let (mut depth, mut from) = (0, open + 1);
    let mut items = Vec::new();
    for (at, atom) in atoms.iter().enumerate().skip(from) {
        match atom {
            Atom::Letter('{') => depth += 1,
            Atom::Letter('}') if depth == 0 => {
                items.push(atoms.get(from..at)?);
                return Some((at, items));
            }
            Atom::Letter('}') => depth -= 1,
            Atom::Letter(',') if depth == 0 => {
                items.push(atoms.get(from..at)?);
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// `1..3`, `01..10`, `a..e`, each with an optional step.
fn sequence(atoms: &[Atom]) -> Result<Option<Vec<Vec<Atom>>>, ShellError> {
    let letters = atoms.iter().map(|atom| match atom {
        Atom::Letter(letter) => Some(*letter),
        Atom::Part(_) => None,
    });
    let Some(text) = letters.collect::<Option<String>>() else {
        return Ok(None);
    };
    let ends: Vec<&str> = text.split("..").collect();
    let (first, last, step) = match ends.as_slice() {
        [first, last] => (*first, *last, "1"),
        [first, last, step] => (*first, *last, *step),
        _ => return Ok(None),
    };
    let letter = |text: &str| match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => Some(i64::from(*letter)),
        _ => None,
    };
    let numbers = |text: &str| text.parse::<i32>().ok().map(i64::from);
    let (from, to, are_letters) = match (letter(first), letter(last)) {
        (Some(from), Some(to)) => (from, to, true),
        _ => match (numbers(first), numbers(last)) {
            (Some(from), Some(to)) => (from, to, false),
            _ => return Ok(None),
        },
    };
    let Some(step) = numbers(step).map(|step| step.abs().max(1)) else {
        return Ok(None);
    };
    let count = (to - from).abs() / step + 1;
    if count > WORDS_MAX as i64 {
        return Err(too_many());
    }
    let is_padded = |text: &str| text.trim_start_matches('-').starts_with('0') && text.len() > 1;
    let width = match is_padded(first) || is_padded(last) {
        true => first.len().max(last.len()),
        false => 0,
    };
    let words = (0..count).map(|index| {
        let value = from + index * step * (to - from).signum();
        let text = match u8::try_from(value) {
            Ok(letter) if are_letters => char::from(letter).to_string(),
            _ => format!("{value:0width$}"),
        };
        text.chars().map(Atom::Letter).collect()
    });
    Ok(Some(words.collect()))
}
