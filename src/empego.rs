//! Client for the Empego API: REST calls and the event queue. It knows nothing of the database;
//! only `desk` joins the two. What Empego documents and what is assumed is in `docs/empego.md`.
//!
//! - [`client`]: the REST calls; [`check`]: those that change nothing; [`call`], [`turns`]: time
//!   limits, retries and turns; [`failure`]: what failed ones come to; [`http`]: the HTTP client
//!   and the headers
//! - [`profile`]: what goes into a request; where it goes is in the profile (`src/profile.rs`)
//! - [`acting`]: the staff member that a details page is opened for
//! - [`frames`], [`event`], [`subscription`]: the event queue: its frames, the content of an event,
//!   and the connection
//! - [`file`]: download of an exported PDF
//! - [`wire`]: lenient parsing of answers; [`time`]: times in answers and events
//! - [`settings`], [`origin`]: configuration, and the URLs that are trusted because of it
//! - [`error`], [`redact`], [`retry`], [`unread`]: errors, what of them may be logged, when to
//!   retry, and answers that the profile does not fit

pub mod acting;
pub mod call;
mod check;
pub mod client;
pub mod error;
pub mod event;
mod failure;
pub mod file;
pub mod frames;
pub mod http;
pub mod origin;
pub mod profile;
pub mod redact;
pub mod retry;
pub mod settings;
pub mod subscription;
mod tell;
pub mod time;
mod turns;
mod unread;
pub mod wire;

pub use acting::ActingUser;
pub use client::{Created, Empego};
pub use error::EmpegoError;
pub use file::FileError;
pub use http::http_client;
pub use origin::{Origin, PresignedUrl};
pub use profile::{CreatedOf, Kind, RecordRef};
pub use settings::{KeyHeader, Settings};
pub use unread::Unread;
