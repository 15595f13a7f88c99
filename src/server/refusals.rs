//! What was refused, written into the audit log before it is answered. What anybody can do as often
//! as they like is written down once in a while, and counted each time: the log must not grow by
//! whoever hammers.

use super::middleware::log::pattern;
use super::state::AppState;
use super::visitor::Visitor;
use crate::api::{ACCESS, PATIENT};
use crate::desk::Actor;
use crate::desk::audit::About;
use crate::error::AppError;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::is_id;
use axum::http::Uri;
use std::collections::HashMap;

/// The fields of a form that name a record.
const ID_FIELDS: [&str; 3] = ["id", "follows", "site"];

/// What was asked for, in words that the log may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    /// A server function, or the pattern of a route. Names no record, and is never what somebody
    /// typed.
    what: &'a str,
    /// The record that was named, if it was named in the shape of an id of ours: anything else may
    /// be free text.
    id: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// A page, or a file, by its address: that names its record in the path, or in the query.
    #[must_use]
    pub fn page(address: &'a Uri) -> Self {
        let mut parts =
            address.path().split('/').chain(address.query().unwrap_or_default().split(['&', '=']));
        Self { what: pattern(address.path()), id: parts.find(|part| is_id(part)) }
    }

    /// A server function, by its name and the form that was sent to it.
    #[must_use]
    pub fn function(name: &'a str, form: &'a HashMap<String, String>) -> Self {
        let known = ACCESS.iter().find(|(known, _)| *known == name);
        let id = ID_FIELDS
            .iter()
            .find_map(|field| form.get(*field))
            .map(String::as_str)
            .filter(|id| is_id(id));
        Self { what: known.map_or("/api/{name}", |(known, _)| *known), id }
    }

    /// Whether it is of a patient's link.
    fn is_patients(&self) -> bool {
        self.what == "/c/{token}" || PATIENT.contains(&self.what)
    }

    /// Whether it is of one record, and not an address at which there never was anything.
    fn is_of_a_record(&self) -> bool {
        let is_function = ACCESS.iter().any(|(function, _)| *function == self.what);
        is_function || self.what.contains("{id}") || self.what == "/follow-ups/new"
    }
}

impl AppState {
    /// Writes a refusal into the audit log, before it is answered: what somebody signed in may not
    /// do; and once in a while what is not there for them, which is also the answer to a record of
    /// another site, and a link that nobody has. The error to answer with, which is that of the
    /// store where it fails.
    pub async fn refused(&self, visitor: &Visitor, asked: Asked<'_>, error: AppError) -> AppError {
        let written = match (&error, &visitor.staff) {
            (AppError::Forbidden, Some(who)) => {
                self.write_refusal(who, asked.what.to_owned()).await
            }
            (AppError::NotFound, _) if asked.is_patients() => {
                self.unknown(&visitor.client, "link").await
            }
            (AppError::NotFound, Some(who)) if asked.is_of_a_record() => {
                self.not_found(who, asked).await
            }
            _ => Ok(()),
        };
        written.err().unwrap_or(error)
    }

    /// Writes down that a stranger came with something that looks like ours and is not (any more):
    /// a session's cookie, a ticket, the link of a patient or of a password. The first time in ten
    /// minutes from one place; all are counted.
    ///
    /// # Errors
    /// A failing store.
    pub async fn unknown(&self, client: &Client, what: &'static str) -> Result<(), AppError> {
        metrics::counter!("desk_unknown_total", "what" => what).increment(1);
        self.write_refusal_of_a_stranger(client, what, format!("unknown {what}")).await
    }

