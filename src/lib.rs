//! Empego Desk: a front desk for Empego consultations.
//!
//! Staff create a consultation in a browser, the patient finishes it inside Empego's own page in an
//! iframe, and everybody sees the truth about where it stands. This is the map of the crate, one
//! line per room. Rooms behind the gate exist only on the server; this file holds the one gate, and
//! nothing inside a room needs another.
//!
//! | room | what is in it |
//! |---|---|
//! | [`model`] | words both sides share, no I/O: consultation, patient, health number, lifecycle, browser message |
//! | [`error`] | the one error that crosses to a browser |
//! | [`api`] | server functions, thin: authorise, call `desk`, map the error |
//! | [`islands`] | everything that comes alive in a browser |
//! | `ambient` | clock and randomness, passed in |
//! | `private_file` | small files for their owner alone, written whole or not at all |
//! | `secrets` | what is derived from `DESK_SECRET`: link tokens, sealed words |
//! | `empego` | the Empego client and its event queue; `profile.rs` is the only file with assumed paths and bodies |
//! | `sandbox` | the built-in stand-in for Empego |
//! | `store` | the `Store` trait in its parts (accounts, sites, records, follow-ups, events, audit) and its `SQLite` implementation |
//! | `live` | who hears of a change |
//! | `desk` | use cases; the only room that joins `store` and `empego`, and writes down who did and saw what |
//! | `i18n` | French and English, one key space |
//! | `app`, `pages`, `parts` | the document, one file a page, dumb components: rendered on the server only |
//! | `server` | configuration, command line, sessions, limits, routes, telemetry |

// A page's type is the whole tree of its elements.
#![recursion_limit = "512"]

pub mod api;
pub mod error;
pub mod islands;
pub mod model;

#[cfg(feature = "ssr")]
pub mod ambient;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod config;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
pub mod empego;
#[cfg(feature = "ssr")]
pub mod i18n;
#[cfg(feature = "ssr")]
pub mod live;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
pub mod private_file;
#[cfg(feature = "ssr")]
pub mod sandbox;
#[cfg(feature = "ssr")]
pub mod secrets;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod web;

/// Called by the loader once the browser bundle is there; the loader then wakes the islands of the
/// page.
#[cfg(any(feature = "hydrate", feature = "hydrate-patient"))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    #[cfg(feature = "hydrate")]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
