//! A GGUF file's key-value pairs.

use std::collections::HashMap;

use crate::error::{Error, Result};

/// A metadata value; numbers are widened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Bool(bool),
    String(String),
    Array(Vec<Value>),
}

/// Metadata by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metadata(pub(super) HashMap<String, Value>);

impl Metadata {
    /// A string, if the key is there and holds one.
    pub(crate) fn string(&self, key: &str) -> Option<&str> {
        match self.0.get(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A count, at least 1.
    pub(crate) fn size(&self, key: &str) -> Result<usize> {
        match self.integer(key) {
            Some(n) if n > 0 && n <= u64::from(u32::MAX) => Ok(n as usize),
            _ => Err(self.wrong(key, "a whole number above 0")),
        }
    }

    /// As [`Self::size`], `default` if the key is not there.
    pub(crate) fn size_or(&self, key: &str, default: usize) -> Result<usize> {
        if self.0.contains_key(key) { self.size(key) } else { Ok(default) }
    }

    pub(crate) fn integer(&self, key: &str) -> Option<u64> {
        match *self.0.get(key)? {
            Value::Unsigned(n) => Some(n),
            Value::Signed(n) => u64::try_from(n).ok(),
            _ => None,
        }
    }

    pub(crate) fn float(&self, key: &str) -> Result<f64> {
        match self.0.get(key) {
            Some(Value::Float(x)) if x.is_finite() => Ok(*x),
            _ => Err(self.wrong(key, "a number")),
        }
    }

    /// As [`Self::float`], `default` if the key is not there.
    pub(crate) fn float_or(&self, key: &str, default: f64) -> Result<f64> {
        if self.0.contains_key(key) { self.float(key) } else { Ok(default) }
    }

    /// Takes a list of strings out, so that no copy stays behind.
    pub(crate) fn take_strings(&mut self, key: &str) -> Result<Vec<String>> {
        let wrong = self.wrong(key, "a list of texts");
        let Some(Value::Array(values)) = self.0.remove(key) else { return Err(wrong) };
        let string = |value| if let Value::String(text) = value { Some(text) } else { None };
        values.into_iter().map(string).collect::<Option<_>>().ok_or(wrong)
    }

    /// Takes a list of whole numbers out.
    pub(crate) fn take_integers(&mut self, key: &str) -> Result<Vec<i64>> {
        let wrong = self.wrong(key, "a list of whole numbers");
        let Some(Value::Array(values)) = self.0.remove(key) else { return Err(wrong) };
        let integer = |value| match value {
            Value::Signed(n) => Some(n),
            Value::Unsigned(n) => i64::try_from(n).ok(),
            _ => None,
        };
        values.into_iter().map(integer).collect::<Option<_>>().ok_or(wrong)
    }

    /// Takes a list of numbers out.
    pub(crate) fn take_floats(&mut self, key: &str) -> Result<Vec<f64>> {
        let wrong = self.wrong(key, "a list of numbers");
        let Some(Value::Array(values)) = self.0.remove(key) else { return Err(wrong) };
        let float = |value| if let Value::Float(x) = value { Some(x) } else { None };
        values.into_iter().map(float).collect::<Option<_>>().ok_or(wrong)
    }

    /// A yes or no, if the key is there and holds one.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.0.get(key)? {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    fn wrong(&self, key: &str, expected: &str) -> Error {
        let found = match self.0.get(key) {
            None => "nothing".to_owned(),
            Some(Value::Array(values)) => format!("a list of {}", values.len()),
            Some(Value::String(_)) => "a text".to_owned(),
            Some(Value::Unsigned(n)) => n.to_string(),
            Some(Value::Signed(n)) => n.to_string(),
            Some(Value::Float(x)) => x.to_string(),
            Some(Value::Bool(value)) => value.to_string(),
        };
        Error::Malformed(format!("the file's {key} should be {expected}, found {found}"))
    }
}
