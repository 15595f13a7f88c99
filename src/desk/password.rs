//! Password hashing: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane),
//! off the async threads.

mod queue;
pub mod rules;

pub use queue::{Client, Full};

use crate::ambient::Ambient;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use queue::{Place, Queue, Turn};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// The longest password, in bytes.
pub const MAX_LENGTH: usize = 1024;

/// Hashes and verifies passwords, a bounded number at a time.
#[derive(Clone)]
pub struct Passwords {
    queue: Queue,
    /// Used where there is no such account, so that the answer takes the same time.
    decoy: Arc<str>,
    ambient: Ambient,
}

/// Hashing failed for a reason other than the password.
#[derive(Debug, thiserror::Error)]
#[error("password hashing failed")]
pub struct HashingFailed;

impl Passwords {
    /// Computes the decoy hash, which takes as long as one sign-in. `at_once` passwords are hashed
    /// at a time, each with 19 MiB and a core.
    ///
    /// # Errors
    /// [`HashingFailed`] when the parameters do not work on this machine.
    pub fn new(ambient: Ambient, at_once: usize) -> Result<Self, HashingFailed> {
        let decoy = hash(&ambient.bytes::<32>(), &ambient.bytes::<16>())?;
        Ok(Self { queue: Queue::new(at_once), decoy: decoy.into(), ambient })
    }

    /// Hashes a password into a PHC string, outside the queue: for the operator alone.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub async fn hash(&self, password: &SecretString) -> Result<String, HashingFailed> {
        let (password, salt) = (composed(password), self.ambient.bytes::<16>());
        work(move || hash(password.expose_secret().as_bytes(), &salt)).await?
    }

    /// Takes a place in the queue. `proven` clients are signed in, or have a valid link; they find
    /// a place where unknown ones do not.
    ///
    /// # Errors
    /// [`Full`]: nothing was done.
    pub fn enter(&self, client: Client, proven: bool) -> Result<Ticket, Full> {
        let place = self.queue.enter(client.clone(), proven).inspect_err(|_| {
            metrics::counter!("desk_places_refused_total", "what" => "password", "why" => "full")
                .increment(1);
        })?;
        Ok(Ticket { place, passwords: self.clone(), client })
    }

    /// Makes a client known that proved itself before, as the latest one.
    pub fn remember(&self, client: Client) {
        self.queue.remember(client);
    }
}

/// A place in the queue.
pub struct Ticket {
    place: Place,
    passwords: Passwords,
    client: Client,
}

impl Ticket {
    /// Waits for the turn.
    ///
    /// # Errors
    /// [`HashingFailed`] when the queue is gone.
    pub async fn turn(self) -> Result<Hasher, HashingFailed> {
        let turn = self.place.turn().await.ok_or(HashingFailed)?;
        Ok(Hasher { turn: Arc::new(turn), passwords: self.passwords, client: self.client })
    }
}

/// A turn, until it is dropped. It belongs to the work too, and not to its caller alone: a client
/// that disconnects does not stop the work, and must not make room for more.
pub struct Hasher {
    turn: Arc<Turn>,
    passwords: Passwords,
    client: Client,
}

impl Hasher {
    /// Hashes a password into a PHC string.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub async fn hash(&self, password: &SecretString) -> Result<String, HashingFailed> {
        let (password, salt) = (composed(password), self.passwords.ambient.bytes::<16>());
        self.work(move || hash(password.expose_secret().as_bytes(), &salt)).await?
    }

    /// Whether the password fits the stored hash. `None` (no such account) never fits, and takes
    /// the same time. The client is known from then on.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub async fn verify(
        &self,
        password: &SecretString,
        stored: Option<&str>,
    ) -> Result<bool, HashingFailed> {
        // An account without a password takes the time of a wrong one too.
        let stored = stored.filter(|stored| PasswordHash::new(stored).is_ok());
        let exists = stored.is_some();
        let stored = stored.unwrap_or(&self.passwords.decoy).to_owned();
        let (typed, password) = (password.clone(), composed(password));
        let fits = self.work(move || {
            let Ok(hash) = PasswordHash::new(&stored) else { return false };
            let fits = |password: &SecretString| {
                let password = password.expose_secret().as_bytes();
                Argon2::default().verify_password(password, &hash).is_ok()
            };
            // As typed too, where that differs: an older version hashed it so.
            fits(&password) || (typed.expose_secret() != password.expose_secret() && fits(&typed))
        });
        let fits = fits.await? && exists;
        if fits {
            self.passwords.remember(self.client.clone());
        }
        Ok(fits)
    }

    async fn work<T: Send + 'static>(
        &self,
        task: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingFailed> {
        let turn = self.turn.clone();
        work(move || {
            let done = task();
            drop(turn);
            done
        })
        .await
    }
}

