//! A slider over one of the sampling controls.

use generation::Controls;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::scale::{MIN_P, REPETITION, Scale, TEMPERATURE, TOP_K, TOP_P};
use crate::components::slider::Slider;

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

/// A [`Slider`] that reads and changes a control of the loop.
#[component]
pub fn ControlSlider(
    /// Which control.
    control: Control,
    /// The slider's id.
    id: &'static str,
    /// The field's id.
    field_id: &'static str,
    /// The control's name.
    #[prop(into)]
    label: String,
    /// The field's name.
    #[prop(into)]
    field_label: String,
    /// Names of the slider's two ends.
    ends: [String; 2],
) -> impl IntoView {
    let store = Store::from_context();
    let value = Memo::new(move |_| control.get(&store.selectors.controls.get()));
    view! {
        <Slider
            id
            field_id
            label
            field_label
            ends
            scale=control.scale()
            value
            on_value=move |value| store.change_controls(|controls| control.set(controls, value))
        />
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
