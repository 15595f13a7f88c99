//! Colours: what a site may choose for its patients' page, and what follows from it for light and
//! dark screens.

use std::fmt;

/// The contrast that text needs (WCAG 2.2, 1.4.3).
const TEXT: f64 = 4.5;
/// What the accent of a dark screen gets, so that it reads as easily as the desk's own.
const DARK_TEXT: f64 = 7.0;
const WHITE: Color = Color(0xff, 0xff, 0xff);
/// The darkest ground that the accent stands on as text on a light screen: `--sunken` of
/// `style/tokens/color.scss`.
const LIGHT_GROUND: Color = Color(0xed, 0xf1, 0xf2);
/// The same for a dark screen: `--surface`, the lightest ground there.
const DARK_GROUND: Color = Color(0x18, 0x21, 0x28);
/// The darkest ink of a dark screen: `--bg`.
const DARK_INK: Color = Color(0x10, 0x17, 0x1c);

/// A colour without transparency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(u8, u8, u8);

impl Color {
    /// Reads `#rrggbb`, in either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| {
            digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        })?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self(part(0)?, part(2)?, part(4)?))
    }

    /// How much two colours differ for the eye, from 1 to 21 (WCAG 2.2, contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Whether white text can be read on it, and it as text on the light grounds of a page.
    #[must_use]
    pub fn is_readable(self) -> bool {
        self.contrast(WHITE) >= TEXT && self.contrast(LIGHT_GROUND) >= TEXT
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// This colour with so many hundredths of another in it.
    fn mixed(self, other: Self, hundredths: u32) -> Self {
        let hundredths = hundredths.min(100);
        let part = |one: u8, two: u8| {
            let sum = u32::from(one) * (100 - hundredths) + u32::from(two) * hundredths;
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The tokens of one screen that an accent sets, by the names of `style/tokens/color.scss`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    accent: Color,
    strong: Color,
    on: Color,
    soft: Color,
}

impl Tokens {
    /// For a light screen.
    #[must_use]
    pub fn light(accent: Color) -> Self {
        Self {
            accent,
            strong: accent.mixed(Color(0, 0, 0), 25),
            on: WHITE,
            soft: accent.mixed(WHITE, 90),
        }
    }

    /// For a dark screen: the same hue, as light as its text needs.
    #[must_use]
    pub fn dark(accent: Color) -> Self {
        let accent = (0..=100)
            .map(|white| accent.mixed(WHITE, white))
            .find(|lighter| lighter.contrast(DARK_GROUND) >= DARK_TEXT)
            .unwrap_or(WHITE);
        Self {
            accent,
            strong: accent.mixed(WHITE, 35),
            on: DARK_INK,
            soft: accent.mixed(DARK_GROUND, 85),
        }
    }

    fn declarations(&self) -> String {
        let Self { accent, strong, on, soft } = self;
        format!(
            "--accent:{accent};--accent-strong:{strong};--on-accent:{on};--accent-soft:{soft};--focus:{strong}"
        )
    }
}

/// The stylesheet that gives a page this accent. Paper is white whatever the screen is.
#[must_use]
pub fn stylesheet(accent: Color) -> String {
    let (light, dark) = (Tokens::light(accent).declarations(), Tokens::dark(accent).declarations());
    format!(":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(Color::parse("#0B5f70"), Some(Color(0x0b, 0x5f, 0x70)));
        assert_eq!(
            Color::parse("#0b5f70").map(|color| color.to_string()).as_deref(),
            Some("#0b5f70")
        );
        for no in [
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
            assert_eq!(Color::parse(no), None, "{no}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
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
    fn whatever_may_be_chosen_reads_on_every_screen() {
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
            for (tokens, ground) in [(light, LIGHT_GROUND), (dark, DARK_GROUND)] {
                for (text, on) in [
                    (tokens.accent, ground),
                    (tokens.strong, ground),
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
