//! The administrator's site: its settings and logo, and a form to add a site.

mod reasons;
mod settings;

use super::loaded::staff_page;
use crate::desk::{Actor, sites};
use crate::i18n::{SiteWords, account};
use crate::model::forms::NAME_LENGTH;
use crate::model::role::Role;
use crate::model::site::Site;
use crate::parts::at_site::AtSite;
use crate::parts::field::{Field, FieldState, TextField};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::parts::patient::placed;
use crate::web::page::Page;
use crate::web::routes::{Endpoint, Function, PageRoute};
use leptos::prelude::*;

/// The page of the site.
#[component]
pub fn SitesPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let logo = sites::logo_version(&page.state.desk, &who.site).await?;
        Ok(view(page, &who, logo))
    })
}

fn view(page: Page, who: &Actor, logo: Option<String>) -> impl IntoView + use<> {
    let (words, site) = (SiteWords::of(page.language()), &who.site);
    let saved = (page.query("saved").is_some() && page.submitted.is_none()).then(|| {
        let text = placed(words.saved_text, "{site}", &site.name);
        view! { <Notice kind="success" title=words.saved role="status"><p>{text}</p></Notice> }
    });
    let added = added(&page, who);
    let unnamed = unnamed(&page, site);
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
            {added}
            {unnamed}
            <h1>{words.settings}</h1>
            {settings}
            {logo}
            {add}
        </StaffLayout>
    }
}

/// After a site was added: the way there.
fn added(page: &Page, who: &Actor) -> Option<impl IntoView + use<>> {
    let words = SiteWords::of(page.language());
    let added = page.query("added").filter(|_| page.submitted.is_none())?;
    let site = who.others.iter().find(|site| site.id.0 == added)?;
    let (title, id) = (placed(words.added, "{site}", &site.name), site.id.0.clone());
    Some(view! {
        <Notice kind="success" title role="status">
            <p>{words.added_text}</p>
            <form class="actions" method="post" action=Function::SwitchSite.path()>
                <input type="hidden" name="site" value=id/>
                <button>{words.go_there}</button>
            </form>
        </Notice>
    })
}

/// A warning where patients read the product's name in place of the clinic's.
fn unnamed(page: &Page, site: &Site) -> Option<impl IntoView + use<>> {
    let words = SiteWords::of(page.language());
    site.has_default_name().then(|| {
        view! { <Notice kind="warning" title=words.unnamed><p>{words.unnamed_text}</p></Notice> }
    })
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
    // Refused, the form has its entries; untouched, the roles that the maker has here.
    let typed = page.submitted.as_ref().is_some_and(|submitted| submitted.is_to(Function::AddSite));
    let own = page.who().map(|who| who.roles.clone()).unwrap_or_default();
    let language = page.language();
    let entries = page.clone();
    let own_role = |name: &'static str, role: Role| {
        let ticked = if typed { !entries.entry(name).is_empty() } else { own.has(role) };
        view! {
            <label class="choice">
                <input type="checkbox" name=name value="yes" checked=ticked/>
                " "
                {account::role(language, role)}
            </label>
        }
    };
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
                <fieldset>
                    <legend>{words.own_roles}</legend>
                    <p class="hint">{words.own_roles_hint}</p>
                    {own_role("new_front_desk", Role::FrontDesk)}
                    {own_role("new_clinician", Role::Clinician)}
                </fieldset>
                <div class="actions"><button>{words.add_site}</button></div>
            </form>
        </section>
    }
}
