//! The accounts of a site, for its administrators.

use crate::error::AppError;
use crate::model::forms::{AccountForm, RolesForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What an administrator sees once after an account was added or its password reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The account's e-mail.
    pub email: String,
    /// Where its password is chosen; `None` when the account is from another site.
    pub link: Option<String>,
    /// Whether the account's owner has to accept an invitation first.
    pub invited: bool,
    /// Whether a licence number was typed and not taken: that is not this site's to change.
    #[serde(default)]
    pub licence_kept: bool,
}

/// Adds an account to the site, or invites one of another site. The answer holds the link with
/// which a new account's password is chosen: it is shown once.
#[server(name = AddAccount, endpoint = "add_account")]
pub async fn add_account(#[server(flatten)] form: AccountForm) -> Result<Issued, AppError> {
    use crate::desk::accounts::{self, Added};
    use crate::model::role::Roles;
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::AddAccount)?;
    let (desk, roles) = (&caller.state.desk, Roles::from(&form.roles));
    let added =
        accounts::add(desk, &caller.who, &form.email, &form.name, &form.licence, &roles).await;
    let (link, invited) = match caller.explain(added)? {
        Added::Link(link) => (Some(link), false),
        Added::Joined => (None, false),
        Added::Invited => (None, true),
    };
    let licence_kept = invited && !form.licence.trim().is_empty();
    Ok(Issued { email: form.email.trim().to_lowercase(), link, invited, licence_kept })
}

/// Withdraws an invitation of an account to the site.
#[server(name = WithdrawInvitation, endpoint = "withdraw_invitation")]
pub async fn withdraw_invitation(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::accounts::invitations;
    use crate::model::ids::StaffId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::WithdrawInvitation)?;
    let done = invitations::withdraw(&caller.state.desk, &caller.who, &StaffId(id)).await;
    caller.redirect(done, |()| format!("{}?done=withdrawn", PageRoute::Staff.path()))
}

/// Sets the roles of an account at the site.
#[server(name = ChangeRoles, endpoint = "change_roles")]
pub async fn change_roles(
    #[server(default)] id: String,
    #[server(flatten)] roles: RolesForm,
) -> Result<(), AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::model::role::Roles;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::ChangeRoles)?;
    let (id, roles) = (StaffId(id), Roles::from(&roles));
    let set = accounts::set_roles(&caller.state.desk, &caller.who, &id, &roles).await;
    // Without a role the account is not at the site any more.
    caller.redirect(set, |()| match roles.is_empty() {
        true => PageRoute::Staff.path().to_owned(),
        false => format!("{}?done=roles", PageRoute::Member.at(&id)),
    })
}

/// Sets the licence number of an account; an empty one removes it.
#[server(name = SetLicence, endpoint = "set_licence")]
pub async fn set_licence(
    #[server(default)] id: String,
    #[server(default)] licence: String,
) -> Result<(), AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::SetLicence)?;
    let id = StaffId(id);
    let set = accounts::set_licence(&caller.state.desk, &caller.who, &id, &licence).await;
    caller.redirect(set, |()| format!("{}?done=licence", PageRoute::Member.at(&id)))
}

/// Switches an account off (`on` empty) or on again.
#[server(name = SwitchAccount, endpoint = "switch_account")]
pub async fn switch_account(
    #[server(default)] id: String,
    #[server(default)] on: String,
) -> Result<(), AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::SwitchAccount)?;
    let id = StaffId(id);
    let (desk, who) = (&caller.state.desk, &caller.who);
    let switched = if on.is_empty() {
        accounts::disable(desk, who, &id).await
    } else {
        accounts::enable(desk, who, &id).await
    };
    caller.redirect(switched, |()| format!("{}?done=switched", PageRoute::Member.at(&id)))
}

/// Removes an account's password. The answer holds the link with which a new one is chosen: it is
/// shown once.
#[server(name = ResetPassword, endpoint = "reset_password")]
pub async fn reset_password(#[server(default)] id: String) -> Result<Issued, AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::ResetPassword)?;
    let (desk, id) = (&caller.state.desk, StaffId(id));
    let member = caller.explain(accounts::member(desk, &caller.who, &id).await)?;
    let link = caller.explain(accounts::reset_password(desk, &caller.who, &id).await)?;
    Ok(Issued { email: member.staff.email, link: Some(link), invited: false, licence_kept: false })
}

/// Removes an account's second factor.
#[server(name = ResetFactor, endpoint = "reset_factor")]
pub async fn reset_factor(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::ResetFactor)?;
    let id = StaffId(id);
    let reset = accounts::reset_factor(&caller.state.desk, &caller.who, &id).await;
    caller.redirect(reset, |()| format!("{}?done=factor", PageRoute::Member.at(&id)))
}

/// Ends an account's lockout after wrong attempts.
#[server(name = UnlockAccount, endpoint = "unlock_account")]
pub async fn unlock_account(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::accounts;
    use crate::model::ids::StaffId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::UnlockAccount)?;
    let unlocked = accounts::unlock(&caller.state.desk, &caller.who, &StaffId(id.clone())).await;
    caller.redirect(unlocked, |()| format!("{}?done=unlocked", PageRoute::Member.at(&id)))
}

/// Chooses a password by a link that an administrator handed over. A link works once.
#[server(name = SetPassword, endpoint = "set_password")]
pub async fn set_password(
    #[server(default)] token: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    use crate::desk::DeskError;
    use crate::desk::accounts::own;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, visitor) = visitor::request()?;
    match own::set_password(&state.desk, &visitor.client, &token, &new_password).await {
        Ok(()) => {}
        Err(DeskError::NotFound) => {
            state.log_unknown_credential(&visitor.client, "password link").await?;
            return Err(AppError::Gone);
        }
        Err(error) => return Err(state.explain(error)),
    }
    respond::see_other(&format!("{}?done=password", PageRoute::SignIn.path()));
    Ok(())
}
