//! A database with rows in every table that is copied.

use crate::store_contract::audit::record;
use crate::store_contract::incidents::incident;
use crate::store_contract::samples::{
    NOON, begin, begin_with, begun, enrol, entry, file_number, issued, link, of_entries, patient,
    quebec, said, session_of, site_of, staff_of,
};
use empego_desk::model::export::{Export, ExportKind};
use empego_desk::model::follow_up::FollowUp;
use empego_desk::model::ids::{ConsultationId, EmpegoKey, ExportId};
use empego_desk::model::language::Language;
use empego_desk::model::lifecycle::Event;
use empego_desk::model::reason::Reason;
use empego_desk::model::role::Roles;
use empego_desk::model::site::{LinkRules, LogoKind, Site};
use empego_desk::model::status::{EmpegoStatus, StatusId};
use empego_desk::model::timeline::Source;
use empego_desk::store::patient_changes::{ChangedBy, Correction, Details, Merge};
use empego_desk::store::{
    Addition, AttemptCounter, AttemptReset, EventDetails, EventSubject, Hold, Invitation,
    KeptExport, LockoutPolicy, Logo, NewConsultation, PasswordLink, Prune, PurgePlan, QueueEvent,
    Record, Store,
};

/// What the key of the first consultation is at Empego. Events name it.
const KEY: &str = "key-1";
/// A text that is hard to keep: marks, characters of four bytes, quotes, what no text of PostgreSQL
/// can hold.
const ODD: &str = "Zo\u{e9} \u{1f600} \"'\\ \u{0} {}\n";

/// Fills a new store. Rows of the log and their patients are more than go over in one batch.
pub async fn fill(store: &dyn Store) {
    accounts(store).await;
    consultations(store).await;
    patients(store).await;
    events(store).await;
    kept(store).await;
    log(store).await;
}

async fn accounts(store: &dyn Store) {
    let reason = Reason { en: ODD.to_owned(), fr: "Toux".to_owned(), code: "c".to_owned() };
    let rich = Site {
        tenant_key: Some("sealed".to_owned()),
        rules: LinkRules { ttl_ms: Some(3_600_000), birth_date_gate: true },
        retention_ms: Some(86_400_000),
        keep_exports: true,
        accent: Some("#123456".to_owned()),
        time_zone: Some("America/St_Johns".to_owned()),
        reasons: vec![reason],
        default_reason: "Toux".to_owned(),
        ..site_of(2)
    };
    for site in [site_of(1), rich] {
        store.add_site(&site).await.expect("a site");
    }
    for number in [1, 2] {
        enrol(store, &staff_of(number)).await;
    }
    let (one, two) = (staff_of(1), staff_of(2));
    store.set_licence(&one.id, &two.id, Some("123456"), &[]).await.expect("it is set");
    let session = session_of(&one, 7);
    let checked = Some(one.password_hash.as_str());
    store.add_session(&session, checked, &AttemptReset::default(), &[]).await.expect("signed in");
    let link =
        PasswordLink { token_hash: vec![9; 32], made_by: one.id.clone(), expires_at: i64::MAX };
    store.add_password_link(&two.id, &link, NOON, false, &[]).await.expect("it is stored");
    let codes = [vec![0; 32], vec![255; 32]];
    store.set_factor(&one.id, "sealed", 7, NOON, &codes, &[]).await.expect("it is set");
    store.add_identity("https://id.example", ODD, &one.id, &[]).await.expect("it is linked");
    let policy = LockoutPolicy { free: 0, waits_ms: &[60_000], forget_ms: 3_600_000 };
    let counter = AttemptCounter { key: vec![3; 32], policy };
    store.count_attempt(&[counter], NOON).await.expect("it counts");
    let invitation = Invitation {
        staff: two.id.clone(),
        site: site_of(2).id,
        roles: Roles::all(),
        invited_by: one.id.clone(),
        created_at: NOON,
        expires_at: i64::MAX,
    };
    store.invite(&invitation, &[]).await.expect("it is stored");
    let bytes = (0..=255).cycle().take(70_000).collect();
    let logo = Logo { kind: LogoKind::Png, bytes, version: "v".to_owned() };
    store.set_logo(&site_of(1).id, Some(&logo), &[]).await.expect("it is set");
    let names = [("qc", "https://qc.example"), ("desk", ODD)];
    let names = names.map(|(kind, name)| (kind.to_owned(), name.to_owned())).into();
    store.set_system_names(&names, &[]).await.expect("they are set");
}

