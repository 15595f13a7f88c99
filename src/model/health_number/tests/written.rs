//! How numbers are written on cards, and what is read from them.

use crate::model::health_number::IdentifierType::{Ab, Bc, FileNumber, Mb, Nl, Ns, Nt, On, Pe, Qc};

#[test]
fn the_type_is_detected_where_none_was_chosen() {
    for (typed, detected) in [
        ("TEST 5412 2816", Qc),
        ("TEST 5412 2815", Qc),
        ("TEST 541", Qc),
        ("9876 543 217 AB", On),
        ("9698 658 215", Bc),
        ("123456789", Qc),
        ("A-12", FileNumber),
        ("0042", FileNumber),
        ("TREMBLAY", FileNumber),
        ("dossier 7", FileNumber),
        ("", FileNumber),
    ] {
        assert_eq!(Qc.detect(typed), detected, "{typed}");
    }
    assert_eq!(Ab.detect("123456789"), Ab);
    assert_eq!(FileNumber.detect("TEST 5412 2816"), FileNumber, "which the form asks about");
}

#[test]
fn quebecs_check_digit_tells_the_century_of_the_date() {
    assert_eq!(Qc.birth_date("TEST54122816").as_deref(), Some("1954-12-28"));
    assert_eq!(Qc.birth_date("TEST54122814").as_deref(), Some("2054-12-28"));
    assert_eq!(Qc.birth_date("TEST54622811").as_deref(), Some("1954-12-28"), "month + 50");
    for number in ["TEST54122815", "TEST5412281", "", "ÉÉÉÉÉÉ"] {
        assert_eq!(Qc.birth_date(number), None, "{number}");
    }
    assert_eq!(On.birth_date("9876543217"), None);
}

#[test]
fn a_number_is_shown_as_on_its_card_and_read_back_the_same() {
    for (kind, number, card) in [
        (Qc, "BELS70021415", "BELS 7002 1415"),
        (On, "1234567890", "1234 567 890"),
        (Bc, "9698658215", "9698 658 215"),
        (Ns, "0001234567", "0001 234 567"),
        (Ab, "123456789", "12345 6789"),
        (Mb, "123456789", "123 456 789"),
        (Nl, "123456789012", "123 456 789 012"),
        (Pe, "12345678", "1234 5678"),
        (Nt, "N1234567", "N123 4567"),
        (FileNumber, "A-12 B", "A-12 B"),
        (FileNumber, "BELS70021415", "BELS70021415"),
        (Qc, "BELS7002", "BELS7002"),
        (Qc, "EEEEEE", "EEEEEE"),
        (On, "", ""),
    ] {
        assert_eq!(kind.on_card(number), card, "{kind:?}");
        assert_eq!(kind.normalise(card), number, "{kind:?}");
    }
}
