//! The command line: one file per command.

/// Runs the program and returns its exit code: 0 fine, 1 a confirmed regression or broken bound, 2 bad input.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
