//! Presigned URLs: each opens one page, once, for a limited time.

use super::super::profile::Kind;
use super::{State, Subject};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Purpose {
    Answer,
    /// The details page, for this user.
    Details {
        user: Option<String>,
    },
}

/// The time of a request, and the default lifetime of a URL, in milliseconds.
#[derive(Clone, Copy)]
pub(in crate::sandbox) struct UrlTiming {
    pub(in crate::sandbox) now: i64,
    pub(in crate::sandbox) url_ttl_ms: i64,
}

pub(super) struct Url {
    purpose: Purpose,
    pub(super) subject: usize,
    minted_at: i64,
    expires_at: i64,
    pub(super) used: bool,
}

/// What a presigned URL opens.
pub(in crate::sandbox) enum Opened {
    Unknown,
    Used,
    Expired,
    Questions,
    /// The questionnaire has been answered.
    Answered(Subject),
    /// With the user that it is opened for.
    Details(Subject, Option<String>),
}

impl State {
    /// Stores a presigned URL. `false` when the tenant has no such record.
    pub(in crate::sandbox) fn mint(
        &mut self,
        kind: Kind,
        tenant_key: &str,
        key: &str,
        token: String,
        purpose: Purpose,
        timing: UrlTiming,
    ) -> bool {
        let Some(index) = self.by_key.get(key).copied() else { return false };
        let subject = &mut self.subjects[index];
        if subject.kind != kind || subject.tenant_key != tenant_key {
            return false;
        }
        subject.urls_minted += 1;
        self.counters.presigned += 1;
        let expires_at = timing.now.saturating_add(self.ttl_ms(timing));
        self.urls.insert(
            token,
            Url { purpose, subject: index, minted_at: timing.now, expires_at, used: false },
        );
        true
    }

    fn ttl_ms(&self, timing: UrlTiming) -> i64 {
        let fault = self.faults.expire_urls_after_s.and_then(|seconds| i64::try_from(seconds).ok());
        fault.map_or(timing.url_ttl_ms, |seconds| seconds.saturating_mul(1000))
    }

    /// What a URL opens, without using it up.
    pub(in crate::sandbox) fn peek(
        &self,
        kind: Kind,
        details: bool,
        token: &str,
        timing: UrlTiming,
    ) -> Opened {
        let Some(url) = self.url(kind, details, token) else { return Opened::Unknown };
        if url.used {
            return Opened::Used;
        }
        // A shorter lifetime also applies to URLs from before.
        if timing.now >= url.expires_at
            || timing.now >= url.minted_at.saturating_add(self.ttl_ms(timing))
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

    /// Opens a URL and uses it up. `event_id` is for the event of an answer by the fault
    /// `post_at_load`.
    pub(in crate::sandbox) fn open(
        &mut self,
        kind: Kind,
        details: bool,
        token: &str,
        timing: UrlTiming,
        event_id: impl FnOnce() -> String,
    ) -> Opened {
        let mut opened = self.peek(kind, details, token, timing);
        if matches!(opened, Opened::Unknown | Opened::Used | Opened::Expired) {
            self.counters.pages_refused += 1;
            return opened;
        }
        self.counters.page_loads += 1;
        if let Some(url) = self.urls.get_mut(token) {
            url.used = true;
        }
        if matches!(opened, Opened::Questions)
            && self.faults.post_at_load
            && let Some(subject) = self.answer(kind, token, timing.now, event_id)
        {
            opened = Opened::Answered(subject);
        }
        opened
    }
}
