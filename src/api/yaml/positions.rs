//! Positions of a document's fields in its text.

/// A position in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Line, 1-based.
    pub line: u32,
    /// Column in characters, 1-based.
    pub column: u32,
}

/// Positions of the key and value of each field, by field path (`spec.template.spec.containers[0].image`).
///
/// Keys of maps are path segments like fields (`metadata.labels.app`); a key that is not a plain identifier is in
/// brackets (`metadata.annotations[a.b/c]`). Lookups also accept brackets around plain identifiers.
///
/// Lookups are rare, so a list is sufficient, and adds less wasm than another map type. It is searched from the end: of a
/// repeated key the last one wins. What the others contained stays in the list, since removing it takes minutes for a
/// hostile text of some megabytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Positions(Vec<(String, Place, Place)>);

impl Positions {
    /// Where the field's key begins; for a list item, where the item begins.
    #[must_use]
    pub fn key(&self, path: &str) -> Option<Place> {
        self.get(path).map(|(key, _)| key)
    }

    /// Where the field's value begins.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<Place> {
        self.get(path).map(|(_, value)| value)
    }

    /// Where the field's value begins, or the key of the closest enclosing field in the text, for messages about
    /// missing fields.
    #[must_use]
    pub fn nearest(&self, path: &str) -> Option<Place> {
        let mut path = canonical(path);
        if let Some((_, value)) = self.exactly(&path) {
            return Some(value);
        }
        loop {
            path.truncate(parent(&path)?.len());
            if let Some((key, _)) = self.exactly(&path) {
                return Some(key);
            }
        }
    }

    /// All fields with the positions of their keys and values; nested fields precede the field that contains them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Place, Place)> {
        self.0
            .iter()
            .map(|(path, key, value)| (path.as_str(), *key, *value))
    }

    /// The positions of a field and its content, as if it were a whole document.
    #[must_use]
    pub fn within(&self, path: &str) -> Self {
        let mut inner = Self::default();
        for (other, key, value) in self.iter() {
            if let Some(rest) = other.strip_prefix(path)
                && (rest.is_empty() || rest.starts_with(['.', '[']))
            {
                inner.insert(rest.trim_start_matches('.'), key, value);
            }
        }
        inner
    }

    /// The positions of each item of a top-level list, as if it were a whole document.
    #[must_use]
    pub fn items(&self, list: &str, count: usize) -> Vec<Self> {
        let mut items = vec![Self::default(); count];
        for (path, key, value) in self.iter() {
            let rest = path
                .strip_prefix(list)
                .and_then(|rest| rest.strip_prefix('['));
            let Some((number, rest)) = rest.and_then(|rest| rest.split_once(']')) else {
                continue;
            };
            let item = number
                .parse::<usize>()
                .ok()
                .and_then(|at| items.get_mut(at));
            if let Some(item) = item {
                item.insert(rest.trim_start_matches('.'), key, value);
            }
        }
        items
    }

    pub(super) fn insert(&mut self, path: &str, key: Place, value: Place) {
        self.0.push((path.to_owned(), key, value));
    }

    fn get(&self, path: &str) -> Option<(Place, Place)> {
        self.exactly(path)
            .or_else(|| self.exactly(&canonical(path)))
    }

    fn exactly(&self, path: &str) -> Option<(Place, Place)> {
        let mut all = self.0.iter().rev();
        all.find(|(other, ..)| *other == path)
            .map(|(_, key, value)| (*key, *value))
    }
}

/// Appends a field or key to a path.
pub(crate) fn push_key(path: &mut String, key: &str) {
    if is_word(key) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
    } else {
        path.push('[');
        path.push_str(key);
        path.push(']');
    }
}

fn is_word(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'$')
        && !key.bytes().all(|b| b.is_ascii_digit())
}

/// The path with brackets only where needed.
fn canonical(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let Some((inner, after)) = after.split_once(']') else {
            break;
        };
        let unquoted = inner.trim_matches('"');
        if unquoted.bytes().all(|b| b.is_ascii_digit()) {
            out.push('[');
            out.push_str(unquoted);
            out.push(']');
        } else {
            push_key(&mut out, unquoted);
        }
        rest = after;
    }
    out + rest
}

/// The path without its last segment; empty for a top-level field.
pub(super) fn parent(path: &str) -> Option<&str> {
    if path.is_empty() {
        return None;
    }
    if path.ends_with(']') {
        return path.rfind('[').map(|at| &path[..at]);
    }
    Some(path.rfind('.').map_or("", |at| &path[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_accept_both_notations() {
        let place = |line| Place { line, column: 1 };
        let mut positions = Positions::default();
        positions.insert("", place(1), place(1));
        positions.insert("a", place(2), place(2));
        positions.insert("a.limits.cpu", place(3), place(4));
        positions.insert("a.ann[x.y/z]", place(5), place(6));
        let inner = positions.within("a");
        assert_eq!(inner.key(""), Some(place(2)));
        assert_eq!(inner.key("ann[x.y/z]"), Some(place(5)));
        assert_eq!(inner.value("limits.cpu"), Some(place(4)));
        assert_eq!(positions.value("a.limits[cpu]"), Some(place(4)));
        assert_eq!(positions.key("a.ann[x.y/z]"), Some(place(5)));
        assert_eq!(positions.nearest("a.b[3].c"), Some(place(2)));
        assert_eq!(positions.nearest("q.r"), Some(place(1)));
        assert_eq!(canonical("a[0].b[c].d[e.f]"), "a[0].b.c.d[e.f]");
    }
}
