//! What the site may weigh on the wire.

use anyhow::{Context, Result, ensure};

use crate::files::File;
use crate::sizes::{Row, kilobytes};

/// A limit on what goes over the wire, in bytes.
struct Limit {
    what: &'static str,
    needs: Needs,
    /// What it may weigh. Whoever makes it lighter lowers it. A little more than today, since the paths of the machine
    /// that builds the page are in its panic messages.
    most: usize,
}

/// Which of the wasm counts.
#[derive(Clone, Copy)]
enum Needs {
    /// What is there at once.
    Program,
    /// What is there at once, and all that a part of the page needs.
    Part(&'static str),
    /// Everything.
    All,
}

/// What the page fetches, in its order: its first paint, then what `Apply` needs, then the rest.
const LIMITS: [Limit; 3] = [
    Limit {
        what: "before the page stands",
        needs: Needs::Program,
        most: 93_000,
    },
    Limit {
        what: "before it applies",
        needs: Needs::Part("cluster"),
        most: 775_000,
    },
    Limit {
        what: "in all",
        needs: Needs::All,
        most: 990_000,
    },
];

/// Says what the wasm weighs against each limit; more than that is an error.
///
/// # Errors
/// Wasm that weighs more than it may, or a site without the script that fetches its parts.
pub fn check(table: &[Row], files: &[File]) -> Result<()> {
    let is_script = |file: &&File| file.name.starts_with("split-") && file.name.ends_with(".js");
    let script = files
        .iter()
        .find(is_script)
        .context("no script fetches the parts")?;
    let script = std::str::from_utf8(&script.content)?;
    for limit in &LIMITS {
        let weight = weight(limit.needs, table, script);
        let (what, is, most) = (limit.what, kilobytes(weight), kilobytes(limit.most));
        ensure!(
            weight > 0 && weight <= limit.most,
            "the wasm {what} is {is} kB brotli, and at most {most} kB are allowed"
        );
        println!("wasm {what}: {is} kB brotli, {most} allowed");
    }
    Ok(())
}

/// What the files that are needed weigh.
fn weight(needs: Needs, table: &[Row], script: &str) -> usize {
    let counts = |row: &&Row| {
        let program = row.name.starts_with("kubestep-");
        row.name.ends_with(".wasm")
            && match needs {
                Needs::Program => program,
                Needs::Part(part) => program || is_needed(&row.name, part, script),
                Needs::All => true,
            }
    };
    table.iter().filter(counts).map(|row| row.brotli).sum()
}

/// Whether a part needs a file: its own, or one that parts share. The script names those before it fetches the file.
fn is_needed(file: &str, part: &str, script: &str) -> bool {
    let Some((before, _)) = script.split_once(&format!("\"./{file}\"")) else {
        return false;
    };
    let shared = before
        .rsplit_once("/* ")
        .and_then(|(_, after)| after.split_once(" */"));
    let mut parts = shared.map_or("", |(parts, _)| parts).split(", ");
    file.starts_with(&format!("split_{part}-"))
        || (file.starts_with("chunk_") && parts.any(|known| known == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "/* cluster, kubectl */ fetch(\"./chunk_1-0.wasm\")
        /* film, kubectl */ fetch(\"./chunk_2-0.wasm\")
        /* cluster */ fetch(\"./split_cluster-0.wasm\") /* kubectl */ fetch(\"./split_kubectl-0.wasm\")";

    #[test]
    fn what_comes_later_is_weighed_with_what_came_before() {
        let row = |name: &str, brotli| Row {
            name: name.to_owned(),
            brotli,
            ..Row::default()
        };
        let table = [
            row("chunk_1-0.wasm", 1),
            row("chunk_2-0.wasm", 32),
            row("kubestep-0.js", 2),
            row("kubestep-0_bg.wasm", 4),
            row("split_cluster-0.wasm", 8),
            row("split_kubectl-0.wasm", 16),
        ];
        let weights = LIMITS
            .each_ref()
            .map(|limit| weight(limit.needs, &table, SCRIPT));
        assert_eq!(weights, [4, 13, 61]);
    }
}
