//! A slider with a field: one value, two ways to set it.

use leptos::prelude::*;

use crate::components::field::Field;
use crate::components::scale::Scale;

/// A labelled slider over `scale`, with a field for exact values.
#[component]
pub fn Slider(
    /// The slider's id; its field's derives from it.
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
    ends: [impl Into<String>; 2],
    /// Positions, values and texts.
    scale: Scale,
    /// The present value.
    #[prop(into)]
    value: Signal<f64>,
    /// Takes a new value.
    on_value: impl Fn(f64) + Clone + 'static,
) -> impl IntoView {
    let [low, high] = ends.map(Into::into);
    let position = move || (scale.position)(value.get());
    let on_type = on_value.clone();
    let slide = move |event| {
        if let Ok(position) = event_target_value(&event).parse() {
            on_value((scale.value)(position));
        }
    };
    view! {
        <div class="slider">
            <label for=id>{label}</label>
            <Field
                id=field_id
                label=field_label
                value=Signal::derive(move || (scale.show)(value.get()))
                commit=move |text| (scale.parse)(text).map(&on_type)
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
