//! The document: its head, the route table, and which browser bundle a page loads.

use crate::pages::{
    account::AccountPage,
    audit::{AuditPage, ReportPage},
    board::BoardPage,
    consultation::ConsultationPage,
    departure::DeparturePage,
    details::DetailsPage,
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

/// Runs before anything else on the patient's page: keeps messages and an early press of Start until the island is awake.
/// If it never wakes, the press goes through as the plain form that it is (design, section 6). Kept under 1 KB with the
/// loader; a test measures it.
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
            <FlatRoutes fallback=|| view! { <MessagePage error=crate::error::AppError::NotFound/> }>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/code") view=SecondStepPage ssr=SsrMode::Async/>
                <Route path=path!("/set-password/:token") view=SetPasswordPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/staff") view=StaffPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/staff/:id") view=MemberPage ssr=SsrMode::Async/>
                <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
                <Route path=path!("/consultations") view=BoardPage ssr=SsrMode::Async/>
                <Route path=path!("/consultations/new") view=NewPage ssr=SsrMode::Async/>
                <Route path=path!("/consultations/:id/details") view=DetailsPage ssr=SsrMode::Async/>
                <Route path=path!("/consultations/:id") view=ConsultationPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/audit") view=AuditPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/audit/patient/:id") view=ReportPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/incidents") view=IncidentsPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/incidents/new") view=NewIncidentPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/incidents/:id") view=EditIncidentPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/retention") view=RetentionPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/sites") view=SitesPage ssr=SsrMode::Async/>
                <Route path=path!("/c/:token") view=VisitPage ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
    .into_any()
}
