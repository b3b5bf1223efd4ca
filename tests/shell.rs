//! The console's shell: lines, and what bash prints for them.

use kubestep::engine::{Config, Engine, Run};
use kubestep::kubectl::{CommandInput, Output, Terminal, run_in, start};

const WEB: &str = "kubectl create deployment web --image=nginx:1.25 --replicas=2";

/// A shell beside a cluster.
struct Shell {
    engine: Engine,
    terminal: Terminal,
}

impl Shell {
    fn new() -> Self {
        Self {
            engine: Engine::new(Config::default()),
            terminal: Terminal::default(),
        }
    }

    /// With a Deployment that has been rolled out.
    fn with_web() -> Self {
        let mut shell = Self::new();
        assert_eq!(shell.run(WEB).exit, 0);
        assert_eq!(shell.engine.settle(1_000), Run::Settled);
        shell
    }

    fn run(&mut self, line: &str) -> Output {
        run_in(
            &mut self.engine,
            line,
            CommandInput::default(),
            &self.terminal,
        )
    }

    /// Standard output and error, and the exit code unless it is 0.
    fn text(&mut self, line: &str) -> String {
        let output = self.run(line);
        let exit = match output.exit {
            0 => String::new(),
            exit => format!("[{exit}]"),
        };
        output.stdout + &output.stderr + &exit
    }
}

/// Runs lines in one shell and compares what they print.
fn check(cases: &[(&str, &str)]) {
    let mut shell = Shell::new();
    for (line, expected) in cases {
        assert_eq!(shell.text(line), *expected, "{line}");
    }
}

#[test]
fn words_are_expanded_as_bash_does() {
    check(&[
        ("echo a  'b  c' \"d  e\" f\\ g", "a b  c d  e f g\n"),
        (
            "A='x  y'; echo $A \"$A\" '$A' \\$A ${A}z",
            "x y x  y $A $A x yz\n",
        ),
        ("echo [$UNSET] \"[$UNSET]\" $UNSET", "[] []\n"),
        ("echo ${UNSET:-else} ${A:-else}", "else x y\n"),
        ("B=$A; echo \"$B\"", "x  y\n"),
        (
            "echo {1..3} a{b,c}d {01..03} {c..a} {5..1..2}",
            "1 2 3 abd acd 01 02 03 c b a 5 3 1\n",
        ),
        (
            "echo {a} {.items[*]} '{1..2}' a{b,{c,d}}e",
            "{a} {.items[*]} {1..2} abe ace ade\n",
        ),
        ("echo $(echo a; echo b) \"$(echo a; echo b)\"", "a b a\nb\n"),
        ("echo $(echo $(echo deep)) `echo back`", "deep back\n"),
        ("false; echo $?; true; echo $?", "1\n0\n"),
        ("X=$(false); echo $?", "1\n"),
        ("echo a#b # c", "a#b\n"),
        ("echo $ $. '$1'", "$ $. $1\n"),
        ("export C=1 D; echo $C; unset C; echo [$C]", "1\n[]\n"),
        ("echo -n a; echo -e 'b\\tc'", "ab\tc\n"),
        ("echo 'a\nb'", "a\nb\n"),
    ]);
}

#[test]
fn lists_and_loops_follow_exit_codes() {
    check(&[
        ("true && echo a || echo b", "a\n"),
        ("false && echo a || echo b", "b\n"),
        ("false || false && echo a; echo c", "c\n"),
        ("! false && echo a", "a\n"),
        ("! true", "[1]"),
        ("false; true", ""),
        ("true; false", "[1]"),
        ("true &&\n\necho a", "a\n"),
        ("for i in a 'b c'; do echo $i; done", "a\nb c\n"),
        (
            "for i in 1 2\ndo\n  for j in x y; do echo $i$j; done\ndone | tail -2",
            "2x\n2y\n",
        ),
        ("for i in; do echo $i; done; echo $?", "0\n"),
        ("for i in {1..3}; do echo $i; done | wc -l", "3\n"),
        (
            "for f in $(echo a b); do echo $f; done; echo $f",
            "a\nb\nb\n",
        ),
    ]);
}

