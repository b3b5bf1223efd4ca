//! Names of images (`github.com/distribution/reference`, regexp.go).

/// Whether a text is an image reference: an optional host, a path, an optional tag and an optional digest.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    let (text, digest) = match text.split_once('@') {
        Some((text, digest)) => (text, Some(digest)),
        None => (text, None),
    };
    let (path, tag) = match text.rsplit_once(':') {
        // Before a slash it is the port of the host.
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (text, None),
    };
    let is_path = |path: &str| path.split('/').all(is_component);
    let is_name = is_path(path)
        || path
            .split_once('/')
            .is_some_and(|(host, path)| is_host(host) && is_path(path));
    is_name && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

/// Letters and digits, with a dot, one or two underscores or any number of dashes between them.
fn is_component(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_separator = |text: &str| {
        matches!(text, "." | "_" | "__")
            || !text.is_empty() && text.bytes().all(|byte| byte == b'-')
    };
    let separators = text.split(|letter: char| u8::try_from(letter).is_ok_and(is_plain));
    let ends_plain = |byte: Option<u8>| byte.is_some_and(is_plain);
    ends_plain(text.bytes().next())
        && ends_plain(text.bytes().last())
        && separators.filter(|part| !part.is_empty()).all(is_separator)
}

/// A domain or an IPv6 address in brackets, and a port.
fn is_host(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[') {
        return address.split_once(']').is_some_and(|(address, rest)| {
            let is_hex = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
            !address.is_empty() && address.bytes().all(is_hex) && is_port(rest)
        });
    }
    let end = text.find(':').unwrap_or(text.len());
    let (domain, port) = text.split_at(end);
    let is_part = |part: &str| {
        let inner = part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        !part.is_empty() && inner && !part.starts_with('-') && !part.ends_with('-')
    };
    domain.split('.').all(is_part) && is_port(port)
}

fn is_port(text: &str) -> bool {
    text.is_empty()
        || text.strip_prefix(':').is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let inner = text
        .bytes()
        .all(|byte| is_word(byte) || b".-".contains(&byte));
    text.bytes().next().is_some_and(is_word) && inner && text.len() <= 128
}

/// `sha256:…`
fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else {
        return false;
    };
    let is_part = |part: &str| {
        part.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    algorithm.split(['-', '_', '+', '.']).all(is_part)
        && hex.len() >= 32
        && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_other_texts() {
        let digest = "a".repeat(64);
        for text in [
            "nginx",
            "nginx:1.25",
            "library/nginx:1.25-alpine",
            "registry.k8s.io/pause:3.10",
            "localhost:5000/shop/web",
            "localhost:5000",
            "[::1]:5000/web",
            "Example.COM/web",
            "a__b.c--d/e_f",
            &format!("nginx@sha256:{digest}"),
            &format!("nginx:1.25@sha256:{digest}"),
        ] {
            assert!(is_reference(text), "{text}");
        }
        for text in [
            "",
            "NGINX",
            "nginx:",
            ":1.25",
            "nginx 1",
            "a//b",
            "a/",
            "/a",
            "-a",
            "a-",
            "a..b",
            "a___b",
            "a/B",
            "nginx:-1",
            "http://nginx",
            "nginx@sha256:abc",
            "nginx@",
            "a:b:c",
            "ä",
            &format!("nginx:{}", "1".repeat(129)),
        ] {
            assert!(!is_reference(text), "{text}");
        }
    }
}
