//! The reasons that a site offers for consultations.

use crate::i18n::ReasonWords;
use crate::model::reason::{MAX_REASONS, REASON_LENGTH, Reason};
use crate::model::site::Site;
use crate::parts::field::{TextArea, TextField};
use crate::web::page::Page;
use leptos::prelude::*;

/// The most characters of all reasons.
const REASONS_LENGTH: u32 = 3 * (REASON_LENGTH + 3) * MAX_REASONS as u32;

/// Their part of the settings. `value` is a field's entry, or what it is now.
pub(super) fn fields(
    page: &Page,
    site: &Site,
    value: &dyn Fn(&str, &str) -> String,
) -> impl IntoView + use<> {
    let words = ReasonWords::of(page.language());
    let lines = site.reasons.iter().map(Reason::line).collect::<Vec<_>>().join("\n");
    let (reasons, default) =
        (value("reasons", &lines), value("default_reason", &site.default_reason));
    let page = page.clone();
    view! {
        <fieldset>
            <legend>{words.legend}</legend>
            <TextArea
                page=page.clone()
                name="reasons"
                label=words.reasons
                hint=words.reasons_hint
                value=reasons
                longest=REASONS_LENGTH
            />
            <TextField
                page=page
                name="default_reason"
                label=words.default_reason
                value=default
                longest=REASON_LENGTH
            />
        </fieldset>
    }
}
