//! The error that server functions send to the browser. The cause is logged once, on the server,
//! with the reference of [`AppError::Internal`].

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What is wrong with one field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    Required,
    TooLong,
    /// Not a date, or no birth date of a living person.
    BadDate,
    /// A date of birth after today.
    FutureDate,
    /// A date of birth more than 120 years ago.
    LongAgo,
    /// Day and month could be either of two numbers.
    AmbiguousDate,
    /// Not in the format of the identifier type.
    BadNumber,
    /// The check digit or the date is wrong. Accepted when it is sent again.
    DoubtfulNumber,
    /// The date in the number is not the date of birth. Accepted when it is sent again.
    OtherBirthDate,
    /// A file number that looks like a health number.
    LooksLikeHealthNumber,
    /// The identifier belongs to a patient with another name or date of birth.
    OtherPatient,
    /// The identifier belongs to another patient: the two records can be merged.
    NumberOfOther,
    /// The record was changed since the form was shown.
    ChangedMeanwhile,
    /// A date of birth on record can be changed and not removed.
    KeepBirthDate,
    /// Patients with a similar name are on record. Accepted when it is said who it is.
    SimilarPatient,
    /// The chosen patient has other details by now.
    ChosenChanged,
    /// The patient has an open consultation. Accepted when another one is asked for.
    OpenConsultation,
    /// The site's date-of-birth gate needs the date on record.
    RequiredForGate,
    /// Not the date of birth on record.
    WrongBirthDate {
        /// How many attempts are left.
        left: u32,
    },
    /// Not a day of a follow-up: from today to two years from now.
    BadDay,
    /// Not a number of times that a follow-up can repeat.
    BadTimes,
    /// It was answered, or it is unknown whether it was created.
    NotCancellable,
    /// The time to undo it is over, or a later change prevents the undo.
    NotUndoable,
    BadColor,
    BadTimeZone,
    /// White text is not readable on the colour.
    LowContrast,
    /// Not a duration, or out of bounds.
    BadDuration,
    NameTaken,
    /// Not a licence number.
    BadLicence,
    /// A follow-up that was answered or is over, or of which it is not known whether Empego has it.
    NotMovable,
    /// Too many reasons, or a line that is none.
    BadReasons,
    /// The product's name in place of the clinic's, in production.
    DefaultName,
    /// Not a key that an HTTP header can carry.
    BadKey,
    /// Empego knows no record with this key.
    UnknownKey,
    /// Another consultation has this key of Empego's.
    KeyOfOther,
    /// Not an image of an accepted format.
    BadImage,
    LargeImage,
    /// Not one of the choices.
    BadChoice,
    /// The e-mail and the password do not match an account.
    BadCredentials,
    /// The account has no role at any site.
    NoSite,
    PasswordTooShort,
    PasswordTooLong,
    PasswordWeak,
    /// Not the account's current password.
    WrongPassword,
    BadEmail,
    /// The account has a role at this site already.
    HasAccount,
    NoRole,
    /// The site would have no administrator.
    LastAdministrator,
    /// The account signs in through the provider alone: it has no password to reset.
    ProviderOnly,
    /// Not a code of the second factor, or a used one.
    BadCode,
    /// The previous step was too long ago.
    TooLate,
    /// The OpenID Connect provider cannot be reached.
    ProviderUnreachable,
    /// The provider's response is not valid.
    ProviderRefused,
    /// The provider's ID token has no e-mail, by which an account is found the first time.
    ProviderNoEmail,
    /// It does not say whether the e-mail is verified.
    ProviderNoVerification,
    /// It says that the e-mail is not verified.
    ProviderUnverified,
    /// The provider's user has no account on this desk.
    #[serde(rename = "provider_stranger")]
    ProviderUnknownUser,
}

/// A field and its problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The name of the form's control.
    pub field: String,
    pub problem: FieldProblem,
}

/// Why a call to Empego failed, as far as the user needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpstreamProblem {
    /// It refused the API key or the tenant key: an administrator must act.
    RefusedKey,
    /// The stored tenant key cannot be decrypted: an administrator must enter it again. No call was
    /// made.
    NoTenantKey,
    /// It refused the data that was sent.
    Rejected,
    /// It could not be reached, or answered with a server error.
    Unavailable,
    /// Its response cannot be read or is not trusted.
    NotUnderstood,
    /// The interface that the desk is set up for has no such call.
    Unsupported,
}

/// The error of a server function. Holds no patient data: errors are logged and shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    /// 401.
    #[error("not signed in")]
    NotSignedIn,
    /// 403.
    #[error("not allowed")]
    Forbidden,
    /// The browser says that another web site sent the request, or does not say that this one did.
    /// 403.
    #[error("sent from another web site")]
    CrossSite,
    /// 404.
    #[error("not found")]
    NotFound,
    /// The form was opened at another site than the session's current one. 409.
    #[error("opened at another site")]
    OtherSite,
    /// The session had ended when the form was sent. After the new sign-in the form is shown again,
    /// not sent yet. 200.
    #[error("signed in again")]
    SignedInAgain,
    /// The link expired or was revoked. 410.
    #[error("gone")]
    Gone,
    /// Locked after too many wrong dates of birth, until staff unlock it. 423.
    #[error("locked")]
    Locked,
    /// The form is larger than this desk reads; nothing was done. 413.
    #[error("too large")]
    TooLarge,
    /// The form has invalid fields. 422.
    #[error("invalid")]
    Invalid(Vec<FieldError>),
    /// Too many calls to Empego at once; nothing was done. 503.
    #[error("busy")]
    Busy,
    /// The database does not answer, or not in time. 503.
    #[error("away")]
    Away,
    /// The disk of the database is full or cannot be written; nothing was saved. 503.
    #[error("the disk is full")]
    DiskFull,
    /// This desk works on too many requests, or on too many of one client; nothing was done. 503,
    /// with `Retry-After`.
    #[error("crowded")]
    Crowded {
        /// The wait in seconds, at least 1.
        seconds: u64,
    },
    /// A rate limit is exceeded; nothing was done. 429, with `Retry-After`.
    #[error("too many tries")]
    TooMany {
        /// The wait in seconds, at least 1.
        seconds: u64,
    },
    /// A call to Empego failed; nothing was done. 502.
    #[error("upstream")]
    Upstream(UpstreamProblem),
    /// Empego did not respond to a create call: it may have created the consultation. 504.
    #[error("outcome unknown")]
    OutcomeUnknown {
        /// The id of the consultation, which keeps the form's data.
        consultation: String,
    },
    /// 500.
    #[error("internal, reference {reference}")]
    Internal {
        /// Logged with the cause.
        reference: String,
    },
}

impl AppError {
    /// The HTTP status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotSignedIn => 401,
            Self::Forbidden | Self::CrossSite => 403,
            Self::NotFound => 404,
            Self::OtherSite => 409,
            Self::SignedInAgain => 200,
            Self::Gone => 410,
            Self::TooLarge => 413,
            Self::Invalid(_) => 422,
            Self::Locked => 423,
            Self::TooMany { .. } => 429,
            Self::Busy | Self::Away | Self::DiskFull | Self::Crowded { .. } => 503,
            Self::Upstream(_) => 502,
            Self::OutcomeUnknown { .. } => 504,
            Self::Internal { .. } => 500,
        }
    }

    /// [`Self::Invalid`] with one field.
    #[must_use]
    pub fn field(field: &str, problem: FieldProblem) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), problem }])
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// Arguments that cannot be read are invalid; any other error of Leptos is internal.
    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Invalid(Vec::new()),
            _ => Self::Internal { reference: "transport".to_owned() },
        }
    }
}
