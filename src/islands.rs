//! Everything that comes alive in a browser. Staff and patients load a bundle each, so each has its
//! own gate; the server renders all of them.

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod copy;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod details;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod form;
#[cfg(any(feature = "ssr", feature = "hydrate", feature = "hydrate-patient"))]
mod frame;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod frame_check;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod live;
#[cfg(any(feature = "ssr", feature = "hydrate-patient"))]
pub mod visit;

#[cfg(any(feature = "hydrate", feature = "hydrate-patient"))]
mod browser;
#[cfg(any(feature = "hydrate", feature = "hydrate-patient"))]
mod heard;
