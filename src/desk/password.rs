//! Password hashing: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane),
//! off the async threads.

pub mod rules;

use crate::ambient::Ambient;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The number of concurrent hash computations: each takes 19 MiB and a core.
const MAX_CONCURRENT: usize = 2;
/// The longest password, in bytes.
pub const MAX_LENGTH: usize = 1024;

/// Hashes and verifies passwords, a bounded number at a time.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Used where there is no such account, so that the answer takes the same time.
    decoy: Arc<str>,
    ambient: Ambient,
}

/// Hashing failed for a reason other than the password.
#[derive(Debug, thiserror::Error)]
#[error("password hashing failed")]
pub struct HashingFailed;

impl Passwords {
    /// Computes the decoy hash, which takes as long as one sign-in.
    ///
    /// # Errors
    /// [`HashingFailed`] when the parameters do not work on this machine.
    pub fn new(ambient: Ambient) -> Result<Self, HashingFailed> {
        let decoy = hash(&ambient.bytes::<32>(), &ambient.bytes::<16>())?;
        Ok(Self { permits: Arc::new(Semaphore::new(MAX_CONCURRENT)), decoy: decoy.into(), ambient })
    }

    /// Hashes a password into a PHC string.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub async fn hash(&self, password: &SecretString) -> Result<String, HashingFailed> {
        let (password, salt) = (password.clone(), self.ambient.bytes::<16>());
        self.work(move || hash(password.expose_secret().as_bytes(), &salt)).await?
    }

    /// Whether the password fits the stored hash. `None` (no such account) never fits, and takes
    /// the same time.
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
        let known = stored.is_some();
        let (password, stored) = (password.clone(), stored.unwrap_or(&self.decoy).to_owned());
        let fits = self.work(move || {
            PasswordHash::new(&stored).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.expose_secret().as_bytes(), &hash)
                    .is_ok()
            })
        });
        Ok(fits.await? && known)
    }

    /// Runs work off the async threads, a bounded number at a time. The permit belongs to the work
    /// and not to its caller: a client that disconnects does not stop the work, and must not free a
    /// permit for more.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingFailed> {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| HashingFailed)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.map_err(|_| HashingFailed)
    }
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

    #[tokio::test]
    async fn the_right_password_fits_and_no_other() {
        let passwords = Passwords::new(Ambient::system()).expect("it hashes");
        let right = SecretString::from("correct horse battery");
        let stored = passwords.hash(&right).await.expect("it hashes");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "OWASP's parameters: {stored}"
        );
        assert!(passwords.verify(&right, Some(&stored)).await.expect("it verifies"));
        assert!(
            !passwords
                .verify(&SecretString::from("wrong"), Some(&stored))
                .await
                .expect("it verifies")
        );
        assert!(
            !passwords.verify(&right, None).await.expect("it verifies"),
            "no account, no entry"
        );
        assert!(!passwords.verify(&right, Some("not a hash")).await.expect("it verifies"));
    }

    #[tokio::test]
    async fn abandoned_work_keeps_its_place() {
        let passwords = Passwords::new(Ambient::system()).expect("it hashes");
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (started, mut starts) = tokio::sync::mpsc::unbounded_channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let released = Arc::new(Mutex::new(released));
        let begin = || {
            let (passwords, running, most) = (passwords.clone(), running.clone(), most.clone());
            let (started, released) = (started.clone(), released.clone());
            tokio::spawn(async move {
                let work = move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    started.send(()).ok();
                    released.lock().expect("a lock").recv().ok();
                    running.fetch_sub(1, Ordering::SeqCst);
                };
                passwords.work(work).await
            })
        };
        let abandoned: Vec<_> = (0..MAX_CONCURRENT).map(|_| begin()).collect();
        for _ in 0..MAX_CONCURRENT {
            starts.recv().await.expect("it starts");
        }
        for client in abandoned {
            client.abort();
            assert!(client.await.expect_err("it is gone").is_cancelled());
        }
        assert_eq!(passwords.permits.available_permits(), 0, "what runs still has its place");
        let later: Vec<_> = (0..5).map(|_| begin()).collect();
        for _ in 0..MAX_CONCURRENT + later.len() {
            release.send(()).expect("a task waits");
        }
        for client in later {
            client.await.expect("it ends").expect("it is done");
        }
        assert_eq!(most.load(Ordering::SeqCst), MAX_CONCURRENT);
    }
}
