//! The staff member that a details page is opened for, in a header (`docs/empego.md` §2).

use crate::model::language::Language;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use serde::Serialize;
use std::fmt;

/// A staff member as Empego sees them. Every member that is known is sent: Empego fills a missing
/// one from the owner of the API key, and its record would then name the wrong person.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActingUser {
    /// The account's id on this desk; it never changes.
    pub user_id: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// `FR` or `EN`.
    pub preferred_language: &'static str,
    /// The professional licence number. Without one Empego takes that of the key's owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_number: Option<String>,
}

impl ActingUser {
    /// Splits `name` at the last space into first and last name. A name of one word stands in both
    /// places.
    #[must_use]
    pub fn new(
        user_id: &str,
        name: &str,
        email: &str,
        licence: Option<&str>,
        language: Language,
    ) -> Self {
        let name = name.trim();
        let (first_name, last_name) = name.rsplit_once(char::is_whitespace).unwrap_or((name, name));
        Self {
            user_id: user_id.to_owned(),
            first_name: first_name.trim_end().to_owned(),
            last_name: last_name.to_owned(),
            email: email.to_owned(),
            preferred_language: match language {
                Language::En => "EN",
                Language::Fr => "FR",
            },
            license_number: licence.map(str::to_owned),
        }
    }

    /// Base64 of UTF-8 JSON: standard alphabet, padded, on one line (assumed). `None` when it
    /// cannot be written into a header.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let mut value =
            HeaderValue::from_str(&STANDARD.encode(serde_json::to_vec(self).ok()?)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// Names and addresses stay out of debug output.
impl fmt::Debug for ActingUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActingUser").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_at_its_last_space() {
        for (name, first_name, last_name) in [
            ("Zoé Tremblay-Roy", "Zoé", "Tremblay-Roy"),
            ("  Marie Ève  Gagné ", "Marie Ève", "Gagné"),
            ("李 小龍", "李", "小龍"),
            ("Administrator", "Administrator", "Administrator"),
        ] {
            let user = ActingUser::new("u-1", name, "z@clinic.example", None, Language::Fr);
            assert_eq!(
                (user.first_name.as_str(), user.last_name.as_str()),
                (first_name, last_name)
            );
            assert!(!format!("{user:?}").contains(first_name));
        }
    }

    #[test]
    fn the_header_is_padded_base64_on_one_line() {
        let licence = Some("PH-12345");
        let user =
            ActingUser::new("u-1", "Zoé Tremblay", "z@clinic.example", licence, Language::Fr);
        let header = user.header().expect("a value");
        assert!(header.is_sensitive());
        let bytes = STANDARD.decode(header.as_bytes()).expect("base64");
        let json: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(
            json,
            serde_json::json!({
                "userId": "u-1", "firstName": "Zoé", "lastName": "Tremblay",
                "email": "z@clinic.example", "preferredLanguage": "FR",
                "licenseNumber": "PH-12345"
            })
        );
        let long = ActingUser::new(&"é".repeat(500), "A B", "", None, Language::En)
            .header()
            .expect("a value");
        assert!(long.len().is_multiple_of(4) && !long.as_bytes().contains(&b'\n'));
    }
}
