//! Masks what differs in each run of a command: ages, times, uids, addresses.
//!
//! The recorder does the same with the real output, so that both are comparable.

use regex::{Captures, Regex};
use std::sync::LazyLock;

/// An age in kubectl's format.
const AGE: &str = r"(?:\d+[smhdy]|\d+m\d+s|\d+h\d+m|\d+d\d+h|\d+y\d+d|<invalid>|<unknown>)";

macro_rules! patterns {
    ($($name:ident = $pattern:expr;)*) => {
        $(static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect("a constant pattern"));)*
    };
}

patterns! {
    UID = r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b";
    VERSION = "(resourceVersion\"?: )\"\\d+\"";
    TIME = r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)";
    DATE = r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}";
    ADDRESS = r"\b10\.(?:9[6-9]|10\d|11[01])\.\d+\.\d+\b";
    COLUMNS = r"\s{2,}";
    NAME_COLUMN = r"^NAME\s";
    HEADER = r"^(NAME|NAMESPACE)\b.*\bAGE\b";
    AGE_COLUMN = r"\bAGE\b";
    AGE_AND_SPACE = r"^AGE +\S";
    AGE_FIRST = &format!("^{AGE}");
    AGE_ANYWHERE = AGE;
    EVENTS = r"^Events:\s*$";
    EVENTS_HEADER = r"^\s+Type\s+Reason\s+Age\s+From\s+Message";
}

/// The output of a command with random and time-dependent parts masked.
pub(crate) fn normalise(text: &str) -> String {
    let text = UID.replace_all(text, "<uid>");
    let text = VERSION.replace_all(&text, |found: &Captures<'_>| {
        format!("{}\"<rv>\"", &found[1])
    });
    let text = TIME.replace_all(&text, "<time>");
    let text = DATE.replace_all(&text, "<time>");
    let text = ADDRESS.replace_all(&text, "<clusterIP>");
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    hide_ages(&lay_out_addresses(lines)).join("\n")
}

/// Realigns tables with an address, or with a hash of varying length.
fn lay_out_addresses(mut lines: Vec<String>) -> Vec<String> {
    let mut at = 0;
    while at < lines.len() {
        let length = lines[at..]
            .iter()
            .take_while(|line| !line.trim().is_empty())
            .count();
        let restarted = || {
            lines[at..at + length]
                .iter()
                .any(|line| line.contains("#restart"))
        };
        let varies =
            lines[at].contains("CLUSTER-IP") || (NAME_COLUMN.is_match(&lines[at]) && restarted());
        if varies {
            lay_out(&mut lines[at..at + length]);
            at += length;
        }
        at += 1;
    }
    lines
}

fn lay_out(lines: &mut [String]) {
    let split = |line: &String| -> Vec<String> {
        COLUMNS.split(line.trim_end()).map(str::to_owned).collect()
    };
    let mut rows: Vec<Vec<String>> = lines.iter().map(split).collect();
    let Some(columns) = rows.first().map(Vec::len) else {
        return;
    };
    if let Some(age) = rows[0].iter().position(|cell| cell == "AGE") {
        for cell in rows.iter_mut().skip(1).filter_map(|row| row.get_mut(age)) {
            *cell = "<a>".to_owned();
        }
    }
    let widths = widths(&rows, columns, 3);
    for (line, row) in lines.iter_mut().zip(&rows) {
        *line = row_text(row, &widths, columns.saturating_sub(1));
    }
}

/// The width of each column: its widest cell plus `padding`.
fn widths(rows: &[Vec<String>], columns: usize, padding: usize) -> Vec<usize> {
    let width = |column| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell: &String| cell.chars().count())
            .max()
            .unwrap_or(0)
            + padding
    };
    (0..columns).map(width).collect()
}

/// Formats cells, the first `padded` of which are padded to their column's width.
fn row_text(row: &[String], widths: &[usize], padded: usize) -> String {
    let cells = row
        .iter()
        .enumerate()
        .map(|(column, cell)| match widths.get(column) {
            Some(width) if column < padded => format!("{cell:<width$}"),
            _ => cell.clone(),
        });
    cells.collect()
}

