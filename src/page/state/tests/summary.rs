//! What is said of a workload where nothing moves by itself any more, and that the commands beside it free it.

use super::*;
use crate::page::summary::{Standing, Summary};

/// Three settled pods of the tutorial's Deployment.
fn settled() -> State {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    state
}

/// Runs a command, and settles.
fn then(state: &mut State, line: &str) {
    act(state, Action::Run(line.into()));
    run(state, Action::Settle);
}

fn summary(state: &State) -> Summary {
    let cluster = &state.cluster;
    let of_deployment = cluster.deployments.first().map(|view| &view.summary);
    let of_set = cluster.stateful.first().map(|view| &view.summary);
    let found = of_deployment.or(of_set).expect("a workload").clone();
    found.expect("it stands somehow")
}

fn said(state: &State) -> (Standing, String, Vec<String>) {
    let summary = summary(state);
    let lines = summary.ways.iter().map(|way| way.line.clone()).collect();
    let text = summary.text(Language::English);
    assert!(!text.contains(['{', '}']) && !summary.text(Language::Chinese).contains(['{', '}']));
    (summary.standing, text, lines)
}

fn set_image(state: &mut State, image: &str) {
    then(
        state,
        &format!("kubectl set image deploy/nginx-deployment nginx={image}"),
    );
}

#[test]
fn a_complete_rollout_says_how_long_it_took_and_what_it_cost() {
    let mut state = settled();
    assert_eq!(
        said(&state),
        (Standing::Complete, "in 3.5 s.".to_owned(), vec![])
    );
    let asked = state.session.at().clock;
    set_image(&mut state, "nginx:1.9.1");
    let (standing, text, _) = said(&state);
    assert_eq!(standing, Standing::Complete);
    assert!(text.ends_with("; never fewer than 3 available."), "{text}");
    let took = text
        .strip_prefix("in ")
        .and_then(|text| text.split_once(" s;"));
    let took: f64 = took.expect("a time").0.parse().expect("seconds");
    assert!(
        took > 7.0 && took * 1000.0 <= (state.session.at().clock - asked) as f64,
        "{text}"
    );
}

#[test]
fn a_mistyped_tag_is_stuck_until_it_is_undone_or_exists() {
    for way in 0..2 {
        let mut state = settled();
        let asked = state.session.at().clock;
        set_image(&mut state, "nginx:1.91");
        let (standing, text, ways) = said(&state);
        assert_eq!(standing, Standing::Stuck);
        // Pulled for two seconds, in vain.
        let since = words::clock(asked + 2000);
        assert!(
            text.contains(&format!(
                " has ErrImagePull, since {since}; progress deadline in 9 min 5"
            )),
            "{text}"
        );
        assert_eq!(
            ways,
            [
                "sim image nginx:1.91 --outcome=fine",
                "kubectl rollout undo deployment/nginx-deployment"
            ]
        );
        then(&mut state, &ways[way]);
        // The kubelet tries again after its back-off, which settling does not wait for.
        then(&mut state, "sim clock 60s");
        assert_eq!(said(&state).0, Standing::Complete, "{}", ways[way]);
    }
    let mut state = settled();
    set_image(&mut state, "nginx:1.91");
    then(&mut state, "sim clock 11m");
    assert!(
        said(&state).1.ends_with("; progress deadline exceeded."),
        "{}",
        said(&state).1
    );
}

