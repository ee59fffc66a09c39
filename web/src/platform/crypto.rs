//! Random numbers from the browser.

/// A seed of 32 bits, small enough to be read out in class.
#[must_use]
pub fn random_seed() -> u64 {
    let mut bytes = [0; 4];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    match crypto.map(|crypto| crypto.get_random_values_with_u8_array(&mut bytes)) {
        Some(Ok(_)) => u64::from(u32::from_le_bytes(bytes)),
        _ => js_sys::Date::now() as u64,
    }
}
