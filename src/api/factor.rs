//! The second factor: setting it up, and the second step of a sign-in.

use crate::error::AppError;
use leptos::prelude::*;

/// Begins to set up a second factor, where there is none. Takes the password. The page that answers
/// shows a new secret; nothing is stored yet.
#[server(name = StartFactor, endpoint = "start_factor")]
pub async fn start_factor(#[server(default)] password: String) -> Result<(), AppError> {
    use crate::desk::second_factor;
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::StartFactor)?;
    let allowed = second_factor::allow_setup(&caller.state.desk, &caller.who, &password).await;
    caller.explain(allowed)
}

/// Stores the second factor when the code is right. Returns the recovery codes, which are shown
/// once.
#[server(name = ConfirmFactor, endpoint = "confirm_factor")]
pub async fn confirm_factor(
    #[server(default)] setup: String,
    #[server(default)] code: String,
) -> Result<Vec<String>, AppError> {
    use crate::desk::second_factor;
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::ConfirmFactor)?;
    let (desk, who) = (&caller.state.desk, &caller.who);
    caller.explain(second_factor::confirm_setup(desk, who, &setup, &code).await)
}

/// Removes the caller's second factor. Takes the password.
#[server(name = RemoveFactor, endpoint = "remove_factor")]
pub async fn remove_factor(#[server(default)] password: String) -> Result<(), AppError> {
    use crate::desk::second_factor;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::RemoveFactor)?;
    let removed = second_factor::remove(&caller.state.desk, &caller.who, &password).await;
    caller.redirect(removed, |()| format!("{}?done=factor", PageRoute::Account.path()))
}

/// The second step of a sign-in: a code, after the password was right. Goes to `next`, a path on
/// this desk.
#[server(name = VerifyCode, endpoint = "verify_code")]
pub async fn verify_code(
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::desk::{second_factor, sign_in};
    use crate::web::paths::{home, local_path};
    use crate::web::{respond, session, ticket, visitor};

    let (state, visitor) = visitor::request()?;
    let headers = respond::request_headers();
    if ticket::is_forged(&state, ticket::Kind::SecondStep, &headers) {
        state.log_unknown_credential(&visitor.client, "ticket").await?;
    }
    let text = ticket::open(&state, ticket::Kind::SecondStep, &headers);
    let staff = sign_in::pending(&state.desk, text.as_deref())
        .await
        .map_err(|error| state.explain(error))?;
    let method = second_factor::check_code(&state.desk, &visitor.client, &staff, &code)
        .await
        .map_err(|error| state.explain(error))?;
    let started = session::start(&state, &visitor.client, &staff, method).await?;
    respond::set_cookie(&ticket::removal_cookie(&state, ticket::Kind::SecondStep));
    respond::set_cookie(&session::cookie(started.token, state.secure));
    respond::see_other(if next.is_empty() { home(&started.roles) } else { local_path(&next) });
    Ok(())
}
