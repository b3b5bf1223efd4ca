//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;

/// The commands of `cargo xtask`.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Print the help.
    Help,
    /// Set everything up.
    Setup,
    /// Serve the page and rebuild it on each change.
    Serve {
        /// The port on 127.0.0.1.
        port: u16,
        /// Whether to build it optimized.
        release: bool,
    },
    /// Run tests.
    Test {
        /// The kinds of tests; all if empty.
        kinds: Vec<Kind>,
        /// A built site for the stories; without it they build one.
        site: Option<PathBuf>,
    },
    /// Build the static site.
    Dist {
        /// The address at which the site will be, for oEmbed.
        base_url: Option<String>,
    },
    /// Serve the static site built by `dist`.
    Preview {
        /// The port on 127.0.0.1.
        port: u16,
    },
    /// Run `cargo bench` with these arguments.
    Bench(Vec<OsString>),
    /// Replay recordings with these arguments.
    Conformance(Vec<OsString>),
    /// Run all static checks.
    Check,
    /// Run the README's commands as on a new machine.
    NewMachine(NewMachine),
    /// Build the editor's bundle.
    Editor {
        /// Whether to compare with the committed bundle instead of replacing it.
        check: bool,
    },
}

/// Options of `new-machine`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct NewMachine {
    /// Whether to use the tools in this machine's cache.
    pub cached_tools: bool,
    /// Where to put the resulting `dist/`.
    pub site: Option<PathBuf>,
}

/// A kind of test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `cargo nextest` or `cargo test`, and the examples in the documentation.
    Native,
    /// wasm-bindgen tests in a headless browser.
    Browser,
    /// Stories in a real browser against the release build.
    Stories,
    /// A short story in each of the three browser engines, against the release build.
    Engines,
}

/// Default port of `serve`.
const SERVE_PORT: u16 = 8080;

/// Default port of `preview`.
const PREVIEW_PORT: u16 = 8090;

/// The output of `cargo xtask help`.
pub const HELP: &str = "\
cargo xtask <command>

  serve [--port N] [--release]   serve the page on http://127.0.0.1:8080, rebuilt on each change
  test [native|browser|stories|engines] [--site DIR]
                                 run all tests, or only these kinds; the last two run against the site in DIR,
                                 or build one
  dist [--base-url URL]          build the static site into dist/ and print its sizes; with the address at which it
                                 will be, also with an oEmbed description of each lesson (docs/embed.md)
  preview [--port N]             serve dist/ as a static host would (http://127.0.0.1:8090)
  bench [ARGS]                   cargo bench; without ARGS also benchmark the page in a browser
  conformance DIR [--filter NAME] [--all] [--update-summary | --from-states]
                                 replay recordings of a real control plane
  new-machine [--cached-tools] [--site DIR]
                                 serve and dist in a new clone with an empty cargo home and an empty tool cache;
                                 the site is kept in DIR
  check                          formatting, layers, lints (native and wasm), documentation, licences
  editor [--check]               bundle the editor into www/vendor, or compare with the bundle there
  setup                          install what the other commands need; they also do so themselves

Variables
  KUBESTEP_WASM_ROUTE=probe|rustup|debian   source of the wasm target
  KUBESTEP_RUSTUP_LIMIT=60                  time limit of `rustup target add` in seconds
  KUBESTEP_CHROMIUM, CHROMEDRIVER           the browser for the tests, and its driver
  KUBESTEP_FIREFOX, KUBESTEP_WEBKIT_DRIVER  the other two engines (see CONTRIBUTING.md)
  XDG_CACHE_HOME                            tools are kept in kubestep/ there, else in ~/.cache";

/// Parses the arguments after the program's name.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let Some(first) = parser.next()? else {
        return Ok(Command::Help);
    };
    let name = match first {
        Value(name) => name.string()?,
        Short('h') | Long("help") => return Ok(Command::Help),
        other => return Err(other.unexpected()),
    };
    match name.as_str() {
        "help" => Ok(Command::Help),
        "setup" => nothing_more(&mut parser, Command::Setup),
        "serve" => serve(&mut parser),
        "test" => test(&mut parser),
        "dist" => dist(&mut parser),
        "preview" => preview(&mut parser),
        "bench" => Ok(Command::Bench(parser.raw_args()?.collect())),
        "conformance" => Ok(Command::Conformance(parser.raw_args()?.collect())),
        "new-machine" => new_machine(&mut parser),
        "check" => nothing_more(&mut parser, Command::Check),
        "editor" => editor(&mut parser),
        other => Err(format!("there is no command `{other}`").into()),
    }
}

fn nothing_more(parser: &mut lexopt::Parser, command: Command) -> Result<Command, lexopt::Error> {
    match parser.next()? {
        None => Ok(command),
        Some(argument) => Err(argument.unexpected()),
    }
}

