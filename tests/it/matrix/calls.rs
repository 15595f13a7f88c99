//! Arguments with which each server function does what it is asked, on records that no other call
//! has changed.

use crate::exports::export;
use crate::factor::{code, cookies, set_up};
use crate::helpers::{CLINIC, EMAIL, PASSWORD, Person, START, TestApp};
use crate::patient_forms::{correction, merge};
use empego_desk::model::ids::ConsultationId;
use empego_desk::model::role::Role;
use empego_desk::model::site::Site;
use empego_desk::store::Invitation;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::cell::RefCell;

/// The beginning of a picture.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const NEW: &str = "wander plum cactus 9";
/// A day after the one that tests begin at.
const DUE_ON: &str = "2026-10-01";
/// Somebody with a second factor.
const CAREFUL: &str = "careful@clinic.example";

/// What is sent.
pub struct Call {
    /// The form.
    pub form: Vec<(&'static str, String)>,
    /// A body with a file in it, and its type.
    pub file: Option<(String, Vec<u8>)>,
    /// Cookies beside the person's own.
    pub cookies: String,
    /// The answer when it is done.
    pub done: StatusCode,
}

impl Default for Call {
    fn default() -> Self {
        Self { form: Vec::new(), file: None, cookies: String::new(), done: StatusCode::OK }
    }
}

/// Whether a function is about the caller's own session, password or second factor.
pub fn is_about_oneself(function: &str) -> bool {
    matches!(
        function,
        "sign_in"
            | "verify_code"
            | "sign_out"
            | "change_password"
            | "end_session"
            | "start_factor"
            | "confirm_factor"
            | "remove_factor"
    )
}

/// The token of the link with which a password is chosen.
pub fn token(issued: &Value) -> String {
    issued["link"].as_str().expect("a link").rsplit('/').next().expect("a token").to_owned()
}

/// Makes calls.
pub struct Calls<'a> {
    app: &'a TestApp,
    nurse: &'a Person<'a>,
    site: Site,
    /// Recovery codes that were not used yet.
    codes: RefCell<Vec<String>>,
}

impl<'a> Calls<'a> {
    /// For the first site, of which this is somebody with every role.
    pub async fn new(app: &'a TestApp, nurse: &'a Person<'a>) -> Self {
        let calls = Self { app, nurse, site: app.first_site().await, codes: RefCell::default() };
        calls.account(CAREFUL).await;
        let (_, codes) = set_up(app, &app.signed_in(CAREFUL).await).await;
        calls.codes.replace(codes);
        calls
    }

    fn unique(&self) -> String {
        self.app.state.desk.ambient.id()
    }

    /// A new account of the site.
    async fn account(&self, email: &str) -> String {
        let roles = [Role::FrontDesk].into_iter().collect();
        self.app.account(&self.site, &roles, email, "Somebody").await.id.0
    }

    /// A new consultation of the site.
    async fn consultation(&self) -> String {
        self.nurse.create("Ada", "Example", &self.unique().replace('-', "")[..30]).await
    }

    /// What Empego's page says when the patient of a consultation has answered.
    async fn answered(&self, id: &str) -> String {
        let found =
            self.app.state.desk.store.consultation(&self.site.id, &ConsultationId::from(id)).await;
        let key = found.expect("it answers").expect("it is there").empego_key.expect("a key").0;
        json!({ "eventType": "consultation", "operation": "update", "status": "TO_BE_ANALYZED", "id": key }).to_string()
    }

