//! French and English.

use serde::{Deserialize, Serialize};

/// The two languages of the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Language {
    /// The code for `lang` attributes, cookies and forms: `en` or `fr`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// Reads a code or a longer tag such as `fr-CA`. Anything else is `None`.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        if primary.eq_ignore_ascii_case("fr") {
            Some(Self::Fr)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// Whichever of the two an `Accept-Language` header likes better (RFC 9110, section 12.5.4);
    /// English where it names neither.
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

    /// The other one, for the language switch.
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
    fn the_language_is_the_one_that_the_browser_likes_better() {
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
