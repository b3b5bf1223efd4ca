//! Summaries of settled workloads, and the suggested commands that unblock them.

use super::*;
use crate::page::summary::{Summary, WorkloadStanding};

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
    found.expect("a summary")
}

fn said(state: &State) -> (WorkloadStanding, String, Vec<String>) {
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
        (WorkloadStanding::Complete, " in 3.5 s.".to_owned(), vec![])
    );
    then(
        &mut state,
        "kubectl scale deploy/nginx-deployment --replicas=2",
    );
    assert_eq!(said(&state).1, " at once.");
    then(
        &mut state,
        "kubectl scale deploy/nginx-deployment --replicas=3",
    );
    let asked = state.session.at().clock;
    set_image(&mut state, "nginx:1.9.1");
    let (standing, text, _) = said(&state);
    assert_eq!(standing, WorkloadStanding::Complete);
    assert!(text.ends_with("; never fewer than 3 available."), "{text}");
    let took = text
        .strip_prefix(" in ")
        .and_then(|text| text.split_once(" s;"));
    let took: f64 = took.expect("a time").0.parse().expect("seconds");
    assert!(
        took > 7.0 && took * 1000.0 <= (state.session.at().clock - asked) as f64,
        "{text}"
    );
}

#[test]
fn a_mistyped_tag_is_stuck_until_it_is_undone_or_exists() {
    for way in 0..3 {
        let mut state = settled();
        let asked = state.session.at().clock;
        set_image(&mut state, "nginx:1.91");
        let (standing, text, ways) = said(&state);
        assert_eq!(standing, WorkloadStanding::Stuck);
        // Pulled for two seconds, unsuccessfully.
        let since = words::clock(asked + 2000);
        assert!(
            text.starts_with(&format!(" since {since}: pod "))
                && text.contains(" has ErrImagePull; progress deadline in 9 min 5"),
            "{text}"
        );
        assert_eq!(
            ways,
            [
                "sim image nginx:1.91 --outcome=fine",
                "kubectl set image deployment/nginx-deployment nginx=nginx:1.9.1",
                "kubectl rollout undo deployment/nginx-deployment"
            ]
        );
        then(&mut state, &ways[way]);
        // The kubelet retries after its back-off, which settling does not wait for.
        then(&mut state, "sim clock 60s");
        assert_eq!(said(&state).0, WorkloadStanding::Complete, "{}", ways[way]);
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
fn every_way_to_be_stuck_or_waiting_is_reported() {
    let mut state = settled();
    then(&mut state, "sim image nginx:1.9.1 --outcome=never-ready");
    set_image(&mut state, "nginx:1.9.1");
    assert!(
        said(&state)
            .1
            .ends_with(" is running but does not become ready; progress deadline in 9 min 55 s."),
        "{}",
        said(&state).1
    );

    let mut state = settled();
    then(&mut state, "kubectl rollout pause deploy/nginx-deployment");
    set_image(&mut state, "nginx:1.9.1");
    let (standing, text, ways) = said(&state);
    assert_eq!(
        (standing, &*text),
        (WorkloadStanding::Waits, ": the rollout is paused.")
    );
    then(&mut state, &ways[0]);
    assert_eq!(said(&state).0, WorkloadStanding::Complete);

    let mut state = settled();
    then(&mut state, "kubectl cordon node-1 node-2 node-3");
    set_image(&mut state, "nginx:1.9.1");
    assert!(
        said(&state).1.contains(": no node fits pod "),
        "{}",
        said(&state).1
    );

    let mut state = settled();
    then(&mut state, "sim image nginx:1.9.1 --outcome=crashes");
    set_image(&mut state, "nginx:1.9.1");
    then(&mut state, "sim clock 60s");
    assert!(
        said(&state).1.contains(" has CrashLoopBackOff"),
        "{}",
        said(&state).1
    );
}

/// A settled StatefulSet with an update strategy, updated to another image.
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
    assert_eq!(said(&state).0, WorkloadStanding::Complete);
    state
}

#[test]
fn stateful_sets_report_what_blocks_them() {
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
        (
            WorkloadStanding::Waits,
            ": partition 2 holds back the pods below it."
        )
    );
    then(&mut state, &ways[0]);
    assert_eq!(said(&state).0, WorkloadStanding::Complete);

    let mut state = updating("{type: OnDelete}");
    image(&mut state, "nginx:1.9.1");
    let (standing, text, ways) = said(&state);
    assert_eq!(
        (standing, &*text),
        (
            WorkloadStanding::Waits,
            ": OnDelete: 3 pods are replaced only when you delete them."
        )
    );
    assert_eq!(ways, ["kubectl delete pod nginx-deployment-2 --wait=false"]);
    then(&mut state, &ways[0]);
    assert!(
        said(&state).1.starts_with(": OnDelete: 2 pods"),
        "{}",
        said(&state).1
    );

    // Forced rollback: restoring the good template does not replace the broken pod of the old revision.
    let mut state = updating("{type: RollingUpdate}");
    image(&mut state, "nginx:1.91");
    assert!(
        said(&state)
            .1
            .ends_with(": pod nginx-deployment-2 has ErrImagePull"),
        "{}",
        said(&state).1
    );
    image(&mut state, "nginx:1.7.9");
    let (standing, _, ways) = said(&state);
    assert_eq!(standing, WorkloadStanding::Stuck);
    assert!(
        ways.contains(&"kubectl delete pod nginx-deployment-2 --wait=false".to_owned()),
        "{ways:?}"
    );
    then(
        &mut state,
        "kubectl delete pod nginx-deployment-2 --wait=false",
    );
    assert_eq!(said(&state).0, WorkloadStanding::Complete);
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
        let next = state.next().expect("the kubelet retries").text;
        assert!(next.starts_with(begins), "{next}");
    }
}

