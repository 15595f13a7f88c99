//! The forms that correct a patient and merge two records, as their pages fill them in.

use crate::helpers::{Page, Person};
use reqwest::StatusCode;
use std::fmt::Display;

/// Fields and their values.
pub type Form = Vec<(&'static str, String)>;

/// The form that corrects the patient of a record, by its id or its path, with these fields changed.
pub async fn correction(
    person: &Person<'_>,
    record: &str,
    changes: &[(&'static str, &str)],
) -> Form {
    let id = record.rsplit('/').next().unwrap_or_default();
    let page = person.get(&format!("/consultations/{id}/patient")).await;
    let fields = ["id", "shown", "first_name", "last_name", "date_of_birth"];
    changed(read(&page, &fields), changes)
}

/// The form that compares a record's patient with another one and merges them, with these choices.
pub async fn merge(
    person: &Person<'_>,
    record: &str,
    with: impl Display,
    choices: &[(&'static str, &str)],
) -> Form {
    let id = record.rsplit('/').next().unwrap_or_default();
    let page = person.get(&format!("/consultations/{id}/merge?with={with}")).await;
    changed(read(&page, &["id", "with", "shown", "other_shown"]), choices)
}

/// A form with these fields changed.
pub fn changed(mut form: Form, changes: &[(&'static str, &str)]) -> Form {
    for (name, value) in changes {
        form.retain(|(field, _)| field != name);
        form.push((name, (*value).to_owned()));
    }
    form
}

/// Sends a form.
pub async fn send(person: &Person<'_>, function: &str, form: &Form) -> Page {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, &**value)).collect();
    person.post(function, &form).await
}

/// Corrects the patient of a record: these fields.
pub async fn correct(person: &Person<'_>, record: &str, changes: &[(&'static str, &str)]) -> Page {
    send(person, "correct_patient", &correction(person, record, changes).await).await
}

fn read(page: &Page, fields: &[&'static str]) -> Form {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let value = |name: &str| page.attribute(&format!("main form [name={name}]"), "value");
    fields.iter().map(|name| (*name, value(name))).collect()
}
