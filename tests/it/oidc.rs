//! Signing in through a real OpenID Connect provider: `oidc-provider-mock` from `PyPI`, which
//! `scripts/setup test` installs. Where it cannot be started these tests fail.

use crate::helpers::{CLINIC, EMAIL, PASSWORD, Page, Person, TestApp, python_tool};
use crate::lines::Lines;
use empego_desk::config::Settings;
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use empego_desk::store::Verdict;
use reqwest::header::LOCATION;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The provider, which ends with this.
pub struct Provider {
    url: String,
    client: Client,
    process: Child,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address")
        .port()
}

impl Provider {
    pub async fn start() -> Self {
        let program = python_tool("oidc-provider-mock");
        let port = free_port();
        let mut command = Command::new(&program);
        command.args(["--port", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().unwrap_or_else(|error| {
            panic!("{}: {error}; run scripts/setup test", program.display())
        });
        // The second installation fails, as it should: one is enough for the process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "a client of the tests' own")]
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        let provider = Self { url: format!("http://127.0.0.1:{port}"), client, process };
        for _ in 0..300 {
            let answer = provider
                .client
                .get(format!("{}/.well-known/openid-configuration", provider.url))
                .send()
                .await;
            if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                return provider;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the provider does not answer");
    }

    /// What it says of somebody.
    pub async fn user(&self, subject: &str, claims: Value) {
        let answer = self
            .client
            .put(format!("{}/users/{subject}", self.url))
            .json(&claims)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }

    /// Somebody signs in there; the path on the desk that they are sent back to.
    pub async fn authorize(&self, app: &TestApp, address: &str, subject: &str) -> String {
        let answer =
            self.client.post(address).form(&[("sub", subject)]).send().await.expect("an answer");
        let location = answer
            .headers()
            .get(LOCATION)
            .unwrap_or_else(|| panic!("it sends back: {}", answer.status()));
        location.to_str().expect("text").strip_prefix(&app.url).expect("to this desk").to_owned()
    }

    /// Makes them the settings of a desk that knows it.
    pub fn settings(&self, settings: &mut Settings) {
        settings.oidc_issuer = Some(self.url.clone());
        settings.oidc_client_id = Some("desk".to_owned());
        settings.oidc_client_secret = Some("secret".to_owned());
        settings.oidc_button = Some("Sign in with Clinic ID".to_owned());
    }

    async fn desk(&self) -> TestApp {
        TestApp::with(|settings| self.settings(settings)).await
    }
}

/// Presses the button: somebody with a ticket, and the address at the provider.
pub async fn begin(app: &TestApp) -> (Person<'_>, String) {
    let stranger = app.stranger();
    let request = stranger
        .request(Method::POST, "/oidc/start")
        .header("accept", "text/html")
        .form(&[("next", "/account")]);
    let page = Page::read(request).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let address = page.attribute("main a.button", "href");
    assert_eq!(page.headers["refresh"].to_str().expect("text"), format!("0; url={address}"));
    for part in [
        "response_type=code",
        "code_challenge_method=S256",
        "code_challenge=",
        "nonce=",
        "state=",
        "scope=openid",
    ] {
        assert!(address.contains(part), "{part} is not in {address}");
    }
    (Person { cookies: cookies(&page), ..stranger }, address)
}

fn cookies(page: &Page) -> String {
    page.cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}

fn session(page: &Page) -> bool {
    page.cookies.iter().any(|cookie| cookie.starts_with("desk_session="))
}

async fn rows(app: &TestApp) -> i64 {
    match app.state.desk.store.verify().await.expect("a log") {
        Verdict::Intact { rows, .. } => rows,
        broken @ Verdict::Broken { .. } => panic!("{broken:?}"),
    }
}

/// It is refused, says so, and is in the log.
async fn refused(app: &TestApp, person: &Person<'_>, path: &str, says: &str) {
    let before = rows(app).await;
    let page = person.get(path).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
    assert!(page.texts("#errors").join(" ").contains(says), "{:?}", page.texts("#errors"));
    assert!(!session(&page), "{:?}", page.cookies);
    assert!(rows(app).await > before, "it is in the log");
}

/// It is refused and says so; the log does not grow by it.
async fn turned_away(app: &TestApp, person: &Person<'_>, path: &str) {
    let before = rows(app).await;
    let page = person.get(path).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
    assert!(page.texts("#errors").join(" ").contains(REFUSED), "{:?}", page.texts("#errors"));
    assert!(!session(&page), "{:?}", page.cookies);
    assert_eq!(rows(app).await, before, "anybody can ask for it");
}

const REFUSED: &str = "Sign-in was not completed";
const STRANGER: &str = "you do not have access to this application";

#[tokio::test]
async fn somebody_signs_in_and_is_what_the_claims_say() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    assert!(
        app.stranger()
            .get("/sign-in")
            .await
            .texts("button")
            .contains(&"Sign in with Clinic ID".to_owned())
    );
    app.staff(&app.first_site().await, &[Role::Administrator]).await;
    provider.user("ada", json!({"email": EMAIL, "email_verified": true, "roles": ["front-desk", "violinist"], "site": CLINIC})).await;
    let (person, address) = begin(&app).await;
    let page = person.get(&provider.authorize(&app, &address, "ada").await).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (StatusCode::SEE_OTHER, "/account"),
        "{}",
        page.text
    );
    let inside = Person { cookies: cookies(&page), ..app.stranger() };
    assert_eq!(inside.get("/account").await.status, StatusCode::OK);
    assert_eq!(
        inside.get("/admin/staff").await.status,
        StatusCode::FORBIDDEN,
        "front desk, and nothing else any more"
    );

    // Another e-mail and other roles: the subject is who it is.
    provider
        .user("ada", json!({"email": "new@clinic.example", "email_verified": false, "roles": "administrator clinician", "site": CLINIC}))
        .await;
    let (person, address) = begin(&app).await;
    let page = person.get(&provider.authorize(&app, &address, "ada").await).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let inside = Person { cookies: cookies(&page), ..app.stranger() };
    assert_eq!(inside.get("/admin/staff").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whom_the_provider_knows_and_the_desk_does_not_stays_out() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    for (subject, claims) in [
        ("unknown", json!({"email": "stranger@clinic.example", "email_verified": true})),
        ("elsewhere", json!({"email": EMAIL, "email_verified": true, "site": "Elsewhere"})),
    ] {
        provider.user(subject, claims).await;
        let (person, address) = begin(&app).await;
        let path = provider.authorize(&app, &address, subject).await;
        refused(&app, &person, &path, STRANGER).await;
    }
    let staff =
        app.state.desk.store.staff_by_email(EMAIL).await.expect("a store").expect("an account");
    app.staff(&app.first_site().await, &[Role::Administrator]).await;
    app.state.desk.store.disable_staff(&staff.id, None, 1, &[]).await.expect("off");
    provider.user("ada", json!({"email": EMAIL, "email_verified": true})).await;
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "ada").await;
    refused(&app, &person, &path, STRANGER).await;
}

/// Signs a subject in, and whether the account administers the site afterwards.
async fn administers(provider: &Provider, app: &TestApp, subject: &str) -> bool {
    let (person, address) = begin(app).await;
    let page = person.get(&provider.authorize(app, &address, subject).await).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let inside = Person { cookies: cookies(&page), ..app.stranger() };
    inside.get("/admin/staff").await.status == StatusCode::OK
}

#[tokio::test]
async fn a_claim_does_not_take_the_last_administrators_role() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    for roles in [json!(["clinician"]), json!(["front-desk"])] {
        provider
            .user(
                "ada",
                json!({"email": EMAIL, "email_verified": true, "roles": roles, "site": CLINIC}),
            )
            .await;
        let (person, address) = begin(&app).await;
        let page = person.get(&provider.authorize(&app, &address, "ada").await).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let inside = Person { cookies: cookies(&page), ..app.stranger() };
        assert_eq!(inside.get("/admin/staff").await.status, StatusCode::OK, "{roles}");
    }
    let kept = app.log().await;
    let kept = kept.iter().filter(|row| row.detail.ends_with("by=provider last-administrator"));
    assert_eq!(kept.count(), 2, "and the log says so");
}

