use super::samples::{enrol, session_of, site_of, staff_of};
use empego_desk::model::ids::SiteId;
use empego_desk::model::role::{Role, Roles};
use empego_desk::model::site::{LinkRules, LogoKind, Site, SiteName};
use empego_desk::store::{AttemptReset, Logo, Store, StoreError};
use std::sync::Arc;

pub async fn settings_are_kept_whole(store: Arc<dyn Store>) {
    let site = Site {
        name: "Renamed".to_owned(),
        tenant_key: Some("sealed".to_owned()),
        rules: LinkRules { ttl_ms: Some(5), birth_date_gate: true },
        retention_ms: Some(7),
        keep_exports: true,
        accent: Some("#0b5f70".to_owned()),
        ..site_of(1)
    };
    store.set_site(&site, &[]).await.expect("it is set");
    assert_eq!(store.site(&site.id).await.expect("it answers"), Some(site.clone()));
    store.add_site(&site_of(2)).await.expect("it is added");
    let taken = Site { name: "RENAMED".to_owned(), ..site_of(2) };
    assert!(matches!(store.set_site(&taken, &[]).await, Err(StoreError::Taken(_))));
    assert!(matches!(
        store.add_site(&Site { id: SiteId::from("x"), ..taken }).await,
        Err(StoreError::Taken(_))
    ));
    assert!(matches!(store.set_site(&site_of(3), &[]).await, Err(StoreError::NotFound)));
}

pub async fn a_founder_has_a_role_or_there_is_no_site(store: Arc<dyn Store>) {
    enrol(&*store, &staff_of(1)).await;
    let roles: Roles = [Role::Administrator].into_iter().collect();
    store
        .add_site_with_founder(&site_of(2), &staff_of(1).id, &roles, &[])
        .await
        .expect("it is added");
    assert_eq!(
        store.sites_of(&staff_of(1).id).await.expect("it answers"),
        [(site_of(1), Roles::all()), (site_of(2), roles.clone())]
    );
    assert!(matches!(
        store.add_site_with_founder(&site_of(3), &staff_of(9).id, &roles, &[]).await,
        Err(StoreError::NotFound)
    ));
    assert_eq!(store.site(&site_of(3).id).await.expect("it answers"), None);
}

pub async fn a_session_knows_the_other_sites(store: Arc<dyn Store>) {
    enrol(&*store, &staff_of(1)).await;
    store
        .add_session(&session_of(&staff_of(1), 1), &AttemptReset::default(), &[])
        .await
        .expect("it is added");
    for number in [4, 3, 2] {
        store.add_site(&site_of(number)).await.expect("it is added");
    }
    for number in [4, 2] {
        store
            .set_roles(&staff_of(1).id, &site_of(number).id, &Roles::all(), None, &[])
            .await
            .expect("they are set");
    }
    let named = |number: u32| SiteName { id: site_of(number).id, name: site_of(number).name };
    let others = || async {
        store.session(&[1; 32]).await.expect("it answers").expect("it is there").others
    };
    assert_eq!(others().await, [named(2), named(4)]);
    store.switch_site(&[1; 32], &site_of(4).id, &[]).await.expect("it switches");
    assert_eq!(others().await, [named(1), named(2)]);
}

pub async fn a_logo_is_one_and_can_go(store: Arc<dyn Store>) {
    let site = site_of(1).id;
    let logo = |version: &str| Logo {
        kind: LogoKind::WebP,
        bytes: vec![0, 1, 255],
        version: version.to_owned(),
    };
    assert_eq!(
        (
            store.logo(&site).await.expect("it answers"),
            store.logo_version(&site).await.expect("it answers")
        ),
        (None, None)
    );
    for version in ["a", "b", "b"] {
        store.set_logo(&site, Some(&logo(version)), &[]).await.expect("it is set");
        assert_eq!(store.logo(&site).await.expect("it answers"), Some(logo(version)));
        assert_eq!(store.logo_version(&site).await.expect("it answers").as_deref(), Some(version));
    }
    assert!(matches!(
        store.set_logo(&site_of(9).id, Some(&logo("a")), &[]).await,
        Err(StoreError::NotFound)
    ));
    for _ in 0..2 {
        store.set_logo(&site, None, &[]).await.expect("it goes");
        assert_eq!(store.logo(&site).await.expect("it answers"), None);
    }
}
