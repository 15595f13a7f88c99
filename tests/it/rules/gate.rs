//! The date of birth before Start.

mod fields;

use super::{press, rule};
use crate::helpers::{Page, Person, TestApp};
use crate::sites::logged;
use empego_desk::model::audit::Action;
use empego_desk::model::site::LinkRules;
use reqwest::StatusCode;

const GATED: LinkRules = LinkRules { ttl_ms: None, birth_date_gate: true };
const BORN: &str = "1954-12-28";

/// A desk that lets anybody try as fast as they like: what is left then is the gate itself.
async fn open() -> TestApp {
    TestApp::with(|settings| settings.desk_rate_limits = Some("off".to_owned())).await
}

/// Creates a consultation of somebody with a date of birth, and gives its id and token.
async fn created(nurse: &Person<'_>) -> (String, String) {
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("date_of_birth", BORN),
    ];
    let page = nurse.post("create_consultation", &form).await;
    let id =
        page.location.strip_prefix("/consultations/").expect("the new consultation").to_owned();
    let token = nurse.token(&id).await;
    (id, token)
}

async fn start(app: &TestApp, token: &str, date: &str) -> Page {
    app.stranger().post("start_consultation", &[("token", token), ("date_of_birth", date)]).await
}

async fn minted(app: &TestApp) -> u64 {
    app.seen().await["counters"]["presigned"].as_u64().expect("a number")
}

#[tokio::test]
async fn with_the_rule_on_only_the_date_of_birth_opens_the_questionnaire() {
    let app = open().await;
    rule(&app, GATED).await;
    let nurse = app.nurse().await;
    let page = nurse
        .post(
            "create_consultation",
            &[("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        page.texts("#date_of_birth-error"),
        ["Enter the date of birth: patients of this site enter it to start"]
    );

    let (id, token) = created(&nurse).await;
    let page = app.stranger().get(&format!("/c/{token}")).await;
    assert_eq!(
        (page.status, page.texts("#birth legend"), page.texts("#birth label")),
        (
            StatusCode::OK,
            vec!["Date of birth".to_owned()],
            ["Month", "Day", "Year"].map(str::to_owned).to_vec()
        )
    );
    let page = app.stranger().get(&format!("/c/{token}?lang=fr")).await;
    assert_eq!(page.texts("#birth legend"), ["Date de naissance"]);
    assert_eq!(page.texts("#birth label"), ["Jour", "Mois", "Année"]);
    assert!(page.texts("#start input[type=date]").is_empty(), "typed, not chosen in a calendar");

    // No try is spent on what is no date.
    for (date, problem) in [
        ("", "Enter your date of birth"),
        ("03/04/1954", "Enter the month, the day and the year each in its own field"),
        ("1954-13-01", "Enter a valid date: month, day, and the year with four digits"),
    ] {
        let page = start(&app, &token, date).await;
        assert_eq!(
            (page.status, page.texts("#birth-error")),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![problem.to_owned()]),
            "{date}"
        );
    }
    let page = start(&app, &token, "1954-12-29").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        page.texts("#birth-error"),
        ["This date does not match the one on record. Attempts left: 5"]
    );
    assert!(
        !page.text.contains("1954") && !page.text.contains("Ada"),
        "nothing is shown again and nothing is told"
    );
    let call = app
        .stranger()
        .call("start_consultation", &[("token", &token), ("date_of_birth", "1954-12-29")])
        .await;
    assert!(call.text.contains("\"left\":4"), "what the island reads: {}", call.text);
    assert_eq!(minted(&app).await, 0);
    assert_eq!(nurse.get("/consultations").await.texts("tbody .badge"), ["Link ready"]);

    let page = start(&app, &token, BORN).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(page.location.starts_with(&app.sandbox));
    assert_eq!(
        (minted(&app).await, nurse.get("/consultations").await.texts("tbody .badge")),
        (1, vec!["Started".to_owned()])
    );
    assert_eq!(
        start(&app, &token, "").await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "each time anew"
    );
    let site = app.first_site().await.id;
    assert_eq!(logged(&app, &site, Action::BirthDateRefused).await.len(), 2);
    let rows = nurse.get(&format!("/consultations/{id}")).await.texts(".timeline li");
    assert!(rows.iter().any(|row| row.contains("Wrong date of birth, attempt 2 of 6")), "{rows:?}");
}

