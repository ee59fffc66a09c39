//! Dragging a logit along its rail: whatever the pointer reports, one change per frame.

use leptos::ev::PointerEvent;
use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;
use web_sys::Element;

use super::axis::Axis;

/// A grip on a handle.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Grip {
    pointer: i32,
    from_y: f64,
    from: f64,
    per_pixel: f64,
}

impl Grip {
    /// The logit with the pointer at a height.
    fn logit(&self, y: f64) -> f64 {
        self.from + (self.from_y - y) * self.per_pixel
    }
}

/// The dragging of one handle.
#[derive(Clone, Copy)]
pub struct Drag {
    grip: RwSignal<Option<Grip>>,
    /// Where the handle shall be at the next frame.
    wanted: StoredValue<Option<f64>>,
    axis: Memo<Axis>,
    set: Callback<f64>,
}

impl Drag {
    /// A handle that is not held yet; `set` takes its logits.
    #[must_use]
    pub fn new(axis: Memo<Axis>, set: Callback<f64>) -> Self {
        Self { grip: RwSignal::new(None), wanted: StoredValue::new(None), axis, set }
    }

    /// Whether the handle is held.
    #[must_use]
    pub fn held(&self) -> bool {
        self.grip.with(Option::is_some)
    }

    /// Takes hold. A press beside the handle brings it there at once, except by touch: that is for scrolling.
    pub fn start(&self, event: &PointerEvent, rail: &Element, on_handle: bool, logit: f64) {
        let usable = event.is_primary() && event.button() == 0 && (on_handle || event.pointer_type() != "touch");
        let space = rail.get_bounding_client_rect();
        if !usable || space.height() <= 0.0 {
            return;
        }
        let axis = self.axis.get_untracked();
        let per_pixel = (axis.high - axis.low) / space.height();
        let y = f64::from(event.client_y());
        let from = if on_handle { axis.visible(logit) } else { axis.low + (space.bottom() - y) * per_pixel };
        let pointer = event.pointer_id();
        // Without the capture the drag ends at the handle's edge, and nothing worse.
        let _ = rail.set_pointer_capture(pointer);
        self.grip.set(Some(Grip { pointer, from_y: y, from, per_pixel }));
        if !on_handle {
            self.want(from);
        }
    }

    /// Follows the pointer.
    pub fn follow(&self, event: &PointerEvent) {
        let held = self.grip.get_untracked().filter(|grip| grip.pointer == event.pointer_id());
        if let Some(grip) = held {
            self.want(grip.logit(event.client_y().into()));
        }
    }

    /// Lets go; `true` if the handle was held.
    pub fn end(&self, event: &PointerEvent) -> bool {
        let held = self.grip.get_untracked().is_some_and(|grip| grip.pointer == event.pointer_id());
        if held {
            self.arrive();
            self.grip.set(None);
        }
        held
    }

    fn want(&self, logit: f64) {
        let waiting = self.wanted.try_update_value(|wanted| wanted.replace(logit).is_some());
        if waiting == Some(false) {
            let drag = *self;
            request_animation_frame(move || drag.arrive());
        }
    }

    /// Nothing where the widget is gone, or the pointer was let go before the frame.
    fn arrive(&self) {
        if let Some(logit) = self.wanted.try_update_value(Option::take).flatten() {
            self.set.run(self.axis.get_untracked().notch(logit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_is_more() {
        let grip = Grip { pointer: 1, from_y: 100.0, from: 3.8, per_pixel: 0.1 };
        let at = |y| format!("{:.3}", grip.logit(y));
        assert_eq!([at(100.0), at(90.0), at(128.0)], ["3.800", "4.800", "1.000"]);
    }
}
