mod written;

use super::IdentifierType::{self, Ab, Bc, FileNumber, Mb, Nb, Nl, Ns, Nt, Nu, On, Pe, Qc, Sk, Yt};
use super::Problem::{self, Doubtful, Format};
use crate::model::patient::Identifier;
use crate::model::property::{any_text, config};
use crate::model::slug::assert_slugs;
use proptest::prelude::*;

/// Normalises and checks, as a form does.
fn typed(kind: IdentifierType, text: &str) -> Result<(), Problem> {
    kind.check(&kind.normalise(text))
}

/// `number` with one digit replaced: every position, every other digit.
fn one_digit_off(number: &str) -> impl Iterator<Item = String> {
    (0..number.len()).flat_map(move |place| {
        let kept = number.as_bytes()[place] - b'0';
        (0..10u8)
            .filter(move |digit| *digit != kept)
            .map(move |digit| format!("{}{digit}{}", &number[..place], &number[place + 1..]))
    })
}

#[test]
fn the_published_samples_pass() {
    for (kind, samples) in [
        (Qc, ["TEST54122816", "test 5412 2816", "TEST\u{2011}5412\u{2011}2816"]),
        (On, ["9876543217", "9876-543-217-AB", " 9876 543 217 a "]),
        (Bc, ["9698 658 215", "9698658215", "9698.658.215"]),
    ] {
        for sample in samples {
            assert_eq!(typed(kind, sample), Ok(()), "{kind:?} {sample}");
        }
    }
}

#[test]
fn case_spaces_dashes_and_invisible_characters_do_not_make_another_number() {
    for text in [
        "test54122816",
        "  TEST 5412 2816\t",
        "TEST-5412-2816",
        "TEST/5412.2816",
        "TEST\u{2013}5412\u{2014}2816",
        "TEST\u{2212}5412\u{ff0d}2816",
        "TEST\u{a0}5412\u{202f}2816",
        "\u{feff}TEST\u{200b}5412\u{ad}2816\u{200e}",
    ] {
        assert_eq!(Qc.normalise(text), "TEST54122816", "{text:?}");
    }
    for text in
        ["a-12  b", " A\u{2013}12 B ", "\u{feff} A\u{2212}12\u{a0}\u{2009}B", "A\u{200b}-12\tB"]
    {
        assert_eq!(FileNumber.normalise(text), "A-12 B", "{text:?}");
    }
    assert_eq!(FileNumber.normalise("é/9.1"), "É/9.1", "other punctuation is kept");
}

#[test]
fn quebec_is_four_letters_and_eight_digits_with_a_sequence_from_1() {
    for number in [
        "",
        "TEST5412281",
        "TEST541228166",
        "TES154122816",
        "TEST5412281A",
        "1EST54122816",
        "TEST54122806", // sequence 0
        "ÉEST5412281",  // twelve bytes
        "TESÉ5412281",
        "TEST541228٣", // a digit, of another script
    ] {
        assert_eq!(typed(Qc, number), Err(Format), "{number}");
    }
}

#[test]
fn a_quebec_date_block_that_is_no_date_is_doubtful() {
    let check_digits =
        |stem: &str| (0..10).filter(|digit| Qc.check(&format!("{stem}{digit}")).is_ok()).count();
    for (month, day) in [
        ("00", "28"),
        ("13", "28"),
        ("50", "28"),
        ("63", "28"),
        ("12", "00"),
        ("12", "32"),
        ("02", "30"),
        ("54", "31"),
    ] {
        assert_eq!(check_digits(&format!("TEST54{month}{day}1")), 0, "{month} {day}");
        assert_eq!(Qc.check(&format!("TEST54{month}{day}16")), Err(Doubtful), "{month} {day}");
    }
    for (month, day) in [
        ("01", "01"),
        ("02", "29"),
        ("04", "30"),
        ("12", "31"),
        ("51", "31"),
        ("52", "29"),
        ("62", "31"),
    ] {
        assert_eq!(
            check_digits(&format!("TEST54{month}{day}9")),
            2,
            "one for each century: {month} {day}"
        );
    }
}

#[test]
fn a_wrong_quebec_check_digit_is_doubtful() {
    let right = |digit: u32| typed(Qc, &format!("TEST5412281{digit}"));
    // 6 with the year 1954; the year 2054 takes (20 - 19) * (5 - 9 * 3) = -22 from the sum, which
    // makes it 4.
    for digit in 0..10 {
        assert_eq!(
            right(digit),
            if matches!(digit, 4 | 6) { Ok(()) } else { Err(Doubtful) },
            "{digit}"
        );
    }
    // Month 62 adds 5 * 5 to the sum, so 6 becomes 1.
    assert_eq!(typed(Qc, "TEST54622811"), Ok(()));
    assert_eq!(typed(Qc, "TEST54622816"), Err(Doubtful));
}

#[test]
fn ontario_is_ten_digits_not_from_0_and_up_to_two_letters() {
    for number in [
        "",
        "987654321",
        "98765432177",
        "0876543217",
        "9876543217ABC",
        "9876543217A1",
        "A876543217",
        "987654321É",
        "9876543217É",
    ] {
        assert_eq!(typed(On, number), Err(Format), "{number}");
    }
    assert_eq!(typed(On, "9876543217A"), Ok(()));
    // A sum that is a multiple of ten leaves the check digit 0, not 10.
    assert_eq!(typed(On, "1000000040"), Ok(()));
}

