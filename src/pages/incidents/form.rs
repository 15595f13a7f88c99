//! One incident: the form, and its earlier versions.

use crate::desk::incident;
use crate::i18n::{LogWords, fill, time};
use crate::islands::drafts::ENTRIES;
use crate::model::forms::{INCIDENT_MOMENT_LENGTH, INCIDENT_TEXT_LENGTH, IncidentForm};
use crate::model::ids::IncidentId;
use crate::model::incident::Incident;
use crate::pages::loaded::staff_page;
use crate::parts::at_site::AtSite;
use crate::parts::field::{FieldState, TextArea, TextField};
use crate::parts::layout::StaffLayout;
use crate::parts::moment::exact;
use crate::parts::nav::OversightNav;
use crate::parts::notice::ErrorSummary;
use crate::parts::patient::{name_view, with_views};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// A new incident.
#[component]
pub fn NewIncidentPage() -> impl IntoView {
    content(Page::current(), &[])
}

/// An incident on record.
#[component]
pub fn EditIncidentPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let id = IncidentId(page.param().to_owned());
        let versions = incident::open(&page.state.desk, &who, &id).await?;
        Ok(content(page, &versions))
    })
}

fn content(page: Page, versions: &[Incident]) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let newest = versions.first();
    let title = if newest.is_some() { words.edit_incident } else { words.new_incident };
    let here = newest.map_or_else(
        || PageRoute::NewIncident.path().to_owned(),
        |incident| PageRoute::Incident.at(&incident.id),
    );
    let form = form(&page, newest);
    let history = versions.iter().map(|version| history(&page, version)).collect_view();
    let history = (!versions.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="versions">
                <h2 id="versions">{words.versions}</h2>
                {history}
            </section>
        }
    });
    view! {
        <StaffLayout page=page.clone() title here class="narrow">
            <OversightNav page=page.clone() here=PageRoute::Incidents/>
            <ErrorSummary page=page.clone()/>
            <h1>{title}</h1>
            <p class="hint">{words.no_names}</p>
            {form}
            {history}
        </StaffLayout>
    }
}

fn form(page: &Page, newest: Option<&Incident>) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    // The entries on a page that answers the form; what is on record otherwise.
    let form: IncidentForm =
        page.form().or_else(|| newest.map(IncidentForm::from)).unwrap_or_default();
    let id = newest.map(|incident| incident.id.0.clone()).unwrap_or_default();
    let draft = format!("incident {id}");
    view! {
        <form
            method="post"
            action=Function::WriteIncident.path()
            data-draft=draft
            data-draft-state=page.submitted.is_some().then_some(ENTRIES)
        >
            <AtSite page=page.clone()/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" id="version" value=form.version/>
            <TextArea
                page=page.clone()
                name="information"
                label=words.information
                hint=words.information_hint
                value=form.information
                longest=INCIDENT_TEXT_LENGTH
            />
            <TextArea
                page=page.clone()
                name="circumstances"
                label=words.circumstances
                value=form.circumstances
                longest=INCIDENT_TEXT_LENGTH
            />
            <TextField
                page=page.clone()
                name="happened"
                label=words.happened
                hint=words.happened_hint
                value=form.happened
                longest=INCIDENT_MOMENT_LENGTH
            />
            <TextField
                page=page.clone()
                name="aware_on"
                label=words.aware_on
                kind="date"
                short=true
                value=form.aware_on
            />
            <div class="fields">
                <TextField
                    page=page.clone()
                    name="persons"
                    label=words.persons
                    hint=words.persons_hint
                    value=form.persons
                    longest=10
                />
                <TextField
                    page=page.clone()
                    name="persons_in_quebec"
                    label=words.in_quebec
                    hint=words.persons_hint
                    value=form.persons_in_quebec
                    longest=10
                />
            </div>
            {risk(page, &form.serious)}
            <TextArea
                page=page.clone()
                name="reasons"
                label=words.reasons
                hint=words.reasons_hint
                value=form.reasons
                longest=INCIDENT_TEXT_LENGTH
            />
            <div class="fields">
                <TextField
                    page=page.clone()
                    name="commission_on"
                    label=words.commission_on
                    hint=words.notice_hint
                    kind="date"
                    value=form.commission_on
                />
                <TextField
                    page=page.clone()
                    name="persons_on"
                    label=words.persons_on
                    hint=words.notice_hint
                    kind="date"
                    value=form.persons_on
                />
            </div>
            <TextArea
                page=page.clone()
                name="measures"
                label=words.measures
                value=form.measures
                longest=INCIDENT_TEXT_LENGTH
            />
            <div class="actions">
                <button class="primary">{words.save_incident}</button>
                <a href=PageRoute::Incidents.path()>{page.words().cancel}</a>
            </div>
        </form>
    }
}

fn risk(page: &Page, chosen: &str) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let state = FieldState::of(page, "serious", false);
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    let error = state.error.map(|error| view! { <p class="error" id="serious-error">{error}</p> });
    view! {
        <fieldset class="field" aria-describedby=described_by>
            <legend>{words.serious}</legend>
            <label class="choice">
                <input
                    id="serious"
                    type="radio"
                    name="serious"
                    value="yes"
                    checked=chosen == "yes"
                    aria-invalid=invalid
                />
                " "
                {words.yes}
            </label>
            <label class="choice">
                <input
                    type="radio"
                    name="serious"
                    value="no"
                    checked=chosen == "no"
                    aria-invalid=invalid
                />
                " "
                {words.no}
            </label>
            {error}
        </fieldset>
    }
}

/// One version, collapsed.
fn history(page: &Page, version: &Incident) -> impl IntoView + use<> {
    let (words, language) = (LogWords::of(page.language()), page.language());
    let head = fill(words.version, "n", &version.version.to_string());
    let places = [
        ("{when}", exact(page, version.written_at)),
        ("{name}", name_view(&page.person(&version.written_by))),
    ];
    let by = with_views(page.words().by, places);
    let day = |day: &Option<String>| {
        day.as_ref().map_or_else(|| "—".to_owned(), |day| time::day(language, day))
    };
    let number =
        |number: Option<u32>| number.map_or_else(|| "—".to_owned(), |number| number.to_string());
    let facts = [
        (words.information, version.information.clone()),
        (words.circumstances, version.circumstances.clone()),
        (words.happened, version.happened.clone()),
        (words.aware_on, time::day(language, &version.aware_on)),
        (words.persons, number(version.persons)),
        (words.in_quebec, number(version.persons_in_quebec)),
        (words.serious, if version.serious { words.yes } else { words.no }.to_owned()),
        (words.reasons, version.reasons.clone()),
        (words.commission_on, day(&version.commission_on)),
        (words.persons_on, day(&version.persons_on)),
        (words.measures, version.measures.clone()),
    ];
    let facts = facts
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .into_iter()
        .collect_view();
    view! { <details><summary>{head}" – "{by}</summary><dl class="facts">{facts}</dl></details> }
}
