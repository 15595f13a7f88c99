//! The authorisation matrix of `docs/security.md`: every page and every server function, asked by
//! everybody, of the own site and of another one. The cells are what a running desk answered, and a
//! yes is an answer that was given: what is asked for is there, and the arguments are good.

mod calls;
mod records;

use crate::helpers::{EMAIL, Person, TestApp};
use crate::oidc::{self, Provider};
use calls::{Call, Calls};
use empego_desk::i18n::log::detail::detail;
use empego_desk::model::language::Language;
use empego_desk::model::role::Role;
use empego_desk::web::routes::{Endpoint, Function, PageRoute};
use records::Ids;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use strum::IntoEnumIterator;

/// Every route of the table but the server functions. What is only posted to begins with `POST `.
fn routes() -> Vec<String> {
    let pages = PageRoute::iter().map(|page| page.row().pattern.to_owned());
    let endpoints = Endpoint::iter().filter(|endpoint| {
        !matches!(
            endpoint,
            // It leads on, is what no name of a function is, or is a file of the browser's.
            Endpoint::Home
                | Endpoint::UnknownFunction
                | Endpoint::BrowserFile
                | Endpoint::Favicon
                | Endpoint::Robots
                // Asked for with a file, below.
                | Endpoint::Logo
        )
    });
    let endpoints = endpoints.map(|endpoint| {
        let row = endpoint.row();
        if row.posted { format!("POST {}", row.pattern) } else { row.pattern.to_owned() }
    });
    let mut all: Vec<String> = pages.chain(endpoints).collect();
    all.sort();
    all
}

/// What a page answers to whoever may see it.
fn shown(route: &str) -> StatusCode {
    match route {
        // It sends whoever has come back from the provider on.
        "/oidc/callback" => StatusCode::SEE_OTHER,
        _ => StatusCode::OK,
    }
}

/// What a cell says. What was not refused was done, or shown: any other answer proves nothing.
fn cell(what: &str, (status, location): &(StatusCode, String), done: StatusCode) -> &'static str {
    match *status {
        StatusCode::UNAUTHORIZED => "401",
        StatusCode::FORBIDDEN => "403",
        StatusCode::SEE_OTHER if location.starts_with("/sign-in?next=") => "sign in",
        status => {
            assert_eq!(status, done, "{what} is neither refused nor done: {location}");
            "yes"
        }
    }
}

async fn ask(person: &Person<'_>, method: Method, path: &str, call: Call) -> (StatusCode, String) {
    let cookies =
        format!("{}; {}", person.cookies, call.cookies).trim_matches([';', ' ']).to_owned();
    let mut request = Person { cookies, ..person.clone() }.request(method.clone(), path);
    if method == Method::POST {
        request = request.header("accept", "application/json");
        request = match call.file {
            Some((kind, body)) => request.header("content-type", kind).body(body),
            None => request.form(&call.form),
        };
    }
    // Without waiting for the end of a body: one of them has none.
    let answer = request.send().await.expect("an answer");
    let location = answer
        .headers()
        .get("location")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    (answer.status(), location)
}

