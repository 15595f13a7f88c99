//! E-mail addresses.

/// The longest address that SMTP carries, in bytes (RFC 5321, section 4.5.3.1.3).
const LONGEST: usize = 254;

/// Whether the text can be an e-mail address: a name, an at sign and a host, without white space.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let parts =
        text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    parts && text.len() <= LONGEST && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_a_name_an_at_sign_and_a_host() {
        assert!(["a@b", "zoé.nurse@clinic.example", "admin@localhost"].into_iter().all(is_email));
        assert!(!["", "a", "@b", "a@", "a b@c", "a@b\n"].into_iter().any(is_email));
        assert!(!is_email(&format!("{}@b", "a".repeat(300))));
    }
}
