//! `kubectl diff`: the changes that `apply` would make (`staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go`), as
//! `diff -u -N`.

use super::documents;
use super::session::{Done, Session};
use crate::api::kind::Kind;
use crate::api::{light, yaml};
use crate::manifests::{DryRun, Failure, Manifest, merged};
use serde_json::Value;

/// Number of context lines around a change.
const CONTEXT: usize = 3;
/// Exit code of `diff` if there are differences; kubectl's own errors have the next one.
const DIFFERENT: i32 = 1;
/// Maximum number of pairs of lines for a line-by-line comparison.
const CELLS_MAX: usize = 4_000_000;

/// Prints the differences between the cluster and the given files.
pub(super) fn run(session: &mut Session<'_>) -> Result<(), Failure> {
    session.exits.1 = DIFFERENT + 1;
    documents::require_files(session)?;
    if !session.invocation.words.is_empty() {
        let words = session.invocation.words.join(" ");
        return Err(Failure::Usage(format!(
            "Unexpected args: [{words}]\nSee 'kubectl diff -h' for help and examples"
        )));
    }
    let documents::Read { manifests, unread } = documents::read(session)?;
    // Stops at the first failure.
    unread.into_iter().next().map_or(Ok(()), Err)?;
    let manifests = manifests.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut texts = Vec::new();
    for manifest in &manifests {
        let live = session
            .engine
            .store()
            .get(&manifest.key)
            .map(|object| object.to_value());
        let merged = session.write(DryRun::Server, |store| merged(store, manifest))?;
        let done = Done {
            key: manifest.key.clone(),
            operation: String::new(),
            object: merged,
        };
        let mut pair = [
            live.unwrap_or_default(),
            session.as_kept(&done, DryRun::Server),
        ];
        if manifest.kind == Kind::Secret {
            mask(&mut pair);
        }
        let [live, merged] = pair.map(|value| match value {
            Value::Null => String::new(),
            value => yaml::to_string(&value),
        });
        if live != merged {
            texts.push((file_name(manifest), live, merged));
        }
    }
    light::sort(&mut texts, Ord::cmp);
    let time = session.engine.now().whole_seconds().to_string();
    let time = time.trim_end_matches('Z').replace('T', " ");
    for (name, live, merged) in &texts {
        // kubectl's temporary directories have random names; here they have none.
        let file = |side: &str| format!("/tmp/{side}/{name}");
        let (old, new) = (file("LIVE"), file("MERGED"));
        let head = format!(
            "diff -u -N {old} {new}\n--- {old}\t{time}.000000000 +0000\n+++ {new}\t{time}.000000000 +0000\n"
        );
        session.out.push_str(&head);
        session.out.push_str(&unified(live, merged));
    }
    if !texts.is_empty() {
        session.exits.0 = DIFFERENT;
    }
    Ok(())
}

/// `apps.v1.Deployment.default.web`
fn file_name(manifest: &Manifest) -> String {
    let (info, key) = (manifest.kind.info(), &manifest.key);
    let dot = if info.group.is_empty() { "" } else { "." };
    format!(
        "{}{dot}{}.{}.{}.{}",
        info.group, info.version, info.name, key.namespace, key.name
    )
}

/// Masks the values of Secrets, showing only whether they differ.
fn mask([from, to]: &mut [Value; 2]) {
    let (old, new) = (from["data"].clone(), to["data"].clone());
    let word = |key: &str, after: bool| match (old.get(key), new.get(key)) {
        (Some(a), Some(b)) if a != b && after => "*** (after)",
        (Some(a), Some(b)) if a != b => "*** (before)",
        _ => "***",
    };
    for (value, after) in [(from, false), (to, true)] {
        for (key, text) in value["data"].as_object_mut().into_iter().flatten() {
            *text = word(key, after).into();
        }
    }
}

/// The changes between two texts as hunks with context.
fn unified(old: &str, new: &str) -> String {
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
