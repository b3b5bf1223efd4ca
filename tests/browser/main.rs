//! Tests that run inside a headless browser: `cargo xtask test browser`.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_engine_is_compiled_for_this_target() {
    assert_eq!(size_of::<usize>(), 4, "wasm32 has addresses of 32 bits");
}
