//! Equality by identity, for values that are large and shared.

use std::ops::Deref;
use std::sync::Arc;

/// A shared value that equals only its own clones: comparing two costs nothing, whatever their size.
#[derive(Debug)]
pub struct PtrEq<T>(pub Arc<T>);

impl<T> Clone for PtrEq<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for PtrEq<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for PtrEq<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
