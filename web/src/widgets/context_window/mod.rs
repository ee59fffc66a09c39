//! The widget `context-window`: what the model sees of the text, and what the next token costs with a cache and
//! without.

pub mod costs;
pub mod curves;
pub mod model;
pub mod tables;

use generation::TokenId;
use leptos::prelude::*;

use self::costs::Costs;
use self::curves::Curves;
use self::tables::{Figures, Measurements};
use crate::app::store::Store;
use crate::components::token::TokenText;
use crate::components::transport::{NextToken, Run};
use crate::i18n::numbers::count;
use crate::shell::widget_frame::{Whose, WidgetFrame};
use crate::t;
use crate::widgets::context_window::model::{Cell, Sight};
use session::Session;
use session::kv_cost::SMALL;

/// The widget `context-window`.
#[component]
pub fn ContextWindow() -> impl IntoView {
    let store = Store::from_context();
    let sight = store.derive(sight);
    // What goes beyond the recording is asked for beside the costs.
    let whose = store.derive(|session| {
        let model = session.shown_model()?.name.clone();
        Some(Whose { model, recorded: session.is_recorded() })
    });
    view! {
        <WidgetFrame name="context-window" title=t!("window-title") whose=whose>
            <div class="window">
                <div class="window-transport">
                    <NextToken/>
                    <Run/>
                    <Size/>
                </div>
                <p class="hint">{t!("window-hint")}</p>
                <p class="window-state">{move || state_words(sight.get())}</p>
                <Ruler sight/>
                <div class="window-sides">
                    <Costs sight/>
                    <Curves sight/>
                </div>
                <Figures/>
                <Measurements/>
            </div>
        </WidgetFrame>
    }
}

/// What of the text the window in force sees; nothing before a model is known.
fn sight(session: &Session) -> Sight {
    let window = session.shown_model().map_or(0, |model| session.kv_cost().window(model));
    let generation = session.generation();
    let tokens = if window == 0 { 0 } else { generation.position(generation.tip()) };
    Sight { tokens, window }
}

fn state_words(sight: Sight) -> String {
    let (shown, window) = (count(sight.tokens), count(sight.window));
    match (sight.tokens, sight.lost()) {
        (0, _) => t!("window-empty", window = window),
        (_, 0) if sight.tokens == sight.window => t!("window-full", shown = shown, window = window),
        (tokens, 0) => {
            t!("window-room", tokens = tokens, shown = shown, window = window, free = count(sight.window - tokens))
        }
        (_, lost) => t!("window-slid", lost = lost, shown_lost = count(lost), shown = shown, window = window),
    }
}

/// The choice of the window.
#[component]
fn Size() -> impl IntoView {
    let store = Store::from_context();
    let small = store.derive(|session| session.kv_cost().window_choice());
    let own = store.derive(|session| session.shown_model().map_or(0, |model| model.window));
    let choose = move |event| {
        let chosen = event_target_value(&event).parse().ok().filter(|size| SMALL.contains(size));
        store.choose_window(chosen);
    };
    let option = move |size: usize| {
        view! {
            <option value=size selected=move || small.get() == Some(size)>
                {t!("window-size-small", shown = count(size))}
            </option>
        }
    };
    let sizes = move || SMALL.into_iter().filter(|&size| size < own.get()).map(option).collect_view();
    view! {
        <label class="speed window-size">
            <span>{t!("window-size")}</span>
            <select on:change=choose>
                {sizes}
                <option value="own" selected=move || small.get().is_none_or(|small| small >= own.get())>
                    {move || t!("window-size-model", shown = count(own.get()))}
                </option>
            </select>
        </label>
    }
}

/// A place on the ruler with its token, if it has one.
type Place = (Cell, Option<TokenId>);

/// The ruler.
#[component]
fn Ruler(
    /// What is seen.
    sight: Memo<Sight>,
) -> impl IntoView {
    let store = Store::from_context();
    let places = store.derive(move |session| places(session, sight.get()));
    view! {
        <div class="window-ruler" tabindex="0" role="group" aria-label=t!("window-ruler")>
            <ol>
                <For each=move || places.get() key=|place| *place let(place)>
                    <PlaceView place/>
                </For>
            </ol>
        </div>
    }
}

fn places(session: &Session, sight: Sight) -> Vec<Place> {
    let tokens = session.generation().context();
    let token = |cell: &Cell| match *cell {
        Cell::Lost(position) | Cell::Seen { position, .. } => tokens.get(position).copied(),
        _ => None,
    };
    sight.ruler().into_iter().map(|cell| (cell, token(&cell))).collect()
}

#[component]
fn PlaceView(
    /// The place.
    place: Place,
) -> impl IntoView {
    let (cell, token) = place;
    let text = move || view! { <TokenText token=Signal::derive(move || token)/> };
    match cell {
        Cell::Lost(_) => view! {
            <li class="window-lost">
                <s>{text()}</s>
                <small>{t!("window-fallen")}</small>
            </li>
        }
        .into_any(),
        Cell::Seen { place, .. } => view! {
            <li class="window-seen">
                {text()}
                <small><span class="ear">{t!("window-place", place = place)}</span><span aria-hidden="true">{place}</span></small>
            </li>
        }
        .into_any(),
        Cell::Free(place) => view! {
            <li class="window-free">
                <span class="ear">{t!("window-free")}</span>
                <small aria-hidden="true">{place}</small>
            </li>
        }
        .into_any(),
        Cell::MoreLost(more) => {
            view! { <li class="window-lost window-more">{t!("window-more-lost", count = count(more))}</li> }.into_any()
        }
        Cell::MoreSeen(more) => {
            view! { <li class="window-seen window-more">{t!("window-more-seen", count = count(more))}</li> }.into_any()
        }
        Cell::MoreFree(more) => {
            view! { <li class="window-free window-more">{t!("window-more-free", count = count(more))}</li> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_said_in_numbers() {
        let words = |tokens| state_words(Sight { tokens, window: 16 });
        assert_eq!(words(0), "No token yet: all 16 places are free.");
        assert_eq!(words(1), "1 token in a window of 16: room for 15 more.");
        assert_eq!(words(12), "12 tokens in a window of 16: room for 4 more.");
        assert_eq!(words(16), "16 tokens fill the window of 16: the next one pushes the first out.");
        assert_eq!(words(17), "17 tokens, a window of 16: the first one has fallen out.");
        assert_eq!(words(1200), "1,200 tokens, a window of 16: the first 1,184 have fallen out.");
    }
}
