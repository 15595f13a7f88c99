//! One account of a site, and what administrators can change about it.

use super::{boxes, issued, licence, names, state};
use crate::desk::accounts::{self, LICENCE_LENGTH, Member};
use crate::i18n::AccountWords;
use crate::model::ids::StaffId;
use crate::pages::loaded::staff_page;
use crate::parts::at_site::AtSite;
use crate::parts::field::TextField;
use crate::parts::layout::StaffLayout;
use crate::parts::moment::moment;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::parts::patient::isolated;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The page of one account.
#[component]
pub fn MemberPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let desk = &page.state.desk;
        let id = StaffId(page.param().to_owned());
        let done = page.query("done").is_some() && page.submitted.is_none();
        let member = accounts::member(desk, &who, &id).await?;
        let locked_until = accounts::locked_until(desk, &member).await?;
        let words = AccountWords::of(page.language());
        let notice = done.then(|| {
            view! {
                <Notice kind="success" title=words.account_changed role="status">
                    <p>{words.account_changed_text}</p>
                </Notice>
            }
        });
        let (facts, roles, licence, actions) = (
            facts(&page, &member, locked_until),
            roles(&page, &member),
            licence_card(&page, &member),
            actions(&page, &member, locked_until.is_some()),
        );
        Ok(view! {
            <StaffLayout
                page=page.clone()
                title=isolated(&page.person(&member.staff.name))
                here=PageRoute::Member.at(&id)
                class="narrow"
            >
                <ErrorSummary page=page.clone() kept=words.not_changed/>
                {issued(&page)}
                {notice}
                <h1><bdi>{page.person(&member.staff.name)}</bdi></h1>
                {facts}
                {roles}
                {licence}
                {actions}
                <p><a href=PageRoute::Staff.path()>{words.back_to_staff}</a></p>
            </StaffLayout>
        })
    })
}

fn facts(page: &Page, member: &Member, locked_until: Option<i64>) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let factor = if member.has_factor { words.factor_on } else { words.factor_off };
    let locked = locked_until.map(
        |until| view! { <div><dt>{words.locked_until}</dt><dd>{moment(page, until)}</dd></div> },
    );
    view! {
        <dl class="facts">
            <div><dt>{words.email}</dt><dd>{member.staff.email.clone()}</dd></div>
            <div><dt>{words.roles}</dt><dd>{names(page, &member.roles)}</dd></div>
            <div>
                <dt>{words.licence}</dt>
                <dd>{licence(page, &member.staff, &member.roles)}</dd>
            </div>
            <div><dt>{words.state}</dt><dd>{state(page, &member.staff)}</dd></div>
            <div><dt>{words.factor}</dt><dd>{factor}</dd></div>
            {locked}
        </dl>
    }
}

fn roles(page: &Page, member: &Member) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let boxes = boxes(page, &member.roles);
    view! {
        <section class="card" aria-labelledby="change-roles">
            <h2 id="change-roles">{words.change_roles}</h2>
            <form method="post" action=Function::ChangeRoles.path()>
                <AtSite page=page.clone()/>
                <input type="hidden" name="id" value=member.staff.id.0.clone()/>
                {boxes}
                <p class="hint">{words.no_role_text}</p>
                <div class="actions"><button class="primary">{words.change_roles}</button></div>
            </form>
        </section>
    }
}

/// The licence number, for an administrator of all the account's sites.
fn licence_card(page: &Page, member: &Member) -> Option<impl IntoView + use<>> {
    let words = AccountWords::of(page.language());
    let typed = page.submitted.as_ref().is_some_and(|form| form.is_to(Function::SetLicence));
    let value = match typed {
        true => page.entry("licence"),
        false => member.staff.licence.clone().unwrap_or_default(),
    };
    member.manageable.then(|| {
        view! {
            <section class="card" aria-labelledby="change-licence">
                <h2 id="change-licence">{words.licence}</h2>
                <form method="post" action=Function::SetLicence.path()>
                    <AtSite page=page.clone()/>
                    <input type="hidden" name="id" value=member.staff.id.0.clone()/>
                    <TextField
                        page=page.clone()
                        name="licence"
                        label=words.licence
                        hint=words.licence_missing_of
                        value=value
                        longest=LICENCE_LENGTH
                    />
                    <div class="actions"><button class="primary">{words.set_licence}</button></div>
                </form>
            </section>
        }
    })
}

fn actions(page: &Page, member: &Member, locked: bool) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let id = member.staff.id.0.clone();
    let button = |function: Function, label: &'static str, danger: bool, on: bool| {
        let on = on.then(|| view! { <input type="hidden" name="on" value="yes"/> });
        view! {
            <form method="post" action=function.path()>
                <AtSite page=page.clone()/>
                <input type="hidden" name="id" value=id.clone()/>
                {on}
                <button class=danger.then_some("danger")>{label}</button>
            </form>
        }
    };
    let unlock = (locked && member.manageable)
        .then(|| button(Function::UnlockAccount, words.unlock, false, false));
    let own_account = member.manageable.then(|| {
        let factor = member
            .has_factor
            .then(|| button(Function::ResetFactor, words.reset_factor, true, false));
        let switch = if member.staff.disabled_at.is_some() {
            button(Function::SwitchAccount, words.switch_on, false, true)
        } else {
            button(Function::SwitchAccount, words.switch_off, true, false)
        };
        let reset = (!member.provider_only)
            .then(|| button(Function::ResetPassword, words.reset_password, true, false));
        view! {
            {reset}
            {factor}
            {switch}
        }
    });
    let provider_only =
        member.provider_only.then(|| view! { <p class="hint">{words.provider_only}"."</p> });
    let foreign = (!member.manageable).then(|| view! { <p class="hint">{words.not_ours}</p> });
    view! {
        <section class="card" aria-labelledby="manage">
            <h2 id="manage">{words.manage}</h2>
            <div class="actions">{unlock}{own_account}</div>
            <p class="hint">{words.reset_text}</p>
            {provider_only}
            {foreign}
        </section>
    }
}
