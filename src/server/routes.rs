//! What is not a page: server functions, health, live changes and files.

pub mod api;
pub mod brand;
pub mod exports;
pub mod files;
pub mod health;
pub mod live;
pub mod metrics;
pub mod oidc;
