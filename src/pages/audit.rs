//! The audit log of the administrator's site.

pub mod changes;
mod filter;
mod report;
mod table;

pub use report::ReportPage;
use table::{About, Names};
pub use table::{actor, what};

use super::loaded::staff_page;
use crate::api::audit::LogVerdict;
use crate::desk::audit_log::LogScope;
use crate::desk::site_time::start_of;
use crate::desk::{Actor, accounts, audit_log};
use crate::i18n::{LogWords, fill};
use crate::parts::layout::StaffLayout;
use crate::parts::nav::OversightNav;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::parts::table::{Pager, lost_search};
use crate::store::{LogQuery, Staff};
use crate::web::lists::log::LogFilters;
use crate::web::lists::{Filters, Listing};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use jiff::civil::Date;
use leptos::prelude::*;
use std::collections::HashMap;

/// The list of rows, with its search.
#[component]
pub fn AuditPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let listing = Listing::<LogFilters>::read(&page);
        let (desk, filters) = (&page.state.desk, &listing.filters);
        let (patient, query) = (filters.patient.as_deref(), query(&page, &listing));
        let found = audit_log::read(desk, &who, filters.rows, patient, query).await?;
        let members = accounts::list(desk, &who).await?;
        let staff: Vec<Staff> = members.into_iter().map(|(staff, _)| staff).collect();
        let others = names(&who, &staff);
        Ok(content(page, &listing, found, staff, &others))
    })
}

/// The names of accounts and sites by id, as far as the reader sees them.
fn names(who: &Actor, staff: &[Staff]) -> HashMap<String, String> {
    let staff = staff.iter().map(|staff| (staff.id.0.clone(), staff.name.clone()));
    let others = who.others.iter().map(|site| (site.id.0.clone(), site.name.clone()));
    staff.chain(others).chain([(who.site.id.0.clone(), who.site.name.clone())]).collect()
}

/// The query to the store. Days begin and end in the time zone of the site.
fn query(page: &Page, listing: &Listing<LogFilters>) -> LogQuery {
    let zone = page.zone();
    let start = |date: Date| start_of(&zone, date);
    let filters = &listing.filters;
    LogQuery {
        site: page.site(),
        staff: filters.staff.clone(),
        patients: None,
        action: filters.action,
        from: filters.from.and_then(start),
        until: filters.until.and_then(|date| date.tomorrow().ok()).and_then(start),
        before: listing.after,
        limit: listing.limit(),
    }
}

fn content(
    page: Page,
    listing: &Listing<LogFilters>,
    mut found: audit_log::Page,
    staff: Vec<Staff>,
    others: &HashMap<String, String>,
) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let filters = &listing.filters;
    let pages = listing.cut(&page, &mut found.rows);
    let form = filter::form(&page, filters, staff, found.may_read_without_site);
    let of_no_site = (filters.rows == LogScope::WithoutSite)
        .then(|| view! { <p class="hint">{words.of_no_site_text}</p> });
    let patients = filter::patients(&page, &found);
    let lost = lost_search(&page, listing.lost_words(&page));
    let verdict = verdict(&page);
    let rows = if found.rows.is_empty() {
        let (title, text) = match filters.is_set() {
            true => (words.nothing, words.nothing_text),
            false => (words.empty, ""),
        };
        view! { <div class="empty"><h2>{title}</h2><p>{text}</p></div> }.into_any()
    } else {
        let names = Names { patients: About::Many(&found.names), others };
        table::rows(&page, &found.rows, &names).into_any()
    };
    view! {
        <StaffLayout page=page.clone() title=words.title here=pages.here.clone()>
            <OversightNav page=page.clone() here=PageRoute::Audit/>
            <ErrorSummary page=page.clone()/>
            {verdict}
            <div class="page-head">
                <h1>{words.title}</h1>
                <form method="post" action=Function::VerifyLog.path()>
                    <button>{words.verify}</button>
                </form>
            </div>
            {form}
            {lost}
            {of_no_site}
            {patients}
            {rows}
            <Pager page=page.clone() pages first=page.words().newest next=words.older/>
        </StaffLayout>
    }
}

/// What a check of the chain found, on the page that answers it.
fn verdict(page: &Page) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    Some(match super::answer(page, Function::VerifyLog)? {
        LogVerdict::Whole { rows, last, head } => {
            let text =
                fill(&fill(words.whole_text, "n", &rows.to_string()), "last", &last.to_string());
            view! {
                <Notice kind="success" title=words.whole role="status">
                    <p>{text}</p>
                    <p><code>{head}</code></p>
                </Notice>
            }
            .into_any()
        }
        LogVerdict::Broken { number } => {
            let title = fill(words.broken, "number", &number.to_string());
            view! {
                <Notice kind="error" title=title role="alert"><p>{words.broken_text}</p></Notice>
            }
            .into_any()
        }
    })
}
