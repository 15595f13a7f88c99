//! The languages of the desk.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// English or French.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Language {
    #[default]
    En,
    Fr,
}

impl Language {
    /// The code for `lang` attributes, cookies and forms: `en` or `fr`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Reads a code, or a longer tag such as `fr-CA`, in any case. `None` for another language.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        tag.trim().split(['-', '_']).next()?.parse().ok()
    }

    /// The language that an `Accept-Language` header prefers (RFC 9110, section 12.5.4); English
    /// where it names neither.
    #[must_use]
    pub fn preferred(header: &str) -> Self {
        let mut best = (0.0, Self::default());
        for range in header.split(',') {
            let (tag, quality) = range.split_once(';').unwrap_or((range, "q=1"));
            let quality = quality
                .trim()
                .strip_prefix("q=")
                .and_then(|quality| quality.parse::<f32>().ok())
                .unwrap_or(0.0);
            if let Some(language) = Self::parse(tag)
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }

    /// The other language, for the language switch.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Fr,
            Self::Fr => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_from_longer_tags_in_any_case() {
        assert_eq!((Language::En.code(), Language::Fr.code()), ("en", "fr"));
        for (tag, expected) in [
            ("en", Some(Language::En)),
            ("fr", Some(Language::Fr)),
            (" FR-ca ", Some(Language::Fr)),
            ("en_US", Some(Language::En)),
            ("fra", None),
            ("", None),
        ] {
            assert_eq!(Language::parse(tag), expected, "{tag}");
        }
    }

    #[test]
    fn the_language_is_the_one_that_the_browser_prefers() {
        for (header, expected) in [
            ("fr-CA,fr;q=0.9,en;q=0.8", Language::Fr),
            ("en;q=0.5, fr;q=0.6", Language::Fr),
            ("de, en;q=0.1", Language::En),
            ("fr;q=0", Language::En),
            ("fr;q=nan", Language::En),
            ("", Language::En),
        ] {
            assert_eq!(Language::preferred(header), expected, "{header}");
        }
    }
}
