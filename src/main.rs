//! Mounts the page.

// Natively nothing is left of the page but what its tests look at.
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