/// The provider vouches for the person, and not for a password that an administrator of another site
/// may know.
#[tokio::test]
async fn a_claim_that_gives_a_further_site_ends_the_password() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let (old, member) = app.member(&elsewhere, &[Role::Administrator]).await;
    let claims = json!({
        "email": member.email, "email_verified": true, "roles": ["front-desk"], "site": CLINIC,
    });
    provider.user("ada", claims).await;
    let (person, address) = begin(&app).await;
    let page = person.get(&provider.authorize(&app, &address, "ada").await).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let inside = Person { cookies: cookies(&page), ..app.stranger() };
    assert_eq!(inside.get("/consultations").await.status, StatusCode::OK);
    assert_eq!(old.get("/account").await.status, StatusCode::SEE_OTHER, "it is signed out");
    let form = [("email", member.email.as_str()), ("password", PASSWORD)];
    let again = app.stranger().post("sign_in", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_role_claim_without_a_role_of_this_desk_changes_nothing() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    let lines = Lines::default();
    let _listening = lines.listen();
    let claims = |roles: Value| json!({"email": EMAIL, "email_verified": true, "roles": roles, "site": CLINIC});
    for (roles, names) in [
        (json!([]), ""),
        (json!(""), ""),
        (json!(5), ""),
        (json!(["violinist", "offline_access"]), "violinist,offline_access"),
        (json!("admin"), "admin"),
        // Not a name: it is not repeated.
        (json!(["Zoé;Tremblay=1"]), ""),
    ] {
        lines.clear();
        provider.user("ada", claims(roles.clone())).await;
        assert!(administers(&provider, &app, "ada").await, "{roles}: nothing was changed");
        let log = app.log().await;
        let kept = log.iter().find(|row| row.detail.contains("roles kept")).expect("a row");
        assert!(
            kept.detail.ends_with(&format!("unknown={names} by=provider")),
            "{roles}: {kept:?}"
        );
        let logged = lines.with("has no role of this desk");
        assert_eq!(logged.len(), 1, "{roles}: {logged:?}");
        assert!(!logged[0].contains("violinist") && !logged[0].contains("Zo"), "{logged:?}");
    }
    // Capitals are the same roles, and names beside known ones are left out.
    provider.user("ada", claims(json!(["Clinician", "ADMINISTRATOR", "violinist"]))).await;
    assert!(administers(&provider, &app, "ada").await);
    let staff = app.state.desk.store.staff_by_email(EMAIL).await.expect("a store").expect("one");
    let sites = app.state.desk.store.sites_of(&staff.id).await.expect("a store");
    assert_eq!(sites[0].1.slugs(), "clinician administrator");

    // An account without any role gets none by it.
    let site = app.first_site().await;
    let none = app.account(&site, &[].into_iter().collect(), "none@clinic.example", "None").await;
    provider
        .user("none", json!({"email": none.email, "email_verified": true, "roles": ["violinist"], "site": CLINIC}))
        .await;
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "none").await;
    refused(&app, &person, &path, STRANGER).await;
}

