//! Sign in, sign out, choose the language.

use crate::error::AppError;
use leptos::prelude::*;

/// Signs a browser in and goes to `next`, a path on this desk. A wrong e-mail and a wrong password
/// give the same answer.
#[server(name = SignIn, endpoint = "sign_in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::desk::password::MAX_LENGTH;
    use crate::desk::sign_in::{self, Method, NextStep};
    use crate::error::FieldProblem;
    use crate::web::paths::{home, local_path};
    use crate::web::routes::PageRoute;
    use crate::web::{respond, session, ticket, visitor};

    let (state, visitor) = visitor::request()?;
    if password.len() > MAX_LENGTH || email.len() > MAX_LENGTH {
        return Err(AppError::field("password", FieldProblem::BadCredentials));
    }
    let step = sign_in::check_password(&state.desk, &visitor.client, &email, password.into())
        .await
        .map_err(|error| state.explain(error))?;
    let staff = match step {
        NextStep::Session(staff) => staff,
        NextStep::SecondFactor(text) => {
            respond::set_cookie(&ticket::issue(&state, ticket::Kind::SecondStep, &text)?);
            let query = if next.is_empty() {
                String::new()
            } else {
                serde_urlencoded::to_string([("next", local_path(&next))]).unwrap_or_default()
            };
            let address = format!("{}?{query}", PageRoute::SignInCode.path());
            respond::see_other(address.trim_end_matches('?'));
            return Ok(());
        }
    };
    let started = session::start(&state, &visitor.client, &staff, Method::Password).await?;
    respond::set_cookie(&session::cookie(started.token, state.secure));
    respond::see_other(if next.is_empty() { home(&started.roles) } else { local_path(&next) });
    Ok(())
}

/// Signs the browser out. Idempotent.
#[server(name = SignOut, endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::desk::sessions;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, session, visitor};

    let (state, visitor) = visitor::request()?;
    let token = session::token(&respond::request_headers(), state.secure);
    sessions::sign_out(&state.desk, visitor.staff.as_ref(), token.as_deref())
        .await
        .map_err(|error| state.explain(error))?;
    respond::set_cookie(&session::removal_cookie(state.secure));
    respond::see_other(PageRoute::SignIn.path());
    Ok(())
}

/// Counts as use of the session. What the user does inside Empego's page never reaches this desk,
/// so the idle timeout would end the session meanwhile.
#[server(name = KeepSession, endpoint = "keep_session")]
pub async fn keep_session() -> Result<(), AppError> {
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    Caller::of(Function::KeepSession).map(drop)
}

/// Switches to another site at which the account has a role.
#[server(name = SwitchSite, endpoint = "switch_site")]
pub async fn switch_site(#[server(default)] site: String) -> Result<(), AppError> {
    use crate::desk::sessions;
    use crate::model::ids::SiteId;
    use crate::web::caller::Caller;
    use crate::web::paths::SWITCHED;
    use crate::web::routes::{Endpoint, Function};

    let caller = Caller::of(Function::SwitchSite)?;
    let switched = sessions::switch_site(&caller.state.desk, &caller.who, &SiteId(site)).await;
    // The page that it came from is of the other site.
    caller.redirect(switched, |()| format!("{}?{SWITCHED}", Endpoint::Home.path()))
}

/// Keeps a language (`en` or `fr`) for this browser and goes back to `next`, a path on this desk.
#[server(name = SetLanguage, endpoint = "set_language")]
pub async fn set_language(
    #[server(default)] language: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::error::FieldProblem;
    use crate::model::language::Language;
    use crate::web::paths::local_path;
    use crate::web::visitor::LANGUAGE_COOKIE;
    use crate::web::{respond, visitor};
    use axum_extra::extract::cookie::{Cookie, SameSite};

    let (state, _) = visitor::request()?;
    let language = Language::parse(&language)
        .ok_or_else(|| AppError::field("language", FieldProblem::BadChoice))?;
    let mut cookie = Cookie::build((LANGUAGE_COOKIE, language.code()))
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(state.secure)
        .build();
    cookie.make_permanent();
    respond::set_cookie(&cookie);
    respond::see_other(local_path(&next));
    Ok(())
}
