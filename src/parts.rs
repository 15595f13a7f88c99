//! Components that pages are made of. They show what they are given and read nothing.

pub mod at_site;
pub mod badge;
pub mod field;
pub mod layout;
pub mod leave;
pub mod moment;
pub mod nav;
pub mod notice;
pub mod patient;
pub mod qr;
pub mod table;
