//! Exports: the messages of the details page, and the files.

use super::super::profile::{self, About, Kind};
use super::{State, Subject};
use serde_json::Value;

/// Lifetime of the URL of a file, in milliseconds (`docs/empego.md` §5.1: about 90 s).
const FILE_TTL_MS: i64 = 90_000;

pub(super) struct Stored {
    subject: usize,
    expires_at: i64,
    fault: Option<String>,
}

/// The answer to a request for an exported file.
#[expect(
    clippy::large_enum_variant,
    reason = "one is made for a download, and taken apart at once"
)]
pub(in crate::sandbox) enum File {
    Unknown,
    Expired,
    Pdf(Subject),
    /// Larger than clients accept.
    Large,
    /// Not a PDF, but labelled as one.
    Other,
}

impl State {
    /// What a message about a record begins with.
    pub(super) fn about<'a>(&'a self, subject: &'a Subject, at: i64) -> About<'a> {
        let Subject { kind, key, tenant_key, .. } = subject;
        About { profile: &self.profile, kind: *kind, key, tenant_key, at }
    }

    /// Index of the record of an opened details page.
    fn details_subject(&self, kind: Kind, token: &str) -> Option<usize> {
        self.url(kind, true, token).filter(|url| url.used).map(|url| url.subject)
    }

    /// Message when an export begins. `None` for a token whose page was never opened.
    pub(in crate::sandbox) fn export_progress(
        &self,
        kind: Kind,
        token: &str,
        now: i64,
    ) -> Option<Value> {
        let subject = self.details_subject(kind, token)?;
        Some(profile::export_in_progress(&self.about(&self.subjects[subject], now)))
    }

    /// Message when the export is ready, with the faults applied. The file is `file` at `origin`
    /// or, by a fault, at `other_origin`.
    pub(in crate::sandbox) fn export(
        &mut self,
        kind: Kind,
        token: &str,
        now: i64,
        file: &str,
        origin: &str,
        other_origin: &str,
    ) -> Option<Value> {
        let subject = self.details_subject(kind, token)?;
        let fails = |part: &str| {
            self.faults
                .export_fails
                .as_deref()
                .is_some_and(|fails| fails == part || fails == "both")
        };
        let fault = self.faults.export_file.clone();
        let expires_at = now.saturating_add(FILE_TTL_MS);
        let pdf = (!fails("pdf")).then(|| {
            let at = if fault.as_deref() == Some("other_host") { other_origin } else { origin };
            (format!("{at}/files/{file}.pdf"), expires_at)
        });
        let about = self.about(&self.subjects[subject], now);
        let text = (!fails("text"))
            .then(|| format!("Empego sandbox\n{}\nNothing that was answered is kept.", about.key));
        let message = profile::export_ready(&about, pdf.as_ref(), text.as_deref());
        if pdf.is_some() {
            let expires_at = if fault.as_deref() == Some("expired") { now } else { expires_at };
            self.files.insert(file.to_owned(), Stored { subject, expires_at, fault });
        }
        Some(message)
    }

    pub(in crate::sandbox) fn file(&mut self, token: &str, now: i64) -> File {
        self.counters.files_asked += 1;
        let Some(stored) = self.files.get(token) else { return File::Unknown };
        match stored.fault.as_deref() {
            _ if now >= stored.expires_at => File::Expired,
            Some("too_large") => File::Large,
            Some("not_pdf") => File::Other,
            _ => File::Pdf(self.subjects[stored.subject].clone()),
        }
    }
}
