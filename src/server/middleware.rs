//! Layers around every route, one file each.

pub mod cross_site;
pub mod headers;
pub mod log;
pub mod session;
