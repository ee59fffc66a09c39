//! The candidates for the next token: logits, probabilities, what the filters leave, and where the coin falls.

use generation::sampling::{Draw, UNNAMED};
use generation::shortlist::{Candidate, Others};
use generation::{Event, TokenId};
use leptos::prelude::*;

use crate::app::candidate_table::{CandidateTable, ROWS};
use crate::app::run_timer::Pace;
use crate::app::selectors::{NextToken, Selectors};
use crate::app::store::Store;
use crate::components::bar::Bar;
use crate::components::coin_bar::{CoinBar, Share};
use crate::components::token::TokenText;
use crate::i18n::numbers::{count, fixed, percent, signed};
use crate::t;
use crate::widgets::pipeline::shared::{exact, token_text};
use session::Session;

/// The table of candidates.
#[component]
pub fn Candidates() -> impl IntoView {
    let store = Store::from_context();
    let Selectors { place, table, entropy, .. } = store.selectors;
    let running = store.derive(Session::running);
    let busy = move || running.get() && store.pace.get() == Pace::Fast;
    let position = move || match place.get() {
        Some(place) => t!("candidates-title", position = count(place.position)),
        None => t!("candidates-title-none"),
    };
    let size = move || place.get().map_or(0, |place| place.ranked.ranking.logits().len());
    let spread = move || match entropy.get() {
        Some(bits) => {
            let most = (size() as f64).log2();
            t!("candidates-entropy", bits = fixed(bits, 2), most = fixed(most, 2))
        }
        None => t!("candidates-entropy-none"),
    };
    let scale = Memo::new(move |_| table.with(|table| scale_words(table.scale)));
    view! {
        <section class="candidates" class:candidates-busy=busy aria-labelledby="candidates-title">
            <div class="panel-head">
                <h4 id="candidates-title" class="panel-title">{position}</h4>
                <p class="figures secret">{spread}</p>
            </div>
            <table>
                <caption>{t!("candidates-caption")}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="rank">{t!("candidates-rank")}</th>
                        <th scope="col" class="token">{t!("candidates-token")}</th>
                        <th scope="col" class="logit">{t!("candidates-logit")}</th>
                        <th scope="col" class="probability">{t!("candidates-probability")}<span class="scale">{scale}</span></th>
                        <th scope="col" class="drawn">{t!("candidates-drawn")}</th>
                    </tr>
                </thead>
                <tbody>{(0..ROWS).map(|index| view! { <CandidateRow index/> }).collect_view()}<OthersRow/></tbody>
            </table>
            <Coin/>
        </section>
    }
}

fn scale_words(scale: f32) -> String {
    if scale > 0.0 { t!("candidates-scale", percent = fixed((scale * 100.0).into(), 0)) } else { String::new() }
}

#[component]
fn CandidateRow(
    /// Which row, from 0.
    index: usize,
) -> impl IntoView {
    let store = Store::from_context();
    let Selectors { table, place, .. } = store.selectors;
    let row = Memo::new(move |_| table.with(|table| table.rows.get(index).copied()));
    let cell = move |show: fn(&Candidate) -> String| move || row.get().as_ref().map_or_else(|| "–".to_owned(), show);
    let value = move |read: fn(&Candidate) -> f32| move || row.get().as_ref().map(read).map(exact);
    let token = Signal::derive(move || row.get().map(|row| row.token));
    let unnamed = move || token.get() == Some(UNNAMED);
    let named = move || token.get().is_some() && !unnamed();
    let picked = move || row.get().is_some_and(|row| row.chosen);
    let out = move || row.get().is_some_and(|row| !row.kept);
    let length = move |read: fn(&Candidate) -> f32| {
        Signal::derive(move || row.get().map_or(0.0, |row| read(&row) / table.with(|table| table.scale)))
    };
    let force = move |_| {
        if let (Some(row), Some(place)) =
            (row.get_untracked().filter(|row| row.token != UNNAMED), place.get_untracked())
        {
            store.dispatch(Event::Force { after: place.node, token: row.token });
        }
    };
    view! {
        <tr class:row-picked=picked class:row-out=out data-picked=move || picked().then_some("")>
            <td class="rank">
                <span class="pick-mark" aria-hidden="true"></span>
                {cell(|row| count(row.rank + 1))}
            </td>
            <th scope="row" class="token">
                <button type="button" class="choose" aria-disabled=move || (!named()).then_some("true") on:click=force>
                    <span class="ear">{t!("candidates-choose")}</span>
                    <TokenText token/>
                    <small class="token-id">{move || named().then(|| token.get())}</small>
                    <small class="unnamed">{move || unnamed().then(|| t!("pipeline-unnamed"))}</small>
                    <span class="ear">{move || picked().then(|| t!("candidates-next"))}</span>
                </button>
            </th>
            <td class="logit" data-value=value(|row| row.logit)>{cell(|row| signed(row.logit.into(), 2))}</td>
            <td class="probability">
                <span class="secret"><Bar outer=length(|row| row.model) inner=length(|row| row.drawn)/></span>
                <span class="number secret" data-value=value(|row| row.model)>{cell(|row| percent(row.model.into()))}</span>
            </td>
            <td class="drawn"><span class="secret" data-value=value(|row| row.drawn)>{cell(drawn)}</span></td>
        </tr>
    }
}

