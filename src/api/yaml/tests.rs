use super::*;
use serde_json::json;

fn one(text: &str) -> Document {
    let mut all = documents(text).unwrap();
    assert_eq!(all.len(), 1, "{text}");
    all.remove(0)
}

fn failure(text: &str) -> String {
    documents(text).unwrap_err().to_string()
}

#[test]
fn documents_are_split_at_separators() {
    let all = documents("# only a comment\n---\na: 1\n--- # next\n\n---\nb: 2\n...\n").unwrap();
    assert_eq!(
        all.iter()
            .map(|d| (d.value.clone(), d.first, d.last))
            .collect::<Vec<_>>(),
        [(json!({"a": 1}), 3, 3), (json!({"b": 2}), 7, 8)]
    );
    assert_eq!(
        all[1].positions.key("b"),
        Some(Place { line: 7, column: 1 })
    );
    assert_eq!(documents("").unwrap(), []);
    assert_eq!(documents("---\n---\n").unwrap(), []);
    assert_eq!(
        failure("a: 1\n--- b\n"),
        "invalid Yaml document separator: b"
    );
    assert_eq!(one("\u{feff}a: 1").value, json!({"a": 1}));
    assert_eq!(
        one("a: 1\r\nb: |\r\n  x\r\n").value,
        json!({"a": 1, "b": "x\n"})
    );
}

#[test]
fn positions_are_those_of_keys_and_values() {
    let document = one(
        "---\nspec:\n  containers:\n  - name: a\n    image: \"b\"\n  labels: {a.b/c: d, e: f}\n",
    );
    let at = |path: &str| {
        let place = |p: Place| (p.line, p.column);
        (
            place(document.positions.key(path).unwrap()),
            place(document.positions.value(path).unwrap()),
        )
    };
    assert_eq!(at("spec.containers[0].image"), ((5, 5), (5, 12)));
    assert_eq!(at("spec.containers[0]"), ((4, 5), (4, 5)));
    assert_eq!(at("spec.labels[a.b/c]"), ((6, 12), (6, 19)));
    assert_eq!(at("spec.labels.e"), ((6, 22), (6, 25)));
}

#[test]
fn scalars_keys_aliases_and_merges() {
    assert_eq!(
        one("a: &x {b: yes, c: 'yes'}\nd: *x\n1: one\ntrue: t\n1.5: f\nm:\n  <<: *x\n  c: 3\nk: !!str 12\ne:\n").value,
        json!({"a": {"b": true, "c": "yes"}, "d": {"b": true, "c": "yes"}, "1": "one", "true": "t", "1.5": "f",
               "m": {"b": true, "c": 3}, "k": "12", "e": null})
    );
    assert_eq!(
        one("a: 1\na: 2\nb: {x: 1}\nb: {z: 2}\n").value,
        json!({"a": 2, "b": {"z": 2}})
    );
    assert_eq!(
        failure("a: *x\n"),
        "error converting YAML to JSON: yaml: unknown anchor 'x' referenced"
    );
    assert_eq!(
        failure("a: &x [*x]\n"),
        "error converting YAML to JSON: yaml: anchor 'x' value contains itself"
    );
    assert_eq!(
        failure("<<: 1\n"),
        "error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value"
    );
    assert_eq!(
        failure("a: .inf\n"),
        "error converting YAML to JSON: json: unsupported value: +Inf"
    );
}

#[test]
fn syntax_errors_read_as_kubectl_prints_them() {
    for (text, message) in [
        (
            "a: 1\n b: 2\n",
            "yaml: line 2: mapping values are not allowed in this context",
        ),
        (
            "a: 1\nb\nc: 1\n",
            "yaml: line 3: could not find expected ':'",
        ),
        (
            "a:\n  - x\n  b: 1\n",
            "yaml: line 2: did not find expected '-' indicator",
        ),
        (
            "a: [1, 2\nb: 3\n",
            "yaml: line 1: did not find expected ',' or ']'",
        ),
        ("a: \"x\n", "yaml: line 2: found unexpected end of stream"),
        (
            "a: @x\n",
            "yaml: found character that cannot start any token",
        ),
        (
            "x: 1\na: b: c\n",
            "yaml: line 2: mapping values are not allowed in this context",
        ),
        (
            "a:\n\tb: 1\n",
            "yaml: line 2: found character that cannot start any token",
        ),
        ("a: \u{1}\n", "yaml: control characters are not allowed"),
    ] {
        assert_eq!(
            failure(text),
            format!("error converting YAML to JSON: {message}"),
            "{text:?}"
        );
    }
    // The message counts lines from the start of the document, the position from that of the input.
    let error = documents("a: 1\n---\nb: 1\n c: 2\n").unwrap_err();
    assert!(error.to_string().contains("line 2: mapping"));
    assert_eq!(error.place().map(|p| p.line), Some(4));
}

