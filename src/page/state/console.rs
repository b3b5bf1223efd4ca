//! Effects of the console on the page.

use super::State;
use crate::page::action::{Activity, LastApply, Pane};
use crate::page::console::{Door, Heard, Say, Stream};
use crate::page::slices::slice;
use crate::page::words;
use std::rc::Rc;

/// Maximum duration of a slice of a command's own work in milliseconds: two frames.
const SLICE_MS: f64 = 30.0;
/// Maximum length of output announced to screen readers.
const HEARD_MAX: usize = 1_000;

impl State {
    /// Performs an action in the console.
    pub(super) fn say_to_console(&mut self, say: Say) {
        match say {
            Say::Enter(text) => {
                self.console.enter(&text);
                self.run_typed();
            }
            Say::Order(text) => {
                self.console.order(&text);
                self.run_typed();
            }
            Say::Ask(text) => {
                self.console.ask(&text);
                self.run_typed();
            }
            Say::Complete(field, at) => {
                self.files();
                let words = {
                    let engine = self.session.engine.borrow();
                    self.console.complete(&engine, &field, at)
                };
                if words.len() > 1 {
                    self.console.offer(&words);
                    self.announcement = words.join(", ");
                } else {
                    self.announcement = self.console.field.text.to_string();
                }
            }
            Say::Older(field) => self.console.older(field),
            Say::Newer => self.console.newer(),
            Say::Interrupt(field) => {
                self.console.interrupt(&field);
                self.follow_edit();
            }
            Say::Clear => self.console.clear(),
        }
    }

    /// kubectl is loaded: runs what was waiting for it.
    pub(super) fn kubectl_is_here(&mut self, door: Door) {
        self.console.kubectl = Some(door);
        if let Some((name, text, step)) = self.coming.take() {
            self.notice.clear();
            self.open_lesson(name, text, step);
        }
        for line in std::mem::take(&mut self.commands) {
            self.command(line);
        }
        if self.console.has_pending() {
            self.run_typed();
        }
    }

    /// kubectl cannot be loaded: drops what was waiting for it.
    pub(super) fn kubectl_stays_away(&mut self) {
        if !self.wants_kubectl() {
            return;
        }
        let why = words::KUBECTL_AWAY.text(self.language);
        self.commands.clear();
        self.coming = None;
        self.console.give_up(why);
        self.say(why.to_owned());
    }

    /// Whether anything waits for kubectl to be loaded.
    pub fn wants_kubectl(&self) -> bool {
        let waits = self.console.has_pending() || !self.commands.is_empty();
        let waits = waits || self.coming.is_some() || self.replay_has_commands();
        self.console.kubectl.is_none() && waits
    }

    /// Runs one of the page's own commands; shows its error.
    pub(super) fn command(&mut self, line: String) {
        let Some(kubectl) = self.console.kubectl else {
            self.say(words::KUBECTL_COMES.text(self.language).to_owned());
            self.commands.push(line);
            return;
        };
        self.running = Activity::Idle;
        let ahead = self.ahead();
        let answer = (kubectl.run)(&mut self.session.engine.borrow_mut(), &line, "", None);
        self.changed();
        let refused = answer
            .printed
            .iter()
            .any(|(kind, _)| *kind == Stream::Error);
        self.say(answer.printed.into_iter().map(|(_, text)| text).collect());
        if !refused {
            self.tell_new_future(ahead);
        }
    }

    /// Runs entered commands and shows their results.
    fn run_typed(&mut self) {
        if self.console.kubectl.is_none() {
            self.say(words::KUBECTL_COMES.text(self.language).to_owned());
            return;
        }
        let (ahead, before) = (self.ahead(), self.futures.0);
        if self.run_console() {
            self.notice.clear();
            self.changed();
            match self.began_again(before) {
                true => self.put_beside(before),
                false => self.tell_new_future(ahead),
            }
        }
    }

