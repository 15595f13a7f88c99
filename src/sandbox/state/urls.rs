//! Presigned URLs: each leads to one thing, once, and for a while.

use super::super::profile::Kind;
use super::{State, Subject};

/// What a presigned URL leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Purpose {
    /// The patient's questionnaire.
    Answer,
    /// Staff's view, opened for this user of theirs.
    Details { user: Option<String> },
}

/// When something happens, and how long a URL works when the faults say nothing; both in
/// milliseconds.
#[derive(Clone, Copy)]
pub(in crate::sandbox) struct Moment {
    pub(in crate::sandbox) now: i64,
    pub(in crate::sandbox) url_ttl_ms: i64,
}

pub(super) struct Url {
    purpose: Purpose,
    pub(super) subject: usize,
    minted_at: i64,
    expires_at: i64,
    pub(super) spent: bool,
}

/// What a presigned URL opens.
pub(in crate::sandbox) enum Opened {
    /// Nothing was ever made under this token.
    Unknown,
    /// It was used before.
    Spent,
    /// Its time is over.
    Expired,
    /// The questionnaire.
    Questions,
    /// The questionnaire is answered already.
    Answered(Subject),
    /// Staff's view.
    Details(Subject, Option<String>),
}

impl State {
    /// Remembers a presigned URL. `false` when the tenant has nothing of that kind with that key.
    pub(in crate::sandbox) fn mint(
        &mut self,
        kind: Kind,
        tenant_key: &str,
        key: &str,
        token: String,
        purpose: Purpose,
        moment: Moment,
    ) -> bool {
        let Some(place) = self.by_key.get(key).copied() else { return false };
        let subject = &mut self.subjects[place];
        if subject.kind != kind || subject.tenant_key != tenant_key {
            return false;
        }
        subject.urls_minted += 1;
        self.counters.presigned += 1;
        let expires_at = moment.now.saturating_add(self.ttl_ms(moment));
        self.urls.insert(
            token,
            Url { purpose, subject: place, minted_at: moment.now, expires_at, spent: false },
        );
        true
    }

    fn ttl_ms(&self, moment: Moment) -> i64 {
        let told = self.faults.expire_urls_after_s.and_then(|seconds| i64::try_from(seconds).ok());
        told.map_or(moment.url_ttl_ms, |seconds| seconds.saturating_mul(1000))
    }

    /// What a URL leads to, if it has this purpose for this kind. It is looked at and not spent.
    pub(in crate::sandbox) fn look(
        &self,
        kind: Kind,
        details: bool,
        token: &str,
        moment: Moment,
    ) -> Opened {
        let Some(url) = self.url(kind, details, token) else { return Opened::Unknown };
        if url.spent {
            return Opened::Spent;
        }
        // A shorter life that was told after the URL was made counts too.
        if moment.now >= url.expires_at
            || moment.now >= url.minted_at.saturating_add(self.ttl_ms(moment))
        {
            return Opened::Expired;
        }
        let subject = &self.subjects[url.subject];
        match &url.purpose {
            Purpose::Details { user } => Opened::Details(subject.clone(), user.clone()),
            Purpose::Answer if subject.answered_at.is_some() => Opened::Answered(subject.clone()),
            Purpose::Answer => Opened::Questions,
        }
    }

    pub(super) fn url(&self, kind: Kind, details: bool, token: &str) -> Option<&Url> {
        let url = self.urls.get(token)?;
        (self.subjects[url.subject].kind == kind && (url.purpose != Purpose::Answer) == details)
            .then_some(url)
    }

    /// Opens a URL: once. `event_id` is for the event, should the patient have answered with that.
    pub(in crate::sandbox) fn open(
        &mut self,
        kind: Kind,
        details: bool,
        token: &str,
        moment: Moment,
        event_id: impl FnOnce() -> String,
    ) -> Opened {
        let mut opened = self.look(kind, details, token, moment);
        if matches!(opened, Opened::Unknown | Opened::Spent | Opened::Expired) {
            self.counters.pages_refused += 1;
            return opened;
        }
        self.counters.page_loads += 1;
        if let Some(url) = self.urls.get_mut(token) {
            url.spent = true;
        }
        if matches!(opened, Opened::Questions)
            && self.faults.post_at_load
            && let Some(subject) = self.answer(kind, token, moment.now, event_id)
        {
            opened = Opened::Answered(subject);
        }
        opened
    }
}
