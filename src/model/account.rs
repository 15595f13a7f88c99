//! What a staff account's fields may be.

/// The shortest password, in characters (NIST SP 800-63B asks for at least 8).
pub const PASSWORD_LENGTH: usize = 12;
