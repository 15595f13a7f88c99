//! Dumb components: what pages are made of.

pub mod admin;
pub mod area;
pub mod at_site;
pub mod badge;
pub mod field;
pub mod layout;
pub mod notice;
