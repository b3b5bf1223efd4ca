//! Base64 as Go's `encoding/base64` reads and writes `[]byte` in JSON (standard alphabet, with padding).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("illegal base64 data at input byte {at}")]
pub struct IllegalBase64 {
    /// Byte offset of the fault.
    pub at: usize,
}

/// Decodes base64; line breaks are skipped, as in Go.
///
/// # Errors
/// A byte outside the alphabet or wrong padding; the offset is the one that Go reports.
pub fn decode(text: &str) -> Result<Vec<u8>, IllegalBase64> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let mut at = 0;
    loop {
        let mut digits = [0_u8; 4];
        let mut count = 0;
        while count < 4 {
            let Some(&byte) = bytes.get(at) else {
                return if count == 0 {
                    Ok(out)
                } else {
                    Err(IllegalBase64 { at: at - count })
                };
            };
            at += 1;
            if matches!(byte, b'\r' | b'\n') {
                continue;
            }
            if let Some(digit) = ALPHABET.iter().position(|&known| known == byte) {
                digits[count] = digit as u8;
                count += 1;
                continue;
            }
            if byte != b'=' || count < 2 {
                return Err(IllegalBase64 { at: at - 1 });
            }
            let end = padding(bytes, at, count)?;
            push(&mut out, digits, count);
            return if end == bytes.len() {
                Ok(out)
            } else {
                Err(IllegalBase64 { at: end })
            };
        }
        push(&mut out, digits, 4);
    }
}

/// The position after the padding, whose first character is before `at`.
fn padding(bytes: &[u8], mut at: usize, count: usize) -> Result<usize, IllegalBase64> {
    let skip = |mut at: usize| {
        while matches!(bytes.get(at), Some(b'\r' | b'\n')) {
            at += 1;
        }
        at
    };
    if count == 2 {
        at = skip(at);
        match bytes.get(at) {
            Some(b'=') => at += 1,
            Some(_) => return Err(IllegalBase64 { at: at - 1 }),
            None => return Err(IllegalBase64 { at: bytes.len() }),
        }
    }
    Ok(skip(at))
}

fn push(out: &mut Vec<u8>, digits: [u8; 4], count: usize) {
    let word = digits
        .iter()
        .fold(0_u32, |word, digit| word << 6 | u32::from(*digit));
    out.extend_from_slice(&word.to_be_bytes()[1..count]);
}

/// Encodes bytes as base64.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, index| {
            word << 8 | u32::from(chunk.get(index).copied().unwrap_or(0))
        });
        for place in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * place) & 63) as usize];
            out.push(if place > chunk.len() {
                '='
            } else {
                char::from(digit)
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encode_and_decode_round_trip() {
        for text in ["", "a", "ab", "abc", "abcd", "\u{fffd}\0x"] {
            assert_eq!(
                decode(&encode(text.as_bytes())).as_deref(),
                Ok(text.as_bytes())
            );
        }
        assert_eq!(encode(b"hello"), "aGVsbG8=");
        assert_eq!(decode("aGVs\nbG8="), Ok(b"hello".to_vec()));
    }

    #[test]
    fn fault_offsets_match_go() {
        for (text, at) in [
            ("a$bc", 1),
            ("aGVsbG8", 4),
            ("aGVsbG8=x", 8),
            ("=", 0),
            ("aG=x", 2),
            ("hello world", 5),
        ] {
            assert_eq!(decode(text), Err(IllegalBase64 { at }), "{text}");
        }
    }
}
