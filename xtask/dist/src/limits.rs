//! Size limits for the compressed site.

use anyhow::{Result, ensure};

use crate::sizes::{Row, kilobytes};

/// A size limit after compression, in bytes.
struct Limit {
    what: &'static str,
    /// The wasm files that count, by name prefix.
    parts: &'static [&'static str],
    /// Maximum size; to be lowered whenever they get smaller. It is slightly above the current size, since panic
    /// messages contain paths of the machine that builds the page.
    most: usize,
}

/// The downloads in their order: up to the first paint, then up to `Apply`, then kubectl.
const LIMITS: [Limit; 3] = [
    Limit {
        what: "before the page stands",
        parts: &["kubestep-"],
        most: 100_000,
    },
    Limit {
        what: "before it applies",
        parts: &["kubestep-", "cluster-"],
        most: 811_000,
    },
    Limit {
        what: "in all",
        parts: &[""],
        most: 1_535_000,
    },
];

/// Prints the size of the wasm against each limit; exceeding one is an error.
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

/// The size of a limit's files.
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
    fn later_limits_include_earlier_files() {
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
