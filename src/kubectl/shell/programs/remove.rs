//! `rm`

use super::{Given, Io, Program};
use crate::manifests::Failure;
use crate::manifests::folder::below;
use std::rc::Rc;

/// Removes files; with `-r` also those in directories.
#[derive(Debug)]
struct Remove {
    names: Vec<String>,
    is_recursive: bool,
    is_forced: bool,
}

/// `rm -f -r FILE…`
pub fn parse(name: &str, arguments: &[String]) -> Result<Rc<dyn Program>, Failure> {
    let long = [("force", 'f'), ("recursive", 'r')];
    let given = Given::parse(name, "frR", &long, arguments)?;
    let remove = Remove {
        is_recursive: given.has('r') || given.has('R'),
        is_forced: given.has('f'),
        names: given.words,
    };
    if remove.names.is_empty() && !remove.is_forced {
        let text = "rm: missing operand\nTry 'rm --help' for more information.";
        return Err(Failure::Raw(text.to_owned()));
    }
    Ok(Rc::new(remove))
}

impl Program for Remove {
    fn run(&self, io: &mut Io<'_>) -> i32 {
        let mut exit = 0;
        for name in &self.names {
            let plain = name.trim_start_matches("./").trim_end_matches('/');
            if io.files.iter().any(|file| file == plain) {
                io.removes.push(plain.to_owned());
                continue;
            }
            let within = io.files.iter();
            let within: Vec<&String> = within
                .filter(|file| !plain.is_empty() && below(plain, file).is_some())
                .collect();
            let why = match (within.is_empty(), self.is_recursive) {
                (true, _) if self.is_forced => continue,
                (true, _) => "No such file or directory",
                (false, false) => "Is a directory",
                (false, true) => {
                    io.removes.extend(within.into_iter().cloned());
                    continue;
                }
            };
            io.err
                .push_str(&format!("rm: cannot remove '{name}': {why}\n"));
            exit = 1;
        }
        exit
    }
}
