//! Another model from the reader's own files: the button, the page as a place to drop them on, and the dialog that says
//! what they hold before anything is replaced.

use generation::protocol::{Activation, ModelInfo, Norm, Positions, Source};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::DragEvent;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::dialog::open_while;
use crate::i18n::failures::failure_words;
use crate::i18n::numbers::{bytes, count, percent};
use crate::platform::file_drop::{self, Dropped};
use crate::t;
use session::incoming_model::{IncomingModel, IncomingState, Unread};

/// The buttons that open files, or a folder's.
#[component]
pub fn OpenModelButtons() -> impl IntoView {
    let (file, folder) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let accept = ".gguf,.json,.safetensors,.txt";
    view! {
        <Button on_press=move || press(file)>{t!("open-file")}</Button>
        <input type="file" id="open-file" hidden multiple accept=accept aria-label=t!("open-file") node_ref=file on:change=choose(file)/>
        <Button on_press=move || press(folder)>{t!("open-folder")}</Button>
        <input type="file" id="open-folder" hidden prop:webkitdirectory=true aria-label=t!("open-folder") node_ref=folder on:change=choose(folder)/>
    }
}

fn press(input: NodeRef<html::Input>) {
    if let Some(input) = input.get_untracked() {
        input.click();
    }
}

fn choose(input: NodeRef<html::Input>) -> impl Fn(web_sys::Event) {
    let store = Store::from_context();
    move |_| {
        let Some(input) = input.get_untracked() else { return };
        let selection = input.files().map(|list| file_drop::from_list(&list)).unwrap_or_default();
        // The same file can be chosen again.
        input.set_value("");
        store.open_files(selection);
    }
}

/// Takes files that are dropped anywhere on the page, and shows that it would.
#[component]
pub fn DropPlace() -> impl IntoView {
    let store = Store::from_context();
    let over = RwSignal::new(false);
    let drag = move |event: web_sys::Event| event.dyn_into::<DragEvent>().ok().filter(file_drop::are_dragged);
    let hover = move |event| {
        if let Some(event) = drag(event) {
            event.prevent_default();
            over.set(true);
        }
    };
    window_event_listener_untyped("dragenter", hover);
    window_event_listener_untyped("dragover", hover);
    window_event_listener_untyped("dragleave", move |event| {
        // From one element to the next there is a related one; out of the window there is none.
        if drag(event).is_some_and(|event| event.related_target().is_none()) {
            over.set(false);
        }
    });
    window_event_listener_untyped("drop", move |event| {
        let Some(event) = drag(event) else { return };
        event.prevent_default();
        over.set(false);
        let Some(data) = event.data_transfer() else { return };
        let dropped = Dropped::take(&data);
        leptos::task::spawn_local(async move { store.open_files(dropped.read().await) });
    });
    view! {
        <div class="drop-place" class:drop-over=move || over.get() aria-hidden="true">
            <p>{t!("drop-here")}</p>
        </div>
    }
}

/// What the reader's files hold, and whether they shall replace the present model.
#[component]
pub fn OpenModelDialog() -> impl IntoView {
    let store = Store::from_context();
    let incoming = store.derive(|session| session.incoming_model().cloned());
    let dialog = NodeRef::<html::Dialog>::new();
    open_while(dialog, move || incoming.with(Option::is_some), || {});
    // Told after the fact: by then the next files may have been opened.
    let close = move |_| {
        if dialog.get_untracked().is_some_and(|dialog| !dialog.open()) {
            store.decline();
        }
    };
    let said = move |read: fn(&IncomingModel) -> String| move || incoming.get().as_ref().map(read);
    let ready = Signal::derive(move || arrival(&incoming.get()) == Some(IncomingState::Described));
    let alert = Memo::new(move |_| match arrival(&incoming.get()) {
        Some(IncomingState::Refused(failure)) => Some(failure_words(&failure)),
        _ => None,
    });
    let share = Memo::new(move |_| match arrival(&incoming.get()) {
        Some(IncomingState::Loading { progress, .. }) => Some(progress.received as f64 / progress.total.max(1) as f64),
        _ => None,
    });
    let facts = Memo::new(move |_| incoming.get().as_ref().map(facts));
    let left_out = Memo::new(move |_| incoming.get().as_ref().map(left_out));
    let fact = |(name, value): (String, String)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <dialog
            node_ref=dialog
            class="new-model"
            aria-labelledby="new-model-title"
            on:close=close
        >
            <h2 id="new-model-title">{said(title)}</h2>
            <p class="new-model-state" role="status">{said(state)}</p>
            <p class="new-model-alert" role="alert">{move || alert.get()}</p>
            <p class="new-model-left-out">{move || left_out.get()}</p>
            <dl class="new-model-facts">{move || facts.get().map(|facts| facts.into_iter().map(fact).collect_view())}</dl>
            <progress
                class="model-progress"
                class:away=move || share.get().is_none()
                aria-label=t!("model-progress-label")
                max="100"
                prop:value=move || 100.0 * share.get().unwrap_or(0.0)
            ></progress>
            <div class="new-model-choice">
                <Button class="button-primary" enabled=ready on_press=move || store.accept()>{t!("new-model-use")}</Button>
                <Button on_press=move || store.decline()>{t!("new-model-keep")}</Button>
            </div>
        </dialog>
    }
}

