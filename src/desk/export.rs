//! Exports of the details. The PDF is fetched at once, since its URL works for about 90 seconds. It
//! is stored with the consultation where the site's rule says so, and otherwise kept in memory for
//! the session that asked.

mod pending;

pub use pending::PendingExports;

use super::audit::About;
use super::details::known;
use super::{Actor, Desk, DeskError, Result};
use crate::empego::FileError;
use crate::model::audit::Action;
use crate::model::export::{Export, ExportKind, FetchedExport, PdfProblem};
use crate::model::ids::{ConsultationId, ExportId};
use crate::model::message::{EXPORT_READY, Ignored, Message, Subject};
use crate::profile::Profile;
use crate::store::KeptExport;
use pending::PendingExport;
use serde_json::Value;
use std::sync::Arc;

/// The outcome of a message about an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchOutcome {
    Fetched(FetchedExport),
    /// It does not count; nothing was fetched and nothing was changed.
    Ignored(Ignored),
}

/// An export for its download.
#[derive(Clone)]
pub struct File {
    pub kind: ExportKind,
    pub bytes: Arc<[u8]>,
    /// When the consultation was created, in milliseconds (UTC).
    pub created_at: i64,
}

/// The content of a message that an export is ready.
struct Ready {
    /// The URL of the PDF.
    pdf: Option<String>,
    /// When that stops working, by Empego's clock, in milliseconds (UTC).
    pdf_expiry: Option<i64>,
    text: Option<String>,
}

impl Ready {
    /// Parses the message that an export of this consultation is ready.
    fn read(
        json: &str,
        subject: Subject,
        key: &str,
        profile: &Profile,
    ) -> std::result::Result<Self, Ignored> {
        let message = Message::parse_for_as(json, subject, key, &profile.messages)?;
        if !message.operation.eq_ignore_ascii_case(EXPORT_READY) {
            return Err(Ignored::Shape);
        }
        let value: Value = serde_json::from_str(json).map_err(|_| Ignored::Shape)?;
        let places = &profile.exports;
        let at = |places: &[String]| places.iter().find_map(|place| value.pointer(place));
        // Without any part it is another message.
        let has_part = at(&places.pdf_status).or_else(|| at(&places.text_status)).is_some();
        if !has_part && value.get("data").is_some_and(|data| !data.is_object()) {
            return Err(Ignored::Shape);
        }
        let made = |status: &[String]| {
            let status = at(status).and_then(Value::as_str);
            status
                .is_some_and(|status| places.made.iter().any(|it| it.eq_ignore_ascii_case(status)))
        };
        let text = |made: bool, places: &[String]| {
            at(places).and_then(Value::as_str).filter(|_| made).map(str::to_owned)
        };
        Ok(Self {
            pdf: text(made(&places.pdf_status), &places.pdf_url),
            pdf_expiry: at(&places.pdf_expiry).and_then(Value::as_i64),
            text: text(made(&places.text_status), &places.text),
        })
    }
}

/// Takes the message that an export is ready: fetches its PDF, and stores the export or keeps it
/// for a while. Without a PDF the text alone counts.
///
/// # Errors
/// [`DeskError::NotFound`] when the site has no such consultation; a store error (nothing is handed
/// out then).
pub async fn fetch(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    json: &str,
) -> Result<FetchOutcome> {
    let (consultation, key) = known(desk, caller, id).await?;
    let profile = desk.empego.profile();
    let ready = match Ready::read(json, consultation.subject(), &key.0, profile) {
        Ok(ready) => ready,
        Err(ignored) => return Ok(FetchOutcome::Ignored(ignored)),
    };
    let pdf = match &ready.pdf {
        Some(address) => {
            let empego = desk.empego.of_site(&caller.site.id.0, None);
            empego.fetch_pdf(address, ready.pdf_expiry).await.map_err(problem)
        }
        None => Err(PdfProblem::Failed),
    };
    let export = |kind| Export {
        id: ExportId(desk.ambient.id()),
        kind,
        made_at: desk.now(),
        made_by: caller.staff.name.clone(),
    };
    let pdf = pdf.map(|bytes| KeptExport { export: export(ExportKind::Pdf), bytes });
    let made = pdf.as_ref().map(|kept| kept.export.id.clone()).map_err(|problem| *problem);
    let kept = caller.site.keep_exports && (pdf.is_ok() || ready.text.is_some());
    if pdf.is_ok() || ready.text.is_some() {
        let detail = format!("taken pdf={} text={} kept={kept}", pdf.is_ok(), ready.text.is_some());
        let about = About::consultation(&consultation).with(detail);
        if kept {
            let text = ready.text.as_ref().map(|text| KeptExport {
                export: export(ExportKind::Text),
                bytes: text.clone().into_bytes(),
            });
            let log = [desk.row(caller, Action::Exported, about)];
            let files: Vec<KeptExport> = pdf.into_iter().chain(text).collect();
            desk.store.keep_exports(&caller.site.id, id, &files, &log).await?;
        } else {
            desk.log(caller, Action::Exported, about).await?;
            if let Ok(KeptExport { export, bytes }) = pdf {
                let (site, session) = (caller.site.id.clone(), caller.session.token_hash.clone());
                desk.pending_exports.put(PendingExport {
                    id: export.id,
                    site,
                    session,
                    consultation: id.clone(),
                    at: desk.now(),
                    bytes: bytes.into(),
                });
            }
        }
    }
    Ok(FetchOutcome::Fetched(FetchedExport { pdf: made, text: ready.text, kept }))
}

