//! Fills tensors as their bytes arrive: each goes straight to where the model will use it, so there is one copy of the
//! weights in memory, never two.

use std::cmp::Reverse;

use generation::protocol::Defect;

use crate::arch::matrix::Matrix;
use crate::arch::weights::Weights;
use crate::error::{Error, Result, defect, malformed};
use crate::load::ggml_type::GgmlType;

/// A tensor's description. Vectors have one row.
#[derive(Clone, Debug)]
pub(crate) struct TensorInfo {
    pub(crate) name: String,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) kind: GgmlType,
    /// First byte in the file.
    pub(crate) start: u64,
    /// The byte after the last one.
    pub(crate) end: u64,
}

/// The tensors of one file of which some bytes are still missing.
#[derive(Debug)]
pub(crate) struct TensorStream {
    /// Bytes of the file seen so far.
    position: u64,
    /// Tensors still to come, the next one last.
    expected: Vec<TensorInfo>,
    current: Option<PartialTensor>,
}

#[derive(Debug)]
struct PartialTensor {
    info: TensorInfo,
    matrix: Matrix,
    units: usize,
    /// The start of a unit whose rest has not come yet.
    partial: Vec<u8>,
}

impl TensorStream {
    /// Expects `tensors` in a file of `length` bytes, of which `position` have been read.
    ///
    /// # Errors
    /// Tensors overlap, or lie beyond the file's end: no memory is taken for what the file cannot hold.
    pub(crate) fn new(mut tensors: Vec<TensorInfo>, position: u64, length: u64) -> Result<Self> {
        tensors.sort_by_key(|tensor| Reverse(tensor.start));
        if let Some(pair) = tensors.windows(2).find(|pair| pair[0].start < pair[1].end) {
            return malformed(format!("tensors {} and {} overlap", pair[1].name, pair[0].name));
        }
        match tensors.first() {
            Some(TensorInfo { name, end, .. }) if *end > length => {
                defect(Defect::CutShort { length, tensor: name.clone(), end: *end })
            }
            _ => Ok(Self { position, expected: tensors, current: None }),
        }
    }

    /// Takes the file's next bytes; tensors that are whole go to `done`.
    pub(crate) fn push(&mut self, mut bytes: &[u8], done: &mut Weights) -> Result<()> {
        while !bytes.is_empty() {
            let tensor = match self.current.take() {
                Some(tensor) => tensor,
                None => match self.expected.pop() {
                    Some(info) => PartialTensor::new(info)?,
                    None => {
                        // Padding at the end.
                        self.position += bytes.len() as u64;
                        return Ok(());
                    }
                },
            };
            let TensorInfo { start, end, .. } = tensor.info;
            let padding = start.saturating_sub(self.position).min(bytes.len() as u64);
            let wanted = if padding > 0 { 0 } else { (end - self.position).min(bytes.len() as u64) };
            let (now, later) = bytes.split_at((padding + wanted) as usize);
            self.position += now.len() as u64;
            bytes = later;
            if padding > 0 {
                self.current = Some(tensor);
            } else {
                self.fill(tensor, now, done)?;
            }
        }
        Ok(())
    }

    fn fill(&mut self, mut tensor: PartialTensor, bytes: &[u8], done: &mut Weights) -> Result<()> {
        tensor.fill(bytes);
        if self.position < tensor.info.end {
            self.current = Some(tensor);
            return Ok(());
        }
        done.insert(tensor.info.name, tensor.matrix)
    }

    /// The file has ended.
    pub(crate) fn finish(self) -> Result<()> {
        match self.current.map(|current| current.info).or_else(|| self.expected.into_iter().next_back()) {
            None => Ok(()),
            Some(TensorInfo { name, end, .. }) => {
                let length = self.position;
                defect(Defect::CutShort { length, tensor: name, end })
            }
        }
    }
}

impl PartialTensor {
    fn new(info: TensorInfo) -> Result<Self> {
        let matrix = Matrix::zeros(info.kind, info.rows, info.columns)
            .map_err(|error| Error::Malformed(format!("tensor {}: {error}", info.name)))?;
        Ok(Self { info, matrix, units: 0, partial: Vec::new() })
    }

    fn fill(&mut self, mut bytes: &[u8]) {
        let size = self.info.kind.unit().1 as usize;
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

/// The type that most values have, such as `Q4_1`.
pub(crate) fn main_type(tensors: &[TensorInfo]) -> String {
    let mut values: Vec<(GgmlType, usize)> = Vec::new();
    for tensor in tensors {
        let count = tensor.rows * tensor.columns;
        match values.iter_mut().find(|(known, _)| *known == tensor.kind) {
            Some((_, values)) => *values += count,
            None => values.push((tensor.kind, count)),
        }
    }
    let main = values.iter().max_by_key(|(_, values)| values);
    main.map_or_else(String::new, |(kind, _)| format!("{kind:?}"))
}
