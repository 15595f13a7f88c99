//! An administrator of one site, who tries every door to accounts of another one: no way in is
//! shown, and nothing about them changes.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD, Page};
use crate::post;
use reqwest::header::{ACCEPT, COOKIE};
use reqwest::{Method, StatusCode};
use sqlx::{Connection, SqliteConnection};

/// The administrator of the other site.
const OTHER: &str = "administrator@north.example";
/// How many times each door is tried, also while the account is locked out.
const ROUNDS: u32 = 6;
/// Doors that name an account by its id.
const BY_ID: [&str; 6] = [
    "reset_password",
    "reset_factor",
    "unlock_account",
    "switch_account",
    "set_licence",
    "withdraw_invitation",
];

async fn database(desk: &Binary) -> SqliteConnection {
    let file = desk.data("desk.db");
    SqliteConnection::connect(file.to_str().expect("UTF-8")).await.expect("it opens")
}

/// Everything that decides who can use an account, but for invitations: they give nothing.
async fn standing(desk: &Binary, email: &str) -> Vec<String> {
    let mut database = database(desk).await;
    let rows = sqlx::query_scalar(
        "SELECT s.password_hash || coalesce(s.disabled_at, '') FROM staff s WHERE s.email = $1
         UNION ALL SELECT m.site_id || m.role FROM memberships m JOIN staff s ON s.id = m.staff_id
                   WHERE s.email = $1
         UNION ALL SELECT hex(l.token_hash) FROM password_links l JOIN staff s ON s.id = l.staff_id
                   WHERE s.email = $1
         UNION ALL SELECT hex(x.token_hash) FROM sessions x JOIN staff s ON s.id = x.staff_id
                   WHERE s.email = $1
         UNION ALL SELECT f.secret FROM factors f JOIN staff s ON s.id = f.staff_id
                   WHERE s.email = $1",
    )
    .bind(email)
    .fetch_all(&mut database)
    .await
    .expect("it answers");
    database.close().await.expect("it closes");
    rows
}

async fn id_of(desk: &Binary, email: &str) -> String {
    let mut database = database(desk).await;
    let id = sqlx::query_scalar("SELECT id FROM staff WHERE email = $1").bind(email);
    let id = id.fetch_one(&mut database).await.expect("an account");
    database.close().await.expect("it closes");
    id
}

/// Adds an account at the site of the session, and gives its link.
async fn add(desk: &Binary, email: &str, role: &str) -> String {
    let form = [("email", email), ("name", "Ada"), (role, "yes")];
    let page = desk.post("add_account", &form).await;
    page.attribute("#password-link", "value").rsplit('/').next().expect("a token").to_owned()
}

async fn set_password(desk: &Binary, token: &str) {
    let form = [("token", token), ("new_password", PASSWORD)];
    assert_eq!(desk.post("set_password", &form).await.status, StatusCode::SEE_OTHER);
}

/// Accounts of the first site: one that has no password yet, one whose password was reset, one
/// that signs in through a provider alone, and one that just works, with a session.
async fn accounts(desk: &mut Binary) -> Vec<String> {
    let named = |name: &str| format!("{name}@park.example");
    let [pending, reset, provided, usual] = ["pending", "reset", "provided", "usual"].map(named);
    add(desk, &pending, "clinician").await;
    set_password(desk, &add(desk, &reset, "clinician").await).await;
    let form = [("id", &*id_of(desk, &reset).await)];
    assert_eq!(desk.post("reset_password", &form).await.status, StatusCode::OK);
    set_password(desk, &add(desk, &usual, "administrator").await).await;
    add(desk, &provided, "clinician").await;
    let mut connection = database(desk).await;
    for statement in [
        "INSERT INTO identities SELECT 'https://id.example', 'ada', id FROM staff
         WHERE email = 'provided@park.example'",
        "DELETE FROM password_links WHERE staff_id IN
         (SELECT id FROM staff WHERE email = 'provided@park.example')",
    ] {
        sqlx::query(statement).execute(&mut connection).await.expect("it is done");
    }
    connection.close().await.expect("it closes");
    let chief = std::mem::take(&mut desk.cookie);
    desk.sign_in(&usual, PASSWORD).await;
    desk.cookie = chief;
    vec![pending, reset, provided, usual]
}

