//! Reads all operations, and what must hold between them.

use super::operation;
use super::table::{Reader, Table};
use crate::profile::{Call, Member, Operation, Part, Way};
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

/// `None` where one is missing. What is there is compared all the same.
pub(super) fn read(reader: &mut Reader, table: &Table) -> Option<BTreeMap<Call, Way>> {
    let names: Vec<&str> = Call::iter().map(Call::slug).collect();
    reader.only(table, &names);
    let mut ways = BTreeMap::new();
    for call in Call::iter() {
        let found = match call.tells() {
            true => reader.optional_table(table, call.slug()),
            false => reader.table(table, call.slug()),
        };
        match found {
            Some(found) => {
                ways.insert(call, way(reader, found, call));
            }
            None if call.tells() => {
                ways.insert(call, Way::Missing);
            }
            None => {}
        }
    }
    for (call, way) in &ways {
        let call = *call;
        let line = |name: &str| reader.line_in(table, call.slug(), name);
        let (at, path, repeats) = (line(""), line("path"), line("repeats"));
        match way {
            Way::Own(operation) => {
                let earlier = Call::iter().take_while(|other| *other != call);
                let earlier = earlier.filter_map(|other| Some((other, own(&ways, other)?)));
                let same = earlier.into_iter().find(|(_, other)| is_same(operation, other));
                if let Some((other, _)) = same {
                    let text = format!("{} is the same call as {}", call.slug(), other.slug());
                    reader.fault(path, text);
                }
                between(reader, at, &ways, call, operation);
            }
            Way::Repeats(other) => {
                let url = own(&ways, *other).is_some_and(|it| !it.places(Part::Url).is_empty());
                if !url && ways.contains_key(other) {
                    let (call, other) = (call.slug(), other.slug());
                    let text = format!("{call} repeats {other}, whose answer has no url");
                    reader.fault(repeats, text);
                }
            }
            Way::Missing if call.answers() && own(&ways, call.creation()).is_some() => {
                let (call, other) = (call.slug(), call.creation().slug());
                let text = format!("without {call} nothing that {other} makes can be answered");
                reader.fault(at, text);
            }
            Way::Missing => {}
        }
    }
    (ways.len() == names.len()).then_some(ways)
}

fn own(ways: &BTreeMap<Call, Way>, call: Call) -> Option<&Operation> {
    match ways.get(&call)? {
        Way::Own(operation) => Some(operation),
        Way::Repeats(_) | Way::Missing => None,
    }
}

fn is_same(one: &Operation, other: &Operation) -> bool {
    !one.path.is_empty() && one.method == other.method && one.path == other.path
}

/// What an operation needs of the others.
fn between(
    reader: &mut Reader,
    line: usize,
    ways: &BTreeMap<Call, Way>,
    call: Call,
    operation: &Operation,
) {
    let slug = call.slug();
    let Some(creation) = own(ways, call.creation()) else {
        if ways.contains_key(&call.creation()) {
            let creation = call.creation().slug();
            reader.fault(line, format!("{slug} is about nothing: {creation} is not supported"));
        }
        return;
    };
    if call.creates() {
        let answer = Call::iter().find(|other| other.answers() && other.creation() == call);
        let repeated = answer.is_none_or(|it| !matches!(ways.get(&it), Some(Way::Own(_))));
        if operation.places(Part::Key).is_empty() && !repeated {
            reader.fault(line, format!("{slug} does not say where the key is"));
        }
    } else if operation.sends(Member::AccessKey) && creation.places(Part::AccessKey).is_empty() {
        reader.fault(line, format!("{slug} sends the access-key, and nothing says where it is"));
    }
}

fn way(reader: &mut Reader, table: &Table, call: Call) -> Way {
    if table.has("supported") {
        if reader.flag(table, "supported") == Some(true) {
            reader.fault(table.line_of("supported"), "supported can only be false");
        }
        reader.only(table, &["supported"]);
        return Way::Missing;
    }
    if table.has("repeats") {
        reader.only(table, &["repeats"]);
        let other = reader.text(table, "repeats");
        let creation = call.creation();
        if !call.answers() || other != creation.slug() {
            let text = format!("{} cannot repeat {other:?}", call.slug());
            reader.fault(table.line_of("repeats"), text);
        }
        return Way::Repeats(creation);
    }
    Way::Own(operation::read(reader, table, call))
}