    /// The call of this function, or of this path, that this person would make.
    pub async fn good(&self, what: &str, person: &Person<'_>) -> Call {
        let text = str::to_owned;
        let mut call = Call::default();
        call.form = match what {
            "/admin/sites/logo" => {
                let head = "--x\r\ncontent-disposition: form-data; name=\"logo\"; filename=\"logo.png\"\r\ncontent-type: image/png\r\n\r\n";
                call.file = Some((
                    text("multipart/form-data; boundary=x"),
                    [head.as_bytes(), PNG, b"\r\n--x--\r\n"].concat(),
                ));
                call.done = StatusCode::SEE_OTHER;
                vec![]
            }
            "/oidc/start" => vec![("next", text("/account"))],
            "sign_in" => vec![("email", text(EMAIL)), ("password", text(PASSWORD))],
            "set_language" => vec![("language", text("fr"))],
            "start_consultation" | "consultation_state" => {
                vec![("token", self.nurse.token(&self.consultation().await).await)]
            }
            "report_message" => {
                let id = self.consultation().await;
                vec![("token", self.nurse.token(&id).await), ("message", self.answered(&id).await)]
            }
            "create_consultation" => vec![
                ("first_name", text("Ada")),
                ("last_name", text("Example")),
                // A patient of its own: the next call would be asked about an open consultation.
                ("identifier", self.unique()[..30].to_owned()),
            ],
            "find_patient" => vec![("identifier", text("A-1"))],
            "look_up_patient" => vec![("find", text("Ada"))],
            "retry_create" | "undo_cancel" | "restore_link" | "find_to_merge" | "revoke_link"
            | "reissue_link" | "extend_link" | "remove_expiry" | "unlock_link" | "open_details"
            | "lift_hold" => {
                vec![("id", self.consultation().await)]
            }
            "enter_key" => {
                let id = self.consultation().await;
                // The key that it has.
                let message: Value =
                    serde_json::from_str(&self.answered(&id).await).expect("a message");
                let key = message["id"].as_str().expect("a key").to_owned();
                vec![("id", id), ("empego_key", key)]
            }
            "correct_patient" => {
                let id = self.consultation().await;
                correction(self.nurse, &id, &[("last_name", "Examples")]).await
            }
            "set_patient_language" => {
                vec![("id", self.consultation().await), ("patient_language", text("fr"))]
            }
            "cancel_consultation" => {
                vec![("id", self.consultation().await), ("cancel_reason", text("duplicate"))]
            }
            "merge_patients" => self.two_records().await,
            "undo_merge" => {
                let form = self.two_records().await;
                let sent: Vec<(&str, &str)> =
                    form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                assert_eq!(self.nurse.call("merge_patients", &sent).await.status, StatusCode::OK);
                let page = self.nurse.get(&format!("/consultations/{}", form[0].1)).await;
                let merge = page.attribute("input[name=merge]", "value");
                vec![("id", form[0].1.clone()), ("merge", merge)]
            }
            "set_gate" => vec![("id", self.consultation().await), ("gate", text("on"))],
            "hold_consultation" => {
                vec![("id", self.consultation().await), ("reason", text("a court asked"))]
            }
            "report_details_message" => {
                let id = self.consultation().await;
                vec![("message", self.answered(&id).await), ("id", id)]
            }
            "take_export" => {
                let id = self.consultation().await;
                vec![("message", export(self.nurse, &id).await.0.to_string()), ("id", id)]
            }
            "plan_follow_up" => {
                vec![
                    ("follows", self.consultation().await),
                    ("due_on", text(DUE_ON)),
                    ("follow_up_reason", text("blood pressure")),
                ]
            }
            "move_follow_up" => {
                let id = self.consultation().await;
                let form = [
                    ("follows", id.as_str()),
                    ("due_on", DUE_ON),
                    ("follow_up_reason", "blood pressure"),
                ];
                let planned = self.nurse.call("plan_follow_up", &form).await.json();
                vec![("id", text(planned.as_str().expect("an id"))), ("new_day", text(DUE_ON))]
            }
            "cancel_follow_up" => {
                let id = self.consultation().await;
                let form = [
                    ("follows", id.as_str()),
                    ("due_on", DUE_ON),
                    ("follow_up_reason", "blood pressure"),
                ];
                let planned = self.nurse.call("plan_follow_up", &form).await.json();
                vec![
                    ("id", text(planned.as_str().expect("an id"))),
                    ("cancel_reason", text("duplicate")),
                ]
            }
            "search_consultations" | "search_follow_ups" => vec![("search", text("Ada"))],
            "search_log" => vec![("action", text("created"))],
            "sign_out" | "verify_log" | "remove_logo" | "keep_session" => vec![],
            "switch_site" => vec![("site", self.site.id.0.clone())],
            "write_incident" => ["information", "circumstances", "happened"]
                .map(|field| (field, text("x")))
                .into_iter()
                .chain([("aware_on", text("2026-09-20")), ("serious", text("no"))])
                .collect(),
            "set_site" => ["name", "public_name_en", "public_name_fr"]
                .map(|field| (field, text(CLINIC)))
                .into_iter()
                .chain(["link_ttl_unit", "retention_unit"].map(|field| (field, text("none"))))
                .collect(),
            "add_site" => ["new_name", "new_public_name_en", "new_public_name_fr"]
                .map(|field| (field, text("North")))
                .to_vec(),
            "change_password" => {
                vec![("old_password", text(PASSWORD)), ("new_password", text(NEW))]
            }
            "end_session" => vec![("session", text("others"))],
            "start_factor" | "remove_factor" => vec![("password", text(PASSWORD))],
            "confirm_factor" => self.begun_factor(person).await,
            "verify_code" => {
                let entered = self
                    .app
                    .stranger()
                    .post("sign_in", &[("email", CAREFUL), ("password", PASSWORD)])
                    .await;
                call.cookies = cookies(&entered);
                vec![("code", self.codes.borrow_mut().pop().expect("a code that was not used"))]
            }
            "set_password" => {
                let id = self.account(&format!("{}@clinic.example", self.unique())).await;
                let issued = self.nurse.call("reset_password", &[("id", &id)]).await.json();
                vec![("token", token(&issued)), ("new_password", text(NEW))]
            }
            "add_account" => {
                vec![
                    ("email", format!("{}@clinic.example", self.unique())),
                    ("name", text("Somebody")),
                    ("clinician", text("yes")),
                ]
            }
            "accept_invitation" | "decline_invitation" => {
                vec![("site", self.invitation().await), ("roles", text("front-desk"))]
            }
            "withdraw_invitation" => {
                let site = self.app.another_site(&self.unique()).await;
                let (_, staff) = self.app.member(&site, &[Role::FrontDesk]).await;
                let form =
                    [("email", staff.email.as_str()), ("name", "Ada"), ("front_desk", "yes")];
                let invited = self.nurse.call("add_account", &form).await;
                assert_eq!(invited.json()["invited"], true, "{}", invited.text);
                vec![("id", staff.id.0.clone())]
            }
            "change_roles" | "set_licence" | "switch_account" | "reset_password"
            | "reset_factor" | "unlock_account" => {
                vec![
                    ("id", self.account(&format!("{}@clinic.example", self.unique())).await),
                    ("clinician", text("yes")),
                ]
            }
            other => panic!("say how {other} is called so that it is done"),
        };
        call
    }

