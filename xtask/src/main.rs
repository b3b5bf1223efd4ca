//! The project's chores behind `cargo xtask`.

fn main() {
    eprintln!("cargo xtask: no command given");
    std::process::exit(2);
}
