//! The authorisation matrix of `docs/security.md`: every page and every server function, asked by everybody, of the own site
//! and of another one. The cells are what a running desk answered.

use crate::helpers::{EMAIL, Person, TestApp};
use empego_desk::api::ACCESS;
use empego_desk::app::App;
use empego_desk::model::ids::{ConsultationId, SiteId};
use empego_desk::model::role::Role;
use reqwest::{Method, StatusCode};
use std::path::Path;

/// The ids of one site's records.
struct Ids {
    consultation: String,
    token: String,
    patient: String,
    incident: String,
    staff: String,
}

impl Ids {
    async fn of(app: &TestApp, site: &SiteId, person: &Person<'_>, email: &str) -> Self {
        let consultation = person.create("Ada", "Example", "A-1").await;
        let store = &app.state.desk.store;
        let record =
            store.consultation(site, &ConsultationId::from(consultation.as_str())).await.expect("it answers").expect("it is there");
        let form = [
            ("information", "names"),
            ("circumstances", "a letter went astray"),
            ("happened", "in September"),
            ("aware_on", "2026-09-20"),
            ("serious", "no"),
        ];
        let written = person.post("write_incident", &form).await;
        assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text);
        let incident = store.incidents(site).await.expect("it answers").remove(0).id.0;
        let staff = store.staff_by_email(email).await.expect("it answers").expect("an account").id.0;
        Self { token: person.token(&consultation).await, consultation, patient: record.patient.id.0, incident, staff }
    }

    /// A route's address, if it names anything of a site's.
    fn address(&self, route: &str) -> String {
        let id = match route {
            route if route.starts_with("/consultations/") => &self.consultation,
            route if route.starts_with("/admin/audit/patient/") => &self.patient,
            route if route.starts_with("/admin/incidents/") => &self.incident,
            _ => &self.staff,
        };
        route.replace("{id}", id).replace("{token}", &self.token).replace("{file}", "none.pdf")
    }

    /// The form that names something of a site's to a server function; `None` for one that takes nobody's id.
    fn form(&self, function: &str) -> Option<Vec<(&'static str, String)>> {
        let consultation = ("id", self.consultation.clone());
        Some(match function {
            "retry_create" | "revoke_link" | "reissue_link" | "extend_link" | "remove_expiry" | "unlock_link" | "lift_hold"
            | "cancel_follow_up" => {
                vec![consultation]
            }
            "plan_follow_up" => {
                vec![("follows", self.consultation.clone()), ("due_on", "2026-10-01".to_owned()), ("follow_up_reason", "x".to_owned())]
            }
            "open_details" => vec![consultation],
            "report_details_message" | "take_export" => vec![consultation, ("message", "{}".to_owned())],
            "set_gate" => vec![consultation, ("gate", "on".to_owned())],
            "hold_consultation" => vec![consultation, ("reason", "a court asked".to_owned())],
            "write_incident" => vec![("id", self.incident.clone()), ("version", "1".to_owned()), ("information", "x".to_owned())]
                .into_iter()
                .chain([("circumstances", "x".to_owned()), ("happened", "x".to_owned())])
                .chain([("aware_on", "2026-09-20".to_owned()), ("serious", "no".to_owned())])
                .collect(),
            "change_roles" | "switch_account" | "reset_password" | "reset_factor" | "unlock_account" => vec![("id", self.staff.clone())],
            "sign_in"
            | "sign_out"
            | "set_language"
            | "start_consultation"
            | "report_message"
            | "consultation_state"
            | "create_consultation"
            | "find_patient"
            | "search_consultations"
            | "search_follow_ups"
            | "search_log"
            | "verify_log"
            | "set_site"
            | "add_site"
            | "remove_logo"
            | "switch_site"
            | "keep_session"
            | "change_password"
            | "end_session"
            | "start_factor"
            | "confirm_factor"
            | "remove_factor"
            | "verify_code"
            | "set_password"
            | "add_account" => return None,
            other => panic!("say which ids {other} takes"),
        })
    }
}

