//! The process entry: hand over to the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    empego_desk::server::cli::run()
}
