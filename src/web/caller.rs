//! The shape that every server function of staff has: check the caller, run a use case, answer.

use super::lists::Reader;
use super::respond;
use super::routes::{Function, Route};
use super::state::AppState;
use super::visitor;
use crate::desk::{self, Actor};
use crate::error::AppError;

/// A staff member who may call a server function.
pub struct Caller {
    /// The shared components.
    pub state: AppState,
    /// The staff member.
    pub who: Actor,
}

impl Caller {
    /// Checks the access in the function's row once more: the router has done so already, and no
    /// function relies on that alone.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`], [`AppError::Forbidden`].
    pub fn of(function: Function) -> Result<Self, AppError> {
        let (state, visitor) = visitor::request()?;
        visitor.allow(Route::Function(function).access())?;
        Ok(Self { state, who: visitor.staff.ok_or(AppError::NotSignedIn)? })
    }

    /// The caller, as the reader of the address that a search leads to.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader { desk: &self.state.desk, who: &self.who }
    }

    /// What a use case answered, or what the browser may know of its failure.
    ///
    /// # Errors
    /// As the use case.
    pub fn explain<T>(&self, outcome: desk::Result<T>) -> Result<T, AppError> {
        outcome.map_err(|error| self.state.explain(error))
    }

    /// The same. On success a plain form is sent on to the address that `next` gives.
    ///
    /// # Errors
    /// As the use case.
    pub fn redirect<T, A: AsRef<str>>(
        &self,
        outcome: desk::Result<T>,
        next: impl FnOnce(&T) -> A,
    ) -> Result<T, AppError> {
        let answer = self.explain(outcome)?;
        respond::see_other(next(&answer).as_ref());
        Ok(answer)
    }
}
