//! The second factor: setting it up, and the second step of a sign-in.

use crate::error::AppError;
use leptos::prelude::*;

/// Begins to set up a second factor, where there is none. Takes the password. The page that answers
/// shows a new secret; nothing is stored yet.
#[server(name = StartFactor, endpoint = "start_factor")]
pub async fn start_factor(#[server(default)] password: String) -> Result<(), AppError> {
    use crate::server::auth::factor;
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    let Caller { state, who } = Caller::of(Function::StartFactor)?;
    factor::allow_set_up(&state, &who, &password).await
}

/// Stores the second factor when the code is right. Returns the recovery codes, which are shown
/// once.
#[server(name = ConfirmFactor, endpoint = "confirm_factor")]
pub async fn confirm_factor(
    #[server(default)] setup: String,
    #[server(default)] code: String,
) -> Result<Vec<String>, AppError> {
    use crate::server::auth::factor;
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    let Caller { state, who } = Caller::of(Function::ConfirmFactor)?;
    factor::confirm(&state, &who, &setup, &code).await
}

/// Removes the caller's second factor. Takes the password.
#[server(name = RemoveFactor, endpoint = "remove_factor")]
pub async fn remove_factor(#[server(default)] password: String) -> Result<(), AppError> {
    use crate::server::auth::factor;
    use crate::web::caller::Caller;
    use crate::web::respond;
    use crate::web::routes::{Function, PageRoute};

    let Caller { state, who } = Caller::of(Function::RemoveFactor)?;
    factor::remove(&state, &who, &password).await?;
    respond::see_other(&format!("{}?done=factor", PageRoute::Account.path()));
    Ok(())
}

/// The second step of a sign-in: a code, after the password was right. Goes to `next`, a path on
/// this desk.
#[server(name = VerifyCode, endpoint = "verify_code")]
pub async fn verify_code(
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::server::auth::{factor, sign_in, throttle};
    use crate::web::paths::{home, local_path};
    use crate::web::ticket;
    use crate::web::{respond, visitor};

    let (state, visitor) = visitor::request()?;
    let headers = respond::request_headers();
    if ticket::is_forged(&state, ticket::Kind::SecondStep, &headers) {
        state.unknown(&visitor.client, "ticket").await?;
    }
    let staff = factor::awaited(&state, &headers).await?;
    let how = factor::check(&state, &visitor.client, &staff, &code).await?;
    let entered = sign_in::enter(&state, &visitor.client, &staff, how).await?;
    throttle::forgive(&state, &staff.email, &visitor.client).await?;
    respond::set_cookie(&ticket::clear(&state, ticket::Kind::SecondStep));
    respond::set_cookie(&entered.cookie);
    respond::see_other(if next.is_empty() { home(&entered.roles) } else { local_path(&next) });
    Ok(())
}
