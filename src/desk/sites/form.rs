//! Validates the forms of a site's settings and of a new site.

use crate::desk::form::{error, name, optional_line};
use crate::desk::site_time::named;
use crate::desk::{Desk, DeskError, Result, TENANT_KEY};
use crate::error::{FieldError, FieldProblem};
use crate::model::color::Color;
use crate::model::forms::{NewSiteForm, SiteForm, TENANT_KEY_LENGTH};
use crate::model::health_number::IdentifierType;
use crate::model::reason::{MAX_REASONS, REASON_LENGTH, Reason};
use crate::model::site::{LinkRules, Site, is_default_name};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const YEAR_MS: i64 = 365 * DAY_MS;
/// The longest link lifetime and retention.
const LONGEST_MS: i64 = 100 * YEAR_MS;

/// The units of a duration in a form.
pub const UNITS: [(&str, i64); 3] = [("hours", HOUR_MS), ("days", DAY_MS), ("years", YEAR_MS)];
/// The unit that means no end.
pub const NO_END: &str = "none";

/// Checks the names of a new site.
///
/// # Errors
/// [`DeskError::Invalid`] with every field that is not accepted.
pub fn read_new(desk: &Desk, mut form: NewSiteForm) -> Result<NewSiteForm> {
    let mut errors = Vec::new();
    form.new_name = name("new_name", &form.new_name, &mut errors);
    for (field, value) in [
        ("new_public_name_en", &mut form.new_public_name_en),
        ("new_public_name_fr", &mut form.new_public_name_fr),
    ] {
        *value = public_name(desk, field, value, &mut errors);
    }
    if errors.is_empty() { Ok(form) } else { Err(DeskError::Invalid(errors)) }
}

/// The site with these settings, and the names of those that changed.
///
/// # Errors
/// [`DeskError::Invalid`] with every field that is not accepted.
pub fn read(desk: &Desk, form: &SiteForm, site: Site) -> Result<(Site, Vec<&'static str>)> {
    let mut errors = Vec::new();
    let new = Site {
        name: name("name", &form.name, &mut errors),
        public_name_en: public_name(desk, "public_name_en", &form.public_name_en, &mut errors),
        public_name_fr: public_name(desk, "public_name_fr", &form.public_name_fr, &mut errors),
        tenant_key: read_key(desk, form, site.tenant_key.as_ref(), &mut errors),
        rules: LinkRules {
            ttl_ms: duration("link_ttl", (&form.link_ttl, &form.link_ttl_unit), &mut errors),
            birth_date_gate: form.birth_date_gate.0,
        },
        retention_ms: duration("retention", (&form.retention, &form.retention_unit), &mut errors),
        keep_exports: form.keep_exports.0,
        accent: read_accent(&form.accent, &mut errors),
        time_zone: read_zone(&form.time_zone, &mut errors),
        default_identifier: match form.default_identifier.as_str() {
            "" => site.default_identifier,
            slug => IdentifierType::parse(slug).unwrap_or_else(|| {
                errors.push(error("default_identifier", FieldProblem::BadChoice));
                site.default_identifier
            }),
        },
        reasons: read_reasons(&form.reasons, &mut errors),
        default_reason: optional_line(
            "default_reason",
            &form.default_reason,
            REASON_LENGTH,
            &mut errors,
        ),
        ..site.clone()
    };
    if !errors.is_empty() {
        return Err(DeskError::Invalid(errors));
    }
    let changed = [
        ("name", new.name != site.name),
        ("public_name_en", new.public_name_en != site.public_name_en),
        ("public_name_fr", new.public_name_fr != site.public_name_fr),
        ("link_ttl", new.rules.ttl_ms != site.rules.ttl_ms),
        ("birth_date_gate", new.rules.birth_date_gate != site.rules.birth_date_gate),
        ("retention", new.retention_ms != site.retention_ms),
        ("keep_exports", new.keep_exports != site.keep_exports),
        ("default_identifier", new.default_identifier != site.default_identifier),
        ("reasons", new.reasons != site.reasons),
        ("default_reason", new.default_reason != site.default_reason),
        ("accent", new.accent != site.accent),
        ("time_zone", new.time_zone != site.time_zone),
        ("tenant_key", new.tenant_key != site.tenant_key),
    ];
    Ok((new, changed.into_iter().filter_map(|(name, changed)| changed.then_some(name)).collect()))
}

