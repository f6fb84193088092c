# shellcheck shell=bash
# What every script here shares: talking, failing with one line, asking, and finding cargo.

# The folder of the repository.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*" >&2; }

# One line: what is wrong, and what to do.
fail() {
    say "error: $1"
    exit "${2:-1}"
}

a_person_is_there() { [[ -t 0 && -t 2 && -z ${CI:-} ]]; }

# Asks a question that "yes" answers by default; without a person the answer is yes.
agreed() {
    [[ ${assume_yes:-} == yes ]] && return 0
    a_person_is_there || return 0
    local answer
    read -r -p "$1 [Y/n] " answer </dev/tty || return 1
    [[ -z $answer || $answer == [Yy]* ]]
}

# Makes cargo callable, or ends with exit code 2. A toolchain is never installed from here: that is the user's choice.
require_cargo() {
    if ! command -v cargo >/dev/null && [[ -x ${CARGO_HOME:-${HOME:-}/.cargo}/bin/cargo ]]; then
        PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
        export PATH
    fi
    command -v cargo >/dev/null ||
        fail "cargo is missing: install Rust from https://rustup.rs, open a new shell and run this again" 2

    local needed found
    needed=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$root/Cargo.toml")
    found=$(rustc --version 2>/dev/null | sed 's/^rustc \([0-9.]*\).*/\1/') || found=
    if [[ -z $found ]]; then
        fail "rustc does not run: 'rustup default stable' sets up a toolchain" 2
    fi
    at_least "$found" "$needed" ||
        fail "rustc $found is too old, $needed or newer is needed: 'rustup update stable', or get Rust from https://rustup.rs" 2
}

# Whether version $1 is $2 or newer.
at_least() { printf '%s\n%s\n' "$2" "$1" | sort -V -C; }

# Prints the comment at the head of a script: its help.
help_of() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }
