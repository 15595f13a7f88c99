//! Link tokens and encryption, with keys derived from `DESK_SECRET`.

use crate::ambient::Ambient;
use crate::model::ids::ConsultationId;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The bytes of a token: 160 bits.
const TOKEN_BYTES: usize = 20;
const NONCE_BYTES: usize = 12;

/// The current secret, and the previous one during a rotation (`DESK_SECRET_PREVIOUS`).
#[derive(Clone)]
pub struct Secrets {
    /// Newest first.
    keys: Arc<Vec<SecretBox<[u8]>>>,
}

/// Leaves the keys out.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Takes the current and the previous secret.
    #[must_use]
    pub fn new(current: &[u8], previous: Option<&[u8]>) -> Self {
        let keys = std::iter::once(current)
            .chain(previous)
            .map(|key| SecretBox::from(key.to_vec().into_boxed_slice()))
            .collect();
        Self { keys: Arc::new(keys) }
    }

    /// The token of a new link: 160 bits of an HMAC-SHA-256 of consultation and generation, in
    /// base62.
    #[must_use]
    pub fn link_token(&self, id: &ConsultationId, generation: u32) -> String {
        self.keys.first().map(|key| token(key, id, generation)).unwrap_or_default()
    }

    /// Derives the token of an issued link again, so that staff can be shown the same link. `hash`
    /// is the token's SHA-256. `None` when its secret is gone: the link still works then.
    #[must_use]
    pub fn derive_issued_token(
        &self,
        id: &ConsultationId,
        generation: u32,
        hash: &[u8],
    ) -> Option<String> {
        self.keys.iter().map(|key| token(key, id, generation)).find(|token| sha256(token) == hash)
    }

    /// Encrypts a text for a URL or a text column (ChaCha20-Poly1305, base62), with a key for the
    /// purpose.
    #[must_use]
    pub fn seal(&self, purpose: &str, text: &str, ambient: &Ambient) -> Option<String> {
        let nonce = ambient.bytes::<NONCE_BYTES>();
        let sealed = cipher(self.keys.first()?, purpose)?
            .encrypt(&Nonce::from(nonce), text.as_bytes())
            .ok()?;
        Some(base_x::encode(BASE62, &[nonce.as_slice(), &sealed].concat()))
    }

    /// Encrypts bytes for the database, as [`Self::seal`] does.
    #[must_use]
    pub fn seal_bytes(&self, purpose: &str, bytes: &[u8], ambient: &Ambient) -> Option<Vec<u8>> {
        let nonce = ambient.bytes::<NONCE_BYTES>();
        let sealed =
            cipher(self.keys.first()?, purpose)?.encrypt(&Nonce::from(nonce), bytes).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts a text of [`Self::seal`]. `None` for any other text, purpose or secret.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        if sealed.len() > 4096 {
            return None;
        }
        self.keys.iter().find_map(|key| open(key, purpose, sealed))
    }

    /// Signs a text with the current secret, with a key for the purpose: HMAC-SHA-256 in hex.
    #[must_use]
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        let mac = self.keys.first().and_then(|key| mac(key, &signed_parts(purpose, text)));
        mac.map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default()
    }

    /// Whether a text of [`Self::sign`] was signed with the current or the previous secret.
    #[must_use]
    pub fn is_signed(&self, purpose: &str, text: &str, signature: &str) -> bool {
        self.keys.iter().any(|key| is_signed(key, purpose, text, signature))
    }

    /// Whether only the previous secret has signed a text, so that it must be signed again before
    /// that one is removed.
    #[must_use]
    pub fn is_signed_by_previous(&self, purpose: &str, text: &str, signature: &str) -> bool {
        let mut keys = self.keys.iter().map(|key| is_signed(key, purpose, text, signature));
        keys.next() == Some(false) && keys.any(|signed| signed)
    }

    /// Whether there is a previous secret.
    #[must_use]
    pub fn is_rotating(&self) -> bool {
        self.keys.len() > 1
    }

    /// Encrypts a text of the previous secret again with the current one, so that it can be
    /// decrypted after the rotation.
    #[must_use]
    pub fn reseal(&self, purpose: &str, sealed: &str, ambient: &Ambient) -> Resealed {
        if self.keys.first().is_some_and(|key| open(key, purpose, sealed).is_some()) {
            return Resealed::Current;
        }
        let again = self.open(purpose, sealed).and_then(|text| self.seal(purpose, &text, ambient));
        again.map_or(Resealed::Unreadable, Resealed::Renewed)
    }
}

/// The result of [`Secrets::renew`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resealed {
    /// Encrypted with the current secret already.
    Current,
    /// Was encrypted with the previous secret; this is the same text under the current one.
    Renewed(String),
    /// Encrypted with neither secret.
    Unreadable,
}

/// A random token: 160 bits in base62.
#[must_use]
pub fn random_token(ambient: &Ambient) -> String {
    base_x::encode(BASE62, &ambient.bytes::<TOKEN_BYTES>())
}

