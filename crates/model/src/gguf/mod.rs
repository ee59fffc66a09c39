//! GGUF files, read as their bytes arrive.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>. A header (metadata and tensor descriptions) is
//! followed by the tensors' data. [`Reader::push`] takes the file in pieces of any length; each tensor goes straight
//! to where the model will use it, so there is one copy of the weights in memory, never two.

mod header;
mod metadata;
mod weights;

use header::{Header, TensorInfo};
pub(crate) use metadata::Metadata;
use metadata::Value;
pub(crate) use weights::Weights;

use generation::protocol::ModelInfo;

use crate::error::{Error, Result, malformed};
use crate::linear::Matrix;
use crate::opening::outline;

/// No header we can use is larger; a file that claims one is damaged.
const MAX_HEADER_BYTES: usize = 256 << 20;

/// The types of tensor data that this program reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GgmlType {
    F32,
    F16,
    Q4_0,
    Q4_1,
    Q8_0,
}

impl GgmlType {
    fn from_code(code: u32) -> Option<Self> {
        match code {
            0 => Some(Self::F32),
            1 => Some(Self::F16),
            2 => Some(Self::Q4_0),
            3 => Some(Self::Q4_1),
            8 => Some(Self::Q8_0),
            _ => None,
        }
    }

    /// Values per unit, and bytes per unit.
    fn unit(self) -> (u64, u64) {
        match self {
            Self::F32 => (1, 4),
            Self::F16 => (1, 2),
            Self::Q4_0 => (32, 18),
            Self::Q4_1 => (32, 20),
            Self::Q8_0 => (32, 34),
        }
    }
}

/// Takes a GGUF file in, piece by piece.
#[derive(Debug)]
pub struct Reader {
    /// Bytes of the file seen so far.
    position: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The header's bytes so far, and how many there must be before trying to parse it again.
    Header {
        bytes: Vec<u8>,
        retry_at: usize,
    },
    Data(Box<Data>),
}

#[derive(Debug)]
struct Data {
    metadata: Metadata,
    /// Tensors still to come, the next one last.
    expected: Vec<TensorInfo>,
    /// The tensor that is arriving.
    current: Option<Arriving>,
    done: Weights,
}

#[derive(Debug)]
struct Arriving {
    info: TensorInfo,
    matrix: Matrix,
    units: usize,
    /// The start of a unit whose rest has not come yet.
    partial: Vec<u8>,
}

impl Default for Reader {
    fn default() -> Self {
        Self { position: 0, state: State::Header { bytes: Vec::new(), retry_at: 0 } }
    }
}