#[test]
fn each_way_to_be_stuck_or_to_wait_is_told() {
    let mut state = settled();
    then(&mut state, "sim image nginx:1.9.1 --outcome=never-ready");
    set_image(&mut state, "nginx:1.9.1");
    assert!(
        said(&state)
            .1
            .contains("runs and does not become ready, since"),
        "{}",
        said(&state).1
    );

    let mut state = settled();
    then(&mut state, "kubectl rollout pause deploy/nginx-deployment");
    set_image(&mut state, "nginx:1.9.1");
    let (standing, text, ways) = said(&state);
    assert_eq!(
        (standing, &*text),
        (Standing::Waits, "the rollout is paused.")
    );
    then(&mut state, &ways[0]);
    assert_eq!(said(&state).0, Standing::Complete);

    let mut state = settled();
    then(&mut state, "kubectl cordon node-1 node-2 node-3");
    set_image(&mut state, "nginx:1.9.1");
    assert!(
        said(&state)
            .1
            .starts_with("no node takes pod nginx-deployment-"),
        "{}",
        said(&state).1
    );

    let mut state = settled();
    then(&mut state, "sim image nginx:1.9.1 --outcome=crashes");
    set_image(&mut state, "nginx:1.9.1");
    then(&mut state, "sim clock 60s");
    assert!(
        said(&state).1.contains(" has CrashLoopBackOff, since"),
        "{}",
        said(&state).1
    );
}

/// Three settled pods of a StatefulSet with an update strategy, and another image.
fn updating(strategy: &str) -> State {
    let mut state = fresh();
    let set = EXAMPLE
        .replace("kind: Deployment", "kind: StatefulSet")
        .replace(
            "spec:\n  replicas",
            &format!("spec:\n  serviceName: web\n  updateStrategy: {strategy}\n  replicas"),
        );
    act(&mut state, Action::Edit(set.into()));
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    assert_eq!(said(&state).0, Standing::Complete);
    state
}

#[test]
fn stateful_sets_tell_what_holds_them() {
    let image = |state: &mut State, image: &str| {
        then(
            state,
            &format!("kubectl set image sts/nginx-deployment nginx={image}"),
        );
    };
    let mut state = updating("{rollingUpdate: {partition: 2}}");
    image(&mut state, "nginx:1.9.1");
    let (standing, text, ways) = said(&state);
    assert_eq!(
        (standing, &*text),
        (Standing::Waits, "partition 2 holds back the pods below it.")
    );
    then(&mut state, &ways[0]);
    assert_eq!(said(&state).0, Standing::Complete);

    let mut state = updating("{type: OnDelete}");
    image(&mut state, "nginx:1.9.1");
    let (standing, text, ways) = said(&state);
    assert_eq!(
        (standing, &*text),
        (
            Standing::Waits,
            "OnDelete: 3 pods are replaced only when you delete them."
        )
    );
    assert_eq!(ways, ["kubectl delete pod nginx-deployment-2 --wait=false"]);
    then(&mut state, &ways[0]);
    assert!(
        said(&state).1.starts_with("OnDelete: 2 pods"),
        "{}",
        said(&state).1
    );

    // Forced rollback: going back to the good template does not replace the broken pod of the older revision.
    let mut state = updating("{type: RollingUpdate}");
    image(&mut state, "nginx:1.91");
    assert!(
        said(&state)
            .1
            .starts_with("pod nginx-deployment-2 has ErrImagePull, since"),
        "{}",
        said(&state).1
    );
    image(&mut state, "nginx:1.7.9");
    let (standing, _, ways) = said(&state);
    assert_eq!(standing, Standing::Stuck);
    assert!(
        ways.contains(&"kubectl delete pod nginx-deployment-2 --wait=false".to_owned()),
        "{ways:?}"
    );
    then(
        &mut state,
        "kubectl delete pod nginx-deployment-2 --wait=false",
    );
    assert_eq!(said(&state).0, Standing::Complete);
}

#[test]
fn a_broken_image_is_pulled_again_and_a_crashed_container_restarted() {
    for (outcome, begins) in [
        ("missing", "The kubelet pulls the image again in "),
        ("crashes", "The kubelet restarts a container in "),
    ] {
        let mut state = settled();
        then(
            &mut state,
            &format!("sim image nginx:1.9.1 --outcome={outcome}"),
        );
        set_image(&mut state, "nginx:1.9.1");
        let next = state.next().expect("the kubelet tries again").text;
        assert!(next.starts_with(begins), "{next}");
    }
}
