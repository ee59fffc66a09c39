//! Sets and maps, made in little code.

/// What holds all of `items`, inserted one after the other. `collect` would sort them first, and the code of each such sort is 5 kB
/// of the page's program.
pub(crate) fn inserted<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}
