//! Who is at the desk: passwords and sessions.

pub mod accounts;
pub mod factor;
pub mod federated;
pub mod own;
pub mod sign_in;
pub mod throttle;
