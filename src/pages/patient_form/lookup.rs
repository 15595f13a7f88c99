//! The one field that finds a patient, and what it found.

use crate::api::patients::{FoundPatient, Lookup};
use crate::i18n::{LookWords, fill};
use crate::model::forms::FIND_LENGTH;
use crate::model::ids::PatientId;
use crate::model::patient::Patient;
use crate::parts::field::FieldState;
use crate::parts::moment::with_moment;
use crate::parts::notice::Notice;
use crate::parts::patient::{Number, identity_strip};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

impl Lookup {
    /// Whether nothing is left to choose: the patient is certain, or there is none.
    pub(super) fn is_settled(&self) -> bool {
        self.decided || self.found.is_empty()
    }
}

impl FoundPatient {
    /// The patient, with the newest number alone.
    pub(super) fn patient(&self) -> Patient {
        Patient {
            language: None,
            id: PatientId(self.id.clone()),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            date_of_birth: self.date_of_birth.clone(),
            identifiers: self.identifier.iter().cloned().collect(),
        }
    }
}

/// What a look found, on the page that answers it.
pub(super) fn answer(page: &Page) -> Option<Lookup> {
    crate::pages::answer(page, Function::LookUpPatient)
}

/// The field, with its button: the first of the form, so that Enter in any field presses it and
/// creates nothing.
pub(super) fn find_box(page: &Page, lookup: Option<&Lookup>) -> impl IntoView + use<> {
    let words = LookWords::of(page.language());
    let state = FieldState::of(page, "find", true);
    let (invalid, described_by, error) = (state.invalid(), state.described_by.clone(), state.error);
    // What is settled needs no other look; a list is narrowed with more words.
    let is_settled = lookup.is_some_and(Lookup::is_settled);
    let text = if is_settled { String::new() } else { page.entry("find") };
    let looked_for = if lookup.is_some() { text.clone() } else { page.entry("looked_for") };
    let begins = page.submitted.is_none();
    view! {
        <div class="field find">
            <label for="find">{words.find}</label>
            <p class="hint" id="find-hint">{words.find_hint}</p>
            <div class="with-button">
                <input
                    id="find"
                    name="find"
                    type="search"
                    value=text
                    autocomplete="off"
                    spellcheck="false"
                    maxlength=FIND_LENGTH.to_string()
                    autofocus=begins
                    aria-invalid=invalid
                    aria-describedby=described_by
                />
                <input type="hidden" name="looked_for" value=looked_for/>
                <button formaction=Function::LookUpPatient.path()>
                    {page.words().find_patient}
                </button>
            </div>
            {error.map(|error| view! { <p class="error" id="find-error">{error}</p> })}
        </div>
    }
}

/// What was found: nothing, the patient, or a list to choose from.
pub(super) fn found(page: &Page, lookup: &Lookup) -> impl IntoView + use<> {
    let words = LookWords::of(page.language());
    let notice = |kind: &'static str, title: String, text: &'static str, content: AnyView| {
        view! { <Notice kind title><p>{text}</p>{content}</Notice> }.into_any()
    };
    match lookup.found.as_slice() {
        [] => notice("info", words.none.to_owned(), words.none_text, ().into_any()),
        [known] if lookup.decided => {
            let strip = identity_strip(page, &known.patient(), Number::Whole);
            let content = view! { <p>{strip}</p>{open(page, known)} }.into_any();
            notice("success", words.known.to_owned(), words.known_text, content)
        }
        several => {
            let title = match several.len() {
                1 => words.one.to_owned(),
                n => fill(words.several, "n", &n.to_string()),
            };
            let each = |(at, known): (usize, &FoundPatient)| choice(page, at, known);
            let list = several.iter().enumerate().map(each).collect_view();
            let more = lookup.more.then(|| view! { <p>{words.more}</p> });
            let content = view! { <ul class="choices">{list}</ul>{more} }.into_any();
            notice("info", title, words.several_text, content)
        }
    }
}

fn choice(page: &Page, at: usize, known: &FoundPatient) -> impl IntoView + use<> {
    let words = LookWords::of(page.language());
    let strip = format!("found-{at}");
    view! {
        <li>
            <div id=strip.clone()>
                {identity_strip(page, &known.patient(), Number::Masked)}
                <small class="visit">{last_visit(page, known.last_visit)}</small>
                {open(page, known)}
            </div>
            <button
                formaction=Function::LookUpPatient.path()
                name="use_patient"
                value=known.id.clone()
                aria-describedby=strip
                data-next=(at == 0).then_some("")
            >
                {words.use_patient}
            </button>
        </li>
    }
}

/// When the patient was here last, in words.
pub(super) fn last_visit(page: &Page, at: Option<i64>) -> AnyView {
    let words = LookWords::of(page.language());
    match at {
        Some(at) => with_moment(page, words.last_visit, at).into_any(),
        None => words.no_visit.into_any(),
    }
}

fn open(page: &Page, known: &FoundPatient) -> Option<impl IntoView + use<>> {
    let words = LookWords::of(page.language());
    let (id, since) = known.open.as_ref()?;
    let text = page.since(words.open_since, *since);
    Some(view! { <p><a href=PageRoute::Consultation.at(id)>{text}</a></p> })
}
