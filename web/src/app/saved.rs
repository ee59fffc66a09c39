//! What a reload of the tab does not lose: the prompt's text, the controls and the seed.

use generation::{Controls, lesson};

use crate::platform::storage::{self, Area};

/// The prompt's text.
pub(super) fn text() -> String {
    storage::get(Area::Tab, "prompt").unwrap_or_else(|| lesson::PROMPT.to_owned())
}

/// Keeps the prompt's text.
pub(super) fn keep_text(text: &str) {
    storage::set(Area::Tab, "prompt", text);
}

/// A frame's whole state, as a link's fragment.
pub(super) fn state() -> Option<String> {
    storage::get(Area::Tab, "state")
}

/// Keeps a frame's whole state.
pub(super) fn keep_state(fragment: &str) {
    storage::set(Area::Tab, "state", fragment);
}

/// A text that is not the prompt, by the name of its box.
pub(super) fn other_text(name: &str) -> Option<String> {
    storage::get(Area::Tab, &format!("text-{name}"))
}

/// Keeps a text that is not the prompt.
pub(super) fn keep_other_text(name: &str, text: &str) {
    storage::set(Area::Tab, &format!("text-{name}"), text);
}

/// The seed of all coins.
pub(super) fn seed() -> u64 {
    storage::get(Area::Tab, "seed").and_then(|seed| seed.parse().ok()).unwrap_or(lesson::SEED)
}

/// Keeps the seed.
pub(super) fn keep_seed(seed: u64) {
    storage::set(Area::Tab, "seed", &seed.to_string());
}

/// The sampling controls.
pub(super) fn controls() -> Controls {
    storage::get(Area::Tab, "controls").and_then(|text| read(&text)).unwrap_or_else(lesson::controls)
}

/// Keeps the sampling controls.
pub(super) fn keep_controls(controls: &Controls) {
    storage::set(Area::Tab, "controls", &write(controls));
}

fn write(controls: &Controls) -> String {
    let Controls { temperature, top_k, top_p, min_p, repetition_penalty } = controls;
    format!("{temperature} {top_k} {top_p} {min_p} {repetition_penalty}")
}

/// `None` for what could not have been written here.
fn read(text: &str) -> Option<Controls> {
    let mut words = text.split(' ');
    let temperature = words.next()?.parse().ok().filter(|t: &f32| *t >= 0.0)?;
    let top_k = words.next()?.parse().ok()?;
    let mut share = || words.next()?.parse().ok().filter(|p: &f32| (0.0..=1.0).contains(p));
    let (top_p, min_p) = (share()?, share()?);
    let repetition_penalty = words.next()?.parse().ok().filter(|p: &f32| *p > 0.0 && p.is_finite())?;
    Some(Controls { temperature, top_k, top_p, min_p, repetition_penalty })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_survive_a_reload() {
        let ends = Controls { temperature: f32::INFINITY, top_k: 40, top_p: 0.9, ..Controls::default() };
        for controls in [Controls::default(), ends, Controls { temperature: 0.0, ..ends }] {
            assert_eq!(read(&write(&controls)), Some(controls));
        }
    }

    #[test]
    fn what_somebody_else_wrote_is_ignored() {
        for text in ["", "1", "NaN 0 1 0 1", "-1 0 1 0 1", "1 -1 1 0 1", "1 0 2 0 1", "1 0 1 0 0", "🦀 0 1 0 1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
