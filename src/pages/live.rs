//! What keeps a page up to date.

use crate::i18n::StaffWords;
use crate::islands::live::Live;
use crate::web::page::Page;
use crate::web::session::stream_name;
use leptos::prelude::*;

/// The mark that says whether a page follows the changes at its site, from what it shows on.
pub(super) fn live(page: &Page) -> impl IntoView + use<> {
    let StaffWords { live, reconnecting, interrupted, .. } = page.words();
    let of = page.who().map(|who| stream_name(&who.session));
    view! {
        <Live
            of=of.unwrap_or_default()
            at=page.position.to_string()
            live=(*live).to_owned()
            waiting=(*reconnecting).to_owned()
            interrupted=(*interrupted).to_owned()
        />
    }
}
