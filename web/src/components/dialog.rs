//! Modal dialogs.

use leptos::html;
use leptos::prelude::*;

/// Opens the dialog whenever `wanted` becomes true, and closes it when it becomes false. `on_open` is called after opening.
pub fn open_while(dialog: NodeRef<html::Dialog>, wanted: impl Fn() -> bool + 'static, on_open: impl Fn() + 'static) {
    Effect::new(move |_| {
        let wanted = wanted();
        let Some(dialog) = dialog.get().filter(|dialog| dialog.open() != wanted) else { return };
        if wanted {
            // It fails only if the dialog is not in the document.
            let _ = dialog.show_modal();
            on_open();
        } else {
            dialog.close();
        }
    });
}
