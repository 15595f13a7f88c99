//! What PostgreSQL's errors mean to the desk.

use sqlx::Error;
use sqlx::postgres::PgDatabaseError;

/// `disk_full`.
const DISK_FULL: &str = "53100";
/// Codes after which the same request can succeed soon: too many connections, the server is
/// stopping or starting, a time-out of a statement or a lock, a deadlock, a failure to serialise.
const BUSY: [&str; 8] = ["53300", "57P01", "57P02", "57P03", "57014", "55P03", "40P01", "40001"];
/// The class of broken connections.
const CONNECTION: &str = "08";

fn code(error: &Error) -> Option<&str> {
    Some(error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?.code())
}

/// Whether PostgreSQL could not write because of the disk.
pub(in crate::store) fn is_disk_full(error: &Error) -> bool {
    code(error) == Some(DISK_FULL)
}

/// Whether the database does not answer, or not in time.
pub(in crate::store) fn is_busy(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::PoolTimedOut | Error::WorkerCrashed => true,
        _ => code(error).is_some_and(|code| code.starts_with(CONNECTION) || BUSY.contains(&code)),
    }
}
