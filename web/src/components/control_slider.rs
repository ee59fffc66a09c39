//! A slider over one of the sampling controls.

use generation::Controls;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::field::Field;
use crate::components::scale::{MIN_P, REPETITION, Scale, TEMPERATURE, TOP_K, TOP_P};
use crate::t;

/// A sampling control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// The repetition penalty.
    Repetition,
    /// The temperature.
    Temperature,
    /// Top-k.
    TopK,
    /// Top-p.
    TopP,
    /// Min-p.
    MinP,
}

impl Control {
    fn scale(self) -> Scale {
        match self {
            Self::Repetition => REPETITION,
            Self::Temperature => TEMPERATURE,
            Self::TopK => TOP_K,
            Self::TopP => TOP_P,
            Self::MinP => MIN_P,
        }
    }

    /// The control's name, its field's, and those of the slider's two ends.
    fn words(self) -> [String; 4] {
        match self {
            Self::Repetition => [
                t!("controls-repetition"),
                t!("controls-repetition-value"),
                t!("controls-repetition-low"),
                t!("controls-repetition-high"),
            ],
            Self::Temperature => [
                t!("controls-temperature"),
                t!("controls-temperature-value"),
                t!("controls-temperature-low"),
                t!("controls-temperature-high"),
            ],
            Self::TopK => {
                [t!("controls-top-k"), t!("controls-top-k-value"), t!("controls-top-k-low"), t!("controls-off")]
            }
            Self::TopP => {
                [t!("controls-top-p"), t!("controls-top-p-value"), t!("controls-top-p-low"), t!("controls-off")]
            }
            Self::MinP => {
                [t!("controls-min-p"), t!("controls-min-p-value"), t!("controls-off"), t!("controls-min-p-high")]
            }
        }
    }

    fn get(self, controls: &Controls) -> f64 {
        match self {
            Self::Repetition => controls.repetition_penalty.into(),
            Self::Temperature => controls.temperature.into(),
            Self::TopK => controls.top_k as f64,
            Self::TopP => controls.top_p.into(),
            Self::MinP => controls.min_p.into(),
        }
    }

    fn set(self, controls: &mut Controls, value: f64) {
        match self {
            Self::Repetition => controls.repetition_penalty = value as f32,
            Self::Temperature => controls.temperature = value as f32,
            Self::TopK => controls.top_k = value as usize,
            Self::TopP => controls.top_p = value as f32,
            Self::MinP => controls.min_p = value as f32,
        }
    }
}

/// A control of the loop as a labelled slider, with a field for exact values.
#[component]
pub fn ControlSlider(
    /// Which control.
    control: Control,
    /// The slider's id; the field's is that and `-value`.
    id: &'static str,
) -> impl IntoView {
    let store = Store::from_context();
    let value = Memo::new(move |_| control.get(&store.selectors.controls.get()));
    let on_value = move |value| store.change_controls(|controls| control.set(controls, value));
    let scale = control.scale();
    let position = move || (scale.position)(value.get());
    let slide = move |event| {
        if let Ok(position) = event_target_value(&event).parse() {
            on_value((scale.value)(position));
        }
    };
    let [label, field_label, low, high] = control.words();
    view! {
        <div class="slider">
            <label for=id>{label}</label>
            <Field
                id=format!("{id}-value")
                label=field_label
                value=Signal::derive(move || (scale.show)(value.get()))
                commit=move |text| (scale.parse)(text).map(on_value)
            />
            <div class="slider-range">
                <input
                    id=id
                    type="range"
                    min="0"
                    max=scale.last
                    step="1"
                    prop:value=move || position().to_string()
                    style:--filled=move || format!("{:.2}%", 100.0 * f64::from(position()) / f64::from(scale.last))
                    aria-valuetext=move || (scale.speak)(value.get())
                    on:input=slide
                />
            </div>
            <p class="slider-ends" aria-hidden="true"><span>{low}</span><span>{high}</span></p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_control_reads_what_it_has_set_and_changes_no_other() {
        let all = [Control::Repetition, Control::Temperature, Control::TopK, Control::TopP, Control::MinP];
        for control in all {
            let mut controls = Controls { repetition_penalty: 1.0, ..Controls::default() };
            let before = all.map(|other| other.get(&controls));
            // A value that none of them has by default.
            control.set(&mut controls, 2.0);
            for (other, before) in all.into_iter().zip(before) {
                assert_eq!(other.get(&controls), if other == control { 2.0 } else { before }, "{control:?} {other:?}");
            }
        }
    }
}
