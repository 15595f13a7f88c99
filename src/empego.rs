//! What Empego documents, spoken over HTTP. Knows nothing of the database; only `desk` joins the
//! two.
//!
//! - [`client`]: the calls; [`call`]: how one is carried out within its time, and what is tried
//!   again
//! - [`profile`]: the only file with assumed paths, bodies and sub-system names
//! - [`acting`]: whom a staff-facing page is opened for
//! - [`frames`], [`event`], [`subscription`]: the event queue: its frames, what an event says, and
//!   the connection
//! - [`file`]: the PDF of an export
//! - [`wire`]: lenient reading of answers
//! - [`settings`], [`origin`], [`presigned`]: what is configured, and what is trusted because of it
//! - [`error`], [`redact`], [`retry`]: what went wrong, what of it may be logged, and when to try
//!   again

pub mod acting;
pub mod call;
pub mod client;
pub mod error;
pub mod event;
pub mod file;
pub mod frames;
pub mod origin;
pub mod presigned;
pub mod profile;
pub mod redact;
pub mod retry;
pub mod settings;
pub mod subscription;
pub mod wire;

pub use acting::ActingUser;
pub use client::{Created, Empego, http_client};
pub use error::EmpegoError;
pub use file::FileError;
pub use origin::Origin;
pub use presigned::PresignedUrl;
pub use profile::Kind;
pub use settings::{KeyHeader, Settings};
