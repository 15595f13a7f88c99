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
    /// The Empego tenant key, sealed (`secrets::Secrets::seal`). `None` = the one of the
    /// configuration, if any.
    pub tenant_key: Option<String>,
    /// How new links behave.
    pub rules: LinkRules,
    /// How long a finished record is kept, in milliseconds; `None` = for ever.
    pub retention_ms: Option<i64>,
    /// Whether exports of a consultation's details are kept with it.
    pub keep_exports: bool,
    /// The accent colour on the patient's page, as `#rrggbb`; `None` = the desk's own.
    pub accent: Option<String>,
    /// When it was made, in milliseconds (UTC).
    pub created_at: i64,
}

/// A site as it is chosen from a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteName {
    /// Ours.
    pub id: SiteId,
    /// What staff call it.
    pub name: String,
}

/// A kind of picture that a logo may be. No SVG: it can hold scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
}

impl LogoKind {
    const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::WebP];

    /// Its media type, also the word in the database.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }

    /// Reads the word in the database.
    #[must_use]
    pub fn parse(media_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.media_type() == media_type)
    }

    /// What the bytes say that they are; what a browser calls the file does not count.
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

    #[test]
    fn a_picture_is_what_its_bytes_say() {
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
        assert!(
            LogoKind::ALL.into_iter().all(|kind| LogoKind::parse(kind.media_type()) == Some(kind))
        );
        assert_eq!(LogoKind::parse("image/svg+xml"), None);
    }
}
