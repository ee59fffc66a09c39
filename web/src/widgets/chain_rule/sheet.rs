//! A text's ledger: its tokens tinted by surprise, the formulas, the table.

use leptos::prelude::*;

use super::Shown;
use super::figures::{bits, length, level};
use super::formula::Formula;
use crate::i18n::numbers::{count, factor, signed};
use crate::i18n::token_text::visible;
use crate::t;
use generation::chain_rule::surprisal;
use session::sequence_scores::{ScoreTable, ScoredToken};

/// A ledger.
#[component]
pub fn SheetView(
    /// Which of the texts it is of.
    index: usize,
    /// The ledger; `None` before there is one.
    sheet: Shown,
) -> impl IntoView {
    view! {
        <Strip sheet/>
        <Formula sheet/>
        <Table index sheet/>
        <p class="ledger-note">{move || sheet.get().map(|sheet| note(&sheet))}</p>
    }
}

fn note(sheet: &ScoreTable) -> String {
    if sheet.recorded {
        return t!("chain-note-recorded", count = sheet.given());
    }
    if sheet.total().predicted == 0 {
        return t!("chain-too-short");
    }
    if sheet.dropped {
        t!("chain-dropped", count = count(sheet.entries.len()))
    } else if sheet.begins {
        t!("chain-note-begins")
    } else {
        t!("chain-note-given")
    }
}

fn tint(entry: &ScoredToken) -> String {
    let tint = entry.chance.map(|chance| format!("ledger-level-{}", level(surprisal(chance.ln))));
    format!("ledger-chip {}", tint.as_deref().unwrap_or("ledger-given"))
}

/// The text as one line of tinted tokens, each with its bits.
#[component]
fn Strip(
    /// The ledger.
    sheet: Shown,
) -> impl IntoView {
    let chips = move || {
        let sheet = sheet.get()?;
        let chip = |entry: &ScoredToken| {
            let bits = entry.chance.map_or_else(|| t!("chain-given"), |chance| bits(chance.ln));
            view! {
                <li class=tint(entry)>
                    <bdi lang="en" class="token-text" class:token-control=entry.control>{visible(&entry.bytes)}</bdi>
                    <small class="secret">{bits}</small>
                </li>
            }
        };
        Some(sheet.entries.iter().map(chip).collect_view())
    };
    view! {
        <ol class="ledger-strip" tabindex="0" aria-label=t!("chain-strip")>{chips}</ol>
    }
}

#[component]
fn Table(
    /// Which of the texts it is of.
    index: usize,
    /// The ledger.
    sheet: Shown,
) -> impl IntoView {
    let name = if index == 0 { t!("chain-table-first") } else { t!("chain-table-second") };
    let caption = name.clone();
    let rows = move || {
        let sheet = sheet.get()?;
        let rows = (0..sheet.entries.len()).map(|index| row(&sheet, index));
        Some(rows.collect_view())
    };
    view! {
        <div class="ledger-window" tabindex="0" role="region" aria-label=name>
            // Heads without rows would be a table of nothing.
            <table class="ledger-table" class:away=move || sheet.with(Option::is_none)>
                <caption class="ear">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("chain-token")}</th>
                        <th scope="col">{t!("chain-chance")}</th>
                        <th scope="col">{t!("chain-product")}</th>
                        <th scope="col">{t!("chain-sum")}</th>
                        <th scope="col">{t!("chain-bits")}</th>
                        <th scope="col">{t!("chain-rank")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(sheet: &ScoreTable, index: usize) -> impl IntoView + use<> {
    let entry = &sheet.entries[index];
    let token = view! {
        <th scope="row">
            <span class=tint(entry)><bdi lang="en" class="token-text" class:token-control=entry.control>{visible(&entry.bytes)}</bdi></span>
        </th>
    };
    let Some(chance) = entry.chance else {
        let why = match () {
            () if sheet.recorded => t!("chain-given-recorded"),
            () if sheet.begins => t!("chain-begin"),
            () => t!("chain-given"),
        };
        return view! { <tr class="ledger-row-given">{token}<td colspan="5">{why}</td></tr> }.into_any();
    };
    let length = format!("{:.1}%", 100.0 * length(surprisal(chance.ln)));
    view! {
        <tr>
            {token}
            <td class="secret">{factor(chance.ln)}</td>
            <td class="secret">{factor(entry.total.log_probability)}</td>
            <td class="secret">{signed(entry.total.log_probability, 2)}</td>
            <td class="ledger-bits secret">
                <span class="ledger-bar" aria-hidden="true"><span style:width=length></span></span>
                <span>{bits(chance.ln)}</span>
            </td>
            <td class="secret">{count(chance.rank + 1)}</td>
        </tr>
    }
    .into_any()
}
