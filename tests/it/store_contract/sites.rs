use super::audit::record;
use super::samples::{NOON, enrol, session_of, site_of, staff_of};
use crate::helpers::place;
use empego_desk::model::ids::SiteId;
use empego_desk::model::role::{Role, Roles};
use empego_desk::model::site::{LinkRules, LogoKind, Site, SiteName};
use empego_desk::store::{AttemptReset, Join, Logo, PasswordLink, Store, StoreError, Verdict};
use std::sync::Arc;

pub async fn settings_are_kept_whole(store: Arc<dyn Store>) {
    let site = Site {
        name: "Renamed".to_owned(),
        tenant_key: Some("sealed".to_owned()),
        rules: LinkRules { ttl_ms: Some(5), birth_date_gate: true },
        retention_ms: Some(7),
        keep_exports: true,
        accent: Some("#0b5f70".to_owned()),
        time_zone: Some("America/St_Johns".to_owned()),
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
        .add_session(&session_of(&staff_of(1), 1), None, &AttemptReset::default(), &[])
        .await
        .expect("it is added");
    for number in [4, 3, 2] {
        store.add_site(&site_of(number)).await.expect("it is added");
    }
    for number in [4, 2] {
        place(&*store, &staff_of(1).id, &site_of(number).id, &Roles::all()).await;
    }
    let named = |number: u32| SiteName { id: site_of(number).id, name: site_of(number).name };
    let others = || async {
        store.session(&[1; 32]).await.expect("it answers").expect("it is there").others
    };
    assert_eq!(others().await, [named(2), named(4)]);
    store.switch_site(&[1; 32], &site_of(4).id, &[]).await.expect("it switches");
    assert_eq!(others().await, [named(1), named(2)]);
}

/// With a link that an administrator of the first site made.
fn link(token: u8) -> PasswordLink {
    PasswordLink { token_hash: vec![token; 32], made_by: staff_of(9).id, expires_at: NOON + 1_000 }
}

pub async fn an_account_joins_as_its_sites_are_then(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    let (here, there, unknown) = (site_of(1).id, site_of(2).id, site_of(7).id);
    enrol(&*store, &staff).await;
    enrol(&*store, &staff_of(9)).await;
    store.add_site(&site_of(2)).await.expect("it is added");
    store
        .add_session(&session_of(&staff, 1), None, &AttemptReset::default(), &[])
        .await
        .expect("it is added");
    let (front_desk, none) = ([Role::FrontDesk].into_iter().collect(), Roles::default());
    let link = link(3);
    let anew = Join::Anew { password_hash: "", link: Some(&link), licence: None };
    let log = [record(1)];
    let join = async |site, join| store.join(&staff.id, site, &front_desk, join, &log).await;
    let outdated = |done: Result<(), StoreError>| matches!(done, Err(StoreError::Outdated));

    assert!(outdated(join(&there, anew).await), "it has a site");
    assert!(outdated(join(&here, Join::ByOperator).await), "it is there");
    assert!(outdated(join(&here, Join::ByProvider).await), "it is there");
    assert!(outdated(store.set_roles(&staff.id, &there, &front_desk, &log).await), "not there");
    assert!(matches!(join(&unknown, Join::ByProvider).await, Err(StoreError::NotFound)));
    assert!(store.session(&[1; 32]).await.expect("it answers").is_some(), "nothing has ended");
    let kept = store.staff_by_email(&staff.email).await.expect("it answers");
    assert_eq!(kept, Some(staff.clone()), "with its password");
    assert_eq!(store.sites_of(&staff.id).await.expect("it answers").len(), 1);
    assert!(matches!(store.verify().await, Ok(Verdict::Intact { rows: 0, .. })));

    join(&there, Join::ByOperator).await.expect("another site");
    assert!(store.session(&[1; 32]).await.expect("it answers").is_some(), "it keeps its ways");
    for site in [&here, &there] {
        store.set_roles(&staff.id, site, &none, &[]).await.expect("it leaves");
    }
    assert!(outdated(join(&here, Join::ByOperator).await), "it has no site");
    assert!(outdated(store.set_roles(&staff.id, &here, &front_desk, &log).await), "it has left");
    join(&here, anew).await.expect("it joins");
    assert_eq!(store.session(&[1; 32]).await.expect("it answers"), None);
    let found = store.password_link(&link.token_hash, NOON).await.expect("it answers");
    assert_eq!(found.expect("the link works").password_hash, "");

    store.add_identity("https://id.example", "ada", &staff.id, &[]).await.expect("it is added");
    store.set_roles(&staff.id, &here, &none, &[]).await.expect("it leaves");
    assert!(matches!(join(&here, anew).await, Err(StoreError::ProviderOnly)));
    let without = Join::Anew { password_hash: "", link: None, licence: None };
    join(&here, without).await.expect("by the provider alone");
}

pub async fn of_two_joins_at_once_one_is_anew(store: Arc<dyn Store>) {
    enrol(&*store, &staff_of(9)).await;
    let staff = staff_of(1);
    store.add_staff(&staff, &[], None, &[]).await.expect("it is added");
    for number in [2, 3] {
        store.add_site(&site_of(number)).await.expect("it is added");
        place(&*store, &staff_of(9).id, &site_of(number).id, &Roles::all()).await;
    }
    for _ in 0..16 {
        let join = async |number: u32| {
            let link = link(u8::try_from(number).expect("small"));
            let join = Join::Anew { password_hash: "", link: Some(&link), licence: None };
            store.join(&staff.id, &site_of(number).id, &Roles::all(), join, &[]).await
        };
        let (two, three) = tokio::join!(join(2), join(3));
        let (won, lost) = match (two, three) {
            (Ok(()), Err(StoreError::Outdated)) => (2, 3),
            (Err(StoreError::Outdated), Ok(())) => (3, 2),
            both => panic!("{both:?}"),
        };
        let works = async |token| {
            store.password_link(&[token; 32], NOON).await.expect("an answer").is_some()
        };
        assert_eq!((works(won).await, works(lost).await), (true, false));
        let site = site_of(u32::from(won)).id;
        store.set_roles(&staff.id, &site, &Roles::default(), &[]).await.expect("it leaves");
    }
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
