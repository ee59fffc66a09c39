//! A long vector as a strip: one bar per dimension, up or down by its sign, coloured by its value.

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use crate::i18n::numbers::{count, signed};
use crate::t;
use crate::widgets::pipeline::shared::exact;

/// The strip is cut into so many pieces, which stand side by side or below one another, as the width allows.
const PIECES: usize = 4;

/// Colours on each side of 0.
const LEVELS: usize = 6;

/// How far Store Up and Store Down go.
const PAGE: usize = 16;

/// The strip, with a cursor that pointer and arrow keys move, and the value under it.
#[component]
pub fn HeatStrip(
    /// The vector.
    #[prop(into)]
    values: Signal<Vec<f32>>,
) -> impl IntoView {
    let cursor = RwSignal::new(0_usize);
    let length = Memo::new(move |_| values.with(Vec::len));
    let place = Memo::new(move |_| cursor.get().min(length.get().saturating_sub(1)));
    let value = Memo::new(move |_| values.with(|values| values.get(place.get()).copied()));
    let words = move || match value.get() {
        Some(value) => t!(
            "pipeline-embedding-read",
            dimension = count(place.get()),
            last = count(length.get().saturating_sub(1)),
            value = signed(value.into(), 4),
        ),
        None => String::new(),
    };
    let on_key = move |event: KeyboardEvent| {
        if let Some(to) = moved(place.get_untracked(), length.get_untracked(), &event.key()) {
            event.prevent_default();
            cursor.set(to);
        }
    };
    view! {
        <div
            class="heat"
            role="slider"
            tabindex="0"
            aria-label=t!("pipeline-embedding-strip")
            aria-valuemin="0"
            aria-valuemax=move || length.get().saturating_sub(1)
            aria-valuenow=move || place.get()
            aria-valuetext=words
            on:keydown=on_key
        >
            {(0..PIECES).map(|piece| view! { <Piece piece values place cursor/> }).collect_view()}
        </div>
        <p class="heat-read" data-dimension=move || place.get() data-value=move || value.get().map(exact)>{words}</p>
    }
}

#[component]
fn Piece(
    /// Which, from 0.
    piece: usize,
    /// The whole vector.
    values: Signal<Vec<f32>>,
    /// The dimension under the cursor.
    place: Memo<usize>,
    /// Where the reader points.
    cursor: RwSignal<usize>,
) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    let range = Memo::new(move |_| values.with(|values| range(values.len(), piece)));
    let bars = Memo::new(move |_| {
        values.with(|values| {
            let (from, to) = range.get();
            bars(&values[from..to], largest(values))
        })
    });
    let point = move |event: PointerEvent| {
        let Some(element) = element.get_untracked() else { return };
        let (rect, (from, to)) = (element.get_bounding_client_rect(), range.get_untracked());
        let share = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
        let last = (to - from).saturating_sub(1);
        cursor.set(from + ((share * (to - from) as f64).max(0.0) as usize).min(last));
    };
    let here = move || {
        let (from, to) = range.get();
        (from..to).contains(&place.get()).then(|| (place.get() - from) as f64 + 0.5).map(|at| at / (to - from) as f64)
    };
    view! {
        <div class="heat-piece" node_ref=element on:pointermove=point on:pointerdown=point>
            <svg
                viewBox=move || format!("0 -30 {} 130", (range.get().1 - range.get().0).max(1))
                preserveAspectRatio="none"
                aria-hidden="true"
                inner_html=move || bars.get()
            ></svg>
            <span
                class="heat-cursor"
                class:away=move || here().is_none()
                style:transform=move || format!("translateX({:.3}%)", 100.0 * here().unwrap_or(0.0))
            ></span>
        </div>
    }
}

/// The dimensions of a piece.
fn range(length: usize, piece: usize) -> (usize, usize) {
    let size = length.div_ceil(PIECES);
    ((piece * size).min(length), ((piece + 1) * size).min(length))
}

fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

/// Paths, one for each colour in use: above, a band of colours; below it the bars, up for positive values.
fn bars(values: &[f32], largest: f32) -> String {
    let mut paths = vec![String::new(); 2 * LEVELS + 1];
    for (x, &value) in values.iter().enumerate() {
        let share = if largest > 0.0 { value / largest } else { 0.0 };
        let height = 50.0 - 50.0 * share;
        paths[level(share)].push_str(&format!("M{x} -30h1v24h-1zM{x} 50h1V{height:.1}h-1z"));
    }
    let path = |(level, d): (usize, &String)| format!("<path class=\"heat-{level}\" d=\"{d}\"/>");
    paths.iter().enumerate().filter(|(_, d)| !d.is_empty()).map(path).collect()
}

/// The colour of a share from -1 to 1: 0 for the most negative, [`LEVELS`] for what is about 0.
fn level(share: f32) -> usize {
    // The root spreads the many small values.
    let strength = (share.abs().sqrt() * LEVELS as f32).round() as usize;
    if share < 0.0 { LEVELS - strength.min(LEVELS) } else { LEVELS + strength.min(LEVELS) }
}

/// Where a key leads.
fn moved(place: usize, length: usize, key: &str) -> Option<usize> {
    let last = length.checked_sub(1)?;
    Some(match key {
        "ArrowRight" | "ArrowUp" => (place + 1).min(last),
        "ArrowLeft" | "ArrowDown" => place.saturating_sub(1),
        "PageUp" => (place + PAGE).min(last),
        "PageDown" => place.saturating_sub(PAGE),
        "Home" => 0,
        "End" => last,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_the_whole() {
        for length in [0, 1, 3, 576, 577] {
            let ranges: Vec<_> = (0..PIECES).map(|piece| range(length, piece)).collect();
            assert_eq!(ranges[0].0, 0);
            assert_eq!(ranges[PIECES - 1].1, length);
            assert!(ranges.windows(2).all(|pair| pair[0].1 == pair[1].0));
        }
    }

    #[test]
    fn the_two_signs_go_two_ways_in_two_colours() {
        assert_eq!((level(-1.0), level(0.0), level(1.0)), (0, LEVELS, 2 * LEVELS));
        let both = bars(&[1.0, -1.0], 1.0);
        assert!(both.contains("class=\"heat-12\" d=\"M0 -30h1v24h-1zM0 50h1V0.0h-1z\""), "{both}");
        assert!(both.contains("class=\"heat-0\" d=\"M1 -30h1v24h-1zM1 50h1V100.0h-1z\""), "{both}");
        assert_eq!(bars(&[], 0.0), "");
    }

    #[test]
    fn keys_stay_within_the_vector() {
        assert_eq!(moved(0, 576, "ArrowLeft"), Some(0));
        assert_eq!(moved(570, 576, "PageUp"), Some(575));
        assert_eq!(moved(3, 576, "End"), Some(575));
        assert_eq!(moved(0, 0, "End"), None);
        assert_eq!(moved(3, 576, "x"), None);
    }
}
