//! Splits command lines like a shell.

/// Why a line cannot be split.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShellError {
    /// A quote that is not closed.
    #[error("a {0} is not closed")]
    OpenQuote(char),
    /// Unsupported shell syntax.
    #[error("not simulated: {0} outside quotes")]
    NotSimulated(char),
    /// A shell expansion.
    #[error("not simulated: {0}, a value of the shell")]
    Variable(String),
    /// A trailing backslash.
    #[error("the line ends in a backslash")]
    OpenEscape,
    /// A here-document (`<<`) without its end.
    #[error("the text for standard input has no line {0} at its end")]
    OpenText(String),
    /// Several commands.
    #[error("not simulated: several command lines at once")]
    Several,
}

/// A command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The words of each command; each command is piped into the next.
    pub commands: Vec<Vec<String>>,
    /// The here-document.
    pub text: Option<String>,
    /// Number of bytes of the input that belong to the line.
    pub length: usize,
}

/// Splits the first command line of a text: into words at spaces outside quotes, and into commands at `|`. A
/// backslash escapes the next character, and continues the line at its end; `#` starts a comment.
///
/// # Errors
/// A quote or backslash that is not closed, or unsupported shell syntax.
pub fn first(line: &str) -> Result<Line, ShellError> {
    let mut found = Line::default();
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut heredoc: Option<(String, bool)> = None;
    let mut letters = line.char_indices().peekable();
    while let Some((_, letter)) = letters.next() {
        match letter {
            '\'' | '"' => {
                let quoted = word.get_or_insert_default();
                quote(letter, &mut letters, quoted)?;
            }
            '\\' => match letters.next() {
                Some((_, '\n')) => {}
                Some((_, next)) => word.get_or_insert_default().push(next),
                None => return Err(ShellError::OpenEscape),
            },
            '#' if word.is_none() => {
                while letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
            }
            '|' => {
                words.extend(word.take());
                found.commands.push(std::mem::take(&mut words));
            }
            '<' if letters.next_if(|(_, next)| *next == '<').is_some() && heredoc.is_none() => {
                words.extend(word.take());
                let strips = letters.next_if(|(_, next)| *next == '-').is_some();
                let is_end = |letter: char| letter.is_whitespace() || letter == '|';
                let mut end = String::new();
                while let Some((_, letter)) = letters.next_if(|(_, letter)| !is_end(*letter)) {
                    end.extend((!matches!(letter, '\'' | '"' | '\\')).then_some(letter));
                }
                if end.is_empty() || end.starts_with('<') {
                    return Err(ShellError::NotSimulated('<'));
                }
                heredoc = Some((end, strips));
            }
            ';' | '&' | '<' | '>' | '`' => return Err(ShellError::NotSimulated(letter)),
            '\n' => {
                words.extend(word.take());
                if words.is_empty() && found.commands.is_empty() {
                    continue;
                }
                // A pipe continues on the next line.
                if words.is_empty() && heredoc.is_none() {
                    continue;
                }
                break;
            }
            '$' => {
                dollar(&mut letters, word.get_or_insert_default())?;
            }
            space if space.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    found.commands.push(words);
    let mut at = letters.peek().map_or(line.len(), |(at, _)| *at);
    if let Some((end, strips)) = heredoc {
        let mut text = String::new();
        let rest = line.get(at..).unwrap_or_default();
        let trim = |line: &str| -> String {
            match strips {
                true => line.trim_start_matches('\t').to_owned(),
                false => line.to_owned(),
            }
        };
        let mut closed = false;
        for line in rest.split_inclusive('\n') {
            at += line.len();
            let line = trim(line);
            if line.trim_end_matches(['\n', '\r']) == end {
                closed = true;
                break;
            }
            text.push_str(&line);
        }
        if !closed {
            return Err(ShellError::OpenText(end));
        }
        found.text = Some(text);
    }
    found.length = at;
    Ok(found)
}

/// Splits a single command line.
///
/// # Errors
/// As [`first`], or there are several lines.
pub fn line(text: &str) -> Result<Line, ShellError> {
    let found = first(text)?;
    let rest = text.get(found.length..).unwrap_or_default();
    match rest.trim().is_empty() {
        true => Ok(found),
        false => Err(ShellError::Several),
    }
}

/// The unquoted words of a line, of all commands.
#[cfg(test)]
pub fn split(text: &str) -> Result<Vec<String>, ShellError> {
    Ok(line(text)?.commands.into_iter().flatten().collect())
}

/// Removes what precedes the command: a prompt, `sudo`, `kubectl`, `k`.
pub fn strip(words: &mut Vec<String>) {
    for names in [&["$"][..], &["sudo"], &["kubectl", "k"]] {
        if words
            .first()
            .is_some_and(|word| names.contains(&word.as_str()))
        {
            words.remove(0);
        }
    }
}

/// The line without what precedes the command.
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

type Letters<'l> = std::iter::Peekable<std::str::CharIndices<'l>>;

/// A dollar sign is literal unless a shell would expand it.
fn dollar(letters: &mut Letters<'_>, word: &mut String) -> Result<(), ShellError> {
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '{' | '(');
    match letters.peek() {
        Some((_, next)) if is_name(*next) => {
            let mut name = "$".to_owned();
            while let Some((_, letter)) = letters.next_if(|(_, letter)| is_name(*letter)) {
                name.push(letter);
            }
            Err(ShellError::Variable(name))
        }
        _ => {
            word.push('$');
            Ok(())
        }
    }
}

fn quote(end: char, letters: &mut Letters<'_>, word: &mut String) -> Result<(), ShellError> {
    while let Some((_, letter)) = letters.next() {
        match letter {
            letter if letter == end => return Ok(()),
            '\\' if end == '"' => match letters.next() {
                Some((_, next @ ('"' | '\\' | '$' | '`'))) => word.push(next),
                Some((_, '\n')) => {}
                Some((_, next)) => word.extend(['\\', next]),
                None => return Err(ShellError::OpenEscape),
            },
            '$' if end == '"' => dollar(letters, word)?,
            '`' if end == '"' => return Err(ShellError::NotSimulated('`')),
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
        assert_eq!(words("a \\\n b # c"), ["a", "b"]);
        assert_eq!(words("a '$x' {$.b} \"c$\""), ["a", "$x", "{$.b}", "c$"]);
        assert_eq!(line("a 'b|c' | d").unwrap().commands.len(), 2);
        assert_eq!(line("a |\n b").unwrap().commands.len(), 2);
        assert_eq!(bare("$ sudo kubectl get pods"), "get pods");
        assert_eq!(bare("kubectlx k"), "kubectlx k");
        for (text, error) in [
            ("a > b", ShellError::NotSimulated('>')),
            ("a 'b", ShellError::OpenQuote('\'')),
            ("a $(b)", ShellError::Variable("$(b".to_owned())),
            ("a \"$B\"", ShellError::Variable("$B".to_owned())),
            ("a\nb", ShellError::Several),
            ("a <<E\nb", ShellError::OpenText("E".to_owned())),
            ("a <<< b", ShellError::NotSimulated('<')),
        ] {
            assert_eq!(split(text), Err(error), "{text}");
        }
    }

    #[test]
    fn here_documents_are_standard_input() {
        let text = "cat <<'EOF' | kubectl apply -f -\na: $b\n  c\nEOF\nget pods";
        let found = first(text).unwrap();
        assert_eq!(found.commands.len(), 2);
        assert_eq!(found.commands[0], ["cat"]);
        assert_eq!(found.text.as_deref(), Some("a: $b\n  c\n"));
        assert_eq!(&text[found.length..], "get pods");
        let found = line("apply -f - <<-E\n\ta\n\tE\n").unwrap();
        assert_eq!(found.text.as_deref(), Some("a\n"));
    }
}
