//! Server functions: thin over `desk`. Each answers at `/api/{name}`, as JSON to islands and as a
//! plain form to any other client (`server::routes::api`). Arguments are texts that default to
//! empty, so that a missing field is a field's error.

pub mod account;
pub mod audit;
pub mod consultations;
pub mod corrections;
pub mod details;
pub mod factor;
pub mod follow_ups;
pub mod links;
pub mod oversight;
pub mod patients;
pub mod session;
pub mod sites;
pub mod staff;
pub mod visits;
