//! One's own account.

use crate::error::AppError;
use leptos::prelude::*;

/// Changes the own password; the old one has to be known. Every other session of the account ends.
#[server(name = ChangePassword, endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] old_password: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    use crate::desk::accounts::own;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::staff()?;
    own::change_password(&state.desk, &who, &old_password, &new_password)
        .await
        .map_err(|error| state.explain(error))?;
    respond::see_other(&format!("{}?done=password", PageRoute::Account.path()));
    Ok(())
}

/// Ends one of the own sessions, named by the fingerprint that the page shows it under, or all but
/// this one: `others`.
#[server(name = EndSession, endpoint = "end_session")]
pub async fn end_session(#[server(default)] session: String) -> Result<(), AppError> {
    use crate::desk::sessions;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::staff()?;
    let own =
        sessions::end(&state.desk, &who, &session).await.map_err(|error| state.explain(error))?;
    let done = format!("{}?done=sessions", PageRoute::Account.path());
    respond::see_other(if own { PageRoute::SignIn.path() } else { &done });
    Ok(())
}
