//! The console, menus, and other sources of commands.

use super::*;
use crate::page::console::{Block, Say, Stream};

fn type_in(state: &mut State, text: &str) {
    act(state, Action::Console(Say::Enter(text.into())));
}

/// The output of the last command, and the page's notes on it.
fn printed(state: &State) -> String {
    let entry = state.console.screen.entries.last().expect("a command");
    let texts = entry.blocks.iter().map(|block| match block {
        Block::Printed(_, text) => text.to_string(),
        Block::Note(phrase) => format!("({})\n", phrase.text(Language::English)),
    });
    texts.collect()
}

#[test]
fn a_command_is_one_step_that_can_be_undone() {
    let mut state = fresh();
    type_in(&mut state, "kubectl get deployments");
    assert_eq!(
        printed(&state),
        "No resources found in default namespace.\n"
    );
    assert_eq!(position(&state), (0, 0), "reading is not a step");

    type_in(&mut state, "$ kubectl apply -f editor");
    assert_eq!(
        printed(&state),
        "deployment.apps/nginx-deployment created\n"
    );
    assert_eq!(state.announcement.trim(), printed(&state).trim());
    assert_eq!(position(&state), (1, 1));
    run(&mut state, Action::Settle);
    type_in(
        &mut state,
        "kubectl scale deployment/nginx-deployment --replicas=5",
    );
    run(&mut state, Action::Settle);
    let pods = |state: &State| states(&lanes(state)[0]).iter().flatten().count();
    assert_eq!(pods(&state), 5);

    act(&mut state, Action::BackToUser);
    type_in(&mut state, "kubectl get deployments");
    assert!(printed(&state).contains("3/3"), "{}", printed(&state));
    assert_eq!(pods(&state), 3);
}

#[test]
fn waiting_commands_follow_the_cluster_and_queue_others() {
    let mut state = fresh();
    type_in(
        &mut state,
        "kubectl apply -f editor\n\
         kubectl rollout status deployment/nginx-deployment\n\
         kubectl get deployments --no-headers",
    );
    assert!(state.console.is_waiting());
    for _ in 0..5 {
        act(&mut state, Action::Step);
    }
    assert!(printed(&state).contains("0 out of 3 new replicas have been updated"));
    run(&mut state, Action::Settle);
    assert!(!state.console.is_waiting());
    let entries = &state.console.screen.entries;
    assert_eq!(entries.len(), 3);
    let Block::Printed(_, told) = &entries[1].blocks[0] else {
        panic!("nothing was printed");
    };
    assert!(told.contains("0 of 3 updated replicas are available"));
    assert!(told.ends_with("successfully rolled out\n"), "{told}");
    assert!(printed(&state).contains("3/3"), "{}", printed(&state));
}

#[test]
fn waiting_commands_time_out_and_can_be_undone() {
    let mut state = fresh();
    let wait = "kubectl rollout status deployment/nginx-deployment --timeout=1s";
    type_in(&mut state, &format!("kubectl apply -f editor\n{wait}"));
    run(&mut state, Action::Settle);
    assert!(printed(&state).ends_with("error: timed out waiting for the condition\n"));

    act(&mut state, Action::Jump(1));
    type_in(&mut state, wait);
    act(&mut state, Action::Back);
    assert!(!state.console.is_waiting());
    assert!(
        printed(&state).contains("the timeline is before this command now"),
        "{}",
        printed(&state)
    );

    act(&mut state, Action::Step);
    type_in(&mut state, &format!("{wait}\nkubectl get pods"));
    act(&mut state, Action::Console(Say::Interrupt("".into())));
    assert!(!state.console.is_waiting());
    run(&mut state, Action::Settle);
    assert!(printed(&state).ends_with("^C\n"), "nothing comes after it");
}

#[test]
fn a_pipe_reads_the_output_of_a_waiting_command() {
    let mut state = fresh();
    type_in(
        &mut state,
        "kubectl apply -f editor\n\
         kubectl rollout status deployment/nginx-deployment | grep -c available",
    );
    act(&mut state, Action::Step);
    assert_eq!(printed(&state), "");
    run(&mut state, Action::Settle);
    assert_eq!(printed(&state), "1\n", "counted at the end, once");
}

