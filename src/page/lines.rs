//! A line-by-line diff of two texts.

/// The status of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Unchanged.
    Same,
    /// Removed.
    Removed,
    /// Added.
    Added,
}

/// Maximum number of differing lines for a detailed diff; longer differences are shown as a whole.
const TABLE_MAX: usize = 1_000;

/// The lines of both texts, with as many as possible unchanged.
pub fn compare<'t>(before: &'t str, after: &'t str) -> Vec<(Mark, &'t str)> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = old.iter().zip(&new).take_while(same).count();
    let rest = old.len().min(new.len()) - head;
    let backwards = old.iter().rev().zip(new.iter().rev());
    let tail = backwards.take(rest).take_while(same).count();
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut lines: Vec<(Mark, &str)> = Vec::new();
    lines.extend(old[..head].iter().map(|line| (Mark::Same, *line)));
    middle(&old[head..old_end], &new[head..new_end], &mut lines);
    lines.extend(old[old_end..].iter().map(|line| (Mark::Same, *line)));
    lines
}

/// The longest common subsequence of the part between the equal ends.
fn middle<'t>(old: &[&'t str], new: &[&'t str], lines: &mut Vec<(Mark, &'t str)>) {
    let (height, width) = (old.len() + 1, new.len() + 1);
    let (mut i, mut j) = (0, 0);
    if height.max(width) <= TABLE_MAX {
        let mut common = vec![0_u16; height * width];
        for a in (0..old.len()).rev() {
            for b in (0..new.len()).rev() {
                common[a * width + b] = if old[a] == new[b] {
                    common[(a + 1) * width + b + 1] + 1
                } else {
                    common[(a + 1) * width + b].max(common[a * width + b + 1])
                };
            }
        }
        while i < old.len() && j < new.len() {
            if old[i] == new[j] {
                lines.push((Mark::Same, old[i]));
                (i, j) = (i + 1, j + 1);
            } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
                lines.push((Mark::Removed, old[i]));
                i += 1;
            } else {
                lines.push((Mark::Added, new[j]));
                j += 1;
            }
        }
    }
    lines.extend(old[i..].iter().map(|line| (Mark::Removed, *line)));
    lines.extend(new[j..].iter().map(|line| (Mark::Added, *line)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let lines = compare(before, after).into_iter();
        let signs = lines.map(|(mark, line)| match mark {
            Mark::Same => format!(" {line}"),
            Mark::Removed => format!("-{line}"),
            Mark::Added => format!("+{line}"),
        });
        signs.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn unchanged_lines_between_changes_are_found() {
        assert_eq!(shown("a\nb\nc\nd", "a\nx\nc\ny\nd"), " a|-b|+x| c|+y| d");
        assert_eq!(shown("a\na", "a"), " a|-a");
        assert_eq!(shown("", "a\nb"), "+a|+b");
        assert_eq!(shown("a", ""), "-a");
        assert_eq!(shown("a\nb", "a\nb"), " a| b");
    }

    #[test]
    fn long_differences_are_shown_as_a_whole() {
        let long = |word: &str| format!("{word}\n").repeat(TABLE_MAX);
        let (before, after) = (long("a"), long("b"));
        let lines = compare(&before, &after);
        assert_eq!(lines.len(), 2 * TABLE_MAX);
    }
}
