//! The right to do what only one instance may do at a time.

use async_trait::async_trait;

/// Held by one instance at a time, for as long as it is not dropped and the database answers. The
/// end of the process ends it, however that comes.
#[async_trait]
pub trait Lease: Send {
    /// Whether it is still held. It does not come back.
    async fn is_held(&mut self) -> bool;
    /// Lets another instance have it at once.
    async fn release(self: Box<Self>);
}

/// A lease on a database that one process alone can serve from.
pub(super) struct Alone;

#[async_trait]
impl Lease for Alone {
    async fn is_held(&mut self) -> bool {
        true
    }

    async fn release(self: Box<Self>) {}
}
