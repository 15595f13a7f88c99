//! Exports: the messages that the details page posts of them, and their files.

use super::super::profile::{self, Kind};
use super::{State, Subject};
use serde_json::Value;

/// How long the address of an exported file works, in milliseconds (`empego-api.md` §5.1: about 90
/// s).
const FILE_TTL_MS: i64 = 90_000;

/// An exported file.
pub(super) struct Stored {
    subject: usize,
    expires_at: i64,
    fault: Option<String>,
}

/// What is at the address of an exported file.
#[expect(
    clippy::large_enum_variant,
    reason = "one is made for a download, and taken apart at once"
)]
pub(in crate::sandbox) enum File {
    /// Nothing was ever made under this token.
    Unknown,
    /// Its time is over.
    Expired,
    /// A PDF about this.
    Pdf(Subject),
    /// More than anybody takes.
    Large,
    /// Something else that calls itself a PDF.
    Other,
}

impl State {
    /// What a details page that was opened under this token is of.
    fn detailed(&self, kind: Kind, token: &str) -> Option<usize> {
        self.url(kind, true, token).filter(|url| url.spent).map(|url| url.subject)
    }

    /// What the page posts when an export begins. `None` for a token whose page was never opened.
    pub(in crate::sandbox) fn exporting(&self, kind: Kind, token: &str, now: i64) -> Option<Value> {
        let Subject { key, tenant_key, .. } = &self.subjects[self.detailed(kind, token)?];
        Some(profile::export_in_progress(kind, key, tenant_key, now))
    }

    /// What the page posts when it is ready, going by the faults. The address of the file is that
    /// of `file` at `origin`, or at `elsewhere`.
    pub(in crate::sandbox) fn export(
        &mut self,
        kind: Kind,
        token: &str,
        now: i64,
        file: &str,
        origin: &str,
        elsewhere: &str,
    ) -> Option<Value> {
        let subject = self.detailed(kind, token)?;
        let fails = |part: &str| {
            self.faults
                .export_fails
                .as_deref()
                .is_some_and(|fails| fails == part || fails == "both")
        };
        let fault = self.faults.export_file.clone();
        let expires_at = now.saturating_add(FILE_TTL_MS);
        let pdf = (!fails("pdf")).then(|| {
            let at = if fault.as_deref() == Some("other_host") { elsewhere } else { origin };
            (format!("{at}/files/{file}.pdf"), expires_at)
        });
        let Subject { key, tenant_key, .. } = &self.subjects[subject];
        let text = (!fails("text"))
            .then(|| format!("Empego sandbox\n{key}\nNothing that was answered is kept."));
        let message =
            profile::export_ready(kind, key, tenant_key, now, pdf.as_ref(), text.as_deref());
        if pdf.is_some() {
            let expires_at = if fault.as_deref() == Some("expired") { now } else { expires_at };
            self.files.insert(file.to_owned(), Stored { subject, expires_at, fault });
        }
        Some(message)
    }

    /// What is at the address of a file.
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