#[test]
fn one_wrong_digit_in_ontario_is_always_noticed() {
    for number in one_digit_off("9876543217") {
        let expected = if number.starts_with('0') { Format } else { Doubtful };
        assert_eq!(typed(On, &number), Err(expected), "{number}");
        assert_eq!(typed(On, &format!("{number}AB")), Err(expected), "{number}AB");
    }
}

#[test]
fn british_columbia_is_ten_digits_from_9() {
    for number in
        ["", "969865821", "96986582155", "8698658215", "969865821A", "9É9865821", "96986582É"]
    {
        assert_eq!(typed(Bc, number), Err(Format), "{number}");
    }
}

#[test]
fn one_wrong_digit_in_british_columbia_is_always_noticed() {
    for number in one_digit_off("9698658215") {
        assert_eq!(
            typed(Bc, &number),
            Err(if number.starts_with('9') { Doubtful } else { Format }),
            "{number}"
        );
    }
    // A remainder of 0 is the check digit 0; a remainder of 1 (6 * 2 = 12) would need the digit 10,
    // so none fits.
    assert_eq!(typed(Bc, "9000000000"), Ok(()));
    for digit in 0..10 {
        assert_eq!(typed(Bc, &format!("960000000{digit}")), Err(Doubtful), "{digit}");
    }
}

#[test]
fn the_other_provinces_are_checked_by_length() {
    for (kind, length) in
        [(Ab, 9), (Mb, 9), (Sk, 9), (Nb, 9), (Yt, 9), (Nu, 9), (Ns, 10), (Pe, 8), (Nl, 12)]
    {
        let number = &"123456789012345"[..length];
        assert_eq!(typed(kind, number), Ok(()), "{kind:?}");
        assert_eq!(
            typed(kind, &format!("{}-{}", &number[..5], &number[5..])),
            Ok(()),
            "{kind:?} with a dash"
        );
        assert_eq!(typed(kind, &number[1..]), Err(Format), "{kind:?} one short");
        assert_eq!(typed(kind, &format!("{number}6")), Err(Format), "{kind:?} one long");
        assert_eq!(
            typed(kind, &format!("A{}", &number[1..])),
            Err(Format),
            "{kind:?} with a letter"
        );
        assert_eq!(
            typed(kind, &format!("É{}", &number[2..])),
            Err(Format),
            "{kind:?} as many bytes, fewer characters"
        );
    }
    assert_eq!(typed(Nt, "n 123-4567"), Ok(()));
    for number in
        ["", "N", "N123456", "N12345678", "12345678", "NN234567", "É234567", "ÉÉÉÉ", "N12345É"]
    {
        assert_eq!(typed(Nt, number), Err(Format), "{number}");
    }
}

#[test]
fn a_file_number_is_any_text_up_to_64_characters() {
    for number in ["1", "A-12", "Dossier n° 12", "病歴-7", &"É".repeat(64)] {
        assert_eq!(typed(FileNumber, number), Ok(()), "{number}");
    }
    for number in ["", " \t ", "\u{200b}", "A\u{0}B", "A\u{7f}", "\u{1b}[2J", &"É".repeat(65)] {
        assert_eq!(typed(FileNumber, number), Err(Format), "{number:?}");
    }
}

#[test]
fn a_quebec_number_typed_as_a_file_number_is_recognised() {
    for text in ["TEST54122816", "test 5412-2816", "TEST54122817", "TEST99999999"] {
        assert_eq!(IdentifierType::guess(text), Some(Qc), "{text}");
    }
    for text in
        ["", "A-12", "TEST5412281", "TEST54122806", "9876543217", "9698658215", "TÉST5412281"]
    {
        assert_eq!(IdentifierType::guess(text), None, "{text}");
    }
}

#[test]
fn slugs_are_those_in_databases_forms_and_json() {
    assert_slugs::<IdentifierType>(&[
        "file-number",
        "qc",
        "on",
        "bc",
        "ab",
        "mb",
        "sk",
        "ns",
        "nb",
        "nl",
        "pe",
        "nt",
        "yt",
        "nu",
    ]);
    for kind in IdentifierType::ALL {
        assert_eq!(serde_json::to_value(kind).expect("it is written"), kind.slug());
    }
    assert_eq!(IdentifierType::parse("QC"), None);
}

/// Texts that get past the first checks: right lengths, wrong characters in between.
fn almost() -> impl Strategy<Value = String> {
    prop_oneof![
        any_text(),
        "[A-Z]{0,4}[0-9é٣]{6,12}[A-Zé]{0,2}",
        "[9A-Zéß][0-9é]{5,11}",
        "[ \\-.A-Ca-c0-9é\u{200b}\u{2013}]{0,16}"
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_text_panics_and_normalising_again_changes_nothing(text in almost()) {
        let _ = IdentifierType::guess(&text);
        for kind in IdentifierType::ALL {
            let _ = kind.check(&text);
            let number = kind.normalise(&text);
            prop_assert_eq!(&kind.normalise(&number), &number, "{:?}", kind);
            let checked = kind.check(&number);
            if kind != FileNumber && checked != Err(Format) {
                prop_assert!(
                    number.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
                    "{:?} {}",
                    kind,
                    number
                );
            }
            if !matches!(kind, Qc | On | Bc) {
                prop_assert_ne!(checked, Err(Doubtful), "{:?} has no check digit", kind);
            }
            prop_assert_eq!(&kind.normalise(&kind.on_card(&number)), &number, "{:?}", kind);
            let masked = Identifier { kind, key: number.clone() }.masked();
            let tail = masked.trim_start_matches('…');
            prop_assert!(masked.chars().count() <= 5 && number.ends_with(tail), "{}", masked);
        }
    }
}
