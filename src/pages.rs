//! One file a page, rendered on the server only. A page reads through `desk` and changes nothing.

pub mod account;
pub mod audit;
pub mod board;
pub mod connection;
pub mod consultation;
pub mod correct;
pub mod details;
pub mod follow_ups;
pub mod incidents;
mod live;
mod loaded;
pub mod merge;
pub mod message;
pub mod new;
mod patient_form;
pub mod retention;
pub mod set_password;
pub mod sign_in;
pub mod sites;
pub mod slip;
pub mod staff;
pub mod visit;

use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;
use serde::de::DeserializeOwned;

/// The component of a page.
#[must_use]
pub fn view(route: PageRoute) -> AnyView {
    match route {
        PageRoute::SignIn => view! { <sign_in::SignInPage/> }.into_any(),
        PageRoute::SignInCode => view! { <sign_in::SecondStepPage/> }.into_any(),
        PageRoute::SetPassword => view! { <set_password::SetPasswordPage/> }.into_any(),
        PageRoute::Account => view! { <account::AccountPage/> }.into_any(),
        PageRoute::Board => view! { <board::BoardPage/> }.into_any(),
        PageRoute::NewConsultation => view! { <new::NewPage/> }.into_any(),
        PageRoute::Consultation => view! { <consultation::ConsultationPage/> }.into_any(),
        PageRoute::Slip => view! { <slip::SlipPage/> }.into_any(),
        PageRoute::CorrectPatient => view! { <correct::CorrectPage/> }.into_any(),
        PageRoute::MergePatients => view! { <merge::MergePage/> }.into_any(),
        PageRoute::Details => view! { <details::DetailsPage/> }.into_any(),
        PageRoute::FollowUps => view! { <follow_ups::FollowUpsPage/> }.into_any(),
        PageRoute::NewFollowUp => view! { <follow_ups::NewFollowUpPage/> }.into_any(),
        PageRoute::Staff => view! { <staff::StaffPage/> }.into_any(),
        PageRoute::Member => view! { <staff::MemberPage/> }.into_any(),
        PageRoute::Sites => view! { <sites::SitesPage/> }.into_any(),
        PageRoute::Audit => view! { <audit::AuditPage/> }.into_any(),
        PageRoute::AccessReport => view! { <audit::ReportPage/> }.into_any(),
        PageRoute::Incidents => view! { <incidents::IncidentsPage/> }.into_any(),
        PageRoute::NewIncident => view! { <incidents::NewIncidentPage/> }.into_any(),
        PageRoute::Incident => view! { <incidents::EditIncidentPage/> }.into_any(),
        PageRoute::Retention => view! { <retention::RetentionPage/> }.into_any(),
        PageRoute::Connection => view! { <connection::ConnectionPage/> }.into_any(),
        PageRoute::Visit => view! { <visit::VisitPage/> }.into_any(),
    }
}

/// What the server function returned, on a page that answers its form.
fn answer<T: DeserializeOwned>(page: &Page, function: Function) -> Option<T> {
    let submitted = page.submitted.as_ref().filter(|submitted| submitted.is_to(function))?;
    serde_json::from_value(submitted.outcome.as_ref().ok()?.clone()).ok()
}
