//! Tests that go through the doors: real listeners, real requests.

mod sandbox;
