//! The site at which a form was opened.

use crate::web::page::Page;
use leptos::prelude::*;

/// The name of the field.
pub const AT: &str = "at";

/// The hidden field with the site of a form. A switch of the site applies to all windows of a
/// browser; a form that was opened before is refused (`server::routes::api`).
#[component]
pub fn AtSite(page: Page) -> impl IntoView {
    view! { <input type="hidden" name=AT value=page.site().0/> }
}