#[test]
fn files_live_in_the_shell() {
    check(&[
        ("echo a > x; echo b >> x; cat x", "a\nb\n"),
        ("cat < x | tr a-z A-Z", "A\nB\n"),
        ("cat nope", "cat: nope: No such file or directory\n[1]"),
        (
            "cat nope 2> err; cat err",
            "cat: nope: No such file or directory\n",
        ),
        (
            "cat nope > both 2>&1; cat both",
            "cat: nope: No such file or directory\n",
        ),
        ("cat nope &> both; wc -l both", "1 both\n"),
        ("cat nope 2>/dev/null", "[1]"),
        ("echo a > /dev/null", ""),
        ("echo oops >&2", "oops\n"),
        ("cat < nope", "bash: nope: No such file or directory\n[1]"),
        ("ls", "both\nerr\nx\n"),
        ("echo *r* ?o*", "err both\n"),
        ("echo *nothing", "*nothing\n"),
        ("echo b | tee y | cat - x; cat y", "b\na\nb\nb\n"),
        ("cat <<E; echo c\n$UNSET a \\$b\nE\n", " a $b\nc\n"),
        ("cat <<'E' | tr a b\n$a\nE\n", "$b\n"),
        ("cat <<-E\n\ta\n\tE\n", "a\n"),
        ("tr a b <<< 'a  a'", "b  b\n"),
    ]);
}

#[test]
fn names_of_files_can_have_directories() {
    check(&[
        ("$ for i in a b; do echo $i > d/$i.yaml; done", ""),
        ("echo x > top.yaml; ls", "d\ntop.yaml\n"),
        ("ls d", "a.yaml\nb.yaml\n"),
        ("ls ./d/ d/a.yaml", "a.yaml\nb.yaml\nd/a.yaml\n"),
        ("echo *.yaml d/*", "top.yaml d/a.yaml d/b.yaml\n"),
        (
            "ls e",
            "ls: cannot access 'e': No such file or directory\n[2]",
        ),
        ("rm d", "rm: cannot remove 'd': Is a directory\n[1]"),
        (
            "rm e; rm -f e",
            "rm: cannot remove 'e': No such file or directory\n",
        ),
        ("rm d/a.yaml && ls d", "b.yaml\n"),
        ("rm -rf d *.yaml; ls", ""),
        (
            "rm",
            "rm: missing operand\nTry 'rm --help' for more information.\n[1]",
        ),
        ("rm -i x", "error: not simulated: rm -i\n[1]"),
    ]);
}

#[test]
fn programs_print_what_gnu_s_do() {
    let mut shell = Shell::new();
    shell.run("cat > t <<E\nb 10 x\na 9 y\nb 10 x\nc 100 z\nE\n");
    for (line, expected) in [
        ("grep -c b t", "2\n"),
        ("grep -n c t", "4:c 100 z\n"),
        ("grep -v b t", "a 9 y\nc 100 z\n"),
        ("grep -E 'a|c' t", "a 9 y\nc 100 z\n"),
        ("grep -iw 'A' t", "a 9 y\n"),
        ("grep -o '[0-9]*' t", "10\n9\n10\n100\n"),
        ("grep -A1 a t", "a 9 y\nb 10 x\n"),
        ("grep -B1 c t", "b 10 x\nc 100 z\n"),
        ("grep -n -C1 a t", "1-b 10 x\n2:a 9 y\n3-b 10 x\n"),
        ("grep -A0 b t", "b 10 x\nb 10 x\n"),
        ("grep nothing t", "[1]"),
        ("grep -q b t", ""),
        ("grep -e a -e c t | grep -c ''", "2\n"),
        ("grep -F '1' t | head -1", "b 10 x\n"),
        (
            "head -n 1 t; tail -n +4 t; head -n -3 t",
            "b 10 x\nc 100 z\nb 10 x\n",
        ),
        ("sort t", "a 9 y\nb 10 x\nb 10 x\nc 100 z\n"),
        ("sort -u t | tac", "c 100 z\nb 10 x\na 9 y\n"),
        ("sort -k2 -n t", "a 9 y\nb 10 x\nb 10 x\nc 100 z\n"),
        ("sort -k 2,2nr t", "c 100 z\nb 10 x\nb 10 x\na 9 y\n"),
        ("sort -k2 t", "b 10 x\nb 10 x\nc 100 z\na 9 y\n"),
        ("sort -t' ' -k3,3r t | cut -d' ' -f3", "z\ny\nx\nx\n"),
        (
            "cut -d ' ' -f1,3 t | sort | uniq -c",
            "      1 a y\n      2 b x\n      1 c z\n",
        ),
        ("cut -c1-3 t | uniq -d", ""),
        ("cut -d' ' -f2- t | head -1", "10 x\n"),
        (
            "echo a-b | tr - _; echo aab | tr -d b; echo aab | tr -s a",
            "a_b\naa\nab\n",
        ),
        ("echo Ab1 | tr '[:upper:]' '[:lower:]'", "ab1\n"),
        ("sed 's/b/B/' t | head -1", "B 10 x\n"),
        (
            "sed -n '2p' t; sed '2,$d' t; sed '/b/d;s/9/8/' t",
            "a 9 y\nb 10 x\na 8 y\nc 100 z\n",
        ),
        (
            "echo a/b | sed 's|/|-|g'; echo aaa | sed 's/a/b/2'",
            "a-b\naba\n",
        ),
        (
            "echo web-1 | sed -E 's/([a-z]+)-([0-9])/\\2-\\1 &/'",
            "1-web web-1\n",
        ),
        ("awk '{print $1, $NF}' t | head -2", "b x\na y\n"),
        ("awk 'NR>1 {print $2}' t", "9\n10\n100\n"),
        ("awk '$2 > 9 && /x/ {n++} END {print n, NR}' t", "2 4\n"),
        ("awk -F: '{print $2}' <<< a:b", "b\n"),
        (
            "awk '{s += $2} END {print s, s / 4, \"x\" s}' t",
            "129 32.25 x129\n",
        ),
        ("awk '$1 != \"b\"' t", "a 9 y\nc 100 z\n"),
        ("awk -v n=9 '$2 == n {print \"is \" $1}' t", "is a\n"),
        ("seq 3 | tail -1; seq 5 -2 1 | tr '\\n' ' '", "3\n5 3 1 "),
        ("wc t; wc -w < t", " 4 12 28 t\n12\n"),
        ("echo b a | xargs -n1 echo +", "+ b\n+ a\n"),
        ("cat t | cut -c1 | sort -u | xargs", "a b c\n"),
        ("echo 'a b' | xargs -I{} echo '<{}>'", "<a b>\n"),
        (
            "echo nope | xargs cat",
            "cat: nope: No such file or directory\n[123]",
        ),
    ] {
        assert_eq!(shell.text(line), expected, "{line}");
    }
}

