//! The site at which a form was opened, and the user who opened it.

use crate::web::page::Page;
use leptos::prelude::*;

/// The name of the field with the site.
pub const AT: &str = "at";
/// The name of the field with the user.
pub const BY: &str = "by";

/// The hidden fields with the site and the user of a form. A switch of the site applies to all
/// windows of a browser; a form that was opened before is refused (`server::routes::api`). A form
/// that outlives its session is shown to its own user alone.
#[component]
pub fn AtSite(page: Page) -> impl IntoView {
    let by = page.who().map(|who| who.staff.id.0.clone());
    view! {
        <input type="hidden" name=AT value=page.site().0/>
        {by.map(|by| view! { <input type="hidden" name=BY value=by/> })}
    }
}
