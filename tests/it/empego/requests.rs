//! What is sent, to the byte, and what is read from success.

use super::*;
use empego_desk::empego::{ActingUser, Kind, PresignedUrl};
use empego_desk::model::language::Language;
use empego_desk::model::status::{EmpegoStatus, StatusId};
use serde_json::json;
use wiremock::Request;

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.get(name).map(|value| value.to_str().expect("ASCII"))
}

async fn only_request(server: &MockServer) -> Request {
    let mut requests = server.received_requests().await.expect("recording is on");
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

fn created() -> ResponseTemplate {
    ResponseTemplate::new(201).set_body_json(json!({
        "consultationKey": "c-1", "patientKey": "p-1", "tenantKey": "t-1",
        "consultationStatus": { "id": "UNANSWERED", "en": "Unanswered", "fr": "Non répondu" }
    }))
}

#[tokio::test]
async fn a_creation_says_what_the_profile_says_and_no_more() {
    let server = server(created()).await;
    let (empego, _) =
        client(Settings { tenant: Some(TENANT_KEY.into()), ..settings(&server.uri()) });
    let patient = patient(vec![
        identifier(IdentifierType::Qc, "TREH80520312"),
        identifier(IdentifierType::FileNumber, "A 17"),
    ]);

    let answer = empego.create_consultation(&patient, "opaque", None).await.expect("it is created");
    assert_eq!(answer.key, Some(EmpegoKey::from("c-1")));
    let status = EmpegoStatus {
        id: StatusId::Unanswered,
        en: "Unanswered".to_owned(),
        fr: "Non répondu".to_owned(),
    };
    assert_eq!(answer.status, Some(status));

    let request = only_request(&server).await;
    assert_eq!(
        (request.method.as_str(), request.url.path(), request.url.query()),
        ("POST", CREATE, None)
    );
    assert_eq!(header(&request, "authorization"), Some("api-key sesame-key-0451"));
    assert_eq!(header(&request, "x-tenant-key"), Some(TENANT_KEY));
    assert_eq!(header(&request, "api-key"), None);
    assert_eq!(header(&request, "x-integration-user"), None);
    assert_eq!(header(&request, "content-type"), Some("application/json"));
    assert_eq!(header(&request, "accept"), Some("application/json"));
    assert_eq!(
        header(&request, "user-agent"),
        Some(concat!("empego-desk/", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(
        request.body_json::<serde_json::Value>().expect("JSON"),
        json!({
            "patient": {
                "externalPatientKeys": [
                    { "subSystem": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-qc-patient-healthcare-id", "key": "TREH80520312" },
                    { "subSystem": "file-number", "key": "A 17" }
                ],
                "firstName": "Hélène",
                "lastName": "Tremblay"
            },
            "metadata": "opaque"
        })
    );
}

#[tokio::test]
async fn a_patient_without_identifier_goes_by_our_own() {
    let server = server(created()).await;
    client(settings(&server.uri()))
        .0
        .create_consultation(&patient(vec![]), "", None)
        .await
        .expect("it is created");
    let body: serde_json::Value = only_request(&server).await.body_json().expect("JSON");
    assert_eq!(
        body["patient"]["externalPatientKeys"],
        json!([{ "subSystem": "empego-desk", "key": "0192-patient" }])
    );
}

#[test]
fn every_sub_system_is_its_own() {
    let profile = Profile::embedded();
    let name = |kind| profile.identifiers.system_of(Some(kind));
    let names: std::collections::HashSet<_> = IdentifierType::ALL.into_iter().map(name).collect();
    assert_eq!(names.len(), IdentifierType::ALL.len());
    assert!(names.contains("https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn"));
}

#[tokio::test]
async fn an_answer_url_is_asked_for_by_key_and_exposed_only_on_purpose() {
    let server =
        server(ResponseTemplate::new(200).set_body_json(json!({ "iframeUrl": URL }))).await;
    let (empego, _) = client(Settings {
        profile: KeyHeader::ApiKey.put_into(&Profile::embedded()).expect("no other header"),
        ..settings(&server.uri())
    });

    let url = empego.answer_url(Kind::Consultation, &key()).await.expect("a URL");
    assert_eq!(url.expose(), URL);

    let request = only_request(&server).await;
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", ANSWER));
    assert_eq!(header(&request, "api-key"), Some(API_KEY));
    assert_eq!(header(&request, "authorization"), None);
    assert_eq!(header(&request, "x-tenant-key"), None);
    assert_eq!(
        request.body_json::<serde_json::Value>().expect("JSON"),
        json!({ "consultationKey": "8c4abd06-key" })
    );
}

#[tokio::test]
async fn paths_go_below_the_prefix_and_user_information_stays_at_home() {
    let server = MockServer::start().await;
    post("/api/v2/consultation").respond_with(created()).mount(&server).await;
    let host = server.address();
    for base in [
        format!("http://{host}/api/v2"),
        format!("http://{host}/api/v2/"),
        format!("http://user:pass@{host}/api/v2?x=1#y"),
    ] {
        client(settings(&base))
            .0
            .create_consultation(&patient(vec![]), "", None)
            .await
            .expect(&base);
    }
    for request in server.received_requests().await.expect("recording is on") {
        let keys: Vec<_> = request.headers.get_all("authorization").iter().collect();
        assert_eq!(keys, ["api-key sesame-key-0451"]);
        assert_eq!(request.url.query(), None);
    }
}

#[tokio::test]
async fn the_check_asks_for_nobody_and_likes_to_hear_so() {
    for status in [404, 400, 422, 200] {
        let server = server(ResponseTemplate::new(status)).await;
        assert_eq!(client(settings(&server.uri())).0.check().await, Ok(()), "{status}");
        let request = only_request(&server).await;
        assert_eq!(request.url.path(), ANSWER);
        let body: serde_json::Value = request.body_json().expect("JSON");
        assert_eq!(body, json!({ "consultationKey": "00000000-0000-0000-0000-000000000000" }));
    }
}

#[test]
fn a_presigned_url_leads_to_a_configured_origin_or_nowhere() {
    let origins = [
        Origin::parse("https://app.empego.ca", false).expect("an origin"),
        Origin::parse("http://127.0.0.1:3100", true).expect("an origin"),
    ];
    for (text, good) in [
        (URL, true),
        ("https://app.empego.ca/fr/embed/franchise/test?sessionId=1", true),
        ("HTTPS://APP.EMPEGO.CA:443/x", true),
        ("http://127.0.0.1:3100/embed/x", true),
        ("http://app.empego.ca/embed/x", false),
        ("https://app.empego.ca:8443/embed/x", false),
        ("https://app.empego.ca.evil.example/x", false),
        ("https://evil.example/https://app.empego.ca", false),
        ("https://app.empego.ca@evil.example/x", false),
        ("https://user@app.empego.ca/x", false),
        ("https://user:pass@app.empego.ca/x", false),
        ("https://:pass@app.empego.ca/x", false),
        ("https://uat.empego.ca/x", false),
        ("https://127.0.0.1:3100/x", false),
        ("http://127.0.0.1:3101/x", false),
        ("http://localhost:3100/x", false),
        ("app.empego.ca/fr/embed/x", false),
        ("//app.empego.ca/embed/x", false),
        ("/embed/x", false),
        ("javascript:alert(1)", false),
        ("data:text/html,x", false),
        ("blob:https://app.empego.ca/8c4abd06", false),
        ("", false),
    ] {
        assert_eq!(PresignedUrl::parse(text, &origins).is_some(), good, "{text}");
    }
    assert_eq!(PresignedUrl::parse(URL, &[]), None);
}

#[tokio::test]
async fn details_are_asked_for_in_the_name_of_whoever_opens_them() {
    use base64::Engine;
    let server = MockServer::start().await;
    for to in ["/embed/consultation/details", "/embed/followup/details"] {
        post(to)
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "iframeUrl": URL })))
            .mount(&server)
            .await;
    }
    let (empego, _) =
        client(Settings { tenant: Some(TENANT_KEY.into()), ..settings(&server.uri()) });
    let (name, email, licence) = ("Zoé Côté-Nguyễn", "zoe@clinic.example", Some("PH 12-345"));
    let user = ActingUser::new("0192-staff", name, email, licence, Language::Fr);
    for (kind, member) in [(Kind::Consultation, "consultationKey"), (Kind::FollowUp, "followupKey")]
    {
        assert_eq!(empego.details_url(kind, &key(), &user).await.expect("a URL").expose(), URL);
        let request =
            server.received_requests().await.expect("recording is on").pop().expect("a request");
        assert_eq!(
            request.body_json::<serde_json::Value>().expect("JSON"),
            json!({ member: "8c4abd06-key" })
        );
        assert_eq!(header(&request, "x-tenant-key"), Some(TENANT_KEY));
        let said = base64::engine::general_purpose::STANDARD
            .decode(header(&request, "x-integration-user").expect("a user"))
            .expect("base64");
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&said).expect("JSON"),
            json!({
                "userId": "0192-staff", "firstName": "Zoé", "lastName": "Côté-Nguyễn", "email": "zoe@clinic.example", "preferredLanguage": "FR",
                "licenseNumber": "PH 12-345"
            })
        );
    }
}

/// The sandbox reads the header with code of its own.
#[tokio::test]
async fn the_sandbox_knows_who_opens_the_details() {
    let app = crate::helpers::TestApp::start().await;
    let nurse = app.nurse().await;
    nurse.create("Ada", "Example", "A-1").await;
    let key = EmpegoKey::from(app.seen().await["consultations"][0]["key"].as_str().expect("a key"));
    for name in ["Zoé Côté", "李 小龍", "🤸 \"Quote\" \\", "Administrator"] {
        let (id, email) = (format!("id of {name}"), "zoë@clinic.example");
        let user = ActingUser::new(&id, name, email, None, Language::En);
        let url = app
            .state
            .desk
            .empego
            .details_url(Kind::Consultation, &key, &user)
            .await
            .expect("a URL");
        let path = url.expose().strip_prefix(&app.sandbox).expect("at the sandbox").to_owned();
        #[expect(clippy::disallowed_methods, reason = "a client of the test's own")]
        let page = reqwest::Client::new()
            .get(format!("{}{path}", app.sandbox))
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("a page");
        let shown: String = scraper::Html::parse_document(&page).root_element().text().collect();
        assert!(shown.contains(&format!("id of {name}")), "{name}: {shown}");
    }
}
