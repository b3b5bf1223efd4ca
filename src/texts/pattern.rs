//! Texts with placeholders: `{name}`, or `{name|# pod|# pods}` with singular and plural forms, in which `#` stands
//! for the number.

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternPart<'p> {
    /// Literal text.
    Text(&'p str),
    /// A placeholder.
    Value {
        /// The name of the value.
        name: &'p str,
        /// The whole placeholder, with its braces.
        place: &'p str,
    },
}

/// Visits the parts of a pattern in order. `is_one` tells whether a value is the number one.
pub fn each<'p>(
    pattern: &'p str,
    is_one: &dyn Fn(&str) -> bool,
    part: &mut dyn FnMut(PatternPart<'p>),
) {
    let mut rest = pattern;
    while let Some(at) = rest.find('{') {
        let Some(length) = rest[at..].find('}') else {
            break;
        };
        let place = &rest[at..=at + length];
        part(PatternPart::Text(&rest[..at]));
        rest = &rest[at + length + 1..];
        let (name, words) = worded(&place[1..length], is_one);
        for (index, word) in words.split('#').enumerate() {
            if index > 0 {
                part(PatternPart::Value { name, place });
            }
            part(PatternPart::Text(word));
        }
    }
    part(PatternPart::Text(rest));
}

/// A pattern with its placeholders filled in; a placeholder without a value is replaced by its name.
pub fn filled(pattern: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let value = |name: &str| value(name).unwrap_or_else(|| name.to_owned());
    let mut filled = String::new();
    each(
        pattern,
        &|name| value(name) == "1",
        &mut |part| match part {
            PatternPart::Text(text) => filled.push_str(text),
            PatternPart::Value { name, .. } => filled.push_str(&value(name)),
        },
    );
    filled
}

/// The name of a placeholder, and the form that matches its value.
fn worded<'p>(place: &'p str, is_one: &dyn Fn(&str) -> bool) -> (&'p str, &'p str) {
    let Some((name, words)) = place.split_once('|') else {
        return (place, "#");
    };
    let (one, other) = words.split_once('|').unwrap_or((words, words));
    (name, if is_one(name) { one } else { other })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pattern: &str, value: &str) -> String {
        let mut text = String::new();
        each(pattern, &|_| value == "1", &mut |part| match part {
            PatternPart::Text(part) => text += part,
            PatternPart::Value { name: "count", .. } => text += value,
            PatternPart::Value { place, .. } => text += place,
        });
        text
    }

    #[test]
    fn placeholders_are_filled() {
        assert_eq!(filled("{count} of {all}", "2"), "2 of {all}");
        assert_eq!(filled("{count", "2"), "{count");
        assert_eq!(filled("", "2"), "");
    }

    #[test]
    fn plural_forms_follow_the_number() {
        let pattern = "{count|The # pod is|All # pods are} there";
        assert_eq!(filled(pattern, "1"), "The 1 pod is there");
        assert_eq!(filled(pattern, "0"), "All 0 pods are there");
        assert_eq!(filled("{count|pod|pods}", "3"), "pods");
    }
}