/// Runs work off the async threads.
async fn work<T: Send + 'static>(
    task: impl FnOnce() -> T + Send + 'static,
) -> Result<T, HashingFailed> {
    tokio::task::spawn_blocking(task).await.map_err(|_| HashingFailed)
}

/// The password in Unicode's form NFC: keyboards and systems spell one letter in different ways.
fn composed(password: &SecretString) -> SecretString {
    password.expose_secret().nfc().collect::<String>().into()
}

fn hash(password: &[u8], salt: &[u8]) -> Result<String, HashingFailed> {
    let hash: PasswordHash =
        Argon2::default().hash_password_with_salt(password, salt).map_err(|_| HashingFailed)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Passwords that are hashed at a time.
    const RUNNING: usize = 2;

    async fn turn(passwords: &Passwords, account: usize) -> Hasher {
        let client = Client { address: Vec::new(), account: account.to_be_bytes().into() };
        passwords.enter(client, true).expect("a place").turn().await.expect("a turn")
    }

    #[tokio::test]
    async fn the_right_password_fits_and_no_other() {
        let passwords = Passwords::new(Ambient::system(), RUNNING).expect("it hashes");
        let turn = turn(&passwords, 1).await;
        let right = SecretString::from("correct horse battery");
        let stored = turn.hash(&right).await.expect("it hashes");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "OWASP's parameters: {stored}"
        );
        let verify = async |password: &str, stored| {
            turn.verify(&password.into(), stored).await.expect("it verifies")
        };
        assert!(verify("correct horse battery", Some(&stored)).await);
        assert!(!verify("wrong", Some(&stored)).await);
        assert!(!verify("correct horse battery", None).await, "no account, no entry");
        assert!(!verify("correct horse battery", Some("not a hash")).await);
        let stored = turn.hash(&"Zoe\u{308} likes cafe\u{301}".into()).await.expect("it hashes");
        assert!(
            verify("Zo\u{eb} likes caf\u{e9}", Some(&stored)).await,
            "one letter, two spellings"
        );
        let old = hash("e\u{301}t\u{e9}".as_bytes(), &[1; 16]).expect("it hashes");
        assert!(verify("e\u{301}t\u{e9}", Some(&old)).await, "hashed by an older version");
    }

    #[tokio::test]
    async fn abandoned_work_keeps_its_turn() {
        let passwords = Passwords::new(Ambient::system(), RUNNING).expect("it hashes");
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (started, mut starts) = tokio::sync::mpsc::unbounded_channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let released = Arc::new(Mutex::new(released));
        let begin = |account: usize| {
            let (passwords, running, most) = (passwords.clone(), running.clone(), most.clone());
            let (started, released) = (started.clone(), released.clone());
            tokio::spawn(async move {
                let work = move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    started.send(()).ok();
                    released.lock().expect("a lock").recv().ok();
                    running.fetch_sub(1, Ordering::SeqCst);
                };
                turn(&passwords, account).await.work(work).await
            })
        };
        let abandoned: Vec<_> = (0..RUNNING).map(begin).collect();
        for _ in 0..RUNNING {
            starts.recv().await.expect("it starts");
        }
        for client in abandoned {
            client.abort();
            assert!(client.await.expect_err("it is gone").is_cancelled());
        }
        assert_eq!(passwords.queue.counts(), (RUNNING, 0), "what runs still has its turn");
        let later: Vec<_> = (RUNNING..RUNNING + 5).map(begin).collect();
        for _ in 0..RUNNING + later.len() {
            release.send(()).expect("a task waits");
        }
        for client in later {
            client.await.expect("it ends").expect("it is done");
        }
        assert_eq!(most.load(Ordering::SeqCst), RUNNING);
    }
}
