//! Everything that needs more than one room, or a listener, in one binary.

mod empego;
mod helpers;
mod sandbox;
mod store_contract;

mod access;
mod audit_log;
mod commands;
mod form;
mod headers;
mod hostile;
mod link;
mod main_job;
mod matrix;
mod oversight;
mod site;