    /// Writes down that another web site had a browser send us something: under the name of whoever
    /// is signed in there, or of nobody. The first time in ten minutes from one place, or for each
    /// server function in one session.
    ///
    /// # Errors
    /// A failing store.
    pub async fn cross_site(
        &self,
        client: &Client,
        who: Option<&Actor>,
        asked: Asked<'_>,
    ) -> Result<(), AppError> {
        metrics::counter!("desk_cross_site_refused_total").increment(1);
        let words = format!("cross-site {}", asked.what);
        match who {
            Some(who) if self.limits.is_first_refusal_in(&words, &who.session.token_hash) => {
                self.write_refusal(who, words).await
            }
            Some(_) => Ok(()),
            None => self.write_refusal_of_a_stranger(client, "cross-site", words).await,
        }
    }

    /// What is not there. The first time in ten minutes for each page and each server function in
    /// one session.
    async fn not_found(&self, who: &Actor, asked: Asked<'_>) -> Result<(), AppError> {
        metrics::counter!("desk_unknown_total", "what" => "id").increment(1);
        let words = format!("not-found {}", asked.what);
        if !self.limits.is_first_refusal_in(&words, &who.session.token_hash) {
            return Ok(());
        }
        let id = asked.id.map(|id| format!(" id={id}")).unwrap_or_default();
        self.write_refusal(who, words + &id).await
    }

    async fn write_refusal(&self, who: &Actor, words: String) -> Result<(), AppError> {
        self.desk
            .log(who, Action::Refused, About::words(words))
            .await
            .map_err(|error| self.explain(error))
    }

    async fn write_refusal_of_a_stranger(
        &self,
        client: &Client,
        kind: &str,
        words: String,
    ) -> Result<(), AppError> {
        if !self.limits.is_first_refusal(kind, &client.address) {
            return Ok(());
        }
        let record =
            self.desk.record_of_nobody("stranger", client, Action::Refused, About::words(words));
        self.desk.store.record(&[record]).await.map_err(|error| self.explain_store(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "019a0b1c-2d3e-7f45-8a6b-0123456789ab";
    const OTHER: &str = "019a0b1c-2d3e-7f45-8a6b-0123456789ac";

    fn form(fields: &[(&str, &str)]) -> HashMap<String, String> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_log_gets_an_id_of_ours_and_nothing_else_that_was_typed() {
        let page = |address: &str, what, id| {
            let address: Uri = address.parse().expect("an address");
            assert_eq!(Asked::page(&address), Asked { what, id }, "{address}");
        };
        page(
            &format!("/consultations/{ID}/details?x={OTHER}"),
            "/consultations/{id}/details",
            Some(ID),
        );
        page(&format!("/follow-ups/new?lang=fr&follows={ID}"), "/follow-ups/new", Some(ID));
        page("/consultations/Lovelace?search=Lovelace", "/consultations/{id}", None);
        page("/Lovelace", "other", None);
        assert_eq!(
            Asked::function("switch_site", &form(&[("site", ID)])),
            Asked { what: "switch_site", id: Some(ID) }
        );
        let typed = form(&[("id", "Lovelace"), ("first_name", ID)]);
        assert_eq!(Asked::function("revoke_link", &typed), Asked { what: "revoke_link", id: None });
        assert_eq!(
            Asked::function("Lovelace", &form(&[])),
            Asked { what: "/api/{name}", id: None }
        );
    }

    #[test]
    fn an_address_at_which_nothing_ever_was_is_no_record() {
        let page = |path: &'static str| pattern(path.split('?').next().unwrap_or_default());
        let asked = |what| Asked { what, id: None };
        for path in ["/consultations/x", "/follow-ups/new?follows=x", "/admin/staff/x"] {
            assert!(asked(page(path)).is_of_a_record(), "{path}");
        }
        for path in ["/x", "/admin/x", "/admin/audit", "/follow-ups", "/api/x", "/c/x"] {
            assert!(!asked(page(path)).is_of_a_record(), "{path}");
        }
        assert!(asked("revoke_link").is_of_a_record());
        for what in [page("/c/x"), "report_message"] {
            assert!(asked(what).is_patients(), "{what}");
        }
        assert!(!asked(page("/consultations/x")).is_patients());
    }
}
