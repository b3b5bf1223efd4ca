//! Validity of names, label keys and values, and ports (`staging/src/k8s.io/apimachinery/pkg/util/validation`).
//!
//! Every check returns the API server's messages; an empty list means that the text is valid.

/// Maximum length of a DNS label, a label value, and the name part of a label key, in bytes.
pub const MAX_LABEL: usize = 63;
/// Maximum length of a DNS subdomain, in bytes.
pub const MAX_SUBDOMAIN: usize = 253;

/// Messages about an invalid text.
pub type Complaints = Vec<String>;

/// `must be no more than 63 characters`.
#[must_use]
pub fn too_long(limit: usize) -> String {
    format!("must be no more than {limit} characters")
}

/// The wording of `staging/src/k8s.io/apimachinery/pkg/api/validate/content`, which validates label keys and
/// values.
fn too_many_bytes(limit: usize) -> String {
    format!("must be no more than {limit} bytes")
}

/// `MESSAGE (e.g. 'a',  or 'b', regex used for validation is '…')`.
fn regex_error(message: &str, pattern: &str, examples: &[&str]) -> String {
    let examples: Vec<String> = examples
        .iter()
        .map(|example| format!("'{example}', "))
        .collect();
    format!(
        "{message} (e.g. {}regex used for validation is '{pattern}')",
        examples.join(" or ")
    )
}

fn is_lower_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether the text starts and ends with `edge` bytes and otherwise contains only those and the bytes of `more`.
fn is_framed(text: &str, edge: fn(u8) -> bool, more: &[u8]) -> bool {
    let bytes = text.as_bytes();
    matches!((bytes.first(), bytes.last()), (Some(first), Some(last)) if edge(*first) && edge(*last))
        && bytes.iter().all(|byte| edge(*byte) || more.contains(byte))
}

fn is_label(text: &str) -> bool {
    is_framed(text, is_lower_alphanumeric, b"-")
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

/// A part of a URL: the names of roles and of their bindings
/// (`staging/src/k8s.io/apimachinery/pkg/api/validation/path/name.go`).
#[must_use]
pub fn path_segment(text: &str) -> Complaints {
    if let "." | ".." = text {
        return vec![format!("may not be '{text}'")];
    }
    let illegal = ["/", "%"].iter().filter(|part| text.contains(**part));
    illegal
        .map(|part| format!("may not contain '{part}'"))
        .collect()
}

/// A lowercase RFC 1123 label: containers, StatefulSets, services.
#[must_use]
pub fn dns1123_label(text: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if text.len() > MAX_LABEL {
        complaints.push(too_long(MAX_LABEL));
    }
    if !is_label(text) {
        complaints.push(if is_subdomain(text) {
            "must not contain dots".to_owned()
        } else {
            regex_error(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
                "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
                &["my-name", "123-abc"],
            )
        });
    }
    complaints
}

/// A lowercase RFC 1123 subdomain: names of most objects.
#[must_use]
pub fn dns1123_subdomain(text: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if text.len() > MAX_SUBDOMAIN {
        complaints.push(too_long(MAX_SUBDOMAIN));
    }
    if !is_subdomain(text) {
        complaints.push(regex_error(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
            r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
            &["example.com"],
        ));
    }
    complaints
}

/// A subdomain whose labels may contain underscores: resolver search paths.
#[must_use]
pub fn dns1123_subdomain_with_underscore(text: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if text.len() > MAX_SUBDOMAIN {
        complaints.push(too_long(MAX_SUBDOMAIN));
    }
    let is_label = |label: &str| {
        is_framed(
            label.strip_prefix('_').unwrap_or(label),
            is_lower_alphanumeric,
            b"-_",
        )
    };
    if !text.split('.').all(is_label) {
        complaints.push(regex_error(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
            r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*",
            &["example.com"],
        ));
    }
    complaints
}

/// The key of a label or annotation: a name with an optional subdomain prefix before a slash.
#[must_use]
pub fn qualified_name(text: &str) -> Complaints {
    let rule = |part: &str| {
        part.to_owned()
            + &regex_error(
                "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
                "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]",
                &["MyName", "my.name", "123-abc"],
            )
    };
    let mut complaints = Complaints::new();
    let name = match text.split('/').collect::<Vec<_>>()[..] {
        [name] => name,
        ["", name] => {
            complaints.push("prefix part must be non-empty".to_owned());
            name
        }
        [prefix, name] => {
            complaints.extend(
                dns1123_subdomain(prefix)
                    .iter()
                    .map(|text| format!("prefix part {text}")),
            );
            name
        }
        _ => {
            let rule = rule("a valid label key ");
            return vec![
                rule + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
            ];
        }
    };
    if name.is_empty() {
        complaints.push("name part must be non-empty".to_owned());
    } else if name.len() > MAX_LABEL {
        complaints.push(format!("name part {}", too_many_bytes(MAX_LABEL)));
    }
    if !is_framed(name, |byte| byte.is_ascii_alphanumeric(), b"-_.") {
        complaints.push(rule("name part "));
    }
    complaints
}

/// The value of a label.
#[must_use]
pub fn label_value(text: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if text.len() > MAX_LABEL {
        complaints.push(too_many_bytes(MAX_LABEL));
    }
    if !text.is_empty() && !is_framed(text, |byte| byte.is_ascii_alphanumeric(), b"-_.") {
        complaints.push(regex_error(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
            "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
            &["MyValue", "my_value", "12345"],
        ));
    }
    complaints
}

/// A port number.
#[must_use]
pub fn port_number(number: i64) -> Complaints {
    if (1..=65_535).contains(&number) {
        return Complaints::new();
    }
    vec!["must be between 1 and 65535, inclusive".to_owned()]
}

/// A container port's name (an IANA service name).
#[must_use]
pub fn port_name(text: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if text.len() > 15 {
        complaints.push(too_long(15));
    }
    if text.is_empty()
        || !text
            .bytes()
            .all(|byte| is_lower_alphanumeric(byte) || byte == b'-')
    {
        complaints.push(
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".to_owned(),
        );
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        complaints.push("must contain at least one letter (a-z)".to_owned());
    }
    if text.contains("--") {
        complaints.push("must not contain consecutive hyphens".to_owned());
    }
    if text.starts_with('-') || text.ends_with('-') {
        complaints.push("must not begin or end with a hyphen".to_owned());
    }
    complaints
}

/// The name of an environment variable (any printable ASCII except `=`, since 1.34).
#[must_use]
pub fn environment_variable(text: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if text.is_empty() {
        complaints.push("environment variable name must be non-empty".to_owned());
    }
    if !text
        .bytes()
        .all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=')
    {
        let rule = "a valid environment variable name must consist only of printable ASCII characters other than '='";
        complaints.push(rule.to_owned());
    }
    complaints
}

/// The name of an HTTP header.
#[must_use]
pub fn http_header(text: &str) -> Complaints {
    if !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Complaints::new();
    }
    let rule = "a valid HTTP header must consist of alphanumeric characters or '-'";
    vec![regex_error(rule, "[-A-Za-z0-9]+", &["X-Header-Name"])]
}

