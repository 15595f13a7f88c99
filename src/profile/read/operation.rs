//! Reads one operation.

use super::table::{Reader, Table};
use crate::profile::request::names;
use crate::profile::{ACCESS_KEY_IN_PATH, Call, KEY_IN_PATH, Member, Operation, Part, Pointer};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

pub(super) fn read(reader: &mut Reader, table: &Table, call: Call) -> Operation {
    reader.only(table, &["method", "path", "query", "body", "constants", "answer"]);
    let method = method(reader, table);
    let path = path(reader, table, call);
    let empty = Table::default();
    let query_table = reader.optional_table(table, "query").unwrap_or(&empty);
    let body_table = reader.optional_table(table, "body").unwrap_or(&empty);
    let query = members(reader, query_table, call);
    let body = members(reader, body_table, call);
    for (member, _) in query.iter().filter(|(member, _)| **member == Member::Identifiers) {
        let text = format!("{} cannot be in the query", member.slug());
        reader.fault(query_table.line_of(member.slug()), text);
    }
    let constants_table = reader.optional_table(table, "constants").unwrap_or(&empty);
    let constants: Vec<(Pointer, Value)> = constants_table
        .names()
        .into_iter()
        .filter_map(|pointer| Some((pointer.clone(), constants_table.value(&pointer)?)))
        .collect();
    if method == Method::GET && !(body.is_empty() && constants.is_empty()) {
        let at = if body.is_empty() { "constants" } else { "body" };
        reader.fault(table.line_of(at), "GET has no body: use the query or the path");
    }
    places_in_body(reader, &body, body_table, &constants, constants_table);
    let answer = answer(reader, table, call);
    let operation = Operation { method, path, query, body, constants, answer };
    let line = table.line_of("body");
    for member in Member::iter() {
        if operation.places_of(member) > 1 {
            reader.fault(line, format!("{} is sent more than once", member.slug()));
        } else if member.of(call).1 && !operation.sends(member) {
            reader.fault(line, format!("{} does not send {}", call.slug(), member.slug()));
        }
    }
    if !call.creates() && !operation.sends(Member::Key) && !operation.sends(Member::AccessKey) {
        reader.fault(line, format!("{} does not send key or access-key", call.slug()));
    }
    operation
}

fn method(reader: &mut Reader, table: &Table) -> Method {
    let text = reader.text(table, "method");
    match text.as_str() {
        "" | "POST" => Method::POST,
        "GET" => Method::GET,
        "PUT" => Method::PUT,
        other => {
            reader.fault(table.line_of("method"), format!("{other:?} is not GET, POST or PUT"));
            Method::POST
        }
    }
}

/// A path below the base URL: anything that could lead elsewhere is a fault.
fn path(reader: &mut Reader, table: &Table, call: Call) -> String {
    let path = reader.text(table, "path");
    if path.is_empty() {
        return path;
    }
    let line = table.line_of("path");
    let plain = path.replace(KEY_IN_PATH, "key").replace(ACCESS_KEY_IN_PATH, "key");
    if path.contains("://") || path.starts_with("//") {
        reader.fault(line, format!("{path:?} names a host: the host is in EMPEGO_API_URL"));
    } else if !path.starts_with('/') {
        reader.fault(line, format!("{path:?} must begin with /"));
    } else if path.split('/').any(|part| matches!(part, "." | "..")) {
        reader.fault(line, format!("{path:?} leads out of the base URL"));
    } else if let Some(rest) = plain.find(['{', '}']).map(|at| plain[at..].to_owned()) {
        let text = format!("{path:?} has a placeholder that is no {KEY_IN_PATH}: {rest}");
        reader.fault(line, text);
    } else if plain.contains(|c: char| !(c.is_ascii_graphic()) || "?#%\\".contains(c)) {
        reader.fault(line, format!("{path:?} has a character that does not belong in a path"));
    } else if path.len() > 1 && path.ends_with('/') {
        reader.fault(line, format!("{path:?} ends with /, which would not be sent"));
    } else if path.split('/').any(|part| part.matches('{').count() > 1) {
        reader.fault(line, format!("{path:?} has two placeholders between slashes"));
    } else if plain != path && call.creates() {
        reader.fault(line, format!("{} has no key yet to put into its path", call.slug()));
    }
    path
}

