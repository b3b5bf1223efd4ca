//! A command line into words, as a shell splits it.

/// Why a line cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShellError {
    /// A quote without its partner.
    #[error("a {0} is not closed")]
    OpenQuote(char),
    /// A part of the shell that there is not.
    #[error("not simulated: {0} outside quotes")]
    NotSimulated(char),
    /// A backslash with nothing behind it.
    #[error("the line ends in a backslash")]
    OpenEscape,
}

/// Splits a line at spaces outside quotes; a backslash takes the next character as it is.
///
/// # Errors
/// A quote or a backslash that is left open, or a sign of the shell that is not simulated.
#[cfg(test)]
pub fn split(line: &str) -> Result<Vec<String>, ShellError> {
    Ok(pipeline(line)?.into_iter().flatten().collect())
}

/// Splits a line at spaces outside quotes, and into commands at `|`; a backslash takes the next character as it
/// is.
///
/// # Errors
/// A quote or a backslash that is left open, or a sign of the shell that is not simulated.
pub fn pipeline(line: &str) -> Result<Vec<Vec<String>>, ShellError> {
    let mut commands = Vec::new();
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
            '|' => {
                words.extend(word.take());
                commands.push(std::mem::take(&mut words));
            }
            ';' | '&' | '<' | '>' | '`' => return Err(ShellError::NotSimulated(letter)),
            space if space.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    commands.push(words);
    Ok(commands)
}

/// The line without what stands in front of the command: a prompt, `sudo`, `kubectl`, `k`.
#[must_use]
pub fn bare(line: &str) -> &str {
    let mut line = line.trim();
    for names in [&["$"][..], &["sudo"], &["kubectl", "k"]] {
        for name in names {
            match line.strip_prefix(name) {
                Some("") => line = "",
                Some(rest) if rest.starts_with(char::is_whitespace) => line = rest.trim_start(),
                _ => {}
            }
        }
    }
    line
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
        assert_eq!(pipeline("a 'b|c' | d").unwrap().len(), 2);
        assert_eq!(split("a > b"), Err(ShellError::NotSimulated('>')));
        assert_eq!(bare("$ sudo kubectl get pods"), "get pods");
        assert_eq!(bare("kubectlx k"), "kubectlx k");
        assert_eq!(split("a 'b"), Err(ShellError::OpenQuote('\'')));
    }
}
