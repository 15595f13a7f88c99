//! Types that the server and the browser share. No I/O and no clock.

pub mod address;
pub mod audit;
pub mod cancel;
pub mod card;
pub mod change;
pub mod client;
pub mod color;
pub mod consultation;
pub mod export;
pub mod find;
pub mod follow_up;
pub mod forms;
pub mod health_number;
pub mod ids;
pub mod incident;
pub mod language;
pub mod lifecycle;
pub mod message;
pub mod patient;
#[cfg(test)]
pub(crate) mod property;
pub mod reason;
pub mod role;
pub mod site;
pub(crate) mod slug;
pub mod status;
pub mod text;
pub mod timeline;
pub mod visit;
