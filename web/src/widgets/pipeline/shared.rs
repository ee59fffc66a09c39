//! What the panels have in common.

use generation::TokenId;
use generation::generation::Halt;
use generation::protocol::ModelInfo;
use generation::sampling::UNNAMED;
use generation::step::{Inspection, Taps};
use generation::tree::Ranked;
use leptos::prelude::*;

use crate::app::ptr_eq::PtrEq;
use crate::app::run_timer::Pace;
use crate::app::store::Store;
use crate::i18n::token_text::token_name;
use crate::t;
use session::Session;

/// The inside of the pass on show.
#[derive(Clone, Debug, PartialEq)]
pub enum Inside {
    /// It is there.
    Seen(PtrEq<Ranked>),
    /// It is under way, or there is no step yet.
    Waiting,
    /// The steps of a run leave it out.
    Running,
    /// The recording lacks it.
    Missing,
    /// The text has ended after a run: nothing more is asked of the model here.
    Ended,
}

impl Inside {
    /// The inside of the place on show.
    pub fn memo(store: Store) -> Memo<Self> {
        let running = store.derive(Session::running);
        let ended = store.derive(has_ended);
        Memo::new(move |_| match store.selectors.place.get() {
            Some(place) if place.ranked.shows(Taps::ALL) => Self::Seen(place.ranked),
            Some(_) if running.get() => Self::Running,
            Some(place) if place.ranked.recorded => Self::Missing,
            _ if ended.get() => Self::Ended,
            _ => Self::Waiting,
        })
    }

    /// The pass, once it is there.
    pub fn seen(self) -> Option<PtrEq<Ranked>> {
        match self {
            Self::Seen(ranked) => Some(ranked),
            _ => None,
        }
    }

    /// Why it is not there; empty if it is.
    pub fn words(&self) -> String {
        match self {
            Self::Seen(_) => String::new(),
            Self::Waiting => t!("pipeline-inside-waiting"),
            Self::Running => t!("pipeline-inside-running"),
            Self::Missing => t!("pipeline-inside-missing"),
            Self::Ended => t!("pipeline-inside-ended"),
        }
    }
}

/// Why the inside is not to be seen; takes no room while it is.
#[component]
pub fn Absent(
    /// The inside.
    inside: Memo<Inside>,
) -> impl IntoView {
    view! { <p class="pipeline-absent" role="status">{move || inside.with(Inside::words)}</p> }
}

/// Why a look inside is not there.
pub fn missing(store: Store, asked: impl Fn() -> Inspection + Copy + Send + Sync + 'static) -> Memo<String> {
    let running = store.derive(Session::running);
    let ended = store.derive(has_ended);
    Memo::new(move |_| {
        let Some(place) = store.selectors.place.get() else { return t!("pipeline-inside-waiting") };
        let refused = store.with(|session| session.is_refused(place.node, asked()));
        match (refused, running.get(), place.ranked.recorded) {
            (true, ..) => t!("pipeline-not-available"),
            (_, true, _) => t!("pipeline-inside-running"),
            (_, _, true) => t!("pipeline-inside-missing"),
            _ if ended.get() => t!("pipeline-inside-ended"),
            _ => t!("pipeline-inside-waiting"),
        }
    })
}

fn has_ended(session: &Session) -> bool {
    matches!(session.generation().halt(), Some(Halt::EndOfText(_)))
}

/// Whether tokens come too fast for all but the cheapest to follow.
pub fn fast(store: Store) -> Memo<bool> {
    let running = store.derive(Session::running);
    Memo::new(move |_| running.get() && store.pace.get() == Pace::Fast)
}

/// A number with all its digits, as JavaScript reads it.
pub fn exact(number: impl Into<f64>) -> String {
    match number.into() {
        n if n == f64::INFINITY => "Infinity".to_owned(),
        n if n == f64::NEG_INFINITY => "-Infinity".to_owned(),
        n => n.to_string(),
    }
}

/// A token with everything visible; what a recording does not name says so.
pub fn token_text(info: Option<&ModelInfo>, token: TokenId) -> String {
    match info {
        _ if token == UNNAMED => t!("pipeline-unnamed"),
        Some(info) => token_name(&info.vocabulary, token),
        None => String::new(),
    }
}

/// One figure with its name; `data-figure` and `data-value` carry it at full precision.
#[component]
pub fn Figure(
    /// Its name in the page.
    key: &'static str,
    /// Its name for the reader.
    label: String,
    /// The value.
    #[prop(into)]
    value: Signal<Option<f64>>,
    /// The value as text.
    show: fn(f64) -> String,
    /// Whether it is to be guessed.
    #[prop(optional)]
    secret: bool,
) -> impl IntoView {
    view! {
        <div class="figure">
            <dt>{label}</dt>
            <dd class:secret=secret data-figure=key data-value=move || value.get().map(exact)>
                {move || value.get().map_or_else(|| "–".to_owned(), show)}
            </dd>
        </div>
    }
}

/// A choice of one among several views of a panel.
#[component]
pub fn Views<T: Copy + PartialEq + Send + Sync + 'static>(
    /// The group's name in the page.
    name: &'static str,
    /// What is chosen, for the ear.
    label: String,
    /// The views with their names.
    views: Vec<(T, String)>,
    /// The chosen one.
    chosen: RwSignal<T>,
) -> impl IntoView {
    let choice = move |(view, label): (T, String)| {
        view! {
            <label class="view">
                <input
                    type="radio"
                    name=name
                    prop:checked=move || chosen.get() == view
                    on:change=move |_| chosen.set(view)
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="views">
            <legend class="ear">{label}</legend>
            {views.into_iter().map(choice).collect_view()}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_all_their_digits() {
        assert_eq!(exact(0.1_f32).parse(), Ok(f64::from(0.1_f32)));
        assert_eq!(exact(-2.5), "-2.5");
        assert_eq!(exact(f32::NEG_INFINITY), "-Infinity");
    }

    #[test]
    fn what_a_recording_does_not_name_says_so() {
        assert!(token_text(None, UNNAMED).contains("not named"));
    }
}
