//! What the operator's log says of a failed call to the provider. The errors' own texts repeat what
//! the provider sent, which can hold a user's data, so each kind has a text of ours.

use super::CallFailed;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    ClaimsVerificationError, DiscoveryError, RequestTokenError, SignatureVerificationError,
    StandardErrorResponse,
};

fn call(error: &CallFailed) -> &'static str {
    match error {
        CallFailed::Http(error) if error.is_timeout() => "no answer in time",
        CallFailed::Http(error) if error.is_connect() => "no connection",
        CallFailed::Http(_) => "the connection broke",
        CallFailed::TooLarge => "the answer is too large",
        CallFailed::Shape(_) => "the answer is no HTTP",
    }
}

/// Why the provider's metadata or keys could not be fetched, and the HTTP status where it decides.
pub(super) fn discovery(error: &DiscoveryError<CallFailed>) -> (&'static str, Option<u16>) {
    match error {
        DiscoveryError::Request(error) => (call(error), None),
        DiscoveryError::Response(status, ..) => {
            ("the answer is no provider metadata", Some(status.as_u16()))
        }
        DiscoveryError::Parse(_) => ("the answer is no provider metadata", None),
        DiscoveryError::UrlParse(_) => ("OIDC_ISSUER is no address", None),
        DiscoveryError::Validation(_) => {
            ("the provider names another issuer than OIDC_ISSUER, to the letter", None)
        }
        _ => ("other", None),
    }
}

type TokenError = RequestTokenError<CallFailed, StandardErrorResponse<CoreErrorResponseType>>;

/// Why the provider gave no token for the code. The codes of RFC 6749, section 5.2 are ours to
/// name; another one is not repeated.
pub(super) fn exchange(error: &TokenError) -> &'static str {
    match error {
        RequestTokenError::ServerResponse(answer) => standard_code(answer.error()),
        RequestTokenError::Request(error) => call(error),
        RequestTokenError::Parse(..) => "the answer is no token",
        RequestTokenError::Other(_) => "other",
    }
}

fn standard_code(code: &CoreErrorResponseType) -> &'static str {
    const CODES: [&str; 6] = [
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    ];
    CODES.into_iter().find(|known| *known == code.as_ref()).unwrap_or("another code")
}

/// Which check of the ID token failed.
pub(super) fn claims(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "expired",
        ClaimsVerificationError::InvalidAudience(_) => "its audience is not OIDC_CLIENT_ID",
        ClaimsVerificationError::InvalidIssuer(_) => "its issuer is not OIDC_ISSUER",
        ClaimsVerificationError::InvalidNonce(_) => "its nonce is of another sign-in",
        ClaimsVerificationError::InvalidSubject(_) => "its subject",
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        ) => "its signature is of no key of the provider",
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::DisallowedAlg(_),
        ) => "its signature has an algorithm that the provider does not name",
        ClaimsVerificationError::SignatureVerification(_) => "its signature",
        _ => "other",
    }
}
