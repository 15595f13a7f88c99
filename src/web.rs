//! What handlers of a request share: the application state, the visitor, the route table, rate
//! limits, audited refusals and response helpers. Nothing here renders a page.

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
pub mod shares;
pub mod state;
pub mod ticket;
pub mod visitor;
