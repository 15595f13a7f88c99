//! Sites: clinics and pharmacies, each with its own patients, staff and Empego tenant.

use super::health_number::IdentifierType;
use super::ids::SiteId;
use super::language::Language;
use super::reason::Reason;
use std::fmt;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The name of the first site where none is set. It is the product's, so no clinic has it in
/// production.
pub const DEFAULT_NAME: &str = "Empego Desk";

/// A clinic or pharmacy. No data of one site is visible at another.
#[derive(Clone, PartialEq, Eq)]
pub struct Site {
    pub id: SiteId,
    /// The name for staff; unique.
    pub name: String,
    /// The English name for patients.
    pub public_name_en: String,
    /// The French name for patients.
    pub public_name_fr: String,
    /// The Empego tenant key, encrypted by `secrets::Secrets::seal`. `None` for the key of the
    /// configuration.
    pub tenant_key: Option<String>,
    /// The rules of new links.
    pub rules: LinkRules,
    /// The IANA name of its time zone; `None` for the one of the configuration.
    pub time_zone: Option<String>,
    /// The retention of finished records, in milliseconds; `None` for no limit.
    pub retention_ms: Option<i64>,
    /// Whether exports are stored with the consultation.
    pub keep_exports: bool,
    /// The accent colour of the patient's page, as `#rrggbb`; `None` for the default.
    pub accent: Option<String>,
    /// The type of number that most patients of the site have.
    pub default_identifier: IdentifierType,
    /// The reasons that it offers for consultations.
    pub reasons: Vec<Reason>,
    /// The reason that a new consultation begins with; empty for none.
    pub default_reason: String,
    /// In milliseconds (UTC).
    pub created_at: i64,
}

/// A site in a list to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteName {
    pub id: SiteId,
    /// The name for staff.
    pub name: String,
}

/// An image format of logos. SVG is not one: it can contain scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
pub enum LogoKind {
    #[strum(serialize = "image/png")]
    Png,
    #[strum(serialize = "image/jpeg")]
    Jpeg,
    #[strum(serialize = "image/webp")]
    WebP,
}

impl LogoKind {
    /// The media type, which is also stored in the database.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        self.into()
    }

    /// Reads a media type.
    #[must_use]
    pub fn parse(media_type: &str) -> Option<Self> {
        media_type.parse().ok()
    }

    /// Detects the format by its signature. The media type that a browser sends is not trusted.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', _, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, _, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', _, ..] => Some(Self::WebP),
            _ => None,
        }
    }
}

/// The rules of a site's new links. Staff can change them for a single consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkRules {
    /// How long a link works, in milliseconds; `None` for no expiry.
    pub ttl_ms: Option<i64>,
    /// Whether patients must enter their date of birth before they can start.
    pub birth_date_gate: bool,
}

/// How long Empego keeps a consultation open that is not answered, in milliseconds: 14 days from
/// when it was last sent (`docs/empego.md` §10.3 a).
pub const EMPEGO_LIFE_MS: i64 = 14 * 86_400_000;

/// Whether a link that works for so long outlives its consultation at Empego. `None` for no expiry.
#[must_use]
pub fn outlives_empego(life_ms: Option<i64>) -> bool {
    life_ms.is_none_or(|life| life > EMPEGO_LIFE_MS)
}

/// Whether a name is the product's, in place of the clinic's.
#[must_use]
pub fn is_default_name(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(DEFAULT_NAME)
}

impl Site {
    /// Whether patients read the product's name in place of the clinic's, in either language.
    #[must_use]
    pub fn has_default_name(&self) -> bool {
        [&self.public_name_en, &self.public_name_fr].iter().any(|name| is_default_name(name))
    }

    /// The name for patients.
    #[must_use]
    pub fn public_name(&self, language: Language) -> &str {
        match language {
            Language::En => &self.public_name_en,
            Language::Fr => &self.public_name_fr,
        }
    }
}

/// Leaves the encrypted tenant key out.
impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::slug::assert_slugs;

    #[test]
    fn a_format_is_told_by_its_signature() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n\0\0"[..], Some(LogoKind::Png)),
            (b"\xff\xd8\xff\xe0", Some(LogoKind::Jpeg)),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", Some(LogoKind::WebP)),
            (b"RIFF\x01\x02\x03\x04WAVEfmt ", None),
            (b"GIF89a\x01", None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", None),
            (b"\x89PNG\r\n\x1a\n", None),
            (b"", None),
        ] {
            assert_eq!(LogoKind::of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn media_types_are_those_in_databases() {
        assert_slugs::<LogoKind>(&["image/png", "image/jpeg", "image/webp"]);
        assert_eq!(LogoKind::parse("image/svg+xml"), None);
    }
}
