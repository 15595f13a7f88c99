//! The log's search form, and the patients that a search found.

use crate::desk::audit_log::{self, LogScope};
use crate::i18n::{LogWords, log as words_of};
use crate::model::audit::Action;
use crate::model::forms::SEARCH_LENGTH;
use crate::model::patient::Patient;
use crate::parts::field::TextField;
use crate::parts::notice::Notice;
use crate::parts::patient::isolated;
use crate::parts::patient::{Number, identity_strip};
use crate::store::Staff;
use crate::web::lists::Filters;
use crate::web::lists::log::{LogFilters, NO_SITE};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The form, with its entries, also where they were refused. Users who administer every site choose
/// between the rows of their site and those of no site.
pub(super) fn form(
    page: &Page,
    filters: &LogFilters,
    mut staff: Vec<Staff>,
    may_read_without_site: bool,
) -> impl IntoView + use<> {
    let (words, language) = (LogWords::of(page.language()), page.language());
    // The list has one row a role.
    staff.dedup_by(|one, other| one.id == other.id);
    let typed = page.refusal().is_some();
    let entry = |name: &str, kept: Option<String>| {
        if typed { page.entry(name) } else { kept.unwrap_or_default() }
    };
    let (chosen, action) = (
        entry("staff", filters.staff.as_ref().map(|id| id.0.clone())),
        entry("action", filters.action.map(|action| action.slug().to_owned())),
    );
    let former = (!chosen.is_empty() && !staff.iter().any(|staff| staff.id.0 == chosen))
        .then(|| view! { <option value=chosen.clone() selected=true>{words.former}</option> });
    let accounts = staff
        .into_iter()
        .map(|staff| {
            view! {
                <option value=staff.id.0.clone() selected=staff.id.0 == chosen>
                    {format!("{} ({})", isolated(&page.person(&staff.name)), staff.email)}
                </option>
            }
        })
        .collect_view();
    let actions = Action::ALL
        .iter()
        .map(|each| {
            view! {
                <option value=each.slug() selected=each.slug() == action>
                    {words_of::action(language, *each)}
                </option>
            }
        })
        .collect_view();
    let (from, until) = (
        entry("from", filters.from.map(|date| date.to_string())),
        entry("until", filters.until.map(|date| date.to_string())),
    );
    let patient = entry("patient", filters.patient.clone());
    let of_no_site =
        entry("of", (filters.rows == LogScope::WithoutSite).then(|| NO_SITE.to_owned())) == NO_SITE;
    let site_choice = may_read_without_site.then(|| {
        let site = page.who().map(|who| who.site.name.clone()).unwrap_or_default();
        view! {
            <div class="field">
                <label for="of">{words.site_choice}</label>
                <select id="of" name="of">
                    <option value="">{site}</option>
                    <option value=NO_SITE selected=of_no_site>{words.of_no_site}</option>
                </select>
            </div>
        }
    });
    let clear = filters
        .is_set()
        .then(|| view! { <a href=PageRoute::Audit.path()>{page.words().clear}</a> });
    view! {
        <form class="filters" role="search" method="post" action=Function::SearchLog.path()>
            {site_choice}
            <TextField
                page=page.clone()
                name="patient"
                label=words.patient
                kind="search"
                value=patient
                longest=SEARCH_LENGTH
            />
            <div class="field">
                <label for="staff">{words.account}</label>
                <select id="staff" name="staff">
                    <option value="">{words.any_account}</option>
                    {former}
                    {accounts}
                </select>
            </div>
            <div class="field">
                <label for="action">{words.action}</label>
                <select id="action" name="action">
                    <option value="">{words.any_action}</option>
                    {actions}
                </select>
            </div>
            <TextField
                page=page.clone()
                name="from"
                label=words.from
                kind="date"
                value=from
                short=true
            />
            <TextField
                page=page.clone()
                name="until"
                label=words.until
                kind="date"
                value=until
                short=true
            />
            <button>{page.words().search}</button>
            {clear}
        </form>
    }
}

/// The patients that the search found, each with a link to the access report.
pub(super) fn patients(page: &Page, found: &audit_log::Page) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    if found.too_many {
        return view! {
            <Notice kind="warning" title=words.too_many role="status">
                <p>{words.too_many_text}</p>
            </Notice>
        }
        .into_any();
    }
    if found.found.is_empty() {
        return ().into_any();
    }
    let each = |patient: &Patient| {
        view! {
            <li>
                {identity_strip(page, patient, Number::Masked)}
                " "
                <a href=PageRoute::AccessReport.at(&patient.id)>{words.report}</a>
            </li>
        }
    };
    let list = found.found.iter().map(each).collect_view();
    view! {
        <section class="card found" aria-labelledby="found">
            <h2 id="found">{words.found}</h2>
            <ul>{list}</ul>
        </section>
    }
    .into_any()
}