#[test]
fn invalid_json_has_go_s_messages() {
    let document =
        one("{\"a\": [1, 2.0, 1e3, \"\\u00e9\\ud83d\\ude00\"],\n\t\"b\": {\"c\": null}}");
    assert_eq!(
        document.value,
        json!({"a": [1, 2, 1000, "é😀"], "b": {"c": null}})
    );
    assert_eq!(
        document.positions.key("b.c"),
        Some(Place { line: 2, column: 8 })
    );
    assert_eq!(documents("{}\n{\"a\":1}").unwrap().len(), 2);
    // Invalid JSON can still be valid YAML.
    assert_eq!(one("{a: b}").value, json!({"a": "b"}));
    for (text, message) in [
        (
            "{\"a\": ]}",
            "json: offset 7: invalid character ']' looking for beginning of value",
        ),
        (
            "{\"a\" 1}",
            "json: offset 6: invalid character '1' after object key",
        ),
        ("{\"a\": 1", "unexpected EOF"),
        (
            "{\"a\": [1 {]}",
            "json: offset 10: invalid character '{' after array element",
        ),
        (
            "{\"a\": 1 \"b\": 2}",
            "json: offset 9: invalid character '\"' after object key:value pair",
        ),
        (
            "{\"a\": [\"\t\\x\"]}",
            "json: offset 9: invalid character '\\t' in string literal",
        ),
    ] {
        assert_eq!(failure(text), message, "{text}");
    }
}

#[test]
fn hostile_input_is_refused_quickly() {
    assert!(matches!(
        documents(&"[".repeat(10_000)),
        Err(YamlError::TooDeep { .. })
    ));
    assert!(matches!(
        documents(&"{\"a\":".repeat(10_000)),
        Err(YamlError::TooDeep { .. } | YamlError::Json { .. })
    ));
    assert!(matches!(
        documents(&"- ".repeat(100_000)),
        Err(YamlError::TooDeep { .. })
    ));
    assert!(matches!(
        documents(&format!("\"\\q\": {}", "[".repeat(200_000))),
        Err(YamlError::Syntax { .. })
    ));
    assert_eq!(
        documents(&"a".repeat(300_000)),
        Err(YamlError::TooLong {
            bytes: 300_000,
            most: MAX_INPUT_BYTES
        })
    );
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 1..9 {
        let item = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", vec![item; 10].join(","));
    }
    assert!(failure(&bomb).contains("excessive aliasing"));
    let wide = format!(
        "a: &a [{}]\nb: [{}]\n",
        vec!["x"; 2000].join(","),
        vec!["*a"; 2000].join(",")
    );
    assert!(failure(&wide).contains("excessive aliasing"));
}

#[test]
fn values_are_written_as_go_yaml_writes_them() {
    let value = json!({
        "b": {"z": [], "a": {}, "list": [{"name": "x", "y": [1, [2, 3]]}, "s", null]},
        "text": "line\nnext\n", "strip": "line\nnext", "keep": "line\n\n", "lead": "  x\ny\n", "trail": "a \nb\n",
        "quoted": ["", "yes", "12", "1.5", "null", "~", "0x1", "2001-01-01", "12:30", "- a", "a: b", "a #b", "#", "it's", "'", "x\ty", " s", "*", "é", "😀", "=", "a,b", "[x"],
        "n": [1, 1.5, 1e100, true], "a10": 1, "a2": 1,
    });
    let expected = "\
a2: 1
a10: 1
b:
  a: {}
  list:
  - name: x
    \"y\":
    - 1
    - - 2
      - 3
  - s
  - null
  z: []
keep: |+
  line

lead: |2
    x
  y
\"n\":
- 1
- 1.5
- 1e+100
- true
quoted:
- \"\"
- \"yes\"
- \"12\"
- \"1.5\"
- \"null\"
- \"~\"
- \"0x1\"
- \"2001-01-01\"
- \"12:30\"
- '- a'
- 'a: b'
- 'a #b'
- '#'
- it's
- ''''
- \"x\\ty\"
- ' s'
- '*'
- é
- \"\\U0001F600\"
- =
- a,b
- '[x'
strip: |-
  line
  next
text: |
  line
  next
trail: \"a \\nb\\n\"
";
    assert_eq!(to_string(&value), expected);
    assert_eq!(one(expected).value, value);
}

#[test]
fn of_repeated_keys_the_last_one_has_the_positions() {
    for text in [
        "a: {b: 1, e: {f: 1}}\nc: 2\na: {d: 3,\n e: 4}\n",
        "{\"a\": {\"b\": 1, \"e\": {\"f\": 1}},\n\"c\": 2,\n\"a\": {\"d\": 3,\n\"e\": 4}}",
    ] {
        let positions = one(text).positions;
        let lines = ["a", "a.d", "a.e", "c"];
        let lines = lines.map(|path| positions.key(path).map(|place| place.line));
        assert_eq!(lines, [Some(3), Some(3), Some(4), Some(2)], "{text}");
    }
}

/// With a search for each repetition this would take minutes.
#[test]
fn many_repeated_keys_are_read_in_one_pass() {
    let keys: String = (0..40_000)
        .map(|key| format!("k{key}: {{a: 1}}\n"))
        .collect();
    let mut documents = documents_within(&keys.repeat(3), 4 << 20).unwrap();
    let positions = documents.remove(0).positions;
    assert_eq!(positions.key("k0").map(|place| place.line), Some(80_001));
}
