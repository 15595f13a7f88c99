//! The log's search form, and whom it found.

use super::{Filters, NO_SITE, WORDS_LENGTH};
use crate::desk::audit_log::{self, LogScope};
use crate::i18n::{LogWords, log as words_of, states};
use crate::model::audit::Action;
use crate::parts::field::TextField;
use crate::parts::notice::Notice;
use crate::store::Staff;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The form. What was typed stays in it, also where it could not be taken. Whose rows they are is
/// asked only where there is a choice.
pub(super) fn form(
    page: &Page,
    filters: &Filters,
    mut staff: Vec<Staff>,
    may_read_without_site: bool,
) -> impl IntoView + use<> {
    let (words, language) = (LogWords::of(page.language()), page.language());
    // Somebody with two roles is there twice.
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
        .map(|staff| view! { <option value=staff.id.0.clone() selected=staff.id.0 == chosen>{format!("{} ({})", staff.name, staff.email)}</option> })
        .collect_view();
    let actions = Action::ALL
        .iter()
        .map(|each| view! { <option value=each.slug() selected=each.slug() == action>{words_of::action(language, *each)}</option> })
        .collect_view();
    let (from, until) = (
        entry("from", filters.from.map(|date| date.to_string())),
        entry("until", filters.until.map(|date| date.to_string())),
    );
    let patient = entry("patient", filters.words.clone());
    let of_no_site =
        entry("of", (filters.whose == LogScope::WithoutSite).then(|| NO_SITE.to_owned()))
            == NO_SITE;
    let whose = may_read_without_site.then(|| {
        let site = page.who().map(|who| who.site.name.clone()).unwrap_or_default();
        view! {
            <div class="field">
                <label for="of">{words.whose}</label>
                <select id="of" name="of">
                    <option value="">{site}</option>
                    <option value=NO_SITE selected=of_no_site>{words.of_no_site}</option>
                </select>
            </div>
        }
    });
    let longest = u32::try_from(WORDS_LENGTH).unwrap_or(u32::MAX);
    view! {
        <form class="filters" role="search" method="post" action=Function::SearchLog.path()>
            {whose}
            <TextField page=page.clone() name="patient" label=words.patient kind="search" value=patient longest/>
            <div class="field">
                <label for="staff">{words.account}</label>
                <select id="staff" name="staff"><option value="">{words.anybody}</option>{former}{accounts}</select>
            </div>
            <div class="field">
                <label for="action">{words.action}</label>
                <select id="action" name="action"><option value="">{words.any_action}</option>{actions}</select>
            </div>
            <TextField page=page.clone() name="from" label=words.from kind="date" value=from short=true/>
            <TextField page=page.clone() name="until" label=words.until kind="date" value=until short=true/>
            <button>{page.words().search}</button>
            {(!filters.is_empty()).then(|| view! { <a href=PageRoute::Audit.path()>{page.words().clear}</a> })}
        </form>
    }
}

/// The patients whom the search found, each with a way to the access report.
pub(super) fn patients(page: &Page, found: &audit_log::Page) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    if found.too_many {
        return view! { <Notice kind="warning" title=words.too_many role="status"><p>{words.too_many_text}</p></Notice> }.into_any();
    }
    if found.found.is_empty() {
        return ().into_any();
    }
    let language = page.language();
    let each = |patient: &crate::model::patient::Patient| {
        let identifier = patient.identifiers.first().map(|identifier| {
            let kind = states::identifier_type(language, identifier.kind);
            view! { " "<small title=kind>{identifier.masked()}</small> }
        });
        view! { <li>{patient.full_name()}{identifier}" "<a href=PageRoute::AccessReport.at(&patient.id)>{words.report}</a></li> }
    };
    let list = found.found.iter().map(each).collect_view();
    view! { <section class="card found" aria-labelledby="found"><h2 id="found">{words.found}</h2><ul>{list}</ul></section> }.into_any()
}
