//! Rows of accounts and sites, and of patients.

use super::rows::Cell::{Bytes, Flag, Number};
use super::rows::{row, text};
use crate::database::Raw;
use crate::store_contract::samples::NOON;

pub async fn accounts(raw: &mut Raw) {
    let (staff, site) = (|| text("staff-1"), || text("site-1"));
    row(
        raw,
        "sites",
        [
            ("id", site()),
            ("name", text("Site 1")),
            ("public_name_en", text("Clinic 1")),
            ("public_name_fr", text("Clinique n\u{ba} 1")),
            ("tenant_key", text("sealed")),
            ("link_ttl_ms", Number(1_000)),
            ("birth_date_gate", Flag(true)),
            ("created_at", Number(NOON)),
            ("keep_exports", Flag(true)),
            ("time_zone", text("America/Toronto")),
            ("default_identifier", text("on")),
        ],
    )
    .await;
    row(
        raw,
        "staff",
        [
            ("id", staff()),
            ("email", text("nurse1@example.org")),
            ("name", text("Zoé")),
            ("password_hash", text("$argon2id$old")),
            ("created_at", Number(NOON)),
            ("licence", text("123456")),
        ],
    )
    .await;
    row(
        raw,
        "memberships",
        [("staff_id", staff()), ("site_id", site()), ("role", text("administrator"))],
    )
    .await;
    row(
        raw,
        "sessions",
        [
            ("token_hash", Bytes(vec![7; 32])),
            ("staff_id", staff()),
            ("site_id", site()),
            ("created_at", Number(NOON)),
            ("seen_at", Number(NOON)),
        ],
    )
    .await;
    row(
        raw,
        "patients",
        [
            ("id", text("patient-1")),
            ("site_id", site()),
            ("first_name", text("Zoé")),
            ("last_name", text("Tremblay-Côté")),
            ("date_of_birth", text("1954-12-28")),
            ("language", text("fr")),
        ],
    )
    .await;
    row(
        raw,
        "patient_identifiers",
        [
            ("site_id", site()),
            ("kind", text("qc")),
            ("key", text("TREZ54122816")),
            ("patient_id", text("patient-1")),
            ("ordinal", Number(1)),
        ],
    )
    .await;
    row(
        raw,
        "sign_in_tries",
        [
            ("subject", Bytes(vec![3; 32])),
            ("wrong", Number(1)),
            ("last_at", Number(NOON)),
            ("until", Number(0)),
        ],
    )
    .await;
    row(
        raw,
        "password_links",
        [
            ("staff_id", staff()),
            ("token_hash", Bytes(vec![9; 32])),
            ("made_by", staff()),
            ("expires_at", Number(NOON)),
        ],
    )
    .await;
    row(
        raw,
        "factors",
        [
            ("staff_id", staff()),
            ("secret", text("sealed")),
            ("last_step", Number(7)),
            ("created_at", Number(NOON)),
        ],
    )
    .await;
    row(raw, "recovery_codes", [("staff_id", staff()), ("code_hash", Bytes(vec![1; 32]))]).await;
    let identity =
        [("issuer", text("https://id.example")), ("subject", text("é")), ("staff_id", staff())];
    row(raw, "identities", identity).await;
    row(
        raw,
        "logos",
        [
            ("site_id", site()),
            ("kind", text("image/png")),
            ("bytes", Bytes(vec![0x89])),
            ("version", text("v")),
        ],
    )
    .await;
    row(
        raw,
        "invitations",
        [
            ("staff_id", staff()),
            ("site_id", site()),
            ("roles", text("clinician")),
            ("invited_by", staff()),
            ("created_at", Number(NOON)),
            ("expires_at", Number(NOON)),
        ],
    )
    .await;
    row(
        raw,
        "purge_plans",
        [
            ("subject", text("")),
            ("announced_at", Number(NOON)),
            ("before", Number(NOON)),
            ("records", Number(1)),
            ("patients", Number(0)),
        ],
    )
    .await;
    row(
        raw,
        "incidents",
        [
            ("id", text("incident-1")),
            ("version", Number(1)),
            ("site_id", site()),
            ("written_at", Number(NOON)),
            ("written_by", text("Zoé")),
            ("information", text("A list")),
            ("circumstances", text("Sent elsewhere")),
            ("happened", text("May 3")),
            ("aware_on", text("2026-05-10")),
            ("serious", Flag(true)),
            ("reasons", text("")),
            ("measures", text("Called back")),
        ],
    )
    .await;
}
