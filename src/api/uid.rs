//! `metadata.uid`, stored as two integers if it is a UUID, as server-assigned ones are.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

/// `metadata.uid`: unique over the lifetime of the cluster. Manifests may contain arbitrary text instead, for
/// example in `ownerReferences`, which is kept as is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Uid(Form);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Form {
    /// A lower-case UUID other than all zeros; (0, 0) means no uid.
    Number(u64, u64),
    /// Any other text.
    Text(Rc<str>),
}

/// Length of a UUID's text in bytes.
const LENGTH: usize = 36;
/// Positions of its hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl Uid {
    /// The UUID with these bits.
    #[must_use]
    pub fn new(high: u64, low: u64) -> Self {
        Self(Form::Number(high, low))
    }

    /// Whether no uid has been assigned yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == Form::Number(0, 0)
    }

    /// The first eight hex digits as a number; 0 if there are none.
    #[must_use]
    pub fn leading(&self) -> u32 {
        match self.0 {
            Form::Number(high, _) => (high >> 32) as u32,
            Form::Text(_) => 0,
        }
    }
}

impl Default for Uid {
    fn default() -> Self {
        Self::new(0, 0)
    }
}

impl From<&str> for Uid {
    fn from(text: &str) -> Self {
        match numbers(text) {
            _ if text.is_empty() => Self::default(),
            Some((high, low)) if (high, low) != (0, 0) => Self::new(high, low),
            _ => Self(Form::Text(text.into())),
        }
    }
}

/// The bits of a text that is exactly in the form in which [`Uid`] writes a UUID.
fn numbers(text: &str) -> Option<(u64, u64)> {
    if text.len() != LENGTH {
        return None;
    }
    let mut bits = 0_u128;
    for (place, byte) in text.bytes().enumerate() {
        let digit = match byte {
            b'-' if HYPHENS.contains(&place) => continue,
            _ if HYPHENS.contains(&place) => return None,
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        bits = bits << 4 | u128::from(digit);
    }
    Some(((bits >> 64) as u64, bits as u64))
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Number(0, 0) => Ok(()),
            Form::Number(high, low) => {
                let mut text = [b'-'; LENGTH];
                let mut bits = u128::from(*high) << 64 | u128::from(*low);
                for (place, letter) in text.iter_mut().enumerate().rev() {
                    if !HYPHENS.contains(&place) {
                        *letter = b"0123456789abcdef"[(bits & 15) as usize];
                        bits >>= 4;
                    }
                }
                f.write_str(std::str::from_utf8(&text).unwrap_or_default())
            }
            Form::Text(text) => f.write_str(text),
        }
    }
}

/// Ordered like the texts. UUIDs have equal lengths, so their numbers have the same order.
impl Ord for Uid {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Number(a, b), Form::Number(x, y)) => (a, b).cmp(&(x, y)),
            _ => compare_texts(self, other),
        }
    }
}

#[cold]
fn compare_texts(a: &Uid, b: &Uid) -> Ordering {
    a.to_string().cmp(&b.to_string())
}

impl PartialOrd for Uid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Uid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(&*String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 9] = [
        "",
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000-000000000001",
        "7fffffff-9c01-4a2b-8c3d-0123456789ab",
        "fffffffe-9c01-4a2b-8c3d-0123456789ab",
        "FFFFFFFE-9c01-4a2b-8c3d-0123456789ab",
        "fffffffe09c01-4a2b-8c3d-0123456789ab",
        "fffffffe-9c01-4a2b-8c3d-0123456789-b",
        "mine",
    ];

    #[test]
    fn any_text_round_trips() {
        for text in TEXTS {
            assert_eq!(Uid::from(text).to_string(), text);
        }
        let given = TEXTS.map(|text| matches!(Uid::from(text).0, Form::Number(..)));
        assert_eq!(
            given,
            [true, false, true, true, true, false, false, false, false]
        );
    }

    #[test]
    fn uids_are_ordered_like_their_texts() {
        for a in TEXTS {
            for b in TEXTS {
                assert_eq!(Uid::from(a).cmp(&Uid::from(b)), a.cmp(b), "{a} {b}");
                assert_eq!(Uid::from(a) == Uid::from(b), a == b, "{a} {b}");
            }
        }
    }
}
