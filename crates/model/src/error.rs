//! What can go wrong with a model, in words for a person.

use generation::protocol::{Defect, Failure};

/// Why a model file or a request to the engine was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is damaged or not of the format it claims.
    #[error("{0}")]
    Malformed(String),
    /// The file is well-formed but of a kind that this program does not run.
    #[error("{0}")]
    Unsupported(String),
    /// A common defect, which pages word themselves.
    #[error("{0}")]
    Defect(Defect),
    /// The request makes no sense for this model.
    #[error("{0}")]
    BadInput(String),
    /// The text has a character that the vocabulary lacks.
    #[error("the model's vocabulary has no token for {0}")]
    Unreadable(String),
    /// The arithmetic gave something that is not a number.
    #[error("{0}")]
    Arithmetic(String),
    /// Tensors of shapes that do not fit: a mistake of ours, or a file whose header lies.
    #[error("tensor error: {0}")]
    Tensor(#[from] candle_core::Error),
}

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let words = error.to_string();
        match error {
            Error::Malformed(_) | Error::Unsupported(_) => Self::BadModel(Defect::Other(words)),
            Error::Defect(defect) => Self::BadModel(defect),
            Error::BadInput(_) => Self::BadInput(words),
            Error::Unreadable(what) => Self::Unreadable(what),
            Error::Arithmetic(_) | Error::Tensor(_) => Self::Arithmetic(words),
        }
    }
}

pub(crate) fn malformed<T>(words: impl Into<String>) -> Result<T> {
    Err(Error::Malformed(words.into()))
}

pub(crate) fn unsupported<T>(words: impl Into<String>) -> Result<T> {
    Err(Error::Unsupported(words.into()))
}

pub(crate) fn defect<T>(defect: Defect) -> Result<T> {
    Err(Error::Defect(defect))
}
