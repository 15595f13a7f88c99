//! The names that identifiers have at Empego.

use super::audit::record;
use super::samples::{begin, begun};
use empego_desk::store::{Store, SystemNames};
use std::sync::Arc;

fn names(pairs: &[(&str, &str)]) -> SystemNames {
    pairs.iter().map(|(kind, name)| ((*kind).to_owned(), (*name).to_owned())).collect()
}

pub async fn names_are_replaced_as_a_whole(store: Arc<dyn Store>) {
    assert_eq!(store.system_names().await.expect("it answers"), SystemNames::new());
    assert!(!store.has_consultations().await.expect("it answers"));
    for names in [names(&[("desk", "a"), ("qc", "b")]), names(&[("desk", "c")])] {
        store.set_system_names(&names, &[record(1)]).await.expect("they are written");
        assert_eq!(store.system_names().await.expect("it answers"), names);
    }
    begun(&*store, &begin(1)).await;
    assert!(store.has_consultations().await.expect("it answers"));
}
