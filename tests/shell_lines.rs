//! Random lines for the console's shell: it never panics, what it refuses has changed nothing, and sessions repeat what
//! it did.
//!
//! `KUBESTEP_LINES` sets the number of lines per test.

#[path = "common/dump.rs"]
mod dump;

use dump::dump;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{Input, repeat, run_with, start};
use kubestep::session::{Log, Replay};
use proptest::prelude::*;

const WEB: &str = "kubectl create deployment web --image=nginx:1.25 --replicas=2";

/// Parts of lines, valid and invalid.
const PARTS: &[&str] = &[
    "kubectl",
    "k",
    "get",
    "pods",
    "deploy",
    "-o name",
    "-o json",
    "-o yaml",
    "nothing",
    "scale deploy/web",
    "--replicas=3",
    "--replicas=$N",
    "delete pod --all",
    "--wait=false",
    "apply -f -",
    "apply -f f",
    "rollout status",
    "|",
    "|",
    "|",
    "&&",
    "||",
    ";",
    ";",
    "\n",
    "&",
    "!",
    "(",
    ")",
    "{",
    "}",
    "> f",
    ">> f",
    "< f",
    "2>&1",
    ">&2",
    "2>/dev/null",
    "&> f",
    "<<E\na: $N\nE\n",
    "<<'E'\n$x\nE",
    "<<< $N",
    "$(",
    "`",
    "$N",
    "${N}",
    "${N:-1}",
    "$?",
    "$((",
    "N=2",
    "N=$(echo 1)",
    "export A=b",
    "for i in 1 2; do",
    "for i in {1..3}\ndo",
    "done",
    "$i",
    "in",
    "if",
    "'",
    "\"",
    "\\",
    "#",
    "{1..5}",
    "{a,b}",
    "{}",
    "*",
    "~",
    "grep",
    "-c",
    "-v",
    "-A1",
    "-E",
    "'a|b'",
    "-o",
    "web",
    "[",
    "'['",
    "awk",
    "'{print $1}'",
    "'NR>1'",
    "'END{print NR}'",
    "'{x'",
    "-F:",
    "jq",
    ".",
    "'.items[]'",
    "-r",
    "'.items[0].metadata.name'",
    "'map('",
    "'.a = 1'",
    "sort",
    "-k2",
    "-n",
    "-u",
    "uniq",
    "-c",
    "cut",
    "-d' '",
    "-f1",
    "tr",
    "a-z",
    "A-Z",
    "sed",
    "s/a/b/",
    "'s/\\(a\\)/\\1/g'",
    "2d",
    "xargs",
    "-n 1",
    "-I {}",
    "kubectl delete",
    "watch",
    "sleep 1",
    "sleep",
    "head -1",
    "tail -1",
    "wc -l",
    "cat",
    "echo",
    "-n",
    "seq 3",
    "tee f",
    "ls",
    "true",
    "false",
    "é",
    "%",
    "=",
    "-",
    "--",
    "sim",
    "crash",
    "clock 1s",
    "sudo",
    "$",
];

/// Valid lines, to be mutated.
const RIGHT: &[&str] = &[
    "kubectl create cm c --from-literal=a=1 --dry-run=client -o yaml | kubectl apply -f -",
    "kubectl get deploy web -o yaml | sed 's/1.25/1.26/' | kubectl apply -f -",
    "for i in 1 2 3; do kubectl scale deploy web --replicas=$i; done",
    "kubectl get pods -o name | xargs -n 1 kubectl delete --wait=false",
    "kubectl get pods -o json | jq -r '.items[] | select(.status.phase == \"Running\") | .metadata.name'",
    "kubectl get pods --no-headers | awk '$3 == \"Running\" {n++} END {print n}' > n.txt && cat n.txt",
    "N=$(kubectl get pods -o name | wc -l); kubectl scale deploy web --replicas=\"$N\" || echo failed $?",
    "kubectl get pods --show-labels | grep -E -A1 'web|db' | sort -k 2,2 -r | uniq -c | cut -d' ' -f1",
    "kubectl rollout status deploy/web && kubectl set image deploy/web nginx=nginx:1.27 && sleep 3",
    "cat <<E | kubectl apply -f -\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c-$N}\nE",
    "watch -n 1 'kubectl get deploy | tail -1'",
    "kubectl get deploy web -o json | jq '.spec.replicas = 4' > d.json; kubectl replace -f d.json 2>&1 | tr a-z A-Z",
];