fn members(reader: &mut Reader, table: &Table, call: Call) -> BTreeMap<Member, String> {
    let mut found = BTreeMap::new();
    for name in table.names() {
        match name.parse::<Member>() {
            Ok(member) if member.of(call).0 => {
                found.insert(member, reader.text(table, &name));
            }
            Ok(_) | Err(_) => {
                let text = format!("{} has no value {name:?}", call.slug());
                reader.fault(table.line_of(&name), text);
            }
        }
    }
    found
}

/// What is wrong with a pointer, if anything.
pub(super) fn wrong(pointer: &str) -> Option<&'static str> {
    let escapes = pointer.split('~').skip(1);
    if !pointer.starts_with('/') {
        Some("must begin with / (it is a JSON pointer)")
    } else if pointer.split('/').skip(1).any(str::is_empty) {
        Some("has an empty name")
    } else if escapes.into_iter().any(|rest| !rest.starts_with(['0', '1'])) {
        Some("has a ~ that is not ~0 or ~1")
    } else {
        None
    }
}

/// Each place of a body is one value's.
fn places_in_body(
    reader: &mut Reader,
    body: &BTreeMap<Member, String>,
    body_table: &Table,
    constants: &[(Pointer, Value)],
    constants_table: &Table,
) {
    let sent = body.iter().map(|(member, pointer)| (pointer, body_table.line_of(member.slug())));
    let fixed = constants.iter().map(|(name, _)| (name, constants_table.line_of(name)));
    let mut seen: Vec<String> = Vec::new();
    // An empty text of `body` is a fault already.
    let sent = sent.filter(|(pointer, _)| !pointer.is_empty());
    for (pointer, line) in sent.chain(fixed) {
        if let Some(wrong) = wrong(pointer) {
            reader.fault(line, format!("{pointer:?} {wrong}"));
            continue;
        }
        if names(pointer).any(|name| name.bytes().all(|byte| byte.is_ascii_digit())) {
            reader.fault(line, format!("{pointer:?} has a number where a name must be"));
        }
        let inside = |one: &str, other: &str| {
            one == other || one.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'))
        };
        if seen.iter().any(|other| inside(pointer, other) || inside(other, pointer)) {
            reader.fault(line, format!("{pointer:?} is the place of another value too"));
        }
        seen.push(pointer.clone());
    }
}

fn answer(reader: &mut Reader, table: &Table, call: Call) -> BTreeMap<Part, Vec<Pointer>> {
    let empty = Table::default();
    let answer = match call.tells() {
        true => reader.optional_table(table, "answer"),
        false => reader.table(table, "answer"),
    };
    let answer = answer.unwrap_or(&empty);
    let mut parts = BTreeMap::new();
    for name in answer.names() {
        let Some(part) = name.parse::<Part>().ok().filter(|part| part.of(call).0) else {
            let text = format!("the answer of {} has no {name:?}", call.slug());
            reader.fault(answer.line_of(&name), text);
            continue;
        };
        let places = reader.texts(answer, &name);
        for place in &places {
            if let Some(wrong) = wrong(place) {
                reader.fault(answer.line_of(&name), format!("{place:?} {wrong}"));
            }
        }
        parts.insert(part, places);
    }
    for part in Part::iter().filter(|part| part.of(call).1 && !parts.contains_key(part)) {
        let text = format!("{} does not say where the {} is", call.slug(), part.slug());
        reader.fault(table.line_of("answer"), text);
    }
    parts
}
