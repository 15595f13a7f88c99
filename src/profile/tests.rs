//! What is read, what is refused, and what a profile makes of values.

use super::*;
use reqwest::Method;
use serde_json::json;
use strum::IntoEnumIterator;

/// The default with other words.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(DEFAULT.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    })
}

fn faults(text: &str) -> Vec<String> {
    let faults = Profile::read(text).expect_err("it has faults").0;
    faults.into_iter().map(|fault| format!("{}: {}", fault.line, fault.text)).collect()
}

fn own(profile: &Profile, call: Call) -> &Operation {
    profile.operation(call).expect("there is one")
}

fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).expect("it is there") + 1
}

#[test]
fn the_embedded_profile_reads() {
    let profile = Profile::embedded();
    for call in Call::iter().filter(|call| !call.tells()) {
        assert_eq!(own(&profile, call).method, Method::POST);
    }
    assert_eq!(profile.identifiers.system_of(None), "empego-desk");
    assert_eq!(profile.identifiers.system_of(Some(IdentifierType::FileNumber)), "file-number");
    assert_eq!(profile.status_id("DONE"), "DONE");
}

#[test]
fn ten_faults_are_all_named_with_their_lines() {
    let text = with(&[
        ("[headers]", "colour = \"red\"\n[headers]"),
        ("tenant = \"X-Tenant-Key\"", "tenant = \"no header\""),
        ("path = \"/consultation\"", "path = \"https://evil.example/consultation\""),
        ("path = \"/followup\"", "path = \"/a/../../followup\""),
        ("method = \"POST\"", "method = \"DELETE\""),
        ("path = \"/embed/followup/answer\"", "path = \"/embed/{name}/answer\""),
        ("body = { key = \"/consultationKey\" }", "body = { key = \"consultationKey\" }"),
        ("on = \"https://fhir", "on = \"file-number\" # https://fhir"),
        ("types = [\"application/pdf\", ", "types = [\"pdf\", "),
        ("identifiers = \"/patient/externalPatientKeys\"\n", ""),
    ]);
    let found = faults(&text);
    for (part, says) in [
        ("colour", "colour is not known here"),
        ("no header", "\"no header\" is no name of a header"),
        ("evil.example", "names a host: the host is in EMPEGO_API_URL"),
        ("/a/../..", "leads out of the base URL"),
        ("DELETE", "\"DELETE\" is not GET, POST or PUT"),
        ("{name}", "has a placeholder that is no {key}"),
        ("\"consultationKey\" }", "must begin with / (it is a JSON pointer)"),
        ("on = \"file-number\"", "on is the same system as file-number"),
        ("\"pdf\"", "\"pdf\" is no media type"),
        ("[operations.create-consultation.body]", "create-consultation does not send identifiers"),
    ] {
        let line = line_of(&text, part);
        let named = found
            .iter()
            .any(|fault| fault.starts_with(&format!("{line}: ")) && fault.contains(says));
        assert!(named, "line {line} {says}: {found:#?}");
    }
    assert_eq!(found.len(), 10, "{found:#?}");
}

#[test]
fn what_is_missing_or_no_toml_is_named() {
    let without = DEFAULT.split("[operations.follow-up-details]").next().expect("a beginning");
    let found = faults(without);
    for says in ["operations.follow-up-details is missing", "events is missing", "files is missing"]
    {
        assert!(found.iter().any(|fault| fault.contains(says)), "{says}: {found:#?}");
    }
    let found = faults("version = \n= 3");
    assert!(found.iter().any(|fault| fault.contains("this is no TOML")), "{found:#?}");
    assert!(!faults("").is_empty());
}

