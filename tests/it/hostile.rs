//! Input that no page of ours sends: malformed, oversized, or about somebody else's records.

use crate::access::functions;
use crate::helpers::{Page, Person, TestApp};
use empego_desk::model::role::Role;
use reqwest::{Method, StatusCode};

/// Server functions that change nothing by themselves: any text may be looked for, and there is no
/// logo to take away.
const LOOKS: [&str; 8] = [
    "keep_session",
    "find_patient",
    "look_up_patient",
    "search_consultations",
    "search_follow_ups",
    "remove_logo",
    "search_log",
    "verify_log",
];
/// Every field that any server function has, but for the names of a new site: nearly every text is
/// a name.
const FIELDS: &[&str] = &[
    "old_password",
    "new_password",
    "code",
    "setup",
    "session",
    "id",
    "token",
    "message",
    "email",
    "password",
    "next",
    "language",
    "site",
    "first_name",
    "last_name",
    "date_of_birth",
    "identifier_type",
    "identifier",
    "find",
    "looked_for",
    "use_patient",
    "default_type",
    "same_patient",
    "beside_open",
    "keep_number",
    "request_id",
    "follows",
    "due_on",
    "follow_up_reason",
    "repeat",
    "times",
    "view",
    "search",
    "status",
    "of",
    "staff",
    "action",
    "from",
    "until",
    "patient",
    "version",
    "information",
    "circumstances",
    "happened",
    "aware_on",
    "persons",
    "persons_in_quebec",
    "serious",
    "reasons",
    "commission_on",
    "persons_on",
    "measures",
    "reason",
    "gate",
    "name",
    "public_name_en",
    "public_name_fr",
    "link_ttl",
    "link_ttl_unit",
    "birth_date_gate",
    "keep_exports",
    "retention",
    "retention_unit",
    "accent",
    "tenant_key",
    "remove_tenant_key",
];

/// What must be as it was: what the sandbox was asked for, and what staff and patient see of a
/// record.
async fn snapshot(app: &TestApp, nurse: &Person<'_>, id: &str, token: &str) -> Vec<String> {
    let counters = app.seen().await["counters"].clone();
    let record = nurse.get(&format!("/consultations/{id}")).await;
    let mut seen = vec![
        counters["creates"].to_string(),
        counters["followup_creates"].to_string(),
        counters["presigned"].to_string(),
    ];
    seen.extend(record.texts(".badge"));
    seen.extend(record.texts("ol.timeline li p"));
    seen.extend(nurse.get("/consultations").await.texts("tbody tr th"));
    seen.extend(nurse.get("/follow-ups?view=all").await.texts("tbody tr th"));
    seen.push(app.stranger().get(&format!("/c/{token}")).await.heading());
    let store = &app.state.desk.store;
    seen.push(format!("{:?}", store.all_sites().await.expect("sites")));
    for site in store.all_sites().await.expect("sites") {
        let staff = store.staff_of(&site.id).await.expect("accounts");
        for (staff, role) in staff {
            let (factor, disabled) =
                (store.factor(&staff.id).await.expect("a factor").is_some(), staff.disabled_at);
            seen.push(format!(
                "{} {} {role:?} {factor} {disabled:?} {}",
                staff.email, staff.name, staff.password_hash
            ));
        }
        seen.push(format!("{:?}", store.incidents(&site.id).await.expect("incidents")));
        seen.push(format!("{:?}", store.holds(&site.id).await.expect("holds")));
        seen.push(format!("{:?}", store.logo_version(&site.id).await.expect("a logo")));
    }
    seen
}

fn values() -> Vec<String> {
    let long = "x".repeat(101);
    vec![
        String::new(),
        "0".to_owned(),
        "-1".to_owned(),
        "null".to_owned(),
        "../../etc/passwd".to_owned(),
        "' OR 1=1 --".to_owned(),
        "</textarea><script>alert(1)</script>".repeat(4),
        "\u{0}\u{1b}[2J\u{202e}".to_owned() + &long,
        format!("é😀{long}"),
        "9".repeat(4_000),
        "{\"eventType\":\"consultation\",\"operation\":\"update\",\"status\":\"DONE\",\"id\":\"00000000-0000-4000-8000-000000000009\"}"
            .to_owned(),
    ]
}

