//! The summary of a refused form: it names each field, in the order of the page, and leads to it.

use crate::helpers::TestApp;
use reqwest::StatusCode;

/// Forms that are refused at several fields: the function, and what is sent.
const REFUSED: &[(&str, &[(&str, &str)])] = &[
    ("create_consultation", &[("identifier_type", "mars"), ("date_of_birth", "soon")]),
    (
        "plan_follow_up",
        &[("date_of_birth", "soon"), ("due_on", "soon"), ("repeat", "hourly"), ("times", "many")],
    ),
    ("set_site", &[("link_ttl", "many"), ("accent", "red"), ("tenant_key", "two words")]),
    ("add_site", &[]),
    ("add_account", &[("email", "nobody")]),
    ("write_incident", &[("persons", "few"), ("commission_on", "soon")]),
];

#[tokio::test]
async fn every_form_names_its_fields_in_their_order_and_leads_to_them() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (function, form) in REFUSED {
        for language in ["en", "fr"] {
            let nurse = crate::helpers::Person { language, ..nurse.clone() };
            let page = nurse.post(function, form).await;
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
        }
    }
}
