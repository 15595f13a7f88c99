//! The card with the link to the details, and the exports that were kept: for clinicians.

use crate::i18n::{DetailsWords, fill};
use crate::model::consultation::Consultation;
use crate::model::export::{Export, ExportKind};
use crate::pages::details::title;
use crate::parts::moment::with_moment_by;
use crate::web::page::Page;
use crate::web::routes::{Endpoint, PageRoute};
use leptos::prelude::*;

/// The card; nothing while Empego has no such consultation.
pub(super) fn card(
    page: &Page,
    consultation: &Consultation,
    exports: &[Export],
) -> impl IntoView + use<> {
    consultation.empego_key.as_ref()?;
    let words = DetailsWords::of(page.language());
    let (id, title) = (&consultation.id, title(page, consultation));
    let rows = exports
        .iter()
        .map(|export| {
            let kind = match export.kind {
                ExportKind::Pdf => words.pdf,
                ExportKind::Text => words.plain_text,
            };
            let made = fill(words.made, "kind", kind);
            let made = with_moment_by(page, &made, export.made_at, &page.person(&export.made_by));
            let address = Endpoint::ExportFile
                .at(&[&id, &format!("{}.{}", export.id, export.kind.extension())]);
            view! { <li><a href=address download="">{made}</a></li> }
        })
        .collect_view();
    let kept = (!exports.is_empty())
        .then(|| view! { <h3>{words.exports}</h3><ul class="exports">{rows}</ul> });
    Some(view! {
        <section class="card" aria-labelledby="details">
            <h2 id="details">{words.answers}</h2>
            <p>{words.text}</p>
            <div class="actions"><a class="button" href=PageRoute::Details.at(id)>{title}</a></div>
            {kept}
        </section>
    })
}
