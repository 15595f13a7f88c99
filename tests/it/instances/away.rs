//! The database is away.

use super::cluster::{Cluster, DESKS, PATIENCE};
use super::judge::RECOVERY;
use super::people::Person;
use super::postgres::Mode;
use super::streams::Follower;
use super::{is_chosen, until};
use futures::future::join_all;
use reqwest::StatusCode;
use tokio::time::Instant;

/// What staff and patients ask for, and what asks the database for an answer.
const PAGES: [&str; 4] = ["/consultations", "/consultations/new", "/follow-ups", "/admin/staff"];

#[tokio::test]
async fn pages_say_busy_while_the_database_is_away_and_answer_soon_after_its_return() {
    if !is_chosen() {
        return;
    }
    let cluster = Cluster::start().await;
    let nurse = Person::signed_in(&cluster.desks[0].url(), 1).await;
    let id = nurse.create("P-1").await;
    let token = nurse.token(&id).await.expect("a link");
    let stream = Follower::start(nurse.clone(), nurse.clone());
    until("it follows", PATIENCE, async || stream.position() > 0).await;

    cluster.postgres.stop(Mode::Fast);
    let mut paths: Vec<String> = PAGES.iter().map(|path| (*path).to_owned()).collect();
    paths.extend([format!("/consultations/{id}"), format!("/c/{token}"), "/live".to_owned()]);
    // At once: each waits for a while, because the database may come back.
    let pages = join_all(paths.iter().map(|path| nurse.get(path))).await;
    for (path, page) in paths.iter().zip(pages) {
        let page = page.expect("an answer");
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {}", page.text);
        assert_eq!(page.headers["retry-after"], "2", "{path}");
        // The patient's page says less.
        let says = match path.starts_with("/c/") {
            true => "Please try again",
            false => "The application cannot reach its records",
        };
        assert!(page.text.contains(says), "{path}: {}", page.text);
    }
    let form = [("request_id", "P-2"), ("first_name", "Ada"), ("last_name", "P-2")];
    let form = [form.as_slice(), &[("identifier", "P-2")]].concat();
    let report = [("token", token.as_str()), ("message", "{}")];
    for page in [
        nurse.post("/api/create_consultation", &form).await.expect("an answer"),
        nurse.post("/api/report_message", &report).await.expect("an answer"),
    ] {
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
        assert_eq!(page.headers["retry-after"], "2");
    }
    join_all(cluster.desks.iter().map(async |desk| {
        let at = nurse.at(&desk.url());
        let ready = at.get("/readyz").await.expect("an answer");
        assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(at.get("/healthz").await.expect("an answer").status, StatusCode::OK);
    }))
    .await;

    cluster.postgres.begin();
    let back = Instant::now();
    for desk in &cluster.desks {
        let at = nurse.at(&desk.url());
        for path in ["/readyz", "/consultations"] {
            until(path, RECOVERY, async || {
                at.get(path).await.is_some_and(|page| page.status == StatusCode::OK)
            })
            .await;
        }
    }
    println!("every desk answered {:?} after the database's return", back.elapsed());
    let other = nurse.at(&cluster.desks[DESKS - 1].url()).create("P-2").await;
    until("the stream goes on", RECOVERY, async || {
        stream.heard().iter().any(|heard| heard.id == other)
    })
    .await;
    until("the balancer has all desks again", RECOVERY, async || {
        cluster.watch.get("/readyz").await.is_some_and(|page| page.status == StatusCode::OK)
    })
    .await;
    println!("everything went on {:?} after the database's return", back.elapsed());
    assert!(back.elapsed() < RECOVERY, "{:?}", back.elapsed());
    assert_eq!(nurse.get(&format!("/consultations/{id}")).await.expect("it").status, 200);
    assert_eq!(nurse.token(&id).await.as_deref(), Some(token.as_str()), "the same link");
}
