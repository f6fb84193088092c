//! What `scripts/run` and `scripts/test` ask of cargo, seen by a cargo that only writes down how it was called.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in helpers of tests too, a panic is the report")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Writes down its arguments and leaves every file that it was asked for.
const CARGO: &str = r#"#!/bin/bash
echo "cargo $*"
while (($#)); do
    case $1 in --out | --picture) echo something >"$2" ;; esac
    shift
done
"#;

/// A clone with the scripts, one scene and the toolchain that only pretends.
fn clone() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").args(["-r", "scripts", "Cargo.toml"]).arg(folder.path()).status().unwrap();
    assert!(copied.success());
    fs::create_dir(folder.path().join("scenes")).unwrap();
    fs::write(folder.path().join("scenes/field.ron"), "()").unwrap();
    fs::create_dir(folder.path().join("bin")).unwrap();
    program(&folder.path().join("bin/cargo"), CARGO);
    program(&folder.path().join("bin/rustc"), "#!/bin/bash\necho 'rustc 1.95.0 (0 2026-04-14)'\n");
    folder
}

fn program(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs a script without a display. `--no-install` must be among the arguments: a test installs nothing.
fn run(clone: &TempDir, script: &str, arguments: &[&str]) -> Output {
    Command::new(clone.path().join(script))
        .args(arguments)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", clone.path().join("bin").display()))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn without_a_display_the_default_scene_runs_headless_and_the_script_says_so() {
    let clone = clone();
    let output = run(&clone, "scripts/run", &["--no-install"]);
    let (out, said) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert_eq!(
        out.trim(),
        "cargo run --locked --no-default-features -- \
         record scenes/field.ron --cycles 60 --out out/field.ron --picture out/field.png"
    );
    assert!(said.contains("No window was opened: neither DISPLAY nor WAYLAND_DISPLAY is set."), "{said}");
    assert!(said.contains("out/field.ron") && said.contains("out/field.png"), "{said}");
}

#[test]
fn a_run_that_leaves_no_files_is_a_failure() {
    let clone = clone();
    program(&clone.path().join("bin/cargo"), "#!/bin/bash\n");
    let output = run(&clone, "scripts/run", &["--no-install"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("error: the run ended without leaving out/field.ron"));
}

#[test]
fn what_cannot_work_is_said_in_one_line_with_exit_code_2() {
    let clone = clone();
    let cases = [
        (&["--no-install", "nosuch"][..], "error: no scene nosuch: take one of scenes/field.ron\n"),
        (&["--no-install", "a", "b"][..], "error: one scene at a time: got a and b\n"),
        (&["--sideways"][..], "error: unknown option --sideways: see scripts/run --help\n"),
    ];
    for (arguments, expected) in cases {
        let output = run(&clone, "scripts/run", arguments);
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(2), expected));
    }

    program(&clone.path().join("bin/rustc"), "#!/bin/bash\necho 'rustc 1.63.0 (0 2022-08-05)'\n");
    let output = run(&clone, "scripts/run", &["--no-install"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("error: rustc 1.63.0 is too old, 1.95 or newer is needed"));
}

#[test]
fn the_test_script_hands_its_arguments_to_cargo() {
    let output = run(&clone(), "scripts/test", &["--no-install", "--locked", "field"]);
    assert_eq!(text(&output.stdout).trim(), "cargo test --no-fail-fast --locked field");
}
