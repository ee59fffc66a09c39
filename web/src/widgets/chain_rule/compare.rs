//! Both texts' totals beside each other.

use generation::chain_rule::Ledger;
use leptos::prelude::*;

use super::figures::{perplexity, totals};
use crate::app::store::Store;
use crate::i18n::numbers::{count, factor, signed};
use crate::t;
use session::Session;
use session::sequence_scores::SEQUENCES;

/// The totals of a text whose ledger is on show.
fn total(session: &Session, index: usize) -> Option<Ledger> {
    let side = session.sequence_scores().get(index)?;
    side.shown().filter(|_| side.is_current()).map(|sheet| sheet.total())
}

/// The comparison.
#[component]
pub fn Comparison() -> impl IntoView {
    let store = Store::from_context();
    let sides: [Memo<Option<Ledger>>; SEQUENCES] =
        std::array::from_fn(|index| store.derive(move |session| total(session, index)));
    let row = move |name: String, cell: fn(&Ledger) -> String| {
        let cells = sides.map(|side| {
            let text = move || side.get().as_ref().map_or_else(|| "–".to_owned(), cell);
            view! { <td class="secret">{text}</td> }
        });
        view! { <tr><th scope="row">{name}</th>{cells.collect_view()}</tr> }
    };
    view! {
        <div class="ledger-comparison">
            <table>
                <caption class="ear">{t!("chain-compare")}</caption>
                <thead>
                    <tr>
                        <th scope="col"><span class="ear">{t!("chain-measure")}</span></th>
                        <th scope="col">{t!("chain-first")}</th>
                        <th scope="col">{t!("chain-second")}</th>
                    </tr>
                </thead>
                <tbody>
                    {row(t!("chain-predicted"), |total| count(total.predicted))}
                    {row(t!("chain-probability"), |total| if total.predicted == 0 { "–".to_owned() } else { factor(total.log_probability) })}
                    {row(t!("chain-log"), |total| signed(total.log_probability, 2))}
                    {row(t!("chain-total-bits"), |total| totals(total).0)}
                    {row(t!("chain-mean-bits"), |total| totals(total).1)}
                    {row(t!("chain-perplexity"), perplexity)}
                </tbody>
            </table>
            <p class="ledger-verdict secret" role="status">{move || verdict(sides.map(|side| side.get()))}</p>
        </div>
    }
}

/// Which of the two surprises less.
fn verdict(totals: [Option<Ledger>; SEQUENCES]) -> String {
    let [Some(first), Some(second)] = totals.map(|total| total.filter(|total| total.predicted > 0)) else {
        return t!("chain-verdict-none");
    };
    let (one, two) = (perplexity(&first), perplexity(&second));
    match first.perplexity().partial_cmp(&second.perplexity()) {
        _ if one == two => t!("chain-verdict-same"),
        Some(std::cmp::Ordering::Less) => t!("chain-verdict-first", first = one, second = two),
        _ => t!("chain-verdict-second", first = one, second = two),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_names_the_likelier() {
        let of = |ln: f64| Some(Ledger { predicted: 2, log_probability: ln });
        assert!(verdict([of(-2.0), of(-6.0)]).starts_with("Per token, the first"));
        assert!(verdict([of(-6.0), of(-2.0)]).contains("among 2.72 tokens, and among 20.1 for the first"));
        assert!(verdict([of(-2.0), of(-2.0)]).contains("alike"));
        assert!(verdict([of(-2.0), None]).contains("needed"));
        assert!(verdict([of(-2.0), Some(Ledger::default())]).contains("needed"));
    }
}
