//! The administrator's site: its settings and logo, and a form to add a site.

mod settings;

use super::loaded::staff_page;
use crate::desk::sites;
use crate::i18n::{SiteWords, fill};
use crate::model::forms::NAME_LENGTH;
use crate::model::site::Site;
use crate::parts::at_site::AtSite;
use crate::parts::field::{Field, FieldState, TextField};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::web::page::Page;
use crate::web::routes::{Endpoint, Function, PageRoute};
use leptos::prelude::*;

/// The page of the site.
#[component]
pub fn SitesPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let logo = sites::logo_version(&page.state.desk, &who.site).await?;
        Ok(view(page, &who.site, logo))
    })
}

fn view(page: Page, site: &Site, logo: Option<String>) -> impl IntoView + use<> {
    let words = SiteWords::of(page.language());
    let saved = (page.query("saved").is_some() && page.submitted.is_none()).then(|| {
        let text = fill(words.saved_text, "site", &site.name);
        view! { <Notice kind="success" title=words.saved role="status"><p>{text}</p></Notice> }
    });
    let (settings, logo, add) =
        (settings::form(&page, site), logo_form(&page, site, logo), add_form(&page));
    view! {
        <StaffLayout
            page=page.clone()
            title=words.settings
            here=PageRoute::Sites.path()
            class="narrow"
        >
            <ErrorSummary page=page.clone()/>
            {saved}
            <h1>{words.settings}</h1>
            {settings}
            {logo}
            {add}
        </StaffLayout>
    }
}

fn logo_form(page: &Page, site: &Site, logo: Option<String>) -> impl IntoView + use<> {
    let words = SiteWords::of(page.language());
    let state = FieldState::of(page, "logo", true);
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    let current = logo.map(|version| {
        let address = format!("{}?v={version}", Endpoint::SiteLogo.at(&[&site.id]));
        view! {
            <p><img class="logo" src=address alt=site.public_name(page.language()).to_owned()/></p>
            <form method="post" action=Function::RemoveLogo.path()>
                <AtSite page=page.clone()/>
                <button class="danger">{words.remove_logo}</button>
            </form>
        }
    });
    view! {
        <section class="card" aria-labelledby="logo-heading">
            <h2 id="logo-heading">{words.logo}</h2>
            {current}
            <form method="post" action=Endpoint::Logo.path() enctype="multipart/form-data">
                <AtSite page=page.clone()/>
                <Field name="logo" label=words.logo hint=Some(words.logo_hint) state>
                    <input
                        id="logo"
                        name="logo"
                        type="file"
                        accept="image/png,image/jpeg,image/webp"
                        aria-invalid=invalid
                        aria-describedby=described_by
                    />
                </Field>
                <div class="actions"><button>{words.upload_logo}</button></div>
            </form>
        </section>
    }
}

fn add_form(page: &Page) -> impl IntoView + use<> {
    let words = SiteWords::of(page.language());
    let page = page.clone();
    view! {
        <section class="card" aria-labelledby="add-heading">
            <h2 id="add-heading">{words.add}</h2>
            <p class="hint">{words.add_text}</p>
            <form method="post" action=Function::AddSite.path()>
                <TextField page=page.clone() name="new_name" label=words.name longest=NAME_LENGTH/>
                <TextField
                    page=page.clone()
                    name="new_public_name_en"
                    label=words.public_name_en
                    longest=NAME_LENGTH
                />
                <TextField
                    page=page.clone()
                    name="new_public_name_fr"
                    label=words.public_name_fr
                    longest=NAME_LENGTH
                />
                <div class="actions"><button>{words.add_site}</button></div>
            </form>
        </section>
    }
}
