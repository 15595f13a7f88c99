//! The words of a search in an address: who can read them, and for how long.

use crate::helpers::{EMAIL, Person, TestApp};
use empego_desk::model::role::{Role, Roles};
use reqwest::StatusCode;
use reqwest::header::LOCATION;

/// The three lists: the function that searches, its field, and the page's field with the words.
const LISTS: [(&str, &str); 3] = [
    ("search_consultations", "search"),
    ("search_follow_ups", "search"),
    ("search_log", "patient"),
];
const WORDS: &str = "Patientname A-99";
const ALL: [Role; 3] = [Role::FrontDesk, Role::Clinician, Role::Administrator];
/// The title of the notice.
const LOST: &str = "This search is not shown";

/// Asserts that the words of the address are shown to this user, or that their loss is.
async fn shows(person: &Person<'_>, address: &str, field: &str, expected: bool, why: &str) {
    let page = person.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{why}: {address}");
    let value = page.attribute(&format!("#{field}"), "value");
    assert_eq!(value, if expected { WORDS } else { "" }, "{why}: {address}");
    assert_eq!(page.text.contains("Patientname"), expected, "{why}: {address}");
    assert_eq!(page.text.contains(LOST), !expected, "{why}: {address}");
}

#[tokio::test]
async fn a_sealed_search_opens_for_its_user_at_its_site_for_a_working_day() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (here, there) = (app.first_site().await, app.another_site("North").await);
    let colleague = app.staff(&here, &ALL).await;
    let elsewhere = app.staff(&there, &ALL).await;
    // One account at both sites.
    let email = "both@clinic.example";
    let roles = ALL.into_iter().collect::<Roles>();
    let both = app.account(&here, &roles, email, "Both").await;
    app.place(&both.id, &there.id, &roles).await;
    let mut addresses = Vec::new();
    for (function, field) in LISTS {
        let both = app.signed_in(email).await;
        both.post("switch_site", &[("site", &here.id.0)]).await;
        let address = both.post(function, &[(field, WORDS)]).await.location;
        shows(&both, &address, field, true, "its own user").await;
        both.post("switch_site", &[("site", &there.id.0)]).await;
        shows(&both, &address, field, false, "at another site").await;

        let address = nurse.post(function, &[(field, WORDS)]).await.location;
        assert!(!address.contains("Patientname"), "{address}");
        shows(&nurse, &address, field, true, "its own user").await;
        shows(&app.signed_in(EMAIL).await, &address, field, true, "after a new sign-in").await;
        shows(&colleague, &address, field, false, "another user of the site").await;
        shows(&elsewhere, &address, field, false, "a user of another site").await;
        let forged = format!("{address}0");
        shows(&nurse, &forged, field, false, "another text").await;
        let request = app.stranger().request(reqwest::Method::GET, &address);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert!(!answer.headers()[LOCATION].to_str().expect("text").contains("Patientname"));
        addresses.push((address, field));
    }
    app.pass(16 * 3_600_000 - 1);
    for (address, field) in &addresses {
        shows(&app.signed_in(EMAIL).await, address, field, true, "on the same day").await;
    }
    app.pass(1);
    for (address, field) in &addresses {
        shows(&app.signed_in(EMAIL).await, address, field, false, "too old").await;
    }
}

#[tokio::test]
async fn a_list_without_a_search_says_nothing_of_one() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for path in ["/consultations", "/consultations?search=", "/follow-ups?view=all", "/admin/audit"]
    {
        assert!(!nurse.get(path).await.text.contains(LOST), "{path}");
    }
}
