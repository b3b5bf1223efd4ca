//! The console's state: commands for the cluster. It is independent of the browser; `view::console` renders it.

mod door;
mod history;
mod screen;

pub use door::Door;
#[cfg(target_arch = "wasm32")]
pub use door::fetch;
#[cfg(target_arch = "wasm32")]
pub use kubestep::kubectl::EDITOR;
pub use kubestep::kubectl::Terminal;
pub use kubestep::kubectl::forecast::AnswerProgress;
#[cfg(target_arch = "wasm32")]
pub use screen::Entry;
pub use screen::{Block, Screen, Stream};

use super::words;
use history::History;
use kubestep::api::time::Time;
use kubestep::engine::Engine;
use kubestep::kubectl::{Output, WaitingCommand};
use std::collections::VecDeque;
use std::rc::Rc;

/// Actions in the console, with the field's text.
#[derive(Debug, Clone, PartialEq)]
pub enum Say {
    /// Run the field's text.
    Enter(Rc<str>),
    /// Run a command, and leave the field unchanged.
    Order(Rc<str>),
    /// Like `Order`, for a script that waits for the result.
    Ask(Rc<str>),
    /// Show the previous entry of the history.
    Older(Rc<str>),
    /// Show the next entry of the history.
    Newer,
    /// Complete the word that ends at this position, in UTF-16 units.
    Complete(Rc<str>, usize),
    /// Interrupt the waiting command, or discard the field's text.
    Interrupt(Rc<str>),
    /// Clear the screen.
    Clear,
}

/// A text to be put into the field; the number distinguishes repeated requests.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldText {
    /// The text.
    pub text: Rc<str>,
    /// Cursor position in UTF-16 units.
    pub cursor: usize,
    /// Number of the request.
    pub number: u32,
}

/// The console.
#[derive(Debug)]
pub struct Console {
    /// kubectl, once loaded.
    pub kubectl: Option<Door>,
    /// The output.
    pub screen: Rc<Screen>,
    /// The text to be put into the field.
    pub field: FieldText,
    /// Results to be delivered to scripts, in the order of their requests.
    pub replies: Vec<Output>,
    history: History,
    /// Commands to be run after the waiting one.
    pending: VecDeque<(Pending, Asked)>,
    /// The variables and files of the shell. The page shows the files too.
    pub terminal: Terminal,
    wait: Option<Wait>,
    /// A finished wait after which its command continues.
    next: Option<WaitingCommand>,
    /// Whether a script waits for the current command, and the output collected for it.
    asked: Asked,
    reply: Output,
}

/// What was entered and has not run yet.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pending {
    /// A text, which kubectl splits into commands.
    Text(String),
    /// A command.
    Command(String),
}

/// Whether a script waits for the result of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Asked {
    /// No.
    #[default]
    No,
    /// Yes, and for the results of further commands.
    More,
    /// Yes, and this is its last command.
    Last,
}

/// Exit code of an interrupted command, as in a shell.
const INTERRUPTED: i32 = 130;

/// A waiting command.
#[derive(Debug)]
struct Wait {
    waiting: WaitingCommand,
    /// Step counts when it started, and when it was last polled.
    began: usize,
    seen: usize,
}

/// The effect of a command or of polling one.
#[derive(Debug, Default, PartialEq)]
pub struct Heard {
    /// Output.
    pub text: String,
    /// Whether the cluster has changed.
    pub moved: bool,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            kubectl: door::at_hand(),
            screen: Rc::default(),
            field: FieldText::default(),
            replies: Vec::new(),
            history: History::default(),
            pending: VecDeque::new(),
            terminal: Terminal::default(),
            wait: None,
            next: None,
            asked: Asked::No,
            reply: Output::default(),
        }
    }
}

impl Console {
    /// Whether entered commands have not run yet.
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Drops the commands that have not run yet, with a message.
    pub fn give_up(&mut self, why: &str) {
        for (pending, asked) in std::mem::take(&mut self.pending) {
            let (Pending::Text(typed) | Pending::Command(typed)) = pending;
            Rc::make_mut(&mut self.screen).command(&typed);
            self.asked = asked;
            self.keep(Stream::Error, why);
            self.end(1);
        }
        Rc::make_mut(&mut self.screen).print(Stream::Error, why);
    }

    /// Answers a script whose command is not run, with a message.
    pub fn refuse(&mut self, why: &str) {
        self.replies.push(Output {
            stderr: format!("{why}\n"),
            exit: 1,
            ..Output::default()
        });
    }

    /// Whether a command waits.
    pub fn is_waiting(&self) -> bool {
        self.wait.is_some()
    }

    /// How far the waiting command is, if it works by itself whenever it is polled.
    pub fn work(&self) -> Option<AnswerProgress> {
        self.wait.as_ref()?.waiting.work()
    }

