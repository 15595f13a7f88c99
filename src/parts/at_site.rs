//! Which site a form was opened at.

use crate::web::page::Page;
use leptos::prelude::*;

/// The name of the field.
pub const AT: &str = "at";

/// Says which site a form is of. A browser can have several windows open and changes its site in
/// all of them at once: what was typed for one site must not be done at another
/// (`server::routes::api` refuses it).
#[component]
pub fn AtSite(
    /// What the request brought.
    page: Page,
) -> impl IntoView {
    view! { <input type="hidden" name=AT value=page.site().0/> }
}
