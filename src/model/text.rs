//! Texts that people type: one spelling for what looks the same, and one folded form to search in.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How often a text is folded at most. Two are enough for every character that is known.
const MAX_FOLDS: usize = 4;

/// The text in Unicode's form NFC, without characters that cannot be seen (zero-width characters,
/// direction marks, soft hyphens), with every run of white space as one space. Control characters
/// stay: they are refused where a text is checked.
///
/// Two texts that look the same are the same then, and no text changes the direction of what stands
/// beside it.
#[must_use]
pub fn clean(typed: &str) -> String {
    let invisible = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let visible: String = typed.nfc().filter(|c| !invisible.contains(*c)).collect();
    // Again: a mark can stand behind what an invisible character kept apart from it.
    visible.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect()
}

/// The text with plain Latin letters: without accents, and `ł`, `đ`, `ø`, `ß`, `œ` as `l`, `d`,
/// `o`, `ss`, `oe`. Letters of other scripts stay as they are.
#[must_use]
pub fn plain_letters(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            // The Latin blocks beyond ASCII, with their supplements.
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' => {
                match deunicode::deunicode_char(c) {
                    Some(letters) => plain.push_str(letters),
                    None => plain.push(c),
                }
            }
            c => plain.push(c),
        }
    }
    // What has no composed form in those blocks.
    plain.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).nfc().collect()
}

/// The form that searches compare: plain, lower-case letters, in Unicode's compatibility form. The
/// same on every database engine.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = fold_once(text);
    // A step can leave what an earlier one changes: some accents stand on a space of their own.
    for _ in 0..MAX_FOLDS {
        let again = fold_once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

fn fold_once(text: &str) -> String {
    let compatible: String = clean(text).nfkc().collect();
    clean(&plain_letters(&compatible.to_lowercase()))
}

/// Whether a text has a letter or a digit of any script, and not marks or punctuation alone.
#[must_use]
pub fn is_readable(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() && !is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (typed, clean_text) in [
            ("  Marie\u{a0} Ève ", "Marie Ève"),
            ("Rene\u{301}e", "Renée"),
            ("Ada\u{200b}Lovelace\u{202e}", "AdaLovelace"),
            ("e\u{200d}\u{301}", "é"),
            ("\u{2066}أحمد\u{2069}", "أحمد"),
            ("ᐃᓄᒃᑎᑐᑦ", "ᐃᓄᒃᑎᑐᑦ"),
            ("K\u{313}wak\u{313}wala", "K\u{313}wak\u{313}wala"),
            ("O’Brien", "O’Brien"),
            ("\u{115f}", ""),
        ] {
            assert_eq!(clean(typed), clean_text, "{typed:?}");
        }
    }

    #[test]
    fn names_are_found_by_their_plain_letters() {
        for (name, plain) in [
            ("Paweł", "pawel"),
            ("Đặng", "dang"),
            ("Økland", "okland"),
            ("Weiß", "weiss"),
            ("Cœur", "coeur"),
            ("Élodie", "elodie"),
            ("ŞAHİN", "sahin"),
            ("Æsir Þór", "aesir thor"),
            ("Müller", "muller"),
            ("ﬁona", "fiona"),
            ("Ｆｕｌｌ", "full"),
            ("\u{1fcd}", ""),
        ] {
            assert_eq!(fold(name), plain);
        }
        assert_eq!(fold("Σοφία"), "σοφια", "other scripts lose their accents alone");
        assert_eq!(fold("ᐃᓄᒃ"), "ᐃᓄᒃ");
        assert_eq!(plain_letters("béls 7002"), "bels 7002");
    }

    #[test]
    fn marks_alone_are_no_name() {
        assert!(is_readable("李") && is_readable("7") && is_readable("É."));
        assert!(!is_readable("\u{301}") && !is_readable("-.'") && !is_readable(""));
    }

    proptest! {
        #[test]
        fn cleaning_and_folding_again_change_nothing(text in any::<String>()) {
            let (cleaned, folded) = (clean(&text), fold(&text));
            prop_assert_eq!(&clean(&cleaned), &cleaned);
            prop_assert_eq!(&fold(&folded), &folded);
        }
    }
}
