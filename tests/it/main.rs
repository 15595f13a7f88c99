mod empego;
mod sandbox;
mod store_contract;
