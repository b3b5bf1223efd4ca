//! A pseudo-language for tests: the English texts, each between `⟦` and `⟧`. Anything outside of the marks is a value or
//! a text that is missing from the catalogues.

/// Marks a text of the English catalogue.
#[must_use]
pub fn mark(text: &str) -> String {
    let mut marked = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        push(&mut marked, before);
        let mut parts = place.split('|');
        marked.push('{');
        marked.push_str(parts.next().unwrap_or_default());
        for words in parts {
            marked.push('|');
            for (index, word) in words.split('#').enumerate() {
                if index > 0 {
                    marked.push('#');
                }
                push(&mut marked, word);
            }
        }
        marked.push('}');
        rest = after;
    }
    push(&mut marked, rest);
    marked
}

fn push(marked: &mut String, text: &str) {
    if !text.is_empty() {
        marked.push('⟦');
        marked.push_str(text);
        marked.push('⟧');
    }
}

/// The parts of a rendered text outside of the marks.
#[must_use]
pub fn unmarked(said: &str) -> String {
    let mut unmarked = String::new();
    let mut depth = 0_usize;
    for letter in said.chars() {
        match letter {
            '⟦' => depth += 1,
            '⟧' => depth = depth.saturating_sub(1),
            _ if depth == 0 => unmarked.push(letter),
            _ => {}
        }
    }
    unmarked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_are_outside_of_the_marks() {
        let marked = mark("Of {total|# pod|# pods}, {least} must stay {total|it|them}.");
        assert_eq!(
            marked,
            "⟦Of ⟧{total|#⟦ pod⟧|#⟦ pods⟧}⟦, ⟧{least}⟦ must stay ⟧{total|⟦it⟧|⟦them⟧}⟦.⟧"
        );
        assert_eq!(unmarked("⟦Of ⟧2⟦ pods⟧ and ⟦⟦more⟧"), "2 and ");
        assert_eq!(mark(""), "");
    }
}
