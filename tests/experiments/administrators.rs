//! Two administrators who demote each other at once: one of them is left, each time.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD, Page};
use crate::post;
use reqwest::StatusCode;
use sqlx::Connection;

const ROUNDS: u32 = 50;

/// The ids of the administrators, and of the account with this e-mail.
async fn administrators(desk: &Binary) -> Vec<String> {
    let file = desk.data("desk.db");
    let mut database =
        sqlx::SqliteConnection::connect(file.to_str().expect("UTF-8")).await.expect("it opens");
    let ids = sqlx::query_scalar("SELECT staff_id FROM memberships WHERE role = 'administrator'")
        .fetch_all(&mut database)
        .await
        .expect("it answers");
    database.close().await.expect("it closes");
    ids
}

/// Signs in with another browser, and gives its cookie.
async fn signed_in(desk: &Binary, email: &str) -> String {
    let page = post(desk, "", "sign_in", &[("email", email), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.cookies[0].split(';').next().expect("a cookie").to_owned()
}

#[tokio::test]
async fn two_administrators() {
    let settings = [
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("DESK_RATE_LIMITS", "off"),
    ];
    let mut desk = Binary::with(&settings).await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let first = administrators(&desk).await.remove(0);
    let (mut both, mut one) = (0, 0);
    for round in 0..ROUNDS {
        let email = format!("{round}@clinic.example");
        let added: Page = desk
            .post("add_account", &[("email", &email), ("name", "Ada"), ("administrator", "yes")])
            .await;
        let link = added.attribute("#password-link", "value");
        let token = link.rsplit('/').next().expect("a token");
        let set = [("token", token), ("new_password", PASSWORD)];
        assert_eq!(desk.post("set_password", &set).await.status, StatusCode::SEE_OTHER);
        let ids = administrators(&desk).await;
        let second = ids.iter().find(|id| **id != first).expect("another").clone();
        let other = signed_in(&desk, &email).await;
        let to_first = [("id", first.as_str()), ("front_desk", "yes")];
        let to_second = [("id", second.as_str()), ("front_desk", "yes")];
        let answers = tokio::join!(
            post(&desk, &other, "change_roles", &to_first),
            desk.post("change_roles", &to_second)
        );
        let left = administrators(&desk).await;
        assert_eq!(left.len(), 1, "round {round}: {:?}", (answers.0.status, answers.1.status));
        match answers.0.status == answers.1.status {
            true => both += 1,
            false => one += 1,
        }
        if left[0] == second {
            // The other one gives the first its role back, and goes.
            let back = [("id", first.as_str()), ("administrator", "yes")];
            let given = post(&desk, &other, "change_roles", &back).await;
            assert_eq!(given.status, StatusCode::SEE_OTHER);
        }
        let gone = [("id", second.as_str())];
        assert_eq!(desk.post("change_roles", &gone).await.status, StatusCode::SEE_OTHER);
    }
    println!(
        "two administrators: {ROUNDS} times at once, one left each time ({one} times one was \
         refused, {both} times both)"
    );
}