async fn matrix() -> String {
    let provider = Provider::start().await;
    provider.user("nurse", json!({"email": EMAIL, "email_verified": true})).await;
    let app = TestApp::with(|settings| {
        provider.settings(settings);
        settings.desk_rate_limits = Some("off".to_owned());
    })
    .await;
    let (nurse, first) = (app.nurse().await, app.first_site().await);
    let own = Ids::of(&app, &first, &nurse).await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &Role::ALL).await;
    let foreign = Ids::of(&app, &elsewhere, &theirs).await;
    let calls = Calls::new(&app, &nurse).await;
    let mut people = vec![app.stranger()];
    for role in Role::ALL {
        people.push(app.staff(&first, &[role]).await);
    }
    let mut text = "| page or server function | stranger | front desk | clinician | administrator | of another site |\n\
                    |---|---|---|---|---|---|\n"
        .to_owned();
    let (posts, pages): (Vec<String>, Vec<String>) =
        routes().into_iter().partition(|route| route.starts_with("POST "));
    for route in pages {
        // A link is of one patient, whoever follows it.
        let names_a_record = route.contains("{id}") && !route.starts_with("/site/");
        let mut cells = Vec::new();
        for (place, person) in people.iter().enumerate() {
            let mut person = person.clone();
            let (address, call) = if route == "/oidc/callback" {
                // It ends the session that the browser had.
                if place > 0 {
                    person = app.staff(&first, &[Role::ALL[place - 1]]).await;
                }
                let (begun, address) = oidc::begin(&app).await;
                (
                    provider.authorize(&app, &address, "nurse").await,
                    Call { cookies: begun.cookies, ..Call::default() },
                )
            } else {
                (own.address(&route), Call::default())
            };
            cells.push(
                cell(&route, &ask(&person, Method::GET, &address, call).await, shown(&route))
                    .to_owned(),
            );
        }
        cells.push(if names_a_record {
            ask(&nurse, Method::GET, &foreign.address(&route), Call::default())
                .await
                .0
                .as_u16()
                .to_string()
        } else {
            "–".to_owned()
        });
        text += &format!("| `{route}` | {} |\n", cells.join(" | "));
    }
    let posts = posts.iter().map(|route| route.trim_start_matches("POST ").to_owned());
    let functions = Function::iter().map(|function| function.path().to_owned());
    for path in [Endpoint::Logo.path().to_owned()].into_iter().chain(posts).chain(functions) {
        let mut cells = Vec::new();
        for (place, person) in people.iter().enumerate() {
            let what = path.trim_start_matches("/api/");
            // What changes how somebody is signed in would be the end of them.
            let person = if calls::is_about_oneself(what) && place > 0 {
                &app.staff(&first, &[Role::ALL[place - 1]]).await
            } else {
                person
            };
            let call = calls.good(what, person).await;
            let done = call.done;
            cells.push(cell(&path, &ask(person, Method::POST, &path, call).await, done).to_owned());
        }
        let form = path.strip_prefix("/api/").and_then(|function| foreign.form(function));
        cells.push(match form {
            Some(form) => {
                let form: Vec<(&str, &str)> =
                    form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                nurse
                    .call(path.trim_start_matches("/api/"), &form)
                    .await
                    .status
                    .as_u16()
                    .to_string()
            }
            None => "–".to_owned(),
        });
        text += &format!("| `POST {path}` | {} |\n", cells.join(" | "));
    }
    every_entry_has_words(&app).await;
    text
}

/// After every page and every function was asked for: no entry of the log shows what is stored.
async fn every_entry_has_words(app: &TestApp) {
    let mut details = BTreeSet::new();
    for row in app.whole_log().await {
        for (language, other) in
            [(Language::En, "technical note"), (Language::Fr, "note technique")]
        {
            let said = detail(language, row.action, &row.detail, |_| None);
            assert!(!said.contains(other) && !said.contains('='), "{:?}: {said}", row.action);
            assert_eq!(said.is_empty(), row.detail.is_empty(), "{:?}: {}", row.action, row.detail);
            details.insert(said);
        }
    }
    assert!(details.len() > 60, "{details:?}");
}

#[tokio::test]
async fn the_documents_matrix_is_what_the_desk_answers() {
    let matrix = matrix().await;
    for row in matrix.lines().skip(2) {
        assert!(
            row.ends_with("| – |") || row.ends_with("| 404 |"),
            "another site's record is as if it were not there: {row}"
        );
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/security.md");
    let document = std::fs::read_to_string(&file).expect("docs/security.md");
    let (before, rest) =
        document.split_once("<!-- matrix -->\n").expect("the beginning of the matrix");
    let (there, after) = rest.split_once("<!-- /matrix -->").expect("the end of the matrix");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, format!("{before}<!-- matrix -->\n{matrix}<!-- /matrix -->{after}"))
            .expect("it is written");
        return;
    }
    assert_eq!(there, matrix, "run this test once with UPDATE_DOCS=1");
}
