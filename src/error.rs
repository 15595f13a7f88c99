//! The one error that crosses to a browser. The cause stays on the server, logged once beside a
//! reference.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What is wrong with one field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    /// Nothing was entered.
    Required,
    /// Longer than the field holds.
    TooLong,
    /// Not a date, or not one on which a living person can be born.
    BadDate,
    /// Not in the format of the chosen kind of identifier.
    BadNumber,
    /// Looks mistyped; may be kept after a second look.
    DoubtfulNumber,
    /// Entered as a file number, but it looks like a health number.
    LooksLikeHealthNumber,
    /// The identifier belongs to a patient with another name or date of birth.
    OtherPatient,
    /// Patients of the site enter it to start, so it must be on record.
    RequiredForGate,
    /// Not the date of birth on record.
    WrongBirthDate {
        /// How many more tries there are.
        left: u32,
    },
    /// Not a day on which a follow-up can be: a real one, from today to two years from now.
    BadDay,
    /// Not a number of times that a follow-up can repeat.
    BadTimes,
    /// A follow-up that cannot be called off: it was answered, or nobody knows whether it was
    /// created.
    NotCancellable,
    /// Not a colour.
    BadColor,
    /// White text cannot be read on this colour.
    LowContrast,
    /// Not a length of time, or one out of bounds.
    BadDuration,
    /// Something else has that name.
    NameTaken,
    /// Not a key that a header can carry.
    BadKey,
    /// Not a picture of a kind that is taken.
    BadImage,
    /// A file larger than is taken.
    LargeImage,
    /// Not one of the choices.
    BadChoice,
    /// E-mail and password do not fit together.
    BadCredentials,
    /// The account has no role at any site.
    NoSite,
    /// A new password with too few characters.
    PasswordTooShort,
    /// A new password with too many.
    PasswordTooLong,
    /// A new password that is easily guessed.
    PasswordWeak,
    /// Not the account's own password.
    WrongPassword,
    /// Not an e-mail address.
    BadEmail,
    /// The e-mail's account is at this site already.
    HasAccount,
    /// No role was ticked.
    NoRole,
    /// Nobody would be left who administers the site.
    LastAdministrator,
    /// Not a code of the second factor, or one that was used.
    BadCode,
    /// Too long since the step before.
    TooLate,
    /// The OpenID Connect provider cannot be reached.
    ProviderUnreachable,
    /// What came back from the provider does not hold.
    ProviderRefused,
    /// The provider knows the person, and this desk does not.
    ProviderStranger,
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong with it.
    pub problem: FieldProblem,
}

/// Why Empego did not do as it was asked, as far as a person needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpstreamProblem {
    /// It refused our key: a matter for the administrator.
    RefusedKey,
    /// The site's tenant key cannot be read any more: a matter for the administrator. Empego was
    /// not asked.
    NoTenantKey,
    /// It refused what we sent.
    Rejected,
    /// It could not be reached, or failed.
    Unavailable,
    /// It answered with something that this desk does not understand or does not trust.
    NotUnderstood,
}

/// Every way in which a server function can fail. Holds no patient data: errors are logged and
/// shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    /// Nobody is signed in. 401.
    #[error("not signed in")]
    NotSignedIn,
    /// Signed in, but not allowed. 403.
    #[error("not allowed")]
    Forbidden,
    /// No such record or link. 404.
    #[error("not found")]
    NotFound,
    /// The form was opened at another site than the one that the browser works at now; nothing was
    /// done. 409.
    #[error("opened at another site")]
    OtherSite,
    /// The session had ended when the form was sent, and its sender has signed in again: here it
    /// is, not sent yet. 200.
    #[error("signed in again")]
    SignedInAgain,
    /// The link's time is over, or staff took it back. 410.
    #[error("gone")]
    Gone,
    /// Too many wrong dates of birth: locked until staff unlock it. 423.
    #[error("locked")]
    Locked,
    /// The form cannot be taken as it is. 422.
    #[error("invalid")]
    Invalid(Vec<FieldError>),
    /// Too many at once, here or at Empego; nothing was done. 503.
    #[error("busy")]
    Busy,
    /// Too many tries from one place or at one thing; nothing was done. 429, with `Retry-After`.
    #[error("too many tries")]
    TooMany {
        /// How long to wait, in seconds; at least 1.
        seconds: u64,
    },
    /// Empego did not do as it was asked; nothing was done. 502.
    #[error("upstream")]
    Upstream(UpstreamProblem),
    /// Empego did not answer a create call: it may or may not have created. 504.
    #[error("outcome unknown")]
    OutcomeUnknown {
        /// The record that keeps what was entered.
        consultation: String,
    },
    /// Something broke here. 500.
    #[error("internal, reference {reference}")]
    Internal {
        /// Stands beside the cause in the log.
        reference: String,
    },
}

impl AppError {
    /// The HTTP status code that goes with it.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotSignedIn => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::OtherSite => 409,
            Self::SignedInAgain => 200,
            Self::Gone => 410,
            Self::Invalid(_) => 422,
            Self::Locked => 423,
            Self::TooMany { .. } => 429,
            Self::Busy => 503,
            Self::Upstream(_) => 502,
            Self::OutcomeUnknown { .. } => 504,
            Self::Internal { .. } => 500,
        }
    }

    /// One field with one problem.
    #[must_use]
    pub fn field(field: &str, problem: FieldProblem) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), problem }])
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// Leptos's own errors: arguments that cannot be read are the caller's fault, anything else is
    /// ours.
    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Invalid(Vec::new()),
            _ => Self::Internal { reference: "transport".to_owned() },
        }
    }
}
