//! What tells patients of one name apart, wherever they are shown.

use crate::helpers::{Person, TestApp};
use reqwest::StatusCode;

/// A consultation of a patient with all details; its path.
async fn create(nurse: &Person<'_>, form: [&str; 5]) -> String {
    let [first, last, born, kind, number] = form;
    let form = [
        ("first_name", first),
        ("last_name", last),
        ("date_of_birth", born),
        ("identifier_type", kind),
        ("identifier", number),
    ];
    let page = nurse.confirm("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location
}

#[tokio::test]
async fn a_record_says_who_it_is_at_its_head_and_beside_the_link() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let ada = ["Ada", "Tremblay", "1954-12-28", "qc", "tést 5412-2816"];
    let path = create(&nurse, ada).await;
    let page = nurse.get(&path).await;
    let strip = "Tremblay, Ada · Dec 28, 1954, 71 years · TEST 5412 2816";
    assert_eq!(page.texts(".identity"), [strip, strip], "at the head, and beside the link");
    assert_eq!(page.texts(".identity > bdi"), ["Tremblay, Ada"; 2]);
    let french = Person { language: "fr", ..nurse.clone() };
    assert_eq!(
        french.get(&path).await.texts("main .identity")[0],
        "Tremblay, Ada · 28 déc. 1954, 71 ans · TEST 5412 2816"
    );
    let plan = format!("/follow-ups/new?follows={}", &path["/consultations/".len()..]);
    assert_eq!(
        nurse.get(&plan).await.texts(".whose"),
        ["Patient: Ada Tremblay Dec 28, 1954, 71 years · TEST 5412 2816"]
    );
    let in_french = french.get(&plan).await;
    assert_eq!(
        in_french.texts(".whose"),
        ["Patient : Ada Tremblay 28 déc. 1954, 71 ans · TEST 5412 2816"]
    );
    assert!(in_french.text.contains("Patient\u{a0}: "), "a colon as French sets it");
    assert_eq!(nurse.get(&format!("{path}/details")).await.texts(".identity"), [strip]);
}

/// A name or a number of another direction changes nothing around it: in an element where HTML
/// allows one, between the characters of Unicode elsewhere.
#[tokio::test]
async fn names_are_isolated_in_titles_and_choices_too() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let path = create(&nurse, ["שרה", "כהן", "1954-12-28", "file-number", "א-1"]).await;
    let page = nurse.get(&path).await;
    assert_eq!(page.texts("title"), ["\u{2068}שרה כהן\u{2069} – Empego Desk"]);
    let title = &nurse.get(&format!("{path}/details")).await.texts("title")[0];
    assert!(title.contains(" – \u{2068}שרה כהן\u{2069} – "), "{title}");
    let form = nurse.get(&format!("{path}/patient")).await;
    assert_eq!(
        form.texts("#remove_number option")[1],
        "\u{2068}א-1\u{2069} – File number (clinic)"
    );
    assert_eq!(form.texts(".facts bdi"), ["שרה כהן", "א-1"]);
    let other = [("first_name", "Bea"), ("last_name", "Roy"), ("identifier", "א-1")];
    let asked = nurse.post("create_consultation", &other).await;
    assert_eq!(asked.texts(".notice h2 bdi"), ["שרה כהן"]);
    let accounts = nurse.get("/admin/audit").await.texts("#staff option");
    assert!(accounts.iter().any(|it| it.starts_with("\u{2068}Administrator\u{2069} (")));
}

#[tokio::test]
async fn four_patients_of_one_name_are_told_apart_in_every_list() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (born, kind, number) in [
        ("1954-12-28", "qc", "TEST54122816"),
        ("1954-12-29", "file-number", "A-100001"),
        ("2026-03-01", "on", "9876543217"),
        ("", "bc", "9698658215"),
    ] {
        create(&nurse, ["Ada", "Tremblay", born, kind, number]).await;
    }
    let board = nurse.get("/consultations").await;
    assert_eq!(board.texts("tbody th a"), ["Ada Tremblay"; 4]);
    assert_eq!(board.texts("tbody th a bdi").len(), 4, "isolated");
    let mut told = board.texts("tbody th > small");
    told.sort();
    let mut expected = [
        "Dec 28, 1954, 71 years · …2816",
        "Dec 29, 1954, 71 years · …0001",
        "Mar 1, 2026, 6 months · …3217",
        "…8215",
    ];
    expected.sort();
    assert_eq!(told, expected);
    let found = nurse.post("search_log", &[("patient", "Tremblay")]).await;
    let log = nurse.get(&found.location).await;
    assert_eq!(log.texts(".found .identity").len(), 4);
    let report = log.attribute(".found a", "href");
    let strip = &nurse.get(&report).await.texts("main .identity")[0];
    assert!(strip.starts_with("Tremblay, Ada · ") && strip.contains('…'), "{strip}");
}

#[tokio::test]
async fn a_number_is_shown_as_on_the_card_and_found_in_every_writing() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let path = create(&nurse, ["Ada", "Bélanger", "", "qc", "béla 7002 1415"]).await;
    let facts = nurse.get(&path).await.texts("dd").join(" ");
    assert!(facts.contains("BELA 7002 1415"), "{facts}");
    for typed in ["béla 7002 1415", "BELA70021415", "bela-7002-1415", "BELA 7002", "béla7002"] {
        let sent = nurse.post("search_consultations", &[("search", typed)]).await;
        let board = nurse.get(&sent.location).await;
        assert_eq!(board.texts("tbody th a"), ["Ada Bélanger"], "{typed}");
        let sent = nurse.post("search_log", &[("patient", typed)]).await;
        assert_eq!(nurse.get(&sent.location).await.texts(".found .identity").len(), 1, "{typed}");
    }
    for typed in ["béla 7002 1415", "BELA70021415", "BELA 7002 1415"] {
        let form = [("identifier_type", "qc"), ("identifier", typed)];
        let known = nurse.call("find_patient", &form).await.json();
        assert_eq!(known["last_name"], "Bélanger", "{typed}");
    }
}
