//! The form of a site's settings.

use super::reasons;
use crate::desk::site_time::named;
use crate::desk::sites::form::{NO_END, UNITS, in_units};
use crate::desk::sites::{ShownKey, shown_key};
use crate::i18n::{LinkRuleWords, LookWords, SiteTimeWords, SiteWords, fill, states};
use crate::islands::drafts::{ENTRIES, TAKEN};
use crate::model::forms::{NAME_LENGTH, TENANT_KEY_LENGTH};
use crate::model::health_number::IdentifierType;
use crate::model::site::{Site, outlives_empego};
use crate::parts::at_site::AtSite;
use crate::parts::field::{Field, FieldState, TextField};
use crate::parts::notice::Notice;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

/// The time zones that are offered: Canada's, from east to west. Any other can be typed.
const ZONES: [&str; 15] = [
    "America/St_Johns",
    "America/Halifax",
    "America/Moncton",
    "America/Glace_Bay",
    "America/Goose_Bay",
    "America/Blanc-Sablon",
    "America/Toronto",
    "America/Iqaluit",
    "America/Winnipeg",
    "America/Rankin_Inlet",
    "America/Regina",
    "America/Edmonton",
    "America/Inuvik",
    "America/Whitehorse",
    "America/Vancouver",
];
/// The most characters of a time zone's name.
const TIME_ZONE_LENGTH: u32 = 64;

/// The form with the current settings, or with its entries where they were refused.
pub(super) fn form(page: &Page, site: &Site) -> impl IntoView + use<> {
    let words = SiteWords::of(page.language());
    let typed = page.submitted.as_ref().is_some_and(|submitted| submitted.is_to(Function::SetSite));
    let value =
        |name: &str, current: &str| if typed { page.entry(name) } else { current.to_owned() };
    let (name, public_name_en, public_name_fr) = (
        value("name", &site.name),
        value("public_name_en", &site.public_name_en),
        value("public_name_fr", &site.public_name_fr),
    );
    let accent = value("accent", site.accent.as_deref().unwrap_or_default());
    let gate =
        if typed { !page.entry("birth_date_gate").is_empty() } else { site.rules.birth_date_gate };
    let keep = if typed { !page.entry("keep_exports").is_empty() } else { site.keep_exports };
    let spans = |field: &'static str,
                 label: &'static str,
                 ms: Option<i64>,
                 choices: &[&'static str],
                 no_end: &'static str| {
        let (number, unit) = in_units(ms);
        let unit = value(&format!("{field}_unit"), unit);
        span(page, field, label, value(field, &number), &unit, choices, no_end)
    };
    let ttl = spans(
        "link_ttl",
        words.link_ttl,
        site.rules.ttl_ms,
        &["hours", "days", "years"],
        words.no_end,
    );
    let outlives = outlives_empego(site.rules.ttl_ms).then(|| {
        view! { <p class="hint">{LinkRuleWords::of(page.language()).outlives}</p> }
    });
    let retention =
        spans("retention", words.retention, site.retention_ms, &["days", "years"], words.for_ever);
    let zone = zone_field(page, value("time_zone", site.time_zone.as_deref().unwrap_or_default()));
    let key = key_fields(page, site);
    let taken = page.query("saved").map(|_| TAKEN);
    let draft = if typed { Some(ENTRIES) } else { taken };
    let identifier =
        default_identifier(page, &value("default_identifier", site.default_identifier.slug()));
    let reasons = reasons::fields(page, site, &value);
    let page = page.clone();
    view! {
        <form
            method="post"
            action=Function::SetSite.path()
            id="settings"
            data-draft="site"
            data-draft-state=draft
        >
            <AtSite page=page.clone()/>
            <fieldset>
                <legend>{words.names}</legend>
                <TextField
                    page=page.clone()
                    name="name"
                    label=words.name
                    value=name
                    longest=NAME_LENGTH
                />
                <div class="fields">
                    <TextField
                        page=page.clone()
                        name="public_name_en"
                        label=words.public_name_en
                        value=public_name_en
                        longest=NAME_LENGTH
                    />
                    <TextField
                        page=page.clone()
                        name="public_name_fr"
                        label=words.public_name_fr
                        value=public_name_fr
                        longest=NAME_LENGTH
                    />
                </div>
            </fieldset>
            <fieldset>
                <legend>{words.rules}</legend>
                {ttl}
                {outlives}
                <label class="choice">
                    <input
                        type="checkbox"
                        name="birth_date_gate"
                        value="yes"
                        checked=gate
                        aria-describedby="birth-date-gate-hint"
                    />
                    " "{words.birth_date_gate}
                </label>
                <p class="hint" id="birth-date-gate-hint">{words.birth_date_gate_hint}</p>
            </fieldset>
            <fieldset>
                <legend>{page.words().patient}</legend>
                {identifier}
            </fieldset>
            {reasons}
            <fieldset>
                <legend>{words.records}</legend>
                {retention}
                <label class="choice">
                    <input
                        type="checkbox"
                        name="keep_exports"
                        value="yes"
                        checked=keep
                        aria-describedby="keep-exports-hint"
                    />
                    " "{words.keep_exports}
                </label>
                <p class="hint" id="keep-exports-hint">{words.keep_exports_hint}</p>
            </fieldset>
            <fieldset><legend>{SiteTimeWords::of(page.language()).legend}</legend>{zone}</fieldset>
            <fieldset>
                <legend>{words.look}</legend>
                <TextField
                    page=page.clone()
                    name="accent"
                    label=words.accent
                    hint=words.accent_hint
                    value=accent
                    short=true
                    longest=7
                />
            </fieldset>
            <fieldset><legend>{words.empego}</legend>{key}</fieldset>
            <div class="actions"><button class="primary">{words.save}</button></div>
        </form>
    }
}

