//! Rows of the audit log as a table.

use crate::desk::accounts::operator::{COMMAND_LINE, FIRST_START};
use crate::i18n::account::person;
use crate::i18n::browser::browser;
use crate::i18n::log::detail::detail;
use crate::i18n::log::sentence::{LogSentences, Part, parts};
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

/// The patients of the rows.
pub enum About<'a> {
    /// Every row names its own patients, by these names.
    Many(&'a HashMap<PatientId, String>),
    /// All rows are about one patient. Others that a row names are not shown.
    One(&'a str),
}

/// The names that rows refer to by ids.
pub struct Names<'a> {
    pub patients: About<'a>,
    /// Of accounts and sites.
    pub others: &'a HashMap<String, String>,
}

/// The table: a sentence a row.
pub(super) fn rows(page: &Page, rows: &[LogEntry], names: &Names<'_>) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let lines = rows.iter().map(|row| line(page, row, names)).collect_view();
    table(Some("log"), words.caption, [words.col_when, words.col_what, words.col_where], lines)
}

fn line(page: &Page, row: &LogEntry, names: &Names<'_>) -> impl IntoView + use<> {
    let (words, language, record) = (LogWords::of(page.language()), page.language(), &row.record);
    let detail = detail(language, record.action, &record.detail, |id| {
        names.others.get(id).map(|name| page.person(name))
    });
    let detail = (!detail.is_empty()).then(|| view! { " "<small>{detail}</small> });
    view! {
        <tr role="row" id=format!("row-{}", row.number)>
            <th role="rowheader" scope="row">
                <time datetime=time::machine(record.at)>
                    {time::exact(&page.zone(), record.at)}
                </time>
                " "<small>{format!("#{}", row.number)}</small>
            </th>
            <td role="cell" data-label=words.col_what>
                <span class="sentence">{sentence(page, record, names)}</span>
                {detail}
            </td>
            <td role="cell" data-label=words.col_where>{record.client.address.clone()}</td>
        </tr>
    }
}

/// Who did what to whose record, with which browser.
fn sentence(page: &Page, record: &Record, names: &Names<'_>) -> impl IntoView + use<> {
    let language = page.language();
    let count = match names.patients {
        About::Many(_) => record.patients.len(),
        About::One(_) => record.patients.len().min(1),
    };
    let with = browser(language, &record.client.device)
        .map(|browser| fill(LogSentences::of(language).with_browser, "browser", &browser));
    let parts = parts(language, record.action, count)
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text.into_any(),
            Part::Who => who(page, record, names).into_any(),
            Part::Names => patients(page, record, names).into_any(),
        })
        .collect_view();
    view! { {parts}{with} }
}

/// The user with the roles. In the log the name is a link to everything that the account did; a
/// report is printed.
fn who(page: &Page, record: &Record, names: &Names<'_>) -> impl IntoView + use<> {
    let name = actor(page.language(), record);
    let linked = record.staff.as_ref().filter(|_| matches!(names.patients, About::Many(_)));
    let name = match linked {
        Some(id) => {
            let href = format!("{}?staff={id}", PageRoute::Audit.path());
            view! { <a href=href><bdi>{name}</bdi></a> }.into_any()
        }
        None => view! { <strong><bdi>{name}</bdi></strong> }.into_any(),
    };
    let roles = record.roles.iter().map(|role| words_of::role(page.language(), role));
    let roles = roles.collect::<Vec<_>>().join(", ");
    let roles = (!roles.is_empty()).then(|| format!(" ({roles})"));
    view! { {name}{roles} }
}

fn patients(page: &Page, record: &Record, names: &Names<'_>) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let names = match names.patients {
        About::Many(names) => names,
        About::One(name) => return view! { <bdi>{name.to_owned()}</bdi> }.into_any(),
    };
    let shown = record
        .patients
        .iter()
        .take(NAMED)
        .enumerate()
        .map(|(index, id)| {
            let name = names.get(id).cloned().unwrap_or_else(|| words.removed.to_owned());
            let comma = (index > 0).then_some(", ");
            view! { {comma}<a href=PageRoute::AccessReport.at(id)><bdi>{name}</bdi></a> }
        })
        .collect_view();
    let more = record.patients.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!(" {}", fill(words.and_more, "n", &more.to_string())));
    view! { {shown}{more} }.into_any()
}
