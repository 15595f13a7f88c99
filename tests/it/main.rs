//! Everything that needs more than one room, or a listener, in one binary.

mod empego;