/// The step that Why explains, its actor, and the reported result of the run; the cluster is at the last step.
fn ended(state: &State) -> (usize, String, String) {
    let engine = state.explained().engine();
    let step = engine.current().expect("a step").clone();
    let at = state.session.at();
    assert_eq!(at.done, at.known, "the cluster stays at the present");
    (
        engine.cursor(),
        step.headline(Language::English).to_string(),
        state.announcement.clone(),
    )
}

#[test]
fn a_run_ends_with_its_decisive_step_and_result() {
    let mut state = settled();
    let (step, headline, said) = ended(&state);
    assert!(
        step < state.session.at().done,
        "syncs with nothing to do come after it"
    );
    assert_eq!(
        headline,
        "All 3 pods are updated and available: the rollout is complete."
    );
    assert_eq!(said, "Complete in 3.5 s. Settled after 31 steps.");

    // The old revision's pods are still terminating for a second after the rollout is complete.
    set_image(&mut state, "nginx:1.9.1");
    let (_, headline, said) = ended(&state);
    assert_eq!(
        headline,
        "All 3 pods are updated and available: the rollout is complete."
    );
    assert!(
        said.starts_with("Complete in 10.5 s; never fewer than 3 available. Settled after "),
        "{said}"
    );

    // Run again: nothing happens, and the result is the same.
    let before = ended(&state).0;
    run(&mut state, Action::Settle);
    assert_eq!(ended(&state).0, before);
    assert!(ended(&state).2.starts_with("Complete in 10.5 s;"));

    set_image(&mut state, "nginx:1.91");
    let (_, headline, said) = ended(&state);
    assert!(
        headline.starts_with("nginx has no tag 1.91 in "),
        "{headline}"
    );
    assert!(said.starts_with("Stuck since t+"), "{said}");
    assert!(
        said.contains(" has ErrImagePull; progress deadline in 9 min 44 s. Settled after "),
        "{said}"
    );

    // An earlier completion is not a result of this run, but a stuck rollout still is.
    then(&mut state, "kubectl create configmap x --from-literal=a=b");
    let (step, headline, said) = ended(&state);
    assert_eq!(
        (step, &*headline),
        (
            state.session.at().done,
            "kubectl create configmap x --from-literal=a=b"
        )
    );
    assert!(said.starts_with("Stuck since t+"), "{said}");
    then(&mut state, "kubectl rollout undo deploy/nginx-deployment");
    then(&mut state, "kubectl create configmap y --from-literal=a=b");
    assert_eq!(
        ended(&state).2,
        "Settled: nothing to do before the next timer."
    );

    // A later action.
    set_image(&mut state, "nginx:1.91");
    assert!(ended(&state).1.starts_with("nginx has no tag 1.91 in "));
    while !ended(&state).2.contains("; progress deadline exceeded.") {
        run(&mut state, Action::Next);
    }
    let (_, headline, said) = ended(&state);
    assert!(
        headline.starts_with("No progress for 600 seconds"),
        "{headline}"
    );
    assert!(said.starts_with("Stuck since t+"), "{said}");

    // A single step, or going elsewhere, is explained by itself.
    act(&mut state, Action::Back);
    assert_eq!(state.explained(), &state.session);
}

