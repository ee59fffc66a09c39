//! The few 128-bit vector operations that the kernels are written in, for WebAssembly's `simd128`, x86-64's SSE2
//! (which every x86-64 has) and plain Rust. All three give the same bits.

use std::ops::{Deref, DerefMut};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod backend {
    use core::arch::wasm32::*;

    use super::{Aligned, Aligned8, HALF_BITS};

    #[derive(Clone, Copy)]
    pub(crate) struct I16s(v128);
    #[derive(Clone, Copy)]
    pub(crate) struct I32s(v128);
    #[derive(Clone, Copy)]
    pub(crate) struct F32s(v128);

    impl I16s {
        #[inline(always)]
        pub(crate) fn load(Aligned(from): &Aligned<[u8; 16]>) -> Self {
            // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
            Self(unsafe { v128_load(from.as_ptr().cast()) })
        }
        /// Each number's digits in base 16, lowest first.
        #[inline(always)]
        pub(crate) fn nibbles(self) -> [Self; 4] {
            let low = |x: v128| Self(v128_and(x, u16x8_splat(15)));
            let (x, top) = (self.0, Self(u16x8_shr(self.0, 12)));
            [low(x), low(u16x8_shr(x, 4)), low(u16x8_shr(x, 8)), top]
        }
        /// Each number's digits in base 256, lowest first.
        #[inline(always)]
        pub(crate) fn bytes(self) -> [Self; 2] {
            [Self(v128_and(self.0, u16x8_splat(255))), Self(u16x8_shr(self.0, 8))]
        }
        #[inline(always)]
        pub(crate) fn splat_pair(pair: i32) -> Self {
            Self(i32x4_splat(pair))
        }
        #[inline(always)]
        pub(crate) fn dot(self, other: Self) -> I32s {
            I32s(i32x4_dot_i16x8(self.0, other.0))
        }
    }

    /// Sixteen bytes, four of each row.
    #[cfg(target_feature = "relaxed-simd")]
    #[derive(Clone, Copy)]
    pub(crate) struct I8s(v128);

    #[cfg(target_feature = "relaxed-simd")]
    impl I8s {
        /// The low and the high four bits of each byte.
        #[inline(always)]
        pub(crate) fn nibbles(Aligned(from): &Aligned<[u8; 16]>) -> [Self; 2] {
            // SAFETY: as above.
            let x = unsafe { v128_load(from.as_ptr().cast()) };
            [Self(v128_and(x, u8x16_splat(15))), Self(u8x16_shr(x, 4))]
        }
        #[inline(always)]
        pub(crate) fn splat_four(four: i32) -> Self {
            Self(i32x4_splat(four))
        }
        /// `sum` and the products with `small`, which is from 0 to 127: no engine may round or saturate then.
        #[inline(always)]
        pub(crate) fn dot_add(self, small: Self, sum: I32s) -> I32s {
            I32s(i32x4_relaxed_dot_i8x16_i7x16_add(self.0, small.0, sum.0))
        }
    }

    impl I32s {
        #[inline(always)]
        pub(crate) fn splat(value: i32) -> Self {
            Self(i32x4_splat(value))
        }
        #[inline(always)]
        pub(crate) fn add(self, other: Self) -> Self {
            Self(i32x4_add(self.0, other.0))
        }
        #[cfg(target_feature = "relaxed-simd")]
        #[inline(always)]
        pub(crate) fn times_256(self) -> Self {
            Self(i32x4_shl(self.0, 8))
        }
        #[inline(always)]
        pub(crate) fn to_f32(self) -> F32s {
            F32s(f32x4_convert_i32x4(self.0))
        }
    }

    impl F32s {
        #[inline(always)]
        pub(crate) fn load(from: &[f32; 4]) -> Self {
            // SAFETY: the reference is to 16 readable bytes; the load needs no alignment.
            Self(unsafe { v128_load(from.as_ptr().cast()) })
        }
        /// Of each half-precision number 2⁻¹¹² times its value, to the bit: as an f32 of the same bits it is that.
        #[inline(always)]
        pub(crate) fn of_halves(Aligned8(halves): &Aligned8<[u16; 4]>) -> Self {
            // SAFETY: the reference is to 8 readable bytes; the load needs no alignment.
            let halves = unsafe { i32x4_load_extend_i16x4(halves.as_ptr().cast()) };
            Self(v128_and(i32x4_shl(halves, 13), i32x4_splat(HALF_BITS)))
        }
        #[inline(always)]
        pub(crate) fn splat(value: f32) -> Self {
            Self(f32x4_splat(value))
        }
        #[inline(always)]
        pub(crate) fn add(self, other: Self) -> Self {
            Self(f32x4_add(self.0, other.0))
        }
        #[inline(always)]
        pub(crate) fn mul(self, other: Self) -> Self {
            Self(f32x4_mul(self.0, other.0))
        }
        #[inline(always)]
        pub(crate) fn to_array(self) -> [f32; 4] {
            [
                f32x4_extract_lane::<0>(self.0),
                f32x4_extract_lane::<1>(self.0),
                f32x4_extract_lane::<2>(self.0),
                f32x4_extract_lane::<3>(self.0),
            ]
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod backend {
    // SAFETY, of every block below: SSE2 is part of x86-64, and loads are from references to 16 bytes, unaligned.
    use core::arch::x86_64::*;

    use super::{Aligned, Aligned8, HALF_BITS};

    #[derive(Clone, Copy)]
    pub(crate) struct I16s(__m128i);
    #[derive(Clone, Copy)]
    pub(crate) struct I32s(__m128i);
    #[derive(Clone, Copy)]
    pub(crate) struct F32s(__m128);

    impl I16s {
        #[inline(always)]
        pub(crate) fn load(Aligned(from): &Aligned<[u8; 16]>) -> Self {
            Self(unsafe { _mm_loadu_si128(from.as_ptr().cast()) })
        }
        /// Each number's digits in base 16, lowest first.
        #[inline(always)]
        pub(crate) fn nibbles(self) -> [Self; 4] {
            unsafe {
                let fifteen = _mm_set1_epi16(15);
                [
                    Self(_mm_and_si128(self.0, fifteen)),
                    Self(_mm_and_si128(_mm_srli_epi16::<4>(self.0), fifteen)),
                    Self(_mm_and_si128(_mm_srli_epi16::<8>(self.0), fifteen)),
                    Self(_mm_srli_epi16::<12>(self.0)),
                ]
            }
        }
        /// Each number's digits in base 256, lowest first.
        #[inline(always)]
        pub(crate) fn bytes(self) -> [Self; 2] {
            unsafe { [Self(_mm_and_si128(self.0, _mm_set1_epi16(255))), Self(_mm_srli_epi16::<8>(self.0))] }
        }
        #[inline(always)]
        pub(crate) fn splat_pair(pair: i32) -> Self {
            Self(unsafe { _mm_set1_epi32(pair) })
        }
        #[inline(always)]
        pub(crate) fn dot(self, other: Self) -> I32s {
            I32s(unsafe { _mm_madd_epi16(self.0, other.0) })
        }
    }

    impl I32s {
        #[inline(always)]
        pub(crate) fn splat(value: i32) -> Self {
            Self(unsafe { _mm_set1_epi32(value) })
        }
        #[inline(always)]
        pub(crate) fn add(self, other: Self) -> Self {
            Self(unsafe { _mm_add_epi32(self.0, other.0) })
        }
        #[inline(always)]
        pub(crate) fn to_f32(self) -> F32s {
            F32s(unsafe { _mm_cvtepi32_ps(self.0) })
        }
    }

    impl F32s {
        #[inline(always)]
        pub(crate) fn load(from: &[f32; 4]) -> Self {
            Self(unsafe { _mm_loadu_ps(from.as_ptr()) })
        }
        /// Of each half-precision number 2⁻¹¹² times its value, to the bit: as an f32 of the same bits it is that.
        #[inline(always)]
        pub(crate) fn of_halves(Aligned8(halves): &Aligned8<[u16; 4]>) -> Self {
            Self(unsafe {
                let halves = _mm_loadl_epi64(halves.as_ptr().cast());
                // In the upper half of each number, and down again with its sign.
                let halves = _mm_srai_epi32::<3>(_mm_unpacklo_epi16(_mm_setzero_si128(), halves));
                _mm_castsi128_ps(_mm_and_si128(halves, _mm_set1_epi32(HALF_BITS)))
            })
        }
        #[inline(always)]
        pub(crate) fn splat(value: f32) -> Self {
            Self(unsafe { _mm_set1_ps(value) })
        }
        #[inline(always)]
        pub(crate) fn add(self, other: Self) -> Self {
            Self(unsafe { _mm_add_ps(self.0, other.0) })
        }
        #[inline(always)]
        pub(crate) fn mul(self, other: Self) -> Self {
            Self(unsafe { _mm_mul_ps(self.0, other.0) })
        }
        #[inline(always)]
        pub(crate) fn to_array(self) -> [f32; 4] {
            let mut out = [0.0; 4];
            unsafe { _mm_storeu_ps(out.as_mut_ptr(), self.0) };
            out
        }
    }
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
mod backend {
    use super::{Aligned, Aligned8, HALF_BITS};

    #[derive(Clone, Copy)]
    pub(crate) struct I16s([i16; 8]);
    #[derive(Clone, Copy)]
    pub(crate) struct I32s([i32; 4]);
    #[derive(Clone, Copy)]
    pub(crate) struct F32s([f32; 4]);

    impl I16s {
        pub(crate) fn load(Aligned(from): &Aligned<[u8; 16]>) -> Self {
            Self(std::array::from_fn(|i| i16::from_le_bytes([from[2 * i], from[2 * i + 1]])))
        }
        /// Each number's digits in base 16, lowest first.
        pub(crate) fn nibbles(self) -> [Self; 4] {
            [0, 4, 8, 12].map(|shift| Self(self.0.map(|value| (value >> shift) & 15)))
        }
        /// Each number's digits in base 256, lowest first.
        pub(crate) fn bytes(self) -> [Self; 2] {
            [0, 8].map(|shift| Self(self.0.map(|value| (value >> shift) & 255)))
        }
        pub(crate) fn splat_pair(pair: i32) -> Self {
            Self(std::array::from_fn(|i| if i % 2 == 0 { pair as i16 } else { (pair >> 16) as i16 }))
        }
        pub(crate) fn dot(self, other: Self) -> I32s {
            let product = |i: usize| i32::from(self.0[i]) * i32::from(other.0[i]);
            I32s(std::array::from_fn(|i| product(2 * i) + product(2 * i + 1)))
        }
    }

    impl I32s {
        pub(crate) fn splat(value: i32) -> Self {
            Self([value; 4])
        }
        pub(crate) fn add(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i].wrapping_add(other.0[i])))
        }
        pub(crate) fn to_f32(self) -> F32s {
            F32s(self.0.map(|value| value as f32))
        }
    }

    impl F32s {
        pub(crate) fn load(from: &[f32; 4]) -> Self {
            Self(*from)
        }
        /// Of each half-precision number 2⁻¹¹² times its value, to the bit: as an f32 of the same bits it is that.
        pub(crate) fn of_halves(Aligned8(halves): &Aligned8<[u16; 4]>) -> Self {
            Self(halves.map(|half| f32::from_bits((i32::from(half as i16) << 13 & HALF_BITS) as u32)))
        }
        pub(crate) fn splat(value: f32) -> Self {
            Self([value; 4])
        }
        pub(crate) fn add(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
        }
        pub(crate) fn mul(self, other: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] * other.0[i]))
        }
        pub(crate) fn to_array(self) -> [f32; 4] {
            self.0
        }
    }
}

