//! What happens around every request. `router` is the only place that orders it.

pub mod cross_site;
pub mod headers;
pub mod log;
pub mod session;
