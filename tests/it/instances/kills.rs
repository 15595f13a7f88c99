//! Work goes on while instances are killed and the database is restarted.

use super::cluster::{Cluster, DESKS, Desk, PATIENCE};
use super::judge::{RECOVERY, Troubles, counted};
use super::people::Person;
use super::postgres::Mode;
use super::streams::Follower;
use super::{is_chosen, progress, until};
use reqwest::StatusCode;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// How many consultations are created.
const PRESSES: usize = 500;
/// By how many people at once.
const STAFF: u8 = 12;
/// The patient of each of so many answers.
const ANSWERED: usize = 4;
/// How soon another instance holds the queue.
const TAKEOVER: Duration = Duration::from_secs(10);

/// What goes wrong, in order.
enum Step {
    /// The instance that holds the queue is killed.
    KillLeader,
    /// The one after the one that was killed last.
    KillNext,
    Restart(Mode),
}

const STEPS: [Step; 9] = [
    Step::KillLeader,
    Step::KillNext,
    Step::KillNext,
    Step::Restart(Mode::Immediate),
    Step::KillLeader,
    Step::KillNext,
    Step::KillNext,
    Step::Restart(Mode::Fast),
    Step::KillLeader,
];

/// What the people were told is done.
#[derive(Default)]
struct Acknowledged {
    /// The id of the consultation, by press.
    created: BTreeMap<String, String>,
    /// The consultations whose patients' reports were taken.
    reported: BTreeSet<String>,
}

/// Presses, and answers as patients, until there is nothing left to do.
async fn work(person: Person, next: Arc<AtomicUsize>, told: Arc<Mutex<Acknowledged>>) {
    loop {
        let number = next.fetch_add(1, Ordering::SeqCst);
        if number >= PRESSES {
            return;
        }
        let press = format!("P-{number}");
        let id = person.create(&press).await;
        told.lock().expect("no panic").created.insert(press, id.clone());
        person.look("/consultations").await;
        if number.is_multiple_of(ANSWERED)
            && let Some(token) = person.token(&id).await
            && person.answer(&token).await
        {
            told.lock().expect("no panic").reported.insert(id);
        }
    }
}

/// Kills one desk and starts it again. Returns how long the queue had no subscriber, where it was
/// the one.
async fn kill(cluster: &mut Cluster, number: usize, troubles: &mut Troubles) -> Option<Duration> {
    let leads = cluster.leader().await == number;
    let before = cluster.queue().await["connections"].as_u64().expect("a number");
    let from = Instant::now();
    cluster.desks[number].kill().await;
    troubles.kills.push((from, Instant::now()));
    if !leads {
        cluster.desks[number].restart().await;
        return None;
    }
    let subscribed = until("the queue has a subscriber again", TAKEOVER, async || {
        let queue = cluster.queue().await;
        queue["connected"] == true && queue["connections"].as_u64() > Some(before)
    });
    let taken = subscribed.await;
    cluster.desks[number].restart().await;
    Some(taken)
}

/// Restarts the database. Returns how long after its return the last desk answered.
async fn restart(cluster: &Cluster, mode: Mode, troubles: &mut Troubles) -> Duration {
    let from = Instant::now();
    cluster.postgres.stop(mode);
    cluster.postgres.begin();
    let back = Instant::now();
    troubles.away.push((from, back));
    for desk in &cluster.desks {
        let at = cluster.watch.at(&desk.url());
        until("a desk answers again", RECOVERY, async || {
            at.get("/readyz").await.is_some_and(|page| page.status == StatusCode::OK)
        })
        .await;
    }
    until("the balancer answers again", RECOVERY, async || {
        cluster.watch.get("/readyz").await.is_some_and(|page| page.status == StatusCode::OK)
    })
    .await;
    let recovered = back.elapsed();
    let left = TAKEOVER.saturating_sub(recovered);
    until("the queue has a subscriber", left, async || cluster.queue().await["connected"] == true)
        .await;
    recovered
}

