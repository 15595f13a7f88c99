//! Reads what is about Empego's pages: their messages, their files and their frames.

use super::operation::wrong;
use super::table::{Reader, Table};
use crate::model::message::{EXPORT_IN_PROGRESS, EXPORT_READY, MessageNames};
use crate::model::visit::NO_SANDBOX;
use crate::profile::{Exports, Files, Frame, Pointer};
use reqwest::Url;

/// The sandbox flags of the HTML standard.
pub const SANDBOX_FLAGS: [&str; 14] = [
    "allow-downloads",
    "allow-forms",
    "allow-modals",
    "allow-orientation-lock",
    "allow-pointer-lock",
    "allow-popups",
    "allow-popups-to-escape-sandbox",
    "allow-presentation",
    "allow-same-origin",
    "allow-scripts",
    "allow-storage-access-by-user-activation",
    "allow-top-navigation",
    "allow-top-navigation-by-user-activation",
    "allow-top-navigation-to-custom-protocols",
];

/// Names and places. Other words for statuses are in another table.
pub(super) fn messages(reader: &mut Reader, table: &Table) -> Option<(MessageNames, Exports)> {
    reader.only(table, &["kind", "operation", "status", "id", "kinds", "operations", "export"]);
    let [kind, operation, status, id] = ["kind", "operation", "status", "id"].map(|name| {
        let names = reader.texts(table, name);
        for bad in names.iter().filter(|name| !MessageNames::is_name(name)) {
            reader.fault(table.line_of(name), format!("{bad:?} cannot be the name of a member"));
        }
        names
    });
    let kinds = words(reader, table, "kinds", &["consultation", "followup"]);
    let known = ["create", "update", "sync", EXPORT_IN_PROGRESS, EXPORT_READY];
    let operations = words(reader, table, "operations", &known);
    let statuses = Vec::new();
    let names = MessageNames { kind, operation, status, id, kinds, operations, statuses };
    let export = reader.table(table, "export")?;
    let places = ["pdf-status", "pdf-url", "pdf-expiry", "text-status", "text"];
    reader.only(export, &[&places[..], &["made"]].concat());
    let [pdf_status, pdf_url, pdf_expiry, text_status, text] =
        places.map(|name| pointers(reader, export, name));
    let made = reader.texts(export, "made");
    Some((names, Exports { pdf_status, pdf_url, pdf_expiry, text_status, text, made }))
}

fn words(reader: &mut Reader, table: &Table, name: &str, known: &[&str]) -> Vec<(String, String)> {
    let Some(words) = reader.optional_table(table, name) else { return Vec::new() };
    let mut read = Vec::new();
    for word in words.names() {
        let means = reader.text(words, &word);
        let line = words.line_of(&word);
        if !MessageNames::is_name(&word) {
            reader.fault(line, format!("{word:?} cannot be a word of a message"));
        } else if known.iter().any(|known| known.eq_ignore_ascii_case(&word)) {
            reader.fault(line, format!("{word:?} is a documented word already"));
        } else if !means.is_empty() && !known.contains(&means.as_str()) {
            reader.fault(line, format!("{means:?} is none of {}", known.join(", ")));
        }
        read.push((word, means));
    }
    read
}

fn pointers(reader: &mut Reader, table: &Table, name: &str) -> Vec<Pointer> {
    let places = reader.texts(table, name);
    for place in &places {
        if let Some(wrong) = wrong(place) {
            reader.fault(table.line_of(name), format!("{place:?} {wrong}"));
        }
    }
    places
}

pub(super) fn files(reader: &mut Reader, table: &Table) -> Files {
    reader.only(table, &["types", "origins"]);
    let types = reader.texts(table, "types");
    for kind in &types {
        if kind.split_once('/').is_none_or(|(a, b)| a.is_empty() || b.is_empty()) {
            reader.fault(table.line_of("types"), format!("{kind:?} is no media type"));
        }
    }
    let origins = reader.list(table, "origins");
    for origin in &origins {
        let read = Url::parse(origin).ok().filter(|url| {
            let is_local = url.host_str().is_some_and(|host| {
                host == "localhost" || host == "[::1]" || host.starts_with("127.")
            });
            url.scheme() == "https" || url.scheme() == "http" && is_local
        });
        let is_exact = read.is_some_and(|url| url.origin().ascii_serialization() == *origin);
        if !is_exact || origin.contains(['*', ';', ',']) {
            let text = format!("{origin:?} is not an exact origin such as https://files.example");
            reader.fault(table.line_of("origins"), text);
        }
    }
    Files { types: types.into_iter().map(|kind| kind.to_lowercase()).collect(), origins }
}

pub(super) fn frame(reader: &mut Reader, table: &Table) -> Frame {
    reader.only(table, &["allow", "details-allow", "sandbox"]);
    let [allow, details_allow] = ["allow", "details-allow"].map(|name| {
        let text = reader.any_text(table, name);
        if text.contains(|c: char| !c.is_ascii() || "<>\"&".contains(c)) {
            reader.fault(table.line_of(name), format!("{text:?} is no permissions policy"));
        }
        text
    });
    let sandbox = reader.text(table, "sandbox");
    let flags: Vec<&str> = sandbox.split_whitespace().collect();
    if flags != [NO_SANDBOX] && !sandbox.is_empty() {
        let line = table.line_of("sandbox");
        for flag in flags.iter().filter(|flag| !SANDBOX_FLAGS.contains(flag)) {
            reader.fault(line, format!("{flag:?} is not a sandbox flag of an iframe"));
        }
        for needed in ["allow-scripts", "allow-same-origin"] {
            if !flags.contains(&needed) {
                reader.fault(line, format!("Empego's page does not work without {needed}"));
            }
        }
    }
    let sandbox = flags.join(" ");
    Frame { allow, details_allow, sandbox }
}
