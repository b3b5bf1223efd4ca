//! Splits typed or pasted text into commands, with continuation lines and here-documents.

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    /// The command as typed.
    pub typed: String,
    /// The command line.
    pub line: String,
    /// Standard input (`<<EOF`).
    pub stdin: Option<String>,
}

/// The commands of a text, without blank lines and comments.
#[must_use]
pub fn commands(text: &str) -> Vec<Command> {
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some(first) = lines.next() {
        found.extend(Command::read(first, &mut lines));
    }
    found
}

impl Command {
    /// The command that starts with a line, and the following lines that belong to it; `None` for a blank line or
    /// comment.
    pub fn read(first: &str, lines: &mut dyn Iterator<Item = &str>) -> Option<Self> {
        let mut typed = first.trim_end().to_owned();
        let bare = typed.trim_start();
        if bare.is_empty() || bare.starts_with('#') {
            return None;
        }
        while goes_on(&typed) {
            let Some(next) = lines.next() else { break };
            typed.push('\n');
            typed.push_str(next);
        }
        let Some((line, end, strips)) = here_document(&typed) else {
            return Some(Self {
                line: typed.clone(),
                typed,
                stdin: None,
            });
        };
        let mut stdin = String::new();
        for next in lines {
            typed.push('\n');
            typed.push_str(next);
            let next = if strips {
                next.trim_start_matches('\t')
            } else {
                next
            };
            if next == end {
                break;
            }
            stdin.push_str(next);
            stdin.push('\n');
        }
        Some(Self {
            typed,
            line,
            stdin: Some(stdin),
        })
    }
}

/// Whether a line ends within quotes or with a backslash.
fn goes_on(text: &str) -> bool {
    let mut open = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, open) {
            ('\\', None | Some('"')) if letters.next().is_none() => return true,
            ('\'' | '"', None) => open = Some(letter),
            (letter, Some(quote)) if letter == quote => open = None,
            _ => {}
        }
    }
    open.is_some()
}

/// Parses `command <<EOF`: the command, the terminator, and whether leading tabs are stripped.
fn here_document(typed: &str) -> Option<(String, String, bool)> {
    let (before, after) = typed.rsplit_once("<<")?;
    let (strips, after) = match after.strip_prefix('-') {
        Some(after) => (true, after),
        None => (false, after),
    };
    let (word, rest) = match after.trim_start().split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest),
        None => (after.trim(), ""),
    };
    let end = word.trim_matches(['\'', '"']);
    let named = !end.is_empty() && end.chars().all(|c| c.is_alphanumeric() || c == '_');
    named.then(|| (format!("{before}{rest}"), end.to_owned(), strips))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(String, Option<String>)> {
        let found = commands(text).into_iter();
        found.map(|command| (command.line, command.stdin)).collect()
    }

    #[test]
    fn each_line_is_a_command() {
        let text = "kubectl get pods\n\n# a remark\n  $ kubectl get rs\r\n";
        assert_eq!(
            lines(text),
            [
                ("kubectl get pods".to_owned(), None),
                ("  $ kubectl get rs".to_owned(), None)
            ]
        );
    }

    #[test]
    fn quotes_and_backslashes_continue_lines() {
        let text = "kubectl patch x \\\n  -p '{\n}'\nkubectl get pods";
        let found = commands(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].line, "kubectl patch x \\\n  -p '{\n}'");
    }

    #[test]
    fn a_here_document_is_standard_input() {
        let text = "kubectl apply -f - <<'EOF'\na: 1\n\nb: <<x\nEOF\nkubectl get pods";
        assert_eq!(
            lines(text),
            [
                (
                    "kubectl apply -f - ".to_owned(),
                    Some("a: 1\n\nb: <<x\n".to_owned())
                ),
                ("kubectl get pods".to_owned(), None)
            ]
        );
        assert_eq!(
            lines("cat <<-END | kubectl apply -f -\n\ta\n\tEND"),
            [(
                "cat | kubectl apply -f -".to_owned(),
                Some("a\n".to_owned())
            )]
        );
    }

    #[test]
    fn an_unterminated_command_is_still_a_command() {
        assert_eq!(lines("get 'a\nb"), [("get 'a\nb".to_owned(), None)]);
        assert_eq!(lines("get \\"), [("get \\".to_owned(), None)]);
        assert_eq!(
            lines("apply <<EOF\na"),
            [("apply ".to_owned(), Some("a\n".to_owned()))]
        );
    }
}
