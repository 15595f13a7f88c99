//! The caller's own account.

use crate::error::AppError;
use leptos::prelude::*;

/// Changes the caller's password, given the old one. Every other session of the account ends.
#[server(name = ChangePassword, endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] old_password: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    use crate::server::auth::own;
    use crate::web::caller::Caller;
    use crate::web::respond;
    use crate::web::routes::{Function, PageRoute};

    let Caller { state, who } = Caller::of(Function::ChangePassword)?;
    own::change_password(&state, &who, &old_password, &new_password).await?;
    respond::see_other(&format!("{}?done=password", PageRoute::Account.path()));
    Ok(())
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
