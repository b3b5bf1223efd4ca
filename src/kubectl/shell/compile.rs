//! Turns the tree of a command line into a flat list of instructions, so that it can stop wherever a command waits.

use super::syntax::{For, List, ShellCommand, Simple, When, Word};
use super::{check, programs};
use crate::manifests::Failure;
use std::rc::Rc;

/// An instruction.
#[derive(Debug, Clone)]
pub enum Op {
    /// Runs a command and the programs that its output is piped into. Its substitutions have given the last values.
    Run(Rc<PipelineStage>),
    /// Collects what is printed from here on.
    Collect,
    /// What was collected becomes a value.
    Value,
    /// What was collected becomes the next command's standard input.
    Pipe,
    /// Begins a loop over words.
    Words(Rc<For>),
    /// Takes the next word of the loop, or leaves it and goes to an instruction.
    Next(Rc<For>, usize),
    /// Goes to an instruction.
    Jump(usize),
    /// Goes to an instruction if the last command succeeded, or if it failed.
    JumpIf(bool, usize),
    /// Negates the exit code.
    Not,
    /// The exit code is 0.
    Succeed,
}

/// A command, and the programs after it in its pipeline.
#[derive(Debug)]
pub struct PipelineStage {
    /// The command.
    pub first: Simple,
    /// The programs.
    pub filters: Vec<Simple>,
    /// Whether it is part of a pipeline, of which it reads what came before.
    pub is_piped: bool,
}

impl PipelineStage {
    /// All its commands.
    pub fn commands(&self) -> impl Iterator<Item = &Simple> {
        std::iter::once(&self.first).chain(&self.filters)
    }
}

/// The instructions of a list, all of whose commands are checked.
///
/// # Errors
/// Something is not simulated.
pub fn compile(list: &List) -> Result<Rc<[Op]>, Failure> {
    let mut ops = Vec::new();
    add_list(list, &mut ops)?;
    Ok(ops.into())
}

fn add_list(list: &List, ops: &mut Vec<Op>) -> Result<(), Failure> {
    for item in &list.items {
        let jump = ops.len();
        let skips_if = match item.when {
            When::Always => None,
            When::Succeeded => Some(false),
            When::Failed => Some(true),
        };
        if skips_if.is_some() {
            ops.push(Op::Not);
        }
        add_pipeline(&item.commands, ops)?;
        if item.negated {
            ops.push(Op::Not);
        }
        let end = ops.len();
        if let (Some(succeeded), Some(op)) = (skips_if, ops.get_mut(jump)) {
            *op = Op::JumpIf(succeeded, end);
        }
    }
    Ok(())
}

fn add_pipeline(commands: &[ShellCommand], ops: &mut Vec<Op>) -> Result<(), Failure> {
    let segments = segments(commands);
    let count = segments.len();
    for (place, segment) in segments.into_iter().enumerate() {
        let is_last = place + 1 == count;
        if !is_last {
            ops.push(Op::Collect);
        }
        match segment {
            [ShellCommand::For(_), ..] if place > 0 => {
                return Err(Failure::NotSimulated("| for".to_owned()));
            }
            [ShellCommand::For(each), ..] => add_loop(each, ops)?,
            simple => add_stage(simple, place > 0, commands.len() > 1, ops)?,
        }
        if !is_last {
            ops.push(Op::Pipe);
        }
    }
    Ok(())
}

/// The parts of a pipeline: each begins with a command that is not a mere filter.
fn segments(commands: &[ShellCommand]) -> Vec<&[ShellCommand]> {
    let is_joined = |before: &ShellCommand, next: &ShellCommand| {
        matches!(before, ShellCommand::Simple(_)) && is_filter(next)
    };
    commands.chunk_by(is_joined).collect()
}

fn add_stage(
    commands: &[ShellCommand],
    is_piped: bool,
    is_pipeline: bool,
    ops: &mut Vec<Op>,
) -> Result<(), Failure> {
    let commands = commands.iter().filter_map(|command| match command {
        ShellCommand::Simple(simple) => Some(simple.clone()),
        ShellCommand::For(_) => None,
    });
    let mut commands: Vec<Simple> = commands.collect();
    for (place, command) in commands.iter().enumerate() {
        check::command(command, is_piped || place > 0)?;
    }
    let first = commands.remove(0);
    let is_watch = check::name(&first).as_deref() == Some("watch");
    if is_watch && (is_pipeline || !first.redirects.is_empty()) {
        let text = "watch in a pipeline or with redirections";
        return Err(Failure::NotSimulated(text.to_owned()));
    }
    let has_input = |command: &&Simple| command.redirects.iter().any(|redirect| redirect.fd == 0);
    if commands.iter().any(|command| has_input(&command)) || is_piped && has_input(&&first) {
        return Err(Failure::NotSimulated("< after |".to_owned()));
    }
    let stage = PipelineStage {
        first,
        filters: commands,
        is_piped,
    };
    for list in stage.commands().flat_map(|command| &command.substitutions) {
        add_substitution(list, ops)?;
    }
    ops.push(Op::Run(Rc::new(stage)));
    Ok(())
}

fn add_substitution(list: &List, ops: &mut Vec<Op>) -> Result<(), Failure> {
    ops.push(Op::Collect);
    let from = ops.len();
    add_list(list, ops)?;
    let is_watch = |op: &Op| matches!(op, Op::Run(stage) if check::name(&stage.first).as_deref() == Some("watch"));
    if ops.iter().skip(from).any(is_watch) {
        return Err(Failure::NotSimulated("watch in a substitution".to_owned()));
    }
    ops.push(Op::Value);
    Ok(())
}

fn add_loop(each: &For, ops: &mut Vec<Op>) -> Result<(), Failure> {
    for list in &each.substitutions {
        add_substitution(list, ops)?;
    }
    let each = Rc::new(each.clone());
    ops.push(Op::Words(each.clone()));
    ops.push(Op::Succeed);
    let next = ops.len();
    ops.push(Op::Jump(0));
    add_list(&each.body, ops)?;
    ops.push(Op::Jump(next));
    let end = ops.len();
    if let Some(op) = ops.get_mut(next) {
        *op = Op::Next(each, end);
    }
    Ok(())
}

/// Whether a command is a program that only reads and prints text.
fn is_filter(command: &ShellCommand) -> bool {
    match command {
        ShellCommand::Simple(simple) => {
            let name = simple.words.first().and_then(Word::literal);
            name.is_some_and(|name| programs::is_known(&name))
        }
        ShellCommand::For(_) => false,
    }
}