/// An export for its download: a pending one of this session, or a stored one. `extension` is that
/// of the requested file name. The download is logged first.
///
/// # Errors
/// [`DeskError::NotFound`] when there is none for the caller; a store error.
pub async fn file(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    export: &ExportId,
    extension: &str,
) -> Result<File> {
    let site = &caller.site.id;
    let consultation = desk.store.consultation(site, id).await?.ok_or(DeskError::NotFound)?;
    let pending =
        desk.pending_exports.get(export, site, &caller.session.token_hash, id, desk.now());
    let created_at = consultation.created_at;
    let file = match pending {
        Some(bytes) => File { kind: ExportKind::Pdf, bytes, created_at },
        None => {
            let kept = desk.store.export(site, id, export).await?.ok_or(DeskError::NotFound)?;
            File { kind: kept.export.kind, bytes: kept.bytes.into(), created_at }
        }
    };
    if file.kind.extension() != extension {
        return Err(DeskError::NotFound);
    }
    desk.log(caller, Action::Exported, About::consultation(&consultation).with(file.kind.slug()))
        .await?;
    Ok(file)
}

/// The stored exports of a consultation of the caller's site, newest first.
///
/// # Errors
/// A store error.
pub async fn kept(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<Vec<Export>> {
    Ok(desk.store.exports(&caller.site.id, id).await?)
}

fn problem(error: FileError) -> PdfProblem {
    match error {
        FileError::OtherHost => PdfProblem::OtherHost,
        FileError::TooLarge => PdfProblem::TooLarge,
        FileError::NotPdf => PdfProblem::NotPdf,
        FileError::Unreachable => PdfProblem::Unreachable,
        FileError::Expired => PdfProblem::Expired,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::EXPORT_IN_PROGRESS;

    fn read(json: &str, key: &str) -> std::result::Result<Ready, Ignored> {
        Ready::read(json, Subject::Consultation, key, &Profile::embedded())
    }

    fn message(id: &str, operation: &str, data: &str) -> String {
        format!(
            r#"{{
                "eventType":"consultation","operation":"{operation}","id":"{id}",
                "createdAt":1779214387288,"data":{data}
            }}"#
        )
    }

    #[test]
    fn a_success_has_what_it_says_and_a_failure_nothing() {
        let whole = r#"{
            "pdfSummary":{"status":"SUCCESS","fileURL":"https://x/y","fileURLExpiry":1},
            "textualSummary":{"status":"SUCCESS","content":"t"}
        }"#;
        let ready = read(&message("k", EXPORT_READY, whole), "k").expect("it counts");
        assert_eq!(ready.pdf_expiry, Some(1));
        assert_eq!((ready.pdf.as_deref(), ready.text.as_deref()), (Some("https://x/y"), Some("t")));
        for data in [
            r#"{"pdfSummary":{"status":"FAILURE"},"textualSummary":{"status":"FAILURE"}}"#,
            r#"{
                "pdfSummary":{"status":"FAILURE","fileURL":"https://x/y"},
                "textualSummary":{"content":"t"}
            }"#,
            r#"{"pdfSummary":{"status":"SUCCESS","fileURL":7},"textualSummary":null}"#,
            "{}",
        ] {
            let ready = read(&message("k", EXPORT_READY, data), "k").expect("it counts");
            assert_eq!((ready.pdf, ready.text), (None, None), "{data}");
        }
    }

    #[test]
    fn what_is_no_export_of_ours_does_not_count() {
        assert_eq!(read(&message("k", EXPORT_READY, "{}"), "other").err(), Some(Ignored::Foreign));
        assert_eq!(read(&message("k", EXPORT_IN_PROGRESS, "{}"), "k").err(), Some(Ignored::Shape));
        for data in ["null", "[]", "7", "\"text\""] {
            assert_eq!(
                read(&message("k", EXPORT_READY, data), "k").err(),
                Some(Ignored::Shape),
                "{data}"
            );
        }
        assert_eq!(read("", "k").err(), Some(Ignored::Shape));
    }
}
