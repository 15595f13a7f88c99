//! Who is at the desk: passwords and sessions.

pub mod accounts;
pub mod password;
pub mod session;