    /// The form that merges two new records.
    async fn two_records(&self) -> Vec<(&'static str, String)> {
        let (id, other) = (self.consultation().await, self.consultation().await);
        let found =
            self.app.state.desk.store.consultation(&self.site.id, &other.as_str().into()).await;
        let with = found.expect("it answers").expect("it is there").patient.id.0;
        merge(self.nurse, &id, with, &[]).await
    }

    /// A site to which every account is invited.
    async fn invitation(&self) -> String {
        let site = self.app.another_site(&self.unique()).await;
        let (_, maker) = self.app.member(&site, &[Role::Administrator]).await;
        let store = &self.app.state.desk.store;
        let all = store.all_staff().await.expect("it answers");
        for staff in all.into_iter().filter(|staff| staff.id != maker.id) {
            let invitation = Invitation {
                staff: staff.id,
                site: site.id.clone(),
                roles: [Role::FrontDesk].into_iter().collect(),
                invited_by: maker.id.clone(),
                created_at: START,
                expires_at: i64::MAX,
            };
            store.invite(&invitation, &[]).await.expect("it is stored");
        }
        site.id.0
    }

    /// A second factor that the person has begun to set up. Nothing, for somebody who is not signed
    /// in.
    async fn begun_factor(&self, person: &Person<'_>) -> Vec<(&'static str, String)> {
        if person.cookies.is_empty() {
            return Vec::new();
        }
        let page = person.post("start_factor", &[("password", PASSWORD)]).await;
        let code = code(self.app, &page.texts("#factor-key").remove(0));
        vec![("setup", page.attribute("input[name=setup]", "value")), ("code", code)]
    }
}
