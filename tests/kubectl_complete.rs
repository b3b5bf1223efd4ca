//! Completions offered by Tab.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{complete, run};
use proptest::prelude::*;

fn cluster() -> Engine {
    let mut engine = Engine::new(Config::default());
    for line in [
        "create deployment web --image=nginx:1.25 --replicas=1",
        "create deployment work --image=redis",
        "create namespace prod",
        "-n prod create deployment api --image=x",
    ] {
        let output = run(&mut engine, line, None);
        assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    }
    engine.settle(10_000);
    engine
}

#[test]
fn words_are_completed_by_position() {
    let engine = cluster();
    let words = |line: &str| complete(line, line.len(), &engine).words.join(" ");
    for (line, expected) in [
        ("kubectl ro", "rollout"),
        ("$ sudo k roll", "rollout"),
        ("rollout ", "history pause restart resume status undo"),
        ("rollout un", "undo"),
        ("set ", "env image resources selector serviceaccount"),
        ("create service no", "nodeport"),
        ("get dep", "deploy deployments"),
        ("get deployments ", "web work"),
        ("get deploy w", "web work"),
        ("get deploy -n prod ", "api"),
        ("get deploy --namespace=prod a", "api"),
        (
            "get deploy web -o ",
            "custom-columns= go-template= json jsonpath= name wide yaml",
        ),
        ("get deploy --output=y", "--output=yaml"),
        (
            "get -n ",
            "default kube-node-lease kube-public kube-system prod",
        ),
        ("rollout status deploy/we", "deploy/web"),
        ("rollout status ", "deployments statefulsets"),
        ("set image deploy/web ", "nginx="),
        ("set image deploy web ng", "nginx="),
        ("drain ", "node-1 node-2 node-3"),
        ("delete --cas", "--cascade"),
        ("delete deploy web --cascade=f", "--cascade=foreground"),
        ("scale deploy/web --rep", "--replicas="),
        ("explain deploy.spec.str", "deploy.spec.strategy"),
        (
            "explain deploy.spec.template.spec.containers.na",
            "deploy.spec.template.spec.containers.name",
        ),
        ("sim ima", "image"),
        ("sim image ng", "nginx:1.25"),
        ("sim load deploy/web c", "cpu="),
        ("get pods | gr", "grep"),
        ("get pods | s", "sed seq sort"),
        ("get pods | k", "kubectl"),
        ("get pods | xargs kubectl del", "delete"),
        ("get pods && roll", "rollout"),
        ("for i in 1 2; do kubectl api-v", "api-versions"),
        ("kubectl delete $(kubectl get deployment", "deployments"),
        ("ech", "echo"),
        ("config use-context ", "kubestep"),
        ("get web", ""),
        ("nope ", ""),
        ("apply -f x --openapi", ""),
    ] {
        assert_eq!(words(line), expected, "{line:?}");
    }
    let pod = words("exec web-");
    assert!(pod.starts_with("web-") && !pod.contains(' '), "{pod}");
    assert_eq!(words(&format!("exec {pod} -c ")), "nginx");
    assert!(words("").contains("get") && words("kubectl ").contains("sim"));
}

#[test]
fn a_word_in_the_middle_is_completed_up_to_the_cursor() {
    let engine = cluster();
    let found = complete("get depl web", 8, &engine);
    assert_eq!((found.start, found.common()), (4, "deploy"));
    let found = complete("get deploy w", 12, &engine);
    assert_eq!((found.start, found.common()), (11, "w"));
    assert_eq!(complete("é", 1, &engine).start, 0);
}

proptest! {
    #[test]
    fn any_line_is_answered_and_only_looked_at(line in "\\PC{0,40}|(get|set|exec|sim|rollout|-n|--output=|deploy|/| |\\|){0,12}", at in 0usize..60) {
        thread_local! {
            static ENGINE: Engine = cluster();
        }
        ENGINE.with(|engine| {
            let found = complete(&line, at, engine);
            prop_assert!(found.start <= at && line.is_char_boundary(found.start));
            let begun = line.get(found.start..at.min(line.len())).unwrap_or_default();
            for word in &found.words {
                prop_assert!(word.starts_with(begun), "{begun:?} {word:?}");
            }
            Ok(())
        })?;
    }
}