#[test]
fn jq_answers_like_jq() {
    let mut shell = Shell::new();
    let json = r#"{"b":1,"a":[{"n":"x","v":2},{"n":"y","v":null}],"s":"q\"t"}"#;
    shell.run(&format!("echo '{json}' > j"));
    for (filter, expected) in [
        (".b", "1\n"),
        ("'.a[0].n, .a[-1].n'", "\"x\"\n\"y\"\n"),
        (".a[].v", "2\nnull\n"),
        (".missing.deeper", "null\n"),
        (
            "'keys, (.a | length)'",
            "[\n  \"a\",\n  \"b\",\n  \"s\"\n]\n2\n",
        ),
        ("-c '.a[] | select(.v == 2)'", "{\"n\":\"x\",\"v\":2}\n"),
        ("-c '[.a[].n]'", "[\"x\",\"y\"]\n"),
        ("-c '.a | map(.n)'", "[\"x\",\"y\"]\n"),
        ("-r '.a[] | \"\\(.n)=\\(.v // 7)\"'", "x=2\ny=7\n"),
        ("-r .s", "q\"t\n"),
        (".s", "\"q\\\"t\"\n"),
        (
            "-c '{b, n: .a[0].n, (\"z\"): 1}'",
            "{\"b\":1,\"n\":\"x\",\"z\":1}\n",
        ),
        (
            "-c '.b = 3 | del(.a) | .c.d |= 1'",
            "{\"b\":3,\"s\":\"q\\\"t\",\"c\":{\"d\":1}}\n",
        ),
        ("-c '.a[0].v += 1 | .a[0]'", "{\"n\":\"x\",\"v\":3}\n"),
        (
            "-c '.a | sort_by(.n) | reverse | .[0:1]'",
            "[{\"n\":\"y\",\"v\":null}]\n",
        ),
        ("-r '.a[] | [.n, .v] | @tsv'", "x\t2\ny\t\n"),
        ("'.a | any(.v == 2)'", "true\n"),
        ("'.s | test(\"^q\")'", "true\n"),
        ("-c '[range(3)] | add, (map(. * 2) | max)'", "3\n4\n"),
        (
            "'if .b > 1 then \"big\" elif .b == 1 then \"one\" else 0 end'",
            "\"one\"\n",
        ),
        ("-e '.missing'", "null\n[1]"),
        ("--arg x y '.a[] | select(.n == $x) | .n'", "\"y\"\n"),
        ("-c 'to_entries | map(.key)'", "[\"b\",\"a\",\"s\"]\n"),
        (
            "'.b.c'",
            "jq: error (at <stdin>:1): Cannot index number with \"c\"\n[5]",
        ),
        ("'.b[]?, \"after\"'", "\"after\"\n"),
        (
            "'.a | length as $n | $n'",
            "error: not simulated: jq with as\n[1]",
        ),
        (
            "'reduce .a[] as $x (0; . + 1)'",
            "error: not simulated: jq with reduce\n[1]",
        ),
        (
            "'.a | frobnicate'",
            "error: not simulated: jq with frobnicate/0\n[1]",
        ),
    ] {
        assert_eq!(shell.text(&format!("jq {filter} j")), expected, "{filter}");
        assert_eq!(
            shell.text(&format!("cat j | jq {filter}")),
            expected,
            "{filter}"
        );
    }
}