#[tokio::test]
async fn a_missing_claim_is_named_to_the_user_and_to_the_operator() {
    let provider = Provider::start().await;
    let lines = Lines::default();
    let _listening = lines.listen();
    for trust in ["off", "on"] {
        let app = TestApp::with(|settings| {
            provider.settings(settings);
            settings.oidc_trust_email = Some(trust.to_owned());
        })
        .await;
        for (subject, claims, says, logged, detail) in [
            ("nameless", json!({}), "(claim email)", "claim=\"email\"", "no claim email"),
            (
                "unverified",
                json!({"email": EMAIL, "email_verified": false}),
                "has not verified your email",
                "",
                "email not verified",
            ),
        ] {
            lines.clear();
            provider.user(subject, claims).await;
            let (person, address) = begin(&app).await;
            let path = provider.authorize(&app, &address, subject).await;
            refused(&app, &person, &path, says).await;
            assert_eq!(lines.with("lacks this claim").len(), usize::from(!logged.is_empty()));
            assert!(lines.text().contains(logged), "{subject}: {}", lines.text());
            let row = app.whole_log().await.pop().expect("a row");
            assert_eq!(row.detail, format!("provider {detail}"));
        }
        // As Entra: an address, and no word on whether it is verified.
        lines.clear();
        provider.user("silent", json!({"email": EMAIL})).await;
        if trust == "on" {
            assert!(administers(&provider, &app, "silent").await);
            continue;
        }
        let (person, address) = begin(&app).await;
        let path = provider.authorize(&app, &address, "silent").await;
        refused(&app, &person, &path, "(claim email_verified)").await;
        let logged = lines.with("claim=\"email_verified\"");
        assert!(logged.len() == 1 && logged[0].contains("OIDC_TRUST_EMAIL=on"), "{logged:?}");
        assert!(!lines.with("empego_desk").iter().any(|line| line.contains(EMAIL)));
    }
}

