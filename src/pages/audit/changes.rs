//! Corrections and merges of a patient, for the access report.

use crate::i18n::{PatientChangeWords, fill, states, time};
use crate::model::patient::Identifier;
use crate::store::patient_changes::{Change, Details, PatientChange};
use crate::web::page::Page;
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
    let words = PatientChangeWords::of(page.language());
    let (what, lines) = match &change.change {
        Change::Correction { before, after } => {
            (words.patient_corrected, differences(page, before, after))
        }
        Change::Merge { before, after, .. } => {
            (words.patients_merged, differences(page, before, after))
        }
    };
    let lines = lines
        .into_iter()
        .map(|(name, before, after)| {
            let before = fill(words.before, "value", &before);
            view! { <p>{name}": "{after}" "<small>{before}</small></p> }
        })
        .collect_view();
    view! {
        <li>
            <time datetime=time::machine(change.at)>{page.moment(change.at)}</time>
            " "
            <p>{what}" "<small>{change.by.clone()}</small></p>
            {lines}
        </li>
    }
}

/// The fields that differ: name, before, after.
fn differences(
    page: &Page,
    before: &Details,
    after: &Details,
) -> Vec<(&'static str, String, String)> {
    let words = PatientChangeWords::of(page.language());
    let or_none = |text: String| if text.is_empty() { words.nothing.to_owned() } else { text };
    let name = |it: &Details| format!("{} {}", it.first_name, it.last_name).trim().to_owned();
    let born = |it: &Details| {
        let date = it.date_of_birth.as_deref();
        or_none(date.map(|date| time::day(page.language(), date)).unwrap_or_default())
    };
    let number = |it: &Identifier| {
        format!("{} ({})", it.key, states::identifier_type(page.language(), it.kind))
    };
    let numbers =
        |it: &Details| or_none(it.identifiers.iter().map(number).collect::<Vec<_>>().join(", "));
    [
        (words.names, name(before), name(after)),
        (page.words().date_of_birth, born(before), born(after)),
        (page.words().identifier, numbers(before), numbers(after)),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .collect()
}
