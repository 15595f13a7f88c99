//! What tells patients in a list apart.

use crate::i18n::states;
use crate::model::language::Language;
use crate::model::patient::Identifier;
use leptos::prelude::*;

/// An identifier beside the patient's name: masked, with its type as a tooltip.
pub fn identifier_mark(language: Language, identifier: &Identifier) -> impl IntoView + use<> {
    let kind = states::identifier_type(language, identifier.kind);
    view! { " "<small title=kind>{identifier.masked()}</small> }
}
