//! The settings of sign-in through an OpenID Connect provider (`docs/sign-in.md`).

use super::Settings;
use super::parse::{NOT_HTTPS, Problems, secure};
use secrecy::SecretString;
use url::Url;

/// An OpenID Connect provider with the desk's client credentials.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// Exactly as the provider writes it.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: SecretString,
    pub role_claim: ClaimName,
    /// The claim with the site's name or id.
    pub site_claim: ClaimName,
    /// Whether an e-mail is taken as verified where the provider does not say whether it is.
    pub trust_email: bool,
    /// The label of the sign-in button; `None` = the built-in one.
    pub button: Option<String>,
}

/// The name of a claim.
#[derive(Clone, Debug)]
pub struct ClaimName {
    pub name: String,
    /// The setting with the name, where it was set. A token without the claim is a mistake then.
    pub setting: Option<&'static str>,
}

impl ClaimName {
    fn new(setting: &'static str, given: Option<&String>, default: &str) -> Self {
        Self {
            name: given.map_or_else(|| default.to_owned(), Clone::clone),
            setting: given.map(|_| setting),
        }
    }
}

/// Reads the settings. Issuer, client id and client secret are required together; without them the
/// others do nothing.
pub(super) fn read(problems: &mut Problems, settings: &Settings, production: bool) -> Option<Oidc> {
    let given = [
        ("OIDC_ISSUER", &settings.oidc_issuer),
        ("OIDC_CLIENT_ID", &settings.oidc_client_id),
        ("OIDC_CLIENT_SECRET", &settings.oidc_client_secret),
    ];
    let others = [
        ("OIDC_ROLE_CLAIM", &settings.oidc_role_claim),
        ("OIDC_SITE_CLAIM", &settings.oidc_site_claim),
        ("OIDC_TRUST_EMAIL", &settings.oidc_trust_email),
        ("OIDC_BUTTON", &settings.oidc_button),
    ];
    let is_set = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let trust_email = problems.switch(
        "OIDC_TRUST_EMAIL",
        settings.oidc_trust_email.as_deref().filter(|text| !text.is_empty()).unwrap_or("off"),
    );
    if !given.iter().any(|(_, text)| is_set(text)) {
        for (name, _) in others.iter().filter(|(_, text)| is_set(text)) {
            problems.warn(name, "does nothing: OIDC_ISSUER is not set");
        }
        return None;
    }
    for (name, _) in given.iter().filter(|(_, text)| !is_set(text)) {
        problems.add(name, "is missing, but another OIDC_ setting is there");
    }
    let [issuer, client_id, client_secret] =
        given.map(|(_, text)| text.clone().unwrap_or_default());
    if !issuer.is_empty()
        && !Url::parse(&issuer).is_ok_and(|url| secure(&url, "https", "http", production))
    {
        problems.add("OIDC_ISSUER", NOT_HTTPS);
    }
    if issuer.ends_with("/.well-known/openid-configuration") {
        problems.add("OIDC_ISSUER", "is the address of the metadata: leave out /.well-known/…");
    }
    let claim = |setting, given: &Option<String>, default| {
        ClaimName::new(setting, given.as_ref().filter(|text| !text.trim().is_empty()), default)
    };
    Some(Oidc {
        issuer,
        client_id,
        client_secret: SecretString::from(client_secret),
        role_claim: claim("OIDC_ROLE_CLAIM", &settings.oidc_role_claim, "roles"),
        site_claim: claim("OIDC_SITE_CLAIM", &settings.oidc_site_claim, "site"),
        trust_email,
        button: settings.oidc_button.clone(),
    })
}
