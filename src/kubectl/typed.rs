//! Splits typed or pasted text into commands, with continuation lines, loops and here-documents.

use super::shell::{self, ShellError};

/// The commands of a text, without blank lines and comments.
#[must_use]
pub fn commands(text: &str) -> Vec<String> {
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some(first) = lines.next() {
        found.extend(command(first, &mut lines));
    }
    found
}

/// The command that starts with a line, with the following lines that belong to it; `None` for a blank line or comment.
pub fn command(first: &str, lines: &mut dyn Iterator<Item = &str>) -> Option<String> {
    let mut typed = first.trim_end().to_owned();
    if shell::is_blank(&typed) {
        return None;
    }
    while let Err(error) = shell::first(&typed)
        && error.is_open()
    {
        // Only some lines can end what is open: parsing again after each of them would take too long.
        let may_end = |line: &str| match &error {
            ShellError::OpenQuote(quote) => line.contains(*quote),
            ShellError::OpenText(end) => line.trim() == end,
            _ => true,
        };
        let mut has_end = false;
        while !has_end && let Some(next) = lines.next() {
            typed.push('\n');
            typed.push_str(next);
            has_end = may_end(next);
        }
        if !has_end {
            break;
        }
    }
    Some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_command() {
        let text = "kubectl get pods\n\n# a remark\n  $ kubectl get rs\r\n";
        assert_eq!(commands(text), ["kubectl get pods", "  $ kubectl get rs"]);
    }

    #[test]
    fn quotes_backslashes_operators_and_loops_continue_lines() {
        for text in [
            "kubectl patch x \\\n  -p '{\n}'",
            "kubectl get pods |\n  wc -l",
            "a &&\n\n b",
            "for i in 1 2\ndo\n  kubectl get pods\ndone | sort",
            "echo $(a\nb)",
            "kubectl apply -f - <<'EOF'\na: 1\n\nb: <<x\nEOF",
            "cat <<-END | kubectl apply -f -\n\ta\n\tEND",
        ] {
            let both = format!("{text}\nkubectl get pods");
            assert_eq!(commands(&both), [text, "kubectl get pods"]);
        }
    }

    #[test]
    fn an_unterminated_command_is_still_a_command() {
        for text in ["get 'a\nb", "get \\", "apply <<EOF\na", "for i in 1; do a"] {
            assert_eq!(commands(text), [text]);
        }
    }
}