    /// Runs entered commands up to one that waits. Returns whether the cluster has changed.
    pub(super) fn run_console(&mut self) -> bool {
        self.files();
        let heard = {
            let mut engine = self.session.engine.borrow_mut();
            self.console.run(&mut engine, &self.manifests)
        };
        self.follow_file();
        self.hear(&heard);
        self.follow_edit();
        heard.moved
    }

    /// Saves the object being edited, and continues with entered commands. Returns whether there was one.
    pub(super) fn save_edit(&mut self) -> bool {
        let ahead = self.ahead();
        let heard = {
            let mut engine = self.session.engine.borrow_mut();
            self.console.save(&mut engine, &self.manifests)
        };
        let Some(heard) = heard else {
            return false;
        };
        self.show(Pane::Console);
        self.hear(&heard);
        self.follow_edit();
        let moved = self.run_console();
        if heard.moved || moved {
            self.notice.clear();
            self.changed();
            self.tell_new_future(ahead);
        }
        true
    }

    /// Puts an object being edited into the editor, and the manifests back afterwards.
    fn follow_edit(&mut self) {
        let text: Option<Rc<str>> = match (self.console.editing(), &self.aside) {
            (Some(yaml), None) => {
                let yaml = yaml.into();
                self.aside = Some(self.manifests.clone());
                self.show(Pane::Manifests);
                self.announcement = words::CONSOLE_EDITS.text(self.language).to_owned();
                Some(yaml)
            }
            (None, Some(_)) => self.aside.take(),
            _ => None,
        };
        if let Some(text) = text {
            self.manifests = text;
            self.applied = LastApply::Not;
        }
    }

    /// Polls the waiting command, and continues with the following ones.
    pub(super) fn let_console_look(&mut self) {
        let mut heard = Heard::default();
        let ended = {
            let engine = self.session.engine.borrow();
            self.console.poll(&engine, &mut heard)
        };
        self.follow_edit();
        if ended {
            self.hear(&heard);
            self.run_console();
        }
    }

    /// Lets the waiting command work for some milliseconds, unless it waits for the cluster. Returns whether to redraw.
    pub(super) fn work_slice(&mut self, clock: impl Fn() -> f64) -> bool {
        if self.console.work().is_none() {
            return false;
        }
        self.pace.begin(clock());
        let mut heard = Heard::default();
        let ended = {
            let engine = self.session.engine.borrow();
            let console = &mut self.console;
            slice(&clock, SLICE_MS, || {
                console.poll(&engine, &mut heard).then_some(())
            })
        };
        if ended.is_none() {
            return self.pace.end(clock());
        }
        self.hear(&heard);
        self.run_typed();
        true
    }

    /// Takes one step, but not beyond the time at which the waiting command is due. Returns whether there was one.
    pub(super) fn take_step(&mut self) -> bool {
        let mut engine = self.session.engine.borrow_mut();
        let at_end = engine.cursor() == engine.steps().len() && engine.is_quiescent();
        let next = engine.queues().timers().next().map(|timer| timer.due);
        match self.console.due() {
            Some(due) if at_end && next.is_none_or(|next| next > due) => {
                engine.advance(due);
                true
            }
            _ => engine.step().is_some(),
        }
    }

