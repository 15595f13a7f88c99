//! Reads a profile strictly: whatever is not understood is a fault, and all faults are found at
//! once.

mod operation;
mod operations;
mod pages;
mod table;

use super::{DESK_SYSTEM, EventNames, Events, Headers, Identifiers, Profile, is_documented};
use crate::model::health_number::IdentifierType;
use crate::model::message::MessageNames;
use reqwest::header::{self, HeaderName};
use std::collections::BTreeMap;
use std::fmt;
use table::{Reader, Table};

pub use pages::SANDBOX_FLAGS;

/// The version of the format.
const VERSION: i64 = 1;
/// The longest text, in bytes.
const MAX_TEXT: usize = 500;

/// What is wrong in a profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// From 1.
    pub line: usize,
    pub text: String,
}

/// Everything that is wrong in a profile, by line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, fault) in self.0.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            write!(f, "{separator}line {}: {}", fault.line, fault.text)?;
        }
        Ok(())
    }
}

pub(super) fn profile(text: &str) -> Result<Profile, Faults> {
    let (mut reader, root) = Reader::open(text);
    let profile = whole(&mut reader, &root);
    reader.into_result(profile)
}

fn whole(reader: &mut Reader, root: &Table) -> Option<Profile> {
    reader.only(
        root,
        &[
            "version",
            "headers",
            "identifiers",
            "keys",
            "operations",
            "events",
            "messages",
            "statuses",
            "files",
            "frame",
        ],
    );
    if root.value("version").and_then(|version| version.as_i64()) != Some(VERSION) {
        reader.fault(root.line_of("version"), format!("version must be {VERSION}"));
    }
    let table = reader.table(root, "headers");
    let headers = table.map(|table| headers(reader, table));
    let table = reader.table(root, "identifiers");
    let identifiers = table.and_then(|table| identifiers(reader, table));
    let keys_as_numbers = match reader.optional_table(root, "keys") {
        None => false,
        Some(table) => {
            reader.only(table, &["numbers"]);
            reader.flag(table, "numbers").unwrap_or_default()
        }
    };
    let table = reader.table(root, "events");
    let events = table.and_then(|table| events(reader, table));
    let table = reader.table(root, "operations");
    let ways = table.and_then(|table| operations::read(reader, table));
    let table = reader.optional_table(root, "statuses");
    let statuses = table.map(|table| statuses(reader, table)).unwrap_or_default();
    let table = reader.table(root, "messages");
    let messages = table.and_then(|table| pages::messages(reader, table));
    let table = reader.table(root, "files");
    let files = table.map(|table| pages::files(reader, table));
    let table = reader.table(root, "frame");
    let frame = table.map(|table| pages::frame(reader, table));
    let (messages, exports) = messages?;
    let said = statuses.iter().map(|(word, means)| (word.clone(), means.clone()));
    Some(Profile {
        headers: headers?,
        identifiers: identifiers?,
        keys_as_numbers,
        ways: ways?,
        events: events?,
        messages: MessageNames { statuses: said.collect(), ..messages },
        exports,
        statuses,
        files: files?,
        frame: frame?,
    })
}

fn headers(reader: &mut Reader, table: &Table) -> Headers {
    reader.only(table, &["key", "key-scheme", "tenant", "user"]);
    let key_scheme = reader.any_text(table, "key-scheme");
    if !key_scheme.bytes().all(|byte| byte.is_ascii_graphic()) {
        reader.fault(table.line_of("key-scheme"), "key-scheme must be one word");
    }
    let [key, tenant, user] = ["key", "tenant", "user"].map(|name| header(reader, table, name));
    for (name, other, is_same) in [
        ("tenant", "key", tenant == key),
        ("user", "key", user == key),
        ("user", "tenant", user == tenant),
    ] {
        if is_same {
            reader.fault(table.line_of(name), format!("{name} is the same header as {other}"));
        }
    }
    Headers { key, key_scheme, tenant, user }
}

fn header(reader: &mut Reader, table: &Table, name: &'static str) -> HeaderName {
    // Set by the client itself.
    let reserved = [
        header::HOST,
        header::CONTENT_LENGTH,
        header::CONTENT_TYPE,
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::ACCEPT,
        header::USER_AGENT,
    ];
    let text = reader.text(table, name);
    let fallback = HeaderName::from_static(match name {
        "key" => "x-missing-key",
        "tenant" => "x-missing-tenant",
        _ => "x-missing-user",
    });
    if text.is_empty() {
        return fallback;
    }
    match HeaderName::from_bytes(text.as_bytes()) {
        Ok(header) if !reserved.contains(&header) => header,
        Ok(_) => {
            reader.fault(table.line_of(name), format!("{text:?} is a header of HTTP itself"));
            fallback
        }
        Err(_) => {
            reader.fault(table.line_of(name), format!("{text:?} is no name of a header"));
            fallback
        }
    }
}

