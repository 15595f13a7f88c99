//! The loader of every page that reads something first: it shows what was read, or the error.

use super::message::MessagePage;
use crate::desk::{Actor, DeskError};
use crate::error::AppError;
use crate::web::page::Page;
use leptos::prelude::*;
use std::future::Future;

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// A use case failed. The browser learns what `AppState::explain` tells it.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

/// A page that reads something first.
pub(super) fn page<F, V>(load: impl FnOnce(Page) -> F + Send + 'static) -> impl IntoView
where
    F: Future<Output = Result<V, Failure>> + Send + 'static,
    V: IntoView + 'static,
{
    let page = Page::current();
    let state = page.state.clone();
    let content = load(page);
    Suspend::new(async move {
        let error = match content.await {
            Ok(view) => return view.into_any(),
            Err(Failure::Desk(error)) => state.explain(error),
            Err(Failure::App(error)) => error,
        };
        view! { <MessagePage error/> }.into_any()
    })
}

/// The same for a page of staff, with the user who is signed in.
pub(super) fn staff_page<F, V>(
    load: impl FnOnce(Page, Actor) -> F + Send + 'static,
) -> impl IntoView
where
    F: Future<Output = Result<V, Failure>> + Send + 'static,
    V: IntoView + 'static,
{
    page(|page| async move {
        let who = page.who().cloned().ok_or(AppError::NotSignedIn)?;
        load(page, who).await
    })
}
