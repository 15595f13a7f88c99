//! What the client is told at start.

use super::origin::Origin;
use secrecy::SecretString;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

/// Which header carries the key. Empego documents one for its event queue and one for its older
/// API, and neither for the calls made here (`empego-api.md` §2, §10.1 line 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyHeader {
    /// `Authorization: api-key {key}`, as on the event queue.
    #[default]
    Authorization,
    /// `Api-key: {key}`, as in the older API.
    ApiKey,
}

impl KeyHeader {
    /// The word in `EMPEGO_KEY_HEADER`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::ApiKey => "api-key",
        }
    }
}

impl FromStr for KeyHeader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Authorization, Self::ApiKey]
            .into_iter()
            .find(|header| header.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| format!("\"{text}\" is neither authorization nor api-key"))
    }
}

/// How to reach one Empego tenant.
#[derive(Clone)]
pub struct Settings {
    /// Where the paths of `profile.rs` begin, with any prefix; a `/` at the end makes no
    /// difference. Empego documents no base URL, so there is no default.
    pub base_url: Url,
    /// The integration key.
    pub key: SecretString,
    /// Which header carries it.
    pub key_header: KeyHeader,
    /// The tenant key, needed where the key is linked to several franchises.
    pub tenant: Option<SecretString>,
    /// Where presigned URLs may lead.
    pub app_origins: Vec<Origin>,
    /// Where the files of exports may be fetched from.
    pub file_origins: Vec<Origin>,
    /// How long a whole create call may take, with everything that is tried again and the wait for
    /// a turn. Calls that have no effect take at most [`Settings::LONGEST_READ`] of it, since a
    /// patient is looking at the screen.
    pub timeout: Duration,
    /// How many calls may be under way at once. Empego documents no limit, so we bring our own
    /// (`empego-api.md` §10.1, 12).
    pub concurrency: usize,
}

impl Settings {
    /// The usual [`Settings::timeout`]: comparable services take 30 to 60 s for a difficult
    /// creation (`peers.md` §4).
    pub const TIMEOUT: Duration = Duration::from_secs(60);
    /// The longest that a call without effect may take.
    pub const LONGEST_READ: Duration = Duration::from_secs(20);
    /// The usual [`Settings::concurrency`].
    pub const CONCURRENCY: usize = 16;
}

/// Shows neither the keys nor more of the base URL than its origin, for somebody may have put a key
/// into it.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("base_url", &self.base_url.origin().ascii_serialization())
            .field("key_header", &self.key_header)
            .field("tenant", &self.tenant.is_some())
            .field("app_origins", &self.app_origins)
            .field("file_origins", &self.file_origins)
            .field("timeout", &self.timeout)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_header_is_one_of_two_words() {
        assert_eq!("authorization".parse(), Ok(KeyHeader::Authorization));
        assert_eq!(" Api-Key ".parse(), Ok(KeyHeader::ApiKey));
        assert_eq!(
            "bearer".parse::<KeyHeader>(),
            Err("\"bearer\" is neither authorization nor api-key".to_owned())
        );
    }
}
