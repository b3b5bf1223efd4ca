//! Showing and closing a modal dialog.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// A reference for a `<dialog>` that is shown as a modal dialog while `open`.
#[hook]
pub fn use_dialog(open: bool) -> NodeRef {
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), open), |(dialog, open)| {
        if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
            if *open && !dialog.open() {
                // It is in the document, so that it can be shown.
                let _ = dialog.show_modal();
            } else if !*open {
                dialog.close();
            }
        }
    });
    dialog
}
