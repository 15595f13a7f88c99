//! A site: one clinic or pharmacy on this desk, with its own patients, staff and Empego tenant.

use super::ids::SiteId;
use super::language::Language;
use std::fmt;

/// A clinic or pharmacy. Nothing of one site is ever seen at another.
#[derive(Clone, PartialEq, Eq)]
pub struct Site {
    /// Ours.
    pub id: SiteId,
    /// What staff call it. No two sites have the same.
    pub name: String,
    /// What patients read, in English.
    pub public_name_en: String,
    /// What patients read, in French.
    pub public_name_fr: String,
    /// The Empego tenant key, sealed (`secrets::Secrets::seal`). `None` = the one of the configuration, if any.
    pub tenant_key: Option<String>,
    /// How new links behave.
    pub rules: LinkRules,
    /// How long a finished record is kept, in milliseconds; `None` = for ever.
    pub retention_ms: Option<i64>,
    /// The accent colour on the patient's page, as `#rrggbb`; `None` = the desk's own.
    pub accent: Option<String>,
    /// When it was made, in milliseconds (UTC).
    pub created_at: i64,
}

/// How a site's new links behave. A consultation can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkRules {
    /// How long a link works, in milliseconds; `None` = for ever.
    pub ttl_ms: Option<i64>,
    /// Whether patients must enter their date of birth before they can start.
    pub birth_date_gate: bool,
}

impl Site {
    /// What patients read.
    #[must_use]
    pub fn public_name(&self, language: Language) -> &str {
        match language {
            Language::En => &self.public_name_en,
            Language::Fr => &self.public_name_fr,
        }
    }
}

/// Keeps the tenant key out of any debug output, sealed as it is.
impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("id", &self.id).field("name", &self.name).field("rules", &self.rules).finish_non_exhaustive()
    }
}
