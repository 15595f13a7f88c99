//! What was refused, written into the audit log before it is answered. What anybody can do as often
//! as they like is written down once in a while, and counted each time: the log must not grow by
//! whoever hammers.

use super::routes::{Endpoint, Function, Route};
use super::state::AppState;
use super::visitor::Visitor;
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
    /// The row of the route table; `None` for a path that is in none.
    route: Option<Route>,
    /// The record that was named, if it was named in the shape of an id of ours: anything else may
    /// be free text.
    id: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// A page, or a file, by its address: that names its record in the path, or in the query.
    #[must_use]
    pub fn page(route: Option<Route>, address: &'a Uri) -> Self {
        let query = address.query().unwrap_or_default().split(['&', '=']);
        let mut parts = address.path().split('/').chain(query);
        Self { route, id: parts.find(|part| is_id(part)) }
    }

    /// A server function, and the form that was sent to it.
    #[must_use]
    pub fn function(function: Option<Function>, form: &'a HashMap<String, String>) -> Self {
        let id = ID_FIELDS.iter().find_map(|field| form.get(*field)).map(String::as_str);
        let route = function.map_or(Route::Endpoint(Endpoint::UnknownFunction), Route::Function);
        Self { route: Some(route), id: id.filter(|id| is_id(id)) }
    }

    /// The name in the log. Names no record, and is never what was typed.
    fn what(&self) -> &'static str {
        self.route.map_or("other", Route::log_name)
    }

    fn is_patients(&self) -> bool {
        self.route.is_some_and(Route::is_patients)
    }

    fn names_record(&self) -> bool {
        self.route.is_some_and(Route::names_record)
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
                self.write_refusal(who, asked.what().to_owned()).await
            }
            (AppError::NotFound, _) if asked.is_patients() => {
                self.unknown(&visitor.client, "link").await
            }
            (AppError::NotFound, Some(who)) if asked.names_record() => {
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
        let words = format!("cross-site {}", asked.what());
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
        let words = format!("not-found {}", asked.what());
        if !self.limits.is_first_refusal_in(&words, &who.session.token_hash) {
            return Ok(());
        }
        let id = asked.id.map(|id| format!(" id={id}")).unwrap_or_default();
        self.write_refusal(who, words + &id).await
    }

    async fn write_refusal(&self, who: &Actor, words: String) -> Result<(), AppError> {
        self.desk
            .log(who, Action::Refused, About::detail(words))
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
        let record = self.desk.row_without_account(
            "stranger",
            client,
            Action::Refused,
            About::detail(words),
        );
        self.desk.store.record(&[record]).await.map_err(|error| self.explain_store(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::routes::PageRoute;

    const ID: &str = "019a0b1c-2d3e-7f45-8a6b-0123456789ab";
    const OTHER: &str = "019a0b1c-2d3e-7f45-8a6b-0123456789ac";

    fn form(fields: &[(&str, &str)]) -> HashMap<String, String> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_log_gets_an_id_of_ours_and_nothing_else_that_was_typed() {
        let page = |page: PageRoute, address: String, id| {
            let address: Uri = address.parse().expect("an address");
            assert_eq!(Asked::page(Some(Route::Page(page)), &address).id, id, "{address}");
        };
        let details = format!("{}?x={OTHER}", PageRoute::Details.at(ID));
        page(PageRoute::Details, details, Some(ID));
        let follow_up = format!("{}?lang=fr&follows={ID}", PageRoute::NewFollowUp.path());
        page(PageRoute::NewFollowUp, follow_up, Some(ID));
        let typed = format!("{}?search=Lovelace", PageRoute::Consultation.at("Lovelace"));
        page(PageRoute::Consultation, typed, None);
        let switch = form(&[("site", ID)]);
        assert_eq!(Asked::function(Some(Function::SwitchSite), &switch).id, Some(ID));
        let typed = form(&[("id", "Lovelace"), ("first_name", ID)]);
        assert_eq!(Asked::function(Some(Function::RevokeLink), &typed).id, None);
        let unknown = form(&[]);
        assert_eq!(Asked::function(None, &unknown).what(), "/api/{name}");
    }
}
