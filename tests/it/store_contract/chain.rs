//! The hash of a row of the log: no two rows that differ in anything may have the same, however
//! their texts lie side by side.

use empego_desk::model::audit::Action;
use empego_desk::model::client::Client;
use empego_desk::model::ids::{ConsultationId, PatientId, SiteId, StaffId};
use empego_desk::model::role::{Role, Roles};
use empego_desk::store::Record;
use empego_desk::store::audit::chain;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::RngSeed;

/// Few pieces, and such as could be mistaken for what stands between two fields.
fn text() -> impl Strategy<Value = String> {
    vec(select(vec!["a", "\"", ",", "\",\"", "\\", "[", "]", "null", "0", "\u{0}", "é"]), 0..3)
        .prop_map(|pieces| pieces.concat())
}

fn record() -> impl Strategy<Value = Record> {
    let who =
        (option::of(text()), option::of(text()), text(), subsequence(Role::ALL.to_vec(), 0..=3));
    let what = (
        select(vec![Action::Listed, Action::Opened]),
        option::of(text()),
        vec(text(), 0..3),
        text(),
    );
    (-1..2_i64, who, what, text(), text()).prop_map(
        |(
            at,
            (site, staff, name, roles),
            (action, consultation, patients, detail),
            address,
            device,
        )| Record {
            at,
            site: site.map(SiteId),
            staff: staff.map(StaffId),
            name,
            roles: roles.into_iter().collect::<Roles>(),
            action,
            consultation: consultation.map(ConsultationId),
            patients: patients.into_iter().map(PatientId).collect(),
            detail,
            client: Client { address, device },
        },
    )
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_124),
        ..ProptestConfig::with_cases(2_000)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn rows_that_differ_have_other_hashes(one in record(), other in record()) {
        let hash = |record: &Record| chain(&[0; 32], 1, record);
        prop_assert_eq!(hash(&one) == hash(&other), one == other);
    }

    /// The worst case: the same letters, cut into fields at another place.
    #[test]
    fn the_same_letters_cut_elsewhere_have_another_hash(row in record(), letters in text(), one in 0..8_usize, other in 0..8_usize) {
        let cut = |at: usize| {
            let at = letters.char_indices().map(|(at, _)| at).chain([letters.len()]).nth(at).unwrap_or(letters.len());
            let (left, right) = letters.split_at(at);
            [
                Record { name: left.to_owned(), client: Client { address: right.to_owned(), ..row.client.clone() }, ..row.clone() },
                Record { detail: left.to_owned(), client: Client { address: right.to_owned(), ..row.client.clone() }, ..row.clone() },
                Record { client: Client { address: left.to_owned(), device: right.to_owned() }, ..row.clone() },
                Record { patients: vec![PatientId(left.to_owned()), PatientId(right.to_owned())], ..row.clone() },
                Record { patients: vec![PatientId(format!("{left}{right}"))], ..row.clone() },
                Record { site: Some(SiteId(left.to_owned())), staff: Some(StaffId(right.to_owned())), ..row.clone() },
            ]
        };
        for (one, other) in cut(one).iter().flat_map(|one| cut(other).map(|other| (one.clone(), other))) {
            prop_assert_eq!(chain(&[0; 32], 1, &one) == chain(&[0; 32], 1, &other), one == other);
        }
    }

    #[test]
    fn number_and_predecessor_count_too(row in record(), one in (any::<[u8; 32]>(), any::<i64>()), other in (any::<[u8; 32]>(), any::<i64>())) {
        prop_assert_eq!(chain(&one.0, one.1, &row) == chain(&other.0, other.1, &row), one == other);
        prop_assert_ne!(chain(&one.0, one.1, &row), chain(&one.0, one.1.wrapping_add(1), &row));
    }
}
