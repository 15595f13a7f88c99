//! Download of an exported PDF from the temporary address that Empego's details page posts
//! (`docs/empego.md` §5.1). The address comes through a browser, so it is requested only if it
//! leads to a configured origin, and without our key. It gives access to patient data: it is never
//! logged or stored.

use super::call::{BodyError, read_body};
use super::client::Empego;
use super::origin;
use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use reqwest::{Response, StatusCode};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// Limit on one download, the wait for a turn included. The address works for about 90 s, and a
/// staff member is waiting.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Limit on the size of a file, in bytes.
pub const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
const PDF_MAGIC: &[u8] = b"%PDF-";
const ACCEPTED: &str = "application/pdf";

/// Why a file was not downloaded. No text here holds its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Not a URL, or not at a configured origin. No request was made.
    #[error("the file is not at a configured origin")]
    OtherHost,
    /// Longer than [`MAX_FILE_BYTES`].
    #[error("the file is too large")]
    TooLarge,
    /// The media type or the content is not PDF.
    #[error("the file is not a PDF")]
    NotPdf,
    /// No 200 in time: the address has expired, or the host is down. A redirect counts too: it
    /// could lead anywhere.
    #[error("the file cannot be downloaded")]
    Unreachable,
    /// As [`Self::Unreachable`], after the time that Empego gave for the address.
    #[error("the file's address has expired")]
    Expired,
}

impl FileError {
    /// Value of the log field `error`.
    fn kind(self) -> &'static str {
        match self {
            Self::OtherHost => "other_host",
            Self::TooLarge => "too_large",
            Self::NotPdf => "not_pdf",
            Self::Unreachable => "unreachable",
            Self::Expired => "expired",
        }
    }
}

impl Empego {
    /// Downloads the PDF at an address that a browser message named. It is tried whatever `expiry`
    /// says, in milliseconds (UTC) by Empego's clock: ours may be wrong. That only explains why
    /// there is no file.
    ///
    /// # Errors
    /// All of [`FileError`], each logged once without the address.
    pub async fn fetch_pdf(
        &self,
        address: &str,
        expiry: Option<i64>,
    ) -> Result<Vec<u8>, FileError> {
        let fetched = match origin::trusted_url(address, self.file_origins()) {
            Some(url) => {
                timeout(TIMEOUT, fetch(self, url)).await.unwrap_or(Err(FileError::Unreachable))
            }
            None => Err(FileError::OtherHost),
        };
        let is_over = expiry.is_some_and(|expiry| self.transport().ambient.now() >= expiry);
        let explained = fetched.map_err(|error| match error {
            FileError::Unreachable if is_over => FileError::Expired,
            error => error,
        });
        explained.inspect_err(|error| {
            // Its origin alone: the rest gives access.
            let origin = Url::parse(address).map(|url| url.origin().ascii_serialization());
            let origin = origin.ok().filter(|_| *error == FileError::OtherHost);
            let error = error.kind();
            tracing::warn!(error, origin, "an exported file was not downloaded")
        })
    }
}

async fn fetch(empego: &Empego, url: Url) -> Result<Vec<u8>, FileError> {
    let transport = empego.transport();
    // Downloads share the turns of the calls, which bounds the memory that they use together.
    let _turn = transport.turns.acquire(empego.holder()).await;
    let request =
        transport.http.get(url).header(USER_AGENT, super::http::AGENT).header(ACCEPT, ACCEPTED);
    let response = request.send().await.map_err(|_| FileError::Unreachable)?;
    if response.status() != StatusCode::OK {
        return Err(FileError::Unreachable);
    }
    if !is_pdf(&response, &empego.profile().files.types) {
        return Err(FileError::NotPdf);
    }
    if response.content_length().is_some_and(|length| length > MAX_FILE_BYTES as u64) {
        return Err(FileError::TooLarge);
    }
    let bytes = read_body(response, MAX_FILE_BYTES).await.map_err(|error| match error {
        BodyError::TooLarge => FileError::TooLarge,
        BodyError::Interrupted => FileError::Unreachable,
    })?;
    if bytes.starts_with(PDF_MAGIC) { Ok(bytes) } else { Err(FileError::NotPdf) }
}

/// Whether an answer has one of the media types of exported PDFs.
fn is_pdf(response: &Response, types: &[String]) -> bool {
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    types.iter().any(|known| known.eq_ignore_ascii_case(kind))
}
