//! Empego Desk: a front desk for Empego consultations.
//!
//! Staff create a consultation in a browser, the patient finishes it inside Empego's own page in an
//! iframe, and staff follow it to the end. This is the map of the crate, one line a room, highest
//! floor first. A room names only rooms of lower floors and itself; `tests/it/house.rs` checks it.
//! `docs/architecture.md` says more.
//!
//! | floor | room | what is in it |
//! |---|---|---|
//! | 10 | `server` | the process, the router with its layers and handlers, the command line |
//! | 9 | `app` | the document and its head |
//! | 8 | `pages` | one file a page, rendered on the server, and which page answers which route |
//! | 7 | [`islands`] | everything that hydrates |
//! | 6 | [`api`] | server functions: check access, call a use case, map the error |
//! | 6 | `parts` | components without data of their own: layout, fields, badges |
//! | 5 | `web` | what a request carries: state, visitor, the route table, limits |
//! | 4 | `desk` | use cases; joins `store` and `empego`, and writes the audit log |
//! | 4 | `config`, `i18n` | settings; English and French, where a missing key does not compile |
//! | 3 | `store` | the records: the `Store` traits, once for `SQLite` and `PostgreSQL` |
//! | 3 | `empego` | the Empego client and its event queue |
//! | 3 | `sandbox` | the stand-in for Empego |
//! | 3 | `secrets`, `live` | what is derived from `DESK_SECRET`; who is told of a change |
//! | 2 | `ambient`, `private_file` | clock and randomness, passed in; small files of one owner |
//! | 2 | `profile` | what is assumed of Empego's interface, as data that an operator can replace |
//! | 1 | [`model`], [`error`] | types that both sides share, without I/O |
//!
//! Rooms behind the gate below exist only on the server; nothing inside a room needs another gate,
//! but the traces in `server/telemetry.rs` (feature `otel`).

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
pub mod profile;
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
