//! Mounts the page.

// Native builds compile the page only for its tests.
#[cfg(any(target_arch = "wasm32", test))]
mod page;

#[cfg(target_arch = "wasm32")]
fn main() {
    page::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("kubestep is a web page: run `cargo xtask serve`");
}
