//! The accent colour that a site chooses for its patients' page, and the stylesheet that follows
//! from it for light and dark screens.

use hex::FromHex;
use std::fmt;

/// The contrast that text needs (WCAG 2.2, success criterion 1.4.3).
const TEXT: f64 = 4.5;
/// The contrast of the accent on a dark screen: that of the desk's default accent.
const DARK_TEXT: f64 = 7.0;
const WHITE: Color = Color(0xff, 0xff, 0xff);
/// The darkest background of accent-coloured text on a light screen: `--sunken` in
/// `style/tokens/color.scss`.
const LIGHT_BACKGROUND: Color = Color(0xed, 0xf1, 0xf2);
/// The lightest background on a dark screen: `--surface`.
const DARK_BACKGROUND: Color = Color(0x18, 0x21, 0x28);
/// The text colour on the accent on a dark screen: `--bg`.
const DARK_INK: Color = Color(0x10, 0x17, 0x1c);

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(u8, u8, u8);

impl Color {
    /// Reads `#rrggbb`, in upper or lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let [red, green, blue] = <[u8; 3]>::from_hex(text.strip_prefix('#')?).ok()?;
        Some(Self(red, green, blue))
    }

    /// The contrast ratio of WCAG 2.2, from 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Whether white text is readable on it, and it as text on the light backgrounds of a page.
    #[must_use]
    pub fn is_readable(self) -> bool {
        self.contrast(WHITE) >= TEXT && self.contrast(LIGHT_BACKGROUND) >= TEXT
    }

    /// The relative luminance of WCAG 2.2.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Mixes in `percent` of another colour, at most 100.
    fn mixed(self, other: Self, percent: u32) -> Self {
        let percent = percent.min(100);
        let part = |one: u8, two: u8| {
            let sum = u32::from(one) * (100 - percent) + u32::from(two) * percent;
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", hex::encode([self.0, self.1, self.2]))
    }
}

/// The design tokens that an accent sets, named as in `style/tokens/color.scss`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    accent: Color,
    strong: Color,
    on: Color,
    soft: Color,
}

impl Tokens {
    /// The tokens of a light screen.
    #[must_use]
    pub fn light(accent: Color) -> Self {
        Self {
            accent,
            strong: accent.mixed(Color(0, 0, 0), 25),
            on: WHITE,
            soft: accent.mixed(WHITE, 90),
        }
    }

    /// The tokens of a dark screen: the same hue, as light as its text needs.
    #[must_use]
    pub fn dark(accent: Color) -> Self {
        let accent = (0..=100)
            .map(|white| accent.mixed(WHITE, white))
            .find(|lighter| lighter.contrast(DARK_BACKGROUND) >= DARK_TEXT)
            .unwrap_or(WHITE);
        Self {
            accent,
            strong: accent.mixed(WHITE, 35),
            on: DARK_INK,
            soft: accent.mixed(DARK_BACKGROUND, 85),
        }
    }

    fn declarations(&self) -> String {
        let Self { accent, strong, on, soft } = self;
        format!(
            "--accent:{accent};--accent-strong:{strong};--on-accent:{on};--accent-soft:{soft};\
             --focus:{strong}"
        )
    }
}

/// The stylesheet that gives a page this accent. Printed pages always get the light tokens.
#[must_use]
pub fn stylesheet(accent: Color) -> String {
    let (light, dark) = (Tokens::light(accent).declarations(), Tokens::dark(accent).declarations());
    format!(":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_hex_digits() {
        assert_eq!(Color::parse("#0B5f70"), Some(Color(0x0b, 0x5f, 0x70)));
        assert_eq!(
            Color::parse("#0b5f70").map(|color| color.to_string()).as_deref(),
            Some("#0b5f70")
        );
        for invalid in [
            "",
            "#",
            "0b5f70",
            "#0b5f7",
            "#0b5f700",
            "#0b5f7g",
            "#éa5f7",
            "red",
            "#fff",
            "#+b5f70",
            "#0b5f70;}",
            " #0b5f70",
        ] {
            assert_eq!(Color::parse(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn contrast_is_the_ratio_of_wcag() {
        let contrast = |one: &str, two: &str| {
            Color::parse(one).expect("a colour").contrast(Color::parse(two).expect("a colour"))
        };
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
        assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
        assert!((contrast("#0b5f70", "#0b5f70") - 1.0).abs() < 0.01);
        for (color, readable) in [
            ("#0b5f70", true),
            ("#ab2424", true),
            ("#000000", true),
            ("#777777", false),
            ("#ffff00", false),
            ("#ffffff", false),
        ] {
            assert_eq!(Color::parse(color).expect("a colour").is_readable(), readable, "{color}");
        }
    }

    #[test]
    fn every_accepted_accent_is_readable_on_every_screen() {
        let steps = || (0..=255u8).step_by(17);
        let mut readable = 0;
        for color in steps().flat_map(|red| {
            steps().flat_map(move |green| steps().map(move |blue| Color(red, green, blue)))
        }) {
            if !color.is_readable() {
                continue;
            }
            readable += 1;
            let (light, dark) = (Tokens::light(color), Tokens::dark(color));
            for (tokens, background) in [(light, LIGHT_BACKGROUND), (dark, DARK_BACKGROUND)] {
                for (text, on) in [
                    (tokens.accent, background),
                    (tokens.strong, background),
                    (tokens.on, tokens.accent),
                    (tokens.on, tokens.strong),
                    (tokens.strong, tokens.soft),
                ] {
                    assert!(
                        text.contrast(on) >= TEXT,
                        "{color}: {text} on {on} is {}",
                        text.contrast(on)
                    );
                }
            }
        }
        assert!(readable > 500, "{readable}");
    }
}