#[cfg(target_feature = "relaxed-simd")]
pub(crate) use backend::I8s;
pub(crate) use backend::{F32s, I16s, I32s};

/// Begins at a multiple of 16 bytes, so that no vector load crosses a cache line: an allocator promises less.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub(crate) struct Aligned<T>(pub(crate) T);

/// As [`Aligned`], of 8 bytes.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(8))]
pub(crate) struct Aligned8<T>(pub(crate) T);

/// Sign, exponent and fraction of a half-precision number where an f32 has its sign and the lower bits of the two.
const HALF_BITS: i32 = 0x8FFF_E000_u32 as i32;

/// Bytes of a page of memory. Processors fetch ahead within a page and wait at the start of the next one.
const PAGE: usize = 4096;

/// A list that begins at the start of a page.
#[derive(Debug)]
pub(crate) struct Paged<T> {
    all: Vec<T>,
    start: usize,
    len: usize,
}

impl<T: Copy> Paged<T> {
    /// As many as fill a page.
    pub(crate) const PER_PAGE: usize = PAGE / size_of::<T>();

    pub(crate) fn new(value: T, len: usize) -> Self {
        let all = vec![value; if len > 0 { len + Self::PER_PAGE } else { 0 }];
        // Where the address cannot be known nothing is lost but speed.
        let start = all.as_ptr().align_offset(PAGE).min(all.len() - len);
        Self { all, start, len }
    }
}

impl<T> Deref for Paged<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.all[self.start..self.start + self.len]
    }
}

impl<T> DerefMut for Paged<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.all[self.start..self.start + self.len]
    }
}