#[tokio::test]
async fn the_sixth_wrong_date_locks_until_staff_unlock() {
    let app = open().await;
    rule(&app, GATED).await;
    let nurse = app.nurse().await;
    let (id, token) = created(&nurse).await;
    for left in (1..=5).rev() {
        let page = start(&app, &token, "2000-01-01").await;
        assert!(
            page.texts("#birth-error")[0].ends_with(&format!("Attempts left: {left}")),
            "{:?}",
            page.texts("#birth-error")
        );
    }
    for date in ["2000-01-01", "2000-01-01", BORN] {
        let page = start(&app, &token, date).await;
        assert_eq!(
            (page.status, page.heading().as_str()),
            (StatusCode::LOCKED, "Please ask the staff"),
            "{date}"
        );
        assert_eq!(
            app.stranger()
                .call("start_consultation", &[("token", &token), ("date_of_birth", date)])
                .await
                .status,
            StatusCode::LOCKED
        );
    }
    let page = app.stranger().get(&format!("/c/{token}?lang=fr")).await;
    assert_eq!(
        (page.status, page.heading().as_str()),
        (StatusCode::LOCKED, "Veuillez vous adresser au personnel")
    );
    assert!(page.texts("#start").is_empty());
    assert_eq!(minted(&app).await, 0, "a locked gate mints nothing");
    let board = nurse.get("/consultations").await;
    assert_eq!(
        (board.texts("tbody .badge"), board.texts("tbody .locked")),
        (vec!["Link ready".to_owned()], vec!["Locked".to_owned()])
    );
    let french = Person { language: "fr", ..nurse.clone() };
    assert_eq!(french.get("/consultations").await.texts("tbody .locked"), ["Verrouillé"]);

    // A new link does not open it; only somebody who looked does.
    press(&nurse, "reissue_link", &id).await;
    let token = nurse.token(&id).await;
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::LOCKED);
    assert!(
        nurse
            .get(&format!("/consultations/{id}"))
            .await
            .texts("button")
            .contains(&"Unlock".to_owned())
    );
    press(&nurse, "unlock_link", &id).await;
    press(&nurse, "unlock_link", &id).await;
    assert!(nurse.get("/consultations").await.texts("tbody .locked").is_empty());
    assert!(
        start(&app, &token, "2000-01-01").await.texts("#birth-error")[0]
            .ends_with("Attempts left: 5"),
        "six new tries"
    );
    assert_eq!(start(&app, &token, BORN).await.status, StatusCode::SEE_OTHER);
    let site = app.first_site().await.id;
    assert_eq!(logged(&app, &site, Action::LinkChanged).await, ["unlocked"]);
    assert_eq!(logged(&app, &site, Action::BirthDateRefused).await.len(), 7);
}

#[tokio::test]
async fn many_at_once_get_no_more_than_six_wrong_tries() {
    let app = open().await;
    rule(&app, GATED).await;
    let nurse = app.nurse().await;
    let (id, token) = created(&nurse).await;
    let (one, two) =
        tokio::join!(start(&app, &token, "2000-01-01"), start(&app, &token, "2000-01-02"));
    assert_eq!(
        (one.status, two.status),
        (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
    );
    let mut left: Vec<String> =
        [one, two].iter().flat_map(|page| page.texts("#birth-error")).collect();
    left.sort();
    assert!(
        left[0].ends_with("Attempts left: 4") && left[1].ends_with("Attempts left: 5"),
        "two at once count two: {left:?}"
    );

    // As the script asks: a page that is shown again says what is true by then, and that may be the
    // lock already. One link has a share of the requests at a time: what is beyond it is not judged,
    // and is sent again until it is.
    let ask = async |n: usize| {
        let date = format!("19{}-03-{:02}", 60 + n / 28, 1 + n % 28);
        let form = [("token", token.as_str()), ("date_of_birth", date.as_str())];
        loop {
            let status = app.stranger().call("start_consultation", &form).await.status;
            if status != StatusCode::SERVICE_UNAVAILABLE {
                return status;
            }
        }
    };
    let answers = futures::future::join_all((0..100).map(ask)).await;
    let count = |status| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!(
        (count(StatusCode::UNPROCESSABLE_ENTITY), count(StatusCode::LOCKED)),
        (3, 97),
        "the sixth, and all after it"
    );
    assert_eq!(logged(&app, &app.first_site().await.id, Action::BirthDateRefused).await.len(), 6);
    assert_eq!(start(&app, &token, BORN).await.status, StatusCode::LOCKED);
    let rows = nurse.get(&format!("/consultations/{id}")).await.texts(".timeline li");
    assert_eq!(rows.iter().filter(|row| row.contains("Wrong date of birth")).count(), 6);
}

#[tokio::test]
async fn staff_decide_for_one_consultation() {
    let app = open().await;
    let nurse = app.nurse().await;
    let (id, token) = created(&nurse).await;
    assert!(
        app.stranger().get(&format!("/c/{token}")).await.texts("#birth").is_empty(),
        "the site does not ask"
    );
    assert_eq!(
        nurse.post("set_gate", &[("id", &id), ("gate", "on")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.texts("#birth").len(), 1);
    assert_eq!(start(&app, &token, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    app.pass(1);
    assert_eq!(
        nurse.post("set_gate", &[("id", &id), ("gate", "off")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(start(&app, &token, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        logged(&app, &app.first_site().await.id, Action::LinkChanged).await,
        ["gate=on", "gate=off"]
    );

    // The site's rule, which comes later, does not overrule that; nor does it change links that are
    // out already.
    rule(&app, GATED).await;
    app.pass(1);
    press(&nurse, "reissue_link", &id).await;
    assert_eq!(start(&app, &nurse.token(&id).await, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn without_a_date_on_record_there_is_no_gate() {
    let app = open().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    assert_eq!(
        nurse.post("set_gate", &[("id", &id), ("gate", "on")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(
        nurse
            .get(&format!("/consultations/{id}"))
            .await
            .text
            .contains("There is no date of birth on record")
    );
    assert!(
        app.stranger()
            .get(&format!("/c/{token}"))
            .await
            .texts("label[for=date_of_birth]")
            .is_empty()
    );
    assert_eq!(start(&app, &token, "").await.status, StatusCode::SEE_OTHER);
}
