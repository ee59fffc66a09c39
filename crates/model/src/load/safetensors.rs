//! Files of `safetensors`, read as their bytes arrive.
//!
//! Format: <https://huggingface.co/docs/safetensors>: the header's length, the header in JSON, the tensors' data.

use generation::protocol::Defect;
use safetensors::Dtype;
use safetensors::tensor::Metadata;

use crate::arch::weights::Weights;
use crate::error::{Error, Result, defect, malformed, unsupported};
use crate::load::ggml_type::GgmlType;
use crate::load::tensor_stream::{TensorInfo, TensorStream};

/// Bytes of the number that gives the header's length.
const LENGTH_BYTES: usize = 8;

/// Takes a safetensors file in, piece by piece.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Bytes of the whole file.
    length: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The header's bytes so far.
    Header(Vec<u8>),
    Data(Box<TensorStream>),
}

impl Reader {
    /// A reader of a file of `length` bytes.
    pub(crate) fn new(length: u64) -> Self {
        Self { length, state: State::Header(Vec::new()) }
    }

    /// The next bytes of the file, in order; gives the tensors' descriptions once, when the header is whole. Tensors
    /// go to `done`.
    ///
    /// # Errors
    /// Says what is wrong with the file. The reader is of no use afterwards.
    pub(crate) fn push(&mut self, bytes: &[u8], done: &mut Weights) -> Result<Option<Vec<TensorInfo>>> {
        match &mut self.state {
            State::Data(stream) => {
                stream.push(bytes, done)?;
                Ok(None)
            }
            State::Header(head) => {
                head.extend_from_slice(bytes);
                let Some(data) = self.data_start()? else { return Ok(None) };
                let State::Header(head) = &self.state else { return Ok(None) };
                if head.len() < data {
                    return Ok(None);
                }
                let tensors = tensors(&head[..data])?;
                let mut stream = TensorStream::new(tensors.clone(), data as u64, self.length)?;
                stream.push(&head[data..], done)?;
                self.state = State::Data(Box::new(stream));
                Ok(Some(tensors))
            }
        }
    }

    /// Where the tensors' data starts, once that is known.
    fn data_start(&self) -> Result<Option<usize>> {
        let State::Header(head) = &self.state else { return Ok(None) };
        let Some(length) = head.first_chunk::<LENGTH_BYTES>() else { return Ok(None) };
        let length = u64::from_le_bytes(*length);
        match length.checked_add(LENGTH_BYTES as u64).filter(|&start| start <= self.length) {
            Some(start) => Ok(Some(start as usize)),
            None => malformed(format!("it claims a header of {length} bytes in a file of {}", self.length)),
        }
    }

    /// The whole file has been pushed.
    ///
    /// # Errors
    /// The file ended too early.
    pub(crate) fn finish(self) -> Result<()> {
        match self.state {
            State::Data(stream) => stream.finish(),
            State::Header(head) => defect(Defect::EndsInHeader { length: head.len() as u64 }),
        }
    }
}

/// The descriptions in a header.
fn tensors(head: &[u8]) -> Result<Vec<TensorInfo>> {
    let broken = |error| Error::Malformed(format!("its safetensors header makes no sense: {error}"));
    let json = head.get(LENGTH_BYTES..).unwrap_or_default();
    let metadata: Metadata = serde_json::from_slice(json).map_err(broken)?;
    let describe = |(name, info): (String, &safetensors::tensor::TensorInfo)| {
        let kind = match info.dtype {
            Dtype::F32 => GgmlType::F32,
            Dtype::F16 => GgmlType::F16,
            Dtype::BF16 => GgmlType::BF16,
            other => return unsupported(format!("tensor {name} is of type {other:?}; F32, F16 and BF16 can be read")),
        };
        let (rows, columns) = match info.shape.as_slice() {
            [columns] => (1, *columns),
            [rows, columns] => (*rows, *columns),
            // The masks of old GPT-2 files are [1, 1, window, window].
            [1, 1, rows, columns] => (*rows, *columns),
            shape => {
                return malformed(format!("tensor {name} has the shape {shape:?}, expected one or two dimensions"));
            }
        };
        if rows == 0 || columns == 0 {
            return malformed(format!("tensor {name} has {rows} rows of {columns} values"));
        }
        let (start, end) = info.data_offsets;
        let place = |offset: usize| (head.len() + offset) as u64;
        Ok(TensorInfo { name, rows, columns, kind, start: place(start), end: place(end) })
    };
    metadata.tensors().into_iter().map(describe).collect()
}
