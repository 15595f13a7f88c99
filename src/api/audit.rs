//! The audit log, for administrators.

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What became of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogVerdict {
    /// Every row is there and as it was written.
    Whole {
        /// How many rows there are.
        rows: i64,
        /// The number of the last one.
        last: i64,
        /// Its hash, as 64 digits.
        head: String,
    },
    /// The first row that is not.
    Broken {
        /// Its number.
        number: i64,
    },
}

/// Goes to the log with a search: whose rows (`none` = those of no site, anything else = the
/// site's), an account's id, an action, two dates (`YYYY-MM-DD`, the last day included), and words
/// of a patient's name or identifier, which are sealed on the way as on the board.
#[server(name = SearchLog, endpoint = "search_log")]
pub async fn search_log(
    #[server(default)] of: String,
    #[server(default)] staff: String,
    #[server(default)] action: String,
    #[server(default)] from: String,
    #[server(default)] until: String,
    #[server(default)] patient: String,
) -> Result<(), AppError> {
    use crate::model::role::Power;
    use crate::pages::audit::Filters;
    use crate::web::{respond, visitor};

    let (state, _) = visitor::may(Power::Administer)?;
    let filters = Filters::typed(&of, &staff, &action, &from, &until, &patient)?;
    respond::see_other(&filters.address(&state));
    Ok(())
}

/// Walks the chain of the log.
#[server(name = VerifyLog, endpoint = "verify_log")]
pub async fn verify_log() -> Result<LogVerdict, AppError> {
    use crate::desk::audit_log;
    use crate::model::role::Power;
    use crate::server::cli::hex;
    use crate::store::Verdict;
    use crate::web::visitor;

    let (state, who) = visitor::may(Power::Administer)?;
    Ok(match audit_log::verify(&state.desk, &who).await.map_err(|error| state.explain(error))? {
        Verdict::Whole { rows, last, head } => LogVerdict::Whole { rows, last, head: hex(&head) },
        Verdict::Broken { number } => LogVerdict::Broken { number },
    })
}
