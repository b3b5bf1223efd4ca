//! The console without a page: runs a script of commands for kubectl and the page, and prints what the page would
//! show.
//!
//! `cargo run --example console -- FILE` or, with `-`, from standard input:
//!
//! ```sh
//! cargo run -q --example console -- - <<'END'
//! kubectl create deployment web --image=nginx:1.25 --replicas=3
//! @settle
//! kubectl set image deployment/web nginx=nginx:1.91
//! @advance 60s
//! kubectl rollout status deployment/web --timeout=1s
//! @trace
//! END
//! ```
//!
//! The format of scripts is documented in `kubestep::script`.

use kubestep::engine::{Config, Engine};
use kubestep::script;
use std::io::Read as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [name] = &words[..] else {
        eprintln!("usage: console FILE, or console - for standard input");
        return ExitCode::from(2);
    };
    let text = match read(name) {
        Ok(text) => text,
        Err(why) => {
            eprintln!("{name}: {why}");
            return ExitCode::FAILURE;
        }
    };
    let mut engine = Engine::new(Config::default());
    match script::run(&mut engine, &text) {
        Ok(entries) => {
            for entry in entries {
                print!("{entry}");
            }
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{name}: {why}");
            ExitCode::FAILURE
        }
    }
}

fn read(name: &str) -> std::io::Result<String> {
    match name {
        "-" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            Ok(text)
        }
        _ => std::fs::read_to_string(name),
    }
}
