//! The process entry: hand over to the command line.

use std::process::ExitCode;

/// The C library's allocator keeps the large buffers of password hashing for good, in an arena of
/// each thread (`make experiments`, `sign_ins`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    empego_desk::server::cli::run()
}
