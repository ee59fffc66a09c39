//! A file's tensors by name, taken out one by one by the model that uses them.

use std::collections::HashMap;

use super::GgmlType;
use crate::error::{Error, Result, malformed};
use crate::linear::Matrix;

#[derive(Debug, Default)]
pub(crate) struct Weights {
    tensors: HashMap<String, Matrix>,
    /// How many values each type has, to name the main one.
    values: Vec<(GgmlType, usize)>,
}

impl Weights {
    pub(super) fn insert(&mut self, name: String, kind: GgmlType, matrix: Matrix) {
        let count = matrix.rows() * matrix.columns();
        match self.values.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, values)) => *values += count,
            None => self.values.push((kind, count)),
        }
        self.tensors.insert(name, matrix);
    }

    /// The type that most values have, such as `Q4_1`.
    pub(crate) fn main_type(&self) -> String {
        let main = self.values.iter().max_by_key(|(_, values)| values);
        main.map_or_else(String::new, |(kind, _)| format!("{kind:?}"))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// How many rows a tensor has.
    pub(crate) fn rows(&self, name: &str) -> Result<usize> {
        self.tensors.get(name).map(Matrix::rows).ok_or_else(|| missing(name))
    }

    /// Takes a matrix out.
    pub(crate) fn matrix(&mut self, name: &str, rows: usize, columns: usize) -> Result<Matrix> {
        let matrix = self.tensors.remove(name).ok_or_else(|| missing(name))?;
        if (matrix.rows(), matrix.columns()) != (rows, columns) {
            let (found_rows, found_columns) = (matrix.rows(), matrix.columns());
            return malformed(format!(
                "tensor {name} is {found_rows} × {found_columns}, the header's figures make it {rows} × {columns}"
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
}

fn missing(name: &str) -> Error {
    Error::Malformed(format!("the file has no tensor {name}"))
}
