//! Rows of the audit log as a table.

use crate::desk::accounts::operator::{COMMAND_LINE, FIRST_START};
use crate::i18n::account::person;
use crate::i18n::{LogWords, fill, log as words_of, time};
use crate::model::ids::PatientId;
use crate::model::language::Language;
use crate::parts::table::table;
use crate::store::{LogEntry, Record};
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;
use std::collections::HashMap;

/// The most patients that are named in one row.
const NAMED: usize = 3;

/// The name of the actor, in words.
#[must_use]
pub fn actor(language: Language, record: &Record) -> String {
    let words = LogWords::of(language);
    match (&record.staff, record.name.as_str()) {
        (None, "patient") => words.by_patient.to_owned(),
        (None, "stranger") => words.by_unauthenticated.to_owned(),
        (None, "desk") => words.by_desk.to_owned(),
        (None, COMMAND_LINE) => words.by_command_line.to_owned(),
        (None, FIRST_START) => words.by_first_start.to_owned(),
        (Some(_), "stranger") => words.by_account_email.to_owned(),
        (_, name) => person(language, name).to_owned(),
    }
}

/// The action, in words.
#[must_use]
pub fn what(language: Language, record: &Record) -> &'static str {
    words_of::action(language, record.action)
}

/// The table. `names` are those of the patients; `None` where all rows are about one patient.
pub(super) fn rows(
    page: &Page,
    rows: &[LogEntry],
    names: Option<&HashMap<PatientId, String>>,
) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let lines = rows.iter().map(|row| line(page, row, names)).collect_view();
    let (when, who, role, what) = (words.col_when, words.col_who, words.col_role, words.col_what);
    match names {
        Some(_) => {
            let columns = [when, who, role, what, words.col_patient, words.col_where];
            table(Some("log"), words.caption, columns, lines).into_any()
        }
        None => {
            let columns = [when, who, role, what, words.col_where];
            table(Some("log"), words.caption, columns, lines).into_any()
        }
    }
}

fn line(
    page: &Page,
    row: &LogEntry,
    names: Option<&HashMap<PatientId, String>>,
) -> impl IntoView + use<> {
    let (words, language, record) = (LogWords::of(page.language()), page.language(), &row.record);
    let who = actor(language, record);
    // In the log a name is a link to everything that the account did; a report is printed.
    let who = match record.staff.as_ref().filter(|_| names.is_some()) {
        Some(id) => {
            let href = format!("{}?staff={id}", PageRoute::Audit.path());
            view! { <a href=href><bdi>{who}</bdi></a> }.into_any()
        }
        None => view! { <bdi>{who}</bdi> }.into_any(),
    };
    let roles = record
        .roles
        .iter()
        .map(|role| words_of::role(language, role))
        .collect::<Vec<_>>()
        .join(", ");
    let about = names.map(|names| {
        view! {
            <td role="cell" data-label=words.col_patient>{patients(page, record, names)}</td>
        }
    });
    view! {
        <tr role="row" id=format!("row-{}", row.number)>
            <th role="rowheader" scope="row">
                <time datetime=time::machine(record.at)>
                    {time::exact(&page.zone(), record.at)}
                </time>
                " "<small>{format!("#{}", row.number)}</small>
            </th>
            <td role="cell" data-label=words.col_who>{who}</td>
            <td role="cell" data-label=words.col_role>{roles}</td>
            <td role="cell" data-label=words.col_what>
                {what(language, record)}
                " "
                <small>{record.detail.clone()}</small>
            </td>
            {about}
            <td role="cell" data-label=words.col_where>
                {record.client.address.clone()}
                " "
                <small>{record.client.device.clone()}</small>
            </td>
        </tr>
    }
}

fn patients(
    page: &Page,
    record: &Record,
    names: &HashMap<PatientId, String>,
) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let shown = record
        .patients
        .iter()
        .take(NAMED)
        .map(|id| {
            let name = names.get(id).cloned().unwrap_or_else(|| words.removed.to_owned());
            view! { <a href=PageRoute::AccessReport.at(id)><bdi>{name}</bdi></a>" " }
        })
        .collect_view();
    let more = record.patients.len().saturating_sub(NAMED);
    let more =
        (more > 0).then(|| view! { <small>{fill(words.and_more, "n", &more.to_string())}</small> });
    view! { {shown}{more} }
}
