//! Image references, as far as defaulting needs them.

/// Whether the image is the latest: its tag is `latest`, or it has neither tag nor digest.
///
/// False for an invalid reference (`pkg/util/parsers/parsers.go`, ParseImageName returns no tag for it).
pub(super) fn is_latest(image: &str) -> bool {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let path = name.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match name[path..].find(':') {
        Some(colon) => (&name[..path + colon], Some(&name[path + colon + 1..])),
        None => (name, None),
    };
    if !is_repository(name) || tag.is_some_and(|tag| !is_tag(tag)) {
        return false;
    }
    match tag {
        Some(tag) => tag == "latest",
        None => digest.is_none(),
    }
}

fn is_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

/// `[HOST[:PORT]/]PATH`, with a path of lower-case components.
fn is_repository(name: &str) -> bool {
    let path = match name.split_once('/') {
        Some((host, path))
            if host.contains(['.', ':'])
                || host == "localhost"
                || host.bytes().any(|b| b.is_ascii_uppercase()) =>
        {
            path
        }
        _ => name,
    };
    path.split('/').all(|part| {
        let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        part.bytes().next().is_some_and(alphanumeric)
            && part.bytes().last().is_some_and(alphanumeric)
            && part
                .bytes()
                .all(|b| alphanumeric(b) || matches!(b, b'.' | b'_' | b'-'))
            && !["..", "___", "._", "_.", ".-", "-.", "_-", "-_"]
                .iter()
                .any(|pair| part.contains(pair))
    })
}

#[cfg(test)]
mod tests {
    use super::is_latest;

    #[test]
    fn tags_decide() {
        for (image, latest) in [
            ("nginx", true),
            ("nginx:latest", true),
            ("nginx:1.25", false),
            ("localhost:5000/a/b", true),
            ("localhost:5000/a/b:v1", false),
            ("nginx@sha256:aa", false),
            ("nginx:latest@sha256:aa", true),
            ("Nginx", false),
            ("", false),
            ("REGISTRY/nginx", true),
            ("a__b/c-d.e", true),
            ("a//b", false),
            ("nginx:", false),
        ] {
            assert_eq!(is_latest(image), latest, "{image}");
        }
    }
}
