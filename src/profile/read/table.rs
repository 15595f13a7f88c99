//! Tables and values of a file, with their lines.

use super::{Fault, Faults, MAX_TEXT};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// A table of the file. One that is missing is empty.
#[derive(Default)]
pub(super) struct Table {
    /// As in the file, such as `operations.create-consultation`; empty for the whole file.
    path: String,
    line: usize,
    members: BTreeMap<String, Member>,
}

struct Member {
    line: usize,
    value: Read,
}

enum Read {
    Table(Table),
    Value(Value),
}

/// Collects faults.
#[derive(Default)]
pub(super) struct Reader {
    faults: Vec<Fault>,
}

/// The line of a position, from 1.
fn line_at(text: &str, position: usize) -> usize {
    text.as_bytes().iter().take(position).filter(|byte| **byte == b'\n').count() + 1
}

impl Table {
    fn of(text: &str, path: String, line: usize, table: &DeTable<'_>) -> Self {
        let members = table.iter().map(|(name, value)| {
            let line = line_at(text, name.span().start);
            let name = name.get_ref().to_string();
            let value = match value.get_ref() {
                DeValue::Table(inner) => {
                    let path =
                        if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    Read::Table(Self::of(text, path, line, inner))
                }
                other => Read::Value(json(other)),
            };
            (name, Member { line, value })
        });
        let members = members.collect::<BTreeMap<_, _>>();
        Self { path, line, members }
    }

    /// The line of a member, or of the table where there is no such member.
    pub(super) fn line_of(&self, name: &str) -> usize {
        self.members.get(name).map_or(self.line, |member| member.line)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.members.keys().cloned().collect()
    }

    /// A member as JSON, whatever it is.
    pub(super) fn value(&self, name: &str) -> Option<Value> {
        Some(match &self.members.get(name)?.value {
            Read::Value(value) => value.clone(),
            Read::Table(table) => {
                let members = table.names().into_iter();
                let members = members.filter_map(|name| Some((name.clone(), table.value(&name)?)));
                Value::Object(members.collect())
            }
        })
    }

    fn called(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(value) => Value::from(*value),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(values) => values.iter().map(|value| json(value.get_ref())).collect(),
        DeValue::Table(table) => {
            let members = table.iter();
            let members =
                members.map(|(name, value)| (name.get_ref().to_string(), json(value.get_ref())));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

impl Reader {
    /// Reads a file, and notes what is no TOML in it.
    pub(super) fn open(text: &str) -> (Self, Table) {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut reader = Self::default();
        for error in errors {
            let line = line_at(text, error.span().map_or(0, |span| span.start));
            reader.fault(line, format!("this is no TOML: {}", error.message()));
        }
        (reader, Table::of(text, String::new(), 1, root.get_ref()))
    }

    /// The profile, where nothing is wrong.
    pub(super) fn into_result<T>(mut self, read: Option<T>) -> Result<T, Faults> {
        if let (Some(read), true) = (read, self.faults.is_empty()) {
            return Ok(read);
        }
        self.faults.sort();
        self.faults.dedup();
        Err(Faults(self.faults))
    }

    pub(super) fn fault(&mut self, line: usize, text: impl Into<String>) {
        self.faults.push(Fault { line, text: text.into() });
    }

    /// Every other member is a fault.
    pub(super) fn only(&mut self, table: &Table, known: &[&str]) {
        for (name, member) in &table.members {
            if !known.contains(&name.as_str()) {
                let text = format!("{} is not known here", table.called(name));
                self.fault(member.line, text);
            }
        }
    }

    /// A table, which must be there.
    pub(super) fn table<'t>(&mut self, table: &'t Table, name: &str) -> Option<&'t Table> {
        let found = self.optional_table(table, name);
        if found.is_none() && !table.members.contains_key(name) {
            self.fault(table.line, format!("{} is missing", table.called(name)));
        }
        found
    }

    /// A table, which need not be there.
    pub(super) fn optional_table<'t>(&mut self, table: &'t Table, name: &str) -> Option<&'t Table> {
        match &table.members.get(name)?.value {
            Read::Table(inner) => Some(inner),
            Read::Value(_) => {
                self.fault(table.line_of(name), format!("{} must be a table", table.called(name)));
                None
            }
        }
    }

    /// A text, which must be there; it may be empty.
    pub(super) fn any_text(&mut self, table: &Table, name: &str) -> String {
        let value = table.value(name);
        let text = match &value {
            None => {
                self.fault(table.line, format!("{} is missing", table.called(name)));
                return String::new();
            }
            Some(value) => value.as_str(),
        };
        match text.filter(|text| text.len() <= MAX_TEXT && !text.contains(char::is_control)) {
            Some(text) => text.to_owned(),
            None => {
                let text = format!("{} must be a text of one line", table.called(name));
                self.fault(table.line_of(name), text);
                String::new()
            }
        }
    }

    /// A text, which must be there and not be blank. Empty after a fault.
    pub(super) fn text(&mut self, table: &Table, name: &str) -> String {
        let before = self.faults.len();
        let text = self.any_text(table, name);
        if text.trim().is_empty() && self.faults.len() == before {
            self.fault(table.line_of(name), format!("{} is empty", table.called(name)));
        }
        text
    }

    /// The line of a member of an inner table, or of that table.
    pub(super) fn line_in(&self, table: &Table, inner: &str, name: &str) -> usize {
        match table.members.get(inner).map(|member| &member.value) {
            Some(Read::Table(inner)) => inner.line_of(name),
            _ => table.line_of(inner),
        }
    }

    /// A switch, which must be there. `None` after a fault.
    pub(super) fn flag(&mut self, table: &Table, name: &str) -> Option<bool> {
        let value = table.value(name).and_then(|value| value.as_bool());
        if value.is_none() {
            let text = format!("{} must be true or false", table.called(name));
            self.fault(table.line_of(name), text);
        }
        value
    }

    /// A list of texts, which must be there and may be empty.
    pub(super) fn list(&mut self, table: &Table, name: &str) -> Vec<String> {
        match table.value(name) {
            Some(Value::Array(list)) if list.is_empty() => Vec::new(),
            _ => self.texts(table, name),
        }
    }

    /// As [`Self::texts`]; empty where it is not there.
    pub(super) fn optional_texts(&mut self, table: &Table, name: &str) -> Vec<String> {
        if table.members.contains_key(name) { self.texts(table, name) } else { Vec::new() }
    }

    /// A list of texts, which must be there and have one at least.
    pub(super) fn texts(&mut self, table: &Table, name: &str) -> Vec<String> {
        let texts: Option<Vec<String>> = table.value(name).and_then(|value| {
            let texts = value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned));
            texts.collect()
        });
        match texts {
            Some(texts)
                if !texts.is_empty()
                    && texts
                        .iter()
                        .all(|text| !text.trim().is_empty() && text.len() <= MAX_TEXT) =>
            {
                texts
            }
            _ => {
                let text = format!("{} must be a list of texts", table.called(name));
                self.fault(table.line_of(name), text);
                Vec::new()
            }
        }
    }
}
