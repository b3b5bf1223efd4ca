//! Sessions as links: after the `#` a character for the version of the format, then base64url of deflated bytes.
//!
//! Everything in a link is untrusted: sizes and counts are limited before anything is replayed.

use super::{Log, Oversize, SessionRefusal, compact, deflate};

/// The versions of the format. The second has several files.
const VERSION: char = '1';
const VERSION_FILES: char = '2';
/// Maximum length of a link.
pub const LENGTH_MAX: usize = 200_000;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Whether a fragment, without the `#`, is a link to a session: it begins with a digit. Others, such as `lesson=…`,
/// are not.
#[must_use]
pub fn is_link(fragment: &str) -> bool {
    fragment.starts_with(|first: char| first.is_ascii_digit())
}

/// The fragment of a link, without the `#`.
#[must_use]
pub fn write(log: &Log) -> String {
    let bytes = deflate::deflate(&compact::write(log));
    let mut link = String::from(match log.has_one_file() {
        true => VERSION,
        false => VERSION_FILES,
    });
    for three in bytes.chunks(3) {
        let mut bits = 0_u32;
        for place in 0..3 {
            bits = bits << 8 | three.get(place).copied().map_or(0, u32::from);
        }
        for place in 0..=three.len() {
            let digit = (bits >> (18 - 6 * place)) & 63;
            link.push(ALPHABET.get(digit as usize).map_or('A', |&c| c.into()));
        }
    }
    link
}

/// Reads a link: its fragment, with or without the `#`, or a whole address.
///
/// # Errors
/// It is damaged, too large, or made by a newer kubestep.
pub fn read(text: &str) -> Result<Log, SessionRefusal> {
    SessionRefusal::most(Oversize::Bytes, text.len(), LENGTH_MAX)?;
    let text = text.trim();
    let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
    let mut letters = fragment.chars();
    let has_files = match letters.next() {
        Some(VERSION) => false,
        Some(VERSION_FILES) => true,
        Some('3'..='9') => return Err(SessionRefusal::Newer),
        _ => return Err(SessionRefusal::Foreign),
    };
    compact::read(&deflate::inflate(&decode(letters.as_str())?)?, has_files)
}

/// Decodes base64url without padding.
fn decode(text: &str) -> Result<Vec<u8>, SessionRefusal> {
    let damaged = |what: &str| SessionRefusal::Damaged(what.to_owned());
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for four in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for place in 0..4 {
            let digit = match four.get(place) {
                Some(letter @ b'A'..=b'Z') => letter - b'A',
                Some(letter @ b'a'..=b'z') => letter - b'a' + 26,
                Some(letter @ b'0'..=b'9') => letter - b'0' + 52,
                Some(b'-') => 62,
                Some(b'_') => 63,
                None if place > 1 => 0,
                _ => return Err(damaged("it has a character that links do not have")),
            };
            bits = bits << 6 | u32::from(digit);
        }
        let [_, all @ ..] = bits.to_be_bytes();
        let (used, unused) = all.split_at(four.len() - 1);
        if unused.iter().any(|byte| *byte != 0) {
            return Err(damaged("its end is not that of a link"));
        }
        bytes.extend(used);
    }
    Ok(bytes)
}
