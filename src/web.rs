//! What a request carries: the shared state, the visitor, the route table, limits, refusals, and
//! what answers are made of. Pages and server functions work with these; nothing here renders.

pub mod assets;
pub mod caller;
pub mod client;
pub mod csv;
pub mod errors;
pub mod limits;
pub mod lists;
pub mod oidc;
pub mod page;
pub mod paths;
pub mod refusals;
pub mod respond;
pub mod routes;
pub mod session;
pub mod state;
pub mod ticket;
pub mod visitor;
