//! A model's tensors by name, taken out one by one by the architecture that uses them.

use std::collections::HashMap;

use crate::arch::linear::{Linear, Precision};
use crate::arch::matrix::Matrix;
use crate::error::{Error, Result, malformed, unsupported};
use crate::load::hf_names::{Layout, TensorNames};

/// Tensors by the names that their file gives them; asked for by GGUF's names.
#[derive(Debug)]
pub(crate) struct Weights {
    tensors: HashMap<String, Matrix>,
    names: TensorNames,
}

impl Weights {
    pub(crate) fn new(names: TensorNames) -> Self {
        Self { tensors: HashMap::new(), names }
    }

    pub(crate) fn insert(&mut self, name: String, matrix: Matrix) -> Result<()> {
        let name = self.names.without_prefix(name);
        match self.tensors.insert(name.clone(), matrix) {
            Some(_) => malformed(format!("tensor {name} is there twice")),
            None => Ok(()),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(&self.names.in_file(name).0)
    }

    /// Takes a matrix out.
    pub(crate) fn matrix(&mut self, name: &str, rows: usize, columns: usize) -> Result<Matrix> {
        let (name, layout) = self.names.in_file(name);
        let matrix =
            self.tensors.remove(&name).ok_or_else(|| Error::Malformed(format!("there is no tensor {name}")))?;
        let matrix = match layout {
            Layout::AsIs => matrix,
            Layout::Transposed => matrix.transposed()?,
            Layout::Halves { head } => matrix.interleaved(head)?,
        };
        if (matrix.rows(), matrix.columns()) != (rows, columns) {
            let (found_rows, found_columns) = (matrix.rows(), matrix.columns());
            return malformed(format!(
                "tensor {name} is {found_rows} × {found_columns}, the model's figures make it {rows} × {columns}"
            ));
        }
        Ok(matrix)
    }

    /// Takes a vector out.
    pub(crate) fn vector(&mut self, name: &str, len: usize) -> Result<Vec<f32>> {
        let matrix = self.matrix(name, 1, len)?;
        let mut values = vec![0.0; len];
        matrix.row(0, &mut values);
        Ok(values)
    }

    /// Takes a layer's `{name}.weight` out, and its `{name}.bias` if it is to have one.
    pub(crate) fn linear(
        &mut self,
        name: &str,
        [rows, columns]: [usize; 2],
        bias: bool,
        precision: Precision,
    ) -> Result<Linear> {
        let matrix = self.matrix(&format!("{name}.weight"), rows, columns)?;
        let bias = bias.then(|| self.vector(&format!("{name}.bias"), rows)).transpose()?;
        Linear::new(matrix, bias, precision)
    }

    /// Takes the head out; `None` if it is the embedding.
    pub(crate) fn head(&mut self, vocabulary: usize, width: usize) -> Result<Option<Matrix>> {
        let own = !self.names.tied() && self.has("output.weight");
        own.then(|| self.matrix("output.weight", vocabulary, width)).transpose()
    }

    /// Every tensor must have been taken: one that is left would change what the model says, had we used it.
    pub(crate) fn finish(self) -> Result<()> {
        let names = self.names;
        match self.tensors.into_keys().filter(|name| !names.is_unused(name)).min() {
            None => Ok(()),
            Some(name) => unsupported(format!("its tensor {name} belongs to a kind of model that cannot be run here")),
        }
    }
}
