use super::*;

/// Details as they are stored.
const STORED: &[(Action, &str)] = &[
    (Action::Listed, "rows=21"),
    (Action::PatientFound, "found=true by=form"),
    (Action::PatientFound, "found=false"),
    (Action::PatientCorrected, "change=c1 first_name date_of_birth identifiers"),
    (Action::PatientCorrected, "language"),
    (Action::Cancelled, "reason=wrong-patient"),
    (Action::PatientFound, "rows=2 by=merge"),
    (Action::Created, "kept=doubtful-number kept=other-birth-date"),
    (Action::Created, "follow-up kept=as-file-number"),
    (Action::SiteChanged, "default_identifier reasons default_reason accent"),
    (Action::LogRead, "access-report rows=2"),
    (Action::LogRead, "rows=3 of=none"),
    (Action::LogRead, "chain=whole rows=3"),
    (Action::LogRead, "chain=broken number=3"),
    (Action::Restored, "log=whole rows=3 begins=2 sealed"),
    (Action::Restored, "log=broken number=2"),
    (Action::IncidentChanged, "incident=4 version=2"),
    (Action::IncidentRead, "incident=4 versions=2"),
    (Action::Exported, "incident-register rows=2"),
    (Action::Exported, "audit-log"),
    (Action::Exported, "taken pdf=true text=false kept=false"),
    (Action::Exported, "pdf"),
    (Action::Purged, "consultations=3 patients=2"),
    (Action::Purged, "log-rows=3 through=7 hash=ab seal=cd"),
    (Action::PurgePlanned, "log-rows=3"),
    (Action::PurgePlanned, "waits clock-ahead-of-log=7200s"),
    (Action::PurgePlanned, "clock-confirmed"),
    (Action::SignedIn, "recovery-code"),
    (Action::SignInRefused, "password wait=30s"),
    (Action::SignInRefused, "provider no claim email_verified"),
    (Action::SignedOut, "replaced"),
    (Action::SessionsEnded, "own=others"),
    (Action::SiteSwitched, "to=s1"),
    (Action::AccountAdded, "account=a1 roles=front-desk clinician joined"),
    (Action::AccountAdded, "roles=clinician joined=s1 invited-by=a1"),
    (Action::AccountChanged, "account=a1 roles kept, unknown=boss,owner by=provider"),
    (Action::AccountChanged, "account=a1 roles= before=clinician by=provider last-administrator"),
    (Action::AccountChanged, "account=a1 invitation withdrawn"),
    (Action::PasswordChanged, "by link"),
    (Action::FactorChanged, "own set-up"),
    (Action::FactorChanged, "account=a1 reset"),
    (Action::SiteChanged, "name tenant_key birth_date_gate"),
    (Action::LinkChanged, "expiry=extended"),
    (Action::HoldChanged, "held"),
    (Action::Refused, "not-found /consultations/{id} id=c1"),
    (Action::Refused, "unknown password link"),
    (Action::Refused, "create_site"),
];

fn said(language: Language, action: Action, stored: &str) -> String {
    detail(language, action, stored, |id| (id == "a1").then(|| "Ada Roy".to_owned()))
}

#[test]
fn every_stored_detail_has_words() {
    for (action, stored) in STORED {
        let (en, fr) = (said(Language::En, *action, stored), said(Language::Fr, *action, stored));
        assert!(!en.contains("technical note") && !fr.contains("note technique"), "{en} {fr}");
        assert!(!en.contains('=') && !fr.contains('='), "{en} {fr}");
    }
}

#[test]
fn values_are_in_the_words() {
    for (action, stored, en, fr) in [
        (Action::Listed, "rows=21", "number shown: 21", "nombre affiché\u{a0}: 21"),
        (
            Action::AccountAdded,
            "account=a1 roles=front-desk clinician",
            "account: Ada Roy; roles: front desk, clinician",
            "compte\u{a0}: Ada Roy; rôles\u{a0}: accueil, personnel clinique",
        ),
        (
            Action::Listed,
            "spin=left",
            "technical note: spin=left",
            "note technique\u{a0}: spin=left",
        ),
    ] {
        assert_eq!(said(Language::En, action, stored), en);
        assert_eq!(said(Language::Fr, action, stored), fr);
    }
}
