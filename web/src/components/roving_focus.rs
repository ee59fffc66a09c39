//! Roving focus: of many cells one is in the tab order, and keys move the focus among them.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Where a key leads from a row and column, in a grid of `shape` rows and columns; `None` for a key that moves nothing, and
/// where the grid is empty.
pub fn moved((row, column): (usize, usize), shape: (usize, usize), key: &str) -> Option<(usize, usize)> {
    let (last_row, last_column) = (shape.0.checked_sub(1)?, shape.1.checked_sub(1)?);
    Some(match key {
        "ArrowDown" => ((row + 1).min(last_row), column),
        "ArrowUp" => (row.saturating_sub(1), column),
        "ArrowRight" => (row, (column + 1).min(last_column)),
        "ArrowLeft" => (row, column.saturating_sub(1)),
        "Home" => (row, 0),
        "End" => (row, last_column),
        "PageUp" => (0, column),
        "PageDown" => (last_row, column),
        _ => return None,
    })
}

/// Focuses the element below `root` that a selector names.
pub fn focus(root: &Element, selector: &str) {
    let element = root.query_selector(selector).ok().flatten();
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_within_the_grid() {
        assert_eq!(moved((0, 0), (30, 9), "ArrowUp"), Some((0, 0)));
        assert_eq!(moved((29, 8), (30, 9), "ArrowDown"), Some((29, 8)));
        assert_eq!(moved((3, 0), (4, 4), "ArrowLeft"), Some((3, 0)));
        assert_eq!(moved((3, 4), (30, 9), "End"), Some((3, 8)));
        assert_eq!(moved((3, 4), (30, 9), "PageUp"), Some((0, 4)));
        assert_eq!(moved((3, 4), (30, 9), "Tab"), None);
        assert_eq!(moved((0, 0), (0, 0), "End"), None);
    }
}