    /// The object being edited, as initially opened.
    pub fn editing(&self) -> Option<&str> {
        let edit = self.wait.as_ref()?.waiting.edit()?;
        Some(&edit.yaml)
    }

    /// Saves the object being edited. If that fails, the edit continues. Returns the output; `None` if nothing is
    /// being edited.
    pub fn save(&mut self, engine: &mut Engine, text: &str) -> Option<Heard> {
        let wait = self.wait.as_mut()?;
        let before = engine.current().map(Rc::as_ptr);
        let answer = (self.kubectl?.save)(engine, &wait.waiting, text)?;
        let mut heard = Heard {
            text: String::new(),
            moved: engine.current().map(Rc::as_ptr) != before,
        };
        let goes_on = answer.waiting.is_some();
        match answer.waiting {
            Some(again) => wait.waiting = again,
            None => self.wait = None,
        }
        self.print(answer.printed, &mut heard);
        match goes_on {
            false => self.end(answer.exit),
            true if self.editing().is_none() => drop(self.poll(engine, &mut heard)),
            true => {}
        }
        Some(heard)
    }

    fn print(&mut self, printed: Vec<(Stream, String)>, heard: &mut Heard) {
        for (kind, text) in printed {
            heard.text.push_str(&text);
            Rc::make_mut(&mut self.screen).print(kind, &text);
            self.keep(kind, &text);
        }
    }

    /// Collects output for a script that waits for it.
    fn keep(&mut self, kind: Stream, text: &str) {
        if self.asked != Asked::No {
            let stream = match kind {
                Stream::Output => &mut self.reply.stdout,
                Stream::Warning | Stream::Error => &mut self.reply.stderr,
            };
            stream.push_str(text);
        }
    }

    /// Completes a command: a waiting script gets the result.
    fn end(&mut self, exit: i32) {
        if std::mem::take(&mut self.asked) == Asked::Last {
            let reply = std::mem::take(&mut self.reply);
            self.replies.push(Output { exit, ..reply });
        }
    }

    /// When the waiting command tries again what was refused, or times out.
    pub fn due(&self) -> Option<Time> {
        self.wait.as_ref()?.waiting.due()
    }

    /// Like [`Console::due`], but only if that may end the wait by itself.
    pub fn progress(&self, engine: &Engine) -> Option<Time> {
        self.wait.as_ref()?.waiting.progress(engine)
    }

    /// Takes entered text; [`Console::run`] runs it.
    pub fn enter(&mut self, text: &Rc<str>) {
        self.set_field("".into(), 0);
        self.order(text);
    }

