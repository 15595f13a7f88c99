//! Sign in, sign out, choose the language.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function; its fields are the arguments, told of in the function's comment"
)]

use crate::error::AppError;
use leptos::prelude::*;

/// Signs a browser in and goes to `next`, a path on this desk. Wrong e-mail and wrong password are one answer.
#[server(name = SignIn, prefix = "/api", endpoint = "sign_in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::desk::audit::About;
    use crate::error::FieldProblem;
    use crate::model::audit::Action;
    use crate::server::auth::{password, session};
    use crate::server::middleware::session::{home, local_path};
    use crate::server::{respond, visitor};
    use crate::store::Record;

    let (state, visitor) = visitor::request()?;
    if password.len() > password::LONGEST || email.len() > password::LONGEST {
        return Err(AppError::field("password", FieldProblem::BadCredentials));
    }
    let staff = state.desk.store.staff_by_email(&email).await.map_err(|error| state.explain_store(error))?;
    let staff = staff.filter(|staff| staff.disabled_at.is_none());
    let known = staff.as_ref().map(|staff| staff.id.clone());
    let hash = staff.as_ref().map(|staff| staff.password_hash.as_str());
    let fits = state.passwords.verify(&password.into(), hash).await.map_err(|error| state.internal(&error))?;
    match staff {
        Some(staff) if fits => {
            let sites = state.desk.store.sites_of(&staff.id).await.map_err(|error| state.explain_store(error))?;
            // The first one by name; the others are a switch away.
            let Some((site, roles)) = sites.first() else { return Err(AppError::field("email", FieldProblem::NoSite)) };
            let cookie = session::begin(&*state.desk.store, &state.desk.ambient, &staff, &site.id, state.secure);
            let record = Record {
                site: Some(site.id.clone()),
                staff: Some(staff.id.clone()),
                name: staff.name.clone(),
                roles: roles.clone(),
                ..state.desk.record_of_nobody("", &visitor.client, Action::SignedIn, About::default())
            };
            state.desk.store.record(&[record]).await.map_err(|error| state.explain_store(error))?;
            respond::set_cookie(&cookie.await.map_err(|error| state.explain_store(error))?);
            respond::see_other(if next.is_empty() { home(roles) } else { local_path(&next) });
            Ok(())
        }
        _ => {
            metrics::counter!("desk_sign_in_refused_total").increment(1);
            // Of the account's first site, so that its administrators see it; an e-mail without an account is of none.
            let sites = match &known {
                Some(id) => state.desk.store.sites_of(id).await.map_err(|error| state.explain_store(error))?,
                None => Vec::new(),
            };
            let record = Record {
                site: sites.into_iter().next().map(|(site, _)| site.id),
                staff: known,
                ..state.desk.record_of_nobody("stranger", &visitor.client, Action::SignInRefused, About::default())
            };
            state.desk.store.record(&[record]).await.map_err(|error| state.explain_store(error))?;
            Err(AppError::field("password", FieldProblem::BadCredentials))
        }
    }
}

/// Signs the browser out. Doing so twice is doing so once.
#[server(name = SignOut, prefix = "/api", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::desk::audit::About;
    use crate::model::audit::Action;
    use crate::server::auth::session;
    use crate::server::{respond, visitor};

    let (state, visitor) = visitor::request()?;
    let headers = respond::request_headers();
    if let Some(who) = &visitor.staff {
        state.desk.log(who, Action::SignedOut, About::default()).await.map_err(|error| state.explain(error))?;
    }
    let cookie = session::end(&*state.desk.store, &headers, state.secure).await.map_err(|error| state.explain_store(error))?;
    respond::set_cookie(&cookie);
    respond::see_other("/sign-in");
    Ok(())
}

/// Goes to work at another site, where the account has a role too.
#[server(name = SwitchSite, prefix = "/api", endpoint = "switch_site")]
pub async fn switch_site(#[server(default)] site: String) -> Result<(), AppError> {
    use crate::desk::audit::About;
    use crate::model::audit::Action;
    use crate::model::ids::SiteId;
    use crate::server::{respond, visitor};

    let (state, who) = visitor::staff()?;
    let theirs = state.desk.store.sites_of(&who.staff.id).await.map_err(|error| state.explain_store(error))?;
    if !theirs.iter().any(|(other, _)| other.id.0 == site) {
        return Err(AppError::NotFound);
    }
    state.desk.log(&who, Action::SiteSwitched, About::words(format!("to={site}"))).await.map_err(|error| state.explain(error))?;
    state.desk.store.switch_site(&who.session.token_hash, &SiteId(site)).await.map_err(|error| state.explain_store(error))?;
    // The page that it came from is of the other site: begin anew.
    respond::see_other("/");
    Ok(())
}

/// Keeps a language (`en` or `fr`) for this browser and goes back to `next`, a path on this desk.
#[server(name = SetLanguage, prefix = "/api", endpoint = "set_language")]
pub async fn set_language(#[server(default)] language: String, #[server(default)] next: String) -> Result<(), AppError> {
    use crate::error::FieldProblem;
    use crate::model::language::Language;
    use crate::server::middleware::session::local_path;
    use crate::server::visitor::LANGUAGE_COOKIE;
    use crate::server::{respond, visitor};
    use axum_extra::extract::cookie::{Cookie, SameSite};

    let (state, _) = visitor::request()?;
    let language = Language::parse(&language).ok_or_else(|| AppError::field("language", FieldProblem::BadChoice))?;
    let mut cookie =
        Cookie::build((LANGUAGE_COOKIE, language.code())).path("/").same_site(SameSite::Lax).http_only(true).secure(state.secure).build();
    cookie.make_permanent();
    respond::set_cookie(&cookie);
    respond::see_other(local_path(&next));
    Ok(())
}
