//! Keeps what is typed into long forms in the tab, until it is sent.

#[cfg(feature = "hydrate")]
mod hydrated;

use leptos::prelude::*;

/// The attribute of a form with the name of its draft.
pub const DRAFT: &str = "data-draft";
/// The attribute that tells what the page shows of the form.
pub const DRAFT_STATE: &str = "data-draft-state";
/// The page answers the form and shows its entries.
pub const ENTRIES: &str = "entries";
/// The form was taken, and the page shows it anew.
pub const TAKEN: &str = "taken";

/// Keeps drafts of the page's forms that have a `data-draft`, restores them, and forgets those that
/// were sent or are not the user's. On every staff page, also without a form: the page after a form
/// tells that it was taken.
///
/// `restored` contains `{hh}` or `{h}`, the hour with two digits or as it is, and `{m}`.
#[island]
pub fn Drafts(
    /// The ids of the user and of the site, separated by a blank.
    owner: String,
    restored: String,
    discard: String,
) -> impl IntoView {
    Effect::new(move || {
        #[cfg(feature = "hydrate")]
        hydrated::begin(&owner, &restored, &discard);
        let _ = (&owner, &restored, &discard);
    });
}
