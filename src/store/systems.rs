//! The names that identifiers have at Empego.

use super::{Record, Result};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// The names of the systems that identifiers went to Empego under, by the kind of identifier.
pub type SystemNames = BTreeMap<String, String>;

/// The names that identifiers have at Empego.
#[async_trait]
pub trait Systems: Send + Sync {
    /// The names under which identifiers of this database went to Empego. Empty where none are
    /// known yet.
    async fn system_names(&self) -> Result<SystemNames>;
    /// Whether any consultation was asked for, so that Empego may know patients by these names.
    async fn has_consultations(&self) -> Result<bool>;
    /// Replaces the names, and writes these audit rows.
    async fn set_system_names(&self, names: &SystemNames, log: &[Record]) -> Result<()>;
}