#[test]
fn refused_commands_change_nothing_and_give_advice() {
    let mut state = fresh();
    type_in(&mut state, "kubectl apply -f deployment.yaml");
    assert!(printed(&state).contains("does not exist"));
    assert!(
        printed(&state).contains("apply -f editor"),
        "{}",
        printed(&state)
    );
    type_in(&mut state, "kubectl frobnicate");
    assert!(printed(&state).contains("frobnicate"));
    assert_eq!(position(&state), (0, 0));
}

/// The field's text after Tab, and the completions listed.
fn complete(state: &mut State, text: &str) -> String {
    let at = text.encode_utf16().count();
    act(state, Action::Console(Say::Complete(text.into(), at)));
    state.console.field.text.to_string()
}

#[test]
fn tab_completes_commands_kinds_names_and_flags() {
    let mut state = fresh();
    type_in(&mut state, "kubectl apply -f editor");
    assert_eq!(complete(&mut state, "kubectl desc"), "kubectl describe ");
    assert_eq!(
        complete(&mut state, "kubectl get deployments ng"),
        "kubectl get deployments nginx-deployment "
    );
    assert_eq!(
        complete(&mut state, "kubectl get pods\nkubectl scale --repl"),
        "kubectl get pods\nkubectl scale --replicas=",
        "the last of several lines"
    );
    let before = state.console.screen.entries.len();
    assert_eq!(
        complete(&mut state, "kubectl rollout re"),
        "kubectl rollout res"
    );
    assert_eq!(state.console.screen.entries.len(), before);
    complete(&mut state, "kubectl rollout res");
    assert!(
        printed(&state).contains("restart  resume"),
        "{}",
        printed(&state)
    );
    assert_eq!(position(&state), (1, 1));
}

#[test]
fn menu_actions_are_commands_and_steps() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let pod = state
        .session
        .engine()
        .store()
        .list(Kind::Pod, None)
        .next()
        .map(Object::key);
    let pod = pod.expect("a pod");
    act(&mut state, Action::Select(pod.clone(), None));
    assert_eq!(state.selected, Some(pod.clone()));
    let (done, _) = position(&state);
    let deeds = crate::page::selection::deeds(&state.session.engine(), &pod);
    for (_, line) in deeds {
        act(&mut state, Action::Run(line.clone().into()));
        let (_, known) = position(&state);
        assert_eq!(known, done + 1, "{line}: {}", printed(&state));
        act(&mut state, Action::Jump(done));
    }
}

#[test]
fn nodes_are_drained_silenced_and_brought_back() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let node = Key::of(Kind::Node, "", "node-1");
    let offered = |state: &State| -> Vec<String> {
        let deeds = crate::page::selection::deeds(&state.session.engine(), &node);
        deeds.into_iter().map(|(_, line)| line).collect()
    };
    let drain = "kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data --force";
    let (uncordon, fail) = ("kubectl uncordon node-1", "sim node node-1 --silent");
    let recover = "sim node node-1 --back";
    // Actions to perform, and those available afterwards.
    let deeds: [(&str, &[&str]); 4] = [
        (drain, &[uncordon, fail]),
        (uncordon, &[drain, fail]),
        (fail, &[drain, recover]),
        (recover, &[drain, fail]),
    ];
    assert_eq!(offered(&state), [drain, fail]);
    for (line, then) in deeds {
        let (before, _) = position(&state);
        act(&mut state, Action::Run(line.into()));
        assert!(position(&state).0 > before, "{line}: {}", printed(&state));
        run(&mut state, Action::Settle);
        assert_eq!(offered(&state), then, "{line}");
    }
    assert!(!state.console.is_waiting());
    assert!(state.session.engine().world().silent_nodes.is_empty());
    type_in(&mut state, "kubectl get nodes --no-headers");
    assert!(!printed(&state).contains("NotReady"), "{}", printed(&state));
}

