//! The document: its head, which browser bundle a page loads, and what its body shows.

use crate::pages;
use crate::pages::departure::DeparturePage;
use crate::pages::message::MessagePage;
use crate::web::assets::Bundle;
use crate::web::page::{Content, Rendered};
use crate::web::routes::{Audience, Endpoint};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};

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
pub fn shell(state: &AppState, audience: Audience) -> impl IntoView + use<> {
    let nonce = use_nonce();
    // Here and not in a page: what a page says about the document is lost when its data came late.
    let language = use_context::<Visitor>().map(|visitor| visitor.language).unwrap_or_default();
    let patient = audience == Audience::Patient;
    let bundle = if patient { &state.assets.patient } else { &state.assets.staff };
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
                <link rel="stylesheet" href=state.assets.css.clone()/>
                <link rel="icon" type="image/svg+xml" href=Endpoint::Favicon.path()/>
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

/// The body of the document.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    match expect_context::<Rendered>().content {
        Content::Page(target) => pages::view(target.page),
        Content::Problem(error) => view! { <MessagePage error/> }.into_any(),
        Content::Departure(address) => view! { <DeparturePage address/> }.into_any(),
    }
}
