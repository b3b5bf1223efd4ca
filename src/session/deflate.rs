//! Deflate with a preset dictionary, which `CompressionStream` does not support.
//!
//! The dictionary is what manifests and command lines usually contain. It is part of the format of links, so it must
//! not change: a new one needs a new version of the format.

use super::{Oversize, SessionRefusal, TEXT_MAX};
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, compress, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// The dictionary of links of version 1; what is used most is last.
const DICTIONARY: &[u8] = include_bytes!("dictionary-1.txt");

/// Compresses, without a header.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    // A negative number of window bits means that there is no header.
    let flags = create_comp_flags_from_zip_params(9, -15, 0);
    let mut state = CompressorOxide::new(flags);
    // The dictionary is compressed and flushed first; what follows refers to it.
    feed(&mut state, DICTIONARY, TDEFLFlush::Sync);
    feed(&mut state, bytes, TDEFLFlush::Finish)
}

/// Compresses a part; the output is that of this part alone.
fn feed(state: &mut CompressorOxide, mut bytes: &[u8], flush: TDEFLFlush) -> Vec<u8> {
    let mut all = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let (_, read, written) = compress(state, bytes, &mut buffer, flush);
        all.extend(buffer.iter().take(written));
        bytes = bytes.get(read..).unwrap_or_default();
        if bytes.is_empty() && written < buffer.len() {
            return all;
        }
    }
}

/// Inflates what [`deflate`] has compressed.
pub fn inflate(bytes: &[u8]) -> Result<Vec<u8>, SessionRefusal> {
    let mut state = DecompressorOxide::new();
    let start = DICTIONARY.len();
    let mut out = DICTIONARY.to_vec();
    let (mut read, mut end) = (0, start);
    loop {
        // Grows with what is there, so that a small link does not cost much.
        let size = (out.len() * 2).min(start + TEXT_MAX + 1);
        out.resize(size, 0);
        let rest = bytes.get(read..).unwrap_or_default();
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, took, wrote) = decompress(&mut state, rest, &mut out, end, flags);
        read += took;
        end += wrote;
        SessionRefusal::most(Oversize::Bytes, end - start, TEXT_MAX)?;
        match status {
            TINFLStatus::Done if read == bytes.len() => {
                out.truncate(end);
                return Ok(out.split_off(start));
            }
            TINFLStatus::HasMoreOutput => {}
            _ => return Err(SessionRefusal::Damaged("it cannot be inflated".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deflated_can_be_inflated() {
        let manifest = include_bytes!("../page/example.yaml").to_vec();
        let zeros = vec![0; 100_000];
        let mixed: Vec<u8> = (0..70_000_u32)
            .map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        for text in [Vec::new(), manifest, zeros, mixed] {
            assert_eq!(inflate(&deflate(&text)), Ok(text));
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = deflate(&vec![0; TEXT_MAX + 1]);
        assert!(bomb.len() < 10_000);
        let refused = SessionRefusal::TooLarge {
            what: Oversize::Bytes,
            most: TEXT_MAX,
        };
        assert_eq!(inflate(&bomb), Err(refused));
    }

    #[test]
    fn the_dictionary_is_frozen() {
        let digest = format!("{:x}", md5::compute(DICTIONARY));
        assert_eq!(digest, "4b7311db0bbb3cbbb57391479e503e12");
    }
}
