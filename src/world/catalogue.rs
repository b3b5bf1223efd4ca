//! Which tags some well-known images have, so that a mistyped tag fails as it does on a real cluster.
//!
//! Taken from the history of `docker-library/official-images` up to 2026-08-21 (commit `37079fb336`): the last
//! release of each series that was ever published there. The table only denies tags, it never invents any: a tag
//! that it cannot judge (of another image or registry, a digest, a pre-release) is assumed to exist.

/// The date of the table, shown to users who know of a newer tag.
pub const DATE: &str = "2026-08-21";

/// The official images, with the last release of each series. `1.9.15` stands for 1, 1.9 and 1.9.0 to 1.9.15;
/// `9.11` for 9, 9.0 to 9.11 and everything below them.
const IMAGES: [(&str, &str); 11] = [
    (
        "alpine",
        "2.7 3.5 3.6.5 3.7.3 3.8.5 3.9.6 3.10.9 3.11.13 3.12.12 3.13.12 3.14.10 3.15.11 3.16.9 3.17.10 3.18.12 3.19.9 \
         3.20.10 3.21.7 3.22.5 3.23.5 3.24.1",
    ),
    (
        "busybox",
        "1.21.0 1.23.2 1.24.2 1.25.1 1.26.2 1.27.2 1.28.4 1.29.3 1.30.1 1.31.1 1.32.1 1.33.1 1.34.1 1.35.0 1.36.1 \
         1.37.0 1.38.0",
    ),
    ("httpd", "2.2.34 2.4.68"),
    (
        "mariadb",
        "5.5.64 10.0.38 10.1.48 10.2.44 10.3.39 10.4.34 10.5.29 10.6.28 10.7.8 10.8.8 10.9.8 10.10.7 10.11.18 11.0.6 \
         11.1.6 11.2.6 11.3.2 11.4.12 11.5.2 11.6.2 11.7.2 11.8.8 12.0.2 12.1.2 12.2.2 12.3.2 13.0.1",
    ),
    ("memcached", "1.4.39 1.5.22 1.6.45"),
    (
        "mysql",
        "5.5.62 5.6.51 5.7.44 8.0.46 8.1.0 8.2.0 8.3.0 8.4.11 9.0.1 9.1.0 9.2.0 9.3.0 9.4.0 9.5.0 9.6.0 9.7.2 26.7.0",
    ),
    (
        "nginx",
        "1.7.12 1.8.1 1.9.15 1.10.3 1.11.13 1.12.2 1.13.12 1.14.2 1.15.12 1.16.1 1.17.10 1.18.0 1.19.10 1.20.2 1.21.6 \
         1.22.1 1.23.4 1.24.0 1.25.5 1.26.3 1.27.5 1.28.3 1.29.8 1.30.4 1.31.4",
    ),
    (
        "node",
        "0.8.28 0.10.48 0.11.16 0.12.18 4.9 5.12 6.17 7.10 8.17 9.11 10.24 11.15 12.22 13.14 14.21 15.14 16.20 17.9 \
         18.20 19.9 20.20 21.7 22.23 23.11 24.19 25.9 26.7",
    ),
    (
        "postgres",
        "8.4.22 9.0.22 9.1.24 9.2.23 9.3.25 9.4.26 9.5.25 9.6.24 10.23 11.22 12.22 13.23 14.24 15.19 16.15 17.11 18.6",
    ),
    (
        "python",
        "2.7.18 3.2.6 3.3.7 3.4.10 3.5.10 3.6.15 3.7.17 3.8.20 3.9.25 3.10.21 3.11.16 3.12.14 3.13.15 3.14.7",
    ),
    (
        "redis",
        "2.6.17 2.8.23 3.0.7 3.2.12 4.0.14 5.0.14 6.0.20 6.2.24 7.0.15 7.2.16 7.4.11 8.0.6 8.2.9 8.4.6 8.6.6 8.8.2 \
         8.10.1",
    ),
];