/// The type of number that the form of a new consultation begins with.
fn default_identifier(page: &Page, chosen: &str) -> impl IntoView + use<> {
    let (words, language) = (LookWords::of(page.language()), page.language());
    let chosen = chosen.to_owned();
    let options = IdentifierType::ALL
        .into_iter()
        .map(|kind| {
            view! {
                <option value=kind.slug() selected=kind.slug() == chosen>
                    {states::identifier_type(language, kind)}
                </option>
            }
        })
        .collect_view();
    let (hint, state) =
        (Some(words.default_identifier_hint), FieldState::of(page, "default_identifier", true));
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    view! {
        <Field name="default_identifier" label=words.default_identifier hint state short=true>
            <select
                id="default_identifier"
                name="default_identifier"
                aria-invalid=invalid
                aria-describedby=described_by
            >
                {options}
            </select>
        </Field>
    }
}

/// The two controls of a duration: a number, and its unit or "no end".
fn span(
    page: &Page,
    field: &'static str,
    label: &'static str,
    number: String,
    chosen: &str,
    units: &[&'static str],
    no_end: &'static str,
) -> impl IntoView + use<> {
    let words = SiteWords::of(page.language());
    let name_of = |unit: &str| match unit {
        "hours" => words.hours,
        "days" => words.days,
        "years" => words.years,
        _ => no_end,
    };
    // The configuration can set a unit that this field does not offer.
    let offered = UNITS
        .into_iter()
        .map(|(unit, _)| unit)
        .filter(|unit| units.contains(unit) || *unit == chosen);
    let options = offered
        .chain([NO_END])
        .map(|unit| view! { <option value=unit selected=unit == chosen>{name_of(unit)}</option> })
        .collect_view();
    let select: &'static str = if field == "link_ttl" { "link_ttl_unit" } else { "retention_unit" };
    let page = page.clone();
    view! {
        <div class="fields">
            <TextField page name=field label=label kind="number" value=number/>
            <Field name=select label=words.unit state=FieldState::default()>
                <select id=select name=select>{options}</select>
            </Field>
        </div>
    }
}

/// The time zone: typed, with those of Canada to choose from.
fn zone_field(page: &Page, value: String) -> impl IntoView + use<> {
    let words = SiteTimeWords::of(page.language());
    let configured = page.state.desk.policy.time_zone.iana_name().unwrap_or("UTC");
    let hint = fill(words.time_zone_hint, "zone", configured);
    let state = FieldState::of(page, "time_zone", true);
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    let offered = ZONES.into_iter().filter(|zone| named(zone).is_some());
    let options = offered.map(|zone| view! { <option value=zone></option> }).collect_view();
    view! {
        <Field name="time_zone" label=words.time_zone state>
            <p class="hint" id="time_zone-hint">{hint}</p>
            <input
                id="time_zone"
                name="time_zone"
                list="time-zones"
                value=value
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                maxlength=TIME_ZONE_LENGTH
                aria-invalid=invalid
                aria-describedby=described_by
            />
            <datalist id="time-zones">{options}</datalist>
        </Field>
    }
}

fn key_fields(page: &Page, site: &Site) -> impl IntoView + use<> {
    let words = SiteWords::of(page.language());
    let current = match shown_key(&page.state.desk, site) {
        ShownKey::None => view! { <p>{words.tenant_key_none}</p> }.into_any(),
        ShownKey::Ends(end) => view! {
            <p>{fill(words.tenant_key_current, "key", &end)}</p>
        }
        .into_any(),
        ShownKey::Unreadable => view! {
            <Notice kind="error" title=words.tenant_key_unreadable>
                <p>{words.tenant_key_unreadable_text}</p>
            </Notice>
        }
        .into_any(),
    };
    let remove = site.tenant_key.is_some().then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name="remove_tenant_key" value="yes"/>
                " "
                {words.remove_tenant_key}
            </label>
        }
    });
    let page = page.clone();
    view! {
        {current}
        <TextField
            page
            name="tenant_key"
            label=words.tenant_key
            hint=words.tenant_key_hint
            kind="password"
            autocomplete="off"
            longest=TENANT_KEY_LENGTH
        />
        {remove}
    }
}