#[tokio::test]
async fn a_setting_names_any_claim_of_the_token_or_warns() {
    let provider = Provider::start().await;
    let lines = Lines::default();
    let _listening = lines.listen();
    let claims = json!({
        "email": EMAIL, "email_verified": true, "nickname": CLINIC,
        "realm_access": {"roles": ["front-desk"]},
    });
    provider.user("ada", claims).await;
    let desk = async |role: &str, site: &str| {
        TestApp::with(|settings| {
            provider.settings(settings);
            settings.oidc_role_claim = Some(role.to_owned());
            settings.oidc_site_claim = Some(site.to_owned());
        })
        .await
    };
    let app = desk("realm_access.roles", "nickname").await;
    app.staff(&app.first_site().await, &[Role::Administrator]).await;
    assert!(!administers(&provider, &app, "ada").await, "a nested claim made it front desk");
    assert!(lines.with("has no claim of this name").is_empty(), "{}", lines.text());
    let app = desk("roels", "realm_access.site").await;
    assert!(administers(&provider, &app, "ada").await);
    let warned = lines.with("has no claim of this name");
    assert_eq!(warned.len(), 2, "{warned:?}");
    for part in ["OIDC_ROLE_CLAIM", "roels", "OIDC_SITE_CLAIM", "realm_access.site"] {
        assert!(warned.iter().any(|line| line.contains(part)), "{part}: {warned:?}");
    }
    // The defaults are not expected of every provider.
    lines.clear();
    let app = provider.desk().await;
    assert!(administers(&provider, &app, "ada").await);
    assert!(lines.with("has no claim of this name").is_empty(), "{}", lines.text());
    // Without a provider each of them does nothing.
    let app = TestApp::with(|settings| settings.oidc_trust_email = Some("on".to_owned())).await;
    assert_eq!(lines.with("OIDC_TRUST_EMAIL: does nothing").len(), 1);
    drop(app);
}

#[tokio::test]
async fn what_a_provider_writes_is_not_in_the_log() {
    let lines = Lines::default();
    let _listening = lines.listen();
    for (answer, problem) in [
        (wiremock::ResponseTemplate::new(500).set_body_string("helene tremblay"), "status=500"),
        (
            wiremock::ResponseTemplate::new(200).set_body_raw("\"helene\"", "application/json"),
            "no provider metadata",
        ),
        (
            wiremock::ResponseTemplate::new(200).set_body_json(json!({
                "issuer": "https://helene.example", "authorization_endpoint": "https://a.example",
                "jwks_uri": "https://a.example/keys", "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            })),
            "another issuer than OIDC_ISSUER",
        ),
    ] {
        let server = wiremock::MockServer::start().await;
        wiremock::Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&server).await;
        let app = TestApp::with(|settings| {
            settings.oidc_issuer = Some(server.uri());
            settings.oidc_client_id = Some("desk".to_owned());
            settings.oidc_client_secret = Some("secret".to_owned());
        })
        .await;
        lines.clear();
        let request = app.stranger().request(Method::POST, "/oidc/start");
        let page = Page::read(request.header("accept", "text/html")).await;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY);
        let logged = lines.with("metadata could not be fetched");
        assert!(logged.len() == 1 && logged[0].contains(problem), "{problem}: {logged:?}");
        assert!(!logged[0].contains("helene"), "{logged:?}");
    }
}

#[tokio::test]
async fn state_nonce_cookie_and_code_have_to_be_this_browsers_own_and_fresh() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    provider.user("ada", json!({"email": EMAIL, "email_verified": true})).await;
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "ada").await;

    turned_away(&app, &app.stranger(), &path).await;
    let tampered = Person { cookies: format!("{}0", person.cookies), ..app.stranger() };
    turned_away(&app, &tampered, &path).await;
    let (other, _) = begin(&app).await;
    refused(&app, &other, &path, REFUSED).await;
    refused(&app, &person, &path.replace("state=", "state=x"), REFUSED).await;
    refused(&app, &person, "/oidc/callback", REFUSED).await;
    refused(&app, &person, "/oidc/callback?error=access_denied", REFUSED).await;
    let page = person.get(&path).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "and the true one goes through: {}", page.text);
    refused(&app, &person, &path, REFUSED).await;

    // Another nonce in the token than the one that this browser began with.
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address.replace("nonce=", "nonce=x"), "ada").await;
    refused(&app, &person, &path, REFUSED).await;

    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "ada").await;
    app.pass(5 * 60_000);
    turned_away(&app, &person, &path).await;
}

