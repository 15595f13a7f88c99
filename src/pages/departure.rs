//! On the way to another host.

use crate::i18n::AccountWords;
use crate::parts::layout::StaffLayout;
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// Says where the browser goes; the answer's `Refresh` header takes it there, and a link where that
/// does not.
#[component]
pub fn DeparturePage(
    /// Where it goes.
    address: String,
) -> impl IntoView {
    let page = Page::current();
    let words = AccountWords::of(page.language());
    view! {
        <StaffLayout page title=words.departure here=PageRoute::SignIn.path() class="narrow sign-in">
            <h1>{words.departure}</h1>
            <p>{words.departure_text}</p>
            <p><a class="button" href=address>{words.go_on}</a></p>
        </StaffLayout>
    }
}