/// SHA-256. The database stores it in place of a token.
#[must_use]
pub fn sha256(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// HMAC-SHA-256 of the parts, each with its length before it.
fn derive(key: &SecretBox<[u8]>, parts: &[&[u8]]) -> Option<Vec<u8>> {
    Some(mac(key, parts)?.finalize().into_bytes().to_vec())
}

fn mac(key: &SecretBox<[u8]>, parts: &[&[u8]]) -> Option<Hmac<Sha256>> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.expose_secret()).ok()?;
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    Some(mac)
}

fn is_signed(key: &SecretBox<[u8]>, purpose: &str, text: &str, signature: &str) -> bool {
    let Ok(signature) = hex::decode(signature) else { return false };
    mac(key, &signed_parts(purpose, text)).is_some_and(|mac| mac.verify_slice(&signature).is_ok())
}

/// What a signature covers.
fn signed_parts<'a>(purpose: &'a str, text: &'a str) -> [&'a [u8]; 3] {
    [b"sign", purpose.as_bytes(), text.as_bytes()]
}

fn token(key: &SecretBox<[u8]>, id: &ConsultationId, generation: u32) -> String {
    let mac =
        derive(key, &[b"link", id.0.as_bytes(), &generation.to_be_bytes()]).unwrap_or_default();
    base_x::encode(BASE62, mac.get(..TOKEN_BYTES).unwrap_or_default())
}

fn open(key: &SecretBox<[u8]>, purpose: &str, sealed: &str) -> Option<String> {
    let bytes = base_x::decode(BASE62, sealed).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
    let text = cipher(key, purpose)?.decrypt(&Nonce::from(*nonce), sealed).ok()?;
    String::from_utf8(text).ok()
}

fn cipher(key: &SecretBox<[u8]>, purpose: &str) -> Option<ChaCha20Poly1305> {
    let derived = derive(key, &[b"seal", purpose.as_bytes()])?;
    Some(ChaCha20Poly1305::new(&Key::try_from(derived.as_slice()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ConsultationId {
        ConsultationId::from("0190-1")
    }

    #[test]
    fn tokens_are_long_and_distinct_and_can_be_derived_again() {
        let secrets = Secrets::new(&[1; 32], None);
        let first = secrets.link_token(&id(), 1);
        assert!((26..=27).contains(&first.len()), "160 bits in base62: {first}");
        assert_ne!(first, secrets.link_token(&id(), 2));
        assert_ne!(first, secrets.link_token(&ConsultationId::from("0190-2"), 1));
        assert_eq!(secrets.derive_issued_token(&id(), 1, &sha256(&first)), Some(first));
    }

    #[test]
    fn the_links_of_the_previous_secret_can_still_be_shown() {
        let old = Secrets::new(&[1; 32], None).link_token(&id(), 1);
        let rotated = Secrets::new(&[2; 32], Some(&[1; 32]));
        assert_ne!(rotated.link_token(&id(), 1), old);
        assert_eq!(rotated.derive_issued_token(&id(), 1, &sha256(&old)), Some(old.clone()));
        assert_eq!(Secrets::new(&[2; 32], None).derive_issued_token(&id(), 1, &sha256(&old)), None);
    }

    #[test]
    fn renewed_texts_open_without_the_previous_secret() {
        let ambient = Ambient::system();
        let (old, new) = (Secrets::new(&[1; 32], None), Secrets::new(&[2; 32], None));
        let rotated = Secrets::new(&[2; 32], Some(&[1; 32]));
        let sealed = old.seal("totp", "KEY", &ambient).expect("it seals");
        assert_eq!(new.reseal("totp", &sealed, &ambient), Resealed::Unreadable);
        let Resealed::Renewed(again) = rotated.reseal("totp", &sealed, &ambient) else {
            panic!("not encrypted again")
        };
        assert_eq!(new.open("totp", &again).as_deref(), Some("KEY"));
        assert_eq!(rotated.reseal("totp", &again, &ambient), Resealed::Current);
        assert_eq!(rotated.reseal("other", &sealed, &ambient), Resealed::Unreadable);
    }

    #[test]
    fn sealed_texts_open_for_their_purpose_only() {
        let ambient = Ambient::system();
        let secrets = Secrets::new(&[1; 32], None);
        let sealed = secrets.seal("search", "Zoé Tremblay", &ambient).expect("it seals");
        assert!(!sealed.contains("Tremblay"));
        assert_ne!(
            secrets.seal("search", "Zoé Tremblay", &ambient).as_deref(),
            Some(sealed.as_str())
        );
        assert_eq!(secrets.open("search", &sealed).as_deref(), Some("Zoé Tremblay"));
        assert_eq!(secrets.open("other", &sealed), None);
        assert_eq!(
            Secrets::new(&[2; 32], Some(&[1; 32])).open("search", &sealed).as_deref(),
            Some("Zoé Tremblay")
        );
        for nonsense in ["", "é", "0", "!!", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop"] {
            assert_eq!(secrets.open("search", nonsense), None, "{nonsense}");
        }
    }
}
