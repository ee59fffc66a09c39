//! The coin: frozen values, and whether its numbers are as good as random ones.
//!
//! Seeds are fixed, so these tests cannot fail by chance. Bounds are about five standard deviations wide.

use generation::sampling::{coin, sample};

/// From an independent implementation of the documented algorithm, as the 53 random bits.
#[test]
fn the_coin_is_frozen() {
    for (seed, position, draw, bits) in [
        (0, 0, 0, 0x0004_704e_b787_1f97_u64),
        (0, 0, 1, 0x001f_1344_acd6_b045),
        (0, 1, 0, 0x0005_e203_fc42_92dd),
        (1, 0, 0, 0x0016_3140_5e8d_b1b0),
        (42, 4, 0, 0x0018_1e62_132f_d750),
        (42, 5, 0, 0x000c_23ec_a6c0_e7da),
        (42, 5, 7, 0x000b_bb8f_2a4f_1427),
        (0xDEAD_BEEF, 8191, 3, 0x0005_f8c8_45b2_e90c),
        (u64::MAX, u64::MAX, u64::MAX, 0x0002_f3e0_3e1a_5f75),
    ] {
        let expected = bits as f64 / 2f64.powi(53);
        assert_eq!(coin(seed, position, draw), expected, "coin({seed}, {position}, {draw})");
    }
}

/// What is tested, and the `i`th throw of it.
type Named<T> = (&'static str, fn(u64) -> T);

/// How far counts are from equal ones, in standard deviations of chi-square.
fn deviation(counts: &[u32]) -> f64 {
    let total: u32 = counts.iter().sum();
    let expected = f64::from(total) / counts.len() as f64;
    let chi_square: f64 = counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
    let freedom = (counts.len() - 1) as f64;
    (chi_square - freedom) / (2.0 * freedom).sqrt()
}

#[test]
fn coins_are_uniform_along_every_argument() {
    let along: [Named<f64>; 4] = [
        ("seed", |i| coin(i, 7, 0)),
        ("position", |i| coin(42, i, 0)),
        ("draw", |i| coin(42, 7, i)),
        ("high bits of the seed", |i| coin(i << 40, 7, 0)),
    ];
    for (name, coin) in along {
        let mut counts = [0; 256];
        for i in 0..100_000 {
            let u = coin(i);
            assert!((0.0..1.0).contains(&u));
            counts[(u * 256.0) as usize] += 1;
        }
        let deviation = deviation(&counts);
        assert!(deviation.abs() < 5.0, "along {name}: {deviation}");
    }
}

#[test]
fn neighbours_are_independent() {
    let pairs: [Named<(f64, f64)>; 5] = [
        ("next position", |i| (coin(42, i, 0), coin(42, i + 1, 0))),
        ("next draw", |i| (coin(42, i, 0), coin(42, i, 1))),
        ("next seed", |i| (coin(i, 5, 0), coin(i + 1, 5, 0))),
        ("position and draw exchanged", |i| (coin(42, i, 1), coin(42, 1, i))),
        ("seed and position exchanged", |i| (coin(i, 3, 0), coin(3, i, 0))),
    ];
    for (name, pair) in pairs {
        let mut counts = [0; 16 * 16];
        let mut equal = 0;
        for i in 10..100_010 {
            let (a, b) = pair(i);
            counts[(a * 16.0) as usize * 16 + (b * 16.0) as usize] += 1;
            equal += u32::from(a == b);
        }
        let deviation = deviation(&counts);
        assert!(deviation.abs() < 5.0, "{name}: {deviation}");
        assert_eq!(equal, 0, "{name}");
    }
}

#[test]
fn draws_follow_the_distribution() {
    let probs = [0.5f32, 0.0, 0.2, 0.15, 0.1, 0.04, 0.009, 0.001];
    let throws = 200_000;
    let mut counts = [0u32; 8];
    for position in 0..throws {
        counts[sample(&probs, coin(2026, position, 0)).unwrap()] += 1;
    }
    assert_eq!(counts[1], 0);
    let expected = |p: f32| f64::from(p) * throws as f64;
    let chi_square: f64 = counts
        .iter()
        .zip(probs)
        .filter(|&(_, p)| p > 0.0)
        .map(|(&count, p)| (f64::from(count) - expected(p)).powi(2) / expected(p))
        .sum();
    // Six degrees of freedom: above 27.9 once in ten thousand.
    assert!(chi_square < 27.9, "{chi_square}: {counts:?}");
}
