//! The sampling controls: temperature, top-k, top-p and the seed.

use generation::record;
use leptos::prelude::*;

use crate::browser;
use crate::page::Page;
use crate::parts::button::Button;
use crate::parts::field::Field;
use crate::parts::slider::Slider;
use crate::scale::{TEMPERATURE, TOP_K, TOP_P, parse_seed};

/// Turning any of them changes the bars at once: the logits stay what they are.
#[component]
pub fn ControlPanel() -> impl IntoView {
    let page = Page::here();
    let controls = page.view.controls;
    let seed = page.derive(|session| session.generation().seed());
    let changed = move || controls.get() != record::controls() || seed.get() != record::SEED;
    let reset = move || {
        page.control(|controls| *controls = record::controls());
        page.seed(record::SEED);
    };
    view! {
        <section class="controls" aria-labelledby="controls-title">
            <div class="panel-head">
                <h3 id="controls-title" class="panel-title">"Sampling"</h3>
                <Button class="button-quiet" enabled=Signal::derive(changed) on_press=reset>"Reset controls"</Button>
            </div>
            <Slider
                id="temperature"
                field_id="temperature-value"
                label="Temperature"
                field_label="Temperature value"
                ends=["0 winner takes all", "uniform ∞"]
                scale=TEMPERATURE
                value=Signal::derive(move || controls.get().temperature.into())
                on_value=move |value| page.control(|controls| controls.temperature = value as f32)
            />
            <Formula/>
            <Slider
                id="top-k"
                field_id="top-k-value"
                label="Top-k"
                field_label="Top-k value"
                ends=["1 best only", "off"]
                scale=TOP_K
                value=Signal::derive(move || controls.get().top_k as f64)
                on_value=move |value| page.control(|controls| controls.top_k = value as usize)
            />
            <Slider
                id="top-p"
                field_id="top-p-value"
                label="Top-p"
                field_label="Top-p value"
                ends=["0 best only", "off 1"]
                scale=TOP_P
                value=Signal::derive(move || controls.get().top_p.into())
                on_value=move |value| page.control(|controls| controls.top_p = value as f32)
            />
            <Seed/>
        </section>
    }
}

/// Softmax with temperature, and what the present temperature means.
#[component]
fn Formula() -> impl IntoView {
    let controls = Page::here().view.controls;
    let words = move || (TEMPERATURE.speak)(controls.get().temperature.into());
    view! {
        <div class="formula">
            <math display="block">
                <msub><mi>"p"</mi><mi>"i"</mi></msub>
                <mo>"="</mo>
                <mfrac>
                    <mrow>
                        <mi>"exp"</mi><mo>"("</mo>
                        <msub><mi>"z"</mi><mi>"i"</mi></msub><mo>"/"</mo><mi>"T"</mi>
                        <mo>")"</mo>
                    </mrow>
                    <mrow>
                        <msub><mo>"∑"</mo><mi>"j"</mi></msub>
                        <mi>"exp"</mi><mo>"("</mo>
                        <msub><mi>"z"</mi><mi>"j"</mi></msub><mo>"/"</mo><mi>"T"</mi>
                        <mo>")"</mo>
                    </mrow>
                </mfrac>
            </math>
            <p class="hint" aria-hidden="true">"T = "{words}</p>
        </div>
    }
}

/// The seed of all coins.
#[component]
fn Seed() -> impl IntoView {
    let page = Page::here();
    let seed = page.derive(|session| session.generation().seed().to_string());
    view! {
        <div class="seed">
            <label for="seed">"Seed"</label>
            <Field id="seed" label="Seed" value=seed commit=move |text| parse_seed(text).map(|seed| page.seed(seed))/>
            <Button on_press=move || page.seed(browser::random_seed())>"New seed"</Button>
            <p class="hint">"Same seed, same controls, same text: the same tokens again."</p>
        </div>
    }
}
