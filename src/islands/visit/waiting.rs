//! Reports that wait until the server has them, each under the token of its own link.

use std::cell::RefCell;
use std::rc::Rc;
use web_sys::Storage;

/// Where a report waits in this tab, before its link's token.
const WAITING: &str = "desk-report:";

/// The reports that wait. In memory first: browsers may refuse the storage. In the storage as well,
/// so that a reload or another page of this tab finds them.
#[derive(Clone, Default)]
pub(super) struct Waiting(Rc<RefCell<Vec<(String, String)>>>);

fn storage() -> Option<Storage> {
    leptos::prelude::window().session_storage().ok().flatten()
}

impl Waiting {
    /// What earlier pages of this tab left.
    pub(super) fn read() -> Self {
        let waiting = Self::default();
        if let Some(storage) = storage() {
            let keys =
                (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
            for key in keys {
                if let (Some(token), Ok(Some(report))) =
                    (key.strip_prefix(WAITING), storage.get_item(&key))
                {
                    waiting.0.borrow_mut().push((token.to_owned(), report));
                }
            }
        }
        waiting
    }

    /// Keeps a report. Of one link the newest counts.
    pub(super) fn keep(&self, token: &str, report: &str) {
        self.0.borrow_mut().retain(|(of, _)| of != token);
        self.0.borrow_mut().push((token.to_owned(), report.to_owned()));
        let _ = storage()
            .and_then(|storage| storage.set_item(&format!("{WAITING}{token}"), report).ok());
    }

    /// The report of a link, while it waits.
    pub(super) fn of(&self, token: &str) -> Option<String> {
        self.0.borrow().iter().find(|(of, _)| of == token).map(|(_, report)| report.clone())
    }

    /// Everything that waits.
    pub(super) fn all(&self) -> Vec<(String, String)> {
        self.0.borrow().clone()
    }

    /// The report of a link waits no more.
    pub(super) fn drop(&self, token: &str) {
        self.0.borrow_mut().retain(|(of, _)| of != token);
        let _ =
            storage().and_then(|storage| storage.remove_item(&format!("{WAITING}{token}")).ok());
    }
}
