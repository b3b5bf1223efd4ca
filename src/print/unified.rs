//! Differences between two texts in the format of `diff -u`.

/// Number of context lines around a change.
const CONTEXT: usize = 3;
/// Maximum number of pairs of lines for a line-by-line comparison.
const CELLS_MAX: usize = 4_000_000;

/// The changes between two texts as hunks with context.
#[must_use]
pub fn unified(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let edits = edits(&old, &new);
    let mut out = String::new();
    let mut at = 0;
    while let Some(first) = edits[at..].iter().position(|(sign, ..)| *sign != ' ') {
        let first = at + first;
        let start = first.saturating_sub(CONTEXT).max(at);
        // Changes whose contexts touch share a hunk.
        let mut last = first;
        while let Some(next) = edits[last + 1..].iter().position(|(sign, ..)| *sign != ' ') {
            if next > 2 * CONTEXT {
                break;
            }
            last += 1 + next;
        }
        let end = (last + 1 + CONTEXT).min(edits.len());
        let hunk = &edits[start..end];
        let range = |other: char, place: usize| {
            let count = hunk.iter().filter(|(sign, ..)| *sign != other).count();
            let first = if count == 0 { place } else { place + 1 };
            if count == 1 {
                format!("{first}")
            } else {
                format!("{first},{count}")
            }
        };
        let (_, a, b) = hunk[0];
        out.push_str(&format!("@@ -{} +{} @@\n", range('+', a), range('-', b)));
        for (sign, a, b) in hunk {
            let line = if *sign == '+' { new[*b] } else { old[*a] };
            out.push(*sign);
            out.push_str(line);
            out.push('\n');
        }
        at = end;
    }
    out
}

/// The edits between two lists of lines, by their longest common subsequence: each line with its sign and its
/// indexes in both lists.
fn edits(old: &[&str], new: &[&str]) -> Vec<(char, usize, usize)> {
    let pairs = || old.iter().zip(new);
    let head = pairs().take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - head;
    let ends = old.iter().rev().zip(new.iter().rev());
    let tail = ends.take(most).take_while(|(a, b)| a == b).count();
    let (n, m) = (old.len() - tail, new.len() - tail);
    let (rows, width) = (n - head + 1, m - head + 1);
    // If the lists are too long for that, all lines are replaced.
    let known = rows * width <= CELLS_MAX;
    let mut common = vec![0u16; if known { rows * width } else { 0 }];
    let cell = |x: usize, y: usize| (x - head) * width + (y - head);
    for x in (head..n).rev().filter(|_| known) {
        for y in (head..m).rev() {
            common[cell(x, y)] = match old[x] == new[y] {
                true => common[cell(x + 1, y + 1)].saturating_add(1),
                false => common[cell(x + 1, y)].max(common[cell(x, y + 1)]),
            };
        }
    }
    let mut found: Vec<_> = (0..head).map(|at| (' ', at, at)).collect();
    let (mut x, mut y) = (head, head);
    while x < n || y < m {
        let both = known && x < n && y < m;
        if both && old[x] == new[y] {
            found.push((' ', x, y));
            (x, y) = (x + 1, y + 1);
        } else if x < n && (!both || common[cell(x + 1, y)] >= common[cell(x, y + 1)]) {
            found.push(('-', x, y));
            x += 1;
        } else {
            found.push(('+', x, y));
            y += 1;
        }
    }
    found.extend((0..tail).map(|at| (' ', n + at, m + at)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_matches_diff() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n";
        let new = "a\nb\nc\nD\ne\nf\ng\nh\ni\nj\nk\nl\n";
        assert_eq!(
            unified(old, new),
            "@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n@@ -9,3 +9,4 @@\n i\n j\n k\n+l\n"
        );
        assert_eq!(unified("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
        assert_eq!(unified("a\n", ""), "@@ -1 +0,0 @@\n-a\n");
        assert_eq!(unified("a\n", "a\n"), "");
    }

    #[test]
    fn edits_lead_from_one_text_to_the_other() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut lines = || -> Vec<&str> {
            let count = random.usize(0..12);
            (0..count)
                .map(|_| ["a", "b", "c"][random.usize(0..3)])
                .collect()
        };
        for _ in 0..500 {
            let (old, new) = (lines(), lines());
            let edits = edits(&old, &new);
            let side =
                |other: char, lines: &[&'static str], pick: fn(&(char, usize, usize)) -> usize| {
                    let kept = edits.iter().filter(|(sign, ..)| *sign != other);
                    kept.map(|edit| lines[pick(edit)]).collect::<Vec<_>>()
                };
            assert_eq!(side('+', &old, |edit| edit.1), old);
            assert_eq!(side('-', &new, |edit| edit.2), new);
        }
    }
}
