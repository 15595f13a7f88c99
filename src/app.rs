//! The document: its head, the route table, and which browser bundle a page loads.

use crate::error::AppError;
use crate::model::role::{Access, Power};
use crate::pages::{
    account::AccountPage,
    audit::{AuditPage, ReportPage},
    board::BoardPage,
    connection::ConnectionPage,
    consultation::ConsultationPage,
    departure::DeparturePage,
    details::DetailsPage,
    follow_ups::{FollowUpsPage, NewFollowUpPage},
    incidents::{EditIncidentPage, IncidentsPage, NewIncidentPage},
    message::MessagePage,
    new::NewPage,
    retention::RetentionPage,
    second_step::SecondStepPage,
    set_password::SetPasswordPage,
    sign_in::SignInPage,
    sites::SitesPage,
    staff::{MemberPage, StaffPage},
    visit::VisitPage,
};
use crate::server::render::{Departure, Problem};
use crate::server::site::Bundle;
use crate::server::state::AppState;
use crate::server::visitor::Visitor;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

/// Runs before anything else on the patient's page: keeps messages and an early press of Start
/// until the island is awake. If it never wakes, the press goes through as the plain form that it
/// is (design, section 6). Kept under 1 KB with the loader; a test measures it.
const EARLY: &str = r#"(()=>{let q=window.deskEarly={m:[],on:1,s:null,t:0};addEventListener("message",e=>{q.on&&q.m.length<32&&q.m.push(e)});addEventListener("submit",e=>{let f=e.target;if(q.on&&f.id=="start"){e.preventDefault();q.s||(q.s=f,f.querySelector("button").setAttribute("aria-busy","true"),q.t=setTimeout(()=>{q.on=0;f.submit()},8e3))}},true)})();"#;

/// Loads a bundle and wakes the islands of the page.
fn loader(bundle: &Bundle) -> String {
    format!(
        r#"import("{}").then(async m=>{{await m.default({{module_or_path:"{}"}});m.hydrate();document.querySelectorAll("leptos-island").forEach(e=>m[e.dataset.component]?.(e))}}).catch(e=>{{console.warn(e);let q=window.deskEarly;if(q){{q.on=0;clearTimeout(q.t);q.s&&q.s.submit()}}}})"#,
        bundle.js, bundle.wasm
    )
}

/// The whole document of one answer.
pub fn shell(state: &AppState, patient: bool) -> impl IntoView + use<> {
    let nonce = use_nonce();
    // Here and not in a page: what a page says about the document is lost when its data came late.
    let language = use_context::<Visitor>().map(|visitor| visitor.language).unwrap_or_default();
    let bundle = if patient { &state.site.patient } else { &state.site.staff };
    let early = patient.then(|| view! { <script nonce=nonce.clone() inner_html=EARLY></script> });
    view! {
        <!DOCTYPE html>
        <html lang=language.code()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="format-detection" content="telephone=no"/>
                {early}
                <link rel="stylesheet" href=state.site.css.clone()/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <link rel="modulepreload" href=bundle.js.clone()/>
                <script type="module" nonce=nonce inner_html=loader(bundle)></script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// A page, for whoever may see it. The session's middleware decides by the address, before anything
/// is rendered; this one decides by the page itself, so that no spelling of an address ever leads
/// past the other.
fn only<V: IntoView + 'static>(
    access: Access,
    page: impl Fn() -> V + Clone + Send + 'static,
) -> impl Fn() -> AnyView + Clone + Send + 'static {
    move || match use_context::<Visitor>()
        .ok_or(AppError::NotSignedIn)
        .and_then(|visitor| visitor.allow(access))
    {
        Ok(()) => page().into_any(),
        Err(error) => view! { <MessagePage error/> }.into_any(),
    }
}

/// The route table. Every page waits for its data, so that its status code is a true one.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(Problem(error)) = use_context::<Problem>() {
        return view! { <MessagePage error/> }.into_any();
    }
    if let Some(Departure(address)) = use_context::<Departure>() {
        return view! { <DeparturePage address/> }.into_any();
    }
    view! {
        <Router>
            <FlatRoutes fallback=|| view! { <MessagePage error=AppError::NotFound/> }>
                <Route path=path!("/sign-in") view=only(Access::Public, SignInPage) ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/code") view=only(Access::Public, SecondStepPage) ssr=SsrMode::Async/>
                <Route path=path!("/set-password/:token") view=only(Access::Public, SetPasswordPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/staff") view=only(Access::Needs(Power::Administer), StaffPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/staff/:id") view=only(Access::Needs(Power::Administer), MemberPage) ssr=SsrMode::Async/>
                <Route path=path!("/account") view=only(Access::Staff, AccountPage) ssr=SsrMode::Async/>
                <Route path=path!("/consultations") view=only(Access::Needs(Power::Consult), BoardPage) ssr=SsrMode::Async/>
                <Route path=path!("/consultations/new") view=only(Access::Needs(Power::Consult), NewPage) ssr=SsrMode::Async/>
                <Route path=path!("/consultations/:id/details") view=only(Access::Needs(Power::SeeDetails), DetailsPage) ssr=SsrMode::Async/>
                <Route path=path!("/consultations/:id") view=only(Access::Needs(Power::Consult), ConsultationPage) ssr=SsrMode::Async/>
                <Route path=path!("/follow-ups") view=only(Access::Needs(Power::Consult), FollowUpsPage) ssr=SsrMode::Async/>
                <Route path=path!("/follow-ups/new") view=only(Access::Needs(Power::PlanFollowUps), NewFollowUpPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/audit") view=only(Access::Needs(Power::Administer), AuditPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/audit/patient/:id") view=only(Access::Needs(Power::Administer), ReportPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/incidents") view=only(Access::Needs(Power::Administer), IncidentsPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/incidents/new") view=only(Access::Needs(Power::Administer), NewIncidentPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/incidents/:id") view=only(Access::Needs(Power::Administer), EditIncidentPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/retention") view=only(Access::Needs(Power::Administer), RetentionPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/sites") view=only(Access::Needs(Power::Administer), SitesPage) ssr=SsrMode::Async/>
                <Route path=path!("/admin/connection") view=only(Access::Needs(Power::Administer), ConnectionPage) ssr=SsrMode::Async/>
                <Route path=path!("/c/:token") view=only(Access::Public, VisitPage) ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
    .into_any()
}