/// Words in the tags of these images, without a trailing number (`alpine3.24`).
const WORDS: &str = " alpha alpine argon beta bionic bookworm boron buildroot bullseye buster carbon chakracore current \
    debian docs dubnium edge erbium fermium focal gallium glibc hydrogen innovation iron jammy jessie jod krypton latest \
    lts ltsc m mainline musl nanoserver noble onbuild oracle oraclelinux otel perl rc resolute slim stable stretch trixie \
    trusty ubi ubuntu uclibc unstable wheezy windowsservercore xenial ";

/// The name and tag of a well-known image, if it has no such tag.
#[must_use]
pub fn missing_tag(image: &str) -> Option<(&str, &str)> {
    let path = image.strip_prefix("docker.io/").unwrap_or(image);
    let path = path.strip_prefix("library/").unwrap_or(path);
    let (name, tag) = path.split_once(':')?;
    let (_, series) = IMAGES.iter().find(|(known, _)| *known == name)?;
    let is_missing = !tag.contains('@') && !has_tag(series, tag);
    is_missing.then_some((name, tag))
}

/// A tag to suggest instead of a missing one: the same with one more dot (`1.9.1` for `1.91`), else the newest
/// release. `None` unless the tag is known to be missing.
#[must_use]
pub fn instead(image: &str) -> Option<String> {
    let (name, tag) = missing_tag(image)?;
    let (_, series) = IMAGES.iter().find(|(known, _)| *known == name)?;
    let places = (1..tag.len()).rev().filter(|at| tag.is_char_boundary(*at));
    let mut dotted = places.map(|at| format!("{}.{}", &tag[..at], &tag[at..]));
    let found = dotted.find(|dotted| has_tag(series, dotted));
    let tag = found.or_else(|| series.rsplit(' ').next().map(str::to_owned))?;
    Some(format!("{}:{tag}", image.rsplit_once(':')?.0))
}

/// Whether the table knows a version, the word in its place, and the words after it.
fn has_tag(series: &str, tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let starts = match first.starts_with(|letter: char| letter.is_ascii_digit()) {
        true => has_version(series, first),
        false => is_word(first),
    };
    starts && parts.all(is_word)
}

fn is_word(part: &str) -> bool {
    let end = part.find(|letter: char| !letter.is_ascii_lowercase());
    let stem = &part[..end.unwrap_or(part.len())];
    // A bare number is an operating system build: `windowsservercore-1809`.
    part.starts_with(|letter: char| letter.is_ascii_digit())
        || WORDS
            .split(' ')
            .any(|word| !word.is_empty() && word == stem)
}

fn has_version(series: &str, version: &str) -> bool {
    let Some(wanted) = numbers(version.as_bytes()) else {
        // Pre-releases such as `19beta3` are not judged.
        return version.contains(|letter: char| letter.is_ascii_alphabetic());
    };
    // Alpine's snapshots are named after their date.
    wanted[0] >= Some(10_000) || any_series(series.as_bytes(), wanted)
}

/// Whether a version belongs to one of the series, which are separated by spaces. A single pass without allocation,
/// since it runs at each container start.
fn any_series(series: &[u8], wanted: [Option<u32>; 3]) -> bool {
    let mut last = [None; 3];
    let mut at = 0;
    for byte in series {
        match byte {
            b' ' if is_of_series(last, wanted) => return true,
            b' ' => (last, at) = ([None; 3], 0),
            b'.' => at = (at + 1).min(2),
            digit => last[at] = Some(last[at].unwrap_or(0) * 10 + u32::from(digit & 15)),
        }
    }
    is_of_series(last, wanted)
}

fn is_of_series(last: [Option<u32>; 3], wanted: [Option<u32>; 3]) -> bool {
    let end = last.iter().flatten().count().saturating_sub(1);
    let above = last[..end].iter().zip(wanted);
    let same = above.fold(true, |same, (known, wanted)| {
        same && (wanted.is_none() || *known == wanted)
    });
    same && wanted[end] <= last[end]
}

