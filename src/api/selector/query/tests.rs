use super::*;

#[test]
fn selectors_are_parsed_and_printed() {
    for (text, printed) in [
        ("", ""),
        ("x=a", "x=a"),
        ("y==b, x = a", "x=a,y==b"),
        ("x!=a", "x!=a"),
        ("x in (b, a,b)", "x in (a,b)"),
        ("x notin (a)", "x notin (a)"),
        ("x", "x"),
        ("!x", "!x"),
        ("x,!y", "x,!y"),
        ("x>1", "x>1"),
        ("x<1", "x<1"),
        ("x=", "x="),
        ("x in (,a)", "x in (,a)"),
        ("in in (in)", "in in (in)"),
        ("a.b/c=d", "a.b/c=d"),
    ] {
        assert_eq!(
            Query::parse(text).map(|query| query.to_string()).as_deref(),
            Ok(printed),
            "{text}"
        );
    }
}

#[test]
fn invalid_selectors_are_refused() {
    for (text, error) in [
        (
            ",",
            "found ',', expected: !, identifier, or 'end of string'",
        ),
        (
            "x=a||y=b",
            "unable to parse requirement: values[0][x]: Invalid value: \"a||y\": a valid label",
        ),
        (
            "x y",
            "unable to parse requirement: found 'y', expected: in, notin, =, ==, !=, gt, lt",
        ),
        ("x=a,", "found '', expected: identifier after ','"),
        (
            "x in",
            "unable to parse requirement: found '' expected: '('",
        ),
        (
            "x in ()",
            "unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
        ),
        (
            "x in (a",
            "unable to parse requirement: found '', expected: ',' or ')'",
        ),
        (
            "x>a",
            "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
        ),
        (
            "-x",
            "unable to parse requirement: <nil>: Invalid value: \"-x\": name part must consist of",
        ),
        (
            "x=$y",
            "unable to parse requirement: values[0][x]: Invalid value: \"$y\"",
        ),
        ("x=a=b", "found '=', expected: ',' or 'end of string'"),
    ] {
        let got = Query::parse(text).unwrap_err().to_string();
        assert!(got.starts_with(error), "{text}: {got}");
    }
}
