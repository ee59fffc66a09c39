//! The exponential function, made of additions and multiplications alone: the same bits everywhere, and the compiler
//! can do four at a time.

/// `e^x`, within 2 units in the last place; 0 below -104, infinite above 88.73.
///
/// `x = n · ln 2 + r` with `|r| ≤ ln 2 / 2`; a polynomial gives `e^r`. Coefficients: Cephes, `expf`
/// (Moshier, <https://www.netlib.org/cephes/>).
#[inline(always)]
#[allow(clippy::excessive_precision, reason = "as they are published")]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding it rounds to an integer, which is then in the lowest bits.
    const MAGIC: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_375;
    const LN_2_LOW: f32 = -2.121_944_40e-4;
    let x = x.clamp(-104.0, 89.0);
    let rounded = x * std::f32::consts::LOG2_E + MAGIC;
    let n = rounded - MAGIC;
    let power = (rounded.to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32);
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let mut p = 1.987_569_150_0e-4;
    for coefficient in
        [1.398_199_950_7e-3, 8.333_451_907_3e-3, 4.166_579_589_4e-2, 1.666_666_545_9e-1, 5.000_000_120_1e-1]
    {
        p = p * r + coefficient;
    }
    // Two halves: 2^n itself may lie outside of what one f32 can be.
    let half = power >> 1;
    let two_to = |n: i32| f32::from_bits((n.wrapping_add(127) as u32) << 23);
    (p * (r * r) + r + 1.0) * two_to(half) * two_to(power.wrapping_sub(half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_within_two_units_in_the_last_place() {
        for i in -8_700_000..=8_870_000 {
            let x = i as f32 * 1e-5;
            let expected = f64::from(x).exp();
            let error = (f64::from(exp(x)) - expected).abs() / expected;
            assert!(error < 2.0 * f64::from(f32::EPSILON), "exp({x}): {error}");
        }
    }

    #[test]
    fn its_ends_are_right() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(-1e30), 0.0);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(89.0), f32::INFINITY);
        assert!(exp(f32::NAN).is_nan());
        let tiny = f64::from(exp(-100.0));
        assert!((tiny / (-100f64).exp() - 1.0).abs() < 0.03, "subnormal: {tiny}");
    }
}
