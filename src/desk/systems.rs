//! The names that identifiers have at Empego, by the profile. Empego matches patients by them
//! (`docs/empego.md` §3.1): under another name each patient would be a new one there. So a change
//! is refused, unless the operator accepts it.

use super::accounts::operator::{self, COMMAND_LINE};
use crate::ambient::Ambient;
use crate::model::audit::Action;
use crate::store::{Store, StoreError, SystemNames};
use std::fmt::Write;

/// A name that is another one than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedName {
    /// The kind of identifier, as the profile names it.
    pub kind: String,
    pub before: String,
    pub now: String,
}

/// Why the desk does not start.
#[derive(Debug, thiserror::Error)]
pub enum SystemsError {
    #[error("{}", refusal(.0))]
    Changed(Vec<ChangedName>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn refusal(changed: &[ChangedName]) -> String {
    let mut text =
        "EMPEGO_PROFILE: these identifiers went to Empego under another name so far:".to_owned();
    for ChangedName { kind, before, now } in changed {
        let _ = write!(text, "\n  {kind}: {before:?}, and now {now:?}");
    }
    text.push_str(
        "\nEmpego finds patients by these names: each patient would be created a second time \
         there. Put the names of before back into identifiers.systems of the profile. If Empego \
         has no patients of this desk under them, run `empego-desk profile accept-systems` once.",
    );
    text
}

/// Compares the names with those of before.
///
/// # Errors
/// [`SystemsError::Changed`] when one is another one, and a patient may be at Empego under it.
pub async fn compare(store: &dyn Store, names: &SystemNames) -> Result<(), SystemsError> {
    let changed = changed(&store.system_names().await?, names);
    match !changed.is_empty() && store.has_consultations().await? {
        true => Err(SystemsError::Changed(changed)),
        false => Ok(()),
    }
}

/// As [`compare`], and records the names.
///
/// # Errors
/// As [`compare`].
pub async fn check(store: &dyn Store, names: &SystemNames) -> Result<(), SystemsError> {
    compare(store, names).await?;
    if store.system_names().await? != *names {
        store.set_system_names(names, &[]).await?;
    }
    Ok(())
}

/// Takes the names from now on, whatever they were. Returns those that were other ones.
///
/// # Errors
/// A store error.
pub async fn accept(
    store: &dyn Store,
    ambient: &Ambient,
    names: &SystemNames,
) -> Result<Vec<ChangedName>, StoreError> {
    let changed = changed(&store.system_names().await?, names);
    let kinds: Vec<_> = changed.iter().map(|changed| changed.kind.as_str()).collect();
    let row =
        operator::record(ambient, COMMAND_LINE, None, Action::SystemsChanged, &kinds.join(" "));
    let log: Vec<_> = (!changed.is_empty()).then_some(row).into_iter().collect();
    store.set_system_names(names, &log).await?;
    Ok(changed)
}

fn changed(before: &SystemNames, names: &SystemNames) -> Vec<ChangedName> {
    let changed = names.iter().filter_map(|(kind, now)| {
        let before = before.get(kind).filter(|before| *before != now)?;
        Some(ChangedName { kind: kind.clone(), before: before.clone(), now: now.clone() })
    });
    changed.collect()
}