fn cluster() -> Engine {
    thread_local! {
        static MADE: Engine = {
            let mut engine = Engine::new(Config::default());
            let made = run_with(&mut engine, WEB, Input::default());
            assert_eq!(made.exit, 0, "{}", made.stderr);
            engine.settle(10_000);
            engine
        };
    }
    MADE.with(Engine::clone)
}

fn lines() -> ProptestConfig {
    let given = std::env::var("KUBESTEP_LINES").ok();
    ProptestConfig {
        cases: given.map_or(300, |count| count.parse().expect("a number")),
        ..ProptestConfig::default()
    }
}

/// A line is answered, what it is refused for comes before any change, and a session repeats its changes.
fn check(line: &str) -> Result<(), TestCaseError> {
    let before = cluster();
    let mut engine = cluster();
    let (output, waiting) = start(&mut engine, line, Input::default());
    let is_refused = output.stderr.starts_with("error: not simulated")
        || output.stderr.starts_with("error: syntax error");
    let is_first = output.stdout.is_empty() && output.stderr.lines().count() == 1;
    if is_refused && is_first && !line.contains(['>', '|', ';', '&', '\n', '!', '`', '$']) {
        prop_assert!(waiting.is_none() && output.exit != 0, "{line}: {output:?}");
        prop_assert!(dump(&before) == dump(&engine), "{line}");
    }
    if output.exit != 0 && waiting.is_none() && before.steps().len() != engine.steps().len() {
        // A failed command of kubectl may have done a part of its work, and says so.
        let printed =
            !output.stdout.is_empty() || line.contains(['>', '|', ';', '&', '\n', '`', '$', '!']);
        prop_assert!(printed, "{line}: {output:?}");
    }
    let mut engine = cluster();
    let output = run_with(&mut engine, line, Input::default());
    prop_assert!((0..=130).contains(&output.exit), "{line}: {output:?}");
    let log = Log::of(&engine, None).expect("a log");
    let opened = Replay::new(log).finish(repeat).expect("a replay");
    prop_assert!(dump(&opened.engine) == dump(&engine), "{line}");
    Ok(())
}

proptest! {
    #![proptest_config(lines())]

    #[test]
    fn random_lines_are_answered(parts in prop::collection::vec(prop::sample::select(PARTS), 0..12)) {
        check(&parts.join(" "))?;
    }

    #[test]
    fn spoilt_lines_are_answered(
        line in prop::sample::select(RIGHT),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), 0..4u8), 0..4),
        part in prop::sample::select(PARTS),
    ) {
        let mut letters: Vec<char> = line.chars().collect();
        for (at, letter, how) in changes {
            let at = at.index(letters.len());
            match how {
                0 => letters[at] = letter,
                1 if letters.len() > 1 => drop(letters.remove(at)),
                2 => letters.insert(at, letter),
                _ => drop(letters.splice(at..at, part.chars())),
            }
        }
        check(&letters.into_iter().collect::<String>())?;
    }

    #[test]
    fn any_program_is_answered(
        program in prop::sample::select(&["jq", "awk", "sed", "grep", "tr", "cut", "sort", "xargs", "head"][..]),
        text in "[ -~]{0,24}",
    ) {
        check(&format!("echo '{{\"a\": [1, \"b\"]}}' | {program} '{}'", text.replace('\'', "")))?;
    }
}
