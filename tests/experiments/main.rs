//! The worst cases, made to happen to the binary from outside, and what they cost. Not a part of
//! `cargo test`: they need Linux, take minutes and measure time. `make experiments` runs them on a
//! release build.

#[path = "../it/binary.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod binary;
#[path = "../it/helpers.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod helpers;

mod administrators;
mod clock;
mod disk;