/// The numbers of `1.9.15`; `None` for anything else.
fn numbers(version: &[u8]) -> Option<[Option<u32>; 3]> {
    let mut numbers = [None; 3];
    let mut at = 0;
    for byte in version {
        match byte {
            b'.' => {
                (*numbers.get(at)?)?;
                at += 1;
            }
            b'0'..=b'9' => {
                let number = numbers.get_mut(at)?;
                let above = number.unwrap_or(0_u32).checked_mul(10)?;
                *number = Some(above.checked_add(u32::from(byte - b'0'))?);
            }
            _ => return None,
        }
    }
    numbers.get(at)?.map(|_| numbers)
}

#[cfg(test)]
mod tests {
    use super::{instead, missing_tag};

    #[test]
    fn tags_that_exist_are_not_denied() {
        for image in [
            "nginx",
            "nginx:latest",
            "nginx:1",
            "nginx:1.7.9",
            "nginx:1.9.1",
            "nginx:1.14.2",
            "nginx:1.16.1",
            "nginx:1.27-alpine3.20-slim",
            "nginx:stable-perl",
            "nginx:1.9@sha256:0d17b565c37bcbd895e9d92315a05c1c3c9a29f762b011a10c54a66cd53c9b31",
            "redis:6",
            "redis:7.2-bookworm",
            "postgres:19beta3",
            "postgres:16.2-alpine",
            "mysql:8",
            "busybox:1.28",
            "alpine:20260127",
            "httpd:2.4.57",
            "node:18.17.1-bullseye-slim",
            "node:lts",
            "node:0.10",
            "python:3.12-windowsservercore-1809",
            // Other registries and images are not in the table.
            "registry.example/nginx:1.91",
            "someone/nginx:1.91",
            "registry.k8s.io/nginx-slim:0.8",
            "web:oops",
        ] {
            assert_eq!(missing_tag(image), None, "{image}");
        }
    }

    #[test]
    fn an_existing_tag_is_suggested_for_a_mistyped_one() {
        for (image, other) in [
            ("nginx:1.91", Some("nginx:1.9.1")),
            ("nginx:1.161", Some("nginx:1.16.1")),
            (
                "docker.io/library/nginx:191-alpine",
                Some("docker.io/library/nginx:1.31.4"),
            ),
            ("redis:oöps", Some("redis:8.10.1")),
            ("nginx:1.27", None),
            ("example.org/web:1.91", None),
        ] {
            let found = instead(image);
            assert_eq!(found.as_deref(), other, "{image}");
            assert_eq!(found.as_deref().and_then(missing_tag), None, "{image}");
        }
    }

    #[test]
    fn tags_that_never_existed_are_denied() {
        for (image, name, tag) in [
            // The tutorial's typo, and the one of Kubernetes' own documentation (`nginx:1.161` for `1.16.1`).
            ("nginx:1.91", "nginx", "1.91"),
            ("nginx:1.161", "nginx", "1.161"),
            ("docker.io/library/nginx:1.7.99", "nginx", "1.7.99"),
            ("library/redis:9", "redis", "9"),
            ("nginx:2", "nginx", "2"),
            ("nginx:1.9.1.1", "nginx", "1.9.1.1"),
            ("nginx:1.9.1..", "nginx", "1.9.1.."),
            ("nginx:99999999999", "nginx", "99999999999"),
            ("nginx:oops", "nginx", "oops"),
            ("nginx:LATEST", "nginx", "LATEST"),
            ("nginx:1.27-alpin", "nginx", "1.27-alpin"),
            ("node:27", "node", "27"),
            ("node:18.21.0", "node", "18.21.0"),
            ("python:3.1", "python", "3.1"),
            ("postgres:18.7", "postgres", "18.7"),
        ] {
            assert_eq!(missing_tag(image), Some((name, tag)), "{image}");
        }
    }
}
