//! Islands: components that are hydrated in the browser. Staff and patients load different bundles,
//! so each island is gated by the feature of its bundle. The server renders all of them.

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod copy;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod details;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod drafts;
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
