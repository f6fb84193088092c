//! Parses the command line and calls one function.

fn main() -> std::process::ExitCode {
    fieldscope::cli::main()
}
