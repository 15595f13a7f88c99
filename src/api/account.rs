//! The caller's own account.

use crate::error::AppError;
use leptos::prelude::*;

/// Changes the caller's password, given the old one. Every other session of the account ends.
#[server(name = ChangePassword, endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] old_password: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    use crate::desk::accounts::own;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::ChangePassword)?;
    let (desk, who) = (&caller.state.desk, &caller.who);
    let changed = own::change_password(desk, who, &old_password, &new_password).await;
    caller.redirect(changed, |()| format!("{}?done=password", PageRoute::Account.path()))
}

/// Ends one of the caller's sessions, named by the fingerprint on the page, or all but this one:
/// `others`.
#[server(name = EndSession, endpoint = "end_session")]
pub async fn end_session(#[server(default)] session: String) -> Result<(), AppError> {
    use crate::desk::sessions;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::EndSession)?;
    let ended_this = sessions::end(&caller.state.desk, &caller.who, &session).await;
    let done = format!("{}?done=sessions", PageRoute::Account.path());
    caller
        .redirect(ended_this, |this| if *this { PageRoute::SignIn.path() } else { &done })
        .map(drop)
}

/// Accepts an invitation of the caller's account to a site, with the roles that the page showed.
#[server(name = AcceptInvitation, endpoint = "accept_invitation")]
pub async fn accept_invitation(
    #[server(default)] site: String,
    #[server(default)] roles: String,
) -> Result<(), AppError> {
    use crate::desk::accounts::invitations;
    use crate::model::ids::SiteId;
    use crate::model::role::Roles;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::AcceptInvitation)?;
    let roles = Roles::parse(&roles).ok_or(AppError::NotFound)?;
    let (desk, who) = (&caller.state.desk, &caller.who);
    let accepted = invitations::accept(desk, who, &SiteId(site), &roles).await;
    caller.redirect(accepted, |()| format!("{}?done=joined", PageRoute::Account.path()))
}

/// Declines an invitation of the caller's account to a site.
#[server(name = DeclineInvitation, endpoint = "decline_invitation")]
pub async fn decline_invitation(#[server(default)] site: String) -> Result<(), AppError> {
    use crate::desk::accounts::invitations;
    use crate::model::ids::SiteId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::DeclineInvitation)?;
    let declined = invitations::decline(&caller.state.desk, &caller.who, &SiteId(site)).await;
    caller.redirect(declined, |()| format!("{}?done=declined", PageRoute::Account.path()))
}
