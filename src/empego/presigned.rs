//! A presigned URL: the patient's way into Empego, once and for a short time (`empego-api.md` §4).

use super::origin::Origin;
use std::fmt;
use url::Url;

/// A URL that opens one consultation's questionnaire. Whoever has it is the patient, so it is never
/// stored, logged or printed: the only way to its text is [`Self::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct PresignedUrl(Url);

impl PresignedUrl {
    /// Reads a URL and checks that it leads to one of `origins` exactly, without user information.
    /// `None` for anything else. An [`Origin`] is https, or loopback where that is allowed, and so
    /// then is the URL. Nothing is asked of the path: the only example in the documents has the
    /// language before `/embed`.
    #[must_use]
    pub fn parse(text: &str, origins: &[Origin]) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let plain = url.username().is_empty() && url.password().is_none();
        (plain && origins.iter().any(|origin| origin.matches(&url))).then_some(Self(url))
    }

    /// The URL, for the frame's source or a redirect's `Location` and nothing else. Printable
    /// ASCII.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

/// Keeps the URL out of any debug output.
impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresignedUrl(…)")
    }
}