#[tokio::test]
async fn what_was_acknowledged_is_there_once_whatever_is_killed() {
    if !is_chosen() {
        return;
    }
    let begun = Instant::now();
    let mut cluster = Cluster::start().await;
    let url = cluster.balancer.url.clone();
    let mut staff = Vec::new();
    for number in 1..=STAFF {
        staff.push(Person::signed_in(&url, number).await);
    }
    let follower = |number: usize| {
        Follower::start(staff[number].at(&cluster.desks[number].url()), staff[number].clone())
    };
    let followers: Vec<_> = (0..DESKS).map(follower).collect();
    let (next, told) = (Arc::new(AtomicUsize::new(0)), Arc::<Mutex<Acknowledged>>::default());
    let people = staff
        .iter()
        .map(|person| tokio::spawn(work(person.clone(), Arc::clone(&next), Arc::clone(&told))));
    let people: Vec<_> = people.collect();

    let (mut troubles, mut last) = (Troubles::default(), 0);
    for (done, step) in STEPS.iter().enumerate() {
        let wanted = (done + 1) * PRESSES / (STEPS.len() + 1);
        progress(wanted, || told.lock().expect("no panic").created.len()).await;
        match step {
            Step::KillLeader => last = cluster.leader().await,
            Step::KillNext => last = (last + 1) % DESKS,
            Step::Restart(mode) => {
                let after = restart(&cluster, *mode, &mut troubles).await;
                println!("requests succeeded {after:?} after the database's {mode:?} restart");
                continue;
            }
        }
        if let Some(after) = kill(&mut cluster, last, &mut troubles).await {
            println!("the queue had a subscriber {after:?} after its holder was killed");
        }
    }
    for person in people {
        person.await.expect("nobody was told anything else");
    }
    println!("{PRESSES} consultations in {:?}", begun.elapsed());

    let answers: Vec<_> = staff.iter().flat_map(Person::answers).collect();
    println!("answers: {:?}", counted(&answers));
    let unexcused = troubles.unexcused(&answers);
    assert!(unexcused.is_empty(), "{} of {}: {unexcused:#?}", unexcused.len(), answers.len());
    // The queue has one subscriber, and refuses a second: none asked for it after a kill. Where the
    // database was restarted, one can, until the one before has noticed.
    let refused = |desk: &Desk| desk.log().matches("another subscriber holds").count();
    let refused: usize = cluster.desks.iter().map(refused).sum();
    println!("{refused} second subscribers were refused");
    assert!(refused <= troubles.away.len(), "{refused}");
    let mut database = cluster.database().await;
    let told = std::mem::take(&mut *told.lock().expect("no panic"));
    all_is_there_once(&cluster, &mut database, &told).await;
    everybody_heard(&followers, &mut database).await;
    let (verified, said) = cluster.command(&["audit", "verify"]).await;
    assert!(verified, "{said}");
    println!("everything in {:?}", begun.elapsed());
}

async fn all_is_there_once(cluster: &Cluster, database: &mut PgConnection, told: &Acknowledged) {
    let stored: Vec<(String, String)> =
        sqlx::query_as("SELECT request_id, id FROM consultations ORDER BY id")
            .fetch_all(&mut *database)
            .await
            .expect("rows");
    assert_eq!(stored.len(), PRESSES, "one for each press");
    assert_eq!(stored.into_iter().collect::<BTreeMap<_, _>>(), told.created);

    // The history of each: one press, one call.
    let calls: Vec<(String, i64, i64)> = sqlx::query_as(
        r#"SELECT consultation_id,
                  count(*) FILTER (WHERE source_event_id LIKE 'create:%'),
                  count(*) FILTER (WHERE source_event_id LIKE 'report:%')
           FROM timeline GROUP BY consultation_id"#,
    )
    .fetch_all(&mut *database)
    .await
    .expect("rows");
    assert_eq!(calls.len(), PRESSES);
    for (id, creations, reports) in calls {
        assert_eq!(creations, 1, "{id}");
        let reported = told.reported.contains(&id);
        assert!(reports == 1 || !reported && reports == 0, "{id}: {reports}, {reported}");
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM audit WHERE action = 'created'")
        .fetch_one(&mut *database)
        .await
        .expect("a number");
    assert_eq!(rows, i64::try_from(PRESSES).expect("it is below"), "one row of the log each");

    // At Empego, too, nothing is there twice.
    let seen = cluster.seen().await;
    let theirs = seen["consultations"].as_array().expect("a list");
    let ours: BTreeSet<_> = theirs.iter().map(|one| one["metadata"].to_string()).collect();
    assert_eq!(ours.len(), theirs.len(), "one call for each press");
    assert!(theirs.len() <= PRESSES && theirs.len() >= PRESSES * 9 / 10, "{}", theirs.len());
}

async fn everybody_heard(followers: &[Follower], database: &mut PgConnection) {
    let mut changes: Vec<(i64, String)> = Vec::new();
    // What Empego's queue still brings is heard too.
    for follower in followers {
        until("all changes are heard", PATIENCE, async || {
            let all = sqlx::query_as("SELECT position, consultation_id FROM changes ORDER BY 1");
            changes = all.fetch_all(&mut *database).await.expect("rows");
            changes.last().is_some_and(|(newest, _)| follower.position() >= *newest)
        })
        .await;
    }
    println!("{} changes", changes.len());
    for follower in followers {
        let heard = follower.heard().into_iter().map(|heard| (heard.position, heard.id));
        let heard: Vec<_> = heard.take(changes.len()).collect();
        assert!(heard == changes, "in order, each once: {heard:?}, and not {changes:?}");
        assert_eq!(follower.reloads(), 0);
        assert!(follower.connected() > 1, "its desk was killed");
    }
}
