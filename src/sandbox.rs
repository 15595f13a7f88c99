//! The built-in stand-in for Empego.
