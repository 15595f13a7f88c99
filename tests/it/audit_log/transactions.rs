//! Where the audit log cannot be written, nothing is changed either.

use crate::helpers::{EMAIL, PASSWORD, TestApp};
use reqwest::StatusCode;

const OTHER_PASSWORD: &str = "another wander plum cactus 9";

#[tokio::test]
async fn a_use_case_whose_row_fails_changes_nothing() {
    let app = TestApp::start().await;
    let nurse = app.signed_in(EMAIL).await;
    let store = &app.state.desk.store;
    let before = store.staff_by_email(EMAIL).await.expect("it answers").expect("an account");
    let sessions = store.sessions_of(&before.id).await.expect("it answers");
    let mut database = app.database().await;
    database.refuse_rows("audit").await;

    let account = [("email", "new@clinic.example"), ("name", "New"), ("front_desk", "yes")];
    let password = [("old_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
    let changes: [(&str, &[(&str, &str)]); 4] = [
        ("add_account", &account),
        ("change_password", &password),
        ("end_session", &[("session", "others")]),
        ("sign_out", &[]),
    ];
    for (function, form) in changes {
        let page = nurse.post(function, form).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{function}");
    }
    let sign_in = [("email", EMAIL), ("password", PASSWORD)];
    let page = app.stranger().post("sign_in", &sign_in).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);

    assert_eq!(store.all_staff().await.expect("it answers"), std::slice::from_ref(&before));
    assert_eq!(store.sessions_of(&before.id).await.expect("it answers"), sessions);

    database.unplant("audit").await;
    database.close().await;
    let rows = app.log().await.len();
    assert_eq!(nurse.post("change_password", &password).await.status, StatusCode::SEE_OTHER);
    let after = store.staff_by_email(EMAIL).await.expect("it answers").expect("an account");
    assert_ne!(after.password_hash, before.password_hash);
    assert_eq!(app.log().await.len(), rows + 1);
}
