//! Parsing of a GGUF header that may not have arrived whole.

use std::collections::HashMap;

use generation::protocol::Defect;

use super::{MAX_HEADER_BYTES, Metadata, Value};
use crate::error::{Error, Result, defect, malformed};
use crate::load::ggml_type::GgmlType;
use crate::load::tensor_stream::TensorInfo;

/// Where a tensor's data starts, if the file does not say otherwise.
const DEFAULT_ALIGNMENT: u64 = 32;

/// More of either is no file that we can use.
const MAX_ENTRIES: u64 = 1 << 16;

/// A GGUF file's header.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) metadata: Metadata,
    pub(crate) tensors: Vec<TensorInfo>,
    /// The header's length in bytes, without the padding after it.
    pub(super) bytes: usize,
}

impl Header {
    /// The header at the start of `bytes`; `None` if more bytes are needed.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Self>> {
        match parse(&mut Cursor { bytes, at: 0 }) {
            Ok(header) => Ok(Some(header)),
            Err(Stop::NeedMore) => Ok(None),
            Err(Stop::Failed(error)) => Err(error),
        }
    }
}

/// Why parsing stopped.
enum Stop {
    NeedMore,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

type Parsed<T> = std::result::Result<T, Stop>;

fn parse(cursor: &mut Cursor<'_>) -> Parsed<Header> {
    let magic = cursor.array::<4>()?;
    if &magic != b"GGUF" {
        defect(Defect::NotGguf { found: String::from_utf8_lossy(&magic).into_owned() })?;
    }
    let version = cursor.u32()?;
    if !(2..=3).contains(&version) {
        defect(Defect::GgufVersion { version })?;
    }
    let tensor_count = cursor.count("tensors")?;
    let metadata_count = cursor.count("metadata entries")?;
    let mut metadata = HashMap::new();
    for _ in 0..metadata_count {
        let key = cursor.string()?;
        let kind = cursor.u32()?;
        metadata.insert(key, cursor.value(kind, 0)?);
    }
    let metadata = Metadata(metadata);
    let mut tensors = Vec::new();
    for _ in 0..tensor_count {
        tensors.push(cursor.tensor()?);
    }
    let alignment = metadata.integer("general.alignment").unwrap_or(DEFAULT_ALIGNMENT);
    if alignment == 0 || alignment > 1 << 20 {
        malformed(format!("an alignment of {alignment} bytes makes no sense"))?;
    }
    let data_start = (cursor.at as u64).next_multiple_of(alignment);
    place(&mut tensors, data_start)?;
    Ok(Header { metadata, tensors, bytes: cursor.at })
}

/// Turns offsets within the data into places in the file.
fn place(tensors: &mut [TensorInfo], data_start: u64) -> Result<()> {
    for tensor in tensors.iter_mut() {
        let place = |at: u64| at.checked_add(data_start);
        match (place(tensor.start), place(tensor.end)) {
            (Some(start), Some(end)) => (tensor.start, tensor.end) = (start, end),
            _ => return malformed(format!("tensor {} lies beyond any file", tensor.name)),
        }
    }
    Ok(())
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Parsed<&'a [u8]> {
        let taken = self.bytes.get(self.at..).and_then(|rest| rest.get(..count)).ok_or(Stop::NeedMore)?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Parsed<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u32(&mut self) -> Parsed<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Parsed<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn count(&mut self, of: &str) -> Parsed<u64> {
        let count = self.u64()?;
        if count > MAX_ENTRIES {
            malformed(format!("it claims {count} {of}"))?;
        }
        Ok(count)
    }

    /// A length that the header itself must hold.
    fn length(&mut self) -> Parsed<usize> {
        let length = self.u64()?;
        if length > MAX_HEADER_BYTES as u64 {
            malformed(format!("its header holds a text or list of {length} entries"))?;
        }
        Ok(length as usize)
    }

    fn string(&mut self) -> Parsed<String> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    fn value(&mut self, kind: u32, depth: usize) -> Parsed<Value> {
        Ok(match kind {
            0 => Value::Unsigned(u64::from(self.array::<1>()?[0])),
            1 => Value::Signed(i64::from(i8::from_le_bytes(self.array()?))),
            2 => Value::Unsigned(u64::from(u16::from_le_bytes(self.array()?))),
            3 => Value::Signed(i64::from(i16::from_le_bytes(self.array()?))),
            4 => Value::Unsigned(u64::from(self.u32()?)),
            5 => Value::Signed(i64::from(i32::from_le_bytes(self.array()?))),
            6 => Value::Float(f64::from(f32::from_le_bytes(self.array()?))),
            7 => Value::Bool(self.array::<1>()?[0] != 0),
            8 => Value::String(self.string()?),
            9 if depth < 4 => {
                let kind = self.u32()?;
                let length = self.length()?;
                // A length that the file does not keep must not run us out of memory.
                let mut values = Vec::with_capacity(length.min(1 << 16));
                for _ in 0..length {
                    values.push(self.value(kind, depth + 1)?);
                }
                Value::Array(values)
            }
            10 => Value::Unsigned(self.u64()?),
            11 => Value::Signed(i64::from_le_bytes(self.array()?)),
            12 => Value::Float(f64::from_le_bytes(self.array()?)),
            _ => return malformed(format!("its metadata has a value of unknown type {kind}"))?,
        })
    }

    fn tensor(&mut self) -> Parsed<TensorInfo> {
        let name = self.string()?;
        let dimensions = self.u32()?;
        if !(1..=2).contains(&dimensions) {
            malformed(format!("tensor {name} has {dimensions} dimensions, expected 1 or 2"))?;
        }
        let columns = self.u64()?;
        let rows = if dimensions == 2 { self.u64()? } else { 1 };
        let code = self.u32()?;
        let start = self.u64()?;
        let Some(kind) = GgmlType::from_code(code) else {
            return defect(Defect::WeightType { tensor: name, code, readable: GgmlType::names() })?;
        };
        let (unit_values, unit_bytes) = kind.unit();
        if columns == 0 || rows == 0 || !columns.is_multiple_of(unit_values) {
            malformed(format!("tensor {name} of type {kind:?} has {rows} rows of {columns} values"))?;
        }
        let values = columns.checked_mul(rows).filter(|&values| values <= u64::from(u32::MAX));
        let end = values.and_then(|values| start.checked_add(values / unit_values * unit_bytes));
        let Some(end) = end else { return malformed(format!("tensor {name} is too large"))? };
        Ok(TensorInfo { name, rows: rows as usize, columns: columns as usize, kind, start, end })
    }
}
