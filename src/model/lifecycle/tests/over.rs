//! What Empego ends.

use super::table::{expect, ready};
use super::*;

#[test]
fn over_at_empego() {
    for id in ["ARCHIVED", "EXPIRED", "AUTO_EXPIRED"] {
        let over = (9, said(id));
        expect(
            id,
            &ready(std::slice::from_ref(&over)),
            &[(9, D::ExpiredAtEmpego), (100, D::ExpiredAtEmpego)],
        );
        expect(
            "before it was known that it was created",
            &[(1, Event::CreateRequested), over.clone()],
            &[(9, D::ExpiredAtEmpego)],
        );
        for (what, other, delivery) in [
            ("opened", Event::Opened, D::ExpiredAtEmpego),
            ("a new link", issued(2, None), D::ExpiredAtEmpego),
            ("cancelled here", cancelled(1), D::Cancelled),
            ("cancelled there", said("CANCELLED"), D::Cancelled),
            ("answered before", said("DONE"), D::AnsweredConfirmed),
            ("answered, by its time", Event::Answered, D::AnsweredConfirmed),
            ("reported by the browser", reported("TO_BE_ANALYZED"), D::AnsweredReported),
        ] {
            for at in [8, 10] {
                let both = ready(&[over.clone(), (at, other.clone())]);
                expect(&format!("{id}, {what}, at {at}"), &both, &[(11, delivery)]);
            }
        }
    }
}
