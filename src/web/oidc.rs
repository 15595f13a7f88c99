//! The protocol of a sign-in through an OpenID Connect provider: the authorization code flow with
//! PKCE, state and nonce, by the `openidconnect` crate.
//!
//! Provider metadata and keys are fetched at each sign-in: sign-ins are rare, and a key that was
//! rotated out is not used.

mod problem;

use crate::ambient::Ambient;
use crate::config::Oidc;
use crate::model::forms::EMAIL_LENGTH;
use crate::secrets::{random_token, sha256};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse,
    TokenResponse,
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::time::{Duration, SystemTime};

/// The timeout of a call to the provider.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest accepted answer, in bytes.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// The longest identifier of a user, in bytes (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// The claims beyond those of OpenID Connect.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Extra {
    #[serde(flatten)]
    claims: HashMap<String, Value>,
}

impl AdditionalClaims for Extra {}

type Fields = IdTokenFields<
    Extra,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Client = openidconnect::Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A provider, with the credentials of this desk.
#[derive(Clone, Debug)]
pub struct Provider {
    pub settings: Oidc,
    http: reqwest::Client,
    redirect: String,
}

/// What the browser keeps, sealed in a cookie, while it is at the provider.
#[derive(Clone, Serialize, Deserialize)]
pub struct Flow {
    state: String,
    nonce: String,
    verifier: String,
    /// The path on this desk to go to afterwards; may be empty.
    pub next: String,
}

/// The user whom the provider authenticated.
#[derive(Clone, Debug)]
pub struct Person {
    /// The provider's identifier of the user, which never changes.
    pub subject: String,
    /// The e-mail address, and whether the provider has verified it, where it says so.
    pub email: Option<(String, Option<bool>)>,
    claims: HashMap<String, Value>,
}

impl Person {
    /// The values of a claim: a list of texts, or one text. `None` when there is no such claim. A
    /// name with dots leads into nested claims (`realm_access.roles`), unless a claim has that
    /// very name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<Vec<String>> {
        let nested = || {
            let (first, rest) = name.split_once('.')?;
            rest.split('.').try_fold(self.claims.get(first)?, |value, name| value.get(name))
        };
        match self.claims.get(name).or_else(nested)? {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(list) => {
                Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            }
            _ => Some(Vec::new()),
        }
    }
}

/// Why a sign-in failed. The messages are for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The provider cannot be reached, or its metadata is invalid.
    #[error("the provider cannot be reached")]
    Unreachable,
    /// The answer belongs to no sign-in of this browser.
    #[error("state")]
    State,
    /// The provider rejected the code.
    #[error("code")]
    Code,
    /// The ID token is invalid.
    #[error("token")]
    Token,
}

#[derive(Debug, thiserror::Error)]
enum CallFailed {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("the answer is too large")]
    TooLarge,
    #[error(transparent)]
    Shape(#[from] axum::http::Error),
}

