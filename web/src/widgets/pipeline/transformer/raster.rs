//! A picture of many small cells, each more or less filled.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Shares from 0 to 1, row by row; below 0 is what cannot be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    /// Cells in a row.
    pub width: usize,
    /// How full each cell is.
    pub shares: Vec<f32>,
}

impl Cells {
    /// Four bytes a cell: one colour that both themes can bear, more or less opaque.
    fn pixels(&self) -> Vec<u8> {
        const BLUE: [u8; 3] = [46, 124, 214];
        const GREY: [u8; 4] = [128, 128, 128, 56];
        let pixel = |share: &f32| {
            if *share < 0.0 {
                return GREY;
            }
            // The root shows small shares too; 0 stays 0.
            let opacity = (share.clamp(0.0, 1.0).sqrt() * 255.0).round() as u8;
            [BLUE[0], BLUE[1], BLUE[2], opacity]
        };
        self.shares.iter().flat_map(pixel).collect()
    }
}

/// The picture, as large as its box. What it shows stands in words or in a table beside it.
#[component]
pub fn Raster(
    /// The cells.
    cells: Memo<Cells>,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            cells.with(|cells| draw(&canvas, cells));
        }
    });
    view! { <canvas class="raster" aria-hidden="true" node_ref=canvas></canvas> }
}

/// `None` where there is nothing to draw, or nothing to draw on.
fn draw(canvas: &HtmlCanvasElement, cells: &Cells) -> Option<()> {
    let (width, height) = (cells.width as u32, cells.shares.len().checked_div(cells.width).unwrap_or(0) as u32);
    canvas.set_width(width.max(1));
    canvas.set_height(height.max(1));
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let pixels = cells.pixels();
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), width, height).ok()?;
    context.put_image_data(&image, 0.0, 0.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_nothing_is_not_to_be_seen() {
        let pixels = Cells { width: 3, shares: vec![0.0, 1.0, 0.01] }.pixels();
        assert_eq!(pixels.iter().skip(3).step_by(4).copied().collect::<Vec<_>>(), [0, 255, 26]);
    }

    #[test]
    fn what_cannot_be_is_grey() {
        let cells = Cells { width: 1, shares: vec![-1.0] };
        assert_eq!(cells.pixels()[..3], [128; 3]);
    }
}
