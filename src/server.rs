//! What serves: the process, the router with its layers and handlers, and the command line.

pub mod cli;
pub mod connections;
mod first_start;
mod leader;
pub mod metrics;
pub mod middleware;
pub mod render;
pub mod router;
pub mod routes;
pub mod serve;
pub mod stop;
pub mod telemetry;
