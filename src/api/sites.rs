//! The caller's site, and new ones, for administrators. A logo is uploaded as a file and has a
//! handler of its own.

use crate::error::AppError;
use crate::model::forms::{NewSiteForm, SiteForm};
use leptos::prelude::*;

/// Changes the settings of the site.
#[server(name = SetSite, endpoint = "set_site")]
pub async fn set_site(#[server(flatten)] form: SiteForm) -> Result<(), AppError> {
    use crate::desk::sites;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::SetSite)?;
    let changed = sites::change(&caller.state.desk, &caller.who, &form).await;
    caller.redirect(changed, |()| format!("{}?saved=yes", PageRoute::Sites.path()))
}

/// Adds a site. The caller becomes its administrator.
#[server(name = AddSite, endpoint = "add_site")]
pub async fn add_site(#[server(flatten)] form: NewSiteForm) -> Result<(), AppError> {
    use crate::desk::sites;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::AddSite)?;
    let added = sites::add(&caller.state.desk, &caller.who, form).await;
    caller.redirect(added, |id| format!("{}?added={id}", PageRoute::Sites.path())).map(drop)
}

/// Removes the logo of the site.
#[server(name = RemoveLogo, endpoint = "remove_logo")]
pub async fn remove_logo() -> Result<(), AppError> {
    use crate::desk::sites;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::RemoveLogo)?;
    let removed = sites::remove_logo(&caller.state.desk, &caller.who).await;
    caller.redirect(removed, |()| format!("{}?saved=yes", PageRoute::Sites.path()))
}
