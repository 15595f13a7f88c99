//! French and English texts. Every key has both languages, or the crate does not compile. [`fill`]
//! replaces placeholders such as `{name}`.

pub mod account;
pub mod browser;
pub mod cancel;
mod connection;
mod details;
mod drafts;
pub mod errors;
pub mod fields;
pub mod follow_up;
mod gate;
pub mod identity;
mod key;
mod leave;
pub mod log;
mod look;
mod patient;
pub mod patient_changes;
mod reason;
mod site;
mod site_time;
mod slip;
mod staff;
pub mod states;
pub mod time;

use crate::model::language::Language;

pub use account::AccountWords;
pub use cancel::CancelWords;
pub use connection::ConnectionWords;
pub use details::DetailsWords;
pub use drafts::DraftWords;
pub use errors::Errors;
pub use follow_up::FollowUpWords;
pub use gate::BirthWords;
pub use identity::IdentityWords;
pub use key::KeyWords;
pub use leave::LeaveWords;
pub use log::LogWords;
pub use look::LookWords;
pub use patient::PatientWords;
pub use patient_changes::PatientChangeWords;
pub use reason::ReasonWords;
pub use site::{GateWords, LinkRuleWords, SiteWords};
pub use site_time::SiteTimeWords;
pub use slip::SlipWords;
pub use staff::StaffWords;
pub use states::States;

/// Declares a set of texts: a struct with one field per key, and a constant of it per language.
macro_rules! words {
    ($(#[$doc:meta])* $Name:ident { $($key:ident: $en:literal, $fr:literal;)* }) => {
        $(#[$doc])*
        pub struct $Name { $(pub $key: &'static str,)* }

        impl $Name {
            const EN: Self = Self { $($key: $en,)* };
            const FR: Self = Self { $($key: $fr,)* };
            /// Every English text with its key, for the tests of wording.
            #[cfg(test)]
            pub(crate) const ENGLISH: &[(&str, &str)] = &[$((stringify!($key), $en)),*];
            /// Every French text with its key, for the tests of wording.
            #[cfg(test)]
            pub(crate) const FRENCH: &[(&str, &str)] = &[$((stringify!($key), $fr)),*];

            /// The texts in a language.
            #[must_use]
            pub fn of(language: crate::model::language::Language) -> &'static Self {
                match language {
                    crate::model::language::Language::En => &Self::EN,
                    crate::model::language::Language::Fr => &Self::FR,
                }
            }
        }
    };
}
pub(crate) use words;

/// Replaces the placeholder `{name}` in a text with a value.
#[must_use]
pub fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}

/// A label before its value: with a colon as the language sets it, and a space.
#[must_use]
pub fn labelled(language: Language, label: &str) -> String {
    match language {
        Language::En => format!("{label}: "),
        Language::Fr => format!("{label}\u{a0}: "),
    }
}

/// The name of a language, in that language.
#[must_use]
pub fn own_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Fr => "Français",
    }
}

#[cfg(test)]
mod tests;
