//! Reads the tables in `tests/cases`.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use serde_json::Value;

/// A case of a table.
pub struct Case {
    /// File, number and name, for messages.
    pub label: String,
    /// The name alone.
    pub name: String,
    /// Input.
    pub input: Value,
    /// Expected output.
    pub want: Value,
}

impl Case {
    /// A number in the input.
    pub fn given(&self, name: &str) -> i32 {
        number(&self.input[name])
    }

    /// A number in the expected output.
    pub fn wanted(&self, name: &str) -> i32 {
        number(&self.want[name])
    }
}

/// A required number.
pub fn number(value: &Value) -> i32 {
    i32::try_from(value.as_i64().expect("a number")).expect("a number of 32 bits")
}

/// A number; 0 if absent.
pub fn int(value: &Value) -> i32 {
    i32::try_from(value.as_i64().unwrap_or_default()).expect("a number of 32 bits")
}

/// A string; empty if absent.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Reads all cases of `tests/cases/NAME.json`; an empty table is an error.
pub fn cases(name: &str) -> Vec<Case> {
    let path = format!("{}/tests/cases/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let table: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let cases: Vec<Case> = table["cases"]
        .as_array()
        .unwrap_or_else(|| panic!("{path}: no list of cases"))
        .iter()
        .enumerate()
        .map(|(index, case)| {
            let title = case["name"].as_str().unwrap_or_default().to_owned();
            Case {
                label: format!("{name}[{index}] {title}"),
                name: title,
                input: case["in"].clone(),
                want: case["want"].clone(),
            }
        })
        .collect();
    assert!(!cases.is_empty(), "{path}: the table is empty");
    cases
}

/// Checks all cases of a table, prints their number, and fails with all differences.
pub fn check(name: &str, run: impl Fn(&Case) -> Result<(), String>) {
    check_except(name, &[], run);
}

/// Like [`check`], except for cases that cannot be run, each with the reason. A name that is not in the table is a
/// failure.
pub fn check_except(
    name: &str,
    except: &[(&str, &str)],
    run: impl Fn(&Case) -> Result<(), String>,
) {
    let mut cases = cases(name);
    for (left_out, reason) in except {
        let before = cases.len();
        cases.retain(|case| case.name != *left_out);
        assert_eq!(cases.len() + 1, before, "{name}: one case {left_out:?}");
        println!("{name}: not run: {left_out}: {reason}");
    }
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            run(case)
                .err()
                .map(|error| format!("{}: {error}", case.label))
        })
        .collect();
    println!("{name}: {} cases, {} failed", cases.len(), failures.len());
    assert!(
        failures.is_empty(),
        "{} of {} failed\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

/// Compares two values; the error shows both.
pub fn same<T: PartialEq + std::fmt::Debug>(got: &T, want: &T) -> Result<(), String> {
    if got == want {
        Ok(())
    } else {
        Err(format!("\n   got {got:?}\n  want {want:?}"))
    }
}

/// Compares two texts; the error shows them as printed.
pub fn same_text(got: &str, want: &str) -> Result<(), String> {
    if got == want {
        Ok(())
    } else {
        Err(format!("\n--- got\n{got}\n--- want\n{want}\n---"))
    }
}
