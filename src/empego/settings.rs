//! Configuration of the client.

use super::origin::Origin;
use crate::profile::Profile;
use reqwest::header::{AUTHORIZATION, HeaderName};
use secrecy::SecretString;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The header that carries the key. Empego documents one for the event queue and another for its v1
/// API, and neither for v2 REST calls (`docs/empego.md` §2 and §10.1, 2). A setting of its own, as
/// it is the most likely difference; it goes before the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHeader {
    /// `Authorization: api-key {key}`, as on the event queue.
    Authorization,
    /// `Api-key: {key}`, as in the v1 API.
    ApiKey,
}

impl KeyHeader {
    /// The value of `EMPEGO_KEY_HEADER`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::ApiKey => "api-key",
        }
    }

    /// The profile with this header of the key.
    ///
    /// # Errors
    /// A sentence, where the profile has that header for something else.
    pub fn put_into(self, profile: &Profile) -> Result<Arc<Profile>, String> {
        let mut profile = profile.clone();
        let (header, scheme) = match self {
            Self::Authorization => (AUTHORIZATION, "api-key"),
            Self::ApiKey => (HeaderName::from_static("api-key"), ""),
        };
        (profile.headers.key, profile.headers.key_scheme) = (header, scheme.to_owned());
        let (tenant, user) = (&profile.headers.tenant, &profile.headers.user);
        if [tenant, user].contains(&&profile.headers.key) {
            return Err(format!("the profile has {} for something else", self.as_str()));
        }
        Ok(Arc::new(profile))
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

/// Access to one Empego tenant.
#[derive(Clone)]
pub struct Settings {
    /// Paths, members and names.
    pub profile: Arc<Profile>,
    /// Base of the paths of the profile, with or without a final `/`. Empego documents no base
    /// URL, so there is no default.
    pub base_url: Url,
    pub key: SecretString,
    /// Required when the key is linked to several tenants.
    pub tenant: Option<SecretString>,
    /// Origins that presigned URLs may lead to.
    pub app_origins: Vec<Origin>,
    /// Origins that exported files may be downloaded from.
    pub file_origins: Vec<Origin>,
    /// Limit on a create call, retries and the wait for a turn included. Calls without effect
    /// take at most [`Settings::read_timeout`], since a patient is waiting.
    pub timeout: Duration,
    /// Limit on a call without effect.
    pub read_timeout: Duration,
    /// Limit on concurrent calls. Empego documents no rate limit (`docs/empego.md` §10.1, 12).
    pub concurrency: usize,
}

impl Settings {
    /// Default of [`Settings::timeout`]. Comparable services may take 30 to 60 s for a creation.
    pub const TIMEOUT: Duration = Duration::from_secs(60);
    /// Default of [`Settings::read_timeout`].
    pub const READ_TIMEOUT: Duration = Duration::from_secs(20);
    /// Default of [`Settings::concurrency`].
    pub const CONCURRENCY: usize = 16;
}

/// Shows no keys, and of the base URL only the origin: an operator may have put a key into it.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("base_url", &self.base_url.origin().ascii_serialization())
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
