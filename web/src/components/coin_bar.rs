//! The cumulative bar that the coin falls on.

use leptos::prelude::*;

/// One share of the bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Its length, 0 to 1.
    pub length: f64,
    /// Whether the coin falls here.
    pub hit: bool,
}

/// All chances side by side, best first, and a pointer where `coin` falls. The words beside it say the same.
#[component]
pub fn CoinBar(
    /// The shares, best token first.
    #[prop(into)]
    shares: Signal<Vec<Share>>,
    /// Where the coin falls, 0 to 1.
    #[prop(into)]
    coin: Signal<Option<f64>>,
) -> impl IntoView {
    view! {
        <div class="coin-line" aria-hidden="true">
            <div class="shares" style:background=move || shares.with(|shares| stripes(shares))></div>
            <span
                class="coin"
                class:coin-away=move || coin.get().is_none()
                style:transform=move || format!("translateX({:.3}%)", 100.0 * coin.get().unwrap_or(0.0))
            ></span>
        </div>
    }
}

/// One background instead of a dozen elements that come and go with every token.
fn stripes(shares: &[Share]) -> String {
    let mut from = 0.0;
    let mut stops = Vec::new();
    for (i, share) in shares.iter().enumerate() {
        let colour = match (share.hit, i % 2) {
            (true, _) => "var(--picked)",
            (false, 0) => "var(--share-even)",
            (false, _) => "var(--share-odd)",
        };
        let to = from + 100.0 * share.length;
        stops.push(format!("{colour} {from:.3}% {to:.3}%"));
        from = to;
    }
    if stops.is_empty() { "none".into() } else { format!("linear-gradient(to right, {})", stops.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_stand_side_by_side() {
        let share = |length, hit| Share { length, hit };
        assert_eq!(stripes(&[]), "none");
        assert_eq!(
            stripes(&[share(0.25, false), share(0.5, true), share(0.25, false)]),
            "linear-gradient(to right, var(--share-even) 0.000% 25.000%, var(--picked) 25.000% 75.000%, \
             var(--share-even) 75.000% 100.000%)"
        );
    }
}
