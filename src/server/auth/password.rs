//! Password hashing: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane), off the async threads.

use crate::ambient::Ambient;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many passwords are worked on at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// The longest password that is looked at, in bytes.
pub const LONGEST: usize = 1024;

/// Hashes and verifies passwords, a bounded number at a time.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Verified against when there is no such account, so that the answer takes the same time.
    decoy: Arc<str>,
    ambient: Ambient,
}

/// Something went wrong that is not the password's fault.
#[derive(Debug, thiserror::Error)]
#[error("password hashing failed")]
pub struct HashingFailed;

impl Passwords {
    /// Makes the decoy hash, which takes as long as one sign-in.
    ///
    /// # Errors
    /// [`HashingFailed`] when the parameters do not work on this machine.
    pub fn new(ambient: Ambient) -> Result<Self, HashingFailed> {
        let decoy = hash(&ambient.bytes::<32>(), &ambient.bytes::<16>())?;
        Ok(Self { permits: Arc::new(Semaphore::new(AT_ONCE)), decoy: decoy.into(), ambient })
    }

    /// Hashes a password into a PHC string.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub async fn hash(&self, password: &SecretString) -> Result<String, HashingFailed> {
        let _permit = self.permits.acquire().await.map_err(|_| HashingFailed)?;
        let (password, salt) = (password.clone(), self.ambient.bytes::<16>());
        tokio::task::spawn_blocking(move || hash(password.expose_secret().as_bytes(), &salt)).await.map_err(|_| HashingFailed)?
    }

    /// Whether the password fits the stored hash. With no hash (no such account) it takes the same time and says no.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub async fn verify(&self, password: &SecretString, stored: Option<&str>) -> Result<bool, HashingFailed> {
        let _permit = self.permits.acquire().await.map_err(|_| HashingFailed)?;
        // No password was chosen yet: that takes the time of a wrong one too.
        let stored = stored.filter(|stored| PasswordHash::new(stored).is_ok());
        let known = stored.is_some();
        let (password, stored) = (password.clone(), stored.unwrap_or(&self.decoy).to_owned());
        let fits = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&stored).is_ok_and(|hash| Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
        });
        Ok(fits.await.map_err(|_| HashingFailed)? && known)
    }
}

fn hash(password: &[u8], salt: &[u8]) -> Result<String, HashingFailed> {
    let hash: PasswordHash = Argon2::default().hash_password_with_salt(password, salt).map_err(|_| HashingFailed)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_fits_and_no_other() {
        let passwords = Passwords::new(Ambient::system()).expect("it hashes");
        let right = SecretString::from("correct horse battery");
        let stored = passwords.hash(&right).await.expect("it hashes");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "OWASP's parameters: {stored}");
        assert!(passwords.verify(&right, Some(&stored)).await.expect("it verifies"));
        assert!(!passwords.verify(&SecretString::from("wrong"), Some(&stored)).await.expect("it verifies"));
        assert!(!passwords.verify(&right, None).await.expect("it verifies"), "no account, no entry");
        assert!(!passwords.verify(&right, Some("not a hash")).await.expect("it verifies"));
    }
}
