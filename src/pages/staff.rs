//! The accounts of a site.

mod member;

pub use member::MemberPage;

use super::answer;
use super::loaded::staff_page;
use crate::api::staff::Issued;
use crate::desk::accounts::{self, LICENCE_LENGTH};
use crate::i18n::{AccountWords, account, fill};
use crate::islands::copy::CopyLink;
use crate::islands::drafts::{ENTRIES, TAKEN};
use crate::model::forms::{EMAIL_LENGTH, NAME_LENGTH};
use crate::model::role::{Permission, Role, Roles};
use crate::parts::at_site::AtSite;
use crate::parts::field::{FieldState, TextField};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice, local_link};
use crate::parts::patient::placed;
use crate::store::{NamedInvitation, Staff};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The accounts of the site, and a form to add one.
#[component]
pub fn StaffPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let words = AccountWords::of(page.language());
        let members = accounts::list(&page.state.desk, &who).await?;
        let rows = members.iter().map(|(staff, roles)| row(&page, staff, roles)).collect_view();
        let invited =
            invitations(&page, accounts::invitations::to_site(&page.state.desk, &who).await?);
        let site = who.site.name.clone();
        Ok(view! {
            <StaffLayout page=page.clone() title=words.staff here=PageRoute::Staff.path()>
                <ErrorSummary page=page.clone() kept=words.not_changed/>
                {issued(&page)}
                {withdrawn(&page)}
                <h1>{words.staff}</h1>
                <table>
                    <caption>{fill(words.staff_of, "site", &site)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{words.name}</th>
                            <th scope="col">{words.email}</th>
                            <th scope="col">{words.roles}</th>
                            <th scope="col">{words.licence}</th>
                            <th scope="col">{words.state}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                {invited}
                {add_form(&page)}
            </StaffLayout>
        })
    })
}

fn row(page: &Page, staff: &Staff, roles: &Roles) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    view! {
        <tr>
            <th scope="row">
                <a href=PageRoute::Member.at(&staff.id)><bdi>{page.person(&staff.name)}</bdi></a>
            </th>
            <td>{staff.email.clone()}</td>
            <td>{names(page, roles)}</td>
            <td class="told" data-label=words.licence>{licence(page, staff, roles)}</td>
            <td>{state(page, staff)}</td>
        </tr>
    }
}

/// The licence number. Where a clinician has none, that is said.
fn licence(page: &Page, staff: &Staff, roles: &Roles) -> AnyView {
    let words = AccountWords::of(page.language());
    match &staff.licence {
        Some(licence) => licence.clone().into_any(),
        None if roles.allow(Permission::SeeDetails) => {
            view! { <strong class="doubt">{words.licence_missing}</strong> }.into_any()
        }
        None => view! { <span class="none">"—"</span> }.into_any(),
    }
}

/// The invitations that were not accepted yet. Nothing where there is none.
fn invitations(page: &Page, open: Vec<NamedInvitation>) -> Option<impl IntoView + use<>> {
    let words = AccountWords::of(page.language());
    let row = |open: &NamedInvitation| {
        view! {
            <tr>
                <th scope="row">{open.email.clone()}</th>
                <td>{names(page, &open.invitation.roles)}</td>
                <td data-label=words.invited_by>{page.person(&open.inviter)}</td>
                <td>
                    <form method="post" action=Function::WithdrawInvitation.path()>
                        <AtSite page=page.clone()/>
                        <input type="hidden" name="id" value=open.invitation.staff.0.clone()/>
                        <button>{words.withdraw}</button>
                    </form>
                </td>
            </tr>
        }
    };
    (!open.is_empty()).then(|| {
        view! {
            <table>
                <caption>{words.invitations}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.email}</th>
                        <th scope="col">{words.roles}</th>
                        <th scope="col">{words.invited_by}</th>
                        <th scope="col">{words.withdraw}</th>
                    </tr>
                </thead>
                <tbody>{open.iter().map(row).collect_view()}</tbody>
            </table>
        }
    })
}

fn withdrawn(page: &Page) -> Option<impl IntoView + use<>> {
    let words = AccountWords::of(page.language());
    let done = page.query("done").is_some_and(|done| done == "withdrawn");
    (done && page.submitted.is_none()).then(|| {
        view! {
            <Notice kind="success" title=words.withdrawn role="status">
                <p>{words.withdrawn_text}</p>
            </Notice>
        }
    })
}