#[test]
fn playing_ends_as_settling_does() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Play);
    let (_, headline, said) = ended(&state);
    assert_eq!(
        headline,
        "All 3 pods are updated and available: the rollout is complete."
    );
    assert_eq!(
        said,
        "Complete in 3.5 s. Settled: nothing to do before the next timer."
    );
}

#[test]
fn the_result_names_the_workload_the_run_was_about() {
    let mut state = settled();
    then(
        &mut state,
        "kubectl create deployment web --image=nginx:1.91",
    );
    let (_, headline, said) = ended(&state);
    assert!(said.starts_with("web: Stuck since t+"), "{said}");
    assert!(
        headline.starts_with("nginx has no tag 1.91 in "),
        "{headline}"
    );
    then(
        &mut state,
        "kubectl create deployment other --image=nginx:1.27",
    );
    let (_, headline, said) = ended(&state);
    assert!(said.starts_with("other: Complete in "), "{said}");
    assert_eq!(
        headline,
        "The 1 pod is updated and available: the rollout is complete."
    );
    // Without a new result, the workload that needs the user most.
    then(&mut state, "kubectl create configmap x --from-literal=a=b");
    assert!(ended(&state).2.starts_with("web: Stuck since t+"));
}

#[test]
fn the_decisive_step_is_explained_with_its_own_state() {
    let mut state = settled();
    then(&mut state, "kubectl cordon node-1 node-2 node-3");
    set_image(&mut state, "nginx:1.9.1");
    let (_, headline, _) = ended(&state);
    assert!(headline.starts_with("No node fits pod "), "{headline}");
    let engine = state.explained().engine();
    assert_eq!(
        engine.cursor(),
        engine
            .steps()
            .iter()
            .position(|step| { step.headline(Language::English).to_string() == headline })
            .expect("the step")
            + 1
    );
}

#[test]
fn a_stuck_rollout_without_tiles_is_reported() {
    let mut state = fresh();
    let many = EXAMPLE
        .replace("replicas: 3", "replicas: 2001")
        .replace("nginx:1.7.9", "nginx:1.91");
    act(&mut state, Action::Edit(many.into()));
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let pods = &lanes(&state)[0].pods;
    let Pods::Counts {
        starting, failing, ..
    } = *pods
    else {
        panic!("{pods:?}");
    };
    assert_eq!((starting, failing), (0, 2001));
    let (standing, text, lines) = said(&state);
    assert_eq!(standing, WorkloadStanding::Stuck);
    assert!(text.contains(" has "), "{text}");
    assert!(
        text.contains("ErrImagePull") || text.contains("ImagePullBackOff"),
        "{text}"
    );
    assert!(
        lines.contains(
            &"kubectl set image deployment/nginx-deployment nginx=nginx:1.9.1".to_owned()
        ),
        "{lines:?}"
    );
}
