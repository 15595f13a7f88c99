//! The question for the date of birth before the start, and the page of a locked link.

use crate::error::{AppError, FieldProblem};
use crate::i18n::{GateWords, fill};
use crate::pages::message::Ending;
use crate::web::page::Page;
use leptos::prelude::*;

/// The field in the start form. A refused value is not shown again: the next patient on a shared
/// device could read it.
pub(super) fn field(page: &Page) -> impl IntoView + use<> {
    let words = GateWords::of(page.language());
    let error = error(page);
    let (invalid, described_by) = (
        error.as_ref().map(|_| "true"),
        if error.is_some() { "birth-hint birth-error" } else { "birth-hint" },
    );
    view! {
        <div class="field short">
            <label for="date_of_birth">{words.date_of_birth}</label>
            <p class="hint" id="birth-hint">{words.hint}</p>
            // Not `bday`: a shared device must not offer one patient's date to the next.
            <input
                id="date_of_birth"
                name="date_of_birth"
                type="date"
                required
                autocomplete="off"
                aria-invalid=invalid
                aria-describedby=described_by
            />
            {error.map(|error| view! {
                <p class="error" id="birth-error" role="alert">{error}</p>
            })}
        </div>
    }
}

/// Why the date was refused, as a sentence.
fn error(page: &Page) -> Option<String> {
    let problem = page.field_errors().iter().find(|error| error.field == "date_of_birth")?.problem;
    let words = GateWords::of(page.language());
    Some(match problem {
        FieldProblem::WrongBirthDate { left } => fill(words.wrong, "left", &left.to_string()),
        FieldProblem::BadDate | FieldProblem::AmbiguousDate => words.bad_date.to_owned(),
        _ => words.required.to_owned(),
    })
}

/// The page of a locked link.
pub(super) fn locked(page: Page) -> impl IntoView {
    let words = GateWords::of(page.language());
    page.status(AppError::Locked.status());
    view! { <Ending page kind="warning" title=words.locked text=words.locked_text more=None/> }
}
