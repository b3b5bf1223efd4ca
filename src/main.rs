//! Mounts the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    yew::Renderer::<Page>::new().render();
}

/// The page.
#[cfg(target_arch = "wasm32")]
#[yew::component]
fn Page() -> yew::Html {
    yew::html! { <main><h1>{ "kubestep" }</h1></main> }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("kubestep is a web page: run `cargo xtask serve`");
}
