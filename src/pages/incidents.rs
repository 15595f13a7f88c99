//! The register of confidentiality incidents.

mod form;

pub use form::{EditIncidentPage, NewIncidentPage};

use super::loaded::staff_page;
use crate::desk::incident;
use crate::i18n::{LogWords, fill, time};
use crate::model::incident::Incident;
use crate::parts::layout::StaffLayout;
use crate::parts::nav::OversightNav;
use crate::parts::table::table;
use crate::web::page::Page;
use crate::web::routes::{Endpoint, PageRoute};
use leptos::prelude::*;

/// The incidents of the site, the latest to become known first.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let incidents = incident::register(&page.state.desk, &who).await?;
        Ok(register(page, incidents))
    })
}

fn register(page: Page, incidents: Vec<Incident>) -> impl IntoView {
    let words = LogWords::of(page.language());
    let content = if incidents.is_empty() {
        view! {
            <div class="empty"><h2>{words.no_incidents}</h2><p>{words.no_incidents_text}</p></div>
        }
        .into_any()
    } else {
        rows_table(&page, incidents).into_any()
    };
    view! {
        <StaffLayout page=page.clone() title=words.register here=PageRoute::Incidents.path()>
            <OversightNav page=page.clone() here=PageRoute::Incidents/>
            <div class="page-head">
                <h1>{words.register}</h1>
                <a class="button" href=Endpoint::IncidentRegister.path() download="">
                    {words.download}
                </a>
                <form action=PageRoute::NewIncident.path()>
                    <button class="primary">{words.new_incident}</button>
                </form>
            </div>
            <p class="hint">{words.register_text}</p>
            {content}
        </StaffLayout>
    }
}

fn rows_table(page: &Page, incidents: Vec<Incident>) -> impl IntoView + use<> {
    let (words, language) = (LogWords::of(page.language()), page.language());
    let lines = incidents
        .into_iter()
        .map(|incident| {
            let told = |day: &Option<String>| {
                day.as_ref().map_or_else(|| "—".to_owned(), |day| time::day(language, day))
            };
            let version = fill(words.version, "n", &incident.version.to_string());
            view! {
                <tr role="row">
                    <th role="rowheader" scope="row">
                        <a href=PageRoute::Incident.at(&incident.id)>
                            {time::day(language, &incident.aware_on)}
                        </a>
                        " "<small>{version}</small>
                    </th>
                    <td role="cell" data-label=words.happened>{incident.happened.clone()}</td>
                    <td role="cell" data-label=words.circumstances>
                        {short(&incident.circumstances)}
                    </td>
                    <td role="cell" data-label=words.persons>
                        {incident.persons.map_or_else(|| "—".to_owned(), |n| n.to_string())}
                    </td>
                    <td role="cell" data-label=words.serious>
                        {if incident.serious { words.yes } else { words.no }}
                    </td>
                    <td role="cell" data-label=words.commission_on>
                        {told(&incident.commission_on)}
                    </td>
                    <td role="cell" data-label=words.persons_on>{told(&incident.persons_on)}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [
        words.aware_on,
        words.happened,
        words.circumstances,
        words.persons,
        words.serious,
        words.commission_on,
        words.persons_on,
    ];
    table(Some("log"), words.register, columns, lines)
}

/// A text, cut after 120 characters.
fn short(text: &str) -> String {
    const LENGTH: usize = 120;
    let mut short: String = text.chars().take(LENGTH).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
