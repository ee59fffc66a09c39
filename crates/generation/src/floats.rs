//! How messages carry many floats: as one byte string in the machine's byte order, which is the same at both ends.
//! Value by value, postcard would take longer to write a step's logits than the browser to carry them.

use std::fmt::{self, Formatter};

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;

pub(crate) fn serialize<S: Serializer>(floats: &[f32], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bytes(bytemuck::cast_slice(floats))
}

pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<f32>, D::Error> {
    from.deserialize_bytes(Floats)
}

struct Floats;

impl Visitor<'_> for Floats {
    type Value = Vec<f32>;

    fn expecting(&self, to: &mut Formatter) -> fmt::Result {
        to.write_str("the bytes of floats")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<f32>, E> {
        if bytes.len().is_multiple_of(size_of::<f32>()) {
            Ok(bytemuck::pod_collect_to_vec(bytes))
        } else {
            Err(E::invalid_length(bytes.len(), &self))
        }
    }
}
