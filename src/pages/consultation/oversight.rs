//! The card for administrators: the link to the access report, and the legal hold.

use crate::i18n::LogWords;
use crate::model::consultation::Consultation;
use crate::pages::retention::hold_form;
use crate::parts::moment::with_moment_by;
use crate::store::Hold;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

pub(super) fn card(
    page: &Page,
    consultation: &Consultation,
    hold: Option<Hold>,
) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let id = consultation.id.0.clone();
    let form = match hold {
        Some(hold) => {
            let by = page.person(&hold.by);
            let since = with_moment_by(page, page.words().by, hold.since, &by);
            view! {
                <p><strong>{words.held}</strong>" "{hold.reason}" "<small>{since}</small></p>
                <form method="post" action=Function::LiftHold.path()>
                    <input type="hidden" name="id" value=id/>
                    <div class="actions"><button>{words.lift}</button></div>
                </form>
            }
            .into_any()
        }
        None => hold_form(page, id).into_any(),
    };
    view! {
        <section class="card" aria-labelledby="oversight">
            <h2 id="oversight">{words.admin_nav}</h2>
            <p>
                <a href=PageRoute::AccessReport.at(&consultation.patient.id)>{words.report_link}</a>
            </p>
            {form}
        </section>
    }
}
