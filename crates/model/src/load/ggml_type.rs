//! The types in which files keep weights.

use candle_core::quantized::GgmlDType;

/// A type of tensor data that this program reads, by its name in GGML. Folders of Hugging Face use the first three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "these are the types' names")]
pub(crate) enum GgmlType {
    F32,
    F16,
    BF16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
}

impl GgmlType {
    /// All types with the code that GGUF has for each.
    const CODES: [(u32, Self); 13] = [
        (0, Self::F32),
        (1, Self::F16),
        (2, Self::Q4_0),
        (3, Self::Q4_1),
        (6, Self::Q5_0),
        (7, Self::Q5_1),
        (8, Self::Q8_0),
        (10, Self::Q2_K),
        (11, Self::Q3_K),
        (12, Self::Q4_K),
        (13, Self::Q5_K),
        (14, Self::Q6_K),
        (30, Self::BF16),
    ];

    /// The type that GGUF calls `code`.
    pub(crate) fn from_code(code: u32) -> Option<Self> {
        Self::CODES.iter().find(|(known, _)| *known == code).map(|&(_, kind)| kind)
    }

    /// The names of all types, for a person.
    pub(crate) fn names() -> String {
        Self::CODES.map(|(_, kind)| format!("{kind:?}")).join(", ")
    }

    /// Values per unit, and bytes per unit: a number, or a block with scales of its own.
    pub(crate) fn unit(self) -> (u64, u64) {
        match self {
            Self::F32 => (1, 4),
            Self::F16 | Self::BF16 => (1, 2),
            Self::Q4_0 => (32, 18),
            Self::Q4_1 => (32, 20),
            Self::Q5_0 => (32, 22),
            Self::Q5_1 => (32, 24),
            Self::Q8_0 => (32, 34),
            Self::Q2_K => (256, 84),
            Self::Q3_K => (256, 110),
            Self::Q4_K => (256, 144),
            Self::Q5_K => (256, 176),
            Self::Q6_K => (256, 210),
        }
    }

    /// Candle's name for a type whose blocks it dequantizes for us.
    pub(crate) fn candle_blocks(self) -> Option<GgmlDType> {
        match self {
            Self::Q5_0 => Some(GgmlDType::Q5_0),
            Self::Q5_1 => Some(GgmlDType::Q5_1),
            Self::Q2_K => Some(GgmlDType::Q2K),
            Self::Q3_K => Some(GgmlDType::Q3K),
            Self::Q4_K => Some(GgmlDType::Q4K),
            Self::Q5_K => Some(GgmlDType::Q5K),
            Self::Q6_K => Some(GgmlDType::Q6K),
            Self::F32 | Self::F16 | Self::BF16 | Self::Q4_0 | Self::Q4_1 | Self::Q8_0 => None,
        }
    }
}
