//! Empego Desk: a front desk for Empego consultations.
//!
//! Staff create a consultation in a browser, the patient finishes it inside Empego's own page in an iframe, and everybody
//! sees the truth about where it stands. This is the map of the crate, one line per room. Rooms marked `ssr` exist only
//! on the server; this file holds the one gate, and nothing inside a room needs another.

pub mod model;

#[cfg(feature = "ssr")]
pub mod ambient;
#[cfg(feature = "ssr")]
pub mod empego;
#[cfg(feature = "ssr")]
pub mod sandbox;
#[cfg(feature = "ssr")]
pub mod store;