#[tokio::test]
async fn no_input_breaks_or_changes_anything() {
    let app = TestApp::with(|settings| settings.desk_rate_limits = Some("off".to_owned())).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    let elsewhere = app.another_site("Elsewhere").await;
    let foreign_nurse = app.staff(&elsewhere, &Role::ALL).await;
    let foreign = foreign_nurse.create("Zoé", "Tremblay", "T-1").await;
    let before = snapshot(&app, &nurse, &id, &token).await;
    let there =
        foreign_nurse.get(&format!("/consultations/{foreign}")).await.texts("ol.timeline li p");

    let posts = functions()
        .into_iter()
        .filter(|name| name != "sign_out")
        .map(|name| format!("/api/{name}"));
    for path in posts.chain(["/admin/sites/logo".to_owned(), "/oidc/start".to_owned()]) {
        let name = path.trim_start_matches("/api/").to_owned();
        let post = |kind: &str, body: Vec<u8>| {
            let request = nurse
                .request(Method::POST, &path)
                .header("accept", "application/json")
                .header("content-type", kind);
            Page::read(request.body(body))
        };
        let check = |page: &Page, what: &str| {
            let expected = page.status.is_client_error()
                || (LOOKS.contains(&name.as_str()) && page.status.is_success());
            assert!(expected, "{name} {what}: {} {}", page.status, page.text);
        };
        for value in values() {
            let form: Vec<(&str, &str)> =
                FIELDS.iter().map(|field| (*field, value.as_str())).collect();
            let body = serde_urlencoded::to_string(&form).expect("it is written").into_bytes();
            check(
                &post("application/x-www-form-urlencoded", body).await,
                &value.chars().take(20).collect::<String>(),
            );
        }
        let malformed: [(&str, Vec<u8>); 6] = [
            ("application/x-www-form-urlencoded", b"%%%=%zz&&&=&id[]=1&id[a][b]=2".to_vec()),
            ("application/x-www-form-urlencoded", vec![0xff, b'=', 0xfe]),
            ("application/json", b"{\"id\":".to_vec()),
            ("multipart/form-data; boundary=x", b"--x\r\n".to_vec()),
            ("", b"id=1".to_vec()),
            ("text/plain", vec![0; 1_000]),
        ];
        for (kind, body) in malformed {
            check(&post(kind, body).await, kind);
        }
        let page = post(
            "application/x-www-form-urlencoded",
            [b"id=".to_vec(), vec![b'x'; 300_000]].concat(),
        )
        .await;
        if path.starts_with("/api/") {
            assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{name}");
        }
        check(&page, "an oversized body");
        if !path.starts_with("/api/") {
            continue;
        }
        // Somebody else's record, by its true id.
        let page = nurse.call(&name, &[("id", &foreign), ("site", &elsewhere.id.0)]).await;
        check(&page, "a foreign id");
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let status =
                nurse.request(method.clone(), &path).send().await.expect("an answer").status();
            assert!(
                status.is_client_error() || status.is_redirection(),
                "{method} {name}: {status}"
            );
        }
    }
    assert_eq!(snapshot(&app, &nurse, &id, &token).await, before);
    assert_eq!(
        foreign_nurse.get(&format!("/consultations/{foreign}")).await.texts("ol.timeline li p"),
        there
    );
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let form = [("email", "nobody@clinic.example"), ("password", "wrong")];
    let mut refused = None;
    for _ in 0..30 {
        let page = stranger.post("sign_in", &form).await;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(page);
            break;
        }
    }
    let page = refused.expect("it ends");
    let seconds: u64 =
        page.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(page.texts("#errors h2"), ["Too many attempts"]);

    let nurse_of_another_app = TestApp::start().await;
    let nurse = nurse_of_another_app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    let statuses: Vec<StatusCode> = {
        let mut statuses = Vec::new();
        for _ in 0..14 {
            statuses.push(
                nurse_of_another_app
                    .stranger()
                    .call("start_consultation", &[("token", &token)])
                    .await
                    .status,
            );
        }
        statuses
    };
    assert_eq!(
        statuses.iter().filter(|status| **status == StatusCode::OK).count(),
        12,
        "{statuses:?}"
    );
    assert_eq!(nurse_of_another_app.seen().await["counters"]["presigned"], 12);
    nurse_of_another_app.pass(60_000);
    assert_eq!(
        nurse_of_another_app
            .stranger()
            .call("start_consultation", &[("token", &token)])
            .await
            .status,
        StatusCode::OK
    );
}
