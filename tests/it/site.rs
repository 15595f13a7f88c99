//! The browser's files.

use crate::helpers::TestApp;
use reqwest::{Method, StatusCode};

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_come_packed() {
    let app = TestApp::start().await;
    let pkg = app.state.site.root.join("pkg");
    std::fs::write(pkg.join("empego-desk.0123456789abcdef.css"), "body{}").expect("it writes");
    std::fs::write(pkg.join("empego-desk.0123456789abcdef.css.br"), "packed").expect("it writes");
    let get = |path: &str| app.stranger().request(Method::GET, path).header("accept-encoding", "br").send();
    let answer = get("/pkg/empego-desk.0123456789abcdef.css").await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-encoding"], "br");
    assert_eq!(answer.headers()["content-type"], "text/css");
    assert_eq!(answer.text().await.expect("a body"), "packed");
    for path in ["/pkg/none.css", "/pkg/../secret", "/pkg/%2e%2e/desk.db", "/pkg/"] {
        assert_eq!(get(path).await.expect("an answer").status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn health_and_readiness_need_no_account() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz"] {
        let page = app.stranger().get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
    }
}
