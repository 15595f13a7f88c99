//! The records of a site that the matrix asks for.

use super::calls::{PNG, token};
use crate::exports::export;
use crate::helpers::{Person, TestApp};
use empego_desk::model::ids::ConsultationId;
use empego_desk::model::site::{LogoKind, Site};
use empego_desk::store::Logo;
use reqwest::StatusCode;

/// The ids of one site's records, each of which is there.
pub struct Ids {
    site: String,
    consultation: String,
    token: String,
    file: String,
    patient: String,
    incident: String,
    staff: String,
    password_link: String,
}

impl Ids {
    /// Makes the records of a site, which gets an accent, a logo and kept exports.
    pub async fn of(app: &TestApp, site: &Site, person: &Person<'_>) -> Self {
        let store = &app.state.desk.store;
        let site = Site { keep_exports: true, accent: Some("#0b5f70".to_owned()), ..site.clone() };
        store.set_site(&site, &[]).await.expect("it is set");
        let logo = Logo { kind: LogoKind::Png, bytes: PNG.to_vec(), version: "1".to_owned() };
        store.set_logo(&site.id, Some(&logo), &[]).await.expect("it is set");
        let consultation = person.create("Ada", "Example", "A-1").await;
        let record = store
            .consultation(&site.id, &ConsultationId::from(consultation.as_str()))
            .await
            .expect("it answers")
            .expect("it is there");
        let message = export(person, &consultation).await.0.to_string();
        let taken = person
            .call("take_export", &[("id", &consultation), ("message", &message)])
            .await
            .json();
        let file = format!("{}.pdf", taken["pdf"]["Ok"].as_str().expect("a PDF"));
        let form = [
            ("information", "names"),
            ("circumstances", "a letter went astray"),
            ("happened", "in September"),
            ("aware_on", "2026-09-20"),
            ("serious", "no"),
        ];
        let written = person.post("write_incident", &form).await;
        assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text);
        let incident = store.incidents(&site.id).await.expect("it answers").remove(0).id.0;
        let email = format!("{}@clinic.example", app.state.desk.ambient.id());
        let added = person
            .call("add_account", &[("email", &email), ("name", "Somebody"), ("front_desk", "yes")])
            .await
            .json();
        let staff =
            store.staff_by_email(&email).await.expect("it answers").expect("an account").id.0;
        Self {
            token: person.token(&consultation).await,
            site: site.id.0,
            consultation,
            file,
            patient: record.patient.id.0,
            incident,
            staff,
            password_link: token(&added),
        }
    }

    /// A route's address, if it names anything of a site's.
    pub fn address(&self, route: &str) -> String {
        let id = match route {
            route if route.starts_with("/consultations/") => &self.consultation,
            route if route.starts_with("/admin/audit/patient/") => &self.patient,
            route if route.starts_with("/admin/incidents/") => &self.incident,
            route if route.starts_with("/site/") => &self.site,
            _ => &self.staff,
        };
        let token =
            if route.starts_with("/set-password/") { &self.password_link } else { &self.token };
        route.replace("{id}", id).replace("{token}", token).replace("{file}", &self.file)
    }

    /// The form that names something of a site's to a server function; `None` for one that takes
    /// nobody's id.
    pub fn form(&self, function: &str) -> Option<Vec<(&'static str, String)>> {
        let consultation = ("id", self.consultation.clone());
        Some(match function {
            "retry_create"
            | "enter_key"
            | "revoke_link"
            | "reissue_link"
            | "extend_link"
            | "remove_expiry"
            | "unlock_link"
            | "lift_hold"
            | "cancel_follow_up"
            | "move_follow_up"
            | "correct_patient"
            | "find_to_merge"
            | "merge_patients"
            | "undo_merge"
            | "cancel_consultation"
            | "undo_cancel"
            | "restore_link"
            | "set_patient_language" => {
                vec![consultation]
            }
            "plan_follow_up" => {
                vec![
                    ("follows", self.consultation.clone()),
                    ("due_on", "2026-10-01".to_owned()),
                    ("follow_up_reason", "x".to_owned()),
                ]
            }
            "open_details" => vec![consultation],
            "report_details_message" | "take_export" => {
                vec![consultation, ("message", "{}".to_owned())]
            }
            "set_gate" => vec![consultation, ("gate", "on".to_owned())],
            "hold_consultation" => vec![consultation, ("reason", "a court asked".to_owned())],
            "write_incident" => vec![
                ("id", self.incident.clone()),
                ("version", "1".to_owned()),
                ("information", "x".to_owned()),
            ]
            .into_iter()
            .chain([("circumstances", "x".to_owned()), ("happened", "x".to_owned())])
            .chain([("aware_on", "2026-09-20".to_owned()), ("serious", "no".to_owned())])
            .collect(),
            "change_roles"
            | "set_licence"
            | "switch_account"
            | "reset_password"
            | "reset_factor"
            | "unlock_account"
            | "withdraw_invitation" => vec![("id", self.staff.clone())],
            "accept_invitation" => {
                vec![("site", self.site.clone()), ("roles", "front-desk".to_owned())]
            }
            "decline_invitation" => vec![("site", self.site.clone())],
            "sign_in"
            | "sign_out"
            | "set_language"
            | "start_consultation"
            | "report_message"
            | "consultation_state"
            | "create_consultation"
            | "find_patient"
            | "look_up_patient"
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