#[test]
fn what_is_not_simulated_is_refused_by_name_before_anything_is_done() {
    let mut shell = Shell::new();
    let steps = shell.engine.steps().len();
    for (rest, error) in [
        ("&& curl x | perl", "not simulated: | perl"),
        ("& true", "not simulated: & outside quotes"),
        ("; if true; then echo; fi", "not simulated: if"),
        ("; while true; do echo; done", "not simulated: while"),
        ("; (echo)", "not simulated: ( outside quotes"),
        (
            "; echo $((1+1))",
            "not simulated: $(( outside single quotes",
        ),
        ("; echo $1", "not simulated: $1, a value of the shell"),
        (
            "; echo ${A%x}",
            "not simulated: ${A%x}, a value of the shell",
        ),
        ("; diff <(echo) x", "not simulated: <( outside quotes"),
        ("; cat ~/x", "not simulated: ~ outside quotes"),
        ("| grep -P x", "not simulated: grep -P"),
        (
            "| grep '\\(a\\)\\1'",
            "not simulated: grep \\1 in a pattern",
        ),
        ("| sort -V", "not simulated: sort -V"),
        ("| sed -i s/a/b/", "not simulated: sed -i"),
        ("| sed 'y/a/b/'", "not simulated: sed with the command y"),
        ("| awk '{printf $1}'", "not simulated: awk with printf"),
        ("| awk '{print > \"f\"}'", "not simulated: awk with >"),
        ("| jq 'def f: 1; f'", "not simulated: jq with def"),
        ("| xargs -P 4 echo", "not simulated: xargs -P"),
        ("| xargs kubectl proxy", "not simulated: kubectl proxy"),
        ("; watch -d kubectl get pods", "not simulated: watch -d"),
        (
            "; watch kubectl get pods | head",
            "not simulated: watch in a pipeline or with redirections",
        ),
        (
            "; kubectl port-forward web 80",
            "not simulated: kubectl port-forward",
        ),
        (
            "; KUBECONFIG=x kubectl get pods",
            "not simulated: KUBECONFIG=",
        ),
        ("; set -e", "not simulated: set -e"),
        (
            "; echo a | for i in 1; do echo; done",
            "not simulated: | for",
        ),
        ("; echo 'a", "a ' is not closed"),
        ("; echo $(echo", "syntax error: unexpected end after '$('"),
        (
            "; for i in 1; do echo",
            "syntax error: unexpected end after 'do'",
        ),
        ("| | wc", "syntax error near unexpected token '|'"),
        ("; done", "syntax error near unexpected token 'done'"),
        ("; echo a)", "syntax error near unexpected token ')'"),
        ("&&", "syntax error: unexpected end after '&&'"),
    ] {
        let line = format!("{WEB} {rest}");
        let error = format!("error: {error}");
        let said = shell.text(&line);
        assert!(
            said.starts_with(&error) && said.ends_with("\n[1]"),
            "{line}: {said}"
        );
        assert_eq!(shell.engine.steps().len(), steps, "{line}");
    }
}

#[test]
fn pipes_feed_kubectl() {
    let mut shell = Shell::with_web();
    for (line, expected) in [
        (
            "kubectl create deployment x --image=a --dry-run=client -o yaml | kubectl apply -f -",
            "deployment.apps/x created\n",
        ),
        (
            "kubectl get deploy x -o json | jq '.spec.replicas = 3 | del(.status)' > x.json; kubectl replace -f x.json",
            "deployment.apps/x replaced\n",
        ),
        ("kubectl get deploy x -o jsonpath='{.spec.replicas}'", "3"),
        (
            "kubectl delete -f x.json && kubectl get deploy -o name",
            "deployment.apps \"x\" deleted from default namespace\ndeployment.apps/web\n",
        ),
        ("kubectl get pods -o name | wc -l", "2\n"),
        (
            "for p in $(kubectl get deploy -o name); do kubectl scale $p --replicas=1; done",
            "deployment.apps/web scaled\n",
        ),
        (
            "kubectl get nothing || echo $?",
            "1\nerror: the server doesn't have a resource type \"nothing\"\n",
        ),
        (
            "IMAGE=nginx:1.26; kubectl set image deploy/web nginx=$IMAGE",
            "deployment.apps/web image updated\n",
        ),
        (
            "kubectl get deploy web -o jsonpath=\"{.spec.template.spec.containers[0].image}\"",
            "nginx:1.26",
        ),
        (
            "kubectl get deploy web -o name | xargs kubectl delete > /dev/null; kubectl get deploy",
            "No resources found in default namespace.\n",
        ),
    ] {
        assert_eq!(shell.text(line), expected, "{line}");
    }
}