/// A key of a ConfigMap or Secret.
#[must_use]
pub fn config_key(text: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if text.len() > MAX_SUBDOMAIN {
        complaints.push(too_long(MAX_SUBDOMAIN));
    }
    if text.is_empty()
        || !text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    {
        complaints.push(regex_error(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
            "[-._a-zA-Z0-9]+",
            &["key.name", "KEY_NAME", "key-name"],
        ));
    }
    complaints.extend(changes_folder(text));
    complaints
}

/// The message about a name that could leave its directory (hasChDirPrefix).
fn changes_folder(text: &str) -> Option<String> {
    Some(match text {
        "." | ".." => format!("must not be '{text}'"),
        _ if text.starts_with("..") => "must not start with '..'".to_owned(),
        _ => return None,
    })
}

/// The name of an environment variable that works in every shell. kubectl still requires this
/// (`staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go`, IsEnvVarName), the API server no longer
/// does.
#[must_use]
pub fn portable_environment_variable(text: &str) -> Complaints {
    let mut complaints = Complaints::new();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let bytes = text.as_bytes();
    let begins = bytes.first().is_some_and(|byte| !byte.is_ascii_digit());
    if !begins || !bytes.iter().all(|byte| fits(*byte)) {
        complaints.push(regex_error(
            "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
            "[-._a-zA-Z][-._a-zA-Z0-9]*",
            &["my.env-name", "MY_ENV.NAME", "MyEnvName1"],
        ));
    }
    complaints.extend(changes_folder(text));
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_names_pass() {
        let nothing = Complaints::new();
        assert_eq!(dns1123_label("a-1"), nothing);
        assert_eq!(dns1123_subdomain("a-1.b"), nothing);
        assert_eq!(qualified_name("example.com/My_Name.x"), nothing);
        assert_eq!(label_value(""), nothing);
        assert_eq!(port_name("http-2"), nothing);
        assert_eq!(environment_variable("A.b c"), nothing);
        assert_eq!(config_key("..a".strip_prefix("..").unwrap()), nothing);
    }

    #[test]
    fn invalid_names_are_reported() {
        assert_eq!(dns1123_label("a.b"), ["must not contain dots"]);
        assert_eq!(
            dns1123_label(&"a".repeat(64)),
            ["must be no more than 63 characters"]
        );
        assert_eq!(qualified_name("/x"), ["prefix part must be non-empty"]);
        assert_eq!(qualified_name("").len(), 2);
        assert!(qualified_name("a/b/c")[0].ends_with("(e.g. 'example.com/MyName')"));
        assert_eq!(
            port_name("A--"),
            [
                "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
                "must contain at least one letter (a-z)",
                "must not contain consecutive hyphens",
                "must not begin or end with a hyphen",
            ]
        );
        assert_eq!(port_number(0).len(), 1);
        assert_eq!(environment_variable("a=b").len(), 1);
        assert_eq!(environment_variable("1A").len(), 0);
        assert_eq!(portable_environment_variable("1A").len(), 1);
        assert_eq!(config_key(".."), ["must not be '..'"]);
        assert_eq!(http_header("a b").len(), 1);
    }
}
