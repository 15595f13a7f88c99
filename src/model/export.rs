//! Exports that Empego's details page makes (`empego-api.md` §5.1): what the server tells the
//! staff's page of one, and what is on record of one that was kept. The patient's bundle uses
//! nothing of this.

use super::ids::ExportId;
use serde::{Deserialize, Serialize};

/// What an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportKind {
    /// A PDF.
    Pdf,
    /// Plain text.
    Text,
}

impl ExportKind {
    /// The word in the database.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Text => "text",
        }
    }

    /// Reads the word in the database.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        [Self::Pdf, Self::Text].into_iter().find(|kind| kind.slug() == slug)
    }

    /// How a file of it is called at its end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Text => "txt",
        }
    }

    /// The media type of such a file.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

/// An export on record, without what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Ours.
    pub id: ExportId,
    /// What it is.
    pub kind: ExportKind,
    /// When it was made, in milliseconds (UTC).
    pub made_at: i64,
    /// The name of the staff member who made it, as it was then.
    pub made_by: String,
}

/// Why there is no PDF. Every one of them is mended by exporting again, or by nobody on this side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PdfProblem {
    /// Empego could not make it.
    Failed,
    /// Its address is not at a host that this desk fetches files from (`EMPEGO_FILE_ORIGINS`).
    OtherHost,
    /// It is larger than this desk takes.
    TooLarge,
    /// What came is no PDF.
    NotPdf,
    /// Nothing came: its address works for about 90 seconds, or the host cannot be reached.
    Unreachable,
}

impl PdfProblem {
    /// All of them, each with its word in JSON.
    const WORDS: [(Self, &'static str); 5] = [
        (Self::Failed, "failed"),
        (Self::OtherHost, "other_host"),
        (Self::TooLarge, "too_large"),
        (Self::NotPdf, "not_pdf"),
        (Self::Unreachable, "unreachable"),
    ];

    /// Reads the word in JSON, where there is no JSON reader.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(_, known)| *known == word).map(|(problem, _)| problem)
    }
}

/// What became of an export that Empego's page said is ready.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportTaken {
    /// The PDF on this desk, or why there is none.
    pub pdf: Result<ExportId, PdfProblem>,
    /// The text; `None` = Empego could not make it.
    pub text: Option<String>,
    /// Whether what came is kept with the consultation.
    pub kept: bool,
}

/// Keeps the text, which is about a patient, out of any debug output.
impl std::fmt::Debug for ExportTaken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.text.as_ref().map(String::len);
        f.debug_struct("ExportTaken")
            .field("pdf", &self.pdf)
            .field("text", &text)
            .field("kept", &self.kept)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for kind in [ExportKind::Pdf, ExportKind::Text] {
            assert_eq!(ExportKind::parse(kind.slug()), Some(kind));
        }
        assert_eq!(ExportKind::parse("docx"), None);
    }

    #[test]
    fn the_browser_reads_what_the_server_writes() {
        for (problem, word) in PdfProblem::WORDS {
            assert_eq!(serde_json::to_value(problem).expect("it is written"), word);
            assert_eq!(PdfProblem::parse(word), Some(problem));
        }
        let taken = ExportTaken { pdf: Ok(ExportId::from("id")), text: None, kept: true };
        let written = serde_json::json!({ "pdf": { "Ok": "id" }, "text": null, "kept": true });
        assert_eq!(serde_json::to_value(taken).expect("it is written"), written);
        let failed =
            ExportTaken { pdf: Err(PdfProblem::NotPdf), text: Some("t".to_owned()), kept: false };
        let written =
            serde_json::json!({ "pdf": { "Err": "not_pdf" }, "text": "t", "kept": false });
        assert_eq!(serde_json::to_value(failed).expect("it is written"), written);
    }

    #[test]
    fn the_text_stays_out_of_debug_output() {
        let taken = ExportTaken {
            pdf: Err(PdfProblem::Failed),
            text: Some("a cough".to_owned()),
            kept: false,
        };
        assert!(!format!("{taken:?}").contains("cough"));
    }
}