fn names(page: &Page, roles: &Roles) -> String {
    roles.iter().map(|role| account::role(page.language(), role)).collect::<Vec<_>>().join(", ")
}

fn state(page: &Page, staff: &Staff) -> &'static str {
    let words = AccountWords::of(page.language());
    match staff {
        Staff { disabled_at: Some(_), .. } => words.state_off,
        staff if staff.password_hash.is_empty() => words.state_invited,
        _ => words.state_on,
    }
}

/// The name of a role's checkbox.
fn box_name(role: Role) -> &'static str {
    match role {
        Role::FrontDesk => "front_desk",
        Role::Clinician => "clinician",
        Role::Administrator => "administrator",
    }
}

/// A checkbox a role, with these ticked.
fn boxes(page: &Page, ticked: &Roles) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let error = FieldState::of(page, "roles", false)
        .error
        .map(|error| view! { <p class="error" id="roles-error">{error}</p> });
    let choices = Role::ALL
        .into_iter()
        .map(|role| {
            let name = account::role(page.language(), role);
            view! {
                <label class="choice">
                    <input
                        type="checkbox"
                        name=box_name(role)
                        value="yes"
                        checked=ticked.has(role)
                    />
                    " "
                    {name}
                </label>
            }
        })
        .collect_view();
    view! { <fieldset id="roles"><legend>{words.roles}</legend>{error}{choices}</fieldset> }
}

fn add_form(page: &Page) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    // After an account was added the form is empty for the next one.
    let shown = if page.refusal().is_some() { page.clone() } else { page.without_form() };
    let ticked =
        Role::ALL.into_iter().filter(|role| !shown.entry(box_name(*role)).is_empty()).collect();
    let roles = boxes(&shown, &ticked);
    let answered = page.submitted.as_ref().filter(|form| form.is_to(Function::AddAccount));
    let draft = answered.map(|form| if form.outcome.is_ok() { TAKEN } else { ENTRIES });
    view! {
        <section class="card" aria-labelledby="add-account">
            <h2 id="add-account">{words.add_account}</h2>
            <form
                method="post"
                action=Function::AddAccount.path()
                data-draft="account"
                data-draft-state=draft
            >
                <AtSite page=page.clone()/>
                <div class="fields">
                    <TextField
                        page=shown.clone()
                        name="email"
                        label=words.email
                        kind="email"
                        longest=EMAIL_LENGTH
                    />
                    <TextField
                        page=shown.clone()
                        name="name"
                        label=words.name
                        longest=NAME_LENGTH
                    />
                </div>
                <TextField
                    page=shown
                    name="licence"
                    label=words.licence
                    hint=words.licence_hint
                    longest=LICENCE_LENGTH
                />
                {roles}
                <div class="actions"><button class="primary">{words.add_account}</button></div>
            </form>
        </section>
    }
}

/// The link with which a password is chosen, on the page that answers what issued it. It is shown
/// this once.
fn issued(page: &Page) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let issued: Option<Issued> =
        answer(page, Function::AddAccount).or_else(|| answer(page, Function::ResetPassword));
    let Some(issued) = issued else { return ().into_any() };
    let kept = issued.licence_kept;
    let Some(link) = issued.link else {
        let (title, text) = match issued.invited {
            true => (words.invited, words.invited_text),
            false => (words.joined, words.joined_text),
        };
        return view! {
            <Notice kind="success" title=placed(title, "{email}", &issued.email) role="status">
                <p>{text}</p>
                {kept.then(|| view! { <p>{words.invited_licence_text}</p> })}
            </Notice>
        }
        .into_any();
    };
    let (staff, local) = (page.words(), local_link(page));
    view! {
        <Notice
            kind="success"
            title=placed(words.hand_over_link, "{email}", &issued.email)
            role="status"
        >
            <p>{words.hand_over_link_text}</p>
            <CopyLink copied=staff.copied.to_owned()>
                <div class="copy">
                    <label for="password-link">{words.password_link}</label>
                    <input id="password-link" readonly value=link/>
                    <button type="button" data-copy="password-link">{staff.copy_link}</button>
                </div>
            </CopyLink>
            {local}
        </Notice>
    }
    .into_any()
}
