//! The site that an administrator works at, and new ones. A logo comes as a file, so it has a route
//! of its own (`server::routes::brand`).

#![allow(
    clippy::too_many_arguments,
    reason = "each argument is a field of a form; the macro repeats them where a browser calls"
)]
use crate::error::AppError;
use leptos::prelude::*;

/// Sets the settings of the site that the browser works at.
#[server(name = SetSite, endpoint = "set_site")]
pub async fn set_site(
    #[server(default)] name: String,
    #[server(default)] public_name_en: String,
    #[server(default)] public_name_fr: String,
    #[server(default)] link_ttl: String,
    #[server(default)] link_ttl_unit: String,
    #[server(default)] birth_date_gate: String,
    #[server(default)] retention: String,
    #[server(default)] retention_unit: String,
    #[server(default)] keep_exports: String,
    #[server(default)] accent: String,
    #[server(default)] tenant_key: String,
    #[server(default)] remove_tenant_key: String,
) -> Result<(), AppError> {
    use crate::desk::sites;
    use crate::desk::sites::form::{Names, Settings};
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    let settings = Settings {
        names: Names { name, public_name_en, public_name_fr },
        link_ttl: (link_ttl, link_ttl_unit),
        birth_date_gate: !birth_date_gate.is_empty(),
        retention: (retention, retention_unit),
        keep_exports: !keep_exports.is_empty(),
        accent,
        tenant_key,
        remove_tenant_key: !remove_tenant_key.is_empty(),
    };
    sites::change(&state.desk, &who, &settings).await.map_err(|error| state.explain(error))?;
    respond::see_other(&format!("{}?saved=yes", PageRoute::Sites.path()));
    Ok(())
}

/// Adds a site. Whoever does becomes its administrator.
#[server(name = AddSite, endpoint = "add_site")]
pub async fn add_site(
    #[server(default)] new_name: String,
    #[server(default)] new_public_name_en: String,
    #[server(default)] new_public_name_fr: String,
) -> Result<(), AppError> {
    use crate::desk::sites;
    use crate::desk::sites::form::Names;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    let names = Names {
        name: new_name,
        public_name_en: new_public_name_en,
        public_name_fr: new_public_name_fr,
    };
    sites::add(&state.desk, &who, &names).await.map_err(|error| state.explain(error))?;
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