fn serve(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let (mut port, mut release) = (SERVE_PORT, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('p') | Long("port") => port = parser.value()?.parse()?,
            Long("release") => release = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Serve { port, release })
}

fn dist(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut base_url = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("base-url") => base_url = Some(base(&parser.value()?.string()?)?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Dist { base_url })
}

/// The address of a folder, with a slash at its end. It is written into attributes, so it has to be plain.
fn base(address: &str) -> Result<String, lexopt::Error> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~/:[]%".contains(letter);
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    if !is_web || !address.chars().all(is_plain) {
        return Err(
            format!("`{address}` is not an address such as https://example.org/kubestep/").into(),
        );
    }
    Ok(format!("{}/", address.trim_end_matches('/')))
}

fn preview(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut port = PREVIEW_PORT;
    while let Some(argument) = parser.next()? {
        match argument {
            Short('p') | Long("port") => port = parser.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Preview { port })
}

fn test(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let (mut kinds, mut site) = (Vec::new(), None);
    while let Some(argument) = parser.next()? {
        let word = match argument {
            Value(word) => word.string()?,
            Long("site") => {
                site = Some(PathBuf::from(parser.value()?));
                continue;
            }
            other => return Err(other.unexpected()),
        };
        kinds.push(match word.as_str() {
            "native" => Kind::Native,
            "browser" => Kind::Browser,
            "stories" => Kind::Stories,
            "engines" => Kind::Engines,
            other => return Err(format!("there are no tests of the kind `{other}`").into()),
        });
    }
    if kinds.is_empty() {
        kinds = vec![Kind::Native, Kind::Browser, Kind::Stories, Kind::Engines];
    }
    Ok(Command::Test { kinds, site })
}

fn new_machine(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut options = NewMachine::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("cached-tools") => options.cached_tools = true,
            Long("site") => options.site = Some(PathBuf::from(parser.value()?)),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::NewMachine(options))
}

fn editor(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut check = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("check") => check = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Editor { check })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn serve_accepts_a_port_and_a_build() {
        let usual = Command::Serve {
            port: 8080,
            release: false,
        };
        assert_eq!(parsed("serve"), Ok(usual));
        let other = Command::Serve {
            port: 9000,
            release: true,
        };
        assert_eq!(parsed("serve --release --port 9000"), Ok(other));
        assert!(parsed("serve --port many").is_err());
        assert!(parsed("serve --prot 1").is_err());
    }

    #[test]
    fn dist_accepts_the_address_of_the_site() {
        let with = |base_url: Option<&str>| {
            Ok(Command::Dist {
                base_url: base_url.map(str::to_owned),
            })
        };
        assert_eq!(parsed("dist"), with(None));
        let folder = with(Some("https://example.org/k/"));
        assert_eq!(parsed("dist --base-url https://example.org/k"), folder);
        assert_eq!(parsed("dist --base-url https://example.org/k/"), folder);
        assert!(parsed("dist --base-url example.org").is_err());
        assert!(parsed("dist --base-url https://a/?b").is_err());
        assert!(parsed("dist --base-url https://a/\"x").is_err());
    }

    #[test]
    fn test_runs_every_kind_by_default() {
        let test = |kinds: &[Kind], site: Option<&str>| {
            Ok(Command::Test {
                kinds: kinds.to_vec(),
                site: site.map(PathBuf::from),
            })
        };
        let every = [Kind::Native, Kind::Browser, Kind::Stories, Kind::Engines];
        assert_eq!(parsed("test"), test(&every, None));
        assert_eq!(parsed("test browser"), test(&[Kind::Browser], None));
        assert_eq!(parsed("test --site dist"), test(&every, Some("dist")));
        assert!(parsed("test all-of-them").is_err());
    }

    #[test]
    fn new_machine_options_are_parsed() {
        let options = NewMachine {
            cached_tools: true,
            site: Some(PathBuf::from("dist")),
        };
        let usual = Command::NewMachine(NewMachine::default());
        assert_eq!(parsed("new-machine"), Ok(usual));
        assert_eq!(
            parsed("new-machine --cached-tools --site dist"),
            Ok(Command::NewMachine(options))
        );
        assert!(parsed("new-machine dist").is_err());
    }

    #[test]
    fn arguments_of_other_programs_are_passed_on() {
        let expected = ["dir", "--filter", "x"].map(OsString::from).to_vec();
        assert_eq!(
            parsed("conformance dir --filter x"),
            Ok(Command::Conformance(expected))
        );
    }

    #[test]
    fn an_unknown_command_is_named() {
        let message = parsed("sevre").expect_err("no such command");
        assert!(message.contains("sevre"), "{message}");
    }
}
