//! Aligns text in columns by the rules of Go's `text/tabwriter`, as kubectl uses it.
//!
//! A cell is text terminated by a tab; the text after the last tab of a line belongs to no column. A column is a
//! block of adjacent lines that all have that cell: a line without it ends the block, and the next block has its
//! own width.

/// Widths of columns.
#[derive(Clone, Copy, Debug)]
pub struct Widths {
    /// Minimum width of a column, including padding.
    pub minimum: usize,
    /// Spaces after the longest cell of a column.
    pub padding: usize,
}

/// The widths of `kubectl get` (`staging/src/k8s.io/cli-runtime/pkg/printers/tabwriter.go`).
pub const GET: Widths = Widths {
    minimum: 6,
    padding: 3,
};

/// The widths of `kubectl describe` and of the `rollout history` table.
pub const DESCRIBE: Widths = Widths {
    minimum: 0,
    padding: 2,
};

/// Aligns text, optionally keeping column widths between the parts of a table (as `get -w` does).
#[derive(Clone, Debug)]
pub struct TabWriter {
    widths: Widths,
    remembered: Option<Vec<usize>>,
}

struct Line<'a> {
    cells: Vec<&'a str>,
    widths: Vec<usize>,
}

impl TabWriter {
    /// A writer that aligns every text separately.
    #[must_use]
    pub fn new(widths: Widths) -> Self {
        TabWriter {
            widths,
            remembered: None,
        }
    }

    /// A writer whose columns never become narrower.
    #[must_use]
    pub fn remembering(widths: Widths) -> Self {
        TabWriter {
            widths,
            remembered: Some(Vec::new()),
        }
    }

    /// Forgets previous widths, at the start of a new table.
    pub fn forget(&mut self) {
        if let Some(widths) = &mut self.remembered {
            widths.clear();
        }
    }

    /// The text with its tabs replaced by padding.
    pub fn layout(&mut self, text: &str) -> String {
        let mut lines: Vec<Line> = text
            .split('\n')
            .map(|line| Line {
                cells: line.split('\t').collect(),
                widths: Vec::new(),
            })
            .collect();
        // Blocks still to be measured: first line, end, column. A block of the next column is always contained in a
        // block of this one, so every cell is visited once.
        let mut blocks = vec![(0, lines.len(), 0)];
        while let Some((start, end, column)) = blocks.pop() {
            let mut first = start;
            while first < end {
                let has_cell = |line: &Line| line.cells.len() > column + 1;
                if !lines.get(first).is_some_and(has_cell) {
                    first += 1;
                    continue;
                }
                let mut last = first;
                let mut width = self.widths.minimum;
                while let Some(line) = lines.get(last).filter(|line| last < end && has_cell(line)) {
                    let cell = line
                        .cells
                        .get(column)
                        .map_or(0, |cell| cell.chars().count());
                    width = width.max(cell + self.widths.padding);
                    last += 1;
                }
                width = self.remember(column, width);
                for line in lines.iter_mut().take(last).skip(first) {
                    line.widths.push(width);
                }
                blocks.push((first, last, column + 1));
                first = last;
            }
        }
        write_lines(&lines, text.len())
    }

    fn remember(&mut self, column: usize, width: usize) -> usize {
        let Some(widths) = &mut self.remembered else {
            return width;
        };
        if widths.len() <= column {
            widths.resize(column + 1, 0);
        }
        match widths.get_mut(column) {
            Some(known) => {
                *known = width.max(*known);
                *known
            }
            None => width,
        }
    }
}

fn write_lines(lines: &[Line], size: usize) -> String {
    let mut out = String::with_capacity(size * 2);
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        for (position, cell) in line.cells.iter().enumerate() {
            out.push_str(cell);
            if let Some(width) = line.widths.get(position) {
                out.extend(std::iter::repeat_n(
                    ' ',
                    width.saturating_sub(cell.chars().count()),
                ));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_the_cell_ends_the_column() {
        let text = "Name:\tweb\nPod Template:\n  Labels:\tapp=web\n  Volumes:\t<none>\nlast line";
        let want = "Name:  web\nPod Template:\n  Labels:   app=web\n  Volumes:  <none>\nlast line";
        assert_eq!(TabWriter::new(DESCRIBE).layout(text), want);
    }

    #[test]
    fn widths_are_remembered_only_on_request() {
        let mut writer = TabWriter::remembering(GET);
        assert_eq!(writer.layout("a long cell\tx\n"), "a long cell   x\n");
        assert_eq!(writer.layout("a\tx\n"), "a             x\n");
        writer.forget();
        assert_eq!(writer.layout("a\tx\n"), "a     x\n");
    }

    #[test]
    fn a_line_with_many_tabs_is_handled_quickly() {
        let text = "\t".repeat(20_000);
        assert_eq!(TabWriter::new(DESCRIBE).layout(&text).len(), 40_000);
    }
}
