//! The pass over the tokens in the window, with kept keys and values and without: by the formula, counted, timed.

use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::model_call::ModelCall;
use crate::i18n::failures::failure_words;
use crate::i18n::numbers::{count, fixed, large};
use crate::t;
use crate::widgets::context_window::model::{Sight, Work, works};
use session::Session;
use session::kv_cost::Measurement;

/// A row of the table: its name, with a cache, without.
type Row = (String, [String; 2]);

/// The costs, and the press that measures them.
#[component]
pub fn Costs(
    /// What is seen.
    sight: Memo<Sight>,
) -> impl IntoView {
    let store = Store::from_context();
    let recorded = store.derive(Session::is_recorded);
    let can_measure = store.derive(Session::can_measure);
    let asked = store.derive(|session| session.is_measuring());
    let rows = store.derive(move |session| {
        session.shown_model().map(|model| rows(works(model, sight.get()), session.measurement().as_ref()))
    });
    let said = store.derive(move |session| said(session, sight.get()));
    let row = |(name, [cached, whole]): Row| {
        view! { <tr><th scope="row">{name}</th><td>{cached}</td><td>{whole}</td></tr> }
    };
    let press = move || if asked.get_untracked() { store.stop_measuring() } else { store.measure() };
    view! {
        <section class="window-costs" aria-labelledby="window-costs-title">
            <div class="window-costs-head">
                <h4 id="window-costs-title" class="panel-title">{t!("window-cost")}</h4>
                <Button enabled=Signal::derive(move || can_measure.get() || asked.get()) on_press=press>
                    {move || if asked.get() { t!("window-cost-stop") } else { t!("window-cost-measure") }}
                </Button>
            </div>
            <table class="window-table">
                <caption class="ear">{t!("window-cost-caption")}</caption>
                <thead>
                    <tr>
                        <th scope="col"><span class="ear">{t!("window-cost-what")}</span></th>
                        <th scope="col">{t!("window-with")}</th>
                        <th scope="col">{t!("window-without")}</th>
                    </tr>
                </thead>
                <tbody>{move || rows.get().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
            </table>
            <p class="window-said" role="status">{said}</p>
            <ModelCall called=Signal::from(recorded)/>
        </section>
    }
}

fn rows(works: [Work; 2], measured: Option<&Measurement>) -> Vec<Row> {
    let passes = measured.map(|measured| [measured.cached, measured.whole]);
    let pass = |cell: fn(&generation::step::Pass) -> String| {
        passes.map_or_else(|| std::array::from_fn(|_| "–".to_owned()), |passes| passes.map(|pass| cell(&pass)))
    };
    let work = |cell: fn(&Work) -> String| works.map(|work| cell(&work));
    vec![
        (t!("window-computed"), work(|work| count(work.computed))),
        (t!("window-reused"), work(|work| count(work.reused))),
        (t!("window-formula"), work(|work| large(work.multiply_adds))),
        (t!("window-counted"), pass(|pass| large(pass.multiply_adds))),
        (t!("window-milliseconds"), pass(|pass| fixed(pass.cost.milliseconds, 1))),
        (t!("window-logits"), pass(|pass| format!("{:016x}", pass.logits))),
    ]
}

/// What is to be said of the two passes.
fn said(session: &Session, sight: Sight) -> String {
    match (session.measurement(), session.kv_cost().refused()) {
        _ if session.is_recorded() => t!("window-said-recorded"),
        _ if sight.tokens == 0 => t!("window-said-empty"),
        _ if session.is_measuring() => t!("window-said-busy"),
        (_, Some(failure)) => t!("window-said-refused", why = failure_words(failure)),
        (Some(measured), None) => {
            let works = session.shown_model().map(|model| works(model, sight)).unwrap_or_default();
            verdict(&measured, works, sight)
        }
        (None, None) => t!("window-said-press"),
    }
}

fn verdict(measured: &Measurement, works: [Work; 2], sight: Sight) -> String {
    if !measured.is_same() {
        return t!("window-said-differ");
    }
    let counted = [measured.cached.multiply_adds, measured.whole.multiply_adds];
    let first = match sight.lost() {
        0 if counted[0] == counted[1] => t!("window-said-one"),
        0 => t!("window-said-same", ratio = fixed(counted[1] as f64 / counted[0].max(1) as f64, 1)),
        _ => t!("window-said-slid", visible = count(sight.visible())),
    };
    let agrees = works.map(|work| work.multiply_adds) == counted;
    let second = if agrees { t!("window-said-count-agrees") } else { t!("window-said-count-differs") };
    format!("{first} {second}")
}

#[cfg(test)]
mod tests {
    use generation::NodeId;
    use generation::step::Pass;

    use super::*;

    fn measured(cached: u64, whole: u64, logits: [u64; 2]) -> Measurement {
        let pass = |multiply_adds, logits| Pass { multiply_adds, logits, ..Pass::default() };
        let (cached, whole) = (pass(cached, logits[0]), pass(whole, logits[1]));
        Measurement { node: NodeId::ROOT, tokens: 4, window: 16, cached, whole }
    }

    fn works(cached: u64, whole: u64) -> [Work; 2] {
        [cached, whole].map(|multiply_adds| Work { multiply_adds, ..Work::default() })
    }

    #[test]
    fn the_verdict_compares_what_was_measured() {
        let sight = Sight { tokens: 4, window: 16 };
        let words = verdict(&measured(10, 40, [7, 7]), works(10, 40), sight);
        assert!(
            words.contains("same logits to the bit") && words.contains("4.0 times") && words.contains("formula says")
        );
        assert!(verdict(&measured(10, 40, [7, 8]), works(10, 40), sight).contains("different logits"));
        assert!(verdict(&measured(10, 41, [7, 7]), works(10, 40), sight).contains("another number"));
        let slid = Sight { tokens: 20, window: 16 };
        assert!(
            verdict(&measured(40, 40, [7, 7]), works(40, 40), slid).contains("16 visible tokens were computed anew")
        );
    }
}