async fn consultations(store: &dyn Store) {
    let odd = patient(1, ODD, "Tremblay", &[quebec("TREZ54122816"), file_number("A-1")]);
    let odd = empego_desk::store::PatientDraft { language: Some(Language::Fr), ..odd };
    let first = NewConsultation { reason: Some(ODD.to_owned()), ..begin_with(1, odd) };
    begun(store, &first).await;
    let created = entry(Source::Empego, "created", NOON + 1, Event::Created);
    let addition = Addition {
        empego_key: Some(EmpegoKey(KEY.to_owned())),
        access_key: Some("access".to_owned()),
        link: Some(link(1, 8)),
        ..of_entries([created, issued(1, NOON + 2, Some(NOON + 9)), said("s", NOON + 3, "DONE")])
    };
    store.add(&first.site, &first.id, &addition).await.expect("it is added");
    let reported = Event::Reported { status: StatusId::Other("NEW ONE".to_owned()) };
    for number in 2..=5 {
        begun(store, &begin(number)).await;
        let report = entry(Source::Browser, "r \u{e9}\u{1f600}", NOON + 5, reported.clone());
        store
            .add(&first.site, &begin(number).id, &of_entries([report]))
            .await
            .expect("it is added");
    }
    for (number, place) in [(11, 1), (12, 2)] {
        let follow_up = FollowUp {
            due_on: format!("2026-12-{number}"),
            reason: "Tension".to_owned(),
            place: Some((place, 2)),
            follows: Some(first.id.clone()),
            series: (place > 1).then(|| begin(11).id),
        };
        begun(store, &NewConsultation { follow_up: Some(follow_up), ..begin(number) }).await;
    }
    let hold = Hold { since: NOON, by: "Zoé".to_owned(), reason: ODD.to_owned() };
    store.set_hold(&first.site, &first.id, Some(&hold), &[]).await.expect("it is held");
}

async fn patients(store: &dyn Store) {
    let of = async |number: u32| {
        let id = begin(number).id;
        let found = store.consultation(&site_of(1).id, &id).await.expect("it answers");
        let patient = found.expect("it is there").patient;
        (patient.id.clone(), Details::from(&patient))
    };
    let by = |id: &str| ChangedBy {
        id: id.to_owned(),
        site: site_of(1).id,
        at: NOON,
        name: "Nurse 1".to_owned(),
        log: Vec::new(),
    };
    let (patient, before) = of(2).await;
    let after = Details { last_name: ODD.to_owned(), ..before.clone() };
    let correction = Correction { patient, before, after, by: by("correction") };
    store.correct_patient(&correction).await.expect("it is corrected");
    let (kept, merged) = (of(3).await, of(4).await);
    let merge = Merge { kept, merged, other_name: true, other_birth_date: true, by: by("merge") };
    store.merge_patients(&merge).await.expect("they are merged");
}

/// One that is applied and comes twice, one that waits, and one of an unknown type.
async fn events(store: &dyn Store) {
    let event = |id: &str, about: Option<EventSubject>| QueueEvent {
        event_id: id.to_owned(),
        event_type: "CONSULTATION_UPDATED".to_owned(),
        at: NOON + 4,
        received_at: NOON + 5,
        body: about.is_none().then(|| vec![0, 1, 254, 255]),
        about,
    };
    let subject = |key: &str, details| EventSubject {
        key: EmpegoKey(key.to_owned()),
        metadata: None,
        status: Some(EmpegoStatus::bare("DONE")),
        answered_at: Some(NOON),
        details,
    };
    let details = EventDetails {
        is_follow_up: true,
        identifiers: vec![("qc".to_owned(), ODD.to_owned())],
        first_name: "Ada".to_owned(),
        last_name: String::new(),
        tenant: None,
        scheduled_at: Some(NOON),
        reason: None,
    };
    let known = event("e-1", Some(subject(KEY, None)));
    let waiting = event("e-2", Some(subject("elsewhere", Some(details))));
    let unknown = event("e-3", None);
    store.record_events(&[known.clone(), waiting, unknown]).await.expect("it hears");
    store.record_events(&[known]).await.expect("it hears");
}

async fn kept(store: &dyn Store) {
    for version in 1..=2 {
        store.write_incident(&incident(1, version), &[]).await.expect("it is written");
    }
    for (number, kind) in [(1, ExportKind::Pdf), (2, ExportKind::Text), (3, ExportKind::Pdf)] {
        let export = Export {
            id: ExportId(format!("export-{number}")),
            kind,
            made_at: NOON + number,
            made_by: ODD.to_owned(),
        };
        let bytes = (0..=255).cycle().take(200_000).collect();
        let id: ConsultationId = begin(1).id;
        let kept = KeptExport { export, bytes };
        store.keep_exports(&site_of(1).id, &id, &[kept], &[]).await.expect("it is kept");
    }
    let plan = PurgePlan { announced_at: NOON, before: NOON, records: 1, patients: 1 };
    for site in [Some(site_of(2).id), None] {
        store.set_plan(site.as_ref(), Some(&plan), &[]).await.expect("it is set");
    }
    store.trust_clock(NOON, &[]).await.expect("it is trusted");
    store.doubt_clock(Some(-5), &[]).await.expect("it is noted");
    for site in [Some(site_of(2).id), None] {
        store.set_plan(site.as_ref(), Some(&plan), &[]).await.expect("it is set again");
    }
}

/// 1,500 rows, of which the first 200 are pruned.
async fn log(store: &dyn Store) {
    let rows: Vec<Record> =
        (0..1_500).map(|number| Record { name: ODD.to_owned(), ..record(number) }).collect();
    store.record(&rows).await.expect("they are written");
    let seal = |_: i64, _: &[u8; 32]| "sealed".to_owned();
    let log = Record { site: None, ..record(2_000) };
    let prune = Prune { before: NOON + 1_000, most: 200, log, seal: &seal };
    assert_eq!(store.prune(&prune).await.expect("it is done"), 200);
}
