//! Requests for an invented patient, and how answers read.

use crate::empego::http::endpoint;
use crate::empego::profile as requests;
use crate::empego::{RecordRef, redact, wire};
use crate::model::health_number::IdentifierType;
use crate::model::ids::{EmpegoKey, PatientId};
use crate::model::patient::{Identifier, Patient};
use crate::profile::{Call, Part, Profile, Values, Way};
use anyhow::Context;
use std::fmt::Write;
use strum::IntoEnumIterator;
use url::Url;

/// In place of `EMPEGO_API_URL`, where that is not set.
const NO_BASE: &str = "https://empego-api-url.example";

/// The invented patient.
fn patient() -> Patient {
    let identifier = |kind, key: &str| Identifier { kind, key: key.to_owned() };
    Patient {
        language: None,
        id: PatientId::from("an-id-of-the-desk"),
        first_name: "Ada".to_owned(),
        last_name: "Example".to_owned(),
        date_of_birth: None,
        identifiers: vec![
            identifier(IdentifierType::FileNumber, "A-1"),
            identifier(IdentifierType::Qc, "EXAA54622812"),
        ],
    }
}

/// The values of a call about the invented patient, or about an invented record.
fn values(profile: &Profile, call: Call) -> Values {
    let key = EmpegoKey::from(if profile.keys_as_numbers { "1000001" } else { "the-key" });
    if !call.creates() {
        let record = RecordRef { access_key: Some("the-access-key"), ..RecordRef::from(&key) };
        if call.tells() {
            let (reason, due) = (Some("duplicate"), Some(0));
            return requests::told(profile, call, record, reason, due).unwrap_or_default();
        }
        return requests::of_record(profile, call, record).unwrap_or_default();
    }
    let plan = requests::Plan { scheduled_at: 0, recurring: false, reason: "a reason" };
    let plan = (call == Call::CreateFollowUp).then_some(plan);
    requests::creation(profile, &patient(), "an-id-of-the-desk", Some("A reason"), plan)
}

/// Every request, as it would go out; the keys are masked.
pub(super) fn requests(profile: &Profile, base: Option<&str>) -> anyhow::Result<String> {
    let base = Url::parse(base.unwrap_or(NO_BASE)).context("EMPEGO_API_URL")?;
    let mut out = String::new();
    for call in Call::iter() {
        write!(out, "\n{}\n", call.slug())?;
        match profile.way(call) {
            Way::Own(_) => request(&mut out, profile, call, &base)?,
            Way::Repeats(other) => {
                let place = "the first URL comes with the answer of";
                writeln!(out, "{place} {0}; each further one by sending {0} again", other.slug())?;
            }
            Way::Missing => writeln!(out, "not supported")?,
        }
    }
    Ok(out)
}

fn request(out: &mut String, profile: &Profile, call: Call, base: &Url) -> anyhow::Result<()> {
    let operation = profile.operation(call).context("no such operation")?;
    let request = operation.request(&values(profile, call));
    writeln!(out, "{} {}", request.method, endpoint(base, &request))?;
    let names = &profile.headers;
    let space = if names.key_scheme.is_empty() { "" } else { " " };
    writeln!(out, "{}: {}{space}(the key)", names.key, names.key_scheme)?;
    writeln!(out, "{}: (the tenant key, where one is set)", names.tenant)?;
    writeln!(out, "accept: application/json")?;
    if call.details() {
        writeln!(out, "{}: (the user, as base64 of JSON)", names.user)?;
    }
    if let Some(body) = &request.body {
        writeln!(out, "content-type: application/json\n\n{body:#}\n")?;
    }
    for part in Part::iter().filter(|part| !operation.places(*part).is_empty()) {
        let places = operation.places(part).join(", ");
        writeln!(out, "The {} of the answer is at {places}.", part.slug())?;
    }
    Ok(())
}

/// How an answer of Empego's reads.
pub(super) fn answer(
    profile: &Profile,
    call: &str,
    file: &str,
    body: &str,
) -> anyhow::Result<String> {
    let call: Call = call.parse().map_err(|_| anyhow::anyhow!("there is no operation {call:?}"))?;
    let body = body.as_bytes();
    let bad = |wire::BadShape(places)| {
        let found = match redact::member_names(body).as_str() {
            "" => "no JSON object with members".to_owned(),
            names => names.to_owned(),
        };
        let at = format!("answer of operations.{} in the profile", call.slug());
        anyhow::anyhow!("{file} cannot be read: nothing at {places}; it has {found}; see {at}")
    };
    let mut out = format!("\n{file} as the answer to {}:\n", call.slug());
    if call.tells() {
        writeln!(out, "nothing is read of it")?;
        return Ok(out);
    }
    if !call.creates() {
        writeln!(out, "url: {}", wire::presigned_url(profile, call, body).map_err(bad)?)?;
        return Ok(out);
    }
    let created = wire::created(profile, call, body).map_err(bad)?;
    let status = created.status.as_ref().map(|status| status.id.as_str().to_owned());
    let answered = created.answered_at.map(|at| match at.0 {
        Some(at) => jiff::Timestamp::from_millisecond(at).unwrap_or_default().to_string(),
        None => "at a time that cannot be read".to_owned(),
    });
    for (name, value) in [
        ("key", created.key.map(|key| key.0)),
        ("access-key", created.access_key),
        ("status", status),
        ("answered-at", answered),
        ("url", created.url.map(|url| url.0)),
    ] {
        writeln!(out, "{name}: {}", value.as_deref().unwrap_or("none"))?;
    }
    Ok(out)
}

/// A kind has each of its calls: without this, one that is never made could go unnoticed.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::empego::Kind;

    #[test]
    fn every_call_is_made_by_a_kind() {
        let calls: Vec<Call> = [Kind::Consultation, Kind::FollowUp]
            .into_iter()
            .flat_map(|kind| {
                let made = [kind.create_call(), kind.answer_call(), kind.details_call()];
                made.into_iter().chain([kind.cancel_call(), Call::MoveFollowUp])
            })
            .collect();
        assert!(Call::iter().all(|call| calls.contains(&call)));
    }
}
