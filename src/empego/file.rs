//! The PDF of an export, fetched from the temporary address that Empego's page names
//! (`empego-api.md` §5.1). That address came through a browser, so it is only asked where the
//! configuration says that Empego keeps files; our key never goes there. The address lets whoever
//! has it read about a patient: it is neither logged nor kept.

use super::call::Caller;
use super::client::Empego;
use super::origin::Origin;
use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use reqwest::{Response, StatusCode};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// How long a file may take, with the wait for a turn: its address works for about 90 s, and
/// somebody waits.
const TIME: Duration = Duration::from_secs(20);
/// The largest file that is taken, in bytes.
pub const LARGEST_FILE: usize = 20 * 1024 * 1024;
/// What every PDF begins with.
const PDF_MARK: &[u8] = b"%PDF-";
/// The one media type that is taken.
const PDF_TYPE: &str = "application/pdf";

/// Why there is no file. No text here holds the file's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The address is none, or does not lead to a configured origin. Nobody was asked.
    #[error("the file is not at a configured origin")]
    OtherHost,
    /// Longer than [`LARGEST_FILE`].
    #[error("the file is too large")]
    TooLarge,
    /// Another media type, or other bytes.
    #[error("the file is no PDF")]
    NotPdf,
    /// No success in time: the address is over, or the host is away. A redirect is no success
    /// either: it could lead anywhere.
    #[error("the file cannot be had")]
    Unreachable,
}

impl FileError {
    /// One word for the log.
    fn kind(self) -> &'static str {
        match self {
            Self::OtherHost => "other_host",
            Self::TooLarge => "too_large",
            Self::NotPdf => "not_pdf",
            Self::Unreachable => "unreachable",
        }
    }
}

impl Empego {
    /// Fetches the PDF at an address that was read from a message.
    ///
    /// # Errors
    /// All of [`FileError`], each logged once without the address.
    pub async fn fetch_pdf(&self, address: &str) -> Result<Vec<u8>, FileError> {
        let fetched = match allowed(address, self.file_origins()) {
            Some(url) => timeout(TIME, fetch(self.caller(), url))
                .await
                .unwrap_or(Err(FileError::Unreachable)),
            None => Err(FileError::OtherHost),
        };
        fetched.inspect_err(|error| {
            tracing::warn!(error = error.kind(), "the file of an export was not taken")
        })
    }
}

/// The address, if it leads to one of the origins exactly and names no user. An [`Origin`] is
/// https, or loopback where that is allowed, and so then is the address.
fn allowed(address: &str, origins: &[Origin]) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && origins.iter().any(|origin| origin.matches(&url))).then_some(url)
}

async fn fetch(caller: &Caller, url: Url) -> Result<Vec<u8>, FileError> {
    // Turns are shared with the calls, so that no crowd of exports fills the memory.
    let _turn = caller.turns.acquire().await.map_err(|_| FileError::Unreachable)?;
    let request =
        caller.http.get(url).header(USER_AGENT, super::client::AGENT).header(ACCEPT, PDF_TYPE);
    let response = request.send().await.map_err(|_| FileError::Unreachable)?;
    if response.status() != StatusCode::OK {
        return Err(FileError::Unreachable);
    }
    if !is_pdf_type(&response) {
        return Err(FileError::NotPdf);
    }
    let bytes = read(response).await?;
    if bytes.starts_with(PDF_MARK) { Ok(bytes) } else { Err(FileError::NotPdf) }
}

fn is_pdf_type(response: &Response) -> bool {
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(PDF_TYPE))
}

/// Reads a body. Never more than the limit is kept, whatever the headers say.
async fn read(mut response: Response) -> Result<Vec<u8>, FileError> {
    if response
        .content_length()
        .is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > LARGEST_FILE))
    {
        return Err(FileError::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| FileError::Unreachable)? {
        if bytes.len() + chunk.len() > LARGEST_FILE {
            return Err(FileError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_configured_origin_is_asked() {
        let origins = ["https://integration.empego.ca", "http://127.0.0.1:3100"]
            .map(|text| Origin::parse(text, true).expect("an origin"));
        for (address, fits) in [
            ("https://integration.empego.ca/files/x?token=1", true),
            ("HTTPS://Integration.Empego.ca:443/x", true),
            ("http://127.0.0.1:3100/files/x.pdf", true),
            ("http://integration.empego.ca/x", false),
            ("https://integration.empego.ca.evil.example/x", false),
            ("https://integration.empego.ca@evil.example/x", false),
            ("https://user:word@integration.empego.ca/x", false),
            ("https://integration.empego.ca:8443/x", false),
            ("http://127.0.0.1:3101/x", false),
            ("http://localhost:3100/x", false),
            ("blob:https://integration.empego.ca/x", false),
            ("file:///etc/passwd", false),
            ("//integration.empego.ca/x", false),
            ("", false),
        ] {
            assert_eq!(allowed(address, &origins).is_some(), fits, "{address}");
        }
    }
}
