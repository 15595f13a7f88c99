//! The access report: the rows of the audit log about one patient, to be printed or downloaded.

use super::changes;
use super::table::{self, About, Names};
use crate::desk::accounts;
use crate::desk::audit_log::{self, Report};
use crate::error::AppError;
use crate::i18n::{LogWords, fill, states};
use crate::model::ids::PatientId;
use crate::pages::loaded::staff_page;
use crate::parts::layout::StaffLayout;
use crate::parts::moment::exact;
use crate::parts::nav::OversightNav;
use crate::parts::patient::{Number, identity_strip, isolated, name_view, with_views};
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;
use std::collections::HashMap;

/// The report of the patient in the address.
#[component]
pub fn ReportPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let id = PatientId(page.param().to_owned());
        let report = audit_log::report(&page.state.desk, &who, &id, false).await?;
        let members = accounts::list(&page.state.desk, &who).await?;
        let staff: Vec<_> = members.into_iter().map(|(staff, _)| staff).collect();
        let others = super::names(&who, &staff);
        Ok(content(page, &id, report.ok_or(AppError::NotFound)?, &others))
    })
}

fn content(
    page: Page,
    id: &PatientId,
    report: Report,
    others: &HashMap<String, String>,
) -> impl IntoView + use<> {
    let (words, language) = (LogWords::of(page.language()), page.language());
    let address = PageRoute::AccessReport.at(id);
    let patient_id = id.0.clone();
    let name = report
        .patient
        .as_ref()
        .map_or_else(|| words.removed.to_owned(), |patient| patient.full_name());
    let title = format!("{} – {}", words.report, isolated(&name));
    let identity = match &report.patient {
        Some(patient) => identity_strip(&page, patient, Number::Masked).into_any(),
        None => name.clone().into_any(),
    };
    let identifiers =
        report.patient.iter().flat_map(|patient| &patient.identifiers).map(|identifier| {
            let kind = states::identifier_type(language, identifier.kind);
            view! { <dd>{identifier.masked()}<small>{kind}</small></dd> }
        });
    let identifiers = identifiers.collect_view();
    let site = page.who().map(|who| who.site.name.clone()).unwrap_or_default();
    let zone = page.zone();
    let maker = page.who().map(|who| page.person(&who.staff.name)).unwrap_or_default();
    let made = with_views(
        &fill(words.made, "zone", zone.iana_name().unwrap_or("UTC")),
        [
            ("{when}", exact(&page, page.state.desk.now())),
            ("{name}", name_view(&maker)),
            ("{site}", name_view(&site)),
        ],
    );
    let count = fill(words.report_rows, "n", &report.rows.len().to_string());
    let changes = changes::list(&page, &report.changes);
    let names = Names { patients: About::One(&name), others };
    let rows = table::rows(&page, &report.rows, &names);
    view! {
        <StaffLayout page=page.clone() title here=address.clone()>
            <OversightNav page=page.clone() here=PageRoute::Audit/>
            <div class="page-head">
                <h1>{words.report}</h1>
                <a class="button" href=format!("{address}/report.csv") download="">
                    {words.download}
                </a>
            </div>
            <section class="card">
                <dl class="facts">
                    <div><dt>{page.words().col_patient}</dt><dd>{identity}</dd></div>
                    <div><dt>{page.words().identifier}</dt>{identifiers}</div>
                    <div><dt>{words.patient_id}</dt><dd><code>{patient_id}</code></dd></div>
                </dl>
                <p class="hint">{made}</p>
            </section>
            {changes}
            <h2>{count}</h2>
            {rows}
            <p class="hint">{words.report_note}</p>
        </StaffLayout>
    }
}
