//! The server around the desk: configuration, routes, sessions, telemetry and the command line.

pub mod auth;
pub mod cli;
pub mod client;
pub mod config;
pub mod connections;
pub mod csv;
pub mod errors;
pub mod limits;
pub mod middleware;
pub mod refusals;
pub mod render;
pub mod respond;
pub mod router;
pub mod routes;
pub mod serve;
pub mod shutdown;
pub mod site;
pub mod state;
pub mod telemetry;
pub mod visitor;
