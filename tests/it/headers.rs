//! What every answer says beside itself.

use crate::helpers::{Page, TestApp, production};
use reqwest::{Method, StatusCode};

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    page.headers.get(name).map(|value| value.to_str().expect("text")).unwrap_or_default()
}

/// The policy with the nonce of this answer taken out.
fn policy(page: &Page) -> String {
    let policy = header(page, "content-security-policy");
    match policy.split_once("'nonce-") {
        Some((before, after)) => {
            format!("{before}'nonce-N'{}", after.split_once('\'').expect("the nonce ends").1)
        }
        None => policy.to_owned(),
    }
}

#[tokio::test]
async fn the_patients_page_frames_empego_alone_and_tells_nobody_its_address() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    for path in [format!("/c/{token}"), "/c/unknown".to_owned()] {
        let page = app.stranger().get(&path).await;
        let origins = format!("https://app.empego.ca {}", app.sandbox);
        assert_eq!(
            policy(&page),
            format!(
                "default-src 'none'; script-src 'self' 'nonce-N' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                 connect-src 'self'; frame-src {origins}; frame-ancestors 'none'; form-action 'self' {origins}; base-uri 'none'"
            )
        );
        assert_eq!(header(&page, "referrer-policy"), "no-referrer");
        assert_eq!(header(&page, "cache-control"), "no-store");
        assert_eq!(header(&page, "x-content-type-options"), "nosniff");
        assert!(header(&page, "permissions-policy").contains(&format!("\"{}\"", app.sandbox)));
        assert_eq!(header(&page, "cross-origin-embedder-policy"), "", "it would block the frame");
        assert!(page.cookies.is_empty(), "no cookie is needed");
        assert!(!page.text.contains("style=\""), "the policy forbids inline style");
    }
}

#[tokio::test]
async fn staff_pages_frame_nothing_and_keep_their_address_on_this_desk() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for path in ["/consultations", "/consultations/new", "/sign-in", "/no-such-page"] {
        let page = nurse.get(path).await;
        let policy = policy(&page);
        assert!(
            policy.contains(
                "frame-src 'none'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
            ),
            "{path}: {policy}"
        );
        assert_eq!(header(&page, "referrer-policy"), "same-origin", "{path}");
        assert_eq!(header(&page, "cache-control"), "no-store", "{path}");
        assert_eq!(header(&page, "x-frame-options"), "DENY", "{path}");
        assert!(!page.text.contains("style=\""), "{path}");
    }
}

#[tokio::test]
async fn whatever_is_no_page_allows_nothing() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz", "/pkg/none.js", "/live"] {
        let page = app.stranger().get(path).await;
        assert!(
            header(&page, "content-security-policy")
                .starts_with("default-src 'none'; frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(header(&page, "x-content-type-options"), "nosniff", "{path}");
    }
}

#[tokio::test]
async fn production_adds_strict_transport_and_host_cookies() {
    let app = TestApp::with(production).await;
    let form = [("email", crate::helpers::EMAIL), ("password", crate::helpers::PASSWORD)];
    let page = app.stranger().post("sign_in", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(header(&page, "strict-transport-security").starts_with("max-age=63072000"));
    let cookie = &page.cookies[0];
    for part in ["__Host-desk_session=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn methods_that_change_nothing_are_the_only_ones_pages_take() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer =
            nurse.request(method.clone(), "/consultations").send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    let answer =
        nurse.request(Method::PUT, "/api/create_consultation").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn the_inline_scripts_fit_in_a_kilobyte_and_hold_the_nonce() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    let page = app.stranger().get(&format!("/c/{token}")).await;
    let document = scraper::Html::parse_document(&page.text);
    let scripts: Vec<_> =
        document.select(&scraper::Selector::parse("script").expect("a selector")).collect();
    let nonce = header(&page, "content-security-policy")
        .split_once("'nonce-")
        .expect("a nonce")
        .1
        .split('\'')
        .next()
        .expect("its end")
        .to_owned();
    let bytes: usize = scripts.iter().map(|script| script.text().collect::<String>().len()).sum();
    assert!(bytes > 0 && bytes <= 1024, "{bytes} bytes of inline script");
    assert!(scripts.iter().all(|script| script.value().attr("nonce") == Some(nonce.as_str())));
}

#[tokio::test]
async fn every_routes_headers_are_as_the_snapshot_says() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    let mut text = String::new();
    for (name, path) in [
        ("/sign-in", "/sign-in".to_owned()),
        ("/consultations", "/consultations".to_owned()),
        ("/consultations/new", "/consultations/new".to_owned()),
        ("/consultations/{id}", format!("/consultations/{id}")),
        ("/consultations/{id}/details", format!("/consultations/{id}/details")),
        ("/c/{token}", format!("/c/{token}")),
        ("/c/{unknown}", "/c/unknown".to_owned()),
        ("/account", "/account".to_owned()),
        ("/admin/staff", "/admin/staff".to_owned()),
        ("/admin/sites", "/admin/sites".to_owned()),
        ("/admin/audit", "/admin/audit".to_owned()),
        ("/admin/incidents", "/admin/incidents".to_owned()),
        ("/admin/incidents/register.csv", "/admin/incidents/register.csv".to_owned()),
        ("/admin/retention", "/admin/retention".to_owned()),
        ("/set-password/{token}", "/set-password/none".to_owned()),
        ("/oidc/callback", "/oidc/callback".to_owned()),
        ("/site/{id}/logo", "/site/none/logo".to_owned()),
        ("/healthz", "/healthz".to_owned()),
        ("/pkg/{missing}", "/pkg/none.js".to_owned()),
        ("/{missing}", "/none".to_owned()),
    ] {
        let page = nurse.get(&path).await;
        let mut lines: Vec<String> = page
            .headers
            .keys()
            .filter(|name| {
                !matches!(name.as_str(), "date" | "content-length" | "transfer-encoding" | "vary")
            })
            .map(|name| {
                let value = if name == "content-security-policy" {
                    policy(&page)
                } else if name == "x-request-id" {
                    "ID".to_owned()
                } else {
                    header(&page, name.as_str()).to_owned()
                };
                format!("  {name}: {}\n", value.replace(&app.sandbox, "SANDBOX"))
            })
            .collect();
        lines.sort();
        text += &format!("{name} {}\n{}", page.status.as_u16(), lines.concat());
    }
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots/headers.txt");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &text).expect("it is written");
    }
    assert_eq!(
        text,
        std::fs::read_to_string(&file).expect("the snapshot"),
        "run this test once with UPDATE_DOCS=1"
    );
}