#[test]
fn commands_that_wait_hold_up_the_line() {
    let mut shell = Shell::new();
    let text = shell.text(&format!(
        "{WEB} && kubectl rollout status deploy/web | tail -1 && kubectl get pods | grep -c Running"
    ));
    assert_eq!(
        text,
        "deployment.apps/web created\ndeployment \"web\" successfully rolled out\n2\n"
    );
    let before = shell.engine.now();
    assert_eq!(shell.text("sleep 1m; sleep 0.5 && echo up"), "up\n");
    assert_eq!(shell.engine.now().since(before), 60_500);
    let pods = shell.text("kubectl get pods -o name | xargs -n 1 kubectl delete | wc -l");
    assert_eq!(pods, "2\n");
    let late = shell.text("kubectl wait pod/none --for=create --timeout=1s 2> why || cat why");
    assert_eq!(late, "error: timed out waiting for the condition\n");
    let status = "[$(kubectl rollout status deploy/web --timeout=30s | grep -c success)]";
    assert_eq!(shell.text(&format!("echo {status}")), "[1]\n");
}

#[test]
fn watch_follows_the_cluster_s_clock() {
    let mut shell = Shell::new();
    let text = shell.text(&format!(
        "{WEB} > /dev/null; watch -n 1 'kubectl get deploy --no-headers | cut -c1-10'; echo over"
    ));
    let title = "Every 1.0s: kubectl get deploy --no-headers | cut -c1-10\n\n";
    assert_eq!(
        text,
        format!("{title}web   0/2 \n{title}web   2/2 \nover\n")
    );
    let text = shell.text("watch -t kubectl get nothing");
    assert_eq!(
        text,
        "error: the server doesn't have a resource type \"nothing\"\n"
    );
}

#[test]
fn each_command_is_answered_by_itself() {
    let mut engine = Engine::new(Config::default());
    let line = "echo a; kubectl get nothing; kubectl get pods -o name > x; echo b";
    let (output, waiting) = start(&mut engine, line, CommandInput::default());
    assert_eq!((output.stdout.as_str(), output.exit), ("a\n", 0));
    let mut waiting = waiting.expect("more");
    let mut answers = Vec::new();
    loop {
        let poll = waiting.poll(&engine);
        let mut output = Output::printed(poll.text);
        waiting.close(poll.end.expect("an end"), &mut output);
        assert!(waiting.goes_on(true) && output.stdout.is_empty());
        let (output, again) = waiting.go_on(&mut engine);
        answers.push((output.stdout + &output.stderr, output.exit));
        match again {
            Some(again) => waiting = again,
            None => break,
        }
    }
    let nothing = "error: the server doesn't have a resource type \"nothing\"\n";
    assert_eq!(answers, [(nothing.to_owned(), 1), ("b\n".to_owned(), 0)]);
}

#[test]
fn endless_lines_end() {
    let mut shell = Shell::with_web();
    for (line, error) in [
        (
            "for i in {1..100}; do for j in {1..100}; do kubectl get pods > /dev/null; done; done",
            "error: not simulated: more than 1000 commands in a line\n[1]",
        ),
        (
            "for i in {1..9999}; do for j in {1..9999}; do A=$i; done; done",
            "error: not simulated: more than 100000 instructions in a line\n[1]",
        ),
        (
            "echo {1..99999}",
            "error: not simulated: more than 10000 words\n[1]",
        ),
        (
            "echo {1..999}{1..999}",
            "error: not simulated: more than 10000 words\n[1]",
        ),
        (
            "seq 99999",
            "error: not simulated: seq with more than 10000 lines\n[1]",
        ),
        (
            "jq -n '[range(1000000)] | length'",
            "jq: error (at <stdin>:0): not simulated: more than 200000 steps\n[5]",
        ),
    ] {
        assert_eq!(shell.text(line), error, "{line}");
    }
    let full = shell.text(
        "A=aaaaaaaaaaaaaaaa; for i in {1..20}; do A=$A$A; done; echo $A > f; echo $A >> f; wc -c f",
    );
    assert!(full.len() < 100, "{full}");
}