fn arrival(incoming: &Option<IncomingModel>) -> Option<IncomingState> {
    incoming.as_ref().map(|incoming| incoming.state.clone())
}

fn title(incoming: &IncomingModel) -> String {
    let IncomingModel { label, info, survey, .. } = incoming;
    let name = info.as_ref().map(|info| &info.name).or(survey.as_ref().map(|survey| &survey.name));
    name.unwrap_or(label).clone()
}

fn state(incoming: &IncomingModel) -> String {
    match &incoming.state {
        IncomingState::Starting | IncomingState::Reading { .. } if incoming.source != Source::Files => {
            t!("model-looking")
        }
        IncomingState::Starting | IncomingState::Reading { .. } => t!("new-model-reading", files = &incoming.label),
        IncomingState::Described => match &incoming.survey {
            Some(survey) => t!("new-model-offered", size = bytes(survey.bytes.saturating_sub(survey.cached))),
            None => t!("new-model-described", files = &incoming.label),
        },
        IncomingState::Loading { progress, .. } => {
            let share = progress.received as f64 / progress.total.max(1) as f64;
            t!("new-model-loading", percent = percent(share))
        }
        IncomingState::Refused(_) => t!("new-model-refused"),
    }
}

/// What of the reader's folders is not on show, and may be why the model is refused.
fn left_out(incoming: &IncomingModel) -> String {
    let Unread { failed, folders } = &incoming.unread;
    let mut words = Vec::new();
    if !failed.is_empty() {
        words.push(t!("new-model-unread", names = failed.join(", ")));
    }
    if !folders.is_empty() && matches!(incoming.state, IncomingState::Refused(_)) {
        words.push(t!("new-model-folders", names = folders.join(", ")));
    }
    words.join(" ")
}

/// What a model is, as names and values.
fn facts(incoming: &IncomingModel) -> Vec<(String, String)> {
    let mut facts = match (&incoming.info, &incoming.survey) {
        (Some(info), _) => described(info),
        (None, Some(survey)) => vec![
            (t!("fact-quantization"), survey.quantization.clone()),
            (t!("fact-size"), bytes(survey.bytes)),
            (t!("fact-licence"), survey.licence.clone()),
        ],
        (None, None) => Vec::new(),
    };
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn described(info: &ModelInfo) -> Vec<(String, String)> {
    let heads = match info.kv_heads == info.heads {
        true => count(info.heads),
        false => t!("fact-heads-grouped", heads = count(info.heads), keys = count(info.kv_heads)),
    };
    let positions = match info.positions {
        Positions::Learned => t!("fact-positions-learned"),
        Positions::Rotary { base, .. } => t!("fact-positions-rotary", base = count(base as usize)),
    };
    // Names that are the same in every language.
    let norm = match info.norm {
        Norm::LayerNorm => "LayerNorm",
        Norm::RmsNorm => "RMSNorm",
    };
    let activation = match info.activation {
        Activation::Gelu => "GELU",
        Activation::SwiGlu => "SwiGLU",
    };
    vec![
        (t!("fact-architecture"), info.architecture.clone()),
        (t!("fact-layers"), count(info.layers)),
        (t!("fact-heads"), heads),
        (t!("fact-width"), count(info.width)),
        (t!("fact-ffn"), count(info.ffn)),
        (t!("fact-vocabulary"), t!("fact-tokens", count = count(info.vocabulary_size))),
        (t!("fact-window"), t!("fact-tokens", count = count(info.window))),
        (t!("fact-quantization"), info.quantization.clone()),
        (t!("fact-positions"), positions),
        (t!("fact-norm"), norm.to_owned()),
        (t!("fact-activation"), activation.to_owned()),
        (t!("fact-head"), if info.tied { t!("fact-head-tied") } else { t!("fact-head-own") }),
        (t!("fact-size"), bytes(info.file_bytes)),
        (t!("fact-memory"), t!("fact-about", size = bytes(info.memory_bytes))),
    ]
}
