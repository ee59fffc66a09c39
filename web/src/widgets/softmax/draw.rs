//! What can be done with the six: add the same to all, draw from them, go on with them.

use generation::Event;
use generation::sampling::{Draw, UNNAMED};
use leptos::prelude::*;

use super::logit_bars::LogitBars;
use crate::components::button::Button;
use crate::i18n::numbers::{fixed, signed};
use crate::i18n::status;
use crate::i18n::token_text::token_name;
use crate::t;
use session::Session;
use session::toy_logits::ToyLogits;

/// Adds the same constant to every logit of the six words: no probability changes.
#[component]
pub fn AddToAll(
    /// The bars.
    bars: LogitBars,
) -> impl IntoView {
    let classes = bars.store.derive(|session| *session.toy_logits());
    let can_add = move |constant| Signal::derive(move || classes.get().can_add(constant));
    let changed = Signal::derive(move || classes.get() != ToyLogits::default());
    let add = move |constant| move || bars.store.change_toy_logits(|classes| classes.add(constant));
    let words = move || match classes.get().added {
        0.0 => t!("softmax-add-hint"),
        added => t!("softmax-added", constant = plus(added)),
    };
    view! {
        <div class="softmax-act" role="group" aria-label=t!("softmax-add")>
            <div class="softmax-buttons">
                <span class="softmax-add-label">{t!("softmax-add")}</span>
                <Button enabled=can_add(-1.0) on_press=add(-1.0)>
                    <span class="ear">{t!("softmax-add-less")}</span><span aria-hidden="true">"−1"</span>
                </Button>
                <Button enabled=can_add(1.0) on_press=add(1.0)>
                    <span class="ear">{t!("softmax-add-more")}</span><span aria-hidden="true">"+1"</span>
                </Button>
                <Button
                    class=Signal::derive(|| "softmax-restore".to_owned())
                    enabled=changed
                    on_press=move || bars.store.change_toy_logits(ToyLogits::restore)
                >
                    {t!("softmax-restore-words")}
                </Button>
            </div>
            <p class="hint softmax-added" aria-live="polite">{words}</p>
        </div>
    }
}

fn plus(number: f64) -> String {
    if number > 0.0 { format!("+{}", fixed(number, 0)) } else { signed(number, 0) }
}

/// Where the coin would fall, and the buttons to draw again, to go on, and to give all logits back.
#[component]
pub fn DrawPanel(
    /// The bars.
    bars: LogitBars,
) -> impl IntoView {
    let store = bars.store;
    let draw = next_draw(bars);
    let altered = Memo::new(move |_| store.selectors.alterations.with(|changes| changes.len()));
    let can_go_on = store.derive(|session| session.can_go_on() && session.can_draw());
    let go_on = move || store.dispatch(if altered.get_untracked() > 0 { Event::Continue } else { Event::NextToken });
    let restore = move || {
        store.dispatch(Event::Restore);
        bars.said.set(t!("softmax-restored"));
    };
    let enabled = Signal::derive(move || altered.get() > 0 && bars.can_set.get());
    view! {
        <div class="softmax-act">
            <p class="softmax-would secret" data-would-draw=move || draw.get().map(|draw| would_draw(&draw))>
                <span>{move || draw.get().map_or_else(|| t!("softmax-would-wait"), |draw| draw_words(bars, &draw))}</span>
            </p>
            <div class="softmax-buttons">
                <Button class=Signal::derive(|| "button-primary".to_owned()) enabled=can_go_on on_press=go_on>
                    {t!("softmax-continue")}
                </Button>
                <Button enabled=bars.can_set on_press=move || store.dispatch(Event::DrawAgain)>{t!("softmax-draw-again")}</Button>
                <Button class=Signal::derive(|| "softmax-restore".to_owned()) enabled=enabled on_press=restore>
                    {t!("softmax-restore-model")}
                </Button>
            </div>
            <p class="hint softmax-altered-count">{move || altered_words(altered.get())}</p>
            <p class="hint softmax-record">{store.derive(last_record)}</p>
        </div>
    }
}

/// The draw that "continue" would make, or the one that was just made, while its step is under way.
fn next_draw(bars: LogitBars) -> Memo<Option<Draw>> {
    let view = bars.store.selectors;
    let coin = bars.store.derive(|session| session.generation().coin());
    Memo::new(move |_| match (view.made.get(), view.altered.get()) {
        (false, Some(altered)) => altered.draw(coin.get()),
        _ => view.next_token.get()?.draw().copied(),
    })
}

/// What a test reads: the token's id.
fn would_draw(draw: &Draw) -> String {
    if draw.token == UNNAMED { "unnamed".to_owned() } else { draw.token.to_string() }
}

fn draw_words(bars: LogitBars, draw: &Draw) -> String {
    let token = match bars.store.selectors.info.get() {
        _ if draw.token == UNNAMED => t!("softmax-unnamed"),
        Some(info) => token_name(&info.vocabulary, draw.token),
        None => draw.token.to_string(),
    };
    t!(
        "softmax-would-draw",
        coin = fixed(draw.coin, 4),
        low = fixed(draw.low, 4),
        high = fixed(draw.low + f64::from(draw.probability), 4),
        token = token,
    )
}

fn altered_words(altered: usize) -> String {
    match altered {
        0 => t!("softmax-altered-none"),
        count => t!("softmax-altered-count", count = count),
    }
}

/// How the last token came into the context, where altered logits had a part in it.
fn last_record(session: &Session) -> String {
    let generation = session.generation();
    let node =
        generation.node(generation.tip()).filter(|node| node.origin().is_altered() && !node.origin().is_unverified());
    let (Some(node), Some(info)) = (node, session.shown_model()) else { return String::new() };
    t!("softmax-record", token = token_name(&info.vocabulary, node.token()), how = status::origin_text(node))
}
