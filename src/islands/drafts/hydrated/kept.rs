//! Drafts in the session storage of the tab, which ends with it. A draft is its time, whether it
//! was sent, and its entries, URL-encoded. The local storage has nothing of it: there is only the
//! time of the last sign-out, which other tabs learn by it.

use js_sys::Date;
use leptos::prelude::window;
use std::cell::Cell;
use web_sys::Storage;

/// Begins the key of every draft; the ids of its user and its site and its name follow.
const PREFIX: &str = "desk-draft ";
/// The key of the time of the last sign-out.
const SIGNED_OUT: &str = "desk-signed-out";
/// How long a draft is kept, in milliseconds: 12 hours, longer than a shift.
const LIFE_MS: i64 = 12 * 3_600_000;

/// The browser's time, in milliseconds since 1970 (UTC). An integer: reading and writing a floating
/// point number would cost 30 KB of the bundle.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds fit for longer than dates do")]
fn now() -> i64 {
    Date::now() as i64
}

/// The time of the last sign-out in any tab, in milliseconds since 1970 (UTC); 0 = none.
fn signed_out() -> i64 {
    let local = window().local_storage().ok().flatten();
    let at = local.and_then(|local| local.get_item(SIGNED_OUT).ok()?);
    at.and_then(|at| at.parse().ok()).unwrap_or_default()
}

/// What was typed into one form.
pub(super) struct Draft {
    /// When, in milliseconds since 1970 (UTC).
    pub(super) at: i64,
    /// Whether the form was sent with it.
    pub(super) sent: bool,
    /// The entries, URL-encoded.
    pub(super) entries: String,
}

impl Draft {
    /// Its time as JavaScript counts.
    #[expect(clippy::cast_precision_loss, reason = "as above")]
    pub(super) fn milliseconds(&self) -> f64 {
        self.at as f64
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        let at = parts.next()?.parse().ok()?;
        let sent = parts.next()? == "1";
        Some(Self { at, sent, entries: parts.next()?.to_owned() })
    }
}

/// The drafts of one user at one site.
pub(super) struct Drafts {
    storage: Storage,
    owner: String,
    /// The last sign-out when the page began, as [`signed_out`].
    signed_out: i64,
    /// Whether nothing is kept any more on this page.
    closed: Cell<bool>,
}

impl Drafts {
    /// `None` where the browser keeps nothing.
    pub(super) fn of(owner: &str) -> Option<Self> {
        let storage = window().session_storage().ok()??;
        let (owner, signed_out) = (owner.to_owned(), signed_out());
        Some(Self { storage, owner, signed_out, closed: Cell::new(false) })
    }

    fn key(&self, name: &str) -> String {
        format!("{PREFIX}{} {name}", self.owner)
    }

    pub(super) fn read(&self, name: &str) -> Option<Draft> {
        Draft::read(&self.storage.get_item(&self.key(name)).ok()??)
    }

    /// Keeps the entries of a form; none where nothing was typed. A page from before a sign-out
    /// keeps nothing, also when it comes back from the browser's cache and missed the event.
    pub(super) fn keep(&self, name: &str, entries: Option<String>, sent: bool) {
        if self.closed.get() || signed_out() != self.signed_out {
            return;
        }
        match entries {
            Some(entries) => self.write(&self.key(name), now(), sent, &entries),
            None => self.remove(name),
        }
    }

    fn write(&self, key: &str, at: i64, sent: bool, entries: &str) {
        let _ = self.storage.set_item(key, &format!("{at} {} {entries}", u8::from(sent)));
    }

    pub(super) fn remove(&self, name: &str) {
        let _ = self.storage.remove_item(&self.key(name));
    }

    /// Keeps nothing that happens from now on.
    pub(super) fn close(&self) {
        self.closed.set(true);
    }

    /// Forgets every draft, also in other tabs.
    pub(super) fn sign_out(&self) {
        self.close();
        for (key, _) in self.all() {
            let _ = self.storage.remove_item(&key);
        }
        if let Ok(Some(local)) = window().local_storage() {
            let _ = local.set_item(SIGNED_OUT, &now().to_string());
        }
    }

    /// Forgets what is too old, another user's, from before a sign-out, or was taken: after a form
    /// that was sent comes a page that neither answers a form nor is among the `shown` ones.
    pub(super) fn sweep(&self, answers_a_form: bool, shown: &[String]) {
        let signed_out = signed_out();
        let user = self.owner.split(' ').next().unwrap_or_default();
        let of_user = format!("{PREFIX}{user} ");
        for (key, draft) in self.all() {
            let is_shown = shown.iter().any(|name| key == self.key(name));
            let kept = draft.filter(|draft| {
                key.starts_with(&of_user)
                    && draft.at > signed_out
                    && draft.at + LIFE_MS > now()
                    && (!draft.sent || answers_a_form || is_shown)
            });
            match kept {
                // The form was refused: it waits to be sent again.
                Some(draft) if draft.sent && !is_shown => {
                    self.write(&key, draft.at, false, &draft.entries);
                }
                Some(_) => {}
                None => {
                    let _ = self.storage.remove_item(&key);
                }
            }
        }
    }

    /// Every draft of the tab, with its key.
    fn all(&self) -> Vec<(String, Option<Draft>)> {
        let keys = 0..self.storage.length().unwrap_or_default();
        keys.filter_map(|at| self.storage.key(at).ok()?)
            .filter(|key| key.starts_with(PREFIX))
            .map(|key| {
                let text = self.storage.get_item(&key).ok().flatten().unwrap_or_default();
                let draft = Draft::read(&text);
                (key, draft)
            })
            .collect()
    }
}
