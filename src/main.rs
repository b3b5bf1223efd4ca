//! Mounts the page.

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("kubestep is a web page: run `cargo xtask serve`");
}