/// What is filtered is out, at exactly 0.
fn drawn(row: &Candidate) -> String {
    if row.kept { percent(row.drawn.into()) } else { t!("candidates-out") }
}

#[component]
fn OthersRow() -> impl IntoView {
    let table = Store::from_context().selectors.table;
    let others = Memo::new(move |_| table.with(|table| (!table.rows.is_empty()).then_some(table.others)));
    let cell = move |show: fn(&Others) -> String| move || others.get().as_ref().map_or_else(|| "–".to_owned(), show);
    let name = move || match others.get() {
        Some(others) => t!("candidates-others", count = count(others.count)),
        None => t!("candidates-others-none"),
    };
    view! {
        <tr class="row-others" class:row-out=move || others.get().is_some_and(|others| others.kept == 0)>
            <td class="rank"></td>
            <th scope="row" class="token">{name}</th>
            <td class="logit"></td>
            <td class="probability"><span class="number secret">{cell(|others| percent(others.model))}</span></td>
            <td class="drawn">
                <span class="secret">
                    {cell(|others| if others.kept > 0 { percent(others.drawn) } else { t!("candidates-out") })}
                </span>
            </td>
        </tr>
    }
}

/// Where the coin falls on the cumulative bar.
#[component]
fn Coin() -> impl IntoView {
    let Selectors { info, next_token, made, table, .. } = Store::from_context().selectors;
    let shares =
        Memo::new(move |_| table.with(|table| shares(table, next_token.get().as_ref().and_then(NextToken::draw))));
    let coin = Memo::new(move |_| Some(next_token.get()?.draw()?.coin));
    let words = move || {
        let text = |token: TokenId| info.with(|info| token_text(info.as_deref(), token));
        let next = next_token.get();
        next.map_or_else(|| t!("candidates-coin-none"), |next| coin_words(&next, &text(next.token), made.get()))
    };
    view! {
        <div class="coin-panel secret">
            <CoinBar shares coin/>
            <p class="coin-words">{words}</p>
        </div>
    }
}

fn coin_words(next: &NextToken, text: &str, made: bool) -> String {
    if next.origin.is_unverified() {
        return t!("link-coin", token = text);
    }
    let Some(draw) = next.draw() else { return t!("candidates-coin-forced", token = text) };
    let four = |number: f64| fixed(number, 4);
    let (u, low, high) = (four(draw.coin), four(draw.low), four(draw.low + f64::from(draw.probability)));
    if !(draw.low..draw.low + f64::from(draw.probability)).contains(&draw.coin) && made {
        t!("link-coin-elsewhere", u = u, token = text, low = low, high = high)
    } else if made {
        t!("candidates-coin-fell", u = u, token = text, low = low, high = high)
    } else {
        t!("candidates-coin-falls", u = u, token = text, low = low, high = high)
    }
}

/// The chances side by side, best first: the order in which the coin is held against them. Where the chosen token is further
/// down than the rows go, the others stand on both sides of it.
fn shares(table: &CandidateTable, draw: Option<&Draw>) -> Vec<Share> {
    let mut shares: Vec<Share> =
        table.rows.iter().map(|row| Share { length: row.drawn.into(), hit: row.chosen }).collect();
    let rest = |length: f64| Share { length: length.max(0.0), hit: false };
    match (table.rows.last(), draw) {
        (Some(last), Some(draw)) if last.rank >= ROWS => {
            let best: f64 = shares[..ROWS - 1].iter().map(|share| share.length).sum();
            let before = draw.low - best;
            shares.insert(ROWS - 1, rest(before));
            shares.push(rest(table.others.drawn - before));
        }
        (Some(_), _) => shares.push(rest(table.others.drawn)),
        (None, _) => {}
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coin_falls_in_the_lit_share() {
        let row = |rank: usize, drawn: f32, chosen: bool| Candidate {
            rank,
            token: rank as TokenId,
            logit: 0.0,
            model: drawn,
            drawn,
            kept: true,
            chosen,
        };
        let draw = Draw { token: 17, rank: 17, coin: 0.70, low: 0.69, probability: 0.02 };
        let mut rows: Vec<Candidate> = (0..ROWS - 1).map(|rank| row(rank, 0.05, false)).collect();
        rows.push(row(17, 0.02, true));
        let others = Others { count: 40_000, kept: 40_000, model: 0.43, drawn: 0.43 };
        let table = CandidateTable { rows, others, scale: 1.0 };
        let shares = shares(&table, Some(&draw));
        let lit = shares.iter().position(|share| share.hit).unwrap();
        let low: f64 = shares[..lit].iter().map(|share| share.length).sum();
        assert!((low - draw.low).abs() < 1e-6, "{low}");
        assert!((shares.iter().map(|share| share.length).sum::<f64>() - 1.0).abs() < 1e-6);
    }
}
