//! Reads the body of a call. Small ones are bounded by the number of requests, large ones have a
//! number of their own, so that the memory of all of them is bounded.

use crate::error::AppError;
use crate::model::client::Client;
use crate::web::shares::{Place, Places};
use crate::web::state::AppState;
use axum::body::{Body, BodyDataStream, Bytes};
use futures::StreamExt;

/// Why a body was not read whole.
pub(super) enum BodyError {
    /// It is too large, or there is no place for one of its size; its beginning.
    Refused(AppError, Bytes),
    /// It came too slowly, or the client is gone.
    Broken,
}

/// The body, of at most `most` bytes, with its place where it is a large one: until it was dealt
/// with.
///
/// # Errors
/// [`BodyError`].
pub(super) async fn read(
    state: &AppState,
    client: &Client,
    body: Body,
    most: usize,
) -> Result<(Bytes, Option<Place>), BodyError> {
    let (mut all, mut place, mut chunks) = (Vec::new(), None, body.into_data_stream());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| BodyError::Broken)?;
        if place.is_none() && all.len() + chunk.len() > Places::SMALL_BODY {
            match state.places.large_body(client) {
                Ok(taken) => place = Some(taken),
                Err(why) => {
                    skip(chunks, most).await;
                    return Err(BodyError::Refused(why.into(), all.into()));
                }
            }
        }
        let left = most - all.len();
        all.extend(chunk.iter().take(left));
        if chunk.len() > left {
            skip(chunks, most).await;
            return Err(BodyError::Refused(AppError::TooLarge, all.into()));
        }
    }
    Ok((all.into(), place))
}

/// Reads the rest without keeping it, at most so many bytes: a connection that is closed with
/// something unread is reset, and the answer lost.
async fn skip(mut chunks: BodyDataStream, most: usize) {
    let mut read = 0;
    while read < most
        && let Some(Ok(chunk)) = chunks.next().await
    {
        read += chunk.len();
    }
}
