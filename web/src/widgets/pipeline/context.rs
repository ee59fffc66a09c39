//! Stage 1: every token with its place, and how much of the window they fill.

use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::token::TokenText;
use crate::i18n::numbers::{count, percent};
use crate::shell::context::{Chip, chips, describe, folded, length};
use crate::t;
use crate::widgets::pipeline::shared::Figure;
use session::Session;

/// How the context lies in the model's window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Room {
    total: usize,
    /// The most tokens that one pass can see; 0 while there is no model.
    window: usize,
}

impl Room {
    fn of(session: &Session) -> Self {
        let window = session.shown_model().map_or(0, |info| info.window);
        Self { total: length(session.generation()), window }
    }

    /// The first position that the model sees.
    fn start(self) -> usize {
        if self.window > 0 { self.total.saturating_sub(self.window) } else { 0 }
    }

    fn share(self) -> f64 {
        if self.window > 0 { (self.total - self.start()) as f64 / self.window as f64 } else { 0.0 }
    }
}

/// The panel.
#[component]
pub fn ContextPanel() -> impl IntoView {
    let store = Store::from_context();
    let room = store.derive(Room::of);
    view! {
        <div class="panel-context">
            <section class="pipeline-part">
                <h4>{t!("pipeline-context-tokens")}</h4>
                <Tokens room/>
            </section>
            <section class="pipeline-part">
                <h4>{t!("pipeline-context-window")}</h4>
                <Window room/>
                <p class="pipeline-note">{t!("pipeline-context-note")}</p>
            </section>
        </div>
    }
}

#[component]
fn Tokens(
    /// How the context lies in the window.
    room: Memo<Room>,
) -> impl IntoView {
    let store = Store::from_context();
    let hidden = store.derive(|session| folded(length(session.generation())));
    let rows = store.derive(|session| chips(session.generation()));
    view! {
        <div class="pipeline-scroll context-tokens" tabindex="0" role="group" aria-label=t!("pipeline-context-tokens")>
            <table class="values" data-table="context" aria-label=t!("pipeline-context-tokens")>
                <thead>
                    <tr>
                        <th scope="col" class="at">{t!("pipeline-position")}</th>
                        <th scope="col" class="word">{t!("pipeline-token")}</th>
                        <th scope="col">{t!("pipeline-id")}</th>
                        <th scope="col" class="word">{t!("pipeline-context-origin")}</th>
                    </tr>
                </thead>
                <tbody>
                    <Show when=move || { hidden.get() > 0 }>
                        <tr><td colspan="4">{move || folded_words(hidden.get())}</td></tr>
                    </Show>
                    <For each=move || rows.get() key=Chip::clone let(chip)>
                        <TokenRow chip room/>
                    </For>
                </tbody>
            </table>
        </div>
    }
}

fn folded_words(hidden: usize) -> String {
    t!("pipeline-context-folded", count = hidden, shown = count(hidden))
}

#[component]
fn TokenRow(
    /// The token.
    chip: Chip,
    /// How the context lies in the window.
    room: Memo<Room>,
) -> impl IntoView {
    let store = Store::from_context();
    let (class, origin) = store.peek(|session| describe(session, &chip));
    let Chip { position, token, .. } = chip;
    let unseen = Memo::new(move |_| position < room.get().start());
    view! {
        <tr data-position=position data-token=token class:row-unseen=move || unseen.get()>
            <td class="at">{count(position)}</td>
            <th scope="row" class="word">
                <span class=format!("chip {class}")><TokenText token=Signal::derive(move || Some(token))/></span>
            </th>
            <td>{token}</td>
            <td class="word origin">
                {move || if unseen.get() { t!("pipeline-context-unseen") } else { origin.clone() }}
            </td>
        </tr>
    }
}

#[component]
fn Window(
    /// How the context lies in the window.
    room: Memo<Room>,
) -> impl IntoView {
    let number = move |read: fn(Room) -> usize| Signal::derive(move || Some(read(room.get()) as f64));
    let window = Signal::derive(move || Some(room.get().window as f64).filter(|&window| window > 0.0));
    let used = move || {
        let room = room.get();
        let (used, window) = (count(room.total - room.start()), count(room.window));
        if room.window > 0 { t!("pipeline-context-used", used = used, window = window) } else { String::new() }
    };
    let slid = move || {
        let room = room.get();
        match room.start() {
            0 => t!("pipeline-context-all"),
            out => t!("pipeline-context-slid", count = out, shown = count(out)),
        }
    };
    let whole = |number: f64| count(number as usize);
    view! {
        <div
            class="window-meter"
            role="meter"
            aria-label=t!("pipeline-context-window")
            aria-valuemin="0"
            aria-valuemax=move || room.get().window
            aria-valuenow=move || room.get().total - room.get().start()
            aria-valuetext=used
        >
            <span style:transform=move || format!("scaleX({:.5})", visible_share(room.get()))></span>
        </div>
        <p class="window-words">{used}</p>
        <dl class="figures-grid">
            <Figure key="tokens" label=t!("pipeline-context-total") value=number(|room| room.total) show=whole/>
            <Figure key="window" label=t!("pipeline-context-capacity") value=window show=whole/>
            <Figure
                key="used"
                label=t!("pipeline-context-share")
                value=Signal::derive(move || Some(room.get().share()))
                show=percent
            />
            <Figure key="first-visible" label=t!("pipeline-context-first") value=number(Room::start) show=whole/>
        </dl>
        <p>{slid}</p>
    }
}

/// The length of the meter's bar: a few tokens of thousands are to be seen too.
fn visible_share(room: Room) -> f64 {
    if room.total == 0 { 0.0 } else { room.share().max(0.006) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_window_slides() {
        let room = |total| Room { total, window: 8 };
        assert_eq!((room(3).start(), room(8).start(), room(11).start()), (0, 0, 3));
        assert_eq!((room(4).share(), room(8).share(), room(11).share()), (0.5, 1.0, 1.0));
        assert_eq!(Room { total: 5, window: 0 }.share(), 0.0);
    }
}
