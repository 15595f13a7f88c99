//! The copy of a whole database into another.

/// Told of each table: its name, how many rows were copied, and how many it has.
pub type Progress<'a> = &'a mut (dyn FnMut(&'static str, u64, u64) + Send);

/// A finished copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The rows of all tables.
    pub rows: u64,
    /// The number of the newest row of the audit log.
    pub log: i64,
}
