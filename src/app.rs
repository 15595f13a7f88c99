//! The document: its head with the browser bundle of the page, and its body.

use crate::i18n::DraftWords;
use crate::islands::drafts::Drafts;
use crate::pages;
use crate::pages::message::{DeparturePage, MessagePage};
use crate::web::assets::Bundle;
use crate::web::page::{Content, Page, Rendered};
use crate::web::routes::{Audience, Endpoint};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};

/// Runs first on the patient's page: keeps messages, and a submission of the start form, until the
/// island is hydrated. If that takes longer than 8 seconds, the form is submitted as a plain form.
/// With the loader at most 1 KB.
const EARLY: &str = concat!(
    r#"(()=>{let q=window.deskEarly={m:[],on:1,s:null,t:0};"#,
    r#"addEventListener("message",e=>{q.on&&q.m.length<32&&q.m.push(e)});"#,
    r#"addEventListener("submit",e=>{let f=e.target;if(q.on&&f.id=="start"){e.preventDefault();"#,
    r#"q.s||(q.s=f,f.querySelector("button").setAttribute("aria-busy","true"),"#,
    r#"q.t=setTimeout(()=>{q.on=0;f.submit()},8e3))}},true)})();"#,
);

/// Loads a bundle and hydrates the islands of the page.
fn loader(bundle: &Bundle) -> String {
    format!(
        concat!(
            r#"import("{}").then(async m=>{{await m.default({{module_or_path:"{}"}});m.hydrate();"#,
            r#"document.querySelectorAll("leptos-island")"#,
            r#".forEach(e=>m[e.dataset.component]?.(e))}})"#,
            r#".catch(e=>{{console.warn(e);let q=window.deskEarly;"#,
            r#"if(q){{q.on=0;clearTimeout(q.t);q.s&&q.s.submit()}}}})"#,
        ),
        bundle.js, bundle.wasm
    )
}

/// The whole document of one answer.
pub fn shell(state: &AppState, audience: Audience) -> impl IntoView + use<> {
    let nonce = use_nonce();
    // Here and not in a page: what a page sets on the document is lost where its data comes late.
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
        Content::Page(target) => view! { {pages::view(target.page)}{drafts()} }.into_any(),
        Content::Problem(error) => view! { <MessagePage error/>{drafts()} }.into_any(),
        Content::Departure(address) => view! { <DeparturePage address/> }.into_any(),
    }
}

/// What keeps drafts of forms, on the pages of a staff member.
fn drafts() -> Option<impl IntoView> {
    let page = Page::current();
    let who = page.who().filter(|_| !page.is_patients())?;
    let words = DraftWords::of(page.language());
    let owner = format!("{} {}", who.staff.id, who.site.id);
    let (restored, discard) = (words.restored.to_owned(), words.discard.to_owned());
    Some(view! { <Drafts owner restored discard/> })
}