#[test]
fn what_cannot_be_sent_is_refused() {
    for (old, new, says) in [
        ("metadata = \"/metadata\"", "metadata = \"/patient\"", "the place of another value too"),
        ("metadata = \"/metadata\"", "metadata = \"/x/0\"", "a number where a name must be"),
        ("path = \"/followup\"", "path = \"/followup/{key}\"", "has no key yet"),
        ("path = \"/followup\"", "path = \"/consultation\"", "the same call as"),
        ("path = \"/followup\"", "path = \"//evil.example\"", "names a host"),
        ("path = \"/followup\"", "path = \"/followup?x=1\"", "does not belong in a path"),
        ("path = \"/followup\"", "path = \"followup\"", "must begin with /"),
        ("path = \"/embed/followup/answer\"", "path = \"/embed/{key}\"", "sent more than once"),
        (
            "body = { key = \"/followupKey\" }",
            "body = { key = \"/k\", reason = \"/x\" }",
            "has no value",
        ),
        ("key = [\"/consultationKey\", \"/id\", \"/consultationId\"]", "", "where the key is"),
        ("user = \"x-integration-user\"", "user = \"Authorization\"", "the same header as key"),
        ("user = \"x-integration-user\"", "user = \"Host\"", "a header of HTTP itself"),
        ("[statuses]", "[statuses]\nPOSTPONED = \"LATER\"", "is no documented status"),
        ("[statuses]", "[statuses]\ndone = \"DONE\"", "is a documented status already"),
        (
            "[messages.operations]",
            "[messages.operations]\nupdate = \"sync\"",
            "is a documented word already",
        ),
        ("types = [\"followup\"]", "types = [\"*\"]", "has neither a letter nor a digit"),
        ("path = \"/followup\"", "path = \"/followup/\"", "ends with /"),
        (
            "path = \"/embed/followup/answer\"\nbody = { key = \"/followupKey\" }",
            "path = \"/embed/{key}:{access-key}\"",
            "two placeholders between slashes",
        ),
        (
            "[statuses]",
            "[operations.answer-consultation.constants]\n\"\" = {}\n[statuses]",
            "must begin with /",
        ),
        ("origins = []", "origins = [\"http://files.example\"]", "is not an exact origin"),
        ("origins = []", "origins = [\"https://files.example:99999\"]", "is not an exact origin"),
        ("origins = []", "origins = [\"https://files.example/x\"]", "is not an exact origin"),
        ("sandbox = \"allow-scripts ", "sandbox = \"", "does not work without allow-scripts"),
        ("sandbox = \"allow-scripts ", "sandbox = \"none allow-scripts ", "is not a sandbox flag"),
    ] {
        let found = faults(&with(&[(old, new)]));
        assert!(found.len() == 1 && found[0].contains(says), "{says}: {found:#?}");
    }
    let get = with(&[("path = \"/embed/followup/answer\"", "path = \"/answer\"")]);
    let at = get.find("[operations.answer-follow-up]").expect("it is there");
    let (before, after) = get.split_at(at);
    let get = format!("{before}{}", after.replacen("\"POST\"", "\"GET\"", 1));
    assert!(faults(&get)[0].contains("GET has no body"));
}

#[test]
fn values_go_where_the_profile_says() {
    let text = with(&[(
        "path = \"/embed/consultation/answer\"\nbody = { key = \"/consultationKey\" }",
        concat!(
            "path = \"/Task/{key}/$answer\"\nquery = {}\n",
            "constants = { \"/lang~1age\" = \"fr\", \"/a/b\" = [1, true] }"
        ),
    )]);
    let profile = Profile::read(&text).expect("it reads");
    let key = Values::from([(Member::Key, json!(17))]);
    let request = own(&profile, Call::AnswerConsultation).request(&key);
    assert_eq!(request.segments, ["Task", "17", "$answer"]);
    assert_eq!(request.body, Some(json!({ "lang/age": "fr", "a": { "b": [1, true] } })));
    let values = Values::from([
        (Member::Identifiers, json!([{ "subSystem": "s", "key": "k" }])),
        (Member::LastName, json!("Example")),
    ]);
    let request = own(&profile, Call::CreateConsultation).request(&values);
    assert_eq!(
        request.body,
        Some(json!({ "patient": {
            "externalPatientKeys": [{ "subSystem": "s", "key": "k" }], "lastName": "Example"
        } })),
        "what has no value is not sent"
    );
}

#[test]
fn a_status_of_another_name_means_a_documented_one() {
    let text = with(&[("[statuses]", "[statuses]\n\"Submitted\" = \"TO_BE_ANALYZED\"")]);
    let profile = Profile::read(&text).expect("it reads");
    assert_eq!(profile.status_id("submitted"), "TO_BE_ANALYZED");
    assert_eq!(profile.status_id("Other"), "Other");
}
