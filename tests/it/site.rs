//! The browser's files.

use crate::helpers::TestApp;
use reqwest::{Method, StatusCode};

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_come_packed() {
    let app = TestApp::start().await;
    let pkg = app.state.assets.root.join("pkg");
    std::fs::write(pkg.join("empego-desk.0123456789abcdef.css"), "body{}").expect("it writes");
    std::fs::write(pkg.join("empego-desk.0123456789abcdef.css.br"), "packed").expect("it writes");
    let get = |path: &str| {
        app.stranger().request(Method::GET, path).header("accept-encoding", "br").send()
    };
    let answer = get("/pkg/empego-desk.0123456789abcdef.css").await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-encoding"], "br");
    assert_eq!(answer.headers()["content-type"], "text/css");
    assert_eq!(answer.text().await.expect("a body"), "packed");
    for path in ["/pkg/none.css", "/pkg/..%2fsecret", "/pkg/%2e%2e%2fdesk.db"] {
        let status = get(path).await.expect("an answer").status();
        assert!(status.is_client_error(), "{path}: {status}");
    }
    // The folder is no file: as every path without a row it is for staff.
    assert_eq!(get("/pkg/").await.expect("an answer").status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn names_that_hold_a_hash_are_kept_for_a_year_and_others_are_not_kept() {
    let names = [
        ("empego-desk.css", "css"),
        ("empego-desk.js", "js"),
        ("empego-desk.wasm", "wasm"),
        ("empego-desk-patient.js", "js"),
    ];
    let hashed: Vec<_> = names
        .iter()
        .map(|(name, kind)| {
            (
                *name,
                format!("{}.0123456789abcdef.{kind}", name.trim_end_matches(&format!(".{kind}"))),
            )
        })
        .collect();
    let manifest =
        serde_json::to_string(&hashed.iter().cloned().collect::<std::collections::HashMap<_, _>>())
            .expect("JSON");
    let files: Vec<(&str, &str)> = hashed
        .iter()
        .map(|(_, file)| (file.as_str(), "content"))
        .chain([("manifest.json", manifest.as_str())])
        .collect();
    let app = TestApp::with_files(&files).await;
    for (_, file) in &hashed {
        let page = app.stranger().get(&format!("/pkg/{file}")).await;
        assert_eq!((page.status, page.text.as_str()), (StatusCode::OK, "content"), "{file}");
        assert_eq!(page.headers["cache-control"], "public, max-age=31536000, immutable", "{file}");
    }
    let missing = app.stranger().get("/pkg/empego-desk.ffffffffffffffff.css").await;
    assert_eq!(
        (missing.status, &missing.headers["cache-control"]),
        (StatusCode::NOT_FOUND, &"no-store".parse().expect("a value"))
    );
    let css = app.stranger().get("/sign-in").await.attribute("link[rel=stylesheet]", "href");
    assert_eq!(css, "/pkg/empego-desk.0123456789abcdef.css", "pages name them so");

    let app = TestApp::with_files(&[("empego-desk.css", "body{}")]).await;
    let page = app.stranger().get("/pkg/empego-desk.css").await;
    assert_eq!(
        (page.status, &page.headers["cache-control"]),
        (StatusCode::OK, &"no-store".parse().expect("a value"))
    );
}

#[tokio::test]
async fn health_and_readiness_need_no_account() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz"] {
        let page = app.stranger().get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
    }
}
