//! Reads the forms of a site's settings and of a new site.

use crate::desk::form::{error, name};
use crate::desk::{Desk, DeskError, Result, TENANT_KEY};
use crate::error::{FieldError, FieldProblem};
use crate::model::color::Color;
use crate::model::site::{LinkRules, Site};

/// The longest tenant key, in characters.
const KEY_LENGTH: usize = 200;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const YEAR_MS: i64 = 365 * DAY_MS;
/// The longest time that a link or a record can be given.
const LONGEST_MS: i64 = 100 * YEAR_MS;

/// A length of time in a form: a number and one of these. `none` = without an end.
pub const UNITS: [(&str, i64); 3] = [("hours", HOUR_MS), ("days", DAY_MS), ("years", YEAR_MS)];
/// The unit that means no end.
pub const NO_END: &str = "none";

/// The names of a site, as they were sent.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// What staff call it.
    pub name: String,
    /// What patients read, in English.
    pub public_name_en: String,
    /// What patients read, in French.
    pub public_name_fr: String,
}

impl Names {
    /// Checks the names. `prefix` stands before the names of the fields.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] with every field that cannot be taken.
    pub fn read(&self, prefix: &str) -> Result<Self> {
        let mut errors = Vec::new();
        let names = self.check(prefix, &mut errors);
        if errors.is_empty() { Ok(names) } else { Err(DeskError::Invalid(errors)) }
    }

    fn check(&self, prefix: &str, errors: &mut Vec<FieldError>) -> Self {
        Self {
            name: name(&format!("{prefix}name"), &self.name, errors),
            public_name_en: name(&format!("{prefix}public_name_en"), &self.public_name_en, errors),
            public_name_fr: name(&format!("{prefix}public_name_fr"), &self.public_name_fr, errors),
        }
    }
}

/// The settings of a site, as they were sent.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What it is called.
    pub names: Names,
    /// How long a new link works: a number and its unit.
    pub link_ttl: (String, String),
    /// Whether patients enter their date of birth.
    pub birth_date_gate: bool,
    /// How long finished records are kept: a number and its unit.
    pub retention: (String, String),
    /// Whether exports are kept with their consultation.
    pub keep_exports: bool,
    /// `#rrggbb`, or empty.
    pub accent: String,
    /// A new tenant key; empty keeps the current one.
    pub tenant_key: String,
    /// Takes the tenant key away, unless there is a new one.
    pub remove_tenant_key: bool,
}

impl Settings {
    /// The site with these settings, and the names of those that changed.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] with every field that cannot be taken.
    pub fn read(&self, desk: &Desk, site: Site) -> Result<(Site, Vec<&'static str>)> {
        let mut errors = Vec::new();
        let names = self.names.check("", &mut errors);
        let new = Site {
            name: names.name,
            public_name_en: names.public_name_en,
            public_name_fr: names.public_name_fr,
            tenant_key: self.read_key(desk, site.tenant_key.as_ref(), &mut errors),
            rules: LinkRules {
                ttl_ms: duration("link_ttl", &self.link_ttl, &mut errors),
                birth_date_gate: self.birth_date_gate,
            },
            retention_ms: duration("retention", &self.retention, &mut errors),
            keep_exports: self.keep_exports,
            accent: read_accent(&self.accent, &mut errors),
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
            ("accent", new.accent != site.accent),
            ("tenant_key", new.tenant_key != site.tenant_key),
        ];
        Ok((
            new,
            changed.into_iter().filter_map(|(name, changed)| changed.then_some(name)).collect(),
        ))
    }

    /// The sealed key. It is kept as it is, also where it cannot be opened any more, until somebody
    /// says otherwise.
    fn read_key(
        &self,
        desk: &Desk,
        current: Option<&String>,
        errors: &mut Vec<FieldError>,
    ) -> Option<String> {
        let key = self.tenant_key.trim();
        if key.is_empty() {
            return current.filter(|_| !self.remove_tenant_key).cloned();
        }
        // What a header can carry, and no two servers read differently.
        if key.len() > KEY_LENGTH || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            errors.push(error("tenant_key", FieldProblem::BadKey));
            return None;
        }
        desk.secrets.seal(TENANT_KEY, key, &desk.ambient)
    }
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

fn duration(
    field: &str,
    (number, unit): &(String, String),
    errors: &mut Vec<FieldError>,
) -> Option<i64> {
    if unit == NO_END {
        return None;
    }
    let ms = UNITS
        .into_iter()
        .find(|(name, _)| name == unit)
        .and_then(|(_, ms)| number.trim().parse::<i64>().ok()?.checked_mul(ms));
    let ms = ms.filter(|ms| (HOUR_MS..=LONGEST_MS).contains(ms));
    if ms.is_none() {
        errors.push(error(field, FieldProblem::BadDuration));
    }
    ms
}

/// A length of time as a number and its unit: the largest one that says it exactly.
#[must_use]
pub fn in_units(ms: Option<i64>) -> (String, &'static str) {
    let Some(ms) = ms else { return (String::new(), NO_END) };
    let whole = UNITS.into_iter().rev().find(|(_, unit)| ms % unit == 0);
    // A configuration may set less than an hour: the form then says it in the next whole hour.
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
            assert_eq!(
                duration("x", &(number.to_owned(), unit.to_owned()), &mut errors),
                ms,
                "{number} {unit}"
            );
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
            assert_eq!(duration("x", &(number.to_owned(), unit.to_owned()), &mut errors), None);
            assert_eq!(errors, [error("x", FieldProblem::BadDuration)], "{number} {unit}");
        }
    }
}
