//! The summary of a refused form: it names each field, in the order of the page, and leads to it.

use crate::helpers::{Page, Person, TestApp};
use crate::patient_forms::{correction, merge};
use reqwest::StatusCode;

/// Forms that are refused at several fields: the function, and what is sent.
const REFUSED: &[(&str, &[(&str, &str)])] = &[
    (
        "create_consultation",
        &[("identifier_type", "mars"), ("date_of_birth", "soon"), ("patient_language", "tlh")],
    ),
    (
        "plan_follow_up",
        &[("date_of_birth", "soon"), ("due_on", "soon"), ("repeat", "hourly"), ("times", "many")],
    ),
    (
        "set_site",
        &[
            ("link_ttl", "many"),
            ("default_identifier", "mars"),
            ("accent", "red"),
            ("tenant_key", "two words"),
        ],
    ),
    ("add_site", &[]),
    ("add_account", &[("email", "nobody")]),
    ("write_incident", &[("persons", "few"), ("commission_on", "soon")]),
];

#[tokio::test]
async fn every_form_names_its_fields_in_their_order_and_leads_to_them() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (function, form) in REFUSED {
        refused(&nurse, function, form).await;
    }
}

#[tokio::test]
async fn so_do_the_forms_of_a_record() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let mut ids = Vec::new();
    for (last_name, born) in [("Roy", "1954-12-28"), ("Gagnon", "1960-01-31")] {
        let form = [("first_name", "Ada"), ("last_name", last_name), ("date_of_birth", born)];
        let location = nurse.post("create_consultation", &form).await.location;
        ids.push(location.strip_prefix("/consultations/").expect("a record").to_owned());
    }
    let id = ids[0].as_str();
    let long = "x".repeat(201);
    let cancel = [("id", id), ("cancel_reason", ""), ("cancel_note", &long)];
    refused(&nurse, "cancel_consultation", &cancel).await;

    let changes = [("date_of_birth", "soon"), ("identifier_type", "ramq"), ("identifier", "A-1")];
    let correct = correction(&nurse, id, &changes).await;
    let correct: Vec<_> = correct.iter().map(|(name, value)| (*name, value.as_str())).collect();
    refused(&nurse, "correct_patient", &correct).await;

    let search = [("id", id), ("merge_search", "Gagnon")];
    let found = nurse.post("find_to_merge", &search).await;
    let page = nurse.get(&found.attribute("li a.button", "href")).await;
    assert_eq!(page.texts("section.card > h2"), ["This record", "The other record"]);
    let with = page.attribute("input[name=with]", "value");
    let merge = merge(&nurse, id, with, &[]).await;
    let merge: Vec<_> = merge.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = refused(&nurse, "merge_patients", &merge).await;
    for field in ["keep_name", "keep_birth_date"] {
        let group = format!("fieldset[aria-invalid=true][aria-describedby={field}-error]");
        assert_eq!(page.texts(&group).len(), 1, "{field}");
    }
}

/// Sends a form that is refused, in both languages, and reads the summary.
async fn refused(person: &Person<'_>, function: &str, form: &[(&str, &str)]) -> Page {
    let mut last_page = None;
    for language in ["fr", "en"] {
        let person = Person { language, ..person.clone() };
        let page = person.post(function, form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{function}");
        let sentences = page.texts("#errors li");
        assert!(sentences.len() > 1, "{function}: {sentences:?}");
        let mut different = sentences.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), sentences.len(), "{function}: {sentences:?}");
        let mut last = 0;
        for number in 1..=sentences.len() {
            let link = page.attribute(&format!("#errors li:nth-child({number}) a"), "href");
            let id = link.strip_prefix('#').expect("a link to a field");
            let at = page.text.find(&format!("id=\"{id}\"")).unwrap_or_default();
            assert!(at > last, "{function}: {id} is missing, or before the one before it");
            assert!(!page.texts(&format!("#{id}-error")).is_empty(), "{function}: {id}");
            last = at;
        }
        last_page = Some(page);
    }
    last_page.expect("a page")
}
