//! What the page says of links: of the one that it was opened with, and where one cannot be copied.

use leptos::html;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::dialog::open_while;
use crate::i18n::link_notice::{Notice, notice, too_long_words};
use crate::t;

/// What became of the link that the page was opened with: nothing where there is none.
#[component]
pub fn LinkNotice() -> impl IntoView {
    let store = Store::from_context();
    let notice = store.derive(notice);
    let there = Memo::new(move |_| notice.with(Option::is_some));
    let can =
        move |read: fn(&Notice) -> bool| Memo::new(move |_| notice.with(|notice| notice.as_ref().is_some_and(read)));
    let (returns, ends) = (can(|notice| notice.former), can(|notice| notice.ends));
    let lines = move || {
        notice.get().map(|notice| {
            let line = |line: String| view! { <li>{line}</li> };
            let ignored = |line: String| view! { <li class="link-ignored">{line}</li> };
            view! {
                {notice.lines.into_iter().map(line).collect_view()}
                {notice.ignored.into_iter().map(ignored).collect_view()}
            }
        })
    };
    view! {
        <div class="link-box" class:link-box-away=move || !there.get()>
            // Always there: what comes later is heard as well.
            <div class="link-notice" role="status">
                <ul class="link-lines">{lines}</ul>
            </div>
            <Show when=move || there.get() && (returns.get() || ends.get())>
                <div class="link-choice">
                    <Show when=move || returns.get()>
                        <Button on_press=move || store.close_link()>{t!("link-back")}</Button>
                    </Show>
                    <Show when=move || ends.get()>
                        <Button class="button-quiet" on_press=move || store.dismiss_link()>{t!("link-dismiss")}</Button>
                    </Show>
                </div>
            </Show>
        </div>
    }
}

/// The link to be copied by hand, or why there is none; and what a screen reader hears of copying.
#[component]
pub fn ShareLinkDialog() -> impl IntoView {
    let links = Store::from_context().links;
    let dialog = NodeRef::<html::Dialog>::new();
    let field = NodeRef::<html::Input>::new();
    let link = move || links.shown.with(|shown| shown.clone().and_then(Result::ok));
    let select = move || {
        if let Some(field) = field.get_untracked() {
            // Before it is selected: text that is put in later would not be.
            field.set_value(&link().unwrap_or_default());
            field.select();
        }
    };
    open_while(dialog, move || links.shown.with(Option::is_some), select);
    let words = move || {
        links.shown.with(|shown| match shown {
            Some(Err(too_long)) => too_long_words(*too_long),
            _ => t!("link-by-hand"),
        })
    };
    view! {
        <p class="ear" role="status" data-link-said="">{links.said}</p>
        <dialog
            node_ref=dialog
            class="link-dialog"
            aria-labelledby="link-dialog-title"
            on:close=move |_| links.shown.set(None)
        >
            <h2 id="link-dialog-title">{t!("link-dialog-title")}</h2>
            <p id="link-dialog-words">{words}</p>
            <input
                node_ref=field
                class="field link-field"
                class:away=move || link().is_none()
                type="text"
                readonly
                spellcheck="false"
                aria-label=t!("link-field")
                aria-describedby="link-dialog-words"
                prop:value=move || link().unwrap_or_default()
            />
            <Button class="button-primary" on_press=move || links.shown.set(None)>{t!("link-close")}</Button>
        </dialog>
    }
}