/// Adds a second site with an administrator of its own, and gives that one's cookie.
async fn other_administrator(desk: &mut Binary) -> String {
    let form = ["new_name", "new_public_name_en", "new_public_name_fr"].map(|name| (name, "North"));
    let added = desk.post("add_site", &form).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let page = desk.get(&added.location).await;
    let first = page.attribute("#switch-site option[selected]", "value");
    let north = page.attribute("[role=status] input[name=site]", "value");
    assert_ne!(north, first);
    desk.post("switch_site", &[("site", &north)]).await;
    set_password(desk, &add(desk, OTHER, "administrator").await).await;
    desk.post("switch_site", &[("site", &first)]).await;
    let chief = std::mem::take(&mut desk.cookie);
    desk.sign_in(OTHER, PASSWORD).await;
    std::mem::replace(&mut desk.cookie, chief)
}

#[tokio::test]
async fn accounts_of_another_site() {
    let settings = [
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("DESK_RATE_LIMITS", "off"),
    ];
    let mut desk = Binary::with(&settings).await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let victims = accounts(&mut desk).await;
    let other = other_administrator(&mut desk).await;
    // The same doors open for the administrator of the site: what answers 404 below is not shut
    // for everyone.
    let own = id_of(&desk, &victims[3]).await;
    for (function, form) in [
        ("set_licence", [("id", own.as_str()), ("licence", "PH-1")]),
        ("unlock_account", [("id", own.as_str()), ("on", "")]),
        ("switch_account", [("id", own.as_str()), ("on", "yes")]),
    ] {
        assert_eq!(desk.post(function, &form).await.status, StatusCode::SEE_OTHER, "{function}");
    }
    let (mut tried, mut invited, mut guesses) = (0, 0, 0);
    for email in &victims {
        let (before, id) = (standing(&desk, email).await, id_of(&desk, email).await);
        for round in 0..ROUNDS {
            // Wrong passwords between the tries, so that there is a lockout to lift.
            for _ in 0..4 {
                let wrong = [("email", email.as_str()), ("password", "wrong")];
                let status = post(&desk, "", "sign_in", &wrong).await.status;
                guesses += u32::from(status == StatusCode::UNPROCESSABLE_ENTITY);
            }
            let form = [("email", email.as_str()), ("name", "Ada"), ("administrator", "yes")];
            let mut pages = vec![post(&desk, &other, "add_account", &form).await];
            invited += u32::from(pages[0].text.contains("is invited"));
            for function in BY_ID.iter().filter(|name| **name != "withdraw_invitation" || round > 2)
            {
                let form = [("id", id.as_str()), ("on", "")];
                let page = post(&desk, &other, function, &form).await;
                if *function != "withdraw_invitation" {
                    assert_eq!(page.status, StatusCode::NOT_FOUND, "{function} {email}");
                }
                pages.push(page);
            }
            let roles = [("id", id.as_str()), ("administrator", "yes")];
            pages.push(post(&desk, &other, "change_roles", &roles).await);
            assert_eq!(pages.last().expect("one").status, StatusCode::NOT_FOUND, "roles {email}");
            let url = format!("{}/admin/staff/{id}", desk.url());
            let page = desk.elsewhere(Method::GET, &url).header(COOKIE, &other);
            pages.push(Page::read(page.header(ACCEPT, "text/html")).await);
            assert_eq!(pages.last().expect("one").status, StatusCode::NOT_FOUND, "page {email}");
            for page in &pages {
                assert!(!page.text.contains("/set-password/"), "{email}: {}", page.text);
            }
            tried += pages.len();
            assert_eq!(standing(&desk, email).await, before, "{email}");
        }
    }
    assert!(invited > 0, "an account of another site is invited");
    let most = u32::try_from(5 * victims.len()).expect("few");
    assert!(guesses <= most, "{guesses} passwords were tried against {} accounts", victims.len());
    println!(
        "accounts of another site: {tried} tries by every door on {} accounts, {invited} answered \
         with an invitation, none with a way in, nothing changed; {guesses} passwords tried before \
         the lockouts",
        victims.len()
    );
}