#[test]
fn a_drain_that_a_budget_blocks_tries_again_and_ends_once_it_may() {
    let mut state = fresh();
    act(&mut state, Action::Apply);
    run(&mut state, Action::Settle);
    let budget = "kubectl create pdb web --selector=app=nginx --min-available=3";
    type_in(&mut state, budget);
    run(&mut state, Action::Settle);
    type_in(&mut state, "kubectl drain node-1");
    run(&mut state, Action::Settle);
    let refusals = |state: &State| printed(state).matches("(will retry after 5s)").count();
    let (count, now) = (refusals(&state), state.session.at().clock);
    assert!(
        state.console.is_waiting() && count > 0,
        "{}",
        printed(&state)
    );
    // Settling does not go on for ever, and each step is one more attempt, five seconds later.
    run(&mut state, Action::Settle);
    assert_eq!(refusals(&state), count);
    act(&mut state, Action::Step);
    assert_eq!(refusals(&state), count + 1);
    assert_eq!(state.session.at().clock, now + 5_000);

    let scale = "kubectl scale deployment nginx-deployment --replicas=4";
    act(&mut state, Action::Command(scale.to_owned()));
    run(&mut state, Action::Settle);
    assert!(!state.console.is_waiting(), "{}", printed(&state));
    let said = printed(&state);
    assert!(said.ends_with("node/node-1 drained\n"), "{said}");
}

#[test]
fn a_line_of_several_commands_shows_what_each_printed_in_order() {
    let mut state = fresh();
    type_in(
        &mut state,
        "kubectl apply -f editor && kubectl get nothing; kubectl get deploy -o name > name.txt; cat name.txt",
    );
    let entries = &state.console.screen.entries;
    assert_eq!(entries.len(), 1);
    let kinds: Vec<Stream> = entries[0]
        .blocks
        .iter()
        .map(|block| match block {
            Block::Printed(kind, _) => *kind,
            Block::Note(_) => panic!("a note"),
        })
        .collect();
    assert_eq!(kinds, [Stream::Output, Stream::Error, Stream::Output]);
    assert!(printed(&state).ends_with("deployment.apps/nginx-deployment\n"));
    assert_eq!(position(&state), (1, 1));

    // Files and variables are still there after going back, as in a terminal.
    act(&mut state, Action::Jump(0));
    type_in(&mut state, "for i in 1 2\ndo\n  N=$i\ndone");
    type_in(&mut state, "cat name.txt; echo $N");
    assert_eq!(printed(&state), "deployment.apps/nginx-deployment\n2\n");
    let typed = &state.console.screen.entries[1].typed;
    assert_eq!(&**typed, "for i in 1 2\ndo\n  N=$i\ndone");
    assert_eq!(
        complete(&mut state, "kubectl apply -f editor | tee > na"),
        "kubectl apply -f editor | tee > name.txt "
    );
}

#[test]
fn lines_wait_with_the_cluster_and_stop_as_a_whole() {
    let mut state = fresh();
    type_in(
        &mut state,
        "kubectl apply -f editor; sleep 2; echo awake; watch -t 'kubectl get pods | grep -c 1/1'; echo over",
    );
    assert!(state.console.is_waiting());
    assert!(!printed(&state).contains("awake"));
    run(&mut state, Action::Settle);
    assert!(
        printed(&state).contains("awake\n0\n"),
        "{}",
        printed(&state)
    );
    assert!(printed(&state).ends_with("\n3\n"), "{}", printed(&state));
    assert!(state.console.is_waiting(), "a watch does not end");
    act(&mut state, Action::Console(Say::Interrupt("".into())));
    assert!(!state.console.is_waiting());
    assert!(printed(&state).ends_with("^C\n"), "{}", printed(&state));
}

#[test]
fn a_line_goes_on_after_an_edit() {
    let mut state = fresh();
    type_in(
        &mut state,
        "kubectl apply -f editor; kubectl edit deploy nginx-deployment && echo done",
    );
    assert!(state.console.editing().is_some());
    let text = state.manifests.replace("replicas: 3", "replicas: 4");
    act(&mut state, Action::Edit(text.into()));
    act(&mut state, Action::Apply);
    let said = printed(&state);
    assert!(
        said.ends_with("deployment.apps/nginx-deployment edited\ndone\n"),
        "{said}"
    );
    assert!(!state.console.is_waiting());
}
