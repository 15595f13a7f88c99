//! The audit log, for administrators.

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a check of the log's hash chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogVerdict {
    /// Every row is present and unchanged.
    Whole {
        /// The number of rows.
        rows: i64,
        /// The number of the last row.
        last: i64,
        /// The hash of the last row, as 64 hexadecimal digits.
        head: String,
    },
    /// A row is missing, added or changed.
    Broken {
        /// The number of the first such row.
        number: i64,
    },
}

/// Goes to the log with a search. `of` is `none` for the rows of no site, and anything else for
/// those of the caller's site; `staff` is an account's id; `from` and `until` are dates
/// (`YYYY-MM-DD`, both included); `patient` holds words of a patient's name or identifier.
#[server(name = SearchLog, endpoint = "search_log")]
pub async fn search_log(
    #[server(default)] of: String,
    #[server(default)] staff: String,
    #[server(default)] action: String,
    #[server(default)] from: String,
    #[server(default)] until: String,
    #[server(default)] patient: String,
) -> Result<(), AppError> {
    use crate::web::caller::Caller;
    use crate::web::lists::Filters;
    use crate::web::lists::log::LogFilters;
    use crate::web::respond;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::SearchLog)?;
    let filters = LogFilters::entered(&of, staff, &action, &from, &until, &patient)?;
    respond::see_other(&filters.address(caller.reader()));
    Ok(())
}

/// Checks the hash chain of the whole log.
#[server(name = VerifyLog, endpoint = "verify_log")]
pub async fn verify_log() -> Result<LogVerdict, AppError> {
    use crate::desk::audit_log;
    use crate::store::Verdict;
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::VerifyLog)?;
    Ok(match caller.explain(audit_log::verify(&caller.state.desk, &caller.who).await)? {
        Verdict::Intact { rows, last, head, .. } => {
            LogVerdict::Whole { rows, last, head: hex::encode(head) }
        }
        Verdict::Broken { number } => LogVerdict::Broken { number },
    })
}