fn hide_ages(lines: &[String]) -> Vec<String> {
    let mut out = Vec::with_capacity(lines.len());
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        let next = lines.get(at + 1).map_or("", String::as_str);
        at += if HEADER.is_match(line) {
            hide_ages_of_table(&lines[at..], &mut out)
        } else if line.starts_with("LAST SEEN ") {
            hide_ages_of_events(&lines[at..], &mut out)
        } else if EVENTS.is_match(line) && EVENTS_HEADER.is_match(next) && at + 2 < lines.len() {
            lay_out_described_events(&lines[at..], &mut out)
        } else {
            out.push(line.clone());
            1
        };
    }
    out
}

/// Gives the column AGE a fixed width; returns the number of lines of the table.
fn hide_ages_of_table(lines: &[String], out: &mut Vec<String>) -> usize {
    let header = &lines[0];
    let column = AGE_COLUMN.find(header).map_or(0, |found| found.start());
    // The column's width including the following space, if another column follows.
    let width = AGE_AND_SPACE
        .find(&header[column..])
        .map(|found| found.end() - 1);
    let tail = |line: &str| {
        width
            .map_or("", |width| line.get(column + width..).unwrap_or(""))
            .to_owned()
    };
    out.push(match width {
        Some(_) => format!("{}AGE   {}", &header[..column], tail(header)),
        None => header.clone(),
    });
    let mut taken = 1;
    for line in lines[1..].iter().take_while(|line| !line.trim().is_empty()) {
        let Some((before, cell)) = line.get(..column).zip(line.get(column..)) else {
            break;
        };
        if cell.starts_with("<a>") {
            out.push(line.clone());
        } else if let Some(age) = AGE_FIRST.find(cell) {
            out.push(match width {
                Some(_) => format!("{before}<a>   {}", tail(line)),
                None => format!("{before}<a>{}", &cell[age.end()..]),
            });
        } else {
            break;
        }
        taken += 1;
    }
    taken
}

/// For `kubectl get events`: a fixed width, and rows sorted as text.
fn hide_ages_of_events(lines: &[String], out: &mut Vec<String>) -> usize {
    let column = lines[0].find("TYPE").unwrap_or(0);
    let tail = |line: &str| line.get(column..).unwrap_or("").to_owned();
    out.push(format!("LAST SEEN   {}", tail(&lines[0])));
    let rows = lines[1..]
        .iter()
        .take_while(|line| AGE_FIRST.is_match(line));
    let mut rows: Vec<String> = rows
        .map(|line| format!("<a>         {}", tail(line)))
        .collect();
    let taken = 1 + rows.len();
    rows.sort();
    out.append(&mut rows);
    taken
}

/// Realigns the events at the end of `kubectl describe`.
fn lay_out_described_events(lines: &[String], out: &mut Vec<String>) -> usize {
    let texts = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
    let mut rows = vec![
        texts(["Type", "Reason", "Age", "From", "Message"]),
        texts(["----", "------", "----", "----", "-------"]),
    ];
    let is_row = |line: &&String| line.starts_with("  ") && !line.trim().is_empty();
    for line in lines[3..].iter().take_while(is_row) {
        let mut cells: Vec<String> = COLUMNS.splitn(line.trim(), 5).map(str::to_owned).collect();
        if let Some(age) = cells.get_mut(2) {
            *age = AGE_ANYWHERE.replace_all(age, "<a>").into_owned();
        }
        rows.push(cells);
    }
    out.push("Events:".to_owned());
    let widths = widths(&rows, 4, 2);
    out.extend(rows.iter().map(|row| {
        format!("  {}", row_text(row, &widths, 4))
            .trim_end()
            .to_owned()
    }));
    1 + rows.len()
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn ages_in_tables_are_hidden() {
        let text = "NAME   READY   AGE   IP\nweb    1/1     12s   10.1.1.1\n";
        assert_eq!(
            normalise(text),
            "NAME   READY   AGE   IP\nweb    1/1     <a>   10.1.1.1\n"
        );
        let text = "NAME   AGE\nweb    45s\n\nNAME   AGE\nx      3s\n";
        assert_eq!(
            normalise(text),
            "NAME   AGE\nweb    <a>\n\nNAME   AGE\nx      <a>\n"
        );
    }

    #[test]
    fn normalising_is_idempotent() {
        let text = "NAME   AGE\nweb    <a>\n";
        assert_eq!(normalise(text), text);
    }
}
