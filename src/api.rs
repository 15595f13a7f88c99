//! Server functions: thin over `desk`. Each answers at `/api/{name}`, as JSON to islands and as a
//! plain form to everybody else (`server::routes::api`). Arguments are texts that default to empty,
//! so that a missing field is a field's error.

pub mod account;
pub mod audit;
pub mod consultations;
pub mod details;
pub mod factor;
pub mod follow_ups;
pub mod links;
pub mod oversight;
pub mod session;
pub mod sites;
pub mod staff;
pub mod visits;

use crate::model::role::{Access, Power};
use std::collections::HashMap;

/// What each server function takes (design, section 5). It is looked at before anything of the call
/// is read: 401 to strangers, 403 to staff whose role does not allow it. A test walks every
/// registered function, role by role.
pub const ACCESS: &[(&str, Access)] = &[
    ("sign_in", Access::Public),
    ("sign_out", Access::Public),
    ("set_language", Access::Public),
    ("start_consultation", Access::Public),
    ("report_message", Access::Public),
    ("consultation_state", Access::Public),
    ("create_consultation", Access::Needs(Power::Consult)),
    ("find_patient", Access::Needs(Power::Consult)),
    ("retry_create", Access::Needs(Power::Consult)),
    ("revoke_link", Access::Needs(Power::Consult)),
    ("reissue_link", Access::Needs(Power::Consult)),
    ("extend_link", Access::Needs(Power::Consult)),
    ("remove_expiry", Access::Needs(Power::Consult)),
    ("set_gate", Access::Needs(Power::Consult)),
    ("unlock_link", Access::Needs(Power::Consult)),
    ("search_consultations", Access::Needs(Power::Consult)),
    ("open_details", Access::Needs(Power::SeeDetails)),
    ("report_details_message", Access::Needs(Power::SeeDetails)),
    ("take_export", Access::Needs(Power::SeeDetails)),
    ("plan_follow_up", Access::Needs(Power::PlanFollowUps)),
    ("cancel_follow_up", Access::Needs(Power::PlanFollowUps)),
    ("search_follow_ups", Access::Needs(Power::Consult)),
    ("switch_site", Access::Staff),
    ("keep_session", Access::Staff),
    ("search_log", Access::Needs(Power::Administer)),
    ("verify_log", Access::Needs(Power::Administer)),
    ("write_incident", Access::Needs(Power::Administer)),
    ("hold_consultation", Access::Needs(Power::Administer)),
    ("lift_hold", Access::Needs(Power::Administer)),
    ("set_site", Access::Needs(Power::Administer)),
    ("add_site", Access::Needs(Power::Administer)),
    ("remove_logo", Access::Needs(Power::Administer)),
    ("change_password", Access::Staff),
    ("end_session", Access::Staff),
    ("start_factor", Access::Staff),
    ("confirm_factor", Access::Staff),
    ("remove_factor", Access::Staff),
    ("verify_code", Access::Public),
    ("set_password", Access::Public),
    ("add_account", Access::Needs(Power::Administer)),
    ("change_roles", Access::Needs(Power::Administer)),
    ("switch_account", Access::Needs(Power::Administer)),
    ("reset_password", Access::Needs(Power::Administer)),
    ("reset_factor", Access::Needs(Power::Administer)),
    ("unlock_account", Access::Needs(Power::Administer)),
];

/// What a server function takes. One that is not listed is for staff, so that nothing is open by
/// being forgotten.
#[must_use]
pub fn access(function: &str) -> Access {
    ACCESS.iter().find(|(name, _)| *name == function).map_or(Access::Staff, |(_, access)| *access)
}

/// The server functions of the patient's page.
pub const PATIENT: [&str; 3] = ["start_consultation", "report_message", "consultation_state"];

/// Whether an address is of the patient's side: a link, or a server function that takes a link's
/// token.
#[must_use]
pub fn is_patients(path: &str) -> bool {
    path.starts_with("/c/")
        || path.strip_prefix("/api/").is_some_and(|function| PATIENT.contains(&function))
}

/// The server functions that no plain form is sent to. Whoever calls them reads JSON, whether they
/// say so or not: a beacon can set no header.
pub const FOR_SCRIPTS: [&str; 4] =
    ["report_message", "consultation_state", "report_details_message", "take_export"];

/// The server functions whose forms take a while to fill in. Where the session ended meanwhile,
/// what was typed goes through signing in and comes back (`server::routes::api`). None of them
/// holds a password.
pub const KEPT: [&str; 9] = [
    "create_consultation",
    "find_patient",
    "plan_follow_up",
    "write_incident",
    "hold_consultation",
    "add_account",
    "change_roles",
    "set_site",
    "add_site",
];

/// The fields of those that are not kept all the same: a secret is typed again.
pub const NOT_KEPT: [&str; 1] = ["tenant_key"];

/// The page that a plain form came from: where it is shown again, with its entries, when something
/// is wrong with them.
#[must_use]
pub fn page_of(function: &str, entries: &HashMap<String, String>) -> Option<String> {
    let entry = |name: &str| {
        entries
            .get(name)
            .map(String::as_str)
            .filter(|value| value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    };
    match function {
        "sign_in" => Some("/sign-in".to_owned()),
        // The same question from the other form.
        "find_patient" if entries.contains_key("due_on") => Some("/follow-ups/new".to_owned()),
        "plan_follow_up" => Some("/follow-ups/new".to_owned()),
        "search_follow_ups" => Some("/follow-ups".to_owned()),
        "create_consultation" | "find_patient" => Some("/consultations/new".to_owned()),
        "set_site" | "add_site" | "remove_logo" => Some("/admin/sites".to_owned()),
        "verify_code" => Some("/sign-in/code".to_owned()),
        "set_password" => Some(format!("/set-password/{}", entry("token")?)),
        "change_password" | "end_session" | "start_factor" | "confirm_factor" | "remove_factor" => {
            Some("/account".to_owned())
        }
        "add_account" => Some("/admin/staff".to_owned()),
        "change_roles" | "switch_account" | "reset_password" | "reset_factor"
        | "unlock_account" => Some(format!("/admin/staff/{}", entry("id")?)),
        "search_consultations" => Some("/consultations".to_owned()),
        "search_log" | "verify_log" => Some("/admin/audit".to_owned()),
        "write_incident" => match entry("id") {
            Some(id) if !id.is_empty() => Some(format!("/admin/incidents/{id}")),
            _ => Some("/admin/incidents/new".to_owned()),
        },
        // Not the record: whoever may set a hold may not see it for that.
        "hold_consultation" | "lift_hold" => Some("/admin/retention".to_owned()),
        "revoke_link" | "reissue_link" | "retry_create" | "extend_link" | "remove_expiry"
        | "set_gate" | "unlock_link" | "cancel_follow_up" => {
            Some(format!("/consultations/{}", entry("id")?))
        }
        "open_details" => Some(format!("/consultations/{}/details", entry("id")?)),
        "start_consultation" => Some(format!("/c/{}", entry("token")?)),
        _ => None,
    }
}
