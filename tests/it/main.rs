//! Everything that needs more than one room, or a listener, in one binary.

mod binary;
mod empego;
mod helpers;
mod sandbox;
mod store_contract;

mod access;
mod account;
mod audit_log;
mod commands;
mod connections;
mod create;
mod details;
mod events;
mod exports;
mod factor;
mod follow_ups;
mod form;
mod headers;
mod hostile;
mod kill;
mod limits;
mod link;
mod live;
mod main_job;
mod matrix;
mod oidc;
mod oversight;
mod resume;
mod rules;
mod scanner;
mod sign_in;
mod site;
mod sites;
mod staff;
mod start;
