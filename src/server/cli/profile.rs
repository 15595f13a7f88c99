//! `empego-desk profile`: what the desk would send to Empego, without sending it.

use crate::config::Settings;
use crate::empego::profile as requests;
use crate::model::health_number::IdentifierType;
use crate::model::ids::{EmpegoKey, PatientId};
use crate::model::patient::{Identifier, Patient};
use crate::profile::{self, Call, Part, Profile, Request, Values};
use anyhow::Context;
use clap::Subcommand;
use std::path::{Path, PathBuf};
use strum::IntoEnumIterator;

#[derive(Subcommand)]
pub(super) enum Action {
    /// Print the profile that is used, to begin one of your own with
    Show,
    /// Check a profile, and print every request as it would go out
    Check {
        /// The file for `EMPEGO_PROFILE`
        file: PathBuf,
        /// How an answer of Empego's would be read: the name of the operation and a file with the
        /// answer, such as create-consultation=answer.json
        #[arg(long, value_name = "OPERATION=FILE")]
        answer: Vec<String>,
    },
}

pub(super) fn execute(action: &Action, settings: &Settings) -> anyhow::Result<()> {
    match action {
        Action::Show => {
            let file = settings.empego_profile.as_deref().filter(|file| !file.trim().is_empty());
            match file {
                Some(file) => print!("{}", read(Path::new(file))?),
                None => print!("{}", profile::DEFAULT),
            }
            Ok(())
        }
        Action::Check { file, answer } => {
            let read = Profile::read(&read(file)?)
                .map_err(|faults| anyhow::anyhow!("{} has faults:\n{faults}", file.display()))?;
            println!("{} is a profile. For an invented patient it sends:", file.display());
            let base = settings.empego_api_url.as_deref().unwrap_or("{EMPEGO_API_URL}");
            for call in Call::iter() {
                print_request(&read, call, base.trim_end_matches('/'));
            }
            answer.iter().try_for_each(|answer| print_answer(&read, answer))
        }
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}

/// An invented patient, and the key of an invented record.
fn values(profile: &Profile, call: Call) -> Values {
    if !call.creates() {
        return requests::of_key(&EmpegoKey::from("the-key"));
    }
    let identifier = |kind, key: &str| Identifier { kind, key: key.to_owned() };
    let patient = Patient {
        language: None,
        id: PatientId::from("an-id-of-the-desk"),
        first_name: "Ada".to_owned(),
        last_name: "Example".to_owned(),
        date_of_birth: None,
        identifiers: vec![
            identifier(IdentifierType::FileNumber, "A-1"),
            identifier(IdentifierType::Qc, "EXAA54622812"),
        ],
    };
    let plan = requests::Plan { scheduled_at: 0, recurring: false, reason: "a reason" };
    let plan = (call == Call::CreateFollowUp).then_some(plan);
    requests::creation(profile, &patient, "an-id-of-the-desk", Some("A reason"), plan)
}

fn print_request(profile: &Profile, call: Call, base: &str) {
    let Request { method, segments, query, body } =
        profile.operation(call).request(&values(profile, call));
    let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let names = &profile.headers;
    let scheme = &names.key_scheme;
    let space = if scheme.is_empty() { "" } else { " " };
    println!("\n{}\n{method} {base}/{}{query}", call.slug(), segments.join("/"));
    println!("{}: {scheme}{space}(the key)", names.key);
    println!("{}: (the tenant key, where one is set)", names.tenant);
    if matches!(call, Call::ConsultationDetails | Call::FollowUpDetails) {
        println!("{}: (the user, as base64 of JSON)", names.user);
    }
    if let Some(body) = body {
        println!("{body:#}");
    }
    for part in Part::iter().filter(|part| !profile.operation(call).places(*part).is_empty()) {
        let places = profile.operation(call).places(part).join(", ");
        println!("The {} of the answer is at {places}.", part.slug());
    }
}

fn print_answer(profile: &Profile, answer: &str) -> anyhow::Result<()> {
    let (call, file) =
        answer.split_once('=').with_context(|| format!("{answer:?} is not OPERATION=FILE"))?;
    let call: Call = call.parse().map_err(|_| anyhow::anyhow!("there is no operation {call:?}"))?;
    let body = read(Path::new(file))?;
    println!("\n{file} as the answer to {}:", call.slug());
    let missing = |places: String| {
        anyhow::anyhow!(
            "{file} cannot be read: there is nothing at {places}; see answer in the profile"
        )
    };
    if call.creates() {
        let created = crate::empego::wire::created(profile, call, body.as_bytes())
            .map_err(|bad| missing(bad.0))?;
        println!("key: {}", created.key.0);
        println!("status: {}", created.status.as_ref().map_or("none", |status| status.id.as_str()));
    } else {
        let url = crate::empego::wire::presigned_url(profile, call, body.as_bytes())
            .map_err(|bad| missing(bad.0))?;
        println!("url: {url}");
    }
    Ok(())
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
            .flat_map(|kind| [kind.create_call(), kind.answer_call(), kind.details_call()])
            .collect();
        assert!(Call::iter().all(|call| calls.contains(&call)));
    }
}
