//! The size of the site, uncompressed and compressed.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::files::File;

/// The sizes of a file in bytes.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The file.
    pub name: String,
    /// Uncompressed.
    pub raw: usize,
    /// With `gzip -9`.
    pub gzip: usize,
    /// With `brotli -q 11`.
    pub brotli: usize,
}

/// Compresses every file.
pub fn measure(files: &[File]) -> Vec<Row> {
    files.iter().map(row).collect()
}

fn row(file: &File) -> Row {
    Row {
        name: file.name.clone(),
        raw: file.content.len(),
        gzip: gzip(&file.content),
        brotli: brotli(&file.content),
    }
}

fn gzip(content: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail; if it did, the raw size would be an upper bound.
    let done = encoder.write_all(content).and_then(|()| encoder.finish());
    done.map_or(content.len(), |bytes| bytes.len())
}

fn brotli(content: &[u8]) -> usize {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut reader = content;
    brotli::BrotliCompress(&mut reader, &mut compressed, &parameters)
        .map_or(content.len(), |_| compressed.len())
}

/// Bytes in kilobytes with one decimal.
pub fn kilobytes(bytes: usize) -> String {
    format!("{}.{}", bytes / 1000, bytes % 1000 / 100)
}

/// The table with a total.
pub fn render(rows: &[Row]) -> String {
    let mut total = Row {
        name: "total".to_owned(),
        ..Row::default()
    };
    for row in rows {
        total.raw += row.raw;
        total.gzip += row.gzip;
        total.brotli += row.brotli;
    }
    let width = rows
        .iter()
        .map(|row| row.name.len())
        .max()
        .unwrap_or(0)
        .max("total".len());
    let mut text = format!(
        "{:width$}  {:>9}  {:>9}  {:>9}",
        "kB", "raw", "gzip", "brotli"
    );
    for row in rows.iter().chain([&total]) {
        text += &format!(
            "\n{:width$}  {:>9}  {:>9}  {:>9}",
            row.name,
            kilobytes(row.raw),
            kilobytes(row.gzip),
            kilobytes(row.brotli)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_is_measured() {
        let file = File {
            name: "a.txt".to_owned(),
            content: vec![b'a'; 10_000],
        };
        let row = &measure(&[file])[0];
        assert_eq!(row.raw, 10_000);
        assert!(row.gzip < 200 && row.brotli < row.gzip, "{row:?}");
    }

    #[test]
    fn the_table_ends_with_the_sum() {
        let rows = [
            Row {
                name: "long-name.wasm".to_owned(),
                raw: 1_500,
                gzip: 700,
                brotli: 600,
            },
            Row {
                name: "a".to_owned(),
                raw: 2_000,
                gzip: 300,
                brotli: 250,
            },
        ];
        assert_eq!(
            render(&rows),
            "\
kB                    raw       gzip     brotli
long-name.wasm        1.5        0.7        0.6
a                     2.0        0.3        0.2
total                 3.5        1.0        0.8"
        );
    }
}
