//! The authorisation matrix of `docs/security.md`, made from the same tables that the server asks, which
//! `access::every_role_may_do_what_the_table_says_and_nothing_else` holds the server to.

use empego_desk::api::ACCESS;
use empego_desk::model::role::{Access, Role, Roles};
use empego_desk::server::middleware::session::access;
use std::path::Path;

/// A page of each kind.
const PAGES: &[&str] = &[
    "/sign-in",
    "/sign-in/code",
    "/set-password/{token}",
    "/c/{token}",
    "/consultations",
    "/consultations/new",
    "/consultations/{id}",
    "/consultations/{id}/details",
    "/consultations/{id}/exports/{file}",
    "/live",
    "/account",
    "/admin/staff",
    "/admin/staff/{id}",
    "/admin/audit",
    "/admin/audit/patient/{id}",
    "/admin/audit/patient/{id}/report.csv",
    "/admin/incidents",
    "/admin/incidents/register.csv",
    "/admin/retention",
    "/admin/sites",
];

fn row(name: &str, access: Access) -> String {
    let cell = |roles: Option<Role>| {
        let roles = roles.map(|role| [role].into_iter().collect::<Roles>());
        match (access.is_open_to(roles.as_ref()), roles) {
            (true, _) => "yes",
            (false, None) => "401",
            (false, Some(_)) => "403",
        }
    };
    let cells = [None, Some(Role::FrontDesk), Some(Role::Clinician), Some(Role::Administrator)].map(cell).join(" | ");
    format!("| `{name}` | {cells} |\n")
}

fn matrix() -> String {
    let mut text = "| page or server function | stranger | front desk | clinician | administrator |\n|---|---|---|---|---|\n".to_owned();
    for page in PAGES.iter().copied() {
        // The stream of changes decides for itself.
        let access = if page == "/live" { Access::Needs(empego_desk::model::role::Power::Consult) } else { access(page) };
        text += &row(page, access);
    }
    for (function, access) in ACCESS {
        text += &row(&format!("POST /api/{function}"), *access);
    }
    text
}

#[test]
fn the_documents_matrix_is_the_servers() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/security.md");
    let document = std::fs::read_to_string(&file).expect("docs/security.md");
    let (before, rest) = document.split_once("<!-- matrix -->\n").expect("the beginning of the matrix");
    let (there, after) = rest.split_once("<!-- /matrix -->").expect("the end of the matrix");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let updated = format!("{before}<!-- matrix -->\n{}<!-- /matrix -->{after}", matrix());
        std::fs::write(&file, updated).expect("it is written");
        return;
    }
    assert_eq!(there, matrix(), "run this test once with UPDATE_DOCS=1");
}