#[tokio::test]
async fn an_account_is_one_person_at_the_provider() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    let linked = async || {
        app.log().await.into_iter().filter(|row| row.detail.ends_with("linked by=provider")).count()
    };
    provider.user("ada", json!({"email": EMAIL, "email_verified": true})).await;
    for _ in 0..2 {
        let (person, address) = begin(&app).await;
        assert_eq!(
            person.get(&provider.authorize(&app, &address, "ada").await).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(linked().await, 1, "the first time is in the log");
    }
    // Ada left, and somebody else there got her address.
    provider.user("eve", json!({"email": EMAIL, "email_verified": true})).await;
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "eve").await;
    refused(&app, &person, &path, STRANGER).await;
    assert_eq!(app.log().await[0].detail, "provider another subject");
    let (person, address) = begin(&app).await;
    assert_eq!(
        person.get(&provider.authorize(&app, &address, "ada").await).await.status,
        StatusCode::SEE_OTHER,
        "Ada is who she was"
    );
    assert_eq!(linked().await, 1);
}

#[tokio::test]
async fn an_account_that_is_off_is_linked_to_nobody() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    let store = app.state.desk.store.clone();
    let staff = store.staff_by_email(EMAIL).await.expect("a store").expect("an account");
    app.staff(&app.first_site().await, &[Role::Administrator]).await;
    store.disable_staff(&staff.id, None, 1, &[]).await.expect("off");
    provider.user("ada", json!({"email": EMAIL, "email_verified": true})).await;
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "ada").await;
    refused(&app, &person, &path, STRANGER).await;
    assert_eq!(store.staff_by_identity(&provider.url, "ada").await.expect("a store"), None);
}

/// The account is read, and disabled before its session begins.
#[tokio::test]
async fn an_account_that_is_switched_off_meanwhile_is_refused_as_one_that_is_off() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    let mut database = app.database().await;
    database
        .plant(
            "audit",
            "NEW.detail LIKE '%linked by=provider'",
            "UPDATE staff SET disabled_at = 1 WHERE id = NEW.staff_id",
        )
        .await;
    provider.user("ada", json!({"email": EMAIL, "email_verified": true})).await;
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "ada").await;
    refused(&app, &person, &path, STRANGER).await;
    let staff = app.state.desk.store.staff_by_email(EMAIL).await.expect("a store");
    assert!(staff.expect("an account").disabled_at.is_some(), "it was switched off on the way");
    let row = app.whole_log().await.pop().expect("a row");
    assert_eq!((row.action, &*row.detail), (Action::SignInRefused, "provider switched off"));
}

