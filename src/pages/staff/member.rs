//! One account of a site, and what its administrators can do to it.

use super::{boxes, issued, names, state};
use crate::desk::accounts::{self, Member};
use crate::error::AppError;
use crate::i18n::AccountWords;
use crate::model::ids::StaffId;
use crate::pages::message::MessagePage;
use crate::parts::at_site::AtSite;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// One account.
#[component]
pub fn MemberPage() -> impl IntoView {
    let page = Page::current();
    let id = StaffId(page.param().to_owned());
    let done = page.query("done").is_some() && page.submitted.is_none();
    Suspend::new(async move {
        let Some(who) = page.who() else {
            return view! { <MessagePage error=AppError::NotSignedIn/> }.into_any();
        };
        let desk = &page.state.desk;
        let member = match accounts::member(desk, who, &id).await {
            Ok(member) => member,
            Err(error) => {
                return view! { <MessagePage error=page.state.explain(error)/> }.into_any();
            }
        };
        let barred = match accounts::locked_until(desk, &member).await {
            Ok(barred) => barred,
            Err(error) => {
                return view! { <MessagePage error=page.state.explain(error)/> }.into_any();
            }
        };
        let words = AccountWords::of(page.language());
        let said = done.then(|| view! { <Notice kind="success" title=words.account_changed role="status"><p>{words.account_changed_text}</p></Notice> });
        let (facts, roles, actions) = (
            facts(&page, &member, barred),
            roles(&page, &member),
            actions(&page, &member, barred.is_some()),
        );
        view! {
            <StaffLayout page=page.clone() title=member.staff.name.clone() here=PageRoute::Member.at(&id) class="narrow">
                <ErrorSummary page=page.clone() kept=words.not_changed/>
                {issued(&page)}
                {said}
                <h1>{member.staff.name.clone()}</h1>
                {facts}
                {roles}
                {actions}
                <p><a href=PageRoute::Staff.path()>{words.back_to_staff}</a></p>
            </StaffLayout>
        }
        .into_any()
    })
}

fn facts(page: &Page, member: &Member, barred: Option<i64>) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let factor = if member.has_factor { words.factor_on } else { words.factor_off };
    let barred = barred.map(
        |until| view! { <div><dt>{words.barred_until}</dt><dd>{page.moment(until)}</dd></div> },
    );
    view! {
        <dl class="facts">
            <div><dt>{words.email}</dt><dd>{member.staff.email.clone()}</dd></div>
            <div><dt>{words.roles}</dt><dd>{names(page, &member.roles)}</dd></div>
            <div><dt>{words.state}</dt><dd>{state(page, &member.staff)}</dd></div>
            <div><dt>{words.factor}</dt><dd>{factor}</dd></div>
            {barred}
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

fn actions(page: &Page, member: &Member, barred: bool) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let id = member.staff.id.0.clone();
    let press = |function: Function, label: &'static str, danger: bool, on: bool| {
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
    let unlock = barred.then(|| press(Function::UnlockAccount, words.unlock, false, false));
    let whole = member.manageable.then(|| {
        let factor =
            member.has_factor.then(|| press(Function::ResetFactor, words.reset_factor, true, false));
        let switch = if member.staff.disabled_at.is_some() {
            press(Function::SwitchAccount, words.switch_on, false, true)
        } else {
            press(Function::SwitchAccount, words.switch_off, true, false)
        };
        view! { {press(Function::ResetPassword, words.reset_password, true, false)}{factor}{switch} }
    });
    let theirs = (!member.manageable).then(|| view! { <p class="hint">{words.not_ours}</p> });
    view! {
        <section class="card" aria-labelledby="manage">
            <h2 id="manage">{words.manage}</h2>
            <div class="actions">{unlock}{whole}</div>
            <p class="hint">{words.reset_text}</p>
            {theirs}
        </section>
    }
}
