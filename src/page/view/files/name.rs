//! The field for the name of a file.

use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of the field for a name.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The name.
    pub name: Rc<str>,
    /// Whether what was entered is refused.
    pub is_wrong: bool,
}

/// The field for a name, which has the focus from the beginning, with its text selected.
#[component]
pub fn NameField(props: &Props) -> Html {
    let node = use_node_ref();
    use_effect_with(props.name.clone(), {
        let node = node.clone();
        move |name: &Rc<str>| {
            if let Some(field) = node.cast::<HtmlInputElement>() {
                // Not as an attribute: what is entered stays when it is refused.
                field.set_value(name);
                let _ = field.focus();
                field.select();
            }
        }
    });
    html! {
        <input ref={node} id="file-name" autocomplete="off" spellcheck="false"
            autocapitalize="off" aria-invalid={props.is_wrong.then_some("true")}
            aria-describedby={props.is_wrong.then_some("file-name-why")} />
    }
}
