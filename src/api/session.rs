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
    use crate::desk::accounts;
    use crate::desk::password as passwords;
    use crate::error::FieldProblem;
    use crate::server::auth::{factor, sign_in, throttle};
    use crate::web::paths::{home, local_path};
    use crate::web::routes::PageRoute;
    use crate::web::ticket;
    use crate::web::{respond, visitor};

    let (state, visitor) = visitor::request()?;
    if password.len() > passwords::LONGEST || email.len() > passwords::LONGEST {
        return Err(AppError::field("password", FieldProblem::BadCredentials));
    }
    let staff = sign_in::password(&state, &visitor.client, &email, password.into()).await?;
    if accounts::factor(&state.desk, &staff.id)
        .await
        .map_err(|error| state.explain(error))?
        .is_some()
    {
        let issued = ticket::issue(&state, ticket::Kind::SecondStep, &factor::ticket_words(&staff));
        respond::set_cookie(
            &issued.ok_or_else(|| AppError::Internal { reference: "seal".to_owned() })?,
        );
        // The password fits: only codes that do not count from here on.
        throttle::take_back(&state, &email, &visitor.client).await?;
        let query = if next.is_empty() {
            String::new()
        } else {
            serde_urlencoded::to_string([("next", local_path(&next))]).unwrap_or_default()
        };
        respond::see_other(
            format!("{}?{query}", PageRoute::SignInCode.path()).trim_end_matches('?'),
        );
        return Ok(());
    }
    let entered = sign_in::enter(&state, &visitor.client, &staff, "password").await?;
    throttle::forgive(&state, &email, &visitor.client).await?;
    respond::set_cookie(&entered.cookie);
    respond::see_other(if next.is_empty() { home(&entered.roles) } else { local_path(&next) });
    Ok(())
}

/// Signs the browser out. Idempotent.
#[server(name = SignOut, endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::desk::audit::About;
    use crate::model::audit::Action;
    use crate::web::routes::PageRoute;
    use crate::web::session;
    use crate::web::{respond, visitor};

    let (state, visitor) = visitor::request()?;
    let headers = respond::request_headers();
    if let Some(who) = &visitor.staff {
        state
            .desk
            .log(who, Action::SignedOut, About::default())
            .await
            .map_err(|error| state.explain(error))?;
    }
    let cookie = session::end(&*state.desk.store, &headers, state.secure)
        .await
        .map_err(|error| state.explain_store(error))?;
    respond::set_cookie(&cookie);
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
    use crate::web::routes::{Endpoint, Function};

    let caller = Caller::of(Function::SwitchSite)?;
    let switched = sessions::switch_site(&caller.state.desk, &caller.who, &SiteId(site)).await;
    // The page that it came from is of the other site.
    caller.redirect(switched, |()| Endpoint::Home.path())
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
