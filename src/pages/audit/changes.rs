//! Corrections and merges of a patient, for the access report.

use crate::i18n::{PatientChangeWords, StaffWords, account, fill, labelled, states, time};
use crate::model::language::Language;
use crate::model::patient::Identifier;
use crate::parts::moment::exact;
use crate::parts::patient;
use crate::store::patient_changes::{Change, Details, PatientChange};
use crate::web::page::Page;
use jiff::tz::TimeZone;
use leptos::prelude::*;

/// The changes, newest first; nothing where there are none.
pub(super) fn list(page: &Page, changes: &[PatientChange]) -> Option<impl IntoView + use<>> {
    let words = PatientChangeWords::of(page.language());
    if changes.is_empty() {
        return None;
    }
    let rows = changes.iter().map(|change| row(page, change)).collect_view();
    Some(view! {
        <section class="card" aria-labelledby="changes">
            <h2 id="changes">{words.changes}</h2>
            <ol class="timeline">{rows}</ol>
        </section>
    })
}

fn row(page: &Page, change: &PatientChange) -> impl IntoView + use<> {
    let lines = lines(page.language(), &change.change)
        .into_iter()
        .map(|line| {
            let said = PatientChangeWords::of(page.language()).before;
            let before = line.before.map(|before| {
                view! { " "<small>{patient::placed(said, "{value}", &before)}</small> }
            });
            let name = labelled(page.language(), line.name);
            view! { <p>{name}<bdi>{line.after}</bdi>{before}</p> }
        })
        .collect_view();
    let undone = change.undone.as_ref().map(|(at, by)| {
        let text = PatientChangeWords::of(page.language()).undone;
        let places =
            [("{when}", exact(page, *at)), ("{name}", patient::name_view(&page.person(by)))];
        view! { <p>{patient::with_views(text, places)}</p> }
    });
    let by = page.person(&change.by);
    view! {
        <li>
            <time datetime=time::machine(change.at)>{page.moment(change.at)}</time>
            " "
            <p>{what(page.language(), change)}" "<small><bdi>{by}</bdi></small></p>
            {lines}
            {undone}
        </li>
    }
}

/// What was done, in words.
#[must_use]
pub fn what(language: Language, change: &PatientChange) -> &'static str {
    let words = PatientChangeWords::of(language);
    match &change.change {
        Change::Correction { .. } => words.patient_corrected,
        Change::Merge { .. } | Change::UndoneMerge => words.patients_merged,
    }
}

/// The details of a change as one line of text, for a file.
#[must_use]
pub fn text(language: Language, zone: &TimeZone, change: &PatientChange) -> String {
    let lines = lines(language, &change.change).into_iter().map(|line| {
        let said = PatientChangeWords::of(language).before;
        let before = line.before.map(|before| format!(" ({})", fill(said, "value", &before)));
        let before = before.unwrap_or_default();
        format!("{}{}{before}", labelled(language, line.name), line.after)
    });
    let undone = change.undone.as_ref().map(|(at, by)| {
        let text = fill(PatientChangeWords::of(language).undone, "when", &time::exact(zone, *at));
        fill(&text, "name", account::person(language, by))
    });
    lines.chain(undone).collect::<Vec<_>>().join("; ")
}

/// One field of a change.
struct Line {
    name: &'static str,
    after: String,
    /// What it was before.
    before: Option<String>,
}

/// The fields that differ, and with a merge those of the other record.
fn lines(language: Language, change: &Change) -> Vec<Line> {
    match change {
        Change::Correction { before, after } => differences(language, before, after),
        Change::Merge { before, after, merged, .. } => {
            let name = PatientChangeWords::of(language).other_record;
            let [names, born, numbers] = fields(language, merged);
            let other =
                Line { name, after: [names.1, born.1, numbers.1].join(" · "), before: None };
            differences(language, before, after).into_iter().chain([other]).collect()
        }
        Change::UndoneMerge => Vec::new(),
    }
}

fn differences(language: Language, before: &Details, after: &Details) -> Vec<Line> {
    fields(language, before)
        .into_iter()
        .zip(fields(language, after))
        .filter(|(before, after)| before != after)
        .map(|((name, before), (_, after))| Line { name, after, before: Some(before) })
        .collect()
}

/// Each field with its label.
fn fields(language: Language, details: &Details) -> [(&'static str, String); 3] {
    let (words, common) = (PatientChangeWords::of(language), StaffWords::of(language));
    let or_none = |text: String| if text.is_empty() { words.nothing.to_owned() } else { text };
    let name = format!("{} {}", details.first_name, details.last_name).trim().to_owned();
    let date = details.date_of_birth.as_deref();
    let born = or_none(date.map(|date| time::day(language, date)).unwrap_or_default());
    let number =
        |it: &Identifier| format!("{} ({})", it.key, states::identifier_type(language, it.kind));
    let numbers = details.identifiers.iter().map(number).collect::<Vec<_>>().join(", ");
    [(words.names, name), (common.date_of_birth, born), (common.identifier, or_none(numbers))]
}
