use super::audit::{of_site, record};
use super::samples::{NOON, begin, begun, of_entries, said, site_of};
use empego_desk::model::audit::Action;
use empego_desk::model::export::{Export, ExportKind};
use empego_desk::model::ids::{ConsultationId, ExportId};
use empego_desk::store::{KeptExport, Purge, Purged, Record, Store, StoreError};
use std::sync::Arc;

fn kept(number: u32, kind: ExportKind) -> KeptExport {
    let export = Export {
        id: ExportId(format!("export-{number}")),
        kind,
        made_at: NOON + i64::from(number),
        made_by: "Zoé".to_owned(),
    };
    KeptExport { export, bytes: [vec![0, 255, 0x25], number.to_string().into_bytes()].concat() }
}

fn log() -> [Record; 1] {
    [Record { action: Action::Exported, ..record(1) }]
}

async fn keep(
    store: &dyn Store,
    id: &ConsultationId,
    exports: &[KeptExport],
) -> Result<(), StoreError> {
    store.keep_exports(&site_of(1).id, id, exports, &log()).await
}

pub async fn exports_are_kept_whole_newest_first(store: Arc<dyn Store>) {
    let (site, id) = (site_of(1).id, begin(1).id);
    for number in [1, 2] {
        begun(&*store, &begin(number)).await;
    }
    let (first, second) =
        ([kept(1, ExportKind::Pdf), kept(2, ExportKind::Text)], [kept(3, ExportKind::Pdf)]);
    keep(&*store, &id, &first).await.expect("they are kept");
    keep(&*store, &id, &second).await.expect("it is kept");
    let listed: Vec<Export> =
        [&second[0], &first[1], &first[0]].map(|kept| kept.export.clone()).to_vec();
    assert_eq!(store.exports(&site, &id).await.expect("it answers"), listed);
    assert_eq!(
        store.export(&site, &id, &first[1].export.id).await.expect("it answers"),
        Some(first[1].clone())
    );
    assert_eq!(
        store.exports(&site, &begin(2).id).await.expect("it answers"),
        [],
        "another consultation's are its own"
    );
    assert_eq!(
        store.export(&site, &begin(2).id, &first[0].export.id).await.expect("it answers"),
        None
    );
    assert_eq!(
        store.log(&of_site(site)).await.expect("it answers").len(),
        2,
        "each with its row in the log"
    );
}

pub async fn exports_are_one_sites(store: Arc<dyn Store>) {
    store.add_site(&site_of(2)).await.expect("a site");
    begun(&*store, &begin(1)).await;
    let (there, id) = (site_of(2).id, begin(1).id);
    keep(&*store, &id, &[kept(1, ExportKind::Pdf)]).await.expect("it is kept");
    assert_eq!(store.exports(&there, &id).await.expect("it answers"), []);
    assert_eq!(
        store.export(&there, &id, &kept(1, ExportKind::Pdf).export.id).await.expect("it answers"),
        None
    );
    let stolen = store.keep_exports(&there, &id, &[kept(2, ExportKind::Pdf)], &log()).await;
    assert!(matches!(stolen, Err(StoreError::NotFound)));
    assert!(matches!(
        keep(&*store, &begin(9).id, &[kept(2, ExportKind::Pdf)]).await,
        Err(StoreError::NotFound)
    ));
}

pub async fn exports_are_kept_together_or_not_at_all(store: Arc<dyn Store>) {
    let (site, id) = (site_of(1).id, begin(1).id);
    begun(&*store, &begin(1)).await;
    keep(&*store, &id, &[kept(1, ExportKind::Pdf)]).await.expect("it is kept");
    let again = keep(&*store, &id, &[kept(2, ExportKind::Text), kept(1, ExportKind::Pdf)]).await;
    assert!(matches!(again, Err(StoreError::Taken(_))));
    assert_eq!(
        store.exports(&site, &id).await.expect("it answers"),
        [kept(1, ExportKind::Pdf).export]
    );
    assert_eq!(
        store.log(&of_site(site)).await.expect("it answers").len(),
        1,
        "a refused one leaves nothing"
    );
}

pub async fn a_purge_removes_the_exports_too(store: Arc<dyn Store>) {
    let site = site_of(1).id;
    for number in [1, 2] {
        begun(&*store, &begin(number)).await;
        keep(&*store, &begin(number).id, &[kept(number, ExportKind::Pdf)])
            .await
            .expect("it is kept");
    }
    store
        .add(&site, &begin(1).id, &of_entries([said("done", NOON + 1_000, "DONE")]))
        .await
        .expect("it is added");
    store
        .add(&site, &begin(2).id, &of_entries([said("news", NOON + 200_000, "UNANSWERED")]))
        .await
        .expect("it is added");
    let log = Record { action: Action::Purged, consultation: None, ..record(1) };
    let purge = Purge { site: site.clone(), before: NOON + 100_000, limit: 500, log };
    assert_eq!(
        store.purge(&purge).await.expect("it is done"),
        Purged { consultations: 1, patients: 1 }
    );
    assert_eq!(store.exports(&site, &begin(1).id).await.expect("it answers"), []);
    assert_eq!(
        store.exports(&site, &begin(2).id).await.expect("it answers"),
        [kept(2, ExportKind::Pdf).export]
    );
    // The id is free again: nothing of the old one was left behind.
    keep(&*store, &begin(2).id, &[kept(1, ExportKind::Pdf)]).await.expect("it is kept");
}
