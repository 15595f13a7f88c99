//! Who is at the desk: passwords and sessions.

pub mod accounts;
pub mod factor;
pub mod federated;
pub mod oidc;
pub mod own;
pub mod password;
pub mod rules;
pub mod session;
pub mod sign_in;
pub mod throttle;
pub mod ticket;