    /// Announces a command's output, up to a maximum length.
    fn hear(&mut self, heard: &Heard) {
        let text = heard.text.trim_end();
        if text.is_empty() {
            return;
        }
        let end = text.floor_char_boundary(HEARD_MAX);
        let (said, rest) = text.split_at(end);
        self.announcement = said.to_owned();
        if !rest.is_empty() {
            let more = rest.lines().count();
            let more = words::MORE_LINES.with(self.language, &[("count", &more)]);
            self.announcement.push_str(&more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::action::Action;
    use crate::page::console::AnswerProgress;
    use crate::page::start::EXAMPLE;
    use kubestep::texts::Language;

    /// A page that is still loading kubectl while commands wait for it; and kubectl.
    fn waiting() -> (State, Door) {
        let mut state = State::new(EXAMPLE.into(), Language::English);
        let door = state.console.kubectl.take().expect("kubectl is linked in");
        for action in [
            Action::Apply,
            Action::Console(Say::Enter("kubectl get deploy -o name".into())),
            Action::Command("kubectl scale deploy nginx-deployment --replicas=2".to_owned()),
        ] {
            state.reduce(action, || 0.0);
        }
        (state, door)
    }

    #[test]
    fn commands_wait_for_kubectl() {
        let (mut state, door) = waiting();
        assert!(state.wants_kubectl() && state.console.screen.entries.is_empty());
        assert_eq!(state.notice, words::KUBECTL_COMES.text(Language::English));

        state.reduce(Action::Kubectl(Some(door)), || 0.0);
        assert!(!state.wants_kubectl());
        assert_eq!(state.cluster.deployments[0].object.spec.replicas, 2);
        let screen = format!("{:?}", state.console.screen);
        assert!(
            screen.contains("deployment.apps/nginx-deployment"),
            "{screen}"
        );
    }

    /// Results delivered to scripts: exit code, standard output, standard error.
    fn replies(state: &mut State) -> Vec<(i32, String, String)> {
        let replies = state.console.replies.drain(..);
        replies
            .map(|reply| (reply.exit, reply.stdout, reply.stderr))
            .collect()
    }

    fn ask(state: &mut State, line: &str) {
        state.reduce(Action::Console(Say::Ask(line.into())), || 0.0);
    }

    #[test]
    fn scripts_get_results_in_the_order_of_requests() {
        let mut state = State::new(EXAMPLE.into(), Language::English);
        ask(&mut state, "kubectl apply -f editor");
        ask(
            &mut state,
            "kubectl get deploy -o name\nkubectl get nothing",
        );
        state.reduce(
            Action::Console(Say::Enter("kubectl get pods".into())),
            || 0.0,
        );
        ask(&mut state, "# nothing at all");
        let made = "deployment.apps/nginx-deployment created\n".to_owned();
        let named = "deployment.apps/nginx-deployment\n".to_owned();
        let refused = "error: the server doesn't have a resource type \"nothing\"\n".to_owned();
        let given = [
            (0, made, String::new()),
            (1, named, refused),
            (0, String::new(), String::new()),
        ];
        assert_eq!(replies(&mut state), given);
        assert_eq!(state.session.engine.borrow().cursor(), 1);
        let screen = format!("{:?}", state.console.screen);
        assert!(screen.contains("kubectl apply -f editor"), "{screen}");
    }

    #[test]
    fn scripts_wait_as_long_as_their_commands_do() {
        let mut state = State::new(EXAMPLE.into(), Language::English);
        state.reduce(Action::Apply, || 0.0);
        ask(&mut state, "kubectl rollout status deploy/nginx-deployment");
        ask(&mut state, "kubectl get rs -o name | wc -l");
        assert_eq!(replies(&mut state), []);
        state.reduce(Action::Settle, || 0.0);
        while state.running != Activity::Idle {
            state.reduce(Action::Tick, || 0.0);
        }
        let given = replies(&mut state);
        let (exit, printed, _) = &given[0];
        assert!(printed.starts_with("Waiting for deployment"), "{printed}");
        assert!(printed.ends_with("successfully rolled out\n"), "{printed}");
        assert_eq!((*exit, given[1].1.trim()), (0, "1"));

        ask(
            &mut state,
            "kubectl delete deploy nginx-deployment --cascade=foreground",
        );
        ask(&mut state, "kubectl get pods");
        state.reduce(Action::Console(Say::Interrupt("".into())), || 0.0);
        let exits: Vec<i32> = replies(&mut state).iter().map(|reply| reply.0).collect();
        assert_eq!(exits, [130, 130]);
    }

    #[test]
    fn a_forecast_works_in_slices_and_can_be_stopped() {
        let mut state = State::new(EXAMPLE.into(), Language::English);
        state.reduce(Action::Apply, || 0.0);
        let line =
            "sim forecast deployment/nginx-deployment --runs=30 --sweep=maxSurge=1,2 | head -n 1";
        let whole = {
            let mut engine = state.session.engine.borrow_mut();
            kubestep::kubectl::run(&mut engine, line, None)
        };
        let steps = state.session.engine.borrow().steps().len();
        // A clock by which every slice ends immediately.
        let wall = std::cell::Cell::new(0.0);
        let clock = || wall.replace(wall.get() + 100.0);
        ask(&mut state, line);
        let mut seen = Vec::new();
        while let Some(work) = state.console.work() {
            if seen.last() != Some(&work) {
                seen.push(work);
            }
            state.reduce(Action::Tick, clock);
        }
        let cells = [0, 1].map(|done| AnswerProgress::Cells(done, 2));
        let (runs, last) = seen.split_at(seen.len() - cells.len());
        assert_eq!(last, cells);
        let done = runs.iter().map(|work| match work {
            AnswerProgress::Runs(done, 30) => *done,
            other => panic!("{other:?}"),
        });
        let done: Vec<usize> = done.collect();
        assert!(done.len() > 5 && done.is_sorted(), "{done:?}");
        let given = replies(&mut state);
        assert_eq!(given, [(whole.exit, whole.stdout, whole.stderr)]);
        assert_eq!(state.session.engine.borrow().steps().len(), steps);

        ask(&mut state, line);
        state.reduce(Action::Tick, clock);
        state.reduce(Action::Console(Say::Interrupt("".into())), clock);
        assert_eq!(state.console.work(), None);
        assert_eq!(replies(&mut state)[0].0, 130);
    }

    #[test]
    fn a_command_continues_after_its_wait() {
        let mut state = State::new(EXAMPLE.into(), Language::English);
        let settle = |state: &mut State| {
            state.reduce(Action::Settle, || 0.0);
            while state.running != Activity::Idle {
                state.reduce(Action::Tick, || 0.0);
            }
        };
        state.reduce(Action::Apply, || 0.0);
        settle(&mut state);
        ask(&mut state, "kubectl drain node-1 node-2");
        ask(&mut state, "kubectl get nodes -o name");
        assert_eq!(replies(&mut state), []);
        settle(&mut state);
        let given = replies(&mut state);
        assert_eq!(given.len(), 2);
        let (exit, printed, _) = &given[0];
        assert_eq!(*exit, 0);
        assert!(printed.ends_with("node/node-2 drained\n"), "{printed}");
        assert!(printed.contains("node/node-1 drained\n"), "{printed}");

        ask(
            &mut state,
            "kubectl run once -i --rm --restart=Never --image=busybox -- nslookup kubernetes",
        );
        settle(&mut state);
        let printed = &replies(&mut state)[0].1;
        let deleted = "pod \"once\" deleted from default namespace\n";
        assert!(printed.ends_with(deleted), "{printed}");
        ask(&mut state, "kubectl get pod once");
        assert_eq!(replies(&mut state)[0].0, 1);
    }

    #[test]
    fn without_kubectl_commands_are_dropped_and_can_be_repeated() {
        let (mut state, door) = waiting();
        state.reduce(Action::Kubectl(None), || 0.0);
        assert!(!state.wants_kubectl());
        assert_eq!(state.notice, words::KUBECTL_AWAY.text(Language::English));
        let screen = format!("{:?}", state.console.screen);
        assert!(screen.contains("could not be loaded"), "{screen}");
        assert_eq!(replies(&mut state), []);

        state.reduce(Action::Kubectl(Some(door)), || 0.0);
        assert_eq!(state.cluster.deployments[0].object.spec.replicas, 3);
    }
}