#[tokio::test]
async fn both_addresses_are_limited_and_no_form_but_a_true_one_is_read() {
    let app = TestApp::with(|settings| {
        settings.oidc_issuer = Some(format!("http://127.0.0.1:{}", free_port()));
        settings.oidc_client_id = Some("desk".to_owned());
        settings.oidc_client_secret = Some("secret".to_owned());
    })
    .await;
    let start = async |kind: &str, body: Vec<u8>| {
        let request = app
            .stranger()
            .request(Method::POST, "/oidc/start")
            .header("accept", "text/html")
            .header("content-type", kind);
        Page::read(request.body(body)).await.status
    };
    const FORM: &str = "application/x-www-form-urlencoded";
    assert_eq!(
        start(FORM, [b"next=".to_vec(), vec![b'x'; 20_000]].concat()).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    for (kind, body) in [
        (FORM, &b"next=%zz"[..]),
        (FORM, b"next=%2"),
        (FORM, b"next=%ff"),
        (FORM, &[0xff, b'=']),
        ("application/json", b"{}"),
        ("", b"a=b"),
    ] {
        assert_eq!(
            start(kind, body.to_vec()).await,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{kind} {body:?}"
        );
    }
    let before = rows(&app).await;
    assert_eq!(
        start(FORM, b"next=%2Faccount".to_vec()).await,
        StatusCode::BAD_GATEWAY,
        "a true form goes on to the provider"
    );
    // Eight were asked for so far; no more than forty are answered at once.
    for n in 8..40 {
        assert_eq!(
            app.stranger().get("/oidc/callback?state=x&code=y").await.status,
            StatusCode::FORBIDDEN,
            "{n}"
        );
    }
    let page = app.stranger().get("/oidc/callback?state=x&code=y").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.headers.contains_key("retry-after"));
    assert_eq!(start(FORM, Vec::new()).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(rows(&app).await, before, "and nothing of it fills the log");
    app.pass(60_000);
    assert_eq!(app.stranger().get("/oidc/callback").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    provider.user("ada", json!({"email": EMAIL, "email_verified": true})).await;
    // The provider goes by the real clock: to the desk, what it signs now ended years ago.
    app.pass(20 * 365 * 86_400_000);
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "ada").await;
    refused(&app, &person, &path, REFUSED).await;
}

#[tokio::test]
async fn a_provider_that_is_away_leaves_the_password() {
    let app = TestApp::with(|settings| {
        settings.oidc_issuer = Some(format!("http://127.0.0.1:{}", free_port()));
        settings.oidc_client_id = Some("desk".to_owned());
        settings.oidc_client_secret = Some("secret".to_owned());
    })
    .await;
    let page = Page::read(
        app.stranger().request(Method::POST, "/oidc/start").header("accept", "text/html"),
    )
    .await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(page.texts("#errors").join(" ").contains("cannot be reached"));
    app.nurse().await;
    let plain = TestApp::start().await;
    assert_eq!(
        plain
            .stranger()
            .request(Method::POST, "/oidc/start")
            .send()
            .await
            .expect("an answer")
            .status(),
        StatusCode::NOT_FOUND
    );
    assert!(!plain.stranger().get("/sign-in").await.text.contains("/oidc/start"));
}

#[tokio::test]
async fn a_token_of_another_client_is_refused() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    let claims = |azp: &str| json!({"email": EMAIL, "email_verified": true, "azp": azp});
    provider.user("ada", claims("another-client")).await;
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "ada").await;
    refused(&app, &person, &path, REFUSED).await;
    provider.user("ada", claims("desk")).await;
    let (person, address) = begin(&app).await;
    let page = person.get(&provider.authorize(&app, &address, "ada").await).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "its own: {}", page.text);

    // The browser's session so far ends with the new one, by this way too.
    let pairs = cookies(&page);
    let session = pairs.split("; ").find(|cookie| cookie.starts_with("desk_session="));
    let session = session.expect("a session").to_owned();
    let first = Person { cookies: session, ..app.stranger() };
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, "ada").await;
    let both = Person { cookies: format!("{}; {}", person.cookies, first.cookies), ..person };
    assert_eq!(both.get(&path).await.status, StatusCode::SEE_OTHER);
    assert_eq!(first.get("/account").await.status, StatusCode::SEE_OTHER, "it ended");
}

#[tokio::test]
async fn a_subject_that_is_too_long_is_refused() {
    let provider = Provider::start().await;
    let app = provider.desk().await;
    let long = "x".repeat(256);
    provider.user(&long, json!({"email": EMAIL, "email_verified": true})).await;
    let (person, address) = begin(&app).await;
    let path = provider.authorize(&app, &address, &long).await;
    refused(&app, &person, &path, REFUSED).await;
}
