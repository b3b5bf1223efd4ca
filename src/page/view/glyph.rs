//! Icons: defined once as SVG symbols, used by name in the colour of the text.

use crate::page::pods::PodState;
use yew::prelude::*;

/// Uses an icon.
pub fn glyph(name: &str) -> Html {
    html! {
        <svg class="glyph" aria-hidden="true" focusable="false">
            <use href={format!("#g-{name}")} />
        </svg>
    }
}

/// All icons except those of pods, by name; outlines unless a shape says otherwise.
const SHAPES: [(&str, &str); 23] = [
    (
        "share",
        r#"<path d="M8 10V1.8M5 4.6l3-2.8 3 2.8M3 8v5.8h10V8"/>"#,
    ),
    (
        "leave",
        r#"<path d="M6.5 3.5H3v9.5h9.5V9.5M9.5 2.5h4v4M13.2 2.8L7.5 8.5"/>"#,
    ),
    (
        "brand",
        r##"<path d="M8 .5l6.5 3.75v7.5L8 15.5l-6.5-3.75v-7.5z" fill="#326ce5" stroke="none"/><path d="M4.5 11H7V8h2.5V5H12" stroke="#fff"/>"##,
    ),
    (
        "claim",
        r#"<path d="M3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2"/><ellipse cx="8" cy="4" rx="5" ry="2"/>"#,
    ),
    ("back", r#"<path d="M11.5 3.2v9.6L4.5 8z" class="full"/>"#),
    (
        "step",
        r#"<path d="M3.5 3.2v9.6L10.5 8z" class="full"/><path d="M12.5 3.2v9.6" stroke-width="1.8"/>"#,
    ),
    (
        "settle",
        r#"<path d="M2 3.6v8.8L7.4 8z M7.4 3.6v8.8L12.8 8z" class="full"/><path d="M14 3.6v8.8" stroke-width="1.8"/>"#,
    ),
    ("play", r#"<path d="M4.5 2.8v10.4L13 8z" class="full"/>"#),
    ("pause", r#"<path d="M5 3v10M11 3v10" stroke-width="2.4"/>"#),
    (
        "help",
        r#"<circle cx="8" cy="8" r="6.4"/><path d="M6 6.3a2 2 0 1 1 2.9 1.8c-.7.4-.9.8-.9 1.5"/><circle cx="8" cy="11.7" r=".9" class="full"/>"#,
    ),
    (
        "system",
        r#"<circle cx="8" cy="8" r="5.6"/><path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" class="full"/>"#,
    ),
    (
        "light",
        r#"<circle cx="8" cy="8" r="3"/><path d="M8 1.4v1.8M8 12.8v1.8M1.4 8h1.8M12.8 8h1.8M3.3 3.3l1.3 1.3M11.4 11.4l1.3 1.3M12.7 3.3l-1.3 1.3M4.6 11.4l-1.3 1.3"/>"#,
    ),
    (
        "dark",
        r#"<path d="M13.2 9.6A5.8 5.8 0 0 1 6.4 2.8a5.8 5.8 0 1 0 6.8 6.8z"/>"#,
    ),
    (
        "language",
        r#"<circle cx="8" cy="8" r="6.2"/><path d="M1.8 8h12.4M8 1.8c4 4 4 8.4 0 12.4M8 1.8c-4 4-4 8.4 0 12.4"/>"#,
    ),
    (
        "beside",
        r#"<rect x="2" y="3" width="5" height="10" rx="1"/><rect x="9" y="3" width="5" height="10" rx="1"/>"#,
    ),
    (
        "controller",
        r#"<path d="M13 5.5A5.6 5.6 0 0 0 3 5M3 10.5A5.6 5.6 0 0 0 13 11"/><path d="M13.4 2v3.6H9.8M2.6 14v-3.6h3.6"/>"#,
    ),
    (
        "scheduler",
        r#"<path d="M8 2v4M8 6 3.5 9.5M8 6v4M8 6l4.5 3.5"/><path d="M2 10.5h3v3H2zM6.5 10.5h3v3h-3zM11 10.5h3v3h-3z"/>"#,
    ),
    (
        "kubelet",
        r#"<rect x="2" y="3" width="12" height="4" rx="1"/><rect x="2" y="9" width="12" height="4" rx="1"/><path d="M4.5 5h.1M4.5 11h.1" stroke-width="2"/>"#,
    ),
    (
        "clock",
        r#"<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.8"/>"#,
    ),
    (
        "user",
        r#"<circle cx="8" cy="5" r="2.8"/><path d="M2.8 14a5.2 5.2 0 0 1 10.4 0"/>"#,
    ),
    (
        "lessons",
        r#"<path d="M8 4.2C6.5 3 4.5 2.8 2 3v9.5c2.5-.2 4.5 0 6 1.2 1.5-1.2 3.5-1.4 6-1.2V3c-2.5-.2-4.5 0-6 1.2zM8 4.2v9.5"/>"#,
    ),
    (
        "done",
        r#"<path d="M3 8.5 6.5 12 13 4.5" stroke-width="2"/>"#,
    ),
    ("arrow", r#"<path d="M3 8h9M8.5 4.5 12 8l-3.5 3.5"/>"#),
];

/// The symbol definitions, once per document and invisible.
#[component]
pub fn Glyphs() -> Html {
    let pods = PodState::ALL.map(|state| (state.slug(), state.shape()));
    let symbols: String = SHAPES
        .into_iter()
        .chain(pods)
        .map(|(name, shape)| {
            format!(r#"<symbol id="g-{name}" viewBox="0 0 16 16">{shape}</symbol>"#)
        })
        .collect();
    let svg =
        format!(r#"<svg class="glyphs" aria-hidden="true" focusable="false">{symbols}</svg>"#);
    Html::from_html_unchecked(AttrValue::from(svg))
}
