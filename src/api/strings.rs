//! Maps from strings to strings: labels, annotations, selectors.

use litemap::LiteMap;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Deref, DerefMut};

/// A sorted map of strings. The maps are small, so a sorted list is faster than a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Strings(LiteMap<String, String>);

impl Deref for Strings {
    type Target = LiteMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Strings {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl FromIterator<(String, String)> for Strings {
    /// The last one of equal keys wins.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(texts: I) -> Self {
        let mut strings = Self::default();
        strings.extend(texts);
        strings
    }
}

impl Extend<(String, String)> for Strings {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, texts: I) {
        for (name, text) in texts {
            self.insert(name, text);
        }
    }
}

impl<'a> IntoIterator for &'a Strings {
    type Item = (&'a String, &'a String);
    type IntoIter = <&'a LiteMap<String, String> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (&self.0).into_iter()
    }
}

/// Serializes an object, even if empty.
impl Serialize for Strings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de> Deserialize<'de> for Strings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = Strings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strings, A::Error> {
                let mut strings = Strings::default();
                while let Some((name, text)) = map.next_entry()? {
                    strings.insert(name, text);
                }
                Ok(strings)
            }
        }

        deserializer.deserialize_map(Texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn they_serialize_as_a_sorted_object() {
        for texts in [json!({}), json!({ "b": "1", "a": "2", "c": "" })] {
            let strings: Strings = serde_json::from_value(texts.clone()).expect("texts by name");
            assert_eq!(json!(strings), texts);
            let mut names: Vec<_> = texts.as_object().expect("an object").keys().collect();
            names.sort();
            assert!(strings.keys().eq(names));
        }
        assert!(serde_json::from_value::<Strings>(json!([])).is_err());
    }
}