/// One call by the desk's HTTP client. It follows no redirects: an answer must not lead elsewhere.
async fn call(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, CallFailed> {
    let mut request = reqwest::Request::try_from(request)?;
    *request.timeout_mut() = Some(TIMEOUT);
    let mut answer = http.execute(request).await?;
    let mut built = axum::http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        built = built.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(CallFailed::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(built.body(body)?)
}

impl Provider {
    /// A provider by its settings. `http` must follow no redirects; browsers come back to
    /// `public_url`.
    #[must_use]
    pub fn new(settings: Oidc, http: reqwest::Client, public_url: &str) -> Self {
        Self { settings, http, redirect: format!("{public_url}/oidc/callback") }
    }

    async fn client(&self) -> Result<Client, OidcError> {
        let issuer =
            IssuerUrl::new(self.settings.issuer.clone()).map_err(|_| OidcError::Unreachable)?;
        let http = |request| call(self.http.clone(), request);
        let found = CoreProviderMetadata::discover_async(issuer, &http).await.map_err(|error| {
            let (problem, status) = problem::discovery(&error);
            tracing::warn!(
                problem,
                status,
                "the OpenID Connect provider's metadata could not be fetched"
            );
            OidcError::Unreachable
        })?;
        let secret = ClientSecret::new(self.settings.client_secret.expose_secret().to_owned());
        let redirect =
            RedirectUrl::new(self.redirect.clone()).map_err(|_| OidcError::Unreachable)?;
        Ok(Client::from_provider_metadata(
            found,
            ClientId::new(self.settings.client_id.clone()),
            Some(secret),
        )
        .set_redirect_uri(redirect))
    }

    /// The URL to send the browser to, and what it keeps meanwhile.
    ///
    /// # Errors
    /// [`OidcError::Unreachable`].
    pub async fn begin(&self, ambient: &Ambient, next: &str) -> Result<(String, Flow), OidcError> {
        let client = self.client().await?;
        // Two tokens: a verifier has at least 43 characters (RFC 7636, section 4.1).
        let verifier = format!("{}{}", random_token(ambient), random_token(ambient));
        let flow = Flow {
            state: random_token(ambient),
            nonce: random_token(ambient),
            verifier,
            next: next.to_owned(),
        };
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(
            flow.verifier.clone(),
        ));
        let (state, nonce) = (flow.state.clone(), flow.nonce.clone());
        let (address, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok((address.to_string(), flow))
    }

    /// Exchanges the code for an ID token and verifies it: signature, issuer, audience, expiry,
    /// nonce, authorized party, access token hash.
    ///
    /// # Errors
    /// Each of [`OidcError`].
    pub async fn finish(
        &self,
        now: i64,
        flow: &Flow,
        state: &str,
        code: &str,
    ) -> Result<Person, OidcError> {
        // Hashed, so that the duration of the comparison reveals nothing.
        if sha256(&flow.state) != sha256(state) {
            return Err(OidcError::State);
        }
        let client = self.client().await?;
        let http = |request| call(self.http.clone(), request);
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| OidcError::Unreachable)?;
        let answer = request
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .request_async(&http)
            .await;
        let answer = answer.map_err(|error| {
            let problem = problem::exchange(&error);
            tracing::warn!(problem, "the OpenID Connect provider gave no token for a code");
            OidcError::Code
        })?;
        let token = answer.id_token().ok_or(OidcError::Token)?;
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now).unwrap_or(0));
        let verifier = client.id_token_verifier().set_time_fn(move || at.into());
        let claims = token.claims(&verifier, &Nonce::new(flow.nonce.clone())).map_err(|error| {
            tracing::warn!(problem = problem::claims(&error), "an ID token was refused");
            OidcError::Token
        })?;
        // A token that was issued to another client of the provider, for this one to read, signs
        // no user in here (OpenID Connect Core 1.0, section 3.1.3.7).
        if claims.authorized_party().is_some_and(|party| **party != self.settings.client_id) {
            tracing::warn!("an ID token was refused: it was issued to another client (azp)");
            return Err(OidcError::Token);
        }
        if claims.subject().len() > LONGEST_SUBJECT {
            tracing::warn!("an ID token was refused: its subject is too long");
            return Err(OidcError::Token);
        }
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|_| OidcError::Token)?;
            let key = token.signing_key(&verifier).map_err(|_| OidcError::Token)?;
            let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key)
                .map_err(|_| OidcError::Token)?;
            if actual != *expected {
                return Err(OidcError::Token);
            }
        }
        let email = claims
            .email()
            .filter(|email| email.len() <= EMAIL_LENGTH as usize)
            .map(|email| (email.as_str().to_owned(), claims.email_verified()));
        // All of them: a setting can name a standard claim too.
        let all = serde_json::to_value(claims).and_then(serde_json::from_value);
        Ok(Person {
            subject: claims.subject().as_str().to_owned(),
            email,
            claims: all.unwrap_or_default(),
        })
    }
}
