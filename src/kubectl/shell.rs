//! A command line into words, as a shell splits it.

/// Why a line cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShellError {
    /// A quote without its partner.
    #[error("a {0} is not closed")]
    OpenQuote(char),
    /// A backslash with nothing behind it.
    #[error("the line ends in a backslash")]
    OpenEscape,
}

/// Splits a line at spaces outside quotes; a backslash takes the next character as it is.
///
/// # Errors
/// A quote or a backslash that is left open.
pub fn split(line: &str) -> Result<Vec<String>, ShellError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' => {
                let quoted = word.get_or_insert_default();
                quote(letter, &mut letters, quoted)?;
            }
            '\\' => match letters.next() {
                // A backslash at the end of a line goes on in the next one.
                Some('\n') => {}
                Some(next) => word.get_or_insert_default().push(next),
                None => return Err(ShellError::OpenEscape),
            },
            space if space.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The words of a command line, without what stands in front of the command: a prompt, `sudo`, `kubectl`, `k`.
///
/// # Errors
/// As [`split`].
pub fn command(line: &str) -> Result<Vec<String>, ShellError> {
    let mut words = split(line)?;
    let rest = |words: &[String], names: &[&str]| {
        words
            .first()
            .is_some_and(|word| names.contains(&word.as_str()))
    };
    for names in [&["$"][..], &["sudo"], &["kubectl", "k"]] {
        if rest(&words, names) {
            words.remove(0);
        }
    }
    Ok(words)
}

fn quote(
    end: char,
    letters: &mut impl Iterator<Item = char>,
    word: &mut String,
) -> Result<(), ShellError> {
    while let Some(letter) = letters.next() {
        match letter {
            letter if letter == end => return Ok(()),
            '\\' if end == '"' => match letters.next() {
                Some(next @ ('"' | '\\' | '$' | '`')) => word.push(next),
                Some(next) => word.extend(['\\', next]),
                None => return Err(ShellError::OpenEscape),
            },
            other => word.push(other),
        }
    }
    Err(ShellError::OpenQuote(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_keep_words_together() {
        let words = |line| split(line).unwrap();
        assert_eq!(
            words("get pods  -l app=web"),
            ["get", "pods", "-l", "app=web"]
        );
        assert_eq!(
            words(r#"patch x -p '{"a": 1}' "b \"c\"" d\ e ''"#),
            ["patch", "x", "-p", r#"{"a": 1}"#, r#"b "c""#, "d e", ""]
        );
        assert_eq!(words("a \\\n b"), ["a", "b"]);
        assert_eq!(split("a 'b"), Err(ShellError::OpenQuote('\'')));
    }
}
