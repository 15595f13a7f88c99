use super::audit::{of_site, record};
use super::samples::{NOON, site_of};
use empego_desk::model::audit::Action;
use empego_desk::model::ids::IncidentId;
use empego_desk::model::incident::Incident;
use empego_desk::store::{Record, Store, StoreError};
use std::sync::Arc;

pub fn incident(number: u32, version: u32) -> Incident {
    Incident {
        id: IncidentId(format!("incident-{number}")),
        site: site_of(1).id,
        version,
        written_at: NOON + i64::from(version),
        written_by: "Zoé".to_owned(),
        information: "Names and \"numbers\"\nof one list".to_owned(),
        circumstances: format!("Sent to the wrong clinic, version {version}"),
        happened: "between May 3 and 5".to_owned(),
        aware_on: format!("2026-05-{:02}", 10 + number),
        persons: (version > 1).then_some(12),
        persons_in_quebec: (version > 1).then_some(11),
        serious: version > 1,
        reasons: String::new(),
        commission_on: (version > 1).then(|| "2026-05-20".to_owned()),
        persons_on: None,
        measures: "Called back".to_owned(),
    }
}

fn log() -> [Record; 1] {
    [Record { action: Action::IncidentChanged, patients: Vec::new(), ..record(1) }]
}

async fn write(store: &dyn Store, incident: &Incident) -> Result<(), StoreError> {
    store.write_incident(incident, &log()).await
}

pub async fn every_version_stays(store: Arc<dyn Store>) {
    let site = site_of(1).id;
    for (number, version) in [(1, 1), (2, 1), (1, 2), (3, 1), (1, 3)] {
        write(&*store, &incident(number, version)).await.expect("it is written");
    }
    let newest = [incident(3, 1), incident(2, 1), incident(1, 3)];
    assert_eq!(
        store.incidents(&site).await.expect("it answers"),
        newest,
        "the latest to become known first"
    );
    let versions = [incident(1, 3), incident(1, 2), incident(1, 1)];
    assert_eq!(store.incident(&site, &incident(1, 1).id).await.expect("it answers"), versions);
    assert_eq!(
        store.log(&of_site(site)).await.expect("it answers").len(),
        5,
        "each with its row in the log"
    );
}

pub async fn two_edits_of_one_version_do_not_mix(store: Arc<dyn Store>) {
    write(&*store, &incident(1, 1)).await.expect("it is written");
    for version in [0, 1, 3] {
        assert!(
            matches!(write(&*store, &incident(1, version)).await, Err(StoreError::Taken(_))),
            "{version}"
        );
    }
    assert!(
        matches!(write(&*store, &incident(2, 2)).await, Err(StoreError::Taken(_))),
        "the first version is the first"
    );
    write(&*store, &incident(1, 2)).await.expect("it is written");
    assert_eq!(
        store.log(&of_site(site_of(1).id)).await.expect("it answers").len(),
        2,
        "a refused one leaves nothing"
    );
}

pub async fn a_register_is_one_sites(store: Arc<dyn Store>) {
    store.add_site(&site_of(2)).await.expect("a site");
    write(&*store, &incident(1, 1)).await.expect("it is written");
    let (there, id) = (site_of(2).id, incident(1, 1).id);
    assert_eq!(store.incidents(&there).await.expect("it answers"), []);
    assert_eq!(store.incident(&there, &id).await.expect("it answers"), []);
    let stolen = Incident { site: there, ..incident(1, 2) };
    assert!(matches!(write(&*store, &stolen).await, Err(StoreError::Taken(_))));
    let nowhere = Incident { site: site_of(9).id, ..incident(5, 1) };
    assert!(matches!(write(&*store, &nowhere).await, Err(StoreError::NotFound)));
}
