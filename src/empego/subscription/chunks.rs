//! What is read from the connection at a time, bounded by number and by bytes: while the disk is
//! slow, a queue that sends as fast as it can must not fill the memory.

use futures::{FutureExt, Stream, StreamExt};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Limit on the messages of one chunk.
const MAX_MESSAGES: usize = 512;
/// Once a chunk has this many bytes, it takes no further message. With the message that goes
/// beyond, a chunk has at most this and one frame.
const FULL_BYTES: usize = 8 * 1024 * 1024;

/// Waits for a message and takes those that are there already. `None` at the end. What was taken is
/// not lost when this future is dropped: it waits for nothing after the first one.
pub(super) async fn next(
    reader: &mut (impl Stream<Item = Result<Message, Error>> + Unpin),
) -> Option<Vec<Result<Message, Error>>> {
    let mut latest = reader.next().await?;
    let (mut chunk, mut bytes) = (Vec::new(), 0);
    loop {
        bytes += latest.as_ref().map_or(0, Message::len);
        chunk.push(latest);
        if chunk.len() == MAX_MESSAGES || bytes >= FULL_BYTES {
            return Some(chunk);
        }
        match reader.next().now_or_never() {
            Some(Some(message)) => latest = message,
            // Nothing more for now, or for good: the next call sees it.
            Some(None) | None => return Some(chunk),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    /// The sizes of the chunks of a queue that has all these messages ready.
    async fn sizes(messages: impl Iterator<Item = usize>) -> Vec<usize> {
        let ready = messages.map(|bytes| Ok(Message::text("x".repeat(bytes))));
        let mut reader = stream::iter(ready).fuse();
        let mut sizes = Vec::new();
        while let Some(chunk) = next(&mut reader).await {
            sizes.push(chunk.len());
        }
        sizes
    }

    #[tokio::test]
    async fn many_small_messages_are_bounded_by_their_number() {
        assert_eq!(sizes((0..1_200).map(|_| 9)).await, [512, 512, 176]);
    }

    #[tokio::test]
    async fn few_large_messages_are_bounded_by_their_bytes() {
        let mib = 1024 * 1024;
        assert_eq!(sizes([3, 3, 3, 20, 1, 1].map(|n| n * mib).into_iter()).await, [3, 1, 2]);
    }

    #[tokio::test]
    async fn what_is_there_is_not_held_back() {
        let mut reader = stream::iter([Ok(Message::text("a"))]).chain(stream::pending());
        assert_eq!(next(&mut reader).await.expect("a chunk").len(), 1);
    }
}