impl Reader {
    /// The next bytes of the file, in order.
    ///
    /// # Errors
    /// Says what is wrong with the file. The reader is of no use afterwards.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.state {
            State::Data(data) => {
                data.push(self.position, bytes)?;
                self.position += bytes.len() as u64;
                Ok(())
            }
            State::Header { bytes: head, retry_at } => {
                head.extend_from_slice(bytes);
                if head.len() < *retry_at {
                    return Ok(());
                }
                let Some(header) = Header::parse(head)? else {
                    if head.len() > MAX_HEADER_BYTES {
                        return malformed("the header never ends");
                    }
                    *retry_at = head.len() * 3 / 2;
                    return Ok(());
                };
                self.begin(header)
            }
        }
    }

    /// What the model is, once the header is read.
    pub(crate) fn describe(&self, name: String, bytes: u64) -> Option<Result<ModelInfo>> {
        let State::Data(data) = &self.state else { return None };
        let mut weights: Vec<(GgmlType, usize)> = Vec::new();
        for TensorInfo { kind, rows, columns, .. } in &data.expected {
            match weights.iter_mut().find(|(known, _)| known == kind) {
                Some((_, values)) => *values += rows * columns,
                None => weights.push((*kind, rows * columns)),
            }
        }
        let main = weights.iter().max_by_key(|(_, values)| values).map(|(kind, _)| format!("{kind:?}"));
        let main = main.unwrap_or_else(|| data.done.main_type());
        let info = outline(&data.metadata, main, name, bytes);
        let tokens = match data.metadata.0.get("tokenizer.ggml.tokens") {
            Some(Value::Array(tokens)) => tokens.len(),
            _ => 0,
        };
        Some(info.map(|mut info| {
            // How many there are is known, what they are comes with the tokenizer.
            (0..tokens).for_each(|_| info.vocabulary.push(b"", false));
            info
        }))
    }

    /// The header is known: what of the bytes came after it is data.
    fn begin(&mut self, header: Header) -> Result<()> {
        let Header { metadata, mut tensors, bytes: header_bytes } = header;
        tensors.sort_by_key(|tensor| std::cmp::Reverse(tensor.start));
        let data = Data { metadata, expected: tensors, current: None, done: Weights::default() };
        let State::Header { bytes, .. } = std::mem::replace(&mut self.state, State::Data(Box::new(data))) else {
            return Ok(());
        };
        self.position = header_bytes as u64;
        self.push(&bytes[header_bytes..])
    }

    /// The whole file has been pushed.
    ///
    /// # Errors
    /// The file ended too early.
    pub fn finish(mut self) -> Result<File> {
        if let State::Header { retry_at, .. } = &mut self.state {
            // The last try may have been put off.
            *retry_at = 0;
            self.push(&[])?;
        }
        let Data { metadata, mut expected, current, done } = match self.state {
            State::Data(data) => *data,
            State::Header { bytes, .. } => {
                return malformed(format!("the file ends within its header, after {} bytes", bytes.len()));
            }
        };
        if let Some(missing) = current.map(|current| current.info).or_else(|| expected.pop()) {
            let TensorInfo { name, end, .. } = missing;
            let length = self.position;
            return malformed(format!("the file ends after {length} bytes, but tensor {name} goes to byte {end}"));
        }
        Ok(File { metadata, weights: done, bytes: self.position })
    }
}

impl Data {
    fn push(&mut self, mut position: u64, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let arriving = match self.current.take() {
                Some(arriving) => arriving,
                None => match self.expected.pop() {
                    Some(info) => Arriving::new(info)?,
                    None => return Ok(()), // padding at the end
                },
            };
            let TensorInfo { start, end, .. } = arriving.info;
            if start > position {
                // Padding between tensors.
                let skipped = (start - position).min(bytes.len() as u64);
                bytes = &bytes[skipped as usize..];
                position += skipped;
                self.current = Some(arriving);
                continue;
            }
            let take = (end - position).min(bytes.len() as u64) as usize;
            let (now, later) = bytes.split_at(take);
            position += take as u64;
            bytes = later;
            self.fill(arriving, now, position);
        }
        Ok(())
    }

    fn fill(&mut self, mut arriving: Arriving, bytes: &[u8], position: u64) {
        arriving.fill(bytes);
        if position == arriving.info.end {
            self.done.insert(arriving.info.name, arriving.info.kind, arriving.matrix);
        } else {
            self.current = Some(arriving);
        }
    }
}

impl Arriving {
    fn new(info: TensorInfo) -> Result<Self> {
        let matrix = Matrix::zeros(info.kind, info.rows, info.columns)
            .map_err(|error| Error::Malformed(format!("tensor {}: {error}", info.name)))?;
        Ok(Self { info, matrix, units: 0, partial: Vec::new() })
    }

    fn fill(&mut self, mut bytes: &[u8]) {
        let size = self.matrix.unit_bytes();
        if !self.partial.is_empty() {
            let (rest, later) = bytes.split_at(bytes.len().min(size - self.partial.len()));
            self.partial.extend_from_slice(rest);
            bytes = later;
            if self.partial.len() < size {
                return;
            }
            self.matrix.set_units(self.units, &self.partial);
            self.units += 1;
            self.partial.clear();
        }
        let whole = bytes.len() / size;
        self.matrix.set_units(self.units, &bytes[..whole * size]);
        self.units += whole;
        self.partial.extend_from_slice(&bytes[whole * size..]);
    }
}

/// A GGUF file, read to its end.
#[derive(Debug)]
pub struct File {
    pub(crate) metadata: Metadata,
    pub(crate) weights: Weights,
    pub(crate) bytes: u64,
}
