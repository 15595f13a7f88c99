//! Exports of Empego's details page (`docs/empego.md` §5.1): the server's answer to the staff page,
//! and the record of an export that was kept. Not used by the patient's bundle.

use super::ids::ExportId;
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum ExportKind {
    Pdf,
    Text,
}

super::slug::slugs!(ExportKind);

impl ExportKind {
    /// The file name extension, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Text => "txt",
        }
    }

    /// The media type for `Content-Type`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

/// The record of an export, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub id: ExportId,
    pub kind: ExportKind,
    /// In milliseconds (UTC).
    pub made_at: i64,
    /// The name of the staff member who made it, as it was then.
    pub made_by: String,
}

/// Why there is no PDF. Exporting again is the only remedy that staff have.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PdfProblem {
    /// Empego could not make it.
    Failed,
    /// Its URL is not on a host that this desk fetches files from (`EMPEGO_FILE_ORIGINS`).
    OtherHost,
    /// Larger than this desk accepts.
    TooLarge,
    /// The file is not a PDF.
    NotPdf,
    /// No file came: the URL works for about 90 seconds, or the host cannot be reached.
    Unreachable,
    /// The time that Empego gave for the URL was over.
    Expired,
}

impl PdfProblem {
    /// Reads the JSON string without its quotes. For the browser, which has no JSON reader.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// The result of fetching an export that Empego's page announced.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchedExport {
    pub pdf: Result<ExportId, PdfProblem>,
    /// `None` when Empego could not make it.
    pub text: Option<String>,
    /// Whether the export is stored with the consultation.
    pub kept: bool,
}

/// Leaves the text out: it is about a patient.
impl fmt::Debug for FetchedExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.as_ref().map(String::len);
        f.debug_struct("FetchedExport")
            .field("pdf", &self.pdf)
            .field("text", &text)
            .field("kept", &self.kept)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::slug::assert_slugs;

    #[test]
    fn slugs_are_those_in_databases_and_json() {
        assert_slugs::<ExportKind>(&["pdf", "text"]);
        assert_slugs::<PdfProblem>(&[
            "failed",
            "other_host",
            "too_large",
            "not_pdf",
            "unreachable",
            "expired",
        ]);
        for problem in PdfProblem::VARIANTS {
            let json = serde_json::to_value(problem).expect("it is written");
            assert_eq!(json.as_str().and_then(PdfProblem::parse), Some(*problem));
        }
    }

    #[test]
    fn the_browser_reads_what_the_server_writes() {
        let fetched = FetchedExport { pdf: Ok(ExportId::from("id")), text: None, kept: true };
        let json = serde_json::json!({ "pdf": { "Ok": "id" }, "text": null, "kept": true });
        assert_eq!(serde_json::to_value(fetched).expect("it is written"), json);
        let failed =
            FetchedExport { pdf: Err(PdfProblem::NotPdf), text: Some("t".to_owned()), kept: false };
        let json = serde_json::json!({ "pdf": { "Err": "not_pdf" }, "text": "t", "kept": false });
        assert_eq!(serde_json::to_value(failed).expect("it is written"), json);
    }

    #[test]
    fn debug_output_leaves_the_text_out() {
        let failed = FetchedExport {
            pdf: Err(PdfProblem::Failed),
            text: Some("a cough".to_owned()),
            kept: false,
        };
        assert!(!format!("{failed:?}").contains("cough"));
    }
}
