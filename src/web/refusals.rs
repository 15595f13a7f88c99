//! Writes refused requests to the audit log, before they are answered. Refusals that any client can
//! cause without limit are written at most once in ten minutes each, and always counted, so that a
//! client cannot make the log grow.

use super::limits::RefusalRow;
use super::routes::{Endpoint, Function, Route};
use super::state::AppState;
use super::visitor::Visitor;
use crate::desk::Actor;
use crate::desk::audit::About;
use crate::error::AppError;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::is_id;
use crate::store::Record;
use axum::http::Uri;
use std::collections::HashMap;
use std::sync::Arc;

/// Form fields that name a record.
const ID_FIELDS: [&str; 3] = ["id", "follows", "site"];

/// The part of a request that may be written to the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestTarget<'a> {
    /// `None` for a path that matches no route.
    route: Option<Route>,
    /// The id of the requested record, if it has the form of an id. Other input may be free text
    /// and is not logged.
    id: Option<&'a str>,
}

impl<'a> RequestTarget<'a> {
    /// A page or file. Its record is named in the path or in the query.
    #[must_use]
    pub fn page(route: Option<Route>, uri: &'a Uri) -> Self {
        let query = uri.query().unwrap_or_default().split(['&', '=']);
        let mut parts = uri.path().split('/').chain(query);
        Self { route, id: parts.find(|part| is_id(part)) }
    }

    /// A server function with the form that was sent to it.
    #[must_use]
    pub fn function(function: Option<Function>, form: &'a HashMap<String, String>) -> Self {
        let id = ID_FIELDS.iter().find_map(|field| form.get(*field)).map(String::as_str);
        let route = function.map_or(Route::Endpoint(Endpoint::UnknownFunction), Route::Function);
        Self { route: Some(route), id: id.filter(|id| is_id(id)) }
    }

    /// The name in the log. Contains no input and no id.
    fn log_name(&self) -> &'static str {
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
    /// Logs a refused request and returns the error to answer with: the given one, or the store's
    /// if logging fails.
    ///
    /// Logged are requests that the user's role does not allow, records that do not exist at the
    /// user's site, and unknown links of patients.
    pub async fn log_refusal(
        &self,
        visitor: &Visitor,
        target: RequestTarget<'_>,
        error: AppError,
    ) -> AppError {
        let logged = match (&error, &visitor.staff) {
            (AppError::Forbidden, Some(actor)) => {
                self.write_refusal(actor, target.log_name().to_owned(), None).await
            }
            (AppError::NotFound, _) if target.is_patients() => {
                self.log_unknown_credential(&visitor.client, "link").await
            }
            (AppError::NotFound, Some(actor)) if target.names_record() => {
                self.log_not_found(actor, target).await
            }
            _ => Ok(()),
        };
        logged.err().unwrap_or(error)
    }

    /// Logs an unknown or expired credential of an unauthenticated client: a session cookie, a
    /// ticket, a patient's link or a password link. At most once in ten minutes per kind and
    /// address.
    ///
    /// # Errors
    /// A failing store.
    pub async fn log_unknown_credential(
        &self,
        client: &Client,
        kind: &'static str,
    ) -> Result<(), AppError> {
        metrics::counter!("desk_unknown_total", "what" => kind).increment(1);
        self.write_unauthenticated_refusal(client, kind, format!("unknown {kind}")).await
    }

    /// Logs a refused cross-site request, for the signed-in user if there is one. At most once in
    /// ten minutes per address, or per route and session.
    ///
    /// # Errors
    /// A failing store.
    pub async fn log_cross_site(
        &self,
        client: &Client,
        actor: Option<&Actor>,
        target: RequestTarget<'_>,
    ) -> Result<(), AppError> {
        metrics::counter!("desk_cross_site_refused_total").increment(1);
        let detail = format!("cross-site {}", target.log_name());
        let Some(actor) = actor else {
            return self.write_unauthenticated_refusal(client, "cross-site", detail).await;
        };
        match self.limits.refusal_row_in_session(&detail, &actor.session.token_hash) {
            Some(row) => self.write_refusal(actor, detail, Some(row)).await,
            None => Ok(()),
        }
    }

    /// At most once in ten minutes per route and session.
    async fn log_not_found(
        &self,
        actor: &Actor,
        target: RequestTarget<'_>,
    ) -> Result<(), AppError> {
        metrics::counter!("desk_unknown_total", "what" => "id").increment(1);
        let detail = format!("not-found {}", target.log_name());
        let row = self.limits.refusal_row_in_session(&detail, &actor.session.token_hash);
        let Some(row) = row else { return Ok(()) };
        let id = target.id.map(|id| format!(" id={id}")).unwrap_or_default();
        self.write_refusal(actor, detail + &id, Some(row)).await
    }

    async fn write_refusal(
        &self,
        actor: &Actor,
        detail: String,
        row: Option<RefusalRow>,
    ) -> Result<(), AppError> {
        self.write(self.desk.row(actor, Action::Refused, About::detail(detail)), row).await
    }

    async fn write_unauthenticated_refusal(
        &self,
        client: &Client,
        kind: &str,
        detail: String,
    ) -> Result<(), AppError> {
        let Some(row) = self.limits.refusal_row(kind, &client.address) else { return Ok(()) };
        let about = About::detail(detail);
        let record = self.desk.row_without_account("stranger", client, Action::Refused, about);
        self.write(record, Some(row)).await
    }

    /// Writes a row to its end, also when the client disconnects. Only a committed row counts as
    /// the one of the next ten minutes.
    async fn write(&self, record: Record, row: Option<RefusalRow>) -> Result<(), AppError> {
        let desk = Arc::clone(&self.desk);
        let written = self.desk.run_to_end(async move {
            desk.store.record(&[record]).await?;
            if let Some(row) = row {
                row.keep();
            }
            Ok(())
        });
        written.await.map_err(|error| self.explain_store(error))
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
    fn only_ids_are_logged_from_the_input() {
        let page = |page: PageRoute, address: String, id| {
            let uri: Uri = address.parse().expect("a URI");
            assert_eq!(RequestTarget::page(Some(Route::Page(page)), &uri).id, id, "{uri}");
        };
        let details = format!("{}?x={OTHER}", PageRoute::Details.at(ID));
        page(PageRoute::Details, details, Some(ID));
        let follow_up = format!("{}?lang=fr&follows={ID}", PageRoute::NewFollowUp.path());
        page(PageRoute::NewFollowUp, follow_up, Some(ID));
        let typed = format!("{}?search=Lovelace", PageRoute::Consultation.at("Lovelace"));
        page(PageRoute::Consultation, typed, None);
        let switch = form(&[("site", ID)]);
        assert_eq!(RequestTarget::function(Some(Function::SwitchSite), &switch).id, Some(ID));
        let typed = form(&[("id", "Lovelace"), ("first_name", ID)]);
        assert_eq!(RequestTarget::function(Some(Function::RevokeLink), &typed).id, None);
        let unknown = form(&[]);
        assert_eq!(RequestTarget::function(None, &unknown).log_name(), "/api/{name}");
    }
}
