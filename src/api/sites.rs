//! The site that an administrator works at, and new ones. A logo comes as a file, so it has a route
//! of its own (`server::routes::brand`).

use crate::error::AppError;
use crate::model::forms::{NewSiteForm, SiteForm};
use leptos::prelude::*;

/// Sets the settings of the site that the browser works at.
#[server(name = SetSite, endpoint = "set_site")]
pub async fn set_site(#[server(flatten)] form: SiteForm) -> Result<(), AppError> {
    use crate::desk::sites;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    sites::change(&state.desk, &who, &form).await.map_err(|error| state.explain(error))?;
    respond::see_other(&format!("{}?saved=yes", PageRoute::Sites.path()));
    Ok(())
}

/// Adds a site. Whoever does becomes its administrator.
#[server(name = AddSite, endpoint = "add_site")]
pub async fn add_site(#[server(flatten)] form: NewSiteForm) -> Result<(), AppError> {
    use crate::desk::sites;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    sites::add(&state.desk, &who, form).await.map_err(|error| state.explain(error))?;
    respond::see_other(PageRoute::Sites.path());
    Ok(())
}

/// Takes the logo of the site away.
#[server(name = RemoveLogo, endpoint = "remove_logo")]
pub async fn remove_logo() -> Result<(), AppError> {
    use crate::desk::sites;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    sites::remove_logo(&state.desk, &who).await.map_err(|error| state.explain(error))?;
    respond::see_other(&format!("{}?saved=yes", PageRoute::Sites.path()));
    Ok(())
}
