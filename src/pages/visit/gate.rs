//! The question for the date of birth before the start, and the page of a locked link.

use crate::error::{AppError, FieldProblem};
use crate::i18n::{BirthWords, GateWords, fill};
use crate::islands::visit::BIRTH_FIELDS;
use crate::model::language::Language;
use crate::pages::message::Ending;
use crate::web::page::Page;
use leptos::prelude::*;

/// The fields in the start form, in the order of the language. A refused value is not shown again:
/// the next patient on a shared device could read it. The error is above the fields, where the
/// keyboard of a phone does not hide it; the island writes it there too.
pub(super) fn fields(page: &Page) -> impl IntoView + use<> {
    let (gate, words) = (GateWords::of(page.language()), BirthWords::of(page.language()));
    let error = error(page);
    let refused = error.is_some();
    let [day, month, year] = BIRTH_FIELDS;
    let (day, month, year) = (
        (day, words.day, "bday-day"),
        (month, words.month, "bday-month"),
        (year, words.year, "bday-year"),
    );
    let order = match page.language() {
        Language::En => [month, day, year],
        Language::Fr => [day, month, year],
    };
    let inputs = order
        .into_iter()
        .enumerate()
        .map(|(at, (name, label, autocomplete))| {
            view! {
                <div class="field">
                    <label for=name>{label}</label>
                    <input
                        id=name
                        name=name
                        type="text"
                        inputmode="numeric"
                        // The island turns it off on a shared device.
                        autocomplete=autocomplete
                        autofocus=refused && at == 0
                        aria-invalid=refused.then_some("true")
                        aria-describedby="birth-error"
                    />
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field birth" id="birth" aria-describedby="birth-hint birth-error">
            <legend>{gate.date_of_birth}</legend>
            <p class="hint" id="birth-hint">{gate.hint}" "{words.example}</p>
            <p class="error" id="birth-error" role="alert" hidden=!refused>{error}</p>
            <div class="parts">{inputs}</div>
        </fieldset>
    }
}

/// Why the date was refused, as a sentence.
fn error(page: &Page) -> Option<String> {
    let problem = page.field_errors().iter().find(|error| error.field == "date_of_birth")?.problem;
    let (gate, words) = (GateWords::of(page.language()), BirthWords::of(page.language()));
    Some(match problem {
        FieldProblem::WrongBirthDate { left } => fill(gate.wrong, "left", &left.to_string()),
        FieldProblem::BadDate => words.bad_date.to_owned(),
        FieldProblem::AmbiguousDate => words.ambiguous.to_owned(),
        _ => gate.required.to_owned(),
    })
}

/// The page of a locked link.
pub(super) fn locked(page: Page) -> impl IntoView {
    let words = GateWords::of(page.language());
    page.status(AppError::Locked.status());
    view! { <Ending page kind="warning" title=words.locked text=words.locked_text more=None/> }
}
