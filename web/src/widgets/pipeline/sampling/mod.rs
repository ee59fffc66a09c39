//! Stage 6: penalty, temperature and filters, one after the other; then the draw.

pub mod candidates;
pub mod controls;
pub mod filters;
pub mod walk;

use generation::Event;
use generation::sampling::coin;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::i18n::numbers::{count, fixed};
use crate::t;
use crate::widgets::pipeline::sampling::candidates::Candidates;
use crate::widgets::pipeline::sampling::controls::ControlPanel;
use crate::widgets::pipeline::sampling::walk::WalkTable;
use crate::widgets::pipeline::shared::{Views, exact};
use session::Session;

/// The parts beside the controls, one at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Draw,
    Walk,
}

/// The panel.
#[component]
pub fn SamplingPanel() -> impl IntoView {
    let part = RwSignal::new(Part::default());
    let views = vec![(Part::Draw, t!("pipeline-draw")), (Part::Walk, t!("pipeline-walk"))];
    view! {
        <div class="panel-sampling">
            <div class="pipeline-part">
                <Views name="pipeline-sampling-view" label=t!("pipeline-sampling-views") views chosen=part/>
                {move || match part.get() {
                    Part::Draw => view! { <Candidates/> }.into_any(),
                    Part::Walk => view! { <WalkTable/> }.into_any(),
                }}
                <Coin/>
            </div>
            <ControlPanel/>
        </div>
    }
}

/// What the coin is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Throw {
    seed: u64,
    position: usize,
    draw: u64,
}

impl Throw {
    fn of(session: &Session, node: generation::NodeId, position: usize) -> Option<Self> {
        let generation = session.generation();
        Some(Self { seed: generation.seed(), position, draw: generation.node(node)?.redraws() })
    }

    fn coin(self) -> f64 {
        coin(self.seed, self.position as u64, self.draw)
    }
}

/// The uniform number, its three arguments, and the button that changes the last of them.
#[component]
fn Coin() -> impl IntoView {
    let store = Store::from_context();
    let throw = Memo::new(move |_| {
        let place = store.selectors.place.get()?;
        store.with(|session| Throw::of(session, place.node, place.position))
    });
    let can_draw = store.derive(Session::can_draw);
    let words = move || {
        throw.get().map(|throw| {
            t!(
                "pipeline-coin",
                seed = throw.seed.to_string(),
                position = count(throw.position),
                draw = throw.draw.to_string(),
                u = fixed(throw.coin(), 6),
            )
        })
    };
    view! {
        <div class="coin-throw">
            <p
                class="coin-formula secret"
                data-seed=move || throw.get().map(|throw| throw.seed.to_string())
                data-position=move || throw.get().map(|throw| throw.position)
                data-draw=move || throw.get().map(|throw| throw.draw.to_string())
                data-value=move || throw.get().map(|throw| exact(throw.coin()))
            >
                {words}
            </p>
            <Button enabled=can_draw on_press=move || store.dispatch(Event::DrawAgain)>{t!("pipeline-draw-again")}</Button>
        </div>
    }
}
