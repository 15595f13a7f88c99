//! Paths that give access by themselves lead nowhere else.

use crate::helpers::TestApp;
use reqwest::StatusCode;

const NEW: &str = "wander plum cactus 9";

#[tokio::test]
async fn a_secret_in_a_path_is_not_taken_along_to_the_sign_in() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    let form = [("email", "ada@clinic.example"), ("name", "Ada"), ("front_desk", "yes")];
    let link = nurse.post("add_account", &form).await.attribute("#password-link", "value");
    let password = link.rsplit('/').next().expect("a token").to_owned();
    let stranger = app.stranger();
    for (path, secret) in [
        (format!("/c/{token}/"), &token),
        (format!("/c/{token}/?lang=fr"), &token),
        (format!("/c/{token}/more"), &token),
        (format!("/C/{token}"), &token),
        (format!("/%63/{token}"), &token),
        (format!("/set-password/{password}/"), &password),
        (format!("/set-password/{password}/more"), &password),
        (format!("/oidc/callback/?code={token}"), &token),
        (format!("/none/{token}"), &token),
    ] {
        let page = stranger.get(&path).await;
        let taken_along =
            page.location.contains(secret.as_str()) && page.location.starts_with("/sign-in");
        assert!(!taken_along, "{path}: {}", page.location);
        assert!(!page.text.contains("/sign-in?next="), "{path}: {}", page.text);
    }
    // A slash too many at the end is no other link.
    let page = stranger.get(&format!("/c/{token}/?lang=fr")).await;
    assert_eq!(
        (page.status, page.location),
        (StatusCode::PERMANENT_REDIRECT, format!("/c/{token}?lang=fr"))
    );
    for (path, heading) in [
        (format!("/c/{token}/"), "Questions before your consultation"),
        (format!("/c/{token}./"), "Questions before your consultation"),
        (format!("/c/{token}/?utm_source=mail"), "Questions before your consultation"),
        ("/c/done/".to_owned(), "Thank you"),
        (format!("/set-password/{password}/"), "Set a password"),
    ] {
        let page = stranger.get(&path).await;
        assert_eq!(page.status, StatusCode::PERMANENT_REDIRECT, "{path}");
        let page = stranger.get(&page.location).await;
        assert_eq!((page.status, &*page.heading()), (StatusCode::OK, heading), "{path}");
    }
    let page = stranger.get(&format!("/set-password/{password}/")).await;
    assert_eq!(page.location, format!("/set-password/{password}"));
    // What is below a link is nothing, on the patient's side.
    let below = stranger.get(&format!("/c/{token}/more")).await;
    assert_eq!(below.status, StatusCode::NOT_FOUND);
    assert_eq!(below.headers["referrer-policy"], "no-referrer");

    // Pages of staff are still led back to.
    for path in ["/consultations/", "/consultations?status=opened", "/admin/nothing"] {
        let page = stranger.get(path).await;
        assert!(page.location.starts_with("/sign-in?next=%2F"), "{path}: {}", page.location);
    }
    let set = [("token", password.as_str()), ("new_password", NEW)];
    assert_eq!(stranger.post("set_password", &set).await.status, StatusCode::SEE_OTHER);
}
