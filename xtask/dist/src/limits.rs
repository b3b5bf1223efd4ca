//! What the site may weigh on the wire.

use anyhow::{Result, ensure};

use crate::sizes::{Row, kilobytes};

/// A limit on what goes over the wire, in bytes.
struct Limit {
    what: &'static str,
    /// The wasm files that count, by what their names begin with.
    parts: &'static [&'static str],
    /// What they may weigh. Whoever makes them lighter lowers it. A little more than today, since the paths of the machine
    /// that builds the page are in its panic messages.
    most: usize,
}

/// What the page fetches, in its order: its first paint, then what `Apply` needs, then kubectl.
const LIMITS: [Limit; 3] = [
    Limit {
        what: "before the page stands",
        parts: &["kubestep-"],
        most: 92_500,
    },
    Limit {
        what: "before it applies",
        parts: &["kubestep-", "cluster-"],
        most: 698_500,
    },
    Limit {
        what: "in all",
        parts: &[""],
        most: 965_000,
    },
];

/// Says what the wasm weighs against each limit; more than that is an error.
pub fn check(table: &[Row]) -> Result<()> {
    for limit in &LIMITS {
        let weight = weight(limit, table);
        let (what, is, most) = (limit.what, kilobytes(weight), kilobytes(limit.most));
        ensure!(
            weight > 0 && weight <= limit.most,
            "the wasm {what} is {is} kB brotli, and at most {most} kB are allowed"
        );
        println!("wasm {what}: {is} kB brotli, {most} allowed");
    }
    Ok(())
}

/// What the files of a limit weigh.
fn weight(limit: &Limit, table: &[Row]) -> usize {
    let counts = |row: &&Row| {
        let is_part = |part: &&str| row.name.starts_with(part);
        row.name.ends_with(".wasm") && limit.parts.iter().any(is_part)
    };
    table.iter().filter(counts).map(|row| row.brotli).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_is_weighed_with_what_came_before() {
        let row = |name: &str, brotli| Row {
            name: name.to_owned(),
            brotli,
            ..Row::default()
        };
        let table = [
            row("chunk_1-0.wasm", 16),
            row("cluster-0.wasm", 1),
            row("kubestep-0.js", 2),
            row("kubestep-0_bg.wasm", 4),
            row("split_kubectl-0.wasm", 8),
        ];
        let weights = LIMITS.each_ref().map(|limit| weight(limit, &table));
        assert_eq!(weights, [4, 5, 29]);
    }
}