fn identifiers(reader: &mut Reader, table: &Table) -> Option<Identifiers> {
    reader.only(table, &["system", "value", "systems"]);
    let (system, value) = (reader.text(table, "system"), reader.text(table, "value"));
    if !system.is_empty() && system == value {
        reader.fault(table.line_of("value"), "value is the same member as system");
    }
    let named = reader.table(table, "systems")?;
    let kinds: Vec<&'static str> = IdentifierType::ALL.into_iter().map(Into::into).collect();
    let all: Vec<&str> = [DESK_SYSTEM].into_iter().chain(kinds.iter().copied()).collect();
    reader.only(named, &all);
    let mut by_system: BTreeMap<String, &str> = BTreeMap::new();
    let mut systems = BTreeMap::new();
    for name in all.into_iter().filter(|name| *name != DESK_SYSTEM).chain([DESK_SYSTEM]) {
        let system = reader.text(named, name);
        let other = by_system.insert(system.clone(), name).filter(|_| !system.is_empty());
        if let Some(other) = other {
            reader.fault(named.line_of(name), format!("{name} is the same system as {other}"));
        }
        systems.insert(name, system);
    }
    let desk = systems.remove(DESK_SYSTEM).unwrap_or_default();
    let systems =
        kinds.into_iter().map(|kind| (kind, systems.remove(kind).unwrap_or_default())).collect();
    Some(Identifiers { system, value, desk, systems })
}

fn events(reader: &mut Reader, table: &Table) -> Option<Events> {
    reader.only(table, &["wrapper", "consultation", "follow-up"]);
    let wrapper = reader.text(table, "wrapper");
    let consultation = reader.table(table, "consultation");
    let consultation = consultation.map(|table| event_names(reader, table));
    let follow_up = reader.table(table, "follow-up");
    let follow_up = follow_up.map(|table| event_names(reader, table));
    Some(Events { wrapper, consultation: consultation?, follow_up: follow_up? })
}

fn event_names(reader: &mut Reader, table: &Table) -> EventNames {
    const REQUIRED: [&str; 5] = ["types", "noun", "key", "status", "metadata"];
    const OPTIONAL: [&str; 7] = [
        "answered-at",
        "identifiers",
        "first-name",
        "last-name",
        "tenant",
        "scheduled-at",
        "reason",
    ];
    reader.only(table, &[&REQUIRED[..], &OPTIONAL[..]].concat());
    for name in REQUIRED.into_iter().chain(OPTIONAL).filter(|name| *name != "noun") {
        for text in reader.optional_texts(table, name) {
            // Letters and digits alone are compared.
            if !text.contains(|c: char| c.is_ascii_alphanumeric()) {
                let fault = format!("{text:?} has neither a letter nor a digit");
                reader.fault(table.line_of(name), fault);
            }
        }
    }
    EventNames {
        types: reader.texts(table, "types"),
        noun: reader.text(table, "noun"),
        key: reader.texts(table, "key"),
        status: reader.texts(table, "status"),
        answered_at: reader.optional_texts(table, "answered-at"),
        metadata: reader.texts(table, "metadata"),
        identifiers: reader.optional_texts(table, "identifiers"),
        first_name: reader.optional_texts(table, "first-name"),
        last_name: reader.optional_texts(table, "last-name"),
        tenant: reader.optional_texts(table, "tenant"),
        scheduled_at: reader.optional_texts(table, "scheduled-at"),
        reason: reader.optional_texts(table, "reason"),
    }
}

fn statuses(reader: &mut Reader, table: &Table) -> BTreeMap<String, String> {
    let mut aliases = BTreeMap::new();
    for name in table.names() {
        let means = reader.text(table, &name);
        let line = table.line_of(&name);
        if !MessageNames::is_name(&name) {
            reader.fault(line, format!("{name:?} cannot be a status: it has a sign in it"));
        } else if is_documented(&name) {
            reader.fault(line, format!("{name:?} is a documented status already"));
        } else if !means.is_empty() && !is_documented(&means) {
            reader.fault(line, format!("{means:?} is no documented status"));
        }
        aliases.insert(name.to_uppercase(), means);
    }
    aliases
}
