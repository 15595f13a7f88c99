use super::*;
use crate::model::health_number::IdentifierType;

fn number(key: &str) -> Identifier {
    Identifier { kind: IdentifierType::FileNumber, key: key.to_owned() }
}

fn details(last_name: &str, born: Option<&str>, keys: &[&str]) -> Details {
    Details {
        first_name: "Ada".to_owned(),
        last_name: last_name.to_owned(),
        date_of_birth: born.map(str::to_owned),
        identifiers: keys.iter().map(|key| number(key)).collect(),
        language: None,
    }
}

fn merge(kept: Details, merged: Details, other_name: bool, other_birth_date: bool) -> Merge {
    Merge {
        kept: (PatientId::from("a"), kept),
        merged: (PatientId::from("b"), merged),
        other_name,
        other_birth_date,
        by: ChangedBy {
            id: "m".to_owned(),
            site: SiteId::from("s"),
            at: 0,
            name: String::new(),
            log: Vec::new(),
        },
    }
}

#[test]
fn a_merge_takes_what_was_chosen_and_every_number() {
    let (kept, other) = (
        details("Roy", Some("1954-12-28"), &["1", "2"]),
        details("Roi", Some("1954-12-29"), &["3"]),
    );
    let after = |name, date| merge(kept.clone(), other.clone(), name, date).after();
    assert_eq!(after(false, false), details("Roy", Some("1954-12-28"), &["1", "2", "3"]));
    assert_eq!(after(true, false), details("Roi", Some("1954-12-28"), &["1", "2", "3"]));
    assert_eq!(after(false, true), details("Roy", Some("1954-12-29"), &["1", "2", "3"]));
    let undated = details("Roy", None, &[]);
    assert_eq!(
        merge(undated.clone(), other.clone(), false, false).after().date_of_birth,
        other.date_of_birth,
        "the only date stays"
    );
    assert_eq!(
        merge(other.clone(), undated, false, true).after().date_of_birth,
        other.date_of_birth
    );
}

#[test]
fn a_merge_is_undone_unless_its_outcome_was_changed() {
    let (kept, other) = (details("Roy", None, &["1"]), details("Roi", None, &["2"]));
    let merge = merge(kept.clone(), other.clone(), true, false);
    let after = merge.after();
    let change = Change::Merge {
        before: kept.clone(),
        after: after.clone(),
        merged: other.clone(),
        consultations: Vec::new(),
    };
    assert_eq!(unmerge(&change, &after), Some((kept.clone(), other.clone())));
    let more =
        Details { identifiers: vec![number("9"), number("1"), number("2")], ..after.clone() };
    let kept_more = Details { identifiers: vec![number("9"), number("1")], ..kept };
    assert_eq!(unmerge(&change, &more), Some((kept_more, other)), "a new number stays");
    for changed in [
        Details { last_name: "Royer".to_owned(), ..after.clone() },
        Details { date_of_birth: Some("1954-12-28".to_owned()), ..after.clone() },
        Details { identifiers: vec![number("1")], ..after.clone() },
    ] {
        assert_eq!(unmerge(&change, &changed), None);
    }
}

#[test]
fn what_came_after_an_undone_merge_is_as_if_it_had_never_been() {
    let (kept, other) = (details("Roy", None, &["1"]), details("Roi", Some("1954-12-28"), &["2"]));
    let done = merge(kept.clone(), other.clone(), true, false);
    let after = done.after();
    let merged = Change::Merge {
        before: kept.clone(),
        after: after.clone(),
        merged: other,
        consultations: Vec::new(),
    };
    let more =
        Details { identifiers: vec![number("9"), number("1"), number("2")], ..after.clone() };
    let later = Change::Correction { before: after, after: more };
    let kept_more = Details { identifiers: vec![number("9"), number("1")], ..kept.clone() };
    let expected = Change::Correction { before: kept, after: kept_more };
    assert_eq!(without_merge(later, &merged), expected, "only the new number is left");
}