/// A name for patients. In production it is not the product's: the next start would refuse it, for
/// all sites.
fn public_name(desk: &Desk, field: &str, typed: &str, errors: &mut Vec<FieldError>) -> String {
    let name = name(field, typed, errors);
    if desk.policy.production && is_default_name(&name) {
        errors.push(error(field, FieldProblem::DefaultName));
    }
    name
}

/// The reasons, one a line. Empty lines are left out.
fn read_reasons(typed: &str, errors: &mut Vec<FieldError>) -> Vec<Reason> {
    let lines = typed.lines().filter(|line| !line.trim().is_empty());
    let read: Vec<Option<Reason>> = lines.map(Reason::parse).take(MAX_REASONS + 1).collect();
    if read.len() > MAX_REASONS || read.contains(&None) {
        errors.push(error("reasons", FieldProblem::BadReasons));
    }
    read.into_iter().flatten().collect()
}

/// The sealed key. The current one stays until it is replaced or removed, also when it cannot be
/// decrypted.
fn read_key(
    desk: &Desk,
    form: &SiteForm,
    current: Option<&String>,
    errors: &mut Vec<FieldError>,
) -> Option<String> {
    let key = form.tenant_key.trim();
    if key.is_empty() {
        return current.filter(|_| !form.remove_tenant_key.0).cloned();
    }
    // What every server accepts in a header.
    if key.len() > TENANT_KEY_LENGTH as usize || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        errors.push(error("tenant_key", FieldProblem::BadKey));
        return None;
    }
    desk.secrets.seal(TENANT_KEY, key, &desk.ambient)
}

fn read_accent(typed: &str, errors: &mut Vec<FieldError>) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    match Color::parse(typed) {
        None => errors.push(error("accent", FieldProblem::BadColor)),
        Some(color) if !color.is_readable() => {
            errors.push(error("accent", FieldProblem::LowContrast))
        }
        Some(color) => return Some(color.to_string()),
    }
    None
}

fn read_zone(typed: &str, errors: &mut Vec<FieldError>) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let zone = named(typed);
    if zone.is_none() {
        errors.push(error("time_zone", FieldProblem::BadTimeZone));
    }
    zone.map(|(name, _)| name)
}

fn duration(
    field: &str,
    (number, unit): (&str, &str),
    errors: &mut Vec<FieldError>,
) -> Option<i64> {
    if unit == NO_END {
        return None;
    }
    let ms = UNITS
        .into_iter()
        .find(|(name, _)| *name == unit)
        .and_then(|(_, ms)| number.trim().parse::<i64>().ok()?.checked_mul(ms));
    let ms = ms.filter(|ms| (HOUR_MS..=LONGEST_MS).contains(ms));
    if ms.is_none() {
        errors.push(error(field, FieldProblem::BadDuration));
    }
    ms
}

/// A duration as a number and the largest unit that divides it.
#[must_use]
pub fn in_units(ms: Option<i64>) -> (String, &'static str) {
    let Some(ms) = ms else { return (String::new(), NO_END) };
    let whole = UNITS.into_iter().rev().find(|(_, unit)| ms % unit == 0);
    // A configuration may set less than an hour: the form rounds up.
    let (unit, length) = whole.unwrap_or(UNITS[0]);
    ((ms.saturating_add(length - 1) / length).to_string(), unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_come_back_as_they_were_set() {
        for (number, unit, ms) in [
            ("1", "hours", Some(HOUR_MS)),
            (" 36 ", "hours", Some(36 * HOUR_MS)),
            ("3", "days", Some(3 * DAY_MS)),
            ("10", "years", Some(10 * YEAR_MS)),
            ("anything", "none", None),
        ] {
            let mut errors = Vec::new();
            assert_eq!(duration("x", (number, unit), &mut errors), ms, "{number} {unit}");
            assert!(errors.is_empty());
            if ms.is_some() {
                assert_eq!(in_units(ms), (number.trim().to_owned(), unit));
            }
        }
        assert_eq!(in_units(Some(72 * HOUR_MS)), ("3".to_owned(), "days"));
        assert_eq!(in_units(Some(90_000)), ("1".to_owned(), "hours"));
        for (number, unit) in [
            ("0", "hours"),
            ("-1", "days"),
            ("", "days"),
            ("1.5", "days"),
            ("101", "years"),
            ("9223372036854775807", "years"),
            ("1", ""),
            ("1", "weeks"),
        ] {
            let mut errors = Vec::new();
            assert_eq!(duration("x", (number, unit), &mut errors), None);
            assert_eq!(errors, [error("x", FieldProblem::BadDuration)], "{number} {unit}");
        }
    }
}