/// Every route: those of the pages, and those that the router names beside them.
fn routes() -> Vec<String> {
    let pages = leptos_axum::generate_route_list(App).into_iter().map(|route| route.path().to_owned());
    let router = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/router.rs")).expect("the router");
    let named = router.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect::<Vec<_>>();
    let plain = |route: String| {
        route
            .split('/')
            .map(|part| part.strip_prefix(':').map_or(part.to_owned(), |name| format!("{{{name}}}")))
            .collect::<Vec<_>>()
            .join("/")
    };
    let mut all: Vec<String> = pages.chain(named).map(plain).filter(|route| !matches!(route.as_str(), "/" | "/api/{name}")).collect();
    all.sort();
    all.dedup();
    all
}

fn cell(status: StatusCode, location: &str) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "401",
        StatusCode::FORBIDDEN => "403",
        StatusCode::SEE_OTHER if location.starts_with("/sign-in?") => "sign in",
        _ => "yes",
    }
}

async fn ask(person: &Person<'_>, method: Method, path: &str) -> (StatusCode, String) {
    // Without waiting for the end of a body: one of them has none.
    let answer = person.request(method, path).send().await.expect("an answer");
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    (answer.status(), location)
}

async fn matrix() -> String {
    let app = TestApp::with(|settings| settings.desk_rate_limits = Some("off".to_owned())).await;
    let (nurse, first) = (app.nurse().await, app.first_site().await);
    let own = Ids::of(&app, &first.id, &nurse, EMAIL).await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &Role::ALL).await;
    let email = app.state.desk.store.staff_of(&elsewhere.id).await.expect("it answers").remove(0).0.email;
    let foreign = Ids::of(&app, &elsewhere.id, &theirs, &email).await;
    let mut people = vec![app.stranger()];
    for role in Role::ALL {
        people.push(app.staff(&first, &[role]).await);
    }
    let mut text = "| page or server function | stranger | front desk | clinician | administrator | of another site |\n\
                    |---|---|---|---|---|---|\n"
        .to_owned();
    for route in routes() {
        // A link is of one patient, whoever follows it.
        let names_a_record = route.contains("{id}") && !route.starts_with("/site/");
        let mut cells = Vec::new();
        for person in &people {
            let (status, location) = ask(person, Method::GET, &own.address(&route)).await;
            cells.push(cell(status, &location).to_owned());
        }
        cells.push(if names_a_record {
            ask(&nurse, Method::GET, &foreign.address(&route)).await.0.as_u16().to_string()
        } else {
            "–".to_owned()
        });
        text += &format!("| `{route}` | {} |\n", cells.join(" | "));
    }
    for path in ["/admin/sites/logo".to_owned()].into_iter().chain(ACCESS.iter().map(|(name, _)| format!("/api/{name}"))) {
        let mut cells = Vec::new();
        for (place, person) in people.iter().enumerate() {
            // Signing out would be the end of them.
            let person = match (path.as_str(), place) {
                ("/api/sign_out", 1..) => &app.staff(&first, &[Role::ALL[place - 1]]).await,
                _ => person,
            };
            let request = person.request(Method::POST, &path).header("accept", "application/json");
            cells.push(cell(request.send().await.expect("an answer").status(), "").to_owned());
        }
        let form = path.strip_prefix("/api/").and_then(|function| foreign.form(function));
        cells.push(match form {
            Some(form) => {
                let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                nurse.call(path.trim_start_matches("/api/"), &form).await.status.as_u16().to_string()
            }
            None => "–".to_owned(),
        });
        text += &format!("| `POST {path}` | {} |\n", cells.join(" | "));
    }
    text
}

#[tokio::test]
async fn the_documents_matrix_is_what_the_desk_answers() {
    let matrix = matrix().await;
    for row in matrix.lines().skip(2) {
        assert!(row.ends_with("| – |") || row.ends_with("| 404 |"), "another site's record is as if it were not there: {row}");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/security.md");
    let document = std::fs::read_to_string(&file).expect("docs/security.md");
    let (before, rest) = document.split_once("<!-- matrix -->\n").expect("the beginning of the matrix");
    let (there, after) = rest.split_once("<!-- /matrix -->").expect("the end of the matrix");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, format!("{before}<!-- matrix -->\n{matrix}<!-- /matrix -->{after}")).expect("it is written");
        return;
    }
    assert_eq!(there, matrix, "run this test once with UPDATE_DOCS=1");
}