    /// Like [`Console::enter`], for commands that were not typed into the field.
    pub fn order(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.history.add(text.trim_end().into());
            self.pending
                .push_back((Pending::Text(text.to_owned()), Asked::No));
        }
    }

    /// Like [`Console::order`], for a script that waits for the result ([`Console::replies`]).
    pub fn ask(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.history.add(text.trim_end().into());
        }
        self.pending
            .push_back((Pending::Text(text.to_owned()), Asked::Last));
    }

    /// Splits a text into commands, which run next; the result of all of them is that of the last one.
    fn split(&mut self, kubectl: Door, text: &str, asked: Asked) {
        let commands = (kubectl.commands)(text);
        let mut asked = asked;
        if commands.is_empty() {
            // An empty request gets an empty result, in its turn.
            self.asked = asked;
            self.end(0);
        }
        for command in commands.into_iter().rev() {
            self.pending.push_front((Pending::Command(command), asked));
            if asked == Asked::Last {
                asked = Asked::More;
            }
        }
    }

    /// Runs entered commands up to one that waits. Until kubectl is loaded, all of them wait.
    pub fn run(&mut self, engine: &mut Engine, editor: &str) -> Heard {
        let mut heard = Heard::default();
        while self.wait.is_none()
            && let Some(kubectl) = self.kubectl
        {
            if let Some(waiting) = self.next.take() {
                let before = engine.current().map(Rc::as_ptr);
                let answer = (kubectl.go_on)(engine, waiting);
                heard.moved |= engine.current().map(Rc::as_ptr) != before;
                self.print(answer.printed, &mut heard);
                self.wait_or_end(engine, answer.waiting, answer.exit, &mut heard);
                continue;
            }
            let Some((pending, asked)) = self.pending.pop_front() else {
                break;
            };
            let line = match pending {
                Pending::Text(text) => {
                    self.split(kubectl, &text, asked);
                    continue;
                }
                Pending::Command(line) => line,
            };
            self.asked = asked;
            match line.trim() {
                "clear" => {
                    self.clear();
                    self.end(0);
                }
                _ => self.command(kubectl, engine, &line, editor, &mut heard),
            }
        }
        heard
    }

    fn command(
        &mut self,
        kubectl: Door,
        engine: &mut Engine,
        line: &str,
        editor: &str,
        heard: &mut Heard,
    ) {
        let at = |engine: &Engine| engine.current().map(Rc::as_ptr);
        let before = at(engine);
        let answer = (kubectl.run)(engine, line, editor, Some(&self.terminal));
        heard.moved |= at(engine) != before;
        Rc::make_mut(&mut self.screen).command(line);
        self.print(answer.printed, heard);
        let screen = Rc::make_mut(&mut self.screen);
        if heard.text.contains("the path ") && heard.text.ends_with("does not exist\n") {
            screen.note(&words::CONSOLE_EDITOR);
        }
        self.wait_or_end(engine, answer.waiting, answer.exit, heard);
    }

    /// Handles a command that has run: it waits, or has finished.
    fn wait_or_end(
        &mut self,
        engine: &Engine,
        waiting: Option<WaitingCommand>,
        exit: i32,
        heard: &mut Heard,
    ) {
        let Some(waiting) = waiting else {
            return self.end(exit);
        };
        self.wait = Some(Wait {
            waiting,
            began: engine.cursor(),
            // Not polled yet.
            seen: 0,
        });
        self.poll(engine, heard);
    }

    /// Polls the waiting command. Returns whether it has finished.
    pub fn poll(&mut self, engine: &Engine, heard: &mut Heard) -> bool {
        let (Some(wait), Some(kubectl)) = (&mut self.wait, self.kubectl) else {
            return false;
        };
        let cursor = engine.cursor();
        let undone = cursor < wait.began;
        if cursor < std::mem::replace(&mut wait.seen, cursor) && !undone {
            // Going back in time prints nothing.
            return false;
        }
        let (printed, over) = (kubectl.poll)(engine, &mut wait.waiting);
        self.print(printed, heard);
        if let Some(exit) = over {
            let waiting = self.wait.take().map(|wait| wait.waiting);
            self.next = waiting.filter(|waiting| !undone && waiting.goes_on(exit == 0));
            if self.next.is_none() {
                self.end(exit);
            }
        }
        if undone {
            self.stop();
        }
        over.is_some()
    }

    /// Shows the previous entry of the history.
    pub fn older(&mut self, field: Rc<str>) {
        if let Some(text) = self.history.older(field) {
            self.set_field(text, usize::MAX);
        }
    }

    /// Shows the next entry of the history.
    pub fn newer(&mut self) {
        if let Some(text) = self.history.newer() {
            self.set_field(text, usize::MAX);
        }
    }

    /// Completes the word that ends at a position, in UTF-16 units, as far as it is unambiguous. Returns the
    /// completions if it is ambiguous.
    pub fn complete(&mut self, engine: &Engine, field: &str, at: usize) -> Vec<String> {
        let Some(kubectl) = self.kubectl else {
            return Vec::new();
        };
        let units: Vec<u16> = field.encode_utf16().take(at).collect();
        let before = String::from_utf16_lossy(&units);
        let after = field.get(before.len()..).unwrap_or_default();
        // Only the last line of the text is completed.
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let (start, mut common, words) =
            (kubectl.complete)(engine, &before[line..], before.len() - line, &self.terminal);
        let Some(typed) = before.get(line + start..) else {
            return Vec::new();
        };
        if let [only] = words.as_slice()
            && !only.ends_with(['=', '/', '.', ','])
        {
            common.push(' ');
        }
        // If the completions have no longer common prefix, the field stays unchanged.
        if words.is_empty() || common.len() <= typed.len() {
            return words;
        }
        let text = format!("{}{common}{after}", &before[..line + start]);
        let cursor = text.encode_utf16().count() - after.encode_utf16().count();
        self.set_field(text.into(), cursor);
        Vec::new()
    }

    /// Lists completions.
    pub fn offer(&mut self, words: &[String]) {
        let screen = Rc::make_mut(&mut self.screen);
        screen.command("");
        screen.print(Stream::Output, &format!("{}\n", words.join("  ")));
    }

    /// Interrupts the waiting command; without one, the field's text is shown as not run.
    pub fn interrupt(&mut self, field: &str) {
        let screen = Rc::make_mut(&mut self.screen);
        if self.wait.is_some() {
            screen.print(Stream::Output, "^C\n");
            self.stop();
        } else {
            screen.command(&format!("{field}^C"));
            self.set_field("".into(), 0);
        }
    }

    /// Clears the screen.
    pub fn clear(&mut self) {
        Rc::make_mut(&mut self.screen).clear();
    }

    /// Interrupts the waiting command, since its cluster is no longer shown.
    pub fn forget(&mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        self.next = None;
        if self.wait.take().is_some() {
            self.end(INTERRUPTED);
        }
        for (_, asked) in std::mem::take(&mut self.pending) {
            self.asked = asked;
            self.end(INTERRUPTED);
        }
    }

    fn set_field(&mut self, text: Rc<str>, cursor: usize) {
        let number = self.field.number + 1;
        let cursor = cursor.min(text.encode_utf16().count());
        self.field = FieldText {
            text,
            cursor,
            number,
        };
    }
}
